//! Eigenvectors that can be written down, and what defines one.

use super::*;
use proptest::prelude::*;

fn near(found: &[f64], expected: &[f64]) -> bool {
    found.len() == expected.len() && found.iter().zip(expected).all(|(f, e)| (f - e).abs() < 1e-9)
}

#[test]
fn the_leaves_of_a_star_have_one_over_the_root_of_their_number() {
    // A v = λ v with λ = √n: hub 1, leaf 1 ÷ √n
    for n in [1u32, 4, 9, 10_000] {
        let edges: Vec<_> = (1..=n).map(|leaf| (0, leaf, 2.5)).collect();
        let found = eigenvector_centrality(&Graph::from_edges(n as usize + 1, &edges));
        let mut expected = vec![1.0 / f64::from(n).sqrt(); n as usize + 1];
        expected[0] = 1.0;
        assert!(near(&found, &expected), "{n}: {:?}", &found[..2]);
    }
}

#[test]
fn a_path_has_the_sine_of_its_place() {
    // of n nodes: sin(π k ÷ (n + 1)), the largest eigenvector of a path
    for n in [2usize, 5, 30] {
        let edges: Vec<_> = (1..n as u32).map(|node| (node - 1, node, 1.0)).collect();
        let found = eigenvector_centrality(&Graph::from_edges(n, &edges));
        let sine = |k: usize| (std::f64::consts::PI * k as f64 / (n + 1) as f64).sin();
        let most = (1..=n).map(sine).fold(0.0, f64::max);
        let expected: Vec<f64> = (1..=n).map(|k| sine(k) / most).collect();
        assert!(near(&found, &expected), "{n}: {found:?}");
    }
}

#[test]
fn the_corners_of_a_triangle_are_alike_until_one_side_is_heavier() {
    let triangle = |heavy| Graph::from_edges(3, &[(0, 1, heavy), (1, 2, 1.0), (0, 2, 1.0)]);
    assert!(near(&eigenvector_centrality(&triangle(1.0)), &[1.0, 1.0, 1.0]));
    // by hand: (1, 1, x) with λ = 2 + x and λ x = 2, so x = √3 − 1
    assert!(near(&eigenvector_centrality(&triangle(2.0)), &[1.0, 1.0, 3.0_f64.sqrt() - 1.0]));
}

#[test]
fn every_component_has_a_center_of_its_own_and_a_lone_node_none() {
    let graph = Graph::from_edges(7, &[(0, 1, 9.0), (1, 2, 9.0), (3, 4, 0.1), (4, 5, 0.1)]);
    let half = 0.5_f64.sqrt();
    assert!(near(&eigenvector_centrality(&graph), &[half, 1.0, half, half, 1.0, half, 0.0]));
    assert!(eigenvector_centrality(&Graph::from_edges(0, &[])).is_empty());
}

proptest! {
    #[test]
    fn the_result_is_an_eigenvector_of_every_component_with_positive_entries(
        edges in proptest::collection::vec((0u32..12, 0u32..12, 1u32..9), 1..40),
    ) {
        let edges: Vec<_> = edges.into_iter().map(|(a, b, w)| (a, b, f64::from(w))).collect();
        let graph = Graph::from_edges(12, &edges);
        let found = eigenvector_centrality(&graph);
        let labels = components(&graph);
        for label in 0..12 {
            let nodes: Vec<u32> = (0..12).filter(|node| labels[*node as usize] == label).collect();
            if nodes.len() < 2 {
                prop_assert!(nodes.iter().all(|&node| found[node as usize] == 0.0));
                continue;
            }
            let image = |node: u32| graph.neighbors(node).map(|(b, w)| w * found[b as usize]).sum::<f64>();
            let top = *nodes.iter().max_by(|a, b| found[**a as usize].total_cmp(&found[**b as usize])).expect("two");
            prop_assert!((found[top as usize] - 1.0).abs() < 1e-12);
            let lambda = image(top);
            for node in nodes {
                prop_assert!(found[node as usize] > 0.0);
                prop_assert!((image(node) - lambda * found[node as usize]).abs() < 1e-6 * lambda);
            }
        }
    }
}
