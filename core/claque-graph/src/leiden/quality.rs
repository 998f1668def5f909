//! What a partition is judged by. How a better one is found is not here.

use crate::graph::Graph;

/// The function that communities maximize.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quality {
    /// Modularity (Newman & Girvan 2004, 10.1103/PhysRevE.69.026113): weight inside against what the nodes'
    /// strengths lead to expect. The resolution is a factor, 1 as published. In a large graph it joins small
    /// groups (the resolution limit: Fortunato & Barthélemy 2007, 10.1073/pnas.0605965104).
    #[default]
    Modularity,
    /// The constant Potts model (Traag, Van Dooren & Nesterov 2011, 10.1103/PhysRevE.84.016114): the resolution
    /// is a weight per pair of nodes, which the pairs inside a community exceed on average and those between two
    /// communities do not. It has no resolution limit.
    Cpm,
}

impl Quality {
    /// Quality of a partition: [`modularity`], or [`constant_potts`] ÷ total weight, so that both are free of
    /// the unit of weight. O(n + m).
    #[must_use]
    pub fn of(self, graph: &Graph, labels: &[u32], resolution: f64) -> f64 {
        match self {
            Self::Modularity => modularity(graph, labels, resolution),
            Self::Cpm => constant_potts(graph, labels, resolution) / graph.total_weight().max(f64::MIN_POSITIVE),
        }
    }
}

/// Modularity of a partition: Σ over communities of inside weight ÷ m − γ (strength ÷ 2m)².
///
/// O(n + m). 0 for a graph without weight.
#[must_use]
pub fn modularity(graph: &Graph, labels: &[u32], resolution: f64) -> f64 {
    let total = graph.total_weight();
    if total <= 0.0 {
        return 0.0;
    }
    let mut strength = vec![0.0; n_communities(labels)];
    for (node, &label) in labels.iter().enumerate() {
        strength[label as usize] += graph.strength(node as u32);
    }
    let expected: f64 = strength.iter().map(|s| (s / (2.0 * total)).powi(2)).sum();
    weight_inside(graph, labels) / total - resolution * expected
}

/// Quality of a partition under the constant Potts model: Σ over communities of inside weight − γ n (n − 1) ÷ 2,
/// in the unit of weight.
///
/// O(n + m).
#[must_use]
pub fn constant_potts(graph: &Graph, labels: &[u32], resolution: f64) -> f64 {
    let mut size = vec![0.0; n_communities(labels)];
    for &label in labels {
        size[label as usize] += 1.0;
    }
    let pairs: f64 = size.iter().map(|n| n * (n - 1.0) / 2.0).sum();
    weight_inside(graph, labels) - resolution * pairs
}

fn n_communities(labels: &[u32]) -> usize {
    labels.iter().max().map_or(0, |&label| label as usize + 1)
}

fn weight_inside(graph: &Graph, labels: &[u32]) -> f64 {
    graph.edges().filter(|(a, b, _)| labels[*a as usize] == labels[*b as usize]).map(|(.., weight)| weight).sum()
}
