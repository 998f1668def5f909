//! Why a file is no script with signals.

use super::explain::{Diagnosis, explain};
use super::modules::Sources;
use super::script_tests::Write;
use super::watchdog::Stop;
use crate::declare::DeclareError;
use std::time::Duration;
use thiserror::Error;

/// Why a script could not be loaded. The text of the variants with a [`Diagnosis`] spans lines: message,
/// place, source line, caret.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum ScriptError {
    /// It does not compile.
    #[error("{0}")]
    Syntax(Box<Diagnosis>),
    /// Its top level raised an error.
    #[error("{0}")]
    Raised(Box<Diagnosis>),
    /// It returned something else.
    #[error("{file}: a script returns plugin {{ … }} or a list of them, this one returns {found}")]
    NotASignal { file: String, found: String },
    /// `score` or `tests` are not functions.
    #[error("{file}: `{field}` must be {expected}")]
    WrongField { file: String, field: String, expected: &'static str },
    /// The declaration breaks the contract.
    #[error("{file}: {source}")]
    Declaration { file: String, source: DeclareError },
    /// Two signals of one script share an id.
    #[error("{file}: two signals have the id `{id}`")]
    TwiceTheSameId { file: String, id: String },
    /// It wrote a global variable.
    #[error("{}", leaked_text(.names))]
    LeakedGlobal { names: Vec<(String, Place)> },
    /// Its top level ran too long.
    #[error("{file}: loading took longer than {} ms; a script computes inside `score`", .limit.as_millis())]
    Timeout { file: String, limit: Duration },
    /// Its top level took too much memory.
    #[error("{file}: loading took more than {limit_mb} MB")]
    OutOfMemory { file: String, limit_mb: usize },
    /// Loading was interrupted.
    #[error("{file}: interrupted")]
    Cancelled { file: String },
    /// A panic was stopped at the border.
    #[error("{file}: loading panicked: {message}")]
    Panicked { file: String, message: String },
}

/// Where a global was written first; line 0 is unknown.
type Place = (String, usize);

fn leaked_text(names: &[(String, Place)]) -> String {
    let one = |(name, (file, line)): &(String, Place)| match line {
        0 => format!("{file}: global `{name}` was written: missing `local`?"),
        line => format!("{file}:{line}: global `{name}` was written: missing `local`?"),
    };
    names.iter().map(one).collect::<Vec<_>>().join("\n")
}

impl ScriptError {
    /// Why loading stopped.
    pub(super) fn stopped(stop: Stop, sources: &Sources, limit: Duration, memory: usize) -> Self {
        let file = sources.name.clone();
        match stop {
            Stop::TimedOut => Self::Timeout { file, limit },
            Stop::Cancelled => Self::Cancelled { file },
            Stop::Panicked(message) => Self::Panicked { file, message },
            Stop::Failed(error) => Self::failed(&error, sources, memory),
        }
    }

    /// What loading raised.
    pub(super) fn failed(error: &mlua::Error, sources: &Sources, memory: usize) -> Self {
        let diagnosis = Box::new(explain(error, sources));
        match error.chain().last().and_then(|root| root.downcast_ref::<mlua::Error>()) {
            Some(mlua::Error::MemoryError(_)) => {
                Self::OutOfMemory { file: sources.name.clone(), limit_mb: memory >> 20 }
            }
            Some(mlua::Error::SyntaxError { .. }) => Self::Syntax(diagnosis),
            _ => Self::Raised(diagnosis),
        }
    }

    /// Globals that the script wrote, each with the place of its first write, in the script or in a module.
    pub(super) fn leaked(names: Vec<String>, writes: &[Write], sources: &Sources) -> Self {
        let with_places = names.into_iter().map(|name| {
            let write = writes.iter().find(|write| write.name == name);
            let place = write.map_or_else(|| (sources.name.clone(), 0), |write| (write.file.clone(), write.line));
            (name, place)
        });
        Self::LeakedGlobal { names: with_places.collect() }
    }
}
