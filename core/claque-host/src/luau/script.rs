//! A script file as signals: loading it, and running one of its signals. Every run has a VM of its own, in
//! which the whole file is loaded anew.

use super::context::{self, Strictness};
use super::declaration::{self, Refusal};
use super::error::ScriptError;
use super::explain::{explain, mistake};
use super::mistake::Mistake;
use super::modules::Sources;
use super::script_tests::{self, ScriptTest, TestOptions};
use super::vm::{self, MEMORY, Options};
use super::watchdog::{Limit, Stop, guarded};
use super::{api, api::Plugin};
use crate::contract::jit_allowed;
use crate::kernels::Kernels;
use claque_model::{Declaration, Fault, Given, Origin, Services, Signal, Unwatched};
use mlua::{Function, Lua, Table, Value};
use polars::prelude::DataFrame;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Work to load a file and read what it declares.
pub(super) const LOADING: Duration = Duration::from_millis(250);

/// Time to compile a file; only a very large one comes near.
const COMPILING: Duration = Duration::from_secs(10);

/// A file with signals.
pub struct Script;

/// One signal of a script.
#[derive(Debug)]
pub struct LuauSignal {
    sources: Arc<Sources>,
    position: usize,
    declaration: Declaration,
}

impl Script {
    /// Reads the signals of a script: sandboxed, within 250 ms of work, without tables. `name` is the file as errors
    /// show it; `folder` is where `require "./x"` may read text files.
    ///
    /// # Errors
    /// A syntax error, an error or an accidental global at the top level, or a declaration that breaks the
    /// contract.
    pub fn load(name: &str, source: &str, folder: Option<&Path>) -> Result<Vec<LuauSignal>, ScriptError> {
        Self::load_with(name, source, folder, None)
    }

    /// The same with kernels of other stages, which the script may ask.
    ///
    /// # Errors
    /// As [`Script::load`].
    pub fn load_with(
        name: &str,
        source: &str,
        folder: Option<&Path>,
        kernels: Option<Arc<dyn Kernels>>,
    ) -> Result<Vec<LuauSignal>, ScriptError> {
        let sources = Arc::new(Sources::new(name, source, folder).with_kernels(kernels));
        // what runs once is not worth native code
        let options = Options { jit: false, ..Options::new(0) };
        let fail = |e: &mlua::Error| ScriptError::failed(e, &sources, options.memory);
        let lua = machine(options, &sources).map_err(|e| fail(&e))?;
        script_tests::watch_globals(&lua).map_err(|e| fail(&e))?;
        let stopped = |stop| ScriptError::stopped(stop, &sources, LOADING, options.memory);
        // compiling ends by itself: the short clock is for what the script does
        let compile = || vm::compile(&lua, name, source);
        let chunk = guarded(&lua, COMPILING, &Unwatched, compile).map_err(stopped)?;
        let value = guarded(&lua, Limit::Worked(LOADING), &Unwatched, || chunk.call::<Value>(())).map_err(stopped)?;
        let leaked = vm::leaked(&lua).map_err(|e| fail(&e))?;
        if !leaked.is_empty() {
            return Err(ScriptError::leaked(leaked, &script_tests::written_globals(&lua), &sources));
        }
        let found = value.type_name();
        let tables =
            tables(value).ok_or_else(|| ScriptError::NotASignal { file: name.to_owned(), found: found.to_owned() })?;
        let mut signals: Vec<LuauSignal> = Vec::with_capacity(tables.len());
        for (position, table) in tables.iter().enumerate() {
            let declaration = declare(table, &sources)?;
            if signals.iter().any(|s| s.declaration.id == declaration.id) {
                return Err(ScriptError::TwiceTheSameId { file: name.to_owned(), id: declaration.id });
            }
            signals.push(LuauSignal { sources: Arc::clone(&sources), position, declaration });
        }
        Ok(signals)
    }
}

/// A VM with the script API.
fn machine(options: Options, sources: &Arc<Sources>) -> mlua::Result<Lua> {
    vm::fresh(options, |lua| api::install(lua, sources))
}

/// The tables of `plugin { … }`, or of a list of them.
fn tables(value: Value) -> Option<Vec<Table>> {
    let plugin = |value: &Value| {
        let data = value.as_userdata()?;
        data.borrow::<Plugin>().ok().map(|plugin| plugin.0.clone())
    };
    match value {
        Value::Table(list) => {
            let plugins = list.sequence_values::<Value>().map(|item| plugin(&item.ok()?));
            plugins.collect::<Option<Vec<Table>>>().filter(|all| !all.is_empty())
        }
        other => Some(vec![plugin(&other)?]),
    }
}

fn declare(table: &Table, sources: &Sources) -> Result<Declaration, ScriptError> {
    let file = sources.name.clone();
    let wrong = |field: String, expected| ScriptError::WrongField { file: file.clone(), field, expected };
    if !matches!(table.raw_get::<Value>("score"), Ok(Value::Function(_))) {
        return Err(wrong("score".into(), "a function"));
    }
    match table.raw_get::<Value>("tests") {
        Ok(Value::Nil) => {}
        Ok(Value::Table(tests)) => {
            for (name, test) in tests.pairs::<Value, Value>().flatten() {
                if !matches!((&name, &test), (Value::String(_), Value::Function(_))) {
                    let name = name.to_string().unwrap_or_default();
                    return Err(wrong(format!("tests.{name}"), "a function with a name"));
                }
            }
        }
        _ => return Err(wrong("tests".into(), "a table of functions")),
    }
    declaration::read(table).map_err(|refusal| match refusal {
        Refusal::NotPlain(error) => ScriptError::failed(&error, sources, MEMORY),
        Refusal::Declare(source) => ScriptError::Declaration { file, source },
    })
}

impl LuauSignal {
    /// Names in the `tests = { … }` block, sorted.
    ///
    /// # Errors
    /// The script no longer loads; the text says why.
    pub fn test_names(&self) -> Result<Vec<String>, String> {
        script_tests::names(self)
    }

    /// Runs one test of the `tests = { … }` block, in a VM of its own.
    pub fn run_test(&self, name: &str, options: TestOptions, services: &dyn Services) -> ScriptTest {
        script_tests::run_one(self, name, options, services)
    }

    /// Runs the `tests = { … }` block, by name; each test in a VM of its own.
    pub fn run_tests(&self) -> Vec<ScriptTest> {
        script_tests::run_all(self)
    }

    /// Texts of the script's files that were read so far, the main one first, by the names shown in errors.
    pub(crate) fn texts(&self) -> Vec<(String, Arc<str>)> {
        let named = |chunk: String| self.sources.text_of(&chunk).map(|text| (chunk, text));
        self.sources.chunks().into_iter().filter_map(named).collect()
    }

    pub(super) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The texts, for a session that runs the script in a VM of its own.
    pub(super) fn shared_sources(&self) -> Arc<Sources> {
        Arc::clone(&self.sources)
    }

    /// A VM in which the script is loaded, and the table of this signal there.
    pub(super) fn reload(&self, options: Options) -> mlua::Result<Lua> {
        machine(options, &self.sources)
    }

    /// The table of this signal, once its file ran in a VM.
    pub(super) fn table(&self, lua: &Lua) -> mlua::Result<Table> {
        self.chunk_and_table(lua).map(|(_, table)| table)
    }

    /// The same, and the compiled file, which knows which of its lines ran.
    pub(super) fn chunk_and_table(&self, lua: &Lua) -> mlua::Result<(Function, Table)> {
        let chunk = vm::compile(lua, &self.sources.name, &self.sources.text)?;
        let value = chunk.call::<Value>(())?;
        let table = tables(value).and_then(|mut tables| {
            if self.position < tables.len() { Some(tables.swap_remove(self.position)) } else { None }
        });
        let table =
            table.ok_or_else(|| Mistake::Run("the script returned other signals than when it was loaded".into()))?;
        Ok((chunk, table))
    }

    /// Runs `score` with other VM options than usual.
    pub(super) fn score_with(
        &self,
        options: Options,
        given: &Given,
        services: &dyn Services,
    ) -> Result<DataFrame, Fault> {
        let lua = self.reload(options).map_err(|e| self.fault(Stop::Failed(e), given, options))?;
        let run = || {
            let score: Function = self.table(&lua)?.raw_get("score")?;
            context::run(&lua, &score, &self.declaration, given, Strictness::Warns)
        };
        guarded(&lua, given.time_limit, services, run).map_err(|stop| self.fault(stop, given, options))
    }

    /// Runs `score` and gives its unchecked output with the bytes of Luau heap in use at the end.
    pub(crate) fn score_measured(&self, given: &Given, services: &dyn Services) -> Result<(DataFrame, usize), Fault> {
        let options = Options { memory: given.memory_limit.min(MEMORY), ..Options::new(vm::fold(given.seed)) };
        let lua = self.reload(options).map_err(|e| self.fault(Stop::Failed(e), given, options))?;
        let run = || {
            let score: Function = self.table(&lua)?.raw_get("score")?;
            let output = context::run(&lua, &score, &self.declaration, given, Strictness::Warns)?;
            Ok((output, lua.used_memory()))
        };
        guarded(&lua, given.time_limit, services, run).map_err(|stop| self.fault(stop, given, options))
    }

    /// Runs `score` as strictly as a test: no expression unused, no global written.
    ///
    /// # Errors
    /// What is wrong, with its place.
    pub(crate) fn probe(&self, given: &Given) -> Result<(), String> {
        script_tests::probe(self, given)
    }

    fn fault(&self, stop: Stop, given: &Given, options: Options) -> Fault {
        match stop {
            Stop::TimedOut => Fault::TimedOut(given.time_limit.as_secs()),
            Stop::Cancelled => Fault::Cancelled,
            Stop::Panicked(message) => Fault::Panicked(message),
            Stop::Failed(error) => {
                if let Some(Mistake::LargeFrame { limit, .. }) = mistake(&error) {
                    return Fault::OutOfMemory(*limit as u64);
                }
                let root = error.chain().last().and_then(|root| root.downcast_ref::<mlua::Error>());
                if matches!(root, Some(mlua::Error::MemoryError(_))) {
                    return Fault::OutOfMemory((options.memory >> 20) as u64);
                }
                Fault::Raised(explain(&error, &self.sources).to_string())
            }
        }
    }
}

impl Signal for LuauSignal {
    fn declaration(&self) -> &Declaration {
        &self.declaration
    }

    fn origin(&self) -> Origin {
        Origin::Script
    }

    fn score(&self, given: &Given, services: &dyn Services) -> Result<DataFrame, Fault> {
        let options = Options {
            memory: given.memory_limit.min(MEMORY),
            jit: jit_allowed(),
            ..Options::new(vm::fold(given.seed))
        };
        self.score_with(options, given, services)
    }
}
