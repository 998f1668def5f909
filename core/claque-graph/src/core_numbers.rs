//! Core numbers: how densely a node is held by nodes that are held as densely.

use crate::graph::Graph;

/// Core number of every node: the largest k for which it lies in the k-core, the largest part of the graph in which
/// every node has k neighbors or more (Seidman 1983, 10.1016/0378-8733(83)90028-X). Weights play no part; a node
/// without edges has 0.
///
/// By Batagelj & Zaveršnik 2003 (arXiv:cs/0310049): nodes are taken in order of their degree among those left,
/// in buckets. O(n + m). Deterministic.
#[must_use]
pub fn core_numbers(graph: &Graph) -> Vec<u32> {
    let mut degree: Vec<u32> = (0..graph.n_nodes() as u32).map(|node| graph.neighbors(node).count() as u32).collect();
    let mut buckets = Buckets::of(&degree);
    for place in 0..degree.len() {
        let node = buckets.order[place];
        for (other, _) in graph.neighbors(node) {
            if degree[other as usize] > degree[node as usize] {
                buckets.lower(other, degree[other as usize]);
                degree[other as usize] -= 1;
            }
        }
    }
    degree
}

/// Nodes in ascending order of degree.
struct Buckets {
    order: Vec<u32>,
    /// Where each node stands in the order.
    place: Vec<u32>,
    /// Where the nodes of each degree begin.
    starts: Vec<u32>,
}

impl Buckets {
    fn of(degree: &[u32]) -> Self {
        let highest = degree.iter().max().map_or(0, |&most| most as usize);
        let mut starts = vec![0; highest + 2];
        for &degree in degree {
            starts[degree as usize + 1] += 1;
        }
        for degree in 0..=highest {
            starts[degree + 1] += starts[degree];
        }
        let (mut order, mut place, mut next) = (vec![0; degree.len()], vec![0; degree.len()], starts.clone());
        for (node, &degree) in degree.iter().enumerate() {
            let slot = &mut next[degree as usize];
            order[*slot as usize] = node as u32;
            place[node] = *slot;
            *slot += 1;
        }
        Self { order, place, starts }
    }

    /// Moves a node of that degree to the one below: it changes places with the first of its bucket, which then
    /// begins one later.
    fn lower(&mut self, node: u32, degree: u32) {
        let (own, first) = (self.place[node as usize], self.starts[degree as usize]);
        let other = self.order[first as usize];
        self.order.swap(own as usize, first as usize);
        self.place[node as usize] = first;
        self.place[other as usize] = own;
        self.starts[degree as usize] += 1;
    }
}

#[cfg(test)]
mod tests;
