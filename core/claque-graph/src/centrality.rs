//! Eigenvector centrality.

use crate::components::components;
use crate::graph::Graph;

/// Change of the largest entry at which the iteration ends.
const TOLERANCE: f64 = 1e-12;
/// Steps after which it ends at the latest.
const MAX_STEPS: usize = 10_000;

/// Eigenvector centrality (Bonacich 1972, 10.1080/0022250X.1972.9989806): of each connected component by itself
/// the eigenvector of the largest eigenvalue of the weight matrix, scaled so that its largest entry is 1. A node
/// without edges has 0. (Over a whole graph in pieces the vector is 0 outside the piece with the largest
/// eigenvalue, and says nothing about the others.)
///
/// Power iteration on A + sI, with s a lower bound of the largest eigenvalue: a plain iteration on A swings for
/// ever on bipartite graphs, such as stars and paths, where −λ is an eigenvalue too. O(m) per step; a few dozen
/// steps where the component is dense, up to thousands on a long chain. Deterministic, sequential.
#[must_use]
pub fn eigenvector_centrality(graph: &Graph) -> Vec<f64> {
    let labels = components(graph);
    let mut members = vec![Vec::new(); labels.iter().max().map_or(0, |&label| label as usize + 1)];
    for (node, &label) in labels.iter().enumerate() {
        members[label as usize].push(node as u32);
    }
    let mut centrality = vec![0.0; graph.n_nodes()];
    for nodes in members.iter().filter(|nodes| nodes.len() > 1) {
        for &node in nodes {
            centrality[node as usize] = 1.0;
        }
        iterate(graph, nodes, &mut centrality);
    }
    centrality
}

fn iterate(graph: &Graph, nodes: &[u32], centrality: &mut [f64]) {
    let shift = least_eigenvalue_bound(graph, nodes);
    let mut next = vec![0.0; nodes.len()];
    for _ in 0..MAX_STEPS {
        for (sum, &node) in next.iter_mut().zip(nodes) {
            let from_others: f64 =
                graph.neighbors(node).map(|(other, weight)| weight * centrality[other as usize]).sum();
            *sum = from_others + shift * centrality[node as usize];
        }
        let largest = next.iter().fold(0.0, |most: f64, value| most.max(*value));
        if largest <= 0.0 {
            return;
        }
        let mut change = 0.0_f64;
        for (value, &node) in next.iter().zip(nodes) {
            let value = value / largest;
            change = change.max((value - centrality[node as usize]).abs());
            centrality[node as usize] = value;
        }
        if change <= TOLERANCE {
            return;
        }
    }
}

/// The larger of the mean strength and the longest row: the largest eigenvalue is at least either (that of a
/// star around the node with the longest row). A star thus converges by halves.
fn least_eigenvalue_bound(graph: &Graph, nodes: &[u32]) -> f64 {
    let mean = nodes.iter().map(|&node| graph.strength(node)).sum::<f64>() / nodes.len() as f64;
    let row = |&node: &u32| graph.neighbors(node).map(|(_, weight)| weight * weight).sum::<f64>().sqrt();
    nodes.iter().map(row).fold(mean, f64::max)
}

#[cfg(test)]
mod tests;
