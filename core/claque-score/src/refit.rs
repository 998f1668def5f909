//! Step 11: the same additive model with weights learned from labelled clusters, and whether it may be used. Weights are
//! those of families, never of signals; caps stay where they are, inside the L_f. Reads no files.
//!
//! What is fitted: log-odds = intercept + Σ w_f L_f, w_f ≥ 0, by ridge logistic regression; then a calibration of the
//! resulting scores. What decides: predictions for campaigns that were left out, against the default on the same.

mod calibrate;
mod fit;

use crate::fusion::{index, logit};
pub use calibrate::Calibration;
use claque_statistics::{brier, cllr};
use fit::Weights;
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// Fewest positive and negative clusters, and campaigns.
const LEAST_POSITIVE: usize = 30;
const LEAST_NEGATIVE: usize = 100;
const LEAST_CAMPAIGNS: usize = 3;
/// Strengths of the ridge that are tried.
const RIDGES: [f64; 5] = [0.01, 0.1, 1.0, 10.0, 100.0];
/// Cllr of the same value for every cluster, in bits.
pub const KNOWING_NOTHING: f64 = 1.0;
/// From so many labelled clusters on the calibration is isotonic.
const ISOTONIC_FROM: usize = 1_000;

/// One cluster whose truth on one statement is known.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelledCluster {
    /// Where it comes from: one operation or data set. What is left out together.
    pub campaign: String,
    /// Does the statement hold?
    pub is_positive: bool,
    /// L_f of every family that was measured. One that was not adds nothing, as ever.
    pub nats: BTreeMap<String, f64>,
}

/// A refitted model of one statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Refit {
    /// Share of the labelled clusters for which the statement holds: the prior that is in its values.
    pub prior: f64,
    /// Log-odds without any evidence.
    pub intercept: f64,
    /// By family, at least 0.
    pub weights: BTreeMap<String, f64>,
    /// Strength of the ridge, chosen by leaving campaigns out.
    pub ridge: f64,
    /// From its log-odds to its value.
    pub calibration: Calibration,
    /// How it did on campaigns that were left out.
    pub held_out: HeldOut,
}

/// Refit and default on the same clusters, each predicted without its campaign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeldOut {
    /// Clusters.
    pub n: usize,
    /// Cost of the log-likelihood ratio in bits, refitted and default (Brümmer & du Preez 2006,
    /// 10.1016/j.csl.2005.08.001).
    pub cllr: (f64, f64),
    /// Mean squared error, refitted and default (Brier 1950).
    pub brier: (f64, f64),
}

impl HeldOut {
    /// Is the refit better by both measures, and better than knowing nothing? Where the default misleads, a base rate
    /// alone would beat it.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.cllr.0 < self.cllr.1.min(KNOWING_NOTHING) && self.brier.0 < self.brier.1
    }
}

/// Why nothing was fitted.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum RefitError {
    /// Too few labels to learn from.
    #[error(
        "{positive} positive and {negative} negative clusters of {campaigns} campaigns are too few: at least \
         {LEAST_POSITIVE}, {LEAST_NEGATIVE} and {LEAST_CAMPAIGNS} are needed"
    )]
    TooFew { positive: usize, negative: usize, campaigns: usize },
    /// A campaign holds all clusters of one kind, so that leaving it out leaves none.
    #[error("without the campaign `{0}` all labels are alike")]
    OneCampaign(String),
    /// A number that is no evidence.
    #[error("the nats of family `{0}` are not a finite number")]
    NotFinite(String),
}

/// Fits weights for one statement. `prior` and `rho` are those of the default that must be beaten. Deterministic; the order
/// of clusters changes nothing but the last digits. O(ridges · campaigns² · clusters · families) per step of the fit.
///
/// # Errors
/// See [`RefitError`].
pub fn refit(clusters: &[LabelledCluster], prior: f64, rho: f64) -> Result<Refit, RefitError> {
    check(clusters)?;
    let all: Vec<&LabelledCluster> = clusters.iter().collect();
    let ridge = best_ridge(&all);
    let predicted = held_out_predictions(&all);
    let held_out = judge(&all, &predicted, prior, rho);
    let (weights, calibration) = fitted(&all, ridge);
    let prior = share(&all);
    Ok(Refit { prior, intercept: weights.intercept, weights: weights.by_family, ridge, calibration, held_out })
}

impl Refit {
    /// The calibrated value of a cluster with this evidence, 0..1.
    #[must_use]
    pub fn value(&self, nats: &BTreeMap<String, f64>) -> f64 {
        self.value_of(nats.iter().map(|(family, l)| (family.as_str(), *l)))
    }

    /// As [`Self::value`], for families by name in ascending order.
    pub(crate) fn value_of<'f>(&self, nats: impl Iterator<Item = (&'f str, f64)>) -> f64 {
        let sum: f64 = nats.map(|(family, l)| self.weight(family) * l).sum();
        self.calibration.of(self.intercept + sum)
    }

    /// What the nats of a family are multiplied by; 0 for one that no labelled cluster had.
    #[must_use]
    pub fn weight(&self, family: &str) -> f64 {
        self.weights.get(family).copied().unwrap_or(0.0)
    }
}

fn check(clusters: &[LabelledCluster]) -> Result<(), RefitError> {
    let positive = clusters.iter().filter(|c| c.is_positive).count();
    let campaigns = campaigns(&clusters.iter().collect::<Vec<_>>());
    let negative = clusters.len() - positive;
    if positive < LEAST_POSITIVE || negative < LEAST_NEGATIVE || campaigns.len() < LEAST_CAMPAIGNS {
        return Err(RefitError::TooFew { positive, negative, campaigns: campaigns.len() });
    }
    let broken = clusters.iter().flat_map(|c| &c.nats).find(|(_, nats)| !nats.is_finite());
    if let Some((family, _)) = broken {
        return Err(RefitError::NotFinite(family.clone()));
    }
    for campaign in campaigns {
        let rest = || clusters.iter().filter(|c| c.campaign != campaign);
        if rest().all(|c| c.is_positive) || !rest().any(|c| c.is_positive) {
            return Err(RefitError::OneCampaign(campaign.to_owned()));
        }
    }
    Ok(())
}

fn campaigns<'c>(clusters: &[&'c LabelledCluster]) -> BTreeSet<&'c str> {
    clusters.iter().map(|c| c.campaign.as_str()).collect()
}

fn without<'c>(clusters: &[&'c LabelledCluster], campaign: &str) -> Vec<&'c LabelledCluster> {
    clusters.iter().copied().filter(|c| c.campaign != campaign).collect()
}

/// Log-odds of every cluster by a fit without its campaign.
fn crossed(clusters: &[&LabelledCluster], ridge: f64) -> Vec<f64> {
    let fits: BTreeMap<&str, Weights> = campaigns(clusters)
        .into_iter()
        .map(|campaign| (campaign, Weights::fit(&without(clusters, campaign), ridge)))
        .collect();
    clusters.iter().map(|c| fits[c.campaign.as_str()].log_odds(&c.nats)).collect()
}

/// The ridge with the least loss on campaigns that were left out; of equal ones the strongest.
fn best_ridge(clusters: &[&LabelledCluster]) -> f64 {
    let loss = |ridge: f64| {
        let log_odds = crossed(clusters, ridge);
        clusters.iter().zip(log_odds).map(|(c, x)| fit::log_loss(x, c.is_positive)).sum::<f64>()
    };
    RIDGES.into_iter().rev().min_by(|&a, &b| loss(a).total_cmp(&loss(b))).unwrap_or(1.0)
}

/// Weights from all of these clusters, and a calibration of what each of them scores without its campaign.
fn fitted(clusters: &[&LabelledCluster], ridge: f64) -> (Weights, Calibration) {
    let truths: Vec<bool> = clusters.iter().map(|c| c.is_positive).collect();
    let scores = crossed(clusters, ridge);
    let calibration = if clusters.len() < ISOTONIC_FROM {
        Calibration::platt(&scores, &truths)
    } else {
        Calibration::isotonic(&scores, &truths)
    };
    (Weights::fit(clusters, ridge), calibration)
}

/// Values of all clusters, each by a model that saw nothing of its campaign: neither for its weights, nor its ridge, nor
/// its calibration.
fn held_out_predictions(clusters: &[&LabelledCluster]) -> Vec<f64> {
    let models: BTreeMap<&str, (Weights, Calibration)> = campaigns(clusters)
        .into_iter()
        .map(|campaign| {
            let rest = without(clusters, campaign);
            (campaign, fitted(&rest, best_ridge(&rest)))
        })
        .collect();
    let value = |c: &&LabelledCluster| {
        let (weights, calibration) = &models[c.campaign.as_str()];
        calibration.of(weights.log_odds(&c.nats))
    };
    clusters.iter().map(value).collect()
}

fn share(clusters: &[&LabelledCluster]) -> f64 {
    clusters.iter().filter(|c| c.is_positive).count() as f64 / clusters.len() as f64
}

fn judge(clusters: &[&LabelledCluster], predicted: &[f64], prior: f64, rho: f64) -> HeldOut {
    let truths: Vec<bool> = clusters.iter().map(|c| c.is_positive).collect();
    let default: Vec<f64> =
        clusters.iter().map(|c| index(prior, &c.nats.values().copied().collect::<Vec<_>>(), rho)).collect();
    let share = share(clusters);
    // both kinds are there, of which `check` has made sure; a NaN would be no success
    let bits = |values: &[f64], prior: f64| {
        let log_ratio = |value: &f64| logit(*value) - logit(prior);
        cllr(values.iter().map(log_ratio).zip(truths.iter().copied())).unwrap_or(f64::NAN)
    };
    let squared = |values: &[f64]| brier(values.iter().copied().zip(truths.iter().copied())).unwrap_or(f64::NAN);
    HeldOut {
        n: clusters.len(),
        cllr: (bits(predicted, share), bits(&default, prior)),
        brier: (squared(predicted), squared(&default)),
    }
}

#[cfg(test)]
mod tests;
