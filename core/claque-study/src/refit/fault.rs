//! Why nothing was learned from labels, or a refit cannot be used.

use super::file::SkippedDimension;
use claque_ingest::IngestError;
use claque_model::Dimension;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// What is wrong with labels, with the runs they speak of, or with a refit. Records are counted from 1, without the header.
#[derive(Debug, Error)]
pub enum RefitFault {
    /// The labels cannot be read.
    #[error(transparent)]
    Labels(#[from] Box<IngestError>),
    /// A dimension that is none.
    #[error("`{}`: record {record}: unknown dimension `{word}` (have: {})", path.display(), dimensions())]
    UnknownDimension { path: PathBuf, record: u64, word: String },
    /// No run, or not all of one.
    #[error("`{}`: record {record}: run `{}` cannot be used: {what}", path.display(), run.display())]
    NoRun { path: PathBuf, record: u64, run: PathBuf, what: String },
    /// The run has no such cluster.
    #[error("`{}`: record {record}: run `{}` has no cluster `{cluster}`", path.display(), run.display())]
    NoCluster { path: PathBuf, record: u64, run: PathBuf, cluster: String },
    /// Two labels for one statement.
    #[error(
        "`{}`: record {record}: cluster `{cluster}` of run `{}` has a label for {} already, in record {first}",
        path.display(), run.display(), dimension.name()
    )]
    Twice { path: PathBuf, record: u64, first: u64, run: PathBuf, cluster: String, dimension: Dimension },
    /// Two runs of one data set.
    #[error(
        "`{}`: record {record}: runs `{}` and `{}` were made of the same posts",
        path.display(), run.display(), other.display()
    )]
    SameData { path: PathBuf, record: u64, run: PathBuf, other: PathBuf },
    /// The default that must be beaten is not one.
    #[error(
        "`{}`: record {record}: runs declare different priors of {}: {} in `{}`, {} in `{}`",
        path.display(), dimension.name(), one.1, one.0.display(), other.1, other.0.display()
    )]
    MixedPriors { path: PathBuf, record: u64, dimension: Dimension, one: (PathBuf, f64), other: (PathBuf, f64) },
    /// No dimension could be learned.
    #[error("`{}`: nothing can be learned: {}", path.display(), sentences(skipped))]
    NothingLearned { path: PathBuf, skipped: Vec<SkippedDimension> },
    /// There is no such file, or it cannot be read.
    #[error("`{}`: {what}", path.display())]
    Unreadable { path: PathBuf, what: String },
    /// Not a file that `claque refit` wrote.
    #[error("`{}`: is no refit: {what}", path.display())]
    NoRefit { path: PathBuf, what: String },
    /// It cannot be written.
    #[error("cannot write `{}`: {source}", path.display())]
    Write { path: PathBuf, source: std::io::Error },
}

impl RefitFault {
    pub(super) fn unreadable(path: &Path, source: &std::io::Error) -> Self {
        let missing = source.kind() == std::io::ErrorKind::NotFound;
        let what = if missing { "no such file".to_owned() } else { format!("cannot be read: {source}") };
        Self::Unreadable { path: path.to_owned(), what }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Labels(source) => return source.hint(),
            Self::UnknownDimension { .. } => "records are counted from 1, without the header".into(),
            Self::NoRun { .. } => {
                "`run` is a run folder, relative to the folder of the labels; one without families.parquet or run.json \
                 was made by an older claque: run the study again"
                    .into()
            }
            Self::NoCluster { run, .. } => {
                format!("its clusters stand in {}; a run with other settings has others", run.join("tables").display())
            }
            Self::Twice { .. } => "keep one of the two records: a label that stands twice would count twice".into(),
            Self::SameData { .. } => {
                "label one run of each data set: the same accounts in two runs would be learned from and tested on at once"
                    .into()
            }
            Self::MixedPriors { .. } => "label runs whose studies have the same [scores]".into(),
            Self::NothingLearned { .. } => {
                "label more clusters, also ones for which the statement does not hold; until then scores are evidence \
                 indices with a stated prior"
                    .into()
            }
            Self::Unreadable { .. } => "`refit` in [scores] is a path relative to the study".into(),
            Self::NoRefit { .. } => "write it again: claque refit LABELS.csv -o refit.json".into(),
            Self::Write { .. } => "name another file with -o".into(),
        })
    }
}

fn dimensions() -> String {
    Dimension::ALL.map(Dimension::name).join(", ")
}

fn sentences(skipped: &[SkippedDimension]) -> String {
    let one = |s: &SkippedDimension| format!("{}: {}", s.dimension, s.reason);
    skipped.iter().map(one).collect::<Vec<_>>().join("; ")
}
