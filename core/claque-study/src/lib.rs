//! A study from `study.toml` to a run folder: the one crate that names two stages. What a stage computes
//! is decided in its own crate; here stands only in which order they are asked and what each is handed.

mod config;
mod coordinate;
mod data;
mod error;
mod evidence;
mod folder;
mod groups;
mod kernels;
mod ranking;
mod record;
mod refit;
mod results;
mod run;
mod scoring;
mod signals;

pub use claque_report::CorpusSummary;
pub use config::{ConfigError, StudyFile};
pub use data::{StudyTables, precision_of, study_tables, summarize};
pub use error::StudyError;
pub use folder::{publish, write};
pub use kernels::kernels;
pub use refit::{
    CalibrationEntry, Compared, HeldOutEntry, RefitFault, RefitFile, RefittedDimension, SkippedDimension, learn,
};
pub use results::{ResultTable, edge_posts, edges, members};
pub use run::{Finished, Request, load, run};
