//! From the findings of all signals to scores and verdicts per cluster (steps 5 to 10 of the scoring).
//! Assesses no signal.

mod bootstrap;
mod sheet;
mod verdict;

use crate::assess::Assessed;
use crate::group::{Group, GroupEdges};
use crate::population::Population;
use crate::refit::Refit;
use bootstrap::Intervals;
use claque_model::{ClusterScores, Confirmation, Dimension, FamilyNats, Finding, Outcome, Score, Scorecard, Verdict};
use hashbrown::HashMap;
use rayon::prelude::*;
use sheet::Sheet;
use std::collections::BTreeMap;
use verdict::{Facts, abstention, among, confirmed, k_limit, verdict};

/// Priors of the band that is printed beside each score.
const PRIOR_BAND: (f64, f64) = (0.01, 0.15);

/// What is declared, editable, and printed with every scorecard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoreSettings {
    /// π of concealment and of the four dimensions.
    pub prior: f64,
    /// π of coordination.
    pub prior_coordination: f64,
    /// ρ, the discount of each further family.
    pub rho: f64,
    /// Least K of a CIB candidate.
    pub candidate_k: f64,
    /// Least I of a CIB candidate.
    pub candidate_i: f64,
    /// Bootstraps over the accounts of a cluster; 0 for none.
    pub resamples: u32,
    /// Seed of the bootstraps.
    pub seed: u64,
}

impl Default for ScoreSettings {
    fn default() -> Self {
        Self {
            prior: 0.05,
            prior_coordination: 0.1,
            rho: 0.7,
            candidate_k: 0.7,
            candidate_i: 0.25,
            resamples: 200,
            seed: 0,
        }
    }
}

impl ScoreSettings {
    fn prior_of(&self, dimension: Dimension) -> f64 {
        if dimension == Dimension::Coordination { self.prior_coordination } else { self.prior }
    }
}

/// The scorecard of all groups. `confirmations` and `edges` go with `groups` by position; a group without
/// a confirmation has an empty one. `assessed` holds one finding per signal and group, missing ones
/// included, since coverage is counted over all signals registered. Statements with a refit take its value
/// for their own index; the others are fused with the declared prior.
#[must_use]
pub fn fuse(
    groups: &[Group],
    confirmations: &[Confirmation],
    edges: &[GroupEdges],
    population: &Population,
    assessed: Vec<Assessed>,
    settings: &ScoreSettings,
    refits: &BTreeMap<Dimension, Refit>,
) -> Scorecard {
    let nothing = Confirmation::empty();
    let confirmation = |at: usize| confirmations.get(at).unwrap_or(&nothing);
    let all: Vec<&Confirmation> = (0..groups.len()).map(confirmation).collect();
    let confirmed = confirmed(&all);
    let facts: Vec<Facts> = groups
        .iter()
        .enumerate()
        .map(|(at, group)| Facts {
            n_accounts: group.accounts.len(),
            n_posts: population.n_posts_of(&group.accounts.iter().map(String::as_str).collect::<Vec<_>>()),
            n_objects: all[at].n_objects,
            confirmed: confirmed[at],
            k_limit: k_limit(all[at], edges.get(at).copied().unwrap_or_default()),
        })
        .collect();
    let mut scored: Vec<Scored> = by_group(groups, assessed)
        .into_par_iter()
        .zip(groups)
        .zip(&facts)
        .map(|((assessed, group), facts)| score(group, facts, assessed, settings, refits))
        .collect();
    judge(&mut scored, &facts, settings);
    scored.sort_by(|a, b| a.scores.verdict.cmp(&b.scores.verdict).then(b.strongest.total_cmp(&a.strongest)));
    let mut card = Scorecard::default();
    for one in scored {
        card.clusters.push(one.scores);
        card.findings.extend(one.findings);
        card.families.extend(one.families);
    }
    card
}

/// What was assessed on each group, by signal id. Findings on other groups are dropped.
fn by_group(groups: &[Group], assessed: Vec<Assessed>) -> Vec<Vec<Assessed>> {
    let at: HashMap<&str, usize> = groups.iter().enumerate().map(|(at, group)| (group.id.as_str(), at)).collect();
    let mut sorted: Vec<Vec<Assessed>> = groups.iter().map(|_| Vec::new()).collect();
    for one in assessed {
        if let Some(&at) = at.get(one.finding.cluster_id.as_str()) {
            sorted[at].push(one);
        }
    }
    for of_group in &mut sorted {
        of_group.sort_by(|a, b| a.finding.signal_id.cmp(&b.finding.signal_id));
    }
    sorted
}

/// Gives each cluster its verdict, which depends on what all confirmed ones show.
fn judge(scored: &mut [Scored], facts: &[Facts], settings: &ScoreSettings) {
    let e: Vec<Option<f64>> =
        scored.iter().zip(facts).map(|(one, facts)| one.concealment_e.filter(|_| facts.confirmed)).collect();
    for ((one, facts), concealment) in scored.iter_mut().zip(facts).zip(among(&e)) {
        one.scores.concealment = concealment;
        one.scores.verdict = verdict(facts, &one.scores.scores, concealment, settings);
    }
}

/// One cluster; its verdict comes later.
struct Scored {
    /// Of concealment, without caps.
    concealment_e: Option<f64>,
    /// Largest min(K, S_d, I): clusters of one verdict are sorted by it.
    strongest: f64,
    scores: ClusterScores,
    findings: Vec<Finding>,
    families: Vec<FamilyNats>,
}

fn score(
    group: &Group,
    facts: &Facts,
    assessed: Vec<Assessed>,
    settings: &ScoreSettings,
    refits: &BTreeMap<Dimension, Refit>,
) -> Scored {
    let sheet = Sheet::new(&assessed, facts.k_limit, settings, refits);
    let point = sheet.own_all(&sheet.evidence);
    let intervals = Intervals::new(group, &assessed, &sheet, settings);
    let scores: Vec<Score> =
        Dimension::ALL.into_iter().map(|d| one_score(d, &sheet, &point, &intervals, facts)).collect();
    let (k, i) = (point[0], point[1]);
    let strongest = point[2..].iter().map(|s| s.min(k).min(i)).fold(0.0, f64::max);
    let contributed = sheet.contributions();
    let concealment_e = sheet.e(Dimension::Concealment);
    let families = sheet.families(&group.id);
    let mut findings = Vec::with_capacity(assessed.len());
    for (at, Assessed { mut finding, .. }) in assessed.into_iter().enumerate() {
        finding.nats_contributed = contributed[at];
        if let (Outcome::Measured { effect_ci, .. }, Some(interval)) = (&mut finding.outcome, intervals.effects[at]) {
            *effect_ci = interval;
        }
        findings.push(finding);
    }
    let scores = ClusterScores {
        cluster_id: group.id.clone(),
        verdict: Verdict::Abstained,
        confirmed: facts.confirmed,
        concealment: None,
        k_limit: facts.k_limit,
        scores,
    };
    Scored { concealment_e, strongest, scores, findings, families }
}

fn one_score(dimension: Dimension, sheet: &Sheet, point: &[f64; 6], intervals: &Intervals, facts: &Facts) -> Score {
    let at = sheet::position(dimension);
    let own = point[at];
    let headline = |own: f64| headline(dimension, point[0], own);
    let lower_bound = if Dimension::INTERFERENCE.contains(&dimension) { (point[0] + own - 1.0).max(0.0) } else { own };
    let score = headline(own);
    let (low, high) = intervals.headlines[at].unwrap_or((score, score));
    let with_prior = |prior| headline(sheet.own(dimension, &sheet.evidence, Some(prior), false));
    let mut score = Score {
        dimension,
        own,
        score,
        lower_bound,
        ci_low: low.min(score),
        ci_high: high.max(score),
        prior_low: with_prior(PRIOR_BAND.0),
        prior_high: with_prior(PRIOR_BAND.1),
        without_best: headline(sheet.own(dimension, &sheet.evidence, None, true)),
        coverage: sheet.coverage(dimension).measured,
        abstained: None,
    };
    score.abstained = abstention(&score, sheet.coverage(dimension), facts);
    score
}

/// min(K, S_d) for the four dimensions, the index itself for K and I.
fn headline(dimension: Dimension, k: f64, own: f64) -> f64 {
    if Dimension::INTERFERENCE.contains(&dimension) { own.min(k) } else { own }
}

#[cfg(test)]
mod coverage;
#[cfg(test)]
mod refitted;
#[cfg(test)]
mod tests;
