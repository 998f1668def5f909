//! The `tests = { … }` block of a script: `t:csv`, `t:run`, `t:expect`, `t:fails`. A test runs in a VM of its
//! own, within 10 s.

mod expectation;
mod given;

use super::context::{self, Strictness};
use super::explain::explain;
use super::frame::{FRAME, Frame};
use super::mistake::Mistake;
use super::script::{LuauSignal, Quiet};
use super::verb::{self, Arguments, Group, Kind, Method, Scripted, one};
use super::vm::{self, Options};
use super::watchdog::{Stop, guarded};
use crate::contract::check_output;
use claque_model::{Declaration, Shape, Signal};
pub(super) use expectation::Expectation;
use mlua::{Function, Lua, Table, UserData, UserDataFields, UserDataMethods, Value};
use polars::prelude::{DataFrame, SortMultipleOptions};
use std::sync::Arc;
use std::time::Duration;

/// Time for one test.
const LIMIT: Duration = Duration::from_secs(10);

/// One test of a script, run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptTest {
    /// Its name in the `tests` table.
    pub name: String,
    /// Passed, or what was wrong, with its place in the script.
    pub outcome: Result<(), String>,
}

/// Runs all tests of a signal, by name.
pub(super) fn run_all(signal: &LuauSignal) -> Vec<ScriptTest> {
    let names = match in_fresh_vm(signal, names) {
        Ok(names) => names,
        Err(text) => return vec![ScriptTest { name: "(loading)".into(), outcome: Err(text) }],
    };
    let one = |name: String| {
        let outcome = in_fresh_vm(signal, |lua, table| {
            let tests: Table = table.raw_get("tests")?;
            let test = Test { score: table.raw_get("score")?, declaration: Arc::new(signal.declaration().clone()) };
            tests.raw_get::<Function>(name.as_str())?.call::<()>(test)?;
            no_leaks(lua)
        });
        ScriptTest { name, outcome }
    };
    names.into_iter().map(one).collect()
}

fn names(_: &Lua, table: &Table) -> mlua::Result<Vec<String>> {
    let Some(tests) = table.raw_get::<Option<Table>>("tests")? else { return Ok(Vec::new()) };
    let mut names = tests.pairs::<String, Value>().map(|pair| Ok(pair?.0)).collect::<mlua::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

fn in_fresh_vm<T: Send>(
    signal: &LuauSignal,
    f: impl FnOnce(&Lua, &Table) -> mlua::Result<T> + Send,
) -> Result<T, String> {
    let said = |e: &mlua::Error| explain(e, signal.sources()).to_string();
    let options = Options { for_tests: true, ..Options::new(1) };
    let lua = signal.reload(options).map_err(|e| said(&e))?;
    guarded(&lua, LIMIT, &Quiet, || f(&lua, &signal.table(&lua)?)).map_err(|stop| match stop {
        Stop::TimedOut => format!("stopped after {} s", LIMIT.as_secs()),
        Stop::Cancelled => "interrupted".to_owned(),
        Stop::Panicked(text) => format!("panicked: {text}"),
        Stop::Failed(error) => said(&error),
    })
}

fn no_leaks(lua: &Lua) -> mlua::Result<()> {
    let leaked = vm::leaked(lua)?;
    if leaked.is_empty() {
        return Ok(());
    }
    Err(Mistake::Unmet(format!("global `{}` was written: missing `local`?", leaked.join("`, `"))).into())
}

/// `t`.
pub(super) struct Test {
    score: Function,
    declaration: Arc<Declaration>,
}

impl Test {
    /// `score` with the full check of its output, sorted by its key.
    fn run(&self, lua: &Lua, table: &Table) -> mlua::Result<DataFrame> {
        let given = given::read(lua, &self.declaration, table)?;
        let output = context::run(lua, &self.score, &self.declaration, &given, Strictness::Refuses)?;
        let checked =
            check_output(&self.declaration, &given, output).map_err(|fault| Mistake::Run(fault.to_string()))?;
        let key: &[&str] = match self.declaration.emits {
            Shape::Traces => &["post_id", "object"],
            Shape::Marks => &["post_id"],
            Shape::Rates => &["account_id"],
            Shape::Statistics => &["cluster_id"],
        };
        let order = SortMultipleOptions::default().with_maintain_order(true);
        Ok(checked.sort(key.iter().copied(), order).map_err(Mistake::from)?)
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
