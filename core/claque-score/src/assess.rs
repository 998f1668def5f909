//! From one signal's checked output to one finding per group, by shape. Fuses nothing.

mod coordination;
mod marks;
mod means;
mod rates;
mod statistics;

pub(crate) use coordination::LEAST_OBJECTS;
pub use coordination::assess_coordination;
pub use marks::assess_marks;
pub use rates::assess_rates;
pub use statistics::Ranks;

use crate::fusion::LEAST_NATS;
use crate::group::Group;
use crate::null::Null;
use claque_model::{Declaration, Finding, MissingReason, NullSummary, Outcome, PairEvidence};
use claque_statistics::finite;

/// Most posts or objects that a finding carries.
const SUPPORT: usize = 20;

/// A finding, and what is needed to see how it varies with the accounts of its group.
#[derive(Clone, Debug)]
pub struct Assessed {
    /// The finding; `nats_contributed` and `effect_ci` are filled in by [`crate::fuse`].
    pub finding: Finding,
    /// Its sufficient statistics.
    pub resampling: Resampling,
}

/// How a finding responds to a resample of the group's accounts.
#[derive(Clone, Debug)]
pub enum Resampling {
    /// It keeps its value.
    Fixed,
    /// Its statistic is a mean over accounts of hits ÷ total, tested against kept draws.
    Accounts {
        /// By position in [`Group::accounts`]; empty for members that are left out.
        parts: Vec<Vec<AccountDay>>,
        /// The null.
        null: Null,
    },
    /// Its e-value is the mean over pairs of accounts.
    Pairs {
        /// Positions in [`Group::accounts`].
        pairs: Vec<PairEvidence>,
        /// Windows over which each pair's e-value is a mean.
        windows: u32,
        /// Does the whole group reach the effect floor?
        above_floor: bool,
    },
}

/// What one day adds to hits and total of an account.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AccountDay {
    /// Days since 1970 (UTC); none where it is not known, so that it is in every resample.
    pub day: Option<i32>,
    /// Of which so many, or so much.
    pub hits: f64,
    /// Occasions.
    pub total: f64,
}

/// The same reason for every group.
#[must_use]
pub fn missing(decl: &Declaration, reason: &MissingReason, groups: &[Group]) -> Vec<Assessed> {
    groups.iter().map(|group| absent(decl, group, reason.clone())).collect()
}

/// The posts and objects behind a finding.
#[derive(Clone, Debug, Default)]
struct Support {
    n: u64,
    posts: Vec<String>,
    objects: Vec<String>,
}

/// What was measured, before it is a finding.
struct Measurement {
    statistic: f64,
    effect: f64,
    above_floor: bool,
    p: f64,
    /// Before the effect floor.
    e: f64,
    null: NullSummary,
    support: Support,
    caveats: Vec<String>,
}

fn absent(decl: &Declaration, group: &Group, reason: MissingReason) -> Assessed {
    let finding = Finding {
        cluster_id: group.id.clone(),
        signal_id: decl.id.clone(),
        signal_version: decl.version.clone(),
        title: decl.title.clone(),
        doc: decl.doc.clone(),
        shape: decl.emits,
        direction: decl.direction,
        statements: decl.statements().collect(),
        family: decl.family.clone(),
        outcome: Outcome::Missing(reason),
        nats_raw: 0.0,
        nats_capped: 0.0,
        nats_contributed: 0.0,
        cap: decl.cap,
        n_support: 0,
        support_post_ids: Vec::new(),
        support_objects: Vec::new(),
        caveats: Vec::new(),
        innocent: decl.innocent.clone(),
    };
    Assessed { finding, resampling: Resampling::Fixed }
}

fn measured(decl: &Declaration, group: &Group, found: Measurement, resampling: Resampling) -> Assessed {
    let raw = finite(found.e);
    let e = crate::null::floored(raw, found.above_floor);
    let mut caveats = found.caveats;
    if !found.above_floor {
        caveats.push("the effect is below the least that counts as evidence".to_owned());
    }
    let outcome = Outcome::Measured {
        statistic: found.statistic,
        effect: found.effect,
        effect_ci: (found.effect, found.effect),
        null: found.null,
        p: found.p,
        e,
        above_floor: found.above_floor,
    };
    let Assessed { finding, .. } = absent(decl, group, MissingReason::NotMeasured);
    let finding = Finding {
        outcome,
        nats_raw: raw.ln(),
        nats_capped: e.ln().clamp(LEAST_NATS, decl.cap.max(0.0)),
        n_support: found.support.n,
        support_post_ids: found.support.posts,
        support_objects: found.support.objects,
        caveats,
        ..finding
    };
    Assessed { finding, resampling }
}

#[cfg(test)]
mod tests;
