//! The graph at one level of aggregation.

use super::Quality;
use crate::graph::Graph;

/// A graph whose nodes stand for sets of nodes. Weight inside a set needs no arc: only masses and weights
/// between sets enter the gains.
#[derive(Clone, Debug)]
pub(super) struct Level {
    starts: Vec<usize>,
    targets: Vec<u32>,
    weights: Vec<f64>,
    /// Of each node, what is charged for: under modularity the sum of its edge weights, inner ones counted
    /// twice; under CPM the number of nodes it stands for.
    pub(super) mass: Vec<f64>,
    /// What a unit of mass times mass costs: γ ÷ 2m under modularity, γ under CPM.
    pub(super) cost: f64,
    /// Mean edge weight of the whole graph, the scale of gains.
    pub(super) scale: f64,
}

impl Level {
    pub(super) fn base(graph: &Graph, quality: Quality, resolution: f64) -> Self {
        let n = graph.n_nodes() as u32;
        let (mass, cost) = match quality {
            Quality::Modularity => {
                ((0..n).map(|node| graph.strength(node)).collect(), resolution / (2.0 * graph.total_weight()))
            }
            Quality::Cpm => (vec![1.0; n as usize], resolution),
        };
        let mut level = Self {
            starts: vec![0],
            targets: Vec::with_capacity(graph.n_edges() * 2),
            weights: Vec::with_capacity(graph.n_edges() * 2),
            mass,
            cost,
            scale: graph.total_weight() / graph.n_edges().max(1) as f64,
        };
        for node in 0..n {
            for (other, weight) in graph.neighbors(node) {
                level.targets.push(other);
                level.weights.push(weight);
            }
            level.starts.push(level.targets.len());
        }
        level
    }

    pub(super) fn n_nodes(&self) -> usize {
        self.mass.len()
    }

    pub(super) fn neighbors(&self, node: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        let range = self.starts[node as usize]..self.starts[node as usize + 1];
        self.targets[range.clone()].iter().copied().zip(self.weights[range].iter().copied())
    }

    /// One node per part. Arc weights are summed in the order of (part, other part, node).
    pub(super) fn aggregate(&self, parts: &[u32]) -> Self {
        let n_parts = parts.iter().max().map_or(0, |&part| part as usize + 1);
        let mut members = vec![Vec::new(); n_parts];
        let mut mass = vec![0.0; n_parts];
        for (node, &part) in parts.iter().enumerate() {
            members[part as usize].push(node as u32);
            mass[part as usize] += self.mass[node];
        }
        let mut level = Self {
            starts: vec![0],
            targets: Vec::new(),
            weights: Vec::new(),
            mass,
            cost: self.cost,
            scale: self.scale,
        };
        let mut to = vec![0.0; n_parts];
        let mut touched = Vec::new();
        for (part, nodes) in members.iter().enumerate() {
            for (other, weight) in nodes.iter().flat_map(|&node| self.neighbors(node)) {
                let other = parts[other as usize];
                if other as usize != part {
                    if to[other as usize] == 0.0 {
                        touched.push(other);
                    }
                    to[other as usize] += weight;
                }
            }
            touched.sort_unstable();
            for other in touched.drain(..) {
                level.targets.push(other);
                level.weights.push(std::mem::take(&mut to[other as usize]));
            }
            level.starts.push(level.targets.len());
        }
        level
    }
}
