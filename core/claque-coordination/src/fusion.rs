//! Layers and windows made one weighted graph, and the communities in it.

use claque_graph::{Graph, Quality, consensus, leiden, mix};

/// Parameters of fusion and communities.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterSettings {
    /// What communities maximize.
    pub quality: Quality,
    /// Its resolution. Under modularity a factor, 1 as published; under CPM the least mean fused weight of all
    /// pairs of a community, in units of −log₁₀ p.
    pub gamma: f64,
    /// Runs of Leiden.
    pub seeds: u32,
    /// Share of the runs that must keep two accounts together.
    pub consensus: f64,
    /// Smallest cluster.
    pub min_size: usize,
    /// Most weight that one layer gives a pair.
    pub clip: f64,
    /// Bootstrap samples behind the stability of a cluster.
    pub samples: u32,
    /// Seed.
    pub seed: u64,
}

impl Default for ClusterSettings {
    fn default() -> Self {
        Self {
            quality: Quality::Modularity,
            gamma: 1.0,
            seeds: 20,
            consensus: 0.8,
            min_size: 3,
            clip: 6.0,
            samples: 50,
            seed: 0,
        }
    }
}

/// Weight of a layer in fusion: half for hashtags and mentions, which everybody shares.
#[must_use]
pub fn fusion_weight(layer: &str) -> f64 {
    match layer {
        "hashtag" | "mention" => 0.5,
        _ => 1.0,
    }
}

/// One layer's say about one pair: its weight at its best window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Voice {
    pub(crate) a: u32,
    pub(crate) b: u32,
    /// Index of the layer, in a fixed order.
    pub(crate) layer: u32,
    pub(crate) weight: f64,
}

/// A pair of the fused graph.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FusedEdge {
    pub(crate) a: u32,
    pub(crate) b: u32,
    /// Σ over layers of min(weight, clip) · u.
    pub(crate) weight: f64,
    /// Layers with an edge, ascending.
    pub(crate) layers: Vec<u32>,
}

/// Sums the layers' clipped weights per pair, by (a, b). `u` is indexed by layer.
pub(crate) fn fuse(mut voices: Vec<Voice>, u: &[f64], clip: f64) -> Vec<FusedEdge> {
    voices.sort_by(|x, y| (x.a, x.b, x.layer).cmp(&(y.a, y.b, y.layer)).then(y.weight.total_cmp(&x.weight)));
    voices.dedup_by_key(|voice| (voice.a, voice.b, voice.layer));
    let pairs = voices.chunk_by(|x, y| (x.a, x.b) == (y.a, y.b));
    let edges = pairs.map(|pair| FusedEdge {
        a: pair[0].a,
        b: pair[0].b,
        weight: pair.iter().map(|voice| voice.weight.min(clip) * u[voice.layer as usize]).sum(),
        layers: pair.iter().map(|voice| voice.layer).collect(),
    });
    edges.filter(|edge| edge.weight > 0.0).collect()
}

/// Members of a group by account code, ascending, and what the graph says about them as a group.
pub(crate) struct Community {
    pub(crate) members: Vec<u32>,
    /// Sum of the fused weights inside.
    pub(crate) weight: f64,
    /// Share of Leiden's runs that keep a pair together, averaged over the pairs.
    pub(crate) consensus: f64,
}

/// The fused graph and what each run of Leiden makes of it.
pub(crate) struct Partitions {
    /// Accounts with an edge, ascending: the nodes of the graph.
    accounts: Vec<u32>,
    graph: Graph,
    /// A label per node for each run.
    runs: Vec<Vec<u32>>,
}

impl Partitions {
    pub(crate) fn of(edges: &[FusedEdge], settings: &ClusterSettings) -> Self {
        let mut accounts: Vec<u32> = edges.iter().flat_map(|edge| [edge.a, edge.b]).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let node = |account: u32| accounts.partition_point(|&known| known < account) as u32;
        let local: Vec<_> = edges.iter().map(|edge| (node(edge.a), node(edge.b), edge.weight)).collect();
        let graph = Graph::from_edges(accounts.len(), &local);
        let run = |run: u32| leiden(&graph, settings.quality, settings.gamma, mix(settings.seed ^ mix(run.into())));
        let runs = (0..settings.seeds.max(1)).map(run).collect();
        Self { accounts, graph, runs }
    }

    /// Consensus communities of at least `min_size`, by total weight inside, descending, then by smallest member.
    pub(crate) fn communities(&self, settings: &ClusterSettings) -> Vec<Community> {
        let labels = consensus(&self.graph, &self.runs, settings.consensus);
        let n_groups = labels.iter().max().map_or(0, |&label| label as usize + 1);
        let mut members = vec![Vec::new(); n_groups];
        for (node, &label) in labels.iter().enumerate() {
            members[label as usize].push(node as u32);
        }
        let mut weight = vec![0.0; n_groups];
        for (a, b, w) in self.graph.edges().filter(|(a, b, _)| labels[*a as usize] == labels[*b as usize]) {
            debug_assert!(a < b, "every edge once");
            weight[labels[a as usize] as usize] += w;
        }
        let mut found: Vec<Community> = members
            .into_iter()
            .zip(weight)
            .filter(|(nodes, _)| nodes.len() >= settings.min_size.max(2))
            .map(|(nodes, weight)| Community {
                consensus: kept_together(&nodes, nodes.len(), &self.runs),
                members: nodes.iter().map(|&node| self.accounts[node as usize]).collect(),
                weight,
            })
            .collect();
        found.sort_by(|x, y| y.weight.total_cmp(&x.weight).then(x.members[0].cmp(&y.members[0])));
        found
    }

    /// A group of at least two members that nobody searched for. No run keeps an account without an edge together
    /// with anybody.
    pub(crate) fn group(&self, members: Vec<u32>) -> Community {
        let nodes: Vec<u32> = members
            .iter()
            .filter_map(|account| self.accounts.binary_search(account).ok())
            .map(|at| at as u32)
            .collect();
        let inside = |node: u32| nodes.binary_search(&node).is_ok();
        let own = |&node: &u32| self.graph.neighbors(node).filter(move |(other, _)| node < *other && inside(*other));
        Community {
            weight: nodes.iter().flat_map(own).map(|(_, weight)| weight).sum(),
            consensus: kept_together(&nodes, members.len(), &self.runs),
            members,
        }
    }
}

/// Consensus communities of the fused edges.
pub(crate) fn communities(edges: &[FusedEdge], settings: &ClusterSettings) -> Vec<Community> {
    if edges.is_empty() {
        return Vec::new();
    }
    Partitions::of(edges, settings).communities(settings)
}

/// Pairs kept together ÷ pairs of `size` members, over all runs, from the sizes of the pieces of each run.
fn kept_together(nodes: &[u32], size: usize, runs: &[Vec<u32>]) -> f64 {
    let pairs = |n: usize| (n * n.saturating_sub(1) / 2) as f64;
    let mut together = 0.0;
    for labels in runs {
        let mut own: Vec<u32> = nodes.iter().map(|&node| labels[node as usize]).collect();
        own.sort_unstable();
        together += own.chunk_by(|x, y| x == y).map(|piece| pairs(piece.len())).sum::<f64>();
    }
    together / (pairs(size) * runs.len().max(1) as f64).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voice(a: u32, b: u32, layer: u32, weight: f64) -> Voice {
        Voice { a, b, layer, weight }
    }

    #[test]
    fn layers_add_up_clipped_and_only_the_best_window_counts() {
        let fused = fuse(vec![voice(0, 1, 0, 4.0), voice(0, 1, 0, 12.0), voice(0, 1, 1, 1.0)], &[1.0, 0.5], 6.0);
        assert_eq!(fused, vec![FusedEdge { a: 0, b: 1, weight: 6.5, layers: vec![0, 1] }]);
    }

    #[test]
    fn a_weak_hashtag_does_not_join_two_triangles_and_a_pair_is_no_cluster() {
        // signals.md, C7, first test: a to h are 0 to 7, layer 0 is url, layer 1 hashtag
        let strong = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (6, 7)];
        let mut voices: Vec<Voice> = strong.iter().map(|&(a, b)| voice(a, b, 0, 12.0)).collect();
        voices.push(voice(2, 3, 1, 1.0));
        let fused = fuse(voices, &[fusion_weight("url"), fusion_weight("hashtag")], 6.0);
        assert!(fused.iter().all(|edge| {
            let expected = if (edge.a, edge.b) == (2, 3) { 0.5 } else { 6.0 };
            (edge.weight - expected).abs() < 1e-12
        }));
        let found = communities(&fused, &ClusterSettings::default());
        let members: Vec<&[u32]> = found.iter().map(|community| community.members.as_slice()).collect();
        assert_eq!(members, [[0, 1, 2], [3, 4, 5]]);
        assert!(found.iter().all(|community| (community.consensus - 1.0).abs() < 1e-12));
    }
}
