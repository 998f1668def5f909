//! Descriptive measures of a cluster. No evidence: nothing here is tested.

use crate::corpus::Corpus;
use crate::fusion::{Community, FusedEdge};
use crate::halves::Part;
use crate::shares::Shares;
use claque_graph::DisjointSets;
use claque_model::{ClusterMeasures, TimeWindow};

/// Sharers above which an object is left out, as in the tests.
const MAX_SHARERS: u32 = 400;

/// The fused graph, and the first shares behind it.
pub(super) struct Measured<'a> {
    names: &'a [&'a str],
    edges: &'a [FusedEdge],
    shares: Vec<Shares>,
    widest: Option<TimeWindow>,
}

impl<'a> Measured<'a> {
    pub(super) fn new(
        corpus: &Corpus,
        names: &'a [&'a str],
        edges: &'a [FusedEdge],
        widest: Option<TimeWindow>,
    ) -> Self {
        let layers = names.iter().filter_map(|name| corpus.layer(name));
        let shares = layers.map(|layer| Shares::of(layer, Part::All, corpus.accounts().len(), MAX_SHARERS)).collect();
        Self { names, edges, shares, widest }
    }

    pub(super) fn of(&self, community: &Community) -> ClusterMeasures {
        let inside = |account: u32| community.members.binary_search(&account).is_ok();
        let own: Vec<&FusedEdge> = self.edges.iter().filter(|edge| inside(edge.a) && inside(edge.b)).collect();
        let leaving: f64 = self.edges.iter().filter(|edge| inside(edge.a) != inside(edge.b)).map(|e| e.weight).sum();
        let n = community.members.len();
        let several = own.iter().filter(|edge| edge.layers.len() >= 2).count();
        let mut layers: Vec<u32> = own.iter().flat_map(|edge| edge.layers.iter().copied()).collect();
        layers.sort_unstable();
        layers.dedup();
        ClusterMeasures {
            layers: layers.iter().map(|&layer| self.names[layer as usize].to_owned()).collect(),
            density: own.len() as f64 / (n * (n - 1) / 2) as f64,
            conductance: leaving / (leaving + community.weight).max(f64::MIN_POSITIVE),
            multiplex: several as f64 / own.len().max(1) as f64,
            synchronicity: self.synchronicity(&own),
            extent: extent(&community.members, &own),
            stability: community.stability,
        }
    }

    /// Objects shared within the widest window ÷ objects shared, over the joined pairs and all layers.
    fn synchronicity(&self, edges: &[&FusedEdge]) -> f64 {
        let Some(window) = self.widest else { return 0.0 };
        let (mut in_time, mut shared) = (0u64, 0u64);
        for shares in &self.shares {
            for edge in edges {
                shares.each_common(edge.a, edge.b, |_, distance| {
                    shared += 1;
                    in_time += u64::from(distance.saturating_abs() <= window.micros());
                });
            }
        }
        in_time as f64 / shared.max(1) as f64
    }
}

/// Area under the extent-of-coordination curve: the share of the members still in the giant component as
/// the weight threshold rises from 0 to the heaviest edge (Nizzoli et al. 2021, arXiv 2008.08370).
///
/// Edges enter from the heaviest on, so that one union-find gives the whole curve. O(m log m).
fn extent(members: &[u32], edges: &[&FusedEdge]) -> f64 {
    let mut edges = edges.to_vec();
    edges.sort_by(|x, y| y.weight.total_cmp(&x.weight));
    let Some(heaviest) = edges.first().map(|edge| edge.weight) else { return 0.0 };
    let mut sets = DisjointSets::new(members.len());
    let (mut giant, mut area, mut above) = (0, 0.0, heaviest);
    for edge in edges {
        area += f64::from(giant) * (above - edge.weight);
        above = edge.weight;
        if let (Ok(a), Ok(b)) = (members.binary_search(&edge.a), members.binary_search(&edge.b)) {
            giant = giant.max(sets.union(a as u32, b as u32));
        }
    }
    area += f64::from(giant) * above;
    area / (heaviest * members.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(a: u32, b: u32, weight: f64) -> FusedEdge {
        FusedEdge { a, b, weight, layers: vec![0] }
    }

    #[test]
    fn a_clique_of_one_weight_stays_whole_at_every_threshold() {
        let edges = [edge(3, 5, 4.0), edge(5, 9, 4.0), edge(3, 9, 4.0)];
        assert!((extent(&[3, 5, 9], &edges.iter().collect::<Vec<_>>()) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_chain_with_a_weak_link_falls_apart_where_the_link_ends() {
        // up to 1 of 4: all 3 of 3; above: 2 of 3
        let edges = [edge(0, 1, 4.0), edge(1, 2, 1.0)];
        let expected = 0.25 + 0.75 * 2.0 / 3.0;
        assert!((extent(&[0, 1, 2], &edges.iter().collect::<Vec<_>>()) - expected).abs() < 1e-12);
    }
}
