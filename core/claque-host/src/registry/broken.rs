//! A plugin that cannot be used, and why.

use crate::luau::ScriptError;
use crate::manifest::ManifestError;
use crate::native::{NativeError, Refusal};
use thiserror::Error;

/// A plugin that cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("plugin `{name}`: {reason}")]
pub struct BrokenPlugin {
    /// Its folder or file, as it was given.
    pub name: String,
    /// What is wrong; may span lines.
    pub reason: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl BrokenPlugin {
    pub(super) fn new(name: &str, reason: String) -> Self {
        Self { name: name.to_owned(), reason, hint: None }
    }

    pub(super) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(super) fn manifest(name: &str, error: &ManifestError) -> Self {
        let broken = Self::new(name, format!("plugin.toml: {error}"));
        match error {
            ManifestError::NoPlatform { .. } => broken.with_hint("build the library here and name it in plugin.toml"),
            _ => broken,
        }
    }

    pub(super) fn script(name: &str, error: &ScriptError) -> Self {
        Self::new(name, error.to_string())
    }

    pub(super) fn refused(name: &str, refusal: Refusal) -> Self {
        Self { hint: refusal.hint, ..Self::new(name, refusal.reason) }
    }

    pub(super) fn library(name: &str, error: &NativeError) -> Self {
        Self { hint: error.hint(), ..Self::new(name, error.to_string()) }
    }
}
