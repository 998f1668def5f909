//! A run against labels: reads both, finds who matches whom, and puts every measure to its question. The measures
//! themselves are in files of their own.

use crate::absent::{Absent, Figure};
use crate::abstention::{Answer, RiskCoverage, risk_coverage};
use crate::agreement::{Agreement, Match, b_cubed, weighted_precision};
use crate::calibration::{Calibration, Of, calibration};
use crate::error::EvaluateError;
use crate::fairness::{Fairness, fairness};
use crate::judged::{self, Index, Judged, Priors};
use crate::population::{self, Population};
use crate::ranking::{Ranking, ranking};
use crate::truth::{Clusters, Group, Groups, read_clusters, read_groups};
use claque_model::{Dimension, Verdict};
use polars::prelude::DataFrame;
use std::collections::{BTreeMap, BTreeSet};

/// Least best-match F1 at which a cluster counts as the operation that it matches.
const LEAST_F1: f64 = 0.5;

/// The tables of a run that are evaluated.
#[derive(Clone, Copy, Debug)]
pub struct RunTables<'a> {
    /// `cluster_id`, `account_id`.
    pub members: &'a DataFrame,
    /// `cluster_id`, `verdict`.
    pub clusters: &'a DataFrame,
    /// `cluster_id`, `dimension`, `own`, `score`, `abstained`.
    pub scores: &'a DataFrame,
    /// The priors that are in the scores, where they are known.
    pub priors: Option<Priors>,
}

/// How a run did.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Planted groups, by name.
    pub planted: Vec<GroupOutcome>,
    /// Benign groups, by name.
    pub benign: Vec<GroupOutcome>,
    /// Clusters as a partition, against groups.
    pub agreement: Agreement,
    /// Clustered accounts that belong to no group.
    pub innocent_in_clusters: usize,
    /// Those of them in clusters whose verdict is a CIB candidate.
    pub innocent_in_candidates: usize,
    /// CIB candidates of which more than half of the accounts are in no planted group.
    pub false_candidates: Vec<String>,
    /// Accounts, each with the largest max_d min(K, S_d, I) of its clusters; 0 in no cluster, and where a cluster's is
    /// not stated. Absent without posts: those in no cluster would be unknown.
    pub accounts: Result<Ranking, Absent>,
    /// The headline of clusters, all dimensions together, each dimension.
    pub calibration: Vec<Calibration>,
    /// Verdicts by how sure they are.
    pub abstention: RiskCoverage,
    /// False alarms by whom they hit. Absent without posts.
    pub fairness: Result<Fairness, Absent>,
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

    /// Did it come out as it must: an operation as a candidate with the right dimension on top, a benign group not as a
    /// candidate? A cluster of [`LEAST_F1`] or more is the group; a benign one is accused as well where half of it stand in
    /// a candidate.
    #[must_use]
    pub fn as_expected(&self) -> bool {
        let candidate = self.verdict == Some(Verdict::CibCandidate);
        let is_it = self.f1 >= LEAST_F1;
        if self.planted {
            candidate && is_it && self.dimension_right() == Some(true)
        } else {
            !(candidate && (is_it || self.recall >= 0.5))
        }
    }
}

/// Compares what a run says with labels (`account_id`, `group`, `scenario`, `planted`, `dimension`); `posts` is the
/// canonical table of the study, for what needs every account. O(n log n) in rows, O(clusters · groups) in matches.
///
/// # Errors
/// A column is missing, null, out of range or of another type, or a word is unknown.
pub fn evaluate(run: &RunTables, labels: &DataFrame, posts: Option<&DataFrame>) -> Result<Evaluation, EvaluateError> {
    let judged = judged::read(run.clusters, run.scores)?;
    let matching = Matching::new(read_clusters(run.members)?, read_groups(labels)?);
    let population = posts.map(population::read).transpose()?;
    let outcomes: Vec<GroupOutcome> =
        matching.groups.iter().map(|(name, group)| outcome(name, group, &matching, &judged)).collect();
    let candidates: BTreeSet<&str> =
        judged.iter().filter(|(_, j)| j.verdict == Verdict::CibCandidate).map(|(id, _)| id.as_str()).collect();
    let operations = matching.in_operations();
    let is_false = |id: &&&str| {
        let accounts = matching.clusters.get(**id);
        let of_operations = accounts.into_iter().flatten().filter(|a| operations.contains(a.as_str())).count();
        2 * of_operations < accounts.map_or(1, BTreeSet::len)
    };
    let false_candidates = candidates.iter().filter(is_false).map(|id| (*id).to_owned()).collect();
    let agreement = Agreement {
        weighted_precision: weighted_precision(&matching.clusters, &matching.groups),
        b_cubed: b_cubed(&matching.clusters, &matching.groups),
        best_match_f1: mean_f1(&outcomes),
    };
    let (planted, benign) = outcomes.into_iter().partition(|o| o.planted);
    Ok(Evaluation {
        planted,
        benign,
        agreement,
        innocent_in_clusters: matching.unlabelled(|_| true),
        innocent_in_candidates: matching.unlabelled(|id| candidates.contains(id)),
        false_candidates,
        accounts: population.as_ref().map(|p| rank(p, &matching, &judged)).ok_or(Absent::NoPosts),
        calibration: calibrations(&matching, &judged, run.priors),
        abstention: risk_coverage(judged.len(), answers(&matching, &judged)),
        fairness: population
            .as_ref()
            .map(|p| fairness(p, &matching.in_operations(), &matching.members_of(&candidates)))
            .ok_or(Absent::NoPosts),
    })
}

type AllJudged = BTreeMap<String, Judged>;

/// Clusters, groups, and the operation that a cluster is.
struct Matching {
    clusters: Clusters,
    groups: Groups,
    /// The group with the highest F1 (the first by name among equals), where it is planted and that is at least
    /// [`LEAST_F1`]: its dimension.
    operations: BTreeMap<String, Option<Dimension>>,
}

impl Matching {
    fn new(clusters: Clusters, groups: Groups) -> Self {
        let operation = |accounts: &BTreeSet<String>| {
            let matches = groups.values().filter_map(|g| Some((Match::of(accounts, &g.accounts)?.f1, g)));
            let best = matches.reduce(|best, one| if one.0 > best.0 { one } else { best });
            best.filter(|(f1, group)| group.planted && *f1 >= LEAST_F1).map(|(_, group)| group.expected)
        };
        let operations = clusters.iter().filter_map(|(id, accounts)| Some((id.clone(), operation(accounts)?)));
        Self { operations: operations.collect(), clusters, groups }
    }

    fn in_operations(&self) -> BTreeSet<&str> {
        self.groups.values().filter(|g| g.planted).flat_map(|g| &g.accounts).map(String::as_str).collect()
    }

    fn members_of(&self, wanted: &BTreeSet<&str>) -> BTreeSet<&str> {
        let inside = self.clusters.iter().filter(|(id, _)| wanted.contains(id.as_str()));
        inside.flat_map(|(_, accounts)| accounts).map(String::as_str).collect()
    }

    /// Accounts of no group in clusters of the wanted kind.
    fn unlabelled(&self, is_wanted: impl Fn(&str) -> bool) -> usize {
        let labelled: BTreeSet<&String> = self.groups.values().flat_map(|g| &g.accounts).collect();
        let inside = self.clusters.iter().filter(|(id, _)| is_wanted(id)).flat_map(|(_, accounts)| accounts);
        inside.filter(|a| !labelled.contains(a)).collect::<BTreeSet<_>>().len()
    }
}

fn outcome(name: &str, group: &Group, matching: &Matching, judged: &AllJudged) -> GroupOutcome {
    let matches = matching.clusters.iter().filter_map(|(id, c)| Some((Match::of(c, &group.accounts)?, id)));
    let best = matches.reduce(|best, one| if one.0.f1 > best.0.f1 { one } else { best });
    let said = best.and_then(|(_, id)| judged.get(id));
    GroupOutcome {
        group: name.to_owned(),
        scenario: group.scenario.clone(),
        planted: group.planted,
        n_accounts: group.accounts.len(),
        cluster: best.map(|(_, id)| id.clone()),
        precision: best.map_or(0.0, |b| b.0.precision),
        recall: best.map_or(0.0, |b| b.0.recall),
        f1: best.map_or(0.0, |b| b.0.f1),
        verdict: said.map(|j| j.verdict),
        top_dimension: said.and_then(Judged::top_dimension),
        expected: group.expected,
    }
}

fn mean_f1(outcomes: &[GroupOutcome]) -> Figure {
    let f1: Vec<f64> = outcomes.iter().filter(|o| o.planted).map(|o| o.f1).collect();
    if f1.is_empty() { Err(Absent::NoOperations) } else { Ok(f1.iter().sum::<f64>() / f1.len() as f64) }
}

/// Every account with a post, a label or a cluster.
fn rank(population: &Population, matching: &Matching, judged: &AllJudged) -> Ranking {
    let operations = matching.in_operations();
    let labelled = matching.groups.values().flat_map(|g| &g.accounts);
    let mut scores: BTreeMap<&str, f64> =
        population.keys().chain(labelled).map(|account| (account.as_str(), 0.0)).collect();
    for (id, accounts) in &matching.clusters {
        let headline = judged.get(id).and_then(Judged::headline).map_or(0.0, |index| index.value);
        for account in accounts {
            let score = scores.entry(account).or_default();
            *score = score.max(headline);
        }
    }
    ranking(scores.into_iter().map(|(account, score)| (score, operations.contains(account))).collect())
}

fn calibrations(matching: &Matching, judged: &AllJudged, priors: Option<Priors>) -> Vec<Calibration> {
    type Picked<'a> = Vec<(Option<Index>, bool)>;
    let measured = |of: Of, picked: Picked| {
        let abstained = picked.iter().filter(|(index, _)| index.is_none()).count();
        let stated = picked.into_iter().filter_map(|(index, came_true)| Some(index?.forecast(priors, came_true)));
        calibration(of, &stated.collect::<Vec<_>>(), abstained)
    };
    let headlines = judged.iter().map(|(id, j)| (j.headline(), matching.operations.contains_key(id)));
    let by_dimension = Dimension::INTERFERENCE.map(|dimension| -> Picked {
        let came_true = |id: &String| matching.operations.get(id) == Some(&Some(dimension));
        judged.iter().map(|(id, j)| (j.dimension(dimension), came_true(id))).collect()
    });
    let mut all = vec![
        measured(Of::Headline, headlines.collect()),
        measured(Of::AllDimensions, by_dimension.iter().flatten().copied().collect()),
    ];
    all.extend(
        Dimension::INTERFERENCE.into_iter().zip(by_dimension).map(|(d, picked)| measured(Of::Dimension(d), picked)),
    );
    all
}

/// Clusters that were answered, with yes or no.
fn answers(matching: &Matching, judged: &AllJudged) -> Vec<Answer> {
    let answer = |(id, judged): (&String, &Judged)| {
        let (both, is_operation) = (judged.both()?, matching.operations.contains_key(id));
        match judged.verdict {
            Verdict::CibCandidate => Some(Answer { confidence: both, is_wrong: !is_operation }),
            Verdict::CoordinatedAuthenticityUndetermined => {
                Some(Answer { confidence: 1.0 - both, is_wrong: is_operation })
            }
            Verdict::Exploratory | Verdict::Abstained => None,
        }
    };
    judged.iter().filter_map(answer).collect()
}

#[cfg(test)]
mod tests;
