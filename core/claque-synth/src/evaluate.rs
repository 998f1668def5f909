//! A run against the labels of its world: best-match precision, recall and F1 per group, verdicts and top
//! dimensions, B-cubed over all labelled and clustered accounts (Amigó et al. 2009, 10.1007/s10791-008-9066-8).
//! Reads no file and decides nothing about scores.

mod labels;

use crate::world::SynthError;
use claque_model::{Dimension, Verdict};
use labels::{Clusters, Group, read_clusters, read_groups};
use polars::prelude::DataFrame;
use std::collections::{BTreeMap, BTreeSet};

/// How a run did.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Planted groups, by name.
    pub planted: Vec<GroupOutcome>,
    /// Benign groups, by name.
    pub benign: Vec<GroupOutcome>,
    /// Clusters as a partition, against groups.
    pub b_cubed: BCubed,
    /// Clustered accounts that belong to no group.
    pub innocent_in_clusters: usize,
    /// Those of them in clusters whose verdict is a CIB candidate.
    pub innocent_in_candidates: usize,
    /// Clusters that are CIB candidates and best match of no planted group.
    pub false_candidates: Vec<String>,
}

/// What became of one group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupOutcome {
    /// Name of the group.
    pub group: String,
    /// Its scenario.
    pub scenario: String,
    /// Is it an operation?
    pub planted: bool,
    /// Labelled accounts.
    pub n_accounts: usize,
    /// Cluster with the highest F1 (the smallest id among equals), if any shares an account.
    pub cluster: Option<String>,
    /// Share of the cluster's accounts that belong to the group; 0 without a cluster.
    pub precision: f64,
    /// Share of the group's accounts in the cluster.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
    /// Verdict on that cluster, if one was given.
    pub verdict: Option<Verdict>,
    /// Dimension with the highest score, if one was scored.
    pub top_dimension: Option<Dimension>,
    /// Dimension that should have it; none for benign groups.
    pub expected: Option<Dimension>,
}

impl GroupOutcome {
    /// Is the right dimension on top? None when no dimension is expected.
    #[must_use]
    pub fn dimension_right(&self) -> Option<bool> {
        self.expected.map(|expected| self.top_dimension == Some(expected))
    }

    /// Did it come out as it must: an operation as a candidate with the right dimension on top, a benign group not
    /// as a candidate?
    #[must_use]
    pub fn as_expected(&self) -> bool {
        let candidate = self.verdict == Some(Verdict::CibCandidate);
        if self.planted { candidate && self.dimension_right() == Some(true) } else { !candidate }
    }
}

/// B-cubed precision, recall and their harmonic mean. Unclustered accounts are clusters of one, innocent accounts
/// groups of one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BCubed {
    /// Mean over accounts of the share of their cluster that is of their group.
    pub precision: f64,
    /// Mean over accounts of the share of their group that is in their cluster.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

/// What a run says about one cluster: its id, the verdict, the dimension with the highest score.
type Judged = (String, Verdict, Option<Dimension>);

/// Compares clusters (`cluster_id`, `account_id`) and what was said about them with the labels of a world. O(n log n).
///
/// # Errors
/// A column is missing, null or of another type, or a label names an unknown dimension.
pub fn evaluate(members: &DataFrame, verdicts: &[Judged], labels: &DataFrame) -> Result<Evaluation, SynthError> {
    let clusters = read_clusters(members)?;
    let groups = read_groups(labels)?;
    let outcomes: Vec<GroupOutcome> =
        groups.iter().map(|(name, group)| outcome(name, group, &clusters, verdicts)).collect();
    let labelled: BTreeSet<&String> = groups.values().flat_map(|g| &g.accounts).collect();
    let innocent = |wanted: &dyn Fn(&str) -> bool| {
        let inside = clusters.iter().filter(|(id, _)| wanted(id)).flat_map(|(_, accounts)| accounts);
        inside.filter(|a| !labelled.contains(a)).collect::<BTreeSet<_>>().len()
    };
    let candidates: BTreeSet<&str> =
        verdicts.iter().filter(|v| v.1 == Verdict::CibCandidate).map(|v| v.0.as_str()).collect();
    let matched: BTreeSet<&str> = outcomes.iter().filter(|o| o.planted).filter_map(|o| o.cluster.as_deref()).collect();
    let false_candidates = candidates.difference(&matched).map(|id| (*id).to_owned()).collect();
    let innocent_in_clusters = innocent(&|_| true);
    let innocent_in_candidates = innocent(&|id| candidates.contains(id));
    let b_cubed = b_cubed(&clusters, &groups);
    let (planted, benign) = outcomes.into_iter().partition(|o| o.planted);
    Ok(Evaluation { planted, benign, b_cubed, innocent_in_clusters, innocent_in_candidates, false_candidates })
}

fn harmonic(precision: f64, recall: f64) -> f64 {
    if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
}

fn outcome(name: &str, group: &Group, clusters: &Clusters, verdicts: &[Judged]) -> GroupOutcome {
    let mut best: Option<(f64, f64, f64, &String)> = None;
    for (id, accounts) in clusters {
        let common = accounts.intersection(&group.accounts).count();
        let precision = common as f64 / accounts.len() as f64;
        let recall = common as f64 / group.accounts.len() as f64;
        let f1 = harmonic(precision, recall);
        if common > 0 && best.is_none_or(|b| f1 > b.2) {
            best = Some((precision, recall, f1, id));
        }
    }
    let (precision, recall, f1) = best.map_or((0.0, 0.0, 0.0), |b| (b.0, b.1, b.2));
    let cluster = best.map(|b| b.3.clone());
    let judged = cluster.as_ref().and_then(|id| verdicts.iter().find(|v| v.0 == *id));
    GroupOutcome {
        group: name.to_owned(),
        scenario: group.scenario.clone(),
        planted: group.planted,
        n_accounts: group.accounts.len(),
        precision,
        recall,
        f1,
        verdict: judged.map(|v| v.1),
        top_dimension: judged.and_then(|v| v.2),
        expected: group.expected,
        cluster,
    }
}

fn b_cubed(clusters: &Clusters, groups: &BTreeMap<String, Group>) -> BCubed {
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
        return BCubed { precision: 1.0, recall: 1.0, f1: 1.0 };
    }
    let (mut precision, mut recall) = (0.0, 0.0);
    for account in &items {
        let (cluster, group) = (cluster_of.get(account), group_of.get(account));
        let both = cluster.zip(group).and_then(|(c, g)| common.get(&(c.0, g.0)).copied()).unwrap_or(1);
        precision += both as f64 / cluster.map_or(1, |c| c.1) as f64;
        recall += both as f64 / group.map_or(1, |g| g.1) as f64;
    }
    let (precision, recall) = (precision / items.len() as f64, recall / items.len() as f64);
    BCubed { precision, recall, f1: harmonic(precision, recall) }
}

#[cfg(test)]
mod tests;
