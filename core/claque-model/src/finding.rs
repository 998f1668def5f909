//! Evidence items: what one signal says about one cluster, against which null.

use crate::dimension::Statement;
use crate::signal::{Direction, Shape};

/// Summary of a null distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct NullSummary {
    /// `N2`, `N3`, …
    pub model: &'static str,
    /// Mean under the null.
    pub mean: f64,
    /// 95 % point (5 % point when low values are suspicious).
    pub q95: f64,
    /// Draws, 0 for closed forms.
    pub draws: u32,
    /// Accounts in the matched pool, 0 where there is none.
    pub pool: u32,
}

/// Why a signal says nothing about a cluster. Missing is never zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MissingReason {
    /// A required table is absent.
    NoTable(String),
    /// A required column is absent or all unknown.
    NoColumn { table: String, column: String },
    /// The signal failed; the reason in its words.
    Failed(String),
    /// The signal whose output it reads is missing.
    SourceMissing(String),
    /// Too few accounts match the cluster.
    PoolTooSmall { pool: u32, needed: u32 },
    /// Its matched sets were found, but too few of them could be measured.
    FewSetsMeasured { measured: u32, needed: u32 },
    /// The signal left this cluster (or all its accounts) out.
    NotMeasured,
    /// The confirming half shares too few objects.
    ConfirmingHalfThin { objects: u32 },
    /// Times are too coarse for every window.
    TimePrecision,
}

impl MissingReason {
    /// Stable code for tables.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoTable(_) => "no_table",
            Self::NoColumn { .. } => "no_column",
            Self::Failed(_) => "failed",
            Self::SourceMissing(_) => "source_missing",
            Self::PoolTooSmall { .. } => "pool_too_small",
            Self::FewSetsMeasured { .. } => "few_sets_measured",
            Self::NotMeasured => "not_measured",
            Self::ConfirmingHalfThin { .. } => "confirming_half_thin",
            Self::TimePrecision => "time_precision",
        }
    }

    /// A sentence for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::NoTable(table) => format!("table `{table}` was not given"),
            Self::NoColumn { table, column } => format!("column `{column}` of `{table}` is not known in this data"),
            Self::Failed(why) => format!("the signal failed: {why}"),
            Self::SourceMissing(source) => format!("it reads the output of `{source}`, which is missing"),
            Self::PoolTooSmall { pool, needed } => {
                format!("only {pool} accounts match this group, {needed} are needed for a fair comparison")
            }
            Self::FewSetsMeasured { measured, needed } => {
                format!("only {measured} of its matched sets could be measured, {needed} are needed to compare with")
            }
            Self::NotMeasured => "no account of this group could have shown it".into(),
            Self::ConfirmingHalfThin { objects } => {
                format!("only {objects} shared objects are left to confirm it on, 30 are needed")
            }
            Self::TimePrecision => "times are too coarse for the windows asked for".into(),
        }
    }
}

/// What a signal found on a cluster.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Measured against a null.
    Measured {
        /// The statistic.
        statistic: f64,
        /// Ratio or difference to the null mean, as declared.
        effect: f64,
        /// 5–95 % bootstrap interval of the effect over accounts and days; equal ends where it cannot be resampled.
        effect_ci: (f64, f64),
        /// The null.
        null: NullSummary,
        /// p-value.
        p: f64,
        /// e-value.
        e: f64,
        /// Did it pass the effect floor?
        above_floor: bool,
    },
    /// Not assessed.
    Missing(MissingReason),
}

/// One evidence item: one signal, one cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Cluster.
    pub cluster_id: String,
    /// Signal.
    pub signal_id: String,
    /// Its version.
    pub signal_version: String,
    /// Its title.
    pub title: String,
    /// What it looks for, in its own words.
    pub doc: String,
    /// What its statistic is of.
    pub shape: Shape,
    /// Which tail is suspicious.
    pub direction: Direction,
    /// Statements that it feeds, its own dimension first.
    pub statements: Vec<Statement>,
    /// Its family.
    pub family: String,
    /// What was found.
    pub outcome: Outcome,
    /// ln e, before caps; 0 when missing.
    pub nats_raw: f64,
    /// After floor and cap.
    pub nats_capped: f64,
    /// What it added to its own dimension's log-odds after families and discounts.
    pub nats_contributed: f64,
    /// Cap in nats that was applied.
    pub cap: f64,
    /// Supporting posts in all.
    pub n_support: u64,
    /// At most 20 of them.
    pub support_post_ids: Vec<String>,
    /// At most 20 objects or notes.
    pub support_objects: Vec<String>,
    /// What a reader must know besides.
    pub caveats: Vec<String>,
    /// Innocent explanations, the strongest first.
    pub innocent: Vec<String>,
}

impl Finding {
    /// Is it evidence above the floor with a likelihood ratio of at least 2?
    #[must_use]
    pub fn fires(&self) -> bool {
        matches!(self.outcome, Outcome::Measured { above_floor: true, .. })
            && self.nats_capped >= std::f64::consts::LN_2
    }

    /// ENFSI's verbal scale for the capped likelihood ratio (ENFSI Guideline for Evaluative Reporting, 2015).
    #[must_use]
    pub fn verbal(&self) -> &'static str {
        match self.nats_capped.exp() {
            ratio if matches!(self.outcome, Outcome::Missing(_)) || ratio.is_nan() => "not assessed",
            ratio if ratio < 2.0 => "no support",
            ratio if ratio < 10.0 => "weak support",
            ratio if ratio < 100.0 => "moderate support",
            _ => "moderately strong support",
        }
    }
}
