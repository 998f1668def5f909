//! Steps 5, 8 and 9: what bounds K, which clusters are confirmed, when nothing is stated, and the verdict.

use super::ScoreSettings;
use super::sheet::Coverage;
use crate::assess::LEAST_OBJECTS;
use crate::group::GroupEdges;
use claque_model::{AbstainReason, Confirmation, Dimension, Score, Verdict};
use claque_statistics::finite;

const LEAST_COVERAGE: f64 = 0.4;
const LEAST_ACCOUNTS: usize = 5;
const LEAST_POSTS: u64 = 50;
const WIDEST_INTERVAL: f64 = 0.4;

/// K without confirmation, and least K of "coordinated; authenticity undetermined".
const UNCONFIRMED_K: f64 = 0.5;
/// K with evidence on one layer only and no pair that shares this many objects.
const ONE_LAYER_K: f64 = 0.7;
const STRONG_PAIR: u32 = 3;

/// Level of the false discovery rate over clusters.
const ALPHA: f64 = 0.05;

/// What the verdict on a cluster depends on besides its scores.
pub(super) struct Facts {
    pub(super) n_accounts: usize,
    pub(super) n_posts: u64,
    pub(super) n_objects: u32,
    pub(super) confirmed: bool,
    pub(super) k_limit: f64,
}

impl Facts {
    fn is_exploratory(&self) -> bool {
        self.n_objects < LEAST_OBJECTS
    }
}

/// Largest K that the rules allow: 0.5 unconfirmed; 0.7 without two layers that show it (edges inside, or
/// e ≥ 2 in the confirming half) or a pair with three objects.
pub(super) fn k_limit(confirmation: &Confirmation, edges: GroupEdges) -> f64 {
    if confirmation.n_objects < LEAST_OBJECTS {
        return UNCONFIRMED_K;
    }
    let layers = confirmation.layers.iter().filter(|l| l.e >= 2.0).count() as u32;
    let best_pair = confirmation.layers.iter().map(|l| l.best_pair_objects).max().unwrap_or(0);
    let is_broad = layers.max(edges.layers) >= 2 || best_pair.max(edges.best_pair_objects) >= STRONG_PAIR;
    if is_broad { 1.0 } else { ONE_LAYER_K }
}

/// e-BH at 0.05 (Wang & Ramdas 2022, 10.1111/rssb.12489) over the clusters that can be confirmed: of n,
/// the k with the largest e-values are confirmed, k the largest number with e_(k) ≥ n ÷ (0.05 k). A
/// cluster's e-value is the mean over its layers.
pub(super) fn confirmed(confirmations: &[&Confirmation]) -> Vec<bool> {
    let e_of = |c: &Confirmation| {
        let thick = c.n_objects >= LEAST_OBJECTS && !c.layers.is_empty();
        thick.then(|| c.layers.iter().map(|l| finite(l.e)).sum::<f64>() / c.layers.len() as f64)
    };
    let e: Vec<Option<f64>> = confirmations.iter().map(|c| e_of(c)).collect();
    let mut sorted: Vec<f64> = e.iter().copied().flatten().collect();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    let n = sorted.len() as f64;
    let last = (0..sorted.len()).rev().find(|&at| sorted[at] >= n / (ALPHA * (at + 1) as f64));
    let threshold = last.map_or(f64::INFINITY, |at| sorted[at]);
    e.into_iter().map(|e| e.is_some_and(|e| e >= threshold)).collect()
}

/// Why nothing is stated, the most basic reason first. I does not rest on the confirming half.
pub(super) fn abstention(score: &Score, coverage: Coverage, facts: &Facts) -> Option<AbstainReason> {
    if facts.n_accounts < LEAST_ACCOUNTS {
        Some(AbstainReason::FewAccounts)
    } else if facts.n_posts < LEAST_POSTS {
        Some(AbstainReason::FewPosts)
    } else if facts.is_exploratory() && score.dimension != Dimension::Concealment {
        Some(AbstainReason::Exploratory)
    } else if coverage.measured < LEAST_COVERAGE {
        let is_pool = coverage.with_pool >= LEAST_COVERAGE;
        Some(if is_pool { AbstainReason::PoolTooSmall } else { AbstainReason::Coverage })
    } else if score.ci_high - score.ci_low > WIDEST_INTERVAL {
        Some(AbstainReason::IntervalTooWide)
    } else {
        None
    }
}

/// The verdict: a candidate needs confirmation, K and I, both stated.
pub(super) fn verdict(facts: &Facts, scores: &[Score], settings: &ScoreSettings) -> Verdict {
    if facts.n_accounts < LEAST_ACCOUNTS || facts.n_posts < LEAST_POSTS {
        return Verdict::Abstained;
    }
    if !facts.confirmed {
        return Verdict::Exploratory;
    }
    let stated = |dimension| scores.iter().find(|s| s.dimension == dimension && s.abstained.is_none()).map(|s| s.own);
    let Some(k) = stated(Dimension::Coordination) else { return Verdict::Abstained };
    if k >= settings.candidate_k && stated(Dimension::Concealment).is_some_and(|i| i >= settings.candidate_i) {
        Verdict::CibCandidate
    } else if k >= UNCONFIRMED_K {
        Verdict::CoordinatedAuthenticityUndetermined
    } else {
        Verdict::Exploratory
    }
}
