//! Descriptive measures of a cluster. No evidence: nothing here is tested.

use super::extent::extent;
use super::timing::Timing;
use crate::corpus::Corpus;
use crate::fusion::{Community, FusedEdge};
use claque_graph::{Graph, eigenvector_centrality};
use claque_model::{ClusterMeasures, TimeWindow};

/// The fused graph, and the first shares behind it.
pub(super) struct Measured<'a> {
    names: &'a [&'a str],
    edges: &'a [FusedEdge],
    /// Edges of each account: numbers of edges, and where those of an account start.
    incident: Vec<u32>,
    starts: Vec<u32>,
    timing: Timing,
}

impl<'a> Measured<'a> {
    pub(super) fn new(
        corpus: &Corpus,
        names: &'a [&'a str],
        edges: &'a [FusedEdge],
        widest: Option<TimeWindow>,
    ) -> Self {
        let n_accounts = corpus.accounts().len();
        let mut starts = vec![0u32; n_accounts + 1];
        let ends = || edges.iter().flat_map(|edge| [edge.a, edge.b]);
        ends().for_each(|account| starts[account as usize + 1] += 1);
        for account in 0..n_accounts {
            starts[account + 1] += starts[account];
        }
        let mut next = starts.clone();
        let mut incident = vec![0; 2 * edges.len()];
        for (position, account) in ends().enumerate() {
            incident[next[account as usize] as usize] = (position / 2) as u32;
            next[account as usize] += 1;
        }
        Self { names, edges, incident, starts, timing: Timing::new(corpus, names, widest) }
    }

    fn edges_of(&self, account: u32) -> impl Iterator<Item = &'a FusedEdge> + '_ {
        let range = self.starts[account as usize] as usize..self.starts[account as usize + 1] as usize;
        self.incident[range].iter().map(|&edge| &self.edges[edge as usize])
    }

    /// Edges between members by (a, b), and the weight of those that leave.
    fn inside(&self, members: &[u32]) -> (Vec<&'a FusedEdge>, f64) {
        let is_inside = |account: u32| members.binary_search(&account).is_ok();
        let (mut own, mut leaving) = (Vec::new(), 0.0);
        for &member in members {
            for edge in self.edges_of(member) {
                let other = if edge.a == member { edge.b } else { edge.a };
                if !is_inside(other) {
                    leaving += edge.weight;
                } else if member < other {
                    own.push(edge);
                }
            }
        }
        (own, leaving)
    }

    /// Members with the sum of their fused weights inside.
    pub(super) fn with_weights(&self, members: &[u32]) -> Vec<(u32, f64)> {
        let (own, _) = self.inside(members);
        let graph = among(members, &own);
        members.iter().zip(0..).map(|(&account, node)| (account, graph.strength(node))).collect()
    }

    pub(super) fn of(&self, community: &Community) -> ClusterMeasures {
        let members = &community.members;
        let (own, leaving) = self.inside(members);
        let n = members.len();
        let several = own.iter().filter(|edge| edge.layers.len() >= 2).count();
        let mut layers: Vec<u32> = own.iter().flat_map(|edge| edge.layers.iter().copied()).collect();
        layers.sort_unstable();
        layers.dedup();
        let (extent_curve, extent) = extent(members, &own);
        let seeding = self.timing.seeding(members);
        ClusterMeasures {
            layers: layers.iter().map(|&layer| self.names[layer as usize].to_owned()).collect(),
            size: n as u32,
            density: own.len() as f64 / (n * n.saturating_sub(1) / 2).max(1) as f64,
            conductance: leaving / (leaving + 2.0 * community.weight).max(f64::MIN_POSITIVE),
            multiplex: several as f64 / own.len().max(1) as f64,
            synchronicity: self.timing.synchronicity(&own),
            persistence: seeding.persistence,
            seed_share: seeding.share,
            seed_gini: seeding.gini,
            extent,
            extent_curve,
            consensus: community.consensus,
            stability: None,
            centrality: eigenvector_centrality(&among(members, &own)),
        }
    }
}

/// The graph among the members, who are its nodes in their order.
fn among(members: &[u32], edges: &[&FusedEdge]) -> Graph {
    let node = |account: u32| members.partition_point(|&known| known < account) as u32;
    let local: Vec<_> = edges.iter().map(|edge| (node(edge.a), node(edge.b), edge.weight)).collect();
    Graph::from_edges(members.len(), &local)
}

#[cfg(test)]
mod tests;
