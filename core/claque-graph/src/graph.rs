//! Compressed adjacency of a weighted undirected graph.

use crate::rows::Rows;

/// An undirected weighted graph over nodes `0..n`, in compressed rows. Both directions of an edge are stored.
#[derive(Clone, Debug)]
pub struct Graph {
    rows: Rows,
    total: f64,
}

impl Graph {
    /// Builds the adjacency from an edge list.
    ///
    /// Parallel edges add up (in the order given), self-loops are dropped: no pair of an account with
    /// itself is evidence. Neighbors are sorted. O(n + m log m).
    ///
    /// # Panics
    /// An end of an edge is not below `n`.
    #[must_use]
    pub fn from_edges(n: usize, edges: &[(u32, u32, f64)]) -> Self {
        let mut arcs: Vec<(u32, u32, f64)> = Vec::with_capacity(edges.len() * 2);
        for &(a, b, weight) in edges.iter().filter(|(a, b, _)| a != b) {
            arcs.push((a, b, weight));
            arcs.push((b, a, weight));
        }
        let rows = Rows::of(n, arcs);
        let total = rows.sum() / 2.0;
        Self { rows, total }
    }

    /// Number of nodes.
    #[must_use]
    pub fn n_nodes(&self) -> usize {
        self.rows.n()
    }

    /// Number of edges.
    #[must_use]
    pub fn n_edges(&self) -> usize {
        self.rows.len() / 2
    }

    /// Sum of all edge weights.
    #[must_use]
    pub fn total_weight(&self) -> f64 {
        self.total
    }

    /// Neighbors of a node with edge weights, ascending.
    pub fn neighbors(&self, node: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        self.rows.of_node(node)
    }

    /// Sum of the weights of a node's edges.
    #[must_use]
    pub fn strength(&self, node: u32) -> f64 {
        self.neighbors(node).map(|(_, weight)| weight).sum()
    }

    /// Every edge once, (a, b) ascending with a < b.
    pub fn edges(&self) -> impl Iterator<Item = (u32, u32, f64)> + '_ {
        (0..self.n_nodes() as u32)
            .flat_map(move |a| self.neighbors(a).filter(move |(b, _)| a < *b).map(move |(b, weight)| (a, b, weight)))
    }
}
