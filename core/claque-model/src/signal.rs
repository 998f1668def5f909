//! The contract of a signal: what it declares, gets and gives. Built-in, scripted and compiled signals
//! implement this one trait. Output is checked and calibrated by the engine, never by the signal.

use crate::dimension::{Dimension, Statement};
use crate::params::{ParamDeclaration, ParamError, ParamValue, Params};
use crate::table::LogicalType;
use polars::prelude::DataFrame;
use std::collections::BTreeMap;
use std::time::Duration;
use thiserror::Error;

/// Shape of a signal's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `account_id, object, at, post_id`: this account did this very thing then.
    Traces,
    /// `post_id, value, note?`: this post shows it.
    Marks,
    /// `account_id, hits, total, post_ids?`: so many of so many.
    Rates,
    /// `cluster_id, value, post_ids?`: this group scores so much.
    Statistics,
}

impl Shape {
    /// The word used in declarations.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Traces => "traces",
            Self::Marks => "marks",
            Self::Rates => "rates",
            Self::Statistics => "statistics",
        }
    }

    /// Reads the word used in declarations.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Traces, Self::Marks, Self::Rates, Self::Statistics].into_iter().find(|s| s.name() == word)
    }
}

/// Which tail is suspicious.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Large values.
    #[default]
    Higher,
    /// Small values.
    Lower,
}

/// The least effect that counts at all: whichever of the two is declared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EffectFloor {
    /// Observed ÷ null mean (null mean ÷ observed for `Direction::Lower`).
    Ratio(f64),
    /// Observed − null mean (the reverse for `Direction::Lower`).
    Difference(f64),
    /// The value itself, for scans whose null mean says little.
    Value(f64),
}

/// DISARM v1.6 technique ids that a finding suggests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disarm {
    /// Seen in the data itself.
    pub observed: Vec<String>,
    /// Concluded from it.
    pub inferred: Vec<String>,
}

/// A column that a signal needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeededColumn {
    /// Column name.
    pub name: String,
    /// Declared type.
    pub kind: LogicalType,
    /// `type?`: absent columns arrive as all null.
    pub optional: bool,
}

/// A table that a signal needs. It is optional when all its columns are: absent, it arrives empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeededTable {
    /// Canonical or user table, `clusters`, `trace.<layer>` or `marks.<id>`.
    pub name: String,
    /// Columns, in the order in which they are handed over.
    pub columns: Vec<NeededColumn>,
}

impl NeededTable {
    /// May it be absent?
    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.columns.iter().all(|c| c.optional)
    }
}

/// Where a signal comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Part of the program.
    BuiltIn,
    /// A Luau script.
    Script,
    /// A compiled library.
    Compiled,
}

impl Origin {
    /// The word used in locks and lists.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::BuiltIn => "builtin",
            Self::Script => "luau",
            Self::Compiled => "native",
        }
    }
}

/// Everything that a signal states about itself (the fields of the plugin contract, version 1).
#[derive(Clone, Debug, PartialEq)]
pub struct Declaration {
    /// Unique id, `[a-z0-9._-]`.
    pub id: String,
    /// The plugin's semver.
    pub version: String,
    /// Contract version, `1`.
    pub api: String,
    /// Short title for people.
    pub title: String,
    /// One paragraph for people.
    pub doc: String,
    /// DOI or URL.
    pub cite: Option<String>,
    /// SPDX id.
    pub license: Option<String>,
    /// Statement that it feeds.
    pub dimension: Dimension,
    /// Further statements that it feeds.
    pub also: Vec<Statement>,
    /// Signals that share inputs share a family.
    pub family: String,
    /// Shape of the output.
    pub emits: Shape,
    /// Name of the trace layer; default: the last part of the id.
    pub layer: Option<String>,
    /// Tables and columns, in order.
    pub requires: Vec<NeededTable>,
    /// Parameters, in order.
    pub params: Vec<ParamDeclaration>,
    /// Most nats of evidence it may give.
    pub cap: f64,
    /// Least effect that counts.
    pub effect_floor: EffectFloor,
    /// Which tail is suspicious.
    pub direction: Direction,
    /// Innocent explanations, as sentences.
    pub innocent: Vec<String>,
    /// DISARM technique ids.
    pub disarm: Disarm,
}

impl Declaration {
    /// The layer that its traces form.
    #[must_use]
    pub fn layer_name(&self) -> &str {
        self.layer.as_deref().unwrap_or_else(|| self.id.rsplit('.').next().unwrap_or(&self.id))
    }

    /// The statements that its finding feeds.
    pub fn statements(&self) -> impl Iterator<Item = Statement> {
        std::iter::once(self.dimension).chain(self.also.iter().copied().filter(|s| *s != self.dimension))
    }

    /// All declared parameters with the given values, defaults filled in.
    ///
    /// # Errors
    /// An unknown name, a wrong type, or a value outside its bounds.
    pub fn resolve_params(&self, given: &BTreeMap<String, ParamValue>) -> Result<Params, ParamError> {
        if let Some(name) = given.keys().find(|name| !self.params.iter().any(|p| p.name == **name)) {
            let known: Vec<&str> = self.params.iter().map(|p| p.name.as_str()).collect();
            return Err(ParamError::Unknown { name: name.clone(), known: known.join(", ") });
        }
        self.params
            .iter()
            .map(|p| {
                let value = given.get(&p.name).cloned().unwrap_or_else(|| p.default.clone());
                Ok((p.name.clone(), p.check(value)?))
            })
            .collect()
    }
}

/// What a signal is given: exactly the tables and columns that it declared.
#[derive(Clone, Debug)]
pub struct Given {
    /// Tables by name; columns in declared order and types, absent optional columns all null.
    pub tables: BTreeMap<String, DataFrame>,
    /// Every declared parameter.
    pub params: Params,
    /// Seed of this run and signal.
    pub seed: u64,
    /// Wall time that it may take.
    pub time_limit: Duration,
    /// Bytes that it may hold beyond its input.
    pub memory_limit: usize,
    /// Threads that it may use, at least 1.
    pub max_threads: u32,
}

/// Level of a message from a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// Finest.
    Trace,
    /// For authors.
    Debug,
    /// For users.
    Info,
    /// Something to look at.
    Warn,
    /// Something failed.
    Error,
}

/// What the host does for a running signal.
pub trait Services: Send + Sync {
    /// A message for the log.
    fn log(&self, level: LogLevel, text: &str);
    /// Fraction done in 0..1, or negative when unknown.
    fn progress(&self, fraction: f64, note: &str);
    /// Should it stop soon?
    fn cancelled(&self) -> bool;
}

/// Services of a call that nobody watches: what it says is dropped, and nobody stops it.
#[derive(Clone, Copy, Debug)]
pub struct Unwatched;

impl Services for Unwatched {
    fn log(&self, _: LogLevel, _: &str) {}
    fn progress(&self, _: f64, _: &str) {}
    fn cancelled(&self) -> bool {
        false
    }
}

/// Why a signal gave no result. It never sinks a run: the finding is missing, with this reason.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Fault {
    /// The signal's own error, in its own words (may span lines).
    #[error("{0}")]
    Raised(String),
    /// A panic or exception was stopped at the border.
    #[error("panicked: {0}")]
    Panicked(String),
    /// The time limit passed.
    #[error("stopped after {0} s, its time limit")]
    TimedOut(u64),
    /// The memory limit passed.
    #[error("stopped at its memory limit of {0} MB")]
    OutOfMemory(u64),
    /// The run was interrupted; not the signal's failure.
    #[error("interrupted")]
    Cancelled,
    /// This machine or build cannot do it: missing, not failed.
    #[error("not supported here: {0}")]
    Unsupported(String),
    /// It took its process down, which was not that of the program; how, in words.
    #[error("crashed: {0}")]
    Crashed(String),
    /// What came back breaks the contract; names the first offending row.
    #[error("bad output: {0}")]
    BadOutput(String),
}

/// One analysis. Implemented by built-in signals, Luau scripts and compiled libraries.
pub trait Signal: Send + Sync {
    /// What it states about itself. The same value every time.
    fn declaration(&self) -> &Declaration;

    /// Where it comes from.
    fn origin(&self) -> Origin;

    /// Computes the output table in the declared shape. Must be a pure function of `given`; may be called
    /// several times in a run. The caller checks the result (`claque-host`), so this need not.
    ///
    /// # Errors
    /// Whatever stopped it, as a [`Fault`].
    fn score(&self, given: &Given, services: &dyn Services) -> Result<DataFrame, Fault>;

    /// Does it promise the same rows for the same input, whatever the threads and batch borders? A library says so when it
    /// is loaded; until then it is taken to.
    fn is_deterministic(&self) -> bool {
        true
    }
}
