//! Clusters out of the network, with their measures.

mod measures;

use crate::corpus::Corpus;
use crate::fusion::{ClusterSettings, Community, FusedEdge, Voice, communities, fuse};
use claque_model::{Cluster, Network};
use measures::Measured;

/// Communities of the fused layers: layers and windows made one graph (per layer the best window), Leiden
/// over several seeds, consensus, small ones dropped. Named `c1`, `c2` … by total weight inside, descending.
/// Deterministic for a seed.
#[must_use]
pub fn find_clusters(corpus: &Corpus, network: &Network, settings: &ClusterSettings) -> Vec<Cluster> {
    let (names, edges) = fused(network, settings);
    let found = communities(&edges, settings);
    if found.is_empty() {
        return Vec::new();
    }
    let widest = network.layers.iter().map(|layer| layer.window).max();
    let measured = Measured::new(corpus, &names, &edges, widest);
    let clusters = found.iter().enumerate().map(|(index, community)| Cluster {
        id: format!("c{}", index + 1),
        members: with_weights(community, &edges),
        measures: measured.of(community),
    });
    clusters.collect()
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

fn with_weights(community: &Community, edges: &[FusedEdge]) -> Vec<(u32, f64)> {
    let mut members: Vec<(u32, f64)> = community.members.iter().map(|&account| (account, 0.0)).collect();
    let place = |account: u32| community.members.binary_search(&account).ok();
    for edge in edges {
        if let (Some(a), Some(b)) = (place(edge.a), place(edge.b)) {
            members[a].1 += edge.weight;
            members[b].1 += edge.weight;
        }
    }
    members
}

#[cfg(test)]
mod tests;
