//! Worlds without coordination: what the nulls call chance must be rare among what they call a finding.

use super::{linked, settings};
use crate::clusters::find_clusters;
use crate::corpus::Corpus;
use crate::fusion::ClusterSettings;
use crate::halves::{Half, Part};
use crate::link::link;
use crate::null::{Common, survey, test_candidates, test_pair};
use crate::permutation::corpus_answer;
use crate::shares::Shares;
use crate::worlds::World;
use claque_graph::mix;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Worlds with planted groups, of two shapes and several sizes.
fn planted_world(seed: u64) -> World {
    match seed % 4 {
        0 => World::ordinary(5000, seed).plant(4, 9, 12, 8.0, seed),
        1 => World::peers(8000, seed),
        2 => World::ordinary(9000, seed).plant(3, 12, 14, 45.0, seed).plant(3, 6, 20, 5.0, seed + 1),
        _ => World::peers(16_000, seed),
    }
}

/// Edges of each of 40 worlds, none of which may have a cluster.
fn edges_without_clusters(world: impl Fn(u64) -> World + Sync) -> Vec<usize> {
    let one = |seed: u64| {
        let corpus = world(seed).corpus();
        let network = link(&corpus, &settings(seed), Half::Whole);
        let clusters = find_clusters(&corpus, &network, &ClusterSettings::default());
        assert!(clusters.is_empty(), "world {seed}: {} clusters of {:?}", clusters.len(), linked(&corpus, &network));
        network.n_edges()
    };
    (0..40).into_par_iter().map(one).collect()
}

#[test]
fn no_cluster_in_forty_worlds_whose_times_are_jittered() {
    let edges = edges_without_clusters(|seed| planted_world(seed).jittered(seed + 100));
    // 5 of 240 runs kept one edge, none two, says the document; here each world has two windows
    assert!(edges.iter().filter(|n| **n > 0).count() <= 4 && edges.iter().sum::<usize>() <= 5, "{edges:?}");
}

#[test]
fn no_cluster_in_forty_worlds_whose_accounts_are_shuffled() {
    let edges = edges_without_clusters(|seed| planted_world(seed).shuffled(seed + 200));
    assert!(edges.iter().filter(|n| **n > 0).count() <= 4 && edges.iter().sum::<usize>() <= 5, "{edges:?}");
}

#[test]
fn the_same_worlds_as_they_were_have_clusters() {
    // the control of the two tests above
    for seed in 0..4 {
        let corpus = planted_world(seed).corpus();
        let network = link(&corpus, &settings(seed), Half::Whole);
        assert!(find_clusters(&corpus, &network, &ClusterSettings::default()).len() >= 3, "world {seed}");
    }
}

/// Of one world and window: pairs tested, and those with p ≤ 0.05.
#[derive(Clone, Copy, Debug, Default)]
struct Calibration {
    tested: u64,
    small: u64,
}

/// p of every pair tested, that is every pair that shares an object within 2h + W, whether or not it met within W.
///
/// A pair that never did has k = 0 and p = 1; the candidates with `min_k` = 1 are all others. p is discrete: most
/// pairs share one object and have either 1 or P of it, so the share of small p lies well below 0.05.
fn calibration(corpus: &Corpus, seed: u64) -> Vec<Calibration> {
    let mut settings = settings(seed);
    settings.min_k = 1;
    let windows = settings.windows.clone();
    let shares = Shares::of(&corpus.layers[0], Part::All, corpus.accounts().len(), settings.max_sharers);
    let survey = survey(&shares, &shares, &settings, &windows);
    let tests = test_candidates(&shares, &shares, &survey, &settings);
    let small = |window: usize| tests.iter().filter(|tests| tests[window].p <= 0.05).count() as u64;
    (0..windows.len()).map(|window| Calibration { tested: survey.tested[window], small: small(window) }).collect()
}

#[test]
fn p_below_five_percent_is_no_more_frequent_than_six_in_a_hundred_on_jittered_times() {
    let worlds: Vec<Vec<Calibration>> = (0..12u64)
        .into_par_iter()
        .map(|seed| calibration(&planted_world(seed).jittered(seed + 300).corpus(), seed))
        .collect();
    for (seed, windows) in worlds.iter().enumerate() {
        for window in windows {
            let share = window.small as f64 / window.tested as f64;
            assert!(window.tested > 1000 && share <= 0.06, "world {seed}: {window:?}");
        }
    }
}

/// Bounds of λ between which pairs are judged apart: the more joint events, the more can add up.
const STRATA: [f64; 3] = [0.0, 0.03, 0.1];

/// Pairs and those with p ≤ 0.05 of one world at one window, by stratum of λ.
fn calibration_by_expectation(corpus: &Corpus, seed: u64) -> [Calibration; 3] {
    let settings = settings(seed);
    let window = settings.windows[settings.windows.len() - 1];
    let shares = Shares::of(&corpus.layers[0], Part::All, corpus.accounts().len(), settings.max_sharers);
    let survey = survey(&shares, &shares, &settings, &[window]);
    let mut strata = [Calibration::default(); 3];
    for pair in pairs_within(&shares, settings.reach(window)) {
        let test = test_pair(&shares, &shares, &survey, &settings, pair, &mut Common::default())[0];
        let stratum = &mut strata[STRATA.partition_point(|&bound| bound <= test.lambda) - 1];
        stratum.tested += 1;
        stratum.small += u64::from(test.p <= 0.05);
    }
    strata
}

fn pairs_within(shares: &Shares, reach: i64) -> BTreeSet<(u32, u32)> {
    let rows = &shares.incidence.rows;
    let mut pairs = BTreeSet::new();
    for (index, own) in rows.iter().enumerate() {
        shares.incidence.each_neighbor(index as u32, reach, |other, _| {
            pairs.insert((own.account, other));
        });
    }
    pairs
}

#[test]
fn p_is_not_too_small_among_pairs_with_many_joint_events_either() {
    let worlds: Vec<[Calibration; 3]> = (0..8u64)
        .into_par_iter()
        .map(|seed| calibration_by_expectation(&planted_world(seed).jittered(seed + 300).corpus(), seed))
        .collect();
    for stratum in 0..STRATA.len() {
        let tested: u64 = worlds.iter().map(|world| world[stratum].tested).sum();
        let small: u64 = worlds.iter().map(|world| world[stratum].small).sum();
        println!("expectation from {}: {small} of {tested} have p <= 0.05", STRATA[stratum]);
        assert!(small as f64 <= 0.06 * tested as f64, "expectation from {}: {small} of {tested}", STRATA[stratum]);
        assert!(tested >= 500, "expectation from {}: only {tested} pairs", STRATA[stratum]);
    }
}

/// P(D ≥ d) of Kolmogorov and Smirnov for n values, with Stephens' correction for small n (Stephens 1970,
/// 10.1111/j.2517-6161.1970.tb00821.x).
fn kolmogorov_smirnov(d: f64, n: usize) -> f64 {
    let root = (n as f64).sqrt();
    let x = (root + 0.12 + 0.11 / root) * d;
    let term = |i: i32| (if i % 2 == 1 { 2.0 } else { -2.0 }) * (-2.0 * f64::from(i * i) * x * x).exp();
    (1..=100).map(term).sum::<f64>().clamp(0.0, 1.0)
}

/// Largest distance between the values' distribution and the uniform one.
fn distance_from_uniform(mut p: Vec<f64>) -> f64 {
    p.sort_by(f64::total_cmp);
    let n = p.len() as f64;
    let steps = p.iter().enumerate().map(|(i, p)| (p - i as f64 / n).abs().max((p - (i + 1) as f64 / n).abs()));
    steps.fold(0.0, f64::max)
}

#[test]
fn the_law_of_kolmogorov_and_smirnov_has_its_published_values() {
    // critical values of the limit, Smirnov 1948 (10.1214/aoms/1177730256): 1.224 at 0.10, 1.358 at 0.05, 1.628 at 0.01
    for (x, expected) in [(1.224, 0.10), (1.358, 0.05), (1.628, 0.01)] {
        let found = kolmogorov_smirnov(x / 1e4_f64.sqrt(), 10_000);
        assert!((found - expected).abs() < 0.002, "{x}: {found}");
    }
    assert!((distance_from_uniform(vec![0.1, 0.9, 0.4]) - (2.0 / 3.0 - 0.4)).abs() < 1e-12);
}

/// Answers of worlds that are made one by one. Draws as strong as the data are dealt out at random, so that p is uniform and
/// not only never too small.
fn answers(worlds: u64, world: impl Fn(u64) -> World + Sync) -> Vec<f64> {
    const DRAWS: u32 = 39;
    let answer = |seed: u64| {
        let answer = corpus_answer(&world(seed).corpus(), &settings(seed), &ClusterSettings::default(), DRAWS);
        let uniform = (mix(mix(seed)) >> 11) as f64 / (1_u64 << 53) as f64;
        answer.p - (1.0 - uniform) * f64::from(answer.ties + 1) / f64::from(DRAWS + 1)
    };
    (0..worlds).into_par_iter().map(answer).collect()
}

fn ordinary(seed: u64) -> World {
    World::ordinary(2500, seed)
}

fn planted(seed: u64) -> World {
    ordinary(seed).plant(2, 7, 10, 8.0, seed)
}

/// A world by its seed.
type Kind = fn(u64) -> World;

#[test]
fn the_corpus_answer_is_uniform_where_only_chance_is_left() {
    const WORLDS: u64 = 120;
    let kinds: [(&str, Kind); 3] = [
        ("ordinary, jittered", |seed| ordinary(seed).jittered(seed + 400)),
        ("ordinary, shuffled", |seed| ordinary(seed).shuffled(seed + 400)),
        ("planted, jittered", |seed| planted(seed).jittered(seed + 400)),
    ];
    for (name, world) in kinds {
        let p = answers(WORLDS, world);
        let d = distance_from_uniform(p.clone());
        let chance = kolmogorov_smirnov(d, p.len());
        println!("{name}: D {d:.3}, p {chance:.3}");
        assert!(chance > 0.01, "{name}: D {d}, p {chance}, {p:?}");
    }
}

#[test]
fn bursts_of_strangers_make_the_corpus_answer_no_smaller_than_chance() {
    // planted events stay bursts when accounts are shuffled: their fine timing is no chance, but nobody's
    let p = answers(120, |seed| planted(seed).shuffled(seed + 400));
    let small = p.iter().filter(|p| **p <= 0.05).count();
    println!("planted, shuffled: {small} of 120 have p <= 0.05");
    assert!(small <= 6, "{small} of 120: {p:?}");
}
