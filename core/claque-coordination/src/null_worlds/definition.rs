//! The closed form and its two passes against the definition, pair by pair, and against another program.

use super::{seconds, settings};
use crate::corpus::Corpus;
use crate::halves::{Half, Part};
use crate::link::link;
use crate::null::{NullSettings, survey, test_candidates};
use crate::shares::Shares;
use crate::worlds::{Action, World};
use claque_model::Network;
use proptest::prelude::*;
use std::collections::BTreeMap;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests-data");
const SECOND: i64 = 1_000_000;

/// One pair, as the document defines it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Expected {
    k: u32,
    lambda: f64,
    p: f64,
}

/// Every pair tested at one window; accounts by name.
type Pairs = BTreeMap<(String, String), Expected>;

/// P(Poisson(λ) ≥ k) by its terms.
fn poisson_tail(k: u32, lambda: f64) -> f64 {
    let mut term = (-lambda).exp();
    (1..=k).for_each(|i| term *= lambda / f64::from(i));
    let mut sum = 0.0;
    for i in k + 1..k + 200 {
        sum += term;
        term *= lambda / f64::from(i);
    }
    if k == 0 { 1.0 } else { sum.min(1.0) }
}

/// F of the document, in seconds.
fn jitter_difference(x: f64, h: f64) -> f64 {
    match x {
        x if x <= -2.0 * h => 0.0,
        x if x < 0.0 => (x + 2.0 * h).powi(2) / (8.0 * h * h),
        x if x < 2.0 * h => 1.0 - (2.0 * h - x).powi(2) / (8.0 * h * h),
        _ => 1.0,
    }
}

/// All pairs of all first shares, straight from coordination.md, N2. O(n²) per object, all pairs in memory.
fn by_definition(actions: &[Action], settings: &NullSettings, window: i64) -> Pairs {
    let mut first: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for action in actions {
        let at = first.entry((&action.object, &action.account)).or_insert(action.at);
        *at = action.at.min(*at);
    }
    let mut n_objects: BTreeMap<&str, u32> = BTreeMap::new();
    for (_, account) in first.keys() {
        *n_objects.entry(account).or_default() += 1;
    }
    let mut objects: BTreeMap<&str, Vec<(&str, i64)>> = BTreeMap::new();
    for ((object, account), at) in first {
        if n_objects[account] >= 2 {
            objects.entry(object).or_default().push((account, at / SECOND));
        }
    }
    objects.retain(|_, sharers| (2..=settings.max_sharers as usize).contains(&sharers.len()));
    let (h, reach) = (settings.jitter_micros / SECOND, 2 * settings.jitter_micros / SECOND + window);
    // (pair, Δ) per object, and the number of objects per pair
    let mut meetings: Vec<Vec<((&str, &str), i64)>> = Vec::new();
    let mut shared: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for sharers in objects.values() {
        let pairs = sharers.iter().enumerate().flat_map(|(i, x)| sharers[i + 1..].iter().map(move |y| (x, y)));
        let near = pairs.map(|(x, y)| ((x.0, y.0), (x.1 - y.1).abs())).filter(|(_, delta)| *delta <= reach);
        meetings.push(near.collect());
        meetings[meetings.len() - 1].iter().for_each(|(pair, _)| *shared.entry(*pair).or_default() += 1);
    }
    let mut found: BTreeMap<(&str, &str), (u32, f64)> = BTreeMap::new();
    for (near, sharers) in meetings.iter().zip(objects.values()) {
        let strangers = near.iter().filter(|(pair, _)| shared[pair] == 1);
        let hits = strangers.clone().filter(|(_, delta)| *delta <= window).count() as f64;
        let strangers = strangers.count() as f64;
        for (pair, delta) in near {
            let (delta_s, width, h) = (*delta as f64, window as f64, h as f64);
            let mut chance = jitter_difference(width - delta_s, h) - jitter_difference(-width - delta_s, h);
            if sharers.len() >= 3 {
                let own = if shared[pair] == 1 { 1.0 } else { 0.0 };
                let own_hit = if *delta <= window { own } else { 0.0 };
                let raised = (hits - own_hit + settings.kappa * chance) / (strangers - own + settings.kappa);
                chance = chance.max(raised);
            }
            let (k, lambda) = found.entry(*pair).or_default();
            *k += u32::from(*delta <= window);
            *lambda += chance;
        }
    }
    let named = |(a, b): (&str, &str)| (a.to_owned(), b.to_owned());
    let expected = |(k, lambda)| Expected { k, lambda, p: poisson_tail(k, lambda) };
    found.into_iter().map(|(pair, sums)| (named(pair), expected(sums))).collect()
}

/// What Benjamini–Hochberg keeps, of the pairs with enough objects, over all pairs tested.
fn kept_by_definition(pairs: &Pairs, settings: &NullSettings) -> Vec<(String, String)> {
    let mut enough: Vec<_> = pairs.iter().filter(|(_, pair)| pair.k >= settings.min_k).collect();
    enough.sort_by(|x, y| x.1.p.total_cmp(&y.1.p));
    let level = |rank: usize| settings.alpha * (rank + 1) as f64 / pairs.len() as f64;
    let last = (0..enough.len()).rev().find(|&rank| enough[rank].1.p <= level(rank));
    let mut kept: Vec<_> = enough[..last.map_or(0, |rank| rank + 1)].iter().map(|(pair, _)| (*pair).clone()).collect();
    kept.sort_unstable();
    kept
}

/// k, λ and p of all pairs that met in time, and the number of pairs tested, as the crate has them.
fn by_passes(corpus: &Corpus, settings: &NullSettings) -> (Vec<u64>, Vec<Pairs>) {
    let settings = NullSettings { min_k: 1, ..settings.clone() };
    let shares = Shares::of(&corpus.layers[0], Part::All, corpus.accounts().len(), settings.max_sharers);
    let survey = survey(&shares, &shares, &settings, &settings.windows);
    let tests = test_candidates(&shares, &shares, &survey, &settings);
    let name = |code: u32| corpus.accounts()[code as usize].clone();
    let of_window = |index: usize| {
        let tests = survey.candidates.iter().zip(&tests).map(|(pair, tests)| (pair, tests[index]));
        let met = tests.filter(|(_, test)| test.k > 0);
        met.map(|(&(a, b), test)| ((name(a), name(b)), Expected { k: test.k, lambda: test.lambda, p: test.p }))
            .collect()
    };
    let pairs = (0..settings.windows.len()).map(of_window).collect();
    (survey.tested, pairs)
}

fn edges_of(corpus: &Corpus, network: &Network, layer: usize) -> Vec<(String, String)> {
    let name = |code: u32| corpus.accounts()[code as usize].clone();
    network.layers[layer].edges.iter().map(|edge| (name(edge.a), name(edge.b))).collect()
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-9 * expected.abs().max(1e-12)
}

/// Pairs, expectations, p-values and edges of a world equal those of the definition.
fn assert_equal(world: &World, settings: &NullSettings) -> usize {
    let corpus = world.corpus();
    if corpus.layers.is_empty() {
        return 0;
    }
    let (tested, found) = by_passes(&corpus, settings);
    let network = link(&corpus, settings, Half::Whole);
    for (index, window) in settings.windows.iter().enumerate() {
        let expected = by_definition(&world.actions, settings, window.micros() / SECOND);
        assert_eq!(tested[index], expected.len() as u64, "pairs tested at {window}");
        let met: Vec<_> = expected.iter().filter(|(_, pair)| pair.k > 0).collect();
        assert_eq!(found[index].len(), met.len(), "pairs in time at {window}");
        for (found, expected) in found[index].iter().zip(met) {
            assert_eq!((found.0, found.1.k), (expected.0, expected.1.k));
            assert!(close(found.1.lambda, expected.1.lambda), "{found:?}, {expected:?}");
            assert!((found.1.p - expected.1.p).abs() <= 1e-9 * expected.1.p + 1e-14, "{found:?}, {expected:?}");
        }
        assert_eq!(edges_of(&corpus, &network, index), kept_by_definition(&expected, settings), "edges at {window}");
    }
    network.n_edges()
}

/// Times on a coarse step, so that many are equal, yet not on full minutes; some rows twice; some accounts with one object.
fn random_world() -> impl Strategy<Value = World> {
    let row = (0u8..14, 0u8..9, -60i64..60, prop::bool::weighted(0.15));
    (prop::collection::vec(row, 0..160), prop::sample::select(vec![1i64, 7, 29])).prop_map(|(rows, step)| {
        let mut world = World::default();
        for (account, object, at, twice) in rows {
            // accounts from 12 on have an object of their own and nothing else
            let object = if account >= 12 { format!("own{account}") } else { format!("o{object}") };
            let action = Action { account: format!("a{account:02}"), object, at: at * step * SECOND };
            world.actions.extend(std::iter::repeat_n(action, if twice { 2 } else { 1 }));
        }
        world
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_pair_of_a_small_world_is_as_defined(
        world in random_world(), max_sharers in 2u32..13, min_k in 1u32..4, kappa in 0.5f64..20.0,
    ) {
        let mut settings = NullSettings::new(vec![seconds(1), seconds(30), seconds(95)], 1);
        settings.jitter_micros = 240 * SECOND;
        (settings.max_sharers, settings.min_k, settings.kappa, settings.alpha) = (max_sharers, min_k, kappa, 0.3);
        assert_equal(&world, &settings);
    }
}

#[test]
fn every_pair_of_a_heavy_tailed_world_with_groups_is_as_defined() {
    for seed in 0..3 {
        let world = World::peers(6000, seed).burst(40, 20, 5, seed);
        let edges = assert_equal(&world, &settings(seed));
        assert!(edges > 100, "{edges}");
    }
}

fn rows(path: &str) -> Vec<csv::StringRecord> {
    let mut reader = csv::Reader::from_path(format!("{DATA}/{path}")).expect("the file is there");
    reader.records().map(|row| row.expect("well-formed")).collect()
}

fn number<T: std::str::FromStr>(cell: &str) -> T {
    cell.parse().unwrap_or_else(|_| panic!("`{cell}` is a number"))
}

#[test]
fn another_program_finds_the_same_pairs_expectations_and_edges() {
    // tests-data/null_model/README.md says which
    let actions = rows("parity/actions_6k.csv").into_iter().map(|row| Action {
        object: row[0].to_owned(),
        account: row[1].to_owned(),
        at: number::<i64>(&row[3]) * SECOND,
    });
    let world = World { actions: actions.collect(), ..World::default() };
    let corpus = world.corpus();
    let (tested, found) = by_passes(&corpus, &settings(1));
    let network = link(&corpus, &settings(1), Half::Whole);
    assert!(network.skipped.is_empty());
    let pairs = rows("null_model/jitter_exact.csv");
    for (index, counts) in rows("null_model/jitter_exact_counts.csv").iter().enumerate() {
        assert_eq!(tested[index], number::<u64>(&counts[1]));
        assert_eq!(found[index].values().map(|pair| pair.k).sum::<u32>(), number::<u32>(&counts[2]));
        let own: Vec<_> = pairs.iter().filter(|row| row[0] == counts[0]).collect();
        let met = found[index].iter().filter(|(_, pair)| pair.k >= 2);
        assert_eq!(met.clone().count(), own.len());
        for ((names, pair), row) in met.zip(&own) {
            assert_eq!((names.0.as_str(), names.1.as_str(), pair.k), (&row[1], &row[2], number(&row[3])));
            assert!(close(pair.lambda, number(&row[4])), "{names:?}: {}, {}", pair.lambda, &row[4]);
            let p: f64 = number(&row[5]);
            assert!((pair.p / p - 1.0).abs() < 1e-9, "{names:?}: {}, {p}", pair.p);
        }
        let kept = own.iter().filter(|row| &row[6] == "1").map(|row| (row[1].to_owned(), row[2].to_owned()));
        assert_eq!(edges_of(&corpus, &network, index), kept.collect::<Vec<_>>(), "edges at {} s", &counts[0]);
    }
}
