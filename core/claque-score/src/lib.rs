//! From checked signal outputs and confirmed clusters to findings and a scorecard: matched sets,
//! e-values, families, fusion, intervals, abstention. Runs no signal, builds no network, and touches no
//! file, clock or environment; all randomness is a function of the seeds given.

mod assess;
mod decoys;
mod error;
#[cfg(test)]
mod fixtures;
mod frame;
mod fusion;
mod group;
mod matched;
mod null;
mod population;
mod random;
mod refit;
mod scorecard;

pub use assess::{
    AccountDay, Assessed, Resampling, assess_coordination, assess_marks, assess_rates, assess_statistics, missing,
};
pub use claque_statistics::e_value;
pub use decoys::{Decoys, decoys};
pub use error::ScoreError;
pub use group::{Group, GroupEdges};
pub use matched::{MatchedSets, Matcher};
pub use null::Null;
pub use population::{Matching, Population};
pub use refit::{Calibration, HeldOut, KNOWING_NOTHING, LabelledCluster, Refit, RefitError, refit};
pub use scorecard::{ScoreSettings, fuse};
