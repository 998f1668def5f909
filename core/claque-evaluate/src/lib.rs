//! How well a run did, measured against labels: clusters against groups, accounts in a ranking that is never shown,
//! scores against what came true, verdicts by how sure they are, and false alarms by who is hit by them.
//!
//! Tables come in, numbers go out. Nothing here reads files, knows how a world was made, or decides about a score.
//! A number that cannot be stated is [`Absent`] with its reason, never 0 and never NaN.

mod absent;
mod abstention;
mod agreement;
mod calibration;
mod error;
mod evaluation;
mod fairness;
mod interval;
mod judged;
mod population;
mod ranking;
mod robustness;
mod truth;

pub use absent::{Absent, Figure};
pub use abstention::{CoveragePoint, RiskCoverage};
pub use agreement::{Agreement, BCubed};
pub use calibration::{BINS, Bin, Calibration, Of};
pub use error::EvaluateError;
pub use evaluation::{Evaluation, GroupOutcome, RunTables, evaluate};
pub use fairness::{Fairness, FalseAlarms, SMALLEST, Trait};
pub use judged::Priors;
pub use ranking::{FALSE_POSITIVE_RATE, Ranking};
pub use robustness::{Change, changes, mean_recall};
