//! Worked tables, and the exact form computed from all pairs of rows.

use super::*;
use crate::corpus::{Corpus, LayerInput};
use crate::halves::{Half, Part};
use crate::link::link;
use crate::worlds::traces;
use claque_model::TimePrecision;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn window(seconds: i64) -> TimeWindow {
    TimeWindow::from_micros(seconds * 1_000_000).expect("within the bounds")
}

/// Rows of (account, object, seconds), every row a post of its own.
fn corpus(rows: &[(String, String, i64)], precision: Option<TimePrecision>) -> Corpus {
    let posts: Vec<String> = (0..rows.len()).map(|row| format!("p{row}")).collect();
    let traces = traces(
        rows.iter().map(|row| row.0.as_str()),
        rows.iter().map(|row| row.1.as_str()),
        rows.iter().map(|row| row.2 * 1_000_000),
        posts.iter().map(String::as_str),
    );
    Corpus::encode(&[LayerInput { name: "url".into(), fusion_weight: 1.0, traces, precision }]).expect("it encodes")
}

/// signals.md, C1, first test.
fn first_table() -> Vec<(String, String, i64)> {
    let at = |hour: i64, minute: i64, second: i64| hour * 3600 + minute * 60 + second;
    [
        ("a", "u1", at(12, 0, 0)),
        ("b", "u1", at(12, 0, 4)),
        ("c", "u1", at(12, 30, 0)),
        ("a", "u2", at(14, 10, 0)),
        ("b", "u2", at(14, 10, 6)),
        ("a", "u3", at(19, 0, 0)),
        ("b", "u3", at(19, 0, 3)),
    ]
    .map(|(account, object, at)| (account.into(), object.into(), at))
    .to_vec()
}

#[test]
fn the_first_table_has_one_edge_with_the_weights_worked_by_hand() {
    let corpus = corpus(&first_table(), Some(TimePrecision::S));
    let network = link(&corpus, &NullSettings::new(vec![window(60), window(10)], 1), Half::Whole);
    let expected = [(10, 0.008_33, 9.6e-8, 7.02), (60, 0.0498, 2.0e-5, 4.70)];
    assert_eq!(network.layers.len(), 2);
    for (layer, (seconds, lambda, p, weight)) in network.layers.iter().zip(expected) {
        assert_eq!((layer.window, layer.tested, layer.edges.len()), (window(seconds), 1, 1));
        let edge = &layer.edges[0];
        assert_eq!([&corpus.accounts()[edge.a as usize], &corpus.accounts()[edge.b as usize]], ["a", "b"]);
        assert_eq!((edge.n_objects, edge.n_posts_a, edge.n_posts_b), (3, 3, 3));
        assert!((edge.expected - lambda).abs() < 1e-4, "{edge:?}");
        assert!((edge.p / p - 1.0).abs() < 0.02, "{edge:?}");
        assert!((edge.weight - weight).abs() < 0.005, "{edge:?}");
        assert!((edge.mean_delta_s - 13.0 / 3.0).abs() < 1e-12);
        assert_eq!((edge.first_at, edge.last_at), (43_200_000_000, 68_403_000_000));
    }
}

#[test]
fn minute_data_are_tested_at_two_minutes_instead_and_it_is_said() {
    let cut: Vec<_> = first_table().into_iter().map(|(a, o, at)| (a, o, at / 60 * 60)).collect();
    let corpus = corpus(&cut, Some(TimePrecision::Min));
    let network = link(&corpus, &NullSettings::new(vec![window(10), window(60)], 1), Half::Whole);
    let skipped: Vec<_> = network.skipped.iter().map(|s| (s.window, s.widened_to, s.reason)).collect();
    let widened = Some(window(120));
    assert_eq!(skipped, [(window(10), widened, "time_precision"), (window(60), widened, "time_precision")]);
    let tested: Vec<_> = network.layers.iter().map(|layer| layer.window).collect();
    assert_eq!(tested, [window(120)]);
}

#[test]
fn times_that_mostly_lie_on_second_00_count_as_minutes_whatever_they_claim() {
    let row = |n: i64| (format!("a{}", n % 9), format!("o{}", n / 9), if n < 51 { n * 60 } else { n * 60 + 7 });
    let settings = NullSettings::new(vec![window(10), window(600)], 1);
    let skipped = |rows: i64| {
        let rows: Vec<_> = (0..rows).map(row).collect();
        link(&corpus(&rows, Some(TimePrecision::S)), &settings, Half::Whole).skipped.len()
    };
    assert_eq!(skipped(100), 1, "51 of 100");
    assert_eq!(skipped(102), 0, "51 of 102 are not more than half");
    assert_eq!(skipped(60), 0, "fewer than 100 times tell nothing");
}

#[test]
fn strangers_in_the_same_second_take_the_evidence_away() {
    // a and b meet on two objects; on the first, eight strangers share within the same seconds
    let mut rows: Vec<(String, String, i64)> = Vec::new();
    for account in ["a", "b"] {
        rows.push((account.into(), "u1".into(), 100));
        rows.push((account.into(), "u2".into(), 90_000));
    }
    let quiet = corpus(&rows, None);
    for stranger in 0..8 {
        rows.push((format!("s{stranger}"), "u1".into(), 101));
        rows.push((format!("s{stranger}"), format!("own{stranger}"), 500_000 + stranger * 90_000));
    }
    let loud = corpus(&rows, None);
    let settings = NullSettings::new(vec![window(10)], 1);
    let tested = |corpus: &Corpus| {
        let shares = Shares::of(&corpus.layers[0], Part::All, corpus.accounts().len(), 400);
        let survey = survey(&shares, &shares, &settings, &[window(10)]);
        let tests = test_candidates(&shares, &shares, &survey, &settings);
        assert_eq!(survey.candidates, [(0, 1)]);
        tests[0][0]
    };
    // u1 has 45 pairs, 44 of them strangers, all in time: (44 + 5P) / (44 + 5); u2 keeps P
    let chance = chance_within(0, 10, 3600);
    let expected = (44.0 + 5.0 * chance) / 49.0 + chance;
    assert!((tested(&quiet).lambda - 2.0 * chance).abs() < 1e-12);
    assert!((tested(&loud).lambda - expected).abs() < 1e-12);
}

/// k and λ of every pair.
type Expected = BTreeMap<(String, String), (u32, f64)>;

/// k, λ and the number of tested pairs from all pairs of rows, straight from the definition.
fn by_definition(rows: &[(String, String, i64)], settings: &NullSettings, width: i64) -> (Expected, u64) {
    let mut first: BTreeMap<(&String, &String), i64> = BTreeMap::new();
    for (account, object, at) in rows {
        let slot = first.entry((object, account)).or_insert(*at);
        *slot = (*slot).min(*at);
    }
    let objects_of = |account: &String| first.keys().filter(|(_, other)| *other == account).count();
    let kept: Vec<_> = first.iter().filter(|((_, account), _)| objects_of(account) >= 2).collect();
    let sharers = |object: &String| kept.iter().filter(|((other, _), _)| *other == object).count();
    let reach = 2 * settings.jitter_micros / 1_000_000 + width;
    let mut meetings = Vec::new();
    for ((object, a), at_a) in &kept {
        for ((other, b), at_b) in &kept {
            let apart = (*at_a - *at_b).abs();
            if object == other && a < b && apart <= reach && sharers(object) <= settings.max_sharers as usize {
                meetings.push(((*object).clone(), ((*a).clone(), (*b).clone()), apart));
            }
        }
    }
    let mut shared: BTreeMap<(String, String), u32> = BTreeMap::new();
    for (_, pair, _) in &meetings {
        *shared.entry(pair.clone()).or_default() += 1;
    }
    let mut result = Expected::new();
    for (object, pair, apart) in &meetings {
        let strangers: Vec<i64> = meetings
            .iter()
            .filter(|(other, stranger, _)| other == object && stranger != pair && shared[stranger] == 1)
            .map(|(.., apart)| *apart)
            .collect();
        let mut chance = chance_within(*apart, width, settings.jitter_micros / 1_000_000);
        if sharers(object) >= 3 {
            let in_time = strangers.iter().filter(|apart| **apart <= width).count() as f64;
            let raised = (in_time + settings.kappa * chance) / (strangers.len() as f64 + settings.kappa);
            chance = chance.max(raised);
        }
        let sum = result.entry(pair.clone()).or_default();
        sum.0 += u32::from(*apart <= width);
        sum.1 += chance;
    }
    (result, shared.len() as u64)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn counts_and_expectations_are_those_of_the_definition(
        rows in prop::collection::vec((0u8..9, 0u8..7, -400i64..400), 0..70),
        min_k in 1u32..3, max_sharers in 4u32..12,
    ) {
        let rows: Vec<_> = rows.into_iter().map(|(a, o, at)| (format!("a{a}"), format!("o{o}"), at)).collect();
        let corpus = corpus(&rows, None);
        let windows = [window(5), window(40), window(90)];
        let mut settings = NullSettings::new(windows.to_vec(), 1);
        settings.jitter_micros = 100_000_000;
        settings.min_k = min_k;
        settings.max_sharers = max_sharers;
        let Some(layer) = corpus.layers.first() else { return Ok(()) };
        let shares = Shares::of(layer, Part::All, corpus.accounts().len(), settings.max_sharers);
        let survey = survey(&shares, &shares, &settings, &windows);
        let tests = test_candidates(&shares, &shares, &survey, &settings);
        let mut met_enough = vec![0; windows.len()];
        for (index, width) in [5, 40, 90].into_iter().enumerate() {
            let (expected, tested) = by_definition(&rows, &settings, width);
            prop_assert_eq!(survey.tested[index], tested);
            met_enough[index] = expected.values().filter(|(k, _)| *k >= min_k).count();
            for (pair, tests) in survey.candidates.iter().zip(&tests) {
                let name = |code: u32| corpus.accounts()[code as usize].clone();
                let (k, lambda) = expected.get(&(name(pair.0), name(pair.1))).copied().unwrap_or_default();
                prop_assert_eq!(tests[index].k, k);
                prop_assert!((tests[index].lambda - lambda).abs() < 1e-9, "{} {}", tests[index].lambda, lambda);
            }
            let found = tests.iter().filter(|tests| tests[index].k >= min_k).count();
            prop_assert_eq!(found, met_enough[index], "no pair with enough objects is overlooked");
        }
    }

    #[test]
    fn a_window_gives_the_same_alone_and_among_many(
        rows in prop::collection::vec((0u8..9, 0u8..9, 0i64..4000), 0..90),
    ) {
        let rows: Vec<_> = rows.into_iter().map(|(a, o, at)| (format!("a{a}"), format!("o{o}"), at)).collect();
        let corpus = corpus(&rows, None);
        let all: Vec<TimeWindow> = (1..=11).map(|n| window(n * 7)).collect();
        let mut settings = NullSettings::new(all.clone(), 1);
        settings.jitter_micros = 600_000_000;
        settings.alpha = 0.5;
        let together = link(&corpus, &settings, Half::Whole);
        for (layer, &alone) in together.layers.iter().zip(&all) {
            settings.windows = vec![alone];
            let single = link(&corpus, &settings, Half::Whole);
            prop_assert_eq!(layer.tested, single.layers[0].tested);
            prop_assert_eq!(&layer.edges, &single.layers[0].edges);
        }
    }

    #[test]
    fn strangers_on_a_half_are_those_who_share_nothing_else_in_the_whole(
        rows in prop::collection::vec((0u8..8, 0u8..8, -300i64..300), 0..80),
        chosen in prop::collection::vec(any::<bool>(), 80),
        by_post in any::<bool>(),
    ) {
        let rows: Vec<_> = rows.into_iter().map(|(a, o, at)| (format!("a{a}"), format!("o{o}"), at)).collect();
        let corpus = corpus(&rows, None);
        let Some(layer) = corpus.layers.first() else { return Ok(()) };
        let windows = [window(5), window(90)];
        let mut settings = NullSettings::new(windows.to_vec(), 1);
        settings.jitter_micros = 100_000_000;
        let part = if by_post { Part::Posts(&chosen) } else { Part::Objects(&chosen) };
        let half = Shares::of(layer, part, corpus.accounts().len(), settings.max_sharers);
        let whole = Shares::of(layer, Part::All, corpus.accounts().len(), settings.max_sharers);
        let survey = survey(&half, &whole, &settings, &windows);
        for (index, &window) in windows.iter().enumerate() {
            let reach = settings.reach(window);
            let times_met = met(&whole, reach);
            for group in 0..half.incidence.n_groups() as u32 {
                let near = pairs_of(&half, group).into_iter().filter(|(.., apart)| *apart <= reach);
                let strangers: Vec<_> = near.filter(|(a, b, _)| times_met.get(&(*a, *b)).is_none_or(|n| *n < 2)).collect();
                let in_time = strangers.iter().filter(|(.., apart)| *apart <= window.micros()).count();
                prop_assert_eq!(survey.strangers(group, index), (strangers.len() as u32, in_time as u32));
            }
            prop_assert_eq!(survey.tested[index], met(&half, reach).len() as u64);
        }
        let twice_in_time = met(&half, window(90).micros()).into_iter().filter(|(_, n)| *n >= 2);
        prop_assert_eq!(survey.candidates, twice_in_time.map(|(pair, _)| pair).collect::<Vec<_>>());
    }
}

/// All pairs of a group's rows with their distances, the smaller account first.
fn pairs_of(shares: &Shares, group: u32) -> Vec<(u32, u32, i64)> {
    let rows = shares.incidence.rows_of_group(group);
    let pairs = rows.iter().flat_map(|a| rows.iter().filter(|b| a.account < b.account).map(move |b| (a, b)));
    pairs.map(|(a, b)| (a.account, b.account, (a.at - b.at).abs())).collect()
}

/// On how many objects pairs met within the reach.
fn met(shares: &Shares, reach: i64) -> BTreeMap<(u32, u32), u32> {
    let mut times = BTreeMap::new();
    for (a, b, apart) in (0..shares.incidence.n_groups() as u32).flat_map(|group| pairs_of(shares, group)) {
        if apart <= reach {
            *times.entry((a, b)).or_default() += 1;
        }
    }
    times
}

#[test]
fn an_account_with_more_rows_than_are_listed_at_once_misses_none_of_its_reunions() {
    // a shares 3000 objects, b every 1000th of them, c only the last
    let mut rows: Vec<(String, String, i64)> = Vec::new();
    for object in 0..3000 {
        rows.push(("a".into(), format!("o{object:04}"), object));
        if object % 1000 == 7 {
            rows.push(("b".into(), format!("o{object:04}"), object + 3));
        }
    }
    rows.push(("c".into(), "o2999".into(), 2999));
    rows.push(("c".into(), "alone".into(), 0));
    let corpus = corpus(&rows, None);
    let settings = NullSettings::new(vec![window(10)], 1);
    let shares = Shares::of(&corpus.layers[0], Part::All, corpus.accounts().len(), 400);
    let survey = survey(&shares, &shares, &settings, &[window(10)]);
    assert_eq!((survey.candidates.as_slice(), survey.tested.as_slice()), ([(0, 1)].as_slice(), [2].as_slice()));
    let tests = test_candidates(&shares, &shares, &survey, &settings);
    assert_eq!(tests[0][0].k, 3);
}
