//! Clusters out of the network, or the user's own groups in it, with their measures.

mod extent;
mod growth;
mod joining;
mod measures;
mod stability;
mod timing;

use crate::corpus::Corpus;
use crate::fusion::{ClusterSettings, Community, FusedEdge, Partitions, Voice, fuse};
use claque_model::{Cluster, Network};
pub use growth::{GrownCluster, grown_clusters};
use measures::Measured;
pub use stability::stability;

/// A group of accounts that the user names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenGroup {
    /// The user's name for it.
    pub id: String,
    /// Account codes, ascending, none twice; at least two. They need no edge.
    pub accounts: Vec<u32>,
}

/// Communities of the fused layers: layers and windows made one graph (per layer the best window), Leiden
/// over several seeds, consensus, small ones dropped. Named `c1`, `c2` … by total weight inside, descending.
/// Their stability is a question of its own, see [`stability`]. Deterministic for a seed.
#[must_use]
pub fn find_clusters(corpus: &Corpus, network: &Network, settings: &ClusterSettings) -> Vec<Cluster> {
    let (names, edges) = fused(network, settings);
    if edges.is_empty() {
        return Vec::new();
    }
    let found = Partitions::of(&edges, settings).communities(settings);
    let named = found.into_iter().enumerate().map(|(index, community)| (format!("c{}", index + 1), community));
    described(corpus, network, &names, &edges, named.collect())
}

/// The user's own groups as clusters, in the order given, with the same measures. Nothing is searched for.
#[must_use]
pub fn given_clusters(
    corpus: &Corpus,
    network: &Network,
    groups: &[GivenGroup],
    settings: &ClusterSettings,
) -> Vec<Cluster> {
    let (names, edges) = fused(network, settings);
    let partitions = Partitions::of(&edges, settings);
    let named = groups.iter().map(|group| (group.id.clone(), partitions.group(group.accounts.clone())));
    described(corpus, network, &names, &edges, named.collect())
}

fn described(
    corpus: &Corpus,
    network: &Network,
    names: &[&str],
    edges: &[FusedEdge],
    communities: Vec<(String, Community)>,
) -> Vec<Cluster> {
    if communities.is_empty() {
        return Vec::new();
    }
    let widest = network.layers.iter().map(|layer| layer.window).max();
    let measured = Measured::new(corpus, names, edges, widest);
    let cluster = |(id, community): (String, Community)| Cluster {
        id,
        members: measured.with_weights(&community.members),
        measures: measured.of(&community),
    };
    communities.into_iter().map(cluster).collect()
}

/// Names of the layers, and the fused edges that refer to them.
fn fused<'a>(network: &'a Network, settings: &ClusterSettings) -> (Vec<&'a str>, Vec<FusedEdge>) {
    let mut names: Vec<&str> = network.layers.iter().map(|layer| layer.layer.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let mut u = vec![1.0; names.len()];
    let mut voices = Vec::with_capacity(network.n_edges());
    for layer in &network.layers {
        let index = names.partition_point(|name| *name < layer.layer.as_str());
        u[index] = layer.fusion_weight;
        let voice =
            |edge: &claque_model::Edge| Voice { a: edge.a, b: edge.b, layer: index as u32, weight: edge.weight };
        voices.extend(layer.edges.iter().map(voice));
    }
    let edges = fuse(voices, &u, settings.clip);
    (names, edges)
}

#[cfg(test)]
mod tests;
