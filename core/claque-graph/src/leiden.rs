//! Communities by the Leiden algorithm: fast local moving, refinement, aggregation.

mod aggregate;
mod moving;
mod quality;
mod refine;

use crate::components::relabel;
use crate::graph::Graph;
use crate::random::Counter;
use aggregate::Level;
pub use quality::{Quality, constant_potts, modularity};

/// Rounds of moving, refining and aggregating after which a search ends at the latest.
const MAX_ROUNDS: usize = 50;

/// Communities that maximize a quality function at a resolution.
///
/// Leiden (Traag, Waltman & van Eck 2019, 10.1038/s41598-019-41695-z) with its three phases: fast local
/// moving over a queue, refinement inside each community (only well-connected nodes and sets merge, at
/// random in proportion to exp(gain ÷ θ)), aggregation by the refined partition. Repeated from the result
/// until a round improves nothing. Communities are connected. Returns a label per node, numbered by the
/// smallest member; nodes without edges stay alone.
///
/// Near O(m) per round. Deterministic for a seed; sequential, so threads have no part in it.
#[must_use]
pub fn leiden(graph: &Graph, quality: Quality, resolution: f64, seed: u64) -> Vec<u32> {
    let n = graph.n_nodes();
    let mut labels: Vec<u32> = (0..n as u32).collect();
    if graph.total_weight() <= 0.0 {
        return labels;
    }
    let mut random = Counter::new(seed);
    let base = Level::base(graph, quality, resolution);
    for _ in 0..MAX_ROUNDS {
        let next = round(&base, labels.clone(), &mut random);
        let reached = quality.of(graph, &next, resolution);
        if reached <= quality.of(graph, &labels, resolution) + 1e-12 {
            break;
        }
        labels = next;
    }
    labels
}

/// One descent: move, refine, aggregate until nothing aggregates any more.
fn round(base: &Level, mut labels: Vec<u32>, random: &mut Counter) -> Vec<u32> {
    let mut level = base.clone();
    let mut nodes: Vec<u32> = (0..level.n_nodes() as u32).collect();
    loop {
        moving::move_nodes(&level, &mut labels, random);
        labels = relabel(&labels);
        let communities = labels.iter().max().map_or(0, |&label| label as usize + 1);
        if communities == level.n_nodes() {
            break;
        }
        let mut refined = refine::refine(&level, &labels, random);
        if refined.iter().max().map_or(0, |&label| label as usize + 1) == level.n_nodes() {
            // nothing merged in refinement: aggregate by the partition itself, or the search would stand still
            refined.clone_from(&labels);
        }
        let mut above = vec![0; refined.iter().max().map_or(0, |&label| label as usize + 1)];
        for (node, &part) in refined.iter().enumerate() {
            above[part as usize] = labels[node];
        }
        for node in &mut nodes {
            *node = refined[*node as usize];
        }
        level = level.aggregate(&refined);
        labels = above;
    }
    let by_node: Vec<u32> = nodes.iter().map(|&node| labels[node as usize]).collect();
    relabel(&by_node)
}

#[cfg(test)]
mod tests;
