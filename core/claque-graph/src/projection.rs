//! One side of a two-sided graph: nodes joined by what they share.

use crate::rows::Rows;

/// A two-sided graph: nodes `0..n_from` point at nodes `0..n_to` of another kind.
#[derive(Clone, Debug)]
pub struct TwoSided {
    outgoing: Rows,
    incoming: Rows,
}

impl TwoSided {
    /// Builds the adjacency from pairs (from, to); a pair counts once. O(n + m log m).
    ///
    /// # Panics
    /// An end is not below the number of nodes of its side.
    #[must_use]
    pub fn new(n_from: usize, n_to: usize, pairs: &[(u32, u32)]) -> Self {
        let outgoing = pairs.iter().map(|&(from, to)| (from, to, 1.0)).collect();
        let incoming = pairs.iter().map(|&(from, to)| (to, from, 1.0)).collect();
        Self { outgoing: Rows::of(n_from, outgoing), incoming: Rows::of(n_to, incoming) }
    }

    /// Pairs that [`TwoSided::project`] looks at: Σ over the nodes of the other side of d (d − 1) ÷ 2. O(n).
    #[must_use]
    pub fn n_pairs(&self) -> u64 {
        let pairs = |to| {
            let degree = self.incoming.degree(to) as u64;
            degree * degree.saturating_sub(1) / 2
        };
        (0..self.incoming.n() as u32).map(pairs).sum()
    }

    /// Pairs of nodes of the first side with the number of different nodes that both point at, where it is at least
    /// `min_weight`: (a, b, number) with a < b, ascending.
    ///
    /// O(pairs of [`TwoSided::n_pairs`] + edges · log). Deterministic, sequential.
    #[must_use]
    pub fn project(&self, min_weight: u32) -> Vec<(u32, u32, u32)> {
        let mut shared = vec![0_u32; self.outgoing.n()];
        let mut met = Vec::new();
        let mut edges = Vec::new();
        for a in 0..self.outgoing.n() as u32 {
            for (to, _) in self.outgoing.of_node(a) {
                let sharers = self.incoming.targets(to);
                for &b in &sharers[sharers.partition_point(|&b| b <= a)..] {
                    if shared[b as usize] == 0 {
                        met.push(b);
                    }
                    shared[b as usize] += 1;
                }
            }
            met.sort_unstable();
            for b in met.drain(..) {
                let number = std::mem::take(&mut shared[b as usize]);
                if number >= min_weight.max(1) {
                    edges.push((a, b, number));
                }
            }
        }
        edges
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_repeated_pair_counts_once() {
        let graph = TwoSided::new(3, 2, &[(0, 0), (2, 0), (2, 0), (0, 1), (2, 1), (1, 1)]);
        assert_eq!(graph.project(1), [(0, 1, 1), (0, 2, 2), (1, 2, 1)]);
        assert_eq!(graph.project(2), [(0, 2, 2)]);
        assert_eq!(graph.n_pairs(), 4);
    }

    proptest! {
        #[test]
        fn weights_are_sizes_of_intersections(
            pairs in prop::collection::vec((0u32..8, 0u32..10), 0..60), least in 0u32..4,
        ) {
            let graph = TwoSided::new(8, 10, &pairs);
            let of = |node: u32| pairs.iter().filter(|p| p.0 == node).map(|p| p.1).collect::<BTreeSet<u32>>();
            let mut expected = Vec::new();
            for a in 0..8 {
                for b in a + 1..8 {
                    let shared = of(a).intersection(&of(b)).count() as u32;
                    if shared >= least.max(1) {
                        expected.push((a, b, shared));
                    }
                }
            }
            prop_assert_eq!(graph.project(least), expected);
        }
    }
}
