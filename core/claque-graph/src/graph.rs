//! Compressed adjacency of a weighted undirected graph.

/// An undirected weighted graph over nodes `0..n`, in compressed rows. Both directions of an edge are stored.
#[derive(Clone, Debug)]
pub struct Graph {
    starts: Vec<usize>,
    targets: Vec<u32>,
    weights: Vec<f64>,
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
        arcs.sort_by_key(|&(a, b, _)| (a, b));
        let mut graph =
            Self { starts: vec![0; n + 1], targets: Vec::with_capacity(arcs.len()), weights: Vec::new(), total: 0.0 };
        let mut last = None;
        for (a, b, weight) in arcs {
            if last == Some((a, b)) {
                if let Some(sum) = graph.weights.last_mut() {
                    *sum += weight;
                }
            } else {
                graph.targets.push(b);
                graph.weights.push(weight);
                graph.starts[a as usize + 1] += 1;
            }
            last = Some((a, b));
        }
        for node in 0..n {
            graph.starts[node + 1] += graph.starts[node];
        }
        graph.total = graph.weights.iter().sum::<f64>() / 2.0;
        graph
    }

    /// Number of nodes.
    #[must_use]
    pub fn n_nodes(&self) -> usize {
        self.starts.len() - 1
    }

    /// Number of edges.
    #[must_use]
    pub fn n_edges(&self) -> usize {
        self.targets.len() / 2
    }

    /// Sum of all edge weights.
    #[must_use]
    pub fn total_weight(&self) -> f64 {
        self.total
    }

    /// Neighbors of a node with edge weights, ascending.
    pub fn neighbors(&self, node: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        let range = self.starts[node as usize]..self.starts[node as usize + 1];
        self.targets[range.clone()].iter().copied().zip(self.weights[range].iter().copied())
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
