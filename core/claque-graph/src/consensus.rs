//! Consensus over several partitions of the same nodes.

use crate::components::DisjointSets;
use crate::graph::Graph;

/// Share of the runs that put both nodes into one community.
#[must_use]
pub fn co_assignment(runs: &[Vec<u32>], a: u32, b: u32) -> f64 {
    let together = runs.iter().filter(|labels| labels[a as usize] == labels[b as usize]).count();
    together as f64 / runs.len().max(1) as f64
}

/// Groups of nodes that the runs keep together.
///
/// Two nodes joined by an edge are kept together when at least `threshold` of the runs put them into one
/// community; the groups are the connected components of those edges. Communities of Leiden are
/// connected, so edges suffice and no n² matrix is made (after Lancichinetti & Fortunato 2012,
/// 10.1038/srep00336). Returns a label per node, numbered by the smallest member; lone nodes have their
/// own. O(runs · m). Deterministic.
#[must_use]
pub fn consensus(graph: &Graph, runs: &[Vec<u32>], threshold: f64) -> Vec<u32> {
    let mut sets = DisjointSets::new(graph.n_nodes());
    for (a, b, _) in graph.edges() {
        if co_assignment(runs, a, b) >= threshold - 1e-12 {
            sets.union(a, b);
        }
    }
    sets.labels()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_that_too_few_runs_keep_divides() {
        let graph = Graph::from_edges(3, &[(0, 1, 1.0), (1, 2, 1.0)]);
        let runs: Vec<Vec<u32>> = (0..5).map(|run| vec![0, 0, u32::from(run < 2)]).collect();
        assert_eq!(consensus(&graph, &runs, 0.8), vec![0, 0, 1]);
        assert_eq!(consensus(&graph, &runs, 0.6), vec![0, 0, 0]);
    }
}
