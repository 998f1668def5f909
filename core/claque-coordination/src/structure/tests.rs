//! Worked tables, all pairs by definition, and random graphs with the degrees of a real one.

use super::*;
use crate::corpus::LayerInput;
use crate::worlds::{World, traces};
use claque_graph::Counter;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Everything at one time: structure is all there is.
fn corpus(rows: &[(String, String)]) -> Corpus {
    let posts: Vec<String> = (0..rows.len()).map(|row| format!("p{row:06}")).collect();
    let traces = traces(
        rows.iter().map(|row| row.0.as_str()),
        rows.iter().map(|row| row.1.as_str()),
        rows.iter().map(|_| 0),
        posts.iter().map(String::as_str),
    );
    let layer = LayerInput { name: "url".into(), fusion_weight: 1.0, traces, precision: None };
    Corpus::encode(&[layer]).expect("it encodes")
}

fn rows(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|&(account, object)| (account.into(), object.into())).collect()
}

fn settings(min_objects: u32) -> StructureSettings {
    StructureSettings { min_objects, ..StructureSettings::of_layer("url") }
}

/// All pairs with a common object.
fn all_tests(corpus: &Corpus, settings: &StructureSettings) -> Vec<SharingTest> {
    let sharing = Sharing::of(&corpus.layers[0], corpus.accounts().len(), settings);
    sharing.map_pairs(|_| true).into_iter().flat_map(|(_, tests)| tests).collect()
}

#[test]
fn the_first_table_of_co_sharing_has_the_values_worked_by_hand_and_no_edge() {
    // signals.md, C2: λ(a, b) = 3 · 3 · (4 · 2) ÷ 8² = 1.125, P(Poisson ≥ 3) = 0.105; λ(c, d) = 0.125
    let table =
        [("a", "u1"), ("a", "u2"), ("a", "u3"), ("b", "u1"), ("b", "u2"), ("b", "u3"), ("c", "u4"), ("d", "u4")];
    let corpus = corpus(&rows(&table));
    let tests = all_tests(&corpus, &settings(1));
    assert_eq!(tests.iter().map(|test| (test.a, test.b, test.shared)).collect::<Vec<_>>(), [(0, 1, 3), (2, 3, 1)]);
    assert!((tests[0].lambda - 1.125).abs() < 1e-12 && (tests[0].p - 0.105).abs() < 5e-4, "{:?}", tests[0]);
    assert!((tests[1].lambda - 0.125).abs() < 1e-12, "{:?}", tests[1]);
    let network = structure(&corpus, "url", &settings(1)).expect("the layer is there");
    assert_eq!((network.n_accounts, network.n_shares, network.tested, network.sharing), (4, 8, 6, 2));
    assert!(network.edges.is_empty());
    assert!(structure(&corpus, "reply", &settings(1)).is_none());
}

#[test]
fn what_is_left_out_is_counted_and_takes_its_degrees_along() {
    // c has one object, so it leaves u1 to a and b; u9 has more sharers than the cap
    let mut table = rows(&[("a", "u1"), ("b", "u1"), ("c", "u1"), ("a", "u2"), ("b", "u2")]);
    for account in ["a", "b", "d", "e"] {
        table.push((account.into(), "u9".into()));
    }
    table.extend(rows(&[("d", "own"), ("e", "other")]));
    let capped = StructureSettings { max_sharers: 3, ..settings(2) };
    let network = structure(&corpus(&table), "url", &capped).expect("the layer is there");
    assert_eq!((network.hot_objects, network.max_sharers), (1, 3));
    assert_eq!((network.n_accounts, network.n_shares, network.tested, network.sharing), (2, 4, 1, 1));
    let tests = all_tests(&corpus(&table), &capped);
    // 2 · 2 · (2 + 2) ÷ 4²
    assert!((tests[0].lambda - 1.0).abs() < 1e-12);
}

/// V and λ of every pair, straight from the definition.
fn by_definition(rows: &[(String, String)], settings: &StructureSettings) -> BTreeMap<(String, String), (u32, f64)> {
    let all: BTreeSet<&(String, String)> = rows.iter().collect();
    let of_account = |account: &String| all.iter().filter(|row| row.0 == *account).count();
    let active: Vec<_> = all.iter().filter(|row| of_account(&row.0) >= settings.min_objects as usize).collect();
    let sharers = |object: &String| active.iter().filter(|row| row.1 == *object).count();
    let kept: Vec<_> =
        active.iter().filter(|row| (2..=settings.max_sharers as usize).contains(&sharers(&row.1))).collect();
    let objects: BTreeSet<&String> = kept.iter().map(|row| &row.1).collect();
    let meetings: usize = objects.iter().map(|object| sharers(object) * (sharers(object) - 1)).sum();
    let degree = |account: &String| kept.iter().filter(|row| row.0 == *account).count() as f64;
    let mut found = BTreeMap::new();
    for x in &kept {
        for y in kept.iter().filter(|y| y.1 == x.1 && x.0 < y.0) {
            let lambda = degree(&x.0) * degree(&y.0) * meetings as f64 / (kept.len() as f64).powi(2);
            found.entry((x.0.clone(), y.0.clone())).or_insert((0, lambda)).0 += 1;
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn common_objects_and_expectations_are_those_of_the_definition(
        rows in prop::collection::vec((0u8..12, 0u8..9), 0..90), min_objects in 1u32..4, max_sharers in 2u32..12,
    ) {
        let rows: Vec<_> = rows.into_iter().map(|(a, o)| (format!("a{a:02}"), format!("o{o}"))).collect();
        let corpus = corpus(&rows);
        if corpus.layers.is_empty() {
            return Ok(());
        }
        let settings = StructureSettings { max_sharers, alpha: 0.2, ..settings(min_objects) };
        let expected = by_definition(&rows, &settings);
        let tests = all_tests(&corpus, &settings);
        prop_assert_eq!(tests.len(), expected.len());
        for (test, (pair, (shared, lambda))) in tests.iter().zip(&expected) {
            prop_assert_eq!((&corpus.accounts()[test.a as usize], &corpus.accounts()[test.b as usize]), (&pair.0, &pair.1));
            prop_assert_eq!(test.shared, *shared);
            prop_assert!((test.lambda - lambda).abs() < 1e-9);
        }
        // and no edge is lost by dropping p > α before Benjamini–Hochberg
        let network = structure(&corpus, "url", &settings).expect("the layer is there");
        let enough: Vec<_> = tests.iter().filter(|test| test.shared >= 2).collect();
        let p: Vec<f64> = enough.iter().map(|test| test.p).collect();
        let adjusted = adjust(&p, network.tested);
        let passed = enough.iter().zip(adjusted).filter(|(_, q)| *q <= settings.alpha);
        let passed: Vec<_> = passed.map(|(test, q)| (test.a, test.b, q)).collect();
        prop_assert_eq!(network.edges.iter().map(|edge| (edge.a, edge.b, edge.q)).collect::<Vec<_>>(), passed);
    }
}

/// A uniform draw from the graphs with the degrees of a given one: 10 tried swaps per edge.
fn rewired(graph: &[(String, String)], seed: u64) -> Vec<(String, String)> {
    let edges: BTreeSet<(&str, &str)> = graph.iter().map(|(a, o)| (a.as_str(), o.as_str())).collect();
    let mut edges: Vec<_> = edges.into_iter().collect();
    let mut taken: HashSet<(&str, &str)> = edges.iter().copied().collect();
    let mut random = Counter::new(seed);
    for _ in 0..10 * edges.len() {
        let (x, y) = (random.below(edges.len()), random.below(edges.len()));
        let swapped = [(edges[x].0, edges[y].1), (edges[y].0, edges[x].1)];
        if x != y && !swapped.iter().any(|edge| taken.contains(edge)) {
            taken.remove(&edges[x]);
            taken.remove(&edges[y]);
            taken.extend(swapped);
            (edges[x], edges[y]) = (swapped[0], swapped[1]);
        }
    }
    rows(&edges)
}

/// Heavy-tailed accounts and objects: who shared what in a world.
fn heavy_tailed(rows: usize, seed: u64) -> Vec<(String, String)> {
    World::peers(rows, seed).actions.into_iter().map(|action| (action.account, action.object)).collect()
}

/// 3,000 accounts with four objects each; ten objects have `popular` sharers, the others four.
fn sparse(popular: usize) -> Vec<(String, String)> {
    let object = |stub: usize| if stub < 10 * popular { stub / popular } else { 10 + stub / 4 };
    let stubs = (0..12_000).map(|stub| (format!("a{:04}", stub % 3000), format!("o{:04}", object(stub))));
    stubs.collect()
}

#[test]
fn on_rewired_graphs_p_below_five_percent_is_no_more_frequent_than_six_in_a_hundred() {
    let (mut small, mut tested, mut edges) = (0, 0, 0);
    for seed in 0..8 {
        let corpus = corpus(&rewired(&heavy_tailed(12_000, seed), seed));
        for min_objects in [2, 10] {
            let network = structure(&corpus, "url", &settings(min_objects)).expect("the layer is there");
            edges += network.edges.len();
            tested += network.tested;
            // pairs without a common object have p = 1
            small += all_tests(&corpus, &settings(min_objects)).iter().filter(|test| test.p <= 0.05).count();
        }
    }
    let share = small as f64 / tested as f64;
    assert!(tested > 1_000_000 && share <= 0.06, "{share} of {tested}");
    assert!(edges <= 1, "{edges} edges on 16 random graphs");
}

#[test]
fn the_number_of_tests_is_all_pairs_because_pairs_that_share_were_chosen_by_what_is_tested() {
    for seed in 0..3 {
        let corpus = corpus(&rewired(&sparse(4), seed));
        let network = structure(&corpus, "url", &settings(2)).expect("the layer is there");
        assert_eq!(network.tested, 3000 * 2999 / 2);
        assert!(network.edges.is_empty(), "{} edges of {}", network.edges.len(), network.sharing);
        // the control: the same p-values, adjusted over the pairs that share an object
        let tests = all_tests(&corpus, &settings(2));
        assert_eq!(tests.len() as u64, network.sharing);
        let p: Vec<f64> = tests.iter().map(|test| test.p).collect();
        let adjusted = adjust(&p, network.sharing);
        let chosen = tests.iter().zip(&adjusted).filter(|(test, q)| test.shared >= 2 && **q <= 0.01).count();
        assert!(chosen > 15, "{chosen} false edges");
    }
}

#[test]
fn a_group_that_shares_the_same_objects_at_any_time_is_found_and_nobody_else() {
    let mut table = rewired(&sparse(60), 3);
    let planted: BTreeSet<String> = (0..8).map(|member| format!("x{member}")).collect();
    let mut random = Counter::new(5);
    for account in &planted {
        // of 12 objects of the group each member takes four in five, half of them other people's too
        for event in (0..12).filter(|_| random.uniform() < 0.8) {
            let object = if event % 2 == 0 { format!("x{event}") } else { format!("o{:04}", 300 + event) };
            table.push((account.clone(), object));
        }
        for _ in 0..8 {
            table.push((account.clone(), format!("o{:04}", random.below(3000))));
        }
    }
    let corpus = corpus(&table);
    let network = structure(&corpus, "url", &settings(2)).expect("the layer is there");
    let ends: BTreeSet<String> =
        network.edges.iter().flat_map(|e| [e.a, e.b]).map(|code| corpus.accounts()[code as usize].clone()).collect();
    assert_eq!(ends, planted);
    assert!(network.edges.len() >= 20, "{} of 28 pairs", network.edges.len());
    assert!(network.edges.iter().all(|edge| edge.n_objects >= 2 && edge.q <= 0.01 && edge.weight > 2.0));
}

/// ln k! for k up to n.
fn log_factorials(n: u32) -> Vec<f64> {
    let mut sum = 0.0;
    std::iter::once(0.0).chain((1..=n).map(|k| (sum += f64::from(k).ln(), sum).1)).collect()
}

/// P(X ≥ v) of the hypergeometric law: two draws of `a` and `b` out of `n` objects, all equally popular.
fn hypergeometric_tail(log_factorial: &[f64], v: u32, a: u32, b: u32, n: u32) -> f64 {
    let factorial = |k: u32| log_factorial[k as usize];
    let choose = |n: u32, k: u32| factorial(n) - factorial(k) - factorial(n - k);
    let terms = (v..=a.min(b)).filter(|x| b - x <= n - a);
    terms.map(|x| (choose(a, x) + choose(n - a, b - x) - choose(n, b)).exp()).sum()
}

#[test]
fn the_hypergeometric_law_has_the_value_worked_by_hand() {
    // 3 and 2 of 5 objects: both in common with 3 ÷ 10, at least one with 9 ÷ 10
    let logs = log_factorials(5);
    assert!((hypergeometric_tail(&logs, 2, 3, 2, 5) - 0.3).abs() < 1e-12);
    assert!((hypergeometric_tail(&logs, 1, 3, 2, 5) - 0.9).abs() < 1e-12);
}

#[test]
fn the_hypergeometric_law_validates_noise_where_popularity_is_unequal_and_structure_does_not() {
    // in small what coordination.md reports of an ordinary repost sample: 148,343 of 633,682 pairs
    let corpus = corpus(&rewired(&sparse(300), 9));
    let settings = settings(2);
    let sharing = Sharing::of(&corpus.layers[0], corpus.accounts().len(), &settings);
    let tests = all_tests(&corpus, &settings);
    let n = sharing.incidence.n_groups() as u32;
    let logs = log_factorials(n);
    let degree = |account| sharing.degree(account) as u32;
    let tail = |test: &SharingTest| hypergeometric_tail(&logs, test.shared, degree(test.a), degree(test.b), n);
    let p: Vec<f64> = tests.iter().map(tail).collect();
    let network = structure(&corpus, "url", &settings).expect("the layer is there");
    for tested in [network.sharing, network.tested] {
        let validated = adjust(&p, tested).iter().filter(|q| **q <= 0.01).count();
        assert!(validated > 5000, "{validated} of {tested}");
    }
    assert!(network.edges.is_empty(), "{} edges", network.edges.len());
}

#[test]
fn one_thread_and_three_give_the_same_structure() {
    let corpus = corpus(&heavy_tailed(12_000, 6));
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| structure(&corpus, "url", &StructureSettings { alpha: 0.5, ..settings(2) }))
    };
    assert!(run(1) == run(3) && run(1).is_some());
}
