//! Against networkx 3.6.1 (`core_number`; igraph 1.0.0 agreed), and against the definition.

use super::*;
use crate::known::KARATE;
use proptest::prelude::*;

fn graph(n: usize, edges: &[(u32, u32)]) -> Graph {
    Graph::from_edges(n, &edges.iter().map(|&(a, b)| (a, b, 1.0)).collect::<Vec<_>>())
}

/// The definition, by peeling: for every k, nodes of fewer than k neighbors leave until none does.
fn by_peeling(graph: &Graph) -> Vec<u32> {
    let n = graph.n_nodes() as u32;
    let mut number = vec![0; n as usize];
    for k in 1..=n {
        let mut left: Vec<bool> = vec![true; n as usize];
        loop {
            let held = |node: u32| graph.neighbors(node).filter(|(other, _)| left[*other as usize]).count() as u32;
            let leaving: Vec<u32> = (0..n).filter(|&node| left[node as usize] && held(node) < k).collect();
            if leaving.is_empty() {
                break;
            }
            for node in leaving {
                left[node as usize] = false;
            }
        }
        for node in (0..n as usize).filter(|&node| left[node]) {
            number[node] = k;
        }
    }
    number
}

#[test]
fn the_karate_club_has_the_numbers_of_networkx() {
    let expected =
        [4, 4, 4, 4, 3, 3, 3, 4, 4, 2, 3, 1, 2, 4, 2, 2, 2, 2, 2, 3, 2, 2, 2, 3, 3, 3, 2, 3, 3, 3, 4, 3, 4, 4];
    assert_eq!(core_numbers(&graph(34, &KARATE)), expected);
}

#[test]
fn a_clique_with_a_tail_is_held_by_the_clique_alone() {
    // nodes 0 to 3 know each other, 4 hangs on 0, 5 on 4, 6 is alone
    let edges = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3), (0, 4), (4, 5)];
    assert_eq!(core_numbers(&graph(7, &edges)), [3, 3, 3, 3, 1, 1, 0]);
    assert!(core_numbers(&graph(0, &[])).is_empty());
}

#[test]
fn weights_and_repetitions_play_no_part() {
    let twice = Graph::from_edges(3, &[(0, 1, 5.0), (1, 0, 5.0), (1, 2, 0.1)]);
    assert_eq!(core_numbers(&twice), [1, 1, 1]);
}

proptest! {
    #[test]
    fn buckets_give_what_peeling_gives(edges in prop::collection::vec((0u32..20, 0u32..20), 0..120)) {
        let graph = graph(20, &edges);
        prop_assert_eq!(core_numbers(&graph), by_peeling(&graph));
    }
}
