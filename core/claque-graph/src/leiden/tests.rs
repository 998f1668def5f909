//! Known graphs, and what the paper promises of communities.

use super::*;
use crate::components::components;
use crate::known::KARATE;
use proptest::prelude::*;

fn unweighted(n: usize, edges: &[(u32, u32)]) -> Graph {
    let edges: Vec<_> = edges.iter().map(|&(a, b)| (a, b, 1.0)).collect();
    Graph::from_edges(n, &edges)
}

fn cliques_with_bridge(size: u32) -> Graph {
    let mut edges = vec![(0, size)];
    for base in [0, size] {
        edges.extend((0..size).flat_map(|a| (a + 1..size).map(move |b| (base + a, base + b))));
    }
    unweighted(2 * size as usize, &edges)
}

#[test]
fn two_cliques_with_a_bridge_are_two_communities() {
    let expected: Vec<u32> = (0..10).map(|node| node / 5).collect();
    for seed in 0..20 {
        assert_eq!(leiden(&cliques_with_bridge(5), Quality::Modularity, 1.0, seed), expected);
    }
}

#[test]
fn the_karate_club_reaches_its_known_maximum() {
    // 0.4198 is the maximum, proven by exact search (Brandes et al. 2008, 10.1109/TKDE.2007.190689)
    let karate = unweighted(34, &KARATE);
    let best = (0..20)
        .map(|seed| modularity(&karate, &leiden(&karate, Quality::Modularity, 1.0, seed), 1.0))
        .fold(0.0, f64::max);
    assert!((best - 0.4198).abs() < 5e-5, "{best}");
    let worst = (0..20)
        .map(|seed| modularity(&karate, &leiden(&karate, Quality::Modularity, 1.0, seed), 1.0))
        .fold(1.0, f64::min);
    assert!(worst > 0.41, "{worst}");
}

#[test]
fn modularity_of_the_split_of_the_club_is_the_published_one() {
    // the two factions after the split: 0.3715 (Newman & Girvan 2004, 10.1103/PhysRevE.69.026113, give 0.371)
    let officer = [8, 9, 14, 15, 18, 20, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33];
    let labels: Vec<u32> = (0..34).map(|node| u32::from(officer.contains(&node))).collect();
    assert!((modularity(&unweighted(34, &KARATE), &labels, 1.0) - 0.3715).abs() < 1e-3);
}

#[test]
fn a_higher_resolution_gives_more_communities() {
    let karate = unweighted(34, &KARATE);
    let count = |gamma| leiden(&karate, Quality::Modularity, gamma, 1).into_iter().max();
    assert!(count(2.0) > count(0.5));
}

/// Cliques in a ring, each joined to the next by one edge.
fn ring_of_cliques(cliques: u32, size: u32) -> Graph {
    let mut edges = Vec::new();
    for base in (0..cliques).map(|clique| clique * size) {
        edges.extend((0..size).flat_map(|a| (a + 1..size).map(move |b| (base + a, base + b))));
        edges.push((base, (base + size) % (cliques * size) + 1));
    }
    unweighted((cliques * size) as usize, &edges)
}

fn best_of(graph: &Graph, quality: Quality, resolution: f64) -> Vec<u32> {
    let runs = (0..20).map(|seed| leiden(graph, quality, resolution, seed));
    let best =
        |x: &Vec<u32>, y: &Vec<u32>| quality.of(graph, x, resolution).total_cmp(&quality.of(graph, y, resolution));
    runs.max_by(best).expect("twenty runs")
}

#[test]
fn modularity_joins_cliques_of_a_long_ring_and_the_constant_potts_model_does_not() {
    // Fortunato & Barthélemy 2007, 10.1073/pnas.0605965104: 30 cliques of 5 have 0.876 apart and 0.888 in pairs
    let ring = ring_of_cliques(30, 5);
    let apart: Vec<u32> = (0..150).map(|node| node / 5).collect();
    assert!((modularity(&ring, &apart, 1.0) - 0.876).abs() < 5e-4);
    let joined = best_of(&ring, Quality::Modularity, 1.0);
    assert!(modularity(&ring, &joined, 1.0) >= 0.8875, "{}", modularity(&ring, &joined, 1.0));
    assert!(joined.iter().max() < Some(&16), "about fifteen pairs of cliques");
    // two cliques have one edge for 25 pairs, a clique one for each: 1/25 < γ < 1 keeps the cliques
    for resolution in [0.05, 0.2, 0.9] {
        assert_eq!(leiden(&ring, Quality::Cpm, resolution, 1), apart, "{resolution}");
    }
    assert!(best_of(&ring, Quality::Cpm, 0.01).iter().max() < Some(&16), "below 1/25 cliques join");
}

#[test]
fn the_karate_club_reaches_the_best_constant_potts_partition_known() {
    // half of what leidenalg 0.12.0 gives (it counts both directions): CPMVertexPartition, best of 200 runs,
    // each until nothing improved
    let karate = unweighted(34, &KARATE);
    for (resolution, expected) in [(0.05, 54.4), (0.1, 43.1), (0.2, 30.6), (0.5, 14.0)] {
        let found = best_of(&karate, Quality::Cpm, resolution);
        let reached = constant_potts(&karate, &found, resolution);
        assert!((reached - expected).abs() < 1e-9, "{resolution}: {reached}");
    }
}

#[test]
fn the_constant_potts_quality_is_weight_inside_less_a_price_per_pair() {
    // by hand: {0, 1, 2} and {3}: 2 + 3 − γ · 3
    let graph = Graph::from_edges(4, &[(0, 1, 2.0), (1, 2, 3.0), (2, 3, 5.0)]);
    assert!((constant_potts(&graph, &[0, 0, 0, 1], 0.5) - 3.5).abs() < 1e-12);
    assert!((Quality::Cpm.of(&graph, &[0, 0, 0, 1], 0.5) - 0.35).abs() < 1e-12);
}

#[test]
fn a_graph_without_edges_keeps_every_node_alone() {
    assert_eq!(leiden(&Graph::from_edges(3, &[]), Quality::Modularity, 1.0, 7), vec![0, 1, 2]);
}

fn qualities() -> impl Strategy<Value = Quality> {
    prop_oneof![Just(Quality::Modularity), Just(Quality::Cpm)]
}

proptest! {
    #[test]
    fn communities_are_connected_and_repeat_for_a_seed(
        edges in proptest::collection::vec((0u32..30, 0u32..30, 1u32..9), 1..120), seed in 0u64..50, quality in qualities(),
    ) {
        let edges: Vec<_> = edges.into_iter().map(|(a, b, w)| (a, b, f64::from(w))).collect();
        let graph = Graph::from_edges(30, &edges);
        let labels = leiden(&graph, quality, 1.0, seed);
        prop_assert_eq!(&labels, &leiden(&graph, quality, 1.0, seed));
        let inside: Vec<_> = graph.edges().filter(|(a, b, _)| labels[*a as usize] == labels[*b as usize]).collect();
        prop_assert_eq!(&labels, &components(&Graph::from_edges(30, &inside)));
        let alone: Vec<u32> = (0..30).collect();
        prop_assert!(quality.of(&graph, &labels, 1.0) >= quality.of(&graph, &alone, 1.0) - 1e-9);
    }

    #[test]
    fn no_single_move_improves_the_result(
        edges in proptest::collection::vec((0u32..14, 0u32..14, 1u32..9), 1..50), seed in 0u64..20, quality in qualities(),
    ) {
        let edges: Vec<_> = edges.into_iter().map(|(a, b, w)| (a, b, f64::from(w))).collect();
        let graph = Graph::from_edges(14, &edges);
        let labels = leiden(&graph, quality, 1.0, seed);
        let reached = quality.of(&graph, &labels, 1.0);
        for node in 0..14 {
            for label in 0..14 {
                let mut moved = labels.clone();
                moved[node] = label;
                prop_assert!(quality.of(&graph, &moved, 1.0) <= reached + 1e-9);
            }
        }
    }
}
