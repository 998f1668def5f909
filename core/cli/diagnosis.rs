//! Where every error becomes text, hint and exit code.

use crate::interrupt;
use claque_host::BrokenPlugin;
use claque_ingest::IngestError;
use claque_study::{ConfigError, RefitFault, StudyError};
use std::fmt;

/// Could not run: bad arguments, bad input, plugin missing.
const COULD_NOT_RUN: u8 = 2;

/// An error as a person sees it.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    hint: Option<String>,
    pub(crate) code: u8,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, code: COULD_NOT_RUN }
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

impl From<IngestError> for Failure {
    fn from(error: IngestError) -> Self {
        Self { hint: error.hint(), ..Self::new(error.to_string()) }
    }
}

impl From<BrokenPlugin> for Failure {
    fn from(broken: BrokenPlugin) -> Self {
        Self { hint: broken.hint.clone(), ..Self::new(format!("plugin `{}`: {}", broken.name, broken.reason)) }
    }
}

impl From<RefitFault> for Failure {
    fn from(fault: RefitFault) -> Self {
        Self { hint: fault.hint(), ..Self::new(fault.to_string()) }
    }
}

impl From<StudyError> for Failure {
    fn from(error: StudyError) -> Self {
        let failure = Self::new(error.to_string());
        match &error {
            StudyError::NoStudy(_) => failure.with_hint("give a `study.toml`, or a folder that holds one"),
            StudyError::Config { source: ConfigError::Syntax(_), .. } => {
                failure.with_hint("the keys of a study are listed in datasets/README.md")
            }
            StudyError::Input { source, .. } | StudyError::WriteTable(source) => {
                Self { hint: source.hint(), ..failure }
            }
            StudyError::UnknownSignal { nearest: Some(nearest), .. } => {
                failure.with_hint(format!("did you mean `{nearest}`? `claque signals` lists all"))
            }
            StudyError::UnknownSignal { .. } => failure.with_hint("`claque signals` lists all"),
            StudyError::SignalParameter { id, .. } => {
                failure.with_hint(format!("`claque signals show {id}` lists its parameters"))
            }
            StudyError::NoPosts(_) => failure.with_hint("`claque inspect` shows what an input holds"),
            StudyError::NoGroup { .. } => failure
                .with_hint("accounts are named as in the table `posts`, such as `x:123`; fewer than five are no group"),
            StudyError::Refit(fault) => Self { hint: fault.hint(), ..failure },
            StudyError::Write { .. } => failure.with_hint("name another folder with -o"),
            StudyError::Table(_) | StudyError::Activity(_) => {
                failure.with_hint("if the input is right, this is a defect of claque: please report it")
            }
            StudyError::Interrupted => Self { code: interrupt::CODE, ..failure },
            _ => failure,
        }
    }
}
