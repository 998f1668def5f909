//! Compressed adjacency of a weighted directed graph.

use crate::graph::Graph;
use crate::rows::Rows;

/// A directed weighted graph over nodes `0..n`, in compressed rows of outgoing and of incoming arcs.
#[derive(Clone, Debug)]
pub struct DirectedGraph {
    outgoing: Rows,
    incoming: Rows,
}

impl DirectedGraph {
    /// Builds the adjacency from arcs (from, to, weight).
    ///
    /// Parallel arcs add up (in the order given), self-loops are dropped. O(n + m log m).
    ///
    /// # Panics
    /// An end of an arc is not below `n`.
    #[must_use]
    pub fn from_arcs(n: usize, arcs: &[(u32, u32, f64)]) -> Self {
        let outgoing: Vec<(u32, u32, f64)> = arcs.iter().copied().filter(|(from, to, _)| from != to).collect();
        let incoming = outgoing.iter().map(|&(from, to, weight)| (to, from, weight)).collect();
        Self { outgoing: Rows::of(n, outgoing), incoming: Rows::of(n, incoming) }
    }

    /// Number of nodes.
    #[must_use]
    pub fn n_nodes(&self) -> usize {
        self.outgoing.n()
    }

    /// Number of different arcs.
    #[must_use]
    pub fn n_arcs(&self) -> usize {
        self.outgoing.len()
    }

    /// Nodes that this one points at, with weights, ascending.
    pub fn successors(&self, node: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        self.outgoing.of_node(node)
    }

    /// Nodes that point at this one, with weights, ascending.
    pub fn predecessors(&self, node: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        self.incoming.of_node(node)
    }

    /// Every arc once, by (from, to).
    pub fn arcs(&self) -> impl Iterator<Item = (u32, u32, f64)> + '_ {
        (0..self.n_nodes() as u32)
            .flat_map(move |from| self.successors(from).map(move |(to, weight)| (from, to, weight)))
    }

    /// The same without directions: the weights of both directions add up. O(n + m log m).
    #[must_use]
    pub fn undirected(&self) -> Graph {
        Graph::from_edges(self.n_nodes(), &self.arcs().collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arcs_add_up_by_direction_and_loops_are_dropped() {
        let graph = DirectedGraph::from_arcs(3, &[(2, 0, 1.0), (0, 2, 4.0), (2, 0, 2.0), (1, 1, 9.0)]);
        assert_eq!(graph.arcs().collect::<Vec<_>>(), [(0, 2, 4.0), (2, 0, 3.0)]);
        assert_eq!(graph.predecessors(0).collect::<Vec<_>>(), [(2, 3.0)]);
        assert_eq!((graph.n_nodes(), graph.n_arcs()), (3, 2));
        assert_eq!(graph.undirected().edges().collect::<Vec<_>>(), [(0, 2, 7.0)]);
    }
}
