//! Against networkx 3.6.1 (`pagerank`, tolerance 10⁻¹⁵), with which igraph 1.0.0 (PRPACK) agreed to 10⁻¹⁴.

use super::*;
use crate::known::KARATE;
use proptest::prelude::*;

/// Node 5 has no way out, 6 has no edge at all, and nothing leads to 7.
const ARCS: [(u32, u32, f64); 10] = [
    (0, 1, 2.0),
    (0, 2, 1.0),
    (1, 2, 0.5),
    (2, 0, 3.0),
    (2, 3, 1.5),
    (3, 5, 4.0),
    (4, 0, 1.0),
    (4, 3, 0.25),
    (7, 4, 1.0),
    (1, 0, 2.5),
];

#[track_caller]
fn near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (node, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() < 1e-10, "node {node}: {found} instead of {expected}");
    }
}

#[test]
fn the_karate_club_has_the_shares_of_networkx() {
    let edges: Vec<_> = KARATE.iter().map(|&(a, b)| (a, b, 1.0)).collect();
    let expected = [
        0.096_997_285_388,
        0.052_876_924_061,
        0.057_078_509_488,
        0.035_859_857_786,
        0.021_977_952_365,
        0.029_111_154_678,
        0.029_111_154_678,
        0.024_490_497_035,
        0.029_766_056_081,
        0.014_309_397_129,
        0.021_977_952_365,
        0.009_564_745_492,
        0.014_644_892_012,
        0.029_536_456_152,
        0.014_535_993_998,
        0.014_535_993_998,
        0.016_784_005_444,
        0.014_558_677_209,
        0.014_535_993_998,
        0.019_604_636_326,
        0.014_535_993_998,
        0.014_558_677_209,
        0.014_535_993_998,
        0.031_522_514_777,
        0.021_076_033_559,
        0.021_006_197_394,
        0.015_044_038_083,
        0.025_639_767_483,
        0.019_573_459_464,
        0.026_288_537_695,
        0.024_590_155_249,
        0.037_158_087_069,
        0.071_693_226_006,
        0.100_919_182_333,
    ];
    near(&pagerank(&Graph::from_edges(34, &edges), 0.85), &expected);
}

#[test]
fn weights_directions_and_dead_ends_are_those_of_networkx() {
    let graph = DirectedGraph::from_arcs(8, &ARCS);
    let usual = [
        0.311_555_375_55,
        0.210_397_001_534,
        0.151_929_220_345,
        0.087_541_064_29,
        0.062_620_567_469,
        0.108_258_860_035,
        0.033_848_955_389,
        0.033_848_955_389,
    ];
    let shorter = [
        0.224_745_651_46,
        0.150_180_505_415,
        0.125_237_938_956,
        0.107_428_071_327,
        0.112_897_932_393,
        0.128_979_323_925,
        0.075_265_288_262,
        0.075_265_288_262,
    ];
    near(&pagerank_directed(&graph, 0.85), &usual);
    near(&pagerank_directed(&graph, 0.5), &shorter);
    near(&pagerank_directed(&graph, 0.0), &[0.125; 8]);
    let both_ways = [
        0.249_116_176_614,
        0.132_459_528_598,
        0.157_813_667_119,
        0.164_239_021_167,
        0.098_941_424_709,
        0.118_094_268_278,
        0.020_979_020_979,
        0.058_356_892_536,
    ];
    near(&pagerank(&graph.undirected(), 0.85), &both_ways);
}

#[test]
fn turning_all_arcs_makes_a_dead_end_a_source() {
    let turned: Vec<_> = ARCS.iter().map(|&(from, to, weight)| (to, from, weight)).collect();
    let back = pagerank_directed(&DirectedGraph::from_arcs(8, &turned), 0.85);
    assert!((back[5] - 0.033_025).abs() < 1e-6 && (back[7] - 0.101_327).abs() < 1e-6, "{back:?}");
}

#[test]
fn no_nodes_have_no_shares_and_lone_nodes_equal_ones() {
    assert!(pagerank(&Graph::from_edges(0, &[]), 0.85).is_empty());
    near(&pagerank(&Graph::from_edges(4, &[]), 0.85), &[0.25; 4]);
}

proptest! {
    #[test]
    fn shares_are_positive_sum_to_one_and_stay_when_taken_one_step_further(
        arcs in prop::collection::vec((0u32..15, 0u32..15, 1u32..9), 0..60), damping in 0.0..0.95,
    ) {
        let arcs: Vec<_> = arcs.into_iter().map(|(a, b, w)| (a, b, f64::from(w))).collect();
        let graph = DirectedGraph::from_arcs(15, &arcs);
        let found = pagerank_directed(&graph, damping);
        prop_assert!(found.iter().all(|share| *share > 0.0));
        prop_assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        let out: Vec<f64> = (0..15).map(|node| graph.successors(node).map(|(_, weight)| weight).sum()).collect();
        let stranded: f64 = (0..15).filter(|&node| out[node] == 0.0).map(|node| found[node]).sum();
        for node in 0..15_u32 {
            let followed: f64 = arcs
                .iter()
                .filter(|(from, to, _)| *to == node && from != to)
                .map(|(from, _, weight)| found[*from as usize] * weight / out[*from as usize])
                .sum();
            let next = (1.0 - damping + damping * stranded) / 15.0 + damping * followed;
            prop_assert!((next - found[node as usize]).abs() < 1e-9);
        }
    }
}
