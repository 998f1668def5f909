//! `claque plugin check`: what an author must have right before others use a plugin. Scripts go through nine steps
//! (`script`), libraries through fourteen checks, each in a process of its own (`library`).

mod compare;
mod edges;
mod library;
mod made_up;
mod script;
mod trial;
mod variants;

pub use library::{LibraryCheck, Plan, check_library, is_library, library_checks, serve_check};
pub use script::{check_in_full, check_plugin, fingerprint};

use super::SearchPath;
use claque_model::Services;
use std::time::Duration;

/// One check and how it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckStep {
    /// Which of the nine steps of a script, or of the fourteen checks of a library, it belongs to.
    pub step: &'static str,
    /// What was checked.
    pub name: String,
    /// A detail, or what is wrong (may span lines).
    pub outcome: Result<String, String>,
    /// What is worth a look and no failure.
    pub notes: Vec<String>,
    /// It was not run; the detail says why.
    pub is_skipped: bool,
    /// Time that it took, where that was measured.
    pub took: Duration,
}

impl CheckStep {
    fn new(step: &'static str, name: impl Into<String>, outcome: Result<String, String>) -> Self {
        Self { step, name: name.into(), outcome, notes: Vec::new(), is_skipped: false, took: Duration::ZERO }
    }

    fn skipped(step: &'static str, name: impl Into<String>, why: impl Into<String>) -> Self {
        Self { is_skipped: true, ..Self::new(step, name, Ok(why.into())) }
    }

    fn with_notes(self, notes: Vec<String>) -> Self {
        Self { notes, ..self }
    }
}

/// What a check needs from outside.
#[derive(Clone, Copy)]
pub struct CheckTools<'t> {
    /// Where private copies of libraries are kept, and what scripts may ask of other stages.
    pub search: &'t SearchPath,
    /// Time since some moment.
    pub clock: &'t dyn Fn() -> Duration,
    /// Asked whether to stop.
    pub services: &'t dyn Services,
}
