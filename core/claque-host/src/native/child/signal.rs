//! A signal of a compiled library in a process of its own, behind the one trait of all signals. The same rows as
//! in this process; a crash is a fault like any other.

use super::conversation::Conversation;
use super::inputs::Inputs;
use super::memory::memory_file;
use super::process::Runner;
use super::protocol::{Order, Plugin, Report, Score};
use crate::native::call::params_json;
use crate::native::export;
use crate::native::loader::StoredLibrary;
use crate::native::metadata;
use crate::native::outputs::read_shared_as;
use crate::native::signal::{caps, ids_as};
use claque_model::{Declaration, Fault, Given, Origin, Services, Signal, Unwatched};
use polars::prelude::DataFrame;
use serde_json::Value;
use std::ffi::CString;
use std::fs::File;
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use thiserror::Error;

/// What a library may take while it only says what it declares.
const DESCRIBE_TIME: Duration = Duration::from_secs(10);
const DESCRIBE_MEMORY: usize = 256 << 20;

/// Why a library gives no signals, as its child says it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct Refusal {
    /// What is wrong.
    pub reason: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// What the isolated signals of one run share: the program that serves as their child, and tables that were
/// handed over before.
#[derive(Clone, Debug, Default)]
pub struct Isolation {
    runner: Runner,
    inputs: Arc<Inputs>,
}

impl Isolation {
    /// Children are started with this program.
    #[must_use]
    pub fn with(runner: Runner) -> Self {
        Self { runner, inputs: Arc::default() }
    }

    /// What the signals of a library without a manifest declare, found out in a child. With a manifest's signals
    /// they must also agree.
    ///
    /// # Errors
    /// It cannot be loaded, or crashes.
    pub fn describe(&self, library: &StoredLibrary, manifest: Option<&[Value]>) -> Result<Vec<Declaration>, Refusal> {
        let order = Order::Describe(plugin(library, manifest));
        let without_hint = |fault: Fault| Refusal { reason: fault.to_string(), hint: None };
        let conversation = Conversation::begin(&self.runner, 1, DESCRIBE_MEMORY).map_err(without_hint)?;
        match conversation.ask(&order, &[], DESCRIBE_TIME, &Unwatched).map_err(without_hint)? {
            Report::Described(signals) => {
                let read =
                    |text: &String| metadata::read(text.as_bytes()).map_err(|reason| Refusal { reason, hint: None });
                signals.iter().map(read).collect()
            }
            Report::Refused { reason, hint } => Err(Refusal { reason, hint }),
            other => Err(Refusal { reason: format!("its process gave another answer: {other:?}"), hint: None }),
        }
    }
}

fn plugin(library: &StoredLibrary, manifest: Option<&[Value]>) -> Plugin {
    let manifest = manifest.map(<[Value]>::to_vec);
    Plugin::Native { name: library.name.clone(), copy: library.copy.clone(), manifest, forms: library.forms }
}

/// One signal of a library that is loaded by children only.
#[derive(Clone, Debug)]
pub struct IsolatedSignal {
    declaration: Declaration,
    library: StoredLibrary,
    /// The manifest's signals, which the library must agree with.
    manifest: Option<Arc<[Value]>>,
    isolation: Isolation,
    /// As the last call said.
    is_deterministic: Arc<AtomicBool>,
}

impl IsolatedSignal {
    /// A signal with this declaration, of this library. Nothing is loaded before it is asked for a score.
    #[must_use]
    pub fn new(
        declaration: Declaration,
        library: StoredLibrary,
        manifest: Option<Arc<[Value]>>,
        isolation: Isolation,
    ) -> Self {
        Self { declaration, library, manifest, isolation, is_deterministic: Arc::new(AtomicBool::new(true)) }
    }

    /// Asks a child, which writes the output to the file.
    fn ask(
        &self,
        inputs: &[(CString, DataFrame)],
        given: &Given,
        services: &dyn Services,
        output: &File,
    ) -> Result<(), Fault> {
        let mut tables = Vec::with_capacity(inputs.len());
        let mut sealed = Vec::with_capacity(inputs.len());
        for (name, frame) in inputs {
            let name = name.to_string_lossy().into_owned();
            let file = self.isolation.inputs.sealed(frame, self.library.forms.strings);
            sealed.push(file.map_err(|e| Fault::Raised(format!("the table `{name}` cannot be handed over: {e}")))?);
            tables.push(name);
        }
        let files: Vec<_> = sealed.iter().map(AsRawFd::as_raw_fd).chain([output.as_raw_fd()]).collect();
        let caps = caps(self.declaration.emits, given);
        let order = Order::Score(Box::new(Score {
            plugin: plugin(&self.library, self.manifest.as_deref()),
            signal: self.declaration.id.clone(),
            emits: self.declaration.emits.name().to_owned(),
            tables,
            params: params_json(&given.params).to_string_lossy().into_owned(),
            seed: given.seed,
            max_threads: given.max_threads.max(1),
            rows: caps.rows,
            bytes: caps.bytes,
        }));
        let conversation = Conversation::begin(&self.isolation.runner, given.max_threads.max(1), given.memory_limit)?;
        match conversation.ask(&order, &files, given.time_limit, services)? {
            Report::Done { is_deterministic } => {
                self.is_deterministic.store(is_deterministic, Ordering::Relaxed);
                Ok(())
            }
            Report::Failed(failure) => Err(failure.into()),
            Report::Refused { reason, hint } => {
                Err(Fault::Raised(hint.map_or(reason.clone(), |hint| format!("{reason}\nhint: {hint}"))))
            }
            other => Err(Fault::Raised(format!("its process gave another answer: {other:?}"))),
        }
    }
}

impl Signal for IsolatedSignal {
    fn declaration(&self) -> &Declaration {
        &self.declaration
    }

    fn origin(&self) -> Origin {
        Origin::Compiled
    }

    fn is_deterministic(&self) -> bool {
        self.is_deterministic.load(Ordering::Relaxed)
    }

    fn score(&self, given: &Given, services: &dyn Services) -> Result<DataFrame, Fault> {
        let output = memory_file(c"claque-output")
            .map_err(|e| Fault::Raised(format!("no shared memory for its output: {e}")))?;
        let export::Inputs { tables, codes } = export::inputs(&self.declaration, given, self.library.forms)?;
        self.ask(&tables, given, services, &output)?;
        let (shape, ids) = (self.declaration.emits, ids_as(self.library.forms, codes));
        read_shared_as(&output, shape, caps(shape, given), &ids, || services.cancelled())
    }
}
