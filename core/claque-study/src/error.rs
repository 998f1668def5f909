//! Why a study could not run. A failing signal is not among these: it is reported, and the run goes on.

use crate::config::ConfigError;
use crate::refit::RefitFault;
use claque_coordination::CoordinationError;
use claque_ingest::IngestError;
use claque_model::ActivityError;
use claque_report::ReportError;
use claque_score::ScoreError;
use std::path::PathBuf;
use thiserror::Error;

/// What stopped a run.
#[derive(Debug, Error)]
pub enum StudyError {
    /// No `study.toml` there.
    #[error("`{}`: no such study", .0.display())]
    NoStudy(PathBuf),
    /// `study.toml` cannot be read.
    #[error("`{}`: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    /// `study.toml` is not right.
    #[error("`{}`: {source}", path.display())]
    Config { path: PathBuf, source: ConfigError },
    /// An input or a table cannot be read.
    #[error("input `{name}`: {source}")]
    Input { name: String, source: Box<IngestError> },
    /// The inputs hold no usable post.
    #[error("no post is left to analyse ({0})")]
    NoPosts(&'static str),
    /// Groups are given, and none is large enough for a statement.
    #[error(
        "none of {n_groups} groups has 5 accounts in the data (the largest has {largest}; {absent} accounts have no post of their own)"
    )]
    NoGroup { n_groups: usize, largest: usize, absent: usize },
    /// A named signal does not exist.
    #[error("unknown signal `{id}`")]
    UnknownSignal { id: String, nearest: Option<String> },
    /// A parameter of a named signal is not acceptable.
    #[error("signal `{id}`: {message}")]
    SignalParameter { id: String, message: String },
    /// A layer named in `traces` does not exist.
    #[error("unknown trace layer `{layer}` (have: {known})")]
    UnknownLayer { layer: String, known: String },
    /// Signals read each other's output in a circle.
    #[error("signals read each other in a circle: {0}")]
    Cycle(String),
    /// Tables do not fit the schema.
    #[error(transparent)]
    Activity(#[from] ActivityError),
    /// Traces could not be encoded.
    #[error(transparent)]
    Coordination(#[from] CoordinationError),
    /// Scores could not be computed.
    #[error(transparent)]
    Score(#[from] ScoreError),
    /// The report could not be rendered.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A result could not be written.
    #[error("cannot write `{}`: {source}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
    /// A result table could not be written.
    #[error(transparent)]
    WriteTable(Box<IngestError>),
    /// A table operation failed: a bug of the engine, reported as such.
    #[error("internal table operation failed: {0}")]
    Table(#[from] polars::prelude::PolarsError),
    /// The refit that the study names cannot be used.
    #[error(transparent)]
    Refit(#[from] RefitFault),
    /// Ctrl-C.
    #[error("interrupted; nothing was written")]
    Interrupted,
}

impl From<IngestError> for StudyError {
    fn from(error: IngestError) -> Self {
        Self::WriteTable(Box::new(error))
    }
}
