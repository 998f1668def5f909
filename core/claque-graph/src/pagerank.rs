//! PageRank: how often a surfer who follows edges by their weight, and sometimes starts anew, is at a node.

use crate::directed::DirectedGraph;
use crate::graph::Graph;

/// Sum of absolute changes at which the iteration ends.
const TOLERANCE: f64 = 1e-12;
/// Steps after which it ends at the latest; a damping of 0.99 needs some 2,700.
const MAX_STEPS: usize = 10_000;

/// PageRank of a directed graph (Brin & Page 1998, 10.1016/S0169-7552(98)00110-X): a share per node, all together 1.
///
/// From a node the surfer follows an arc with probability `damping`, in [0, 1), in proportion to the weights, and else starts
/// anew at any node alike; so does one at a node without outgoing weight. Empty for a graph without nodes.
///
/// Power iteration until the shares change by less than 10⁻¹² together; O(n + m) per step, about 170 steps at a
/// damping of 0.85. Sequential, every sum in the order of nodes: the same bits everywhere.
#[must_use]
pub fn pagerank_directed(graph: &DirectedGraph, damping: f64) -> Vec<f64> {
    let strength = |node| graph.successors(node).map(|(_, weight)| weight).sum();
    iterate(graph.n_nodes(), damping, strength, |node| graph.predecessors(node))
}

/// PageRank of an undirected graph: each edge is followed in both directions. See [`pagerank_directed`].
#[must_use]
pub fn pagerank(graph: &Graph, damping: f64) -> Vec<f64> {
    iterate(graph.n_nodes(), damping, |node| graph.strength(node), |node| graph.neighbors(node))
}

fn iterate<I>(n: usize, damping: f64, strength: impl Fn(u32) -> f64, incoming: impl Fn(u32) -> I) -> Vec<f64>
where
    I: Iterator<Item = (u32, f64)>,
{
    debug_assert!((0.0..1.0).contains(&damping), "the damping is a probability below 1");
    let strength: Vec<f64> = (0..n as u32).map(strength).collect();
    let mut rank = vec![1.0 / n as f64; n];
    // what a node passes on per unit of weight
    let mut passed = vec![0.0; n];
    for _ in 0..MAX_STEPS {
        let mut stranded = 0.0;
        for ((passed, &rank), &strength) in passed.iter_mut().zip(&rank).zip(&strength) {
            *passed = if strength > 0.0 { rank / strength } else { 0.0 };
            stranded += if strength > 0.0 { 0.0 } else { rank };
        }
        let anywhere = (1.0 - damping + damping * stranded) / n as f64;
        let mut change = 0.0;
        for (node, own) in rank.iter_mut().enumerate() {
            let followed: f64 = incoming(node as u32).map(|(from, weight)| weight * passed[from as usize]).sum();
            let next = anywhere + damping * followed;
            change += (next - *own).abs();
            *own = next;
        }
        if change < TOLERANCE {
            break;
        }
    }
    rank
}

#[cfg(test)]
mod tests;
