//! The `tests = { … }` block of a script: `t:csv`, `t:file`, `t:run`, `t:expect`, `t:fails`. A test runs in a VM
//! of its own, within 10 s. What it prints, the globals it leaks and the lines it runs are kept.

mod coverage;
mod expectation;
mod file;
mod given;
mod leaks;
mod printed;

use super::context::{self, Strictness};
use super::explain::explain;
use super::frame::{FRAME, Frame};
use super::mistake::Mistake;
use super::script::LuauSignal;
use super::verb::{self, Arguments, Group, Kind, Method, Scripted, one};
use super::vm::Options;
use super::watchdog::{Stop, guarded};
use crate::contract::{check_output, key_of};
use claque_model::{Declaration, Given, Services, Signal, Unwatched};
pub(super) use expectation::Expectation;
use mlua::{Function, Lua, Table, UserData, UserDataFields, UserDataMethods, Value};
use polars::prelude::{DataFrame, SortMultipleOptions};
use printed::Printed;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub use coverage::Coverage;
pub(super) use leaks::{Write, watch as watch_globals, written as written_globals};

/// Time for one test.
const LIMIT: Duration = Duration::from_secs(10);

/// How a test is run.
#[derive(Clone, Copy, Debug)]
pub struct TestOptions {
    /// May it be compiled to machine code? The outcome is the same.
    pub jit: bool,
    /// Count the lines that run.
    pub coverage: bool,
}

impl Default for TestOptions {
    fn default() -> Self {
        Self { jit: true, coverage: false }
    }
}

/// One test of a script, run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptTest {
    /// Its name in the `tests` table.
    pub name: String,
    /// Passed, or what was wrong, with its place in the script.
    pub outcome: Result<(), String>,
    /// What the script printed or logged, line by line.
    pub printed: Vec<String>,
    /// Which lines ran, if that was asked for.
    pub coverage: Option<Coverage>,
}

/// Runs all tests of a signal, by name.
pub(super) fn run_all(signal: &LuauSignal) -> Vec<ScriptTest> {
    match names(signal) {
        Ok(names) => names.iter().map(|name| run_one(signal, name, TestOptions::default(), &Unwatched)).collect(),
        Err(text) => {
            vec![ScriptTest { name: "(loading)".into(), outcome: Err(text), printed: vec![], coverage: None }]
        }
    }
}

/// Runs one test.
pub(super) fn run_one(signal: &LuauSignal, name: &str, options: TestOptions, services: &dyn Services) -> ScriptTest {
    let printed = Printed::over(services);
    let mut coverage = None;
    let outcome = in_fresh_vm(signal, options, &printed, |lua, chunk, table| {
        let tests: Table = table.raw_get("tests")?;
        let test = Test {
            score: table.raw_get("score")?,
            declaration: Arc::new(signal.declaration().clone()),
            folder: signal.sources().folder().map(PathBuf::from),
        };
        tests.raw_get::<Function>(name)?.call::<()>(test)?;
        let names = test_names(table)?;
        let ran = options.coverage.then(|| Coverage::of(chunk, &names));
        Ok((ran, leaks::written(lua)))
    });
    let outcome = outcome.and_then(|(ran, leaked)| {
        coverage = ran;
        leaks::none(&leaked, signal.sources())
    });
    ScriptTest { name: name.to_owned(), outcome, printed: printed.lines(), coverage }
}

/// Runs `score` on what is given, with the strictness of a test.
pub(super) fn probe(signal: &LuauSignal, given: &Given) -> Result<(), String> {
    let leaked = in_fresh_vm(signal, TestOptions::default(), &Unwatched, |lua, _, table| {
        let score: Function = table.raw_get("score")?;
        let done = context::run(lua, &score, signal.declaration(), given, Strictness::Refuses);
        let leaked = leaks::written(lua);
        // a leak says more than what came of it
        if leaked.is_empty() { done.map(|_| leaked) } else { Ok(leaked) }
    })?;
    leaks::none(&leaked, signal.sources())
}

/// Names of a signal's tests, sorted.
pub(super) fn names(signal: &LuauSignal) -> Result<Vec<String>, String> {
    in_fresh_vm(signal, TestOptions::default(), &Unwatched, |_, _, table| test_names(table))
}

fn test_names(table: &Table) -> mlua::Result<Vec<String>> {
    let Some(tests) = table.raw_get::<Option<Table>>("tests")? else { return Ok(Vec::new()) };
    let mut names = tests.pairs::<String, Value>().map(|pair| Ok(pair?.0)).collect::<mlua::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

fn in_fresh_vm<T: Send>(
    signal: &LuauSignal,
    options: TestOptions,
    services: &dyn Services,
    f: impl FnOnce(&Lua, &Function, &Table) -> mlua::Result<T> + Send,
) -> Result<T, String> {
    let said = |e: &mlua::Error| explain(e, signal.sources()).to_string();
    let options = Options { for_tests: true, jit: options.jit, coverage: options.coverage, ..Options::new(1) };
    let lua = signal.reload(options).map_err(|e| said(&e))?;
    leaks::watch(&lua).map_err(|e| said(&e))?;
    let run = || {
        let (chunk, table) = signal.chunk_and_table(&lua)?;
        f(&lua, &chunk, &table)
    };
    guarded(&lua, LIMIT, services, run).map_err(|stop| match stop {
        Stop::TimedOut => format!("stopped after {} s", LIMIT.as_secs()),
        Stop::Cancelled => "interrupted".to_owned(),
        Stop::Panicked(text) => format!("panicked: {text}"),
        Stop::Failed(error) => said(&error),
    })
}

/// `t`.
pub(super) struct Test {
    score: Function,
    declaration: Arc<Declaration>,
    folder: Option<PathBuf>,
}

impl Test {
    /// `score` with the full check of its output, sorted by its key.
    fn run(&self, lua: &Lua, table: &Table) -> mlua::Result<DataFrame> {
        let given = given::read(lua, &self.declaration, table)?;
        let output = context::run(lua, &self.score, &self.declaration, &given, Strictness::Refuses)?;
        let checked =
            check_output(&self.declaration, &given, output).map_err(|fault| Mistake::Run(fault.to_string()))?;
        let order = SortMultipleOptions::default().with_maintain_order(true);
        Ok(checked.sort(key_of(self.declaration.emits).iter().copied(), order).map_err(Mistake::from)?)
    }
}

static GROUP: Group<Test> = Group {
    title: "",
    doc: "",
    methods: &[
        Method::new(
            "csv",
            &[one("table", Kind::Text), one("text", Kind::Text)],
            FRAME,
            "a small table, typed by requires; times in RFC 3339, an empty cell is null",
            |t, given| {
                let (table, text): (String, String) = (given.take()?, given.take()?);
                given.give(Frame::of(given::sample(&t.declaration, &table, &text)?))
            },
        ),
        Method::new(
            "file",
            &[one("table", Kind::Text), one("path", Kind::Text)],
            FRAME,
            "the same from a CSV or Parquet file in the plugin's folder",
            |t, given| {
                let (table, path): (String, String) = (given.take()?, given.take()?);
                given.give(Frame::of(file::read(&t.declaration, t.folder.as_deref(), &table, &path)?))
            },
        ),
        Method::new(
            "run",
            &[one("given", Kind::Table("{ [string]: any }"))],
            FRAME,
            "what score gives for these tables by name, params and seed; checked, collected, sorted by its key",
            |t, given| {
                let table: Table = given.take()?;
                given.give(Frame::of(t.run(given.lua(), &table)?))
            },
        ),
        Method::new(
            "expect",
            &[one("what", Kind::Luau("any"))],
            Kind::Object(Expectation::NAME),
            "says what a value or a frame must be",
            |_, given| {
                let expectation = Expectation(given.take()?);
                given.give(expectation)
            },
        ),
        Method::new(
            "fails",
            &[one("given", Kind::Table("{ [string]: any }")), one("part", Kind::Text)],
            Kind::Nothing,
            "score must fail on this, with these words in its message",
            fails,
        ),
    ],
};

fn fails(t: &Test, given: &mut Arguments) -> mlua::Result<Value> {
    let (table, part): (Table, String) = (given.take()?, given.take()?);
    let message = match t.run(given.lua(), &table) {
        Ok(_) => return Err(Mistake::Unmet(format!("expected a failure with \"{part}\", but it ran")).into()),
        Err(error) => root_message(&error),
    };
    if message.contains(&part) {
        return Ok(Value::Nil);
    }
    Err(Mistake::Unmet(format!("expected a failure with \"{part}\", got: {message}")).into())
}

impl Scripted for Test {
    const NAME: &'static str = "Test";
    const DOC: &'static str = "What a function under tests is called with.";
    const GROUPS: &'static [&'static Group<Self>] = &[&GROUP];
}

impl UserData for Test {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        verb::register_fields(fields);
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        verb::register(methods);
    }
}

/// The words of an error without traces.
fn root_message(error: &mlua::Error) -> String {
    let text = error.chain().last().map_or_else(|| error.to_string(), ToString::to_string);
    text.split("\nstack traceback:").next().unwrap_or(&text).to_owned()
}
