//! A signal of a compiled library, behind the one trait of all signals: starts each call on a thread of
//! its own, forwards what it says, and gives up on it when its time is over.

use super::call::{self, Call};
use super::child::IsolatedSignal;
use super::codes::{Codes, IdsAs};
use super::export::{self, Input, Source};
use super::forms::{Forms, Ids};
use super::import::Caps;
use super::services::{Context, Message};
use claque_abi as abi;
use claque_model::{Declaration, Fault, Given, LogLevel, Origin, Services, Shape, Signal};
use polars::prelude::DataFrame;
use std::ffi::CStr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long a plugin may take to stop after it was asked to.
const GRACE: Duration = Duration::from_secs(2);
/// How often the waiting thread looks at the clock and at the interrupt.
const TICK: Duration = Duration::from_millis(20);
/// Stack of a call: what a C program expects.
const STACK: usize = 8 << 20;
/// Messages in flight before a plugin waits.
const MESSAGES: usize = 1024;
/// Traces per row of the input; every other shape has at most one row per row of the input.
const TRACES_PER_ROW: usize = 50;

/// One signal of a library.
#[derive(Debug)]
pub struct NativeSignal {
    declaration: Declaration,
    forms: Forms,
    plugin: &'static abi::Plugin,
    /// Held during a call unless the plugin says that it is thread-safe.
    turn: Mutex<()>,
    /// A call never came back; its thread still runs somewhere in the library.
    is_stuck: Arc<AtomicBool>,
    /// The same signal in a process of its own, for the calls after that.
    refuge: OnceLock<IsolatedSignal>,
}

impl NativeSignal {
    /// `is_stuck` is shared by all signals of a library.
    pub(super) fn new(
        declaration: Declaration,
        forms: Forms,
        plugin: &'static abi::Plugin,
        is_stuck: Arc<AtomicBool>,
    ) -> Self {
        Self { declaration, forms, plugin, turn: Mutex::new(()), is_stuck, refuge: OnceLock::new() }
    }

    /// Where it is called after a call in this process never came back. The first one named stays.
    pub(crate) fn set_refuge(&self, refuge: IsolatedSignal) {
        drop(self.refuge.set(refuge));
    }

    /// The forms in which it is given texts and ids.
    pub(super) fn forms(&self) -> Forms {
        self.forms
    }

    /// The library's struct of it.
    pub(super) fn plugin(&self) -> &'static abi::Plugin {
        self.plugin
    }

    /// Its declaration as the library gives it.
    pub(super) fn metadata(&self) -> String {
        // SAFETY: checked when the library was loaded: not NULL, and by the contract static
        unsafe { CStr::from_ptr(self.plugin.metadata_json) }.to_string_lossy().into_owned()
    }

    /// The same plugin under another declaration, to reach what honest metadata cannot.
    #[cfg(test)]
    pub(super) fn redeclared(&self, change: impl FnOnce(&mut Declaration)) -> Self {
        let mut declaration = self.declaration.clone();
        change(&mut declaration);
        Self::new(declaration, self.forms, self.plugin, Arc::default())
    }

    /// May two calls run at the same time?
    #[must_use]
    pub fn is_thread_safe(&self) -> bool {
        self.plugin.flags & abi::FLAG_THREAD_SAFE != 0
    }

    fn take_turn(&self) -> Option<MutexGuard<'_, ()>> {
        // the lock guards no data, so a panic of another caller spoils nothing
        (!self.is_thread_safe()).then(|| self.turn.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Forwards messages until the call is done, or until it is given up.
    fn wait(
        &self,
        messages: &Receiver<Message>,
        context: &Context,
        limit: Duration,
        services: &dyn Services,
    ) -> Result<DataFrame, Fault> {
        let deadline = Instant::now().checked_add(limit);
        let mut stopping: Option<(Instant, Fault)> = None;
        loop {
            match messages.recv_timeout(TICK) {
                Ok(Message::Log(level, text)) => services.log(level, &text),
                Ok(Message::Progress(fraction, note)) => services.progress(fraction, &note),
                Ok(Message::Done(result)) => return stopping.map_or(result, |(_, fault)| Err(fault)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Fault::Panicked("the thread of the call ended without a result".into()));
                }
            }
            let now = Instant::now();
            if let Some((since, fault)) = &stopping {
                if now.duration_since(*since) >= GRACE {
                    self.is_stuck.store(true, Ordering::Relaxed);
                    return Err(fault.clone());
                }
            } else if services.cancelled() {
                stopping = Some((now, Fault::Cancelled));
                context.cancel();
            } else if deadline.is_some_and(|end| now >= end) {
                stopping = Some((now, Fault::TimedOut(limit.as_secs_f64().ceil() as u64)));
                context.cancel();
            }
        }
    }
}

impl Signal for NativeSignal {
    fn declaration(&self) -> &Declaration {
        &self.declaration
    }

    fn origin(&self) -> Origin {
        Origin::Compiled
    }

    fn is_deterministic(&self) -> bool {
        self.plugin.flags & abi::FLAG_DETERMINISTIC != 0
    }

    fn score(&self, given: &Given, services: &dyn Services) -> Result<DataFrame, Fault> {
        if self.is_stuck.load(Ordering::Relaxed)
            && let Some(refuge) = self.refuge.get()
        {
            services.log(LogLevel::Warn, "an earlier call never came back, so it now runs in a process of its own");
            return refuge.score(given, services);
        }
        let export::Inputs { tables, codes } = export::inputs(&self.declaration, given, self.forms)?;
        let source = |frame| Source::Frame(frame, self.forms.strings);
        let call = Call {
            plugin: self.plugin,
            inputs: tables.into_iter().map(|(name, frame)| Input { name, source: source(frame) }).collect(),
            params: call::params_json(&given.params),
            seed: given.seed,
            max_threads: given.max_threads,
            shape: self.declaration.emits,
            ids: ids_as(self.forms, codes),
            caps: caps(self.declaration.emits, given),
        };
        self.call(call, given.time_limit, services)
    }
}

impl NativeSignal {
    /// Runs a call on a thread of its own, one at a time unless the plugin is thread-safe.
    pub(super) fn call(&self, call: Call, limit: Duration, services: &dyn Services) -> Result<DataFrame, Fault> {
        let _turn = self.take_turn();
        if self.is_stuck.load(Ordering::Relaxed) {
            return Err(Fault::Raised("an earlier call never came back, so it is not called again".into()));
        }
        let (sender, messages) = sync_channel(MESSAGES);
        let context = Arc::new(Context::new(call.seed, sender));
        let own = Arc::clone(&context);
        thread::Builder::new()
            .name(self.declaration.id.clone())
            .stack_size(STACK)
            .spawn(move || {
                let result = catch_unwind(AssertUnwindSafe(|| call.run(&own)));
                own.send(Message::Done(result.unwrap_or_else(|_| Err(Fault::Panicked("in the host's border".into())))));
            })
            .map_err(|e| Fault::Raised(format!("no thread could be started for it: {e}")))?;
        // the thread is never joined: a plugin that does not stop is left behind
        self.wait(&messages, &context, limit, services)
    }
}

/// What ids of an output are.
pub(super) fn ids_as(forms: Forms, codes: Option<Arc<Codes>>) -> IdsAs {
    if forms.ids == Ids::Codes { IdsAs::Codes(codes) } else { IdsAs::Texts }
}

/// What an output may hold.
pub(super) fn caps(shape: Shape, given: &Given) -> Caps {
    let input: usize = given.tables.values().map(DataFrame::height).sum();
    let rows = if shape == Shape::Traces { input.saturating_mul(TRACES_PER_ROW) } else { input };
    Caps { rows, bytes: given.memory_limit }
}
