//! Steps 5, 8 and 9: what bounds K, which clusters are confirmed, when nothing is stated, and the verdict.

use super::ScoreSettings;
use super::sheet::Coverage;
use crate::assess::LEAST_OBJECTS;
use crate::group::GroupEdges;
use claque_model::{AbstainReason, Confirmation, Dimension, Score, Verdict};
use claque_statistics::{Searched, e_bh, finite};

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

/// Those whose evidence stands the search over all clusters that can be confirmed. A cluster's e-value is the
/// mean over its layers.
pub(super) fn confirmed(confirmations: &[&Confirmation]) -> Vec<bool> {
    let e_of = |c: &Confirmation| {
        let thick = c.n_objects >= LEAST_OBJECTS && !c.layers.is_empty();
        thick.then(|| c.layers.iter().map(|l| finite(l.e)).sum::<f64>() / c.layers.len() as f64)
    };
    let e: Vec<Option<f64>> = confirmations.iter().map(|c| e_of(c)).collect();
    among(&e).into_iter().map(|found| found.is_some_and(|found| found.stands)).collect()
}

/// e-BH at 0.05 over those that have an e-value.
pub(super) fn among(e: &[Option<f64>]) -> Vec<Option<Searched>> {
    let known: Vec<f64> = e.iter().copied().flatten().collect();
    let mut found = e_bh(&known, ALPHA).into_iter();
    e.iter().map(|e| e.and_then(|_| found.next())).collect()
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

/// The verdict: a candidate needs confirmation, K and I, both stated, and evidence of concealment that stands the
/// search over all confirmed clusters. I alone would not do: its caps make it 0.28 wherever one family has a p of
/// 0.001, which among some hundred tests is chance.
pub(super) fn verdict(
    facts: &Facts,
    scores: &[Score],
    concealment: Option<Searched>,
    settings: &ScoreSettings,
) -> Verdict {
    if facts.n_accounts < LEAST_ACCOUNTS || facts.n_posts < LEAST_POSTS {
        return Verdict::Abstained;
    }
    if !facts.confirmed {
        return Verdict::Exploratory;
    }
    let stated = |dimension| scores.iter().find(|s| s.dimension == dimension && s.abstained.is_none()).map(|s| s.own);
    let Some(k) = stated(Dimension::Coordination) else { return Verdict::Abstained };
    let hides = stated(Dimension::Concealment).is_some_and(|i| i >= settings.candidate_i);
    if k >= settings.candidate_k && hides && concealment.is_some_and(|found| found.stands) {
        Verdict::CibCandidate
    } else if k >= UNCONFIRMED_K {
        Verdict::CoordinatedAuthenticityUndetermined
    } else {
        Verdict::Exploratory
    }
}
