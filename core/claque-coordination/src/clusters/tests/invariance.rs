//! What must not matter: names of accounts, order of rows. And the ranges of all measures.

use super::*;
use claque_graph::Counter;
use claque_model::ClusterMeasures;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Clusters by the names of their members.
type ByMembers = BTreeMap<Vec<String>, ClusterMeasures>;

fn measured(world: &World, name: impl Fn(&str) -> String) -> ByMembers {
    let corpus = world.corpus();
    let network = link(&corpus, &settings(7), Half::Whole);
    let mut clusters = find_clusters(&corpus, &network, &ClusterSettings::default());
    let samples = ClusterSettings { samples: 5, ..ClusterSettings::default() };
    let stable = stability(&corpus, &clusters, &settings(7), Half::Whole, &samples);
    for (cluster, stability) in clusters.iter_mut().zip(stable) {
        cluster.measures.stability = Some(stability);
    }
    let by_members = clusters.into_iter().map(|cluster| {
        let ids = cluster.members.iter().map(|(code, _)| name(&corpus.accounts()[*code as usize]));
        let mut with_centrality: Vec<(String, f64)> = ids.zip(cluster.measures.centrality.iter().copied()).collect();
        with_centrality.sort_by(|x, y| x.0.cmp(&y.0));
        let (ids, centrality) = with_centrality.into_iter().unzip();
        (ids, ClusterMeasures { centrality, ..cluster.measures })
    });
    by_members.collect()
}

/// Names in another order, and from which the old ones can be had.
fn renamed(name: &str) -> String {
    format!("{:02x}-{name}", claque_graph::mix(name.bytes().fold(7, |hash, byte| hash * 31 + u64::from(byte))) % 251)
}

fn numbers(measures: &ClusterMeasures) -> Vec<f64> {
    let shares = [
        measures.density,
        measures.conductance,
        measures.multiplex,
        measures.synchronicity,
        measures.persistence,
        measures.seed_share,
        measures.seed_gini,
        measures.extent,
        measures.consensus,
        measures.stability.expect("it was asked for"),
    ];
    let curve = measures.extent_curve.iter().map(|(_, share)| *share);
    shares.into_iter().chain(curve).chain(measures.centrality.iter().copied()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn measures_are_shares_and_depend_on_neither_names_nor_the_order_of_rows(
        seed in 0u64..1_000, size in 4usize..9, events in 5usize..10, spread in 5.0..40.0_f64,
    ) {
        let world = World::ordinary(1_500, seed).plant(3, size, events, spread, seed + 1);
        let mut other = world.clone();
        other.actions.iter_mut().for_each(|action| action.account = renamed(&action.account));
        Counter::new(seed).shuffle(&mut other.actions);
        let found = measured(&world, str::to_owned);
        let again = measured(&other, |name| name[3..].to_owned());
        prop_assert_eq!(found.keys().collect::<Vec<_>>(), again.keys().collect::<Vec<_>>());
        for (members, measures) in &found {
            let same = &again[members];
            prop_assert_eq!((&measures.layers, measures.size), (&same.layers, same.size));
            prop_assert_eq!(measures.size as usize, members.len());
            let (one, two) = (numbers(measures), numbers(same));
            prop_assert_eq!(one.len(), two.len());
            for (x, y) in one.iter().zip(&two) {
                prop_assert!((0.0..=1.0).contains(x), "{:?}", measures);
                prop_assert!((x - y).abs() < 1e-9, "{:?} {:?}", measures, same);
            }
            prop_assert!(measures.seed_share >= 1.0 / members.len() as f64 - 1e-12);
            prop_assert!(measures.extent_curve.is_sorted_by(|x, y| x.0 < y.0 && x.1 > y.1));
            let most = measures.centrality.iter().copied().fold(0.0, f64::max);
            prop_assert!((most - 1.0).abs() < 1e-9);
        }
    }
}
