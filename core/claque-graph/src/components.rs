//! Connected components by union-find.

use crate::graph::Graph;

/// Disjoint sets with path halving and union by size. Near O(1) per operation.
#[derive(Clone, Debug)]
pub struct DisjointSets {
    parent: Vec<u32>,
    size: Vec<u32>,
}

impl DisjointSets {
    /// `n` sets of one.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self { parent: (0..n as u32).collect(), size: vec![1; n] }
    }

    /// The representative of the set of `node`.
    pub fn find(&mut self, mut node: u32) -> u32 {
        while self.parent[node as usize] != node {
            let up = self.parent[self.parent[node as usize] as usize];
            self.parent[node as usize] = up;
            node = up;
        }
        node
    }

    /// Joins two sets; returns the size of the joined one.
    pub fn union(&mut self, a: u32, b: u32) -> u32 {
        let (mut a, mut b) = (self.find(a), self.find(b));
        if a != b {
            if self.size[a as usize] < self.size[b as usize] {
                std::mem::swap(&mut a, &mut b);
            }
            self.parent[b as usize] = a;
            self.size[a as usize] += self.size[b as usize];
        }
        self.size[a as usize]
    }

    /// Label of every node, numbered by the smallest member of each set.
    #[must_use]
    pub fn labels(mut self) -> Vec<u32> {
        let roots: Vec<u32> = (0..self.parent.len() as u32).map(|node| self.find(node)).collect();
        relabel(&roots)
    }
}

/// Numbers labels from 0 in the order of their first appearance.
pub(crate) fn relabel(labels: &[u32]) -> Vec<u32> {
    let highest = labels.iter().max().map_or(0, |&label| label as usize + 1);
    let mut number = vec![u32::MAX; highest];
    let mut next = 0;
    labels
        .iter()
        .map(|&label| {
            let slot = &mut number[label as usize];
            if *slot == u32::MAX {
                *slot = next;
                next += 1;
            }
            *slot
        })
        .collect()
}

/// Connected components: a label per node, numbered by the smallest member.
///
/// O(n + m α(n)). Deterministic; does not depend on the order of edges.
#[must_use]
pub fn components(graph: &Graph) -> Vec<u32> {
    let mut sets = DisjointSets::new(graph.n_nodes());
    for (a, b, _) in graph.edges() {
        sets.union(a, b);
    }
    sets.labels()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_numbered_by_their_smallest_member() {
        let graph = Graph::from_edges(6, &[(4, 1, 1.0), (5, 0, 1.0)]);
        assert_eq!(components(&graph), vec![0, 1, 2, 3, 1, 0]);
    }

    #[test]
    fn a_union_reports_the_joined_size() {
        let mut sets = DisjointSets::new(4);
        assert_eq!(sets.union(0, 1), 2);
        assert_eq!(sets.union(1, 0), 2);
        assert_eq!(sets.union(2, 1), 3);
    }
}
