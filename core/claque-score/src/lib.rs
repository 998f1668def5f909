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
mod resolution;
mod scorecard;

pub use assess::{AccountDay, Assessed, Ranks, Resampling, assess_coordination, assess_marks, assess_rates, missing};
pub use claque_statistics::e_value;
pub use decoys::{Decoys, decoys};
pub use error::ScoreError;
pub use group::{Group, GroupEdges};
pub use matched::{MatchedSets, Matcher};
pub use null::Null;
pub use population::{Matching, Population};
pub use refit::{Calibration, HeldOut, KNOWING_NOTHING, LabelledCluster, Refit, RefitError, refit};
pub use resolution::Part;
pub use scorecard::{ScoreSettings, fuse};
