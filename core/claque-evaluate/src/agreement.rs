//! Clusters as a partition of accounts, against groups.

use crate::absent::{Absent, Figure};
use crate::truth::{Clusters, Groups};
use std::collections::{BTreeMap, BTreeSet};

/// How clusters and groups agree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// Precision of each cluster for the group that has most of it, weighted by the cluster's size: purity (Zhao &
    /// Karypis 2004, 10.1023/B:MACH.0000027785.44527.d6; weighted precision in Amigó et al. 2009). Accounts of no
    /// group count against it.
    pub weighted_precision: Figure,
    /// B-cubed.
    pub b_cubed: Result<BCubed, Absent>,
    /// Best-match F1 of operations, averaged; an operation without a cluster counts 0.
    pub best_match_f1: Figure,
}

/// B-cubed precision, recall and their harmonic mean (Bagga & Baldwin 1998; Amigó et al. 2009,
/// 10.1007/s10791-008-9066-8). Unclustered accounts are clusters of one, innocent accounts groups of one. An account in
/// several clusters counts in the last by id, one in several groups in the last by name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BCubed {
    /// Mean over accounts of the share of their cluster that is of their group.
    pub precision: f64,
    /// Mean over accounts of the share of their group that is in their cluster.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

/// Overlap of a cluster and a group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Match {
    /// Share of the cluster that is of the group.
    pub(crate) precision: f64,
    /// Share of the group that is in the cluster.
    pub(crate) recall: f64,
    /// Harmonic mean.
    pub(crate) f1: f64,
}

impl Match {
    /// None if nobody is in both.
    pub(crate) fn of(cluster: &BTreeSet<String>, group: &BTreeSet<String>) -> Option<Self> {
        let common = cluster.intersection(group).count();
        if common == 0 {
            return None;
        }
        let (precision, recall) = (common as f64 / cluster.len() as f64, common as f64 / group.len() as f64);
        Some(Self { precision, recall, f1: harmonic(precision, recall) })
    }
}

fn harmonic(precision: f64, recall: f64) -> f64 {
    if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
}

/// Mean of the shares, each cluster counting as often as it has accounts. O(clusters · groups · log).
pub(crate) fn weighted_precision(clusters: &Clusters, groups: &Groups) -> Figure {
    let clustered: usize = clusters.values().map(BTreeSet::len).sum();
    if clustered == 0 {
        return Err(Absent::NoClusters);
    }
    let most = |cluster: &BTreeSet<String>| {
        groups.values().map(|group| cluster.intersection(&group.accounts).count()).max().unwrap_or(0)
    };
    Ok(clusters.values().map(most).sum::<usize>() as f64 / clustered as f64)
}

/// O(n log n).
pub(crate) fn b_cubed(clusters: &Clusters, groups: &Groups) -> Result<BCubed, Absent> {
    let (mut cluster_of, mut group_of) = (BTreeMap::new(), BTreeMap::new());
    for (id, accounts) in clusters {
        cluster_of.extend(accounts.iter().map(|a| (a, (id, accounts.len()))));
    }
    for (name, group) in groups {
        group_of.extend(group.accounts.iter().map(|a| (a, (name, group.accounts.len()))));
    }
    let mut common: BTreeMap<(&String, &String), usize> = BTreeMap::new();
    for (account, (id, _)) in &cluster_of {
        if let Some((name, _)) = group_of.get(account) {
            *common.entry((id, name)).or_default() += 1;
        }
    }
    let items: BTreeSet<&String> = cluster_of.keys().chain(group_of.keys()).copied().collect();
    if items.is_empty() {
        return Err(Absent::NoAccounts);
    }
    let (mut precision, mut recall) = (0.0, 0.0);
    for account in &items {
        let (cluster, group) = (cluster_of.get(account), group_of.get(account));
        let both = cluster.zip(group).and_then(|(c, g)| common.get(&(c.0, g.0)).copied()).unwrap_or(1);
        precision += both as f64 / cluster.map_or(1, |c| c.1) as f64;
        recall += both as f64 / group.map_or(1, |g| g.1) as f64;
    }
    let (precision, recall) = (precision / items.len() as f64, recall / items.len() as f64);
    Ok(BCubed { precision, recall, f1: harmonic(precision, recall) })
}

#[cfg(test)]
mod tests;
