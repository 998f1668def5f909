//! From the groups that one half of the posts shows to all that the whole network shows of them. What half of the posts
//! discovers can be tested on the other half; but half of the posts do not show everybody.

use super::joining::joining;
use super::{described, fused};
use crate::corpus::Corpus;
use crate::fusion::{ClusterSettings, Community, Partitions};
use crate::null::NullSettings;
use claque_model::{Cluster, Network};
use std::collections::{BTreeMap, BTreeSet};

/// A cluster of all posts.
#[derive(Clone, Debug)]
pub struct GrownCluster {
    /// As found in the whole network.
    pub cluster: Cluster,
    /// Its core, as positions in the members, ascending: those whom the discovering half found. The others of a cluster
    /// joined them by posts of both halves, so that only the core can be tested on the other half. Empty for a cluster
    /// of which the discovering half shows nothing.
    pub core: Vec<u32>,
}

/// Lets the clusters of the discovering half grow into the communities of the whole network.
///
/// A cluster of the half belongs to the community that holds most of its members, at least half of them; several of one
/// community are one core. A core keeps all its members, wherever the whole network puts them, and no account is in two
/// clusters. Clusters whose community is not found stay as they were. Communities without any member of a core come last,
/// with an empty core. Whoever acts with a cluster as a whole joins it, though no edge leads there (see `joining`). Named
/// `c1`, `c2` … by total weight inside, descending. O(edges · runs of Leiden).
#[must_use]
pub fn grown_clusters(
    corpus: &Corpus,
    whole: &Network,
    found: &[Cluster],
    null: &NullSettings,
    settings: &ClusterSettings,
) -> Vec<GrownCluster> {
    let (names, edges) = fused(whole, settings);
    if edges.is_empty() && found.is_empty() {
        return Vec::new();
    }
    let partitions = Partitions::of(&edges, settings);
    let communities = partitions.communities(settings);
    let cores: Vec<BTreeSet<u32>> = found.iter().map(|cluster| cluster.members.iter().map(|m| m.0).collect()).collect();
    let in_a_core: BTreeSet<u32> = cores.iter().flatten().copied().collect();
    let joined = joined(&cores, &communities);
    let is_home = |at: &usize| joined.iter().any(|(community, _)| community.as_ref() == Some(at));
    let is_apart = |at: &usize| communities[*at].members.iter().all(|account| !in_a_core.contains(account));
    let further: Vec<usize> = (0..communities.len()).filter(|at| !is_home(at) && is_apart(at)).collect();
    let of_core = |(community, core): (Option<usize>, BTreeSet<u32>)| {
        let others = community.iter().flat_map(|&at| &communities[at].members);
        let others = others.copied().filter(|account| !in_a_core.contains(account));
        (core.iter().copied().chain(others).collect(), core)
    };
    let (mut members, mut cores): (Vec<BTreeSet<u32>>, Vec<BTreeSet<u32>>) = joined.into_iter().map(of_core).unzip();
    members.extend(further.into_iter().map(|at| communities[at].members.iter().copied().collect()));
    cores.resize(members.len(), BTreeSet::new());
    let joining = joining(corpus, null, &members);
    members.iter_mut().zip(joining).for_each(|(members, joining)| members.extend(joining));
    let group =
        |(members, core): (BTreeSet<u32>, BTreeSet<u32>)| (partitions.group(members.into_iter().collect()), core);
    let mut grown: Vec<(Community, BTreeSet<u32>)> = members.into_iter().zip(cores).map(group).collect();
    // those with a core first
    grown.sort_by(|(a, core_a), (b, core_b)| {
        let by_weight = b.weight.total_cmp(&a.weight).then(a.members[0].cmp(&b.members[0]));
        core_a.is_empty().cmp(&core_b.is_empty()).then(by_weight)
    });
    let (named, cores): (Vec<_>, Vec<_>) = grown
        .into_iter()
        .enumerate()
        .map(|(at, (community, core))| ((format!("c{}", at + 1), community), core))
        .unzip();
    let clusters = described(corpus, whole, &names, &edges, named);
    clusters
        .into_iter()
        .zip(cores)
        .map(|(cluster, core)| GrownCluster { core: positions(&cluster, &core), cluster })
        .collect()
}

/// Cores by the community that they belong to, if there is one: its position, and all members of such cores.
fn joined(cores: &[BTreeSet<u32>], communities: &[Community]) -> Vec<(Option<usize>, BTreeSet<u32>)> {
    let home: BTreeMap<u32, usize> = communities
        .iter()
        .enumerate()
        .flat_map(|(at, community)| community.members.iter().map(move |&account| (account, at)))
        .collect();
    let mut of_community: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
    let mut alone = Vec::new();
    for core in cores {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        core.iter().filter_map(|account| home.get(account)).for_each(|&at| *counts.entry(at).or_default() += 1);
        // of equal ones the heaviest community, which comes first
        let most = counts.into_iter().max_by_key(|&(at, n)| (n, std::cmp::Reverse(at)));
        match most.filter(|(_, n)| 2 * n >= core.len()) {
            Some((at, _)) => of_community.entry(at).or_default().extend(core),
            None => alone.push((None, core.clone())),
        }
    }
    of_community.into_iter().map(|(at, core)| (Some(at), core)).chain(alone).collect()
}

fn positions(cluster: &Cluster, core: &BTreeSet<u32>) -> Vec<u32> {
    let members = cluster.members.iter().enumerate();
    members.filter(|(_, (account, _))| core.contains(account)).map(|(at, _)| at as u32).collect()
}

#[cfg(test)]
mod tests;
