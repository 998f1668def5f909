//! `ctx`: what `score` gets, and one run of `score` from a given input to an unchecked output table.

use super::api;
use super::expr::origins;
use super::frame::{FRAME, Frame, FrameLimit};
use super::mistake::{Mistake, did_you_mean, unused};
use super::params;
use super::verb::{self, Field, Group, Kind, Method, Property, Scripted, one, optional, words};
use super::vm::fold;
use super::watchdog::Outbox;
use claque_model::{Declaration, Given, LogLevel, Shape};
use mlua::{AnyUserData, Function, IntoLua, Lua, Table, UserData, UserDataFields, UserDataMethods, Value};
use polars::prelude::{DataFrame, DataType};
use std::collections::BTreeMap;

/// The context of one run.
pub(super) struct Context {
    tables: BTreeMap<String, Frame>,
    params: Table,
    seed: u32,
}

impl Context {
    fn of(lua: &Lua, given: &Given) -> mlua::Result<Self> {
        let tables = given.tables.iter().map(|(name, rows)| (name.clone(), Frame::of(rows.clone()))).collect();
        Ok(Self { tables, params: params::table(lua, &given.params)?, seed: fold(given.seed) & 0x7fff_ffff })
    }

    fn table(&self, name: &str) -> Result<&Frame, Mistake> {
        self.tables.get(name).ok_or_else(|| Mistake::Undeclared {
            name: name.to_owned(),
            hint: did_you_mean(name, self.tables.keys().map(String::as_str)),
        })
    }

    /// Is there a row; or at least one known value in that column?
    fn has(&self, table: &str, column: Option<&str>) -> Result<bool, Mistake> {
        let rows = self.table(table)?.rows("has")?;
        let Some(column) = column else { return Ok(rows.height() > 0) };
        let names = rows.get_column_names();
        match rows.column(column) {
            Ok(values) => Ok(values.null_count() < values.len()),
            Err(_) => Err(Mistake::unknown("column", column, names.iter().map(|n| n.as_str()))),
        }
    }
}

const LEVELS: [(&str, LogLevel); 5] = [
    ("trace", LogLevel::Trace),
    ("debug", LogLevel::Debug),
    ("info", LogLevel::Info),
    ("warn", LogLevel::Warn),
    ("error", LogLevel::Error),
];

impl Scripted for Context {
    const NAME: &'static str = "Context";
    const DOC: &'static str =
        "What score is called with: the declared tables and parameters, and nothing else of the world.";
    const FIELDS: &'static [Field<Self>] = &[
        Field {
            property: Property {
                name: "params",
                kind: Kind::Luau("{ [string]: any }"),
                doc: "the parameters by name, checked; a name that was not declared is an error",
            },
            get: |_, context| Ok(Value::Table(context.params.clone())),
        },
        Field {
            property: Property {
                name: "seed",
                kind: Kind::Number,
                doc: "a number below 2^31, from the run's seed and the signal's id",
            },
            get: |lua, context| context.seed.into_lua(lua),
        },
    ];
    const GROUPS: &'static [&'static Group<Self>] = &[&Group {
        title: "",
        doc: "",
        methods: &[
            Method::new(
                "table",
                &[one("name", Kind::Text)],
                FRAME,
                "a table with the columns that requires names, and no others",
                |context, given| {
                    let frame = context.table(&given.take::<String>()?)?.clone();
                    given.give(frame)
                },
            ),
            Method::new(
                "has",
                &[one("name", Kind::Text), optional("column", Kind::Column)],
                Kind::Truth,
                "does that table have any row, or that column any value?",
                |context, given| {
                    let (name, column): (String, Option<String>) = (given.take()?, given.take()?);
                    given.give(context.has(&name, column.as_deref())?)
                },
            ),
            Method::new(
                "log",
                &[one("level", Kind::Word(&words(&LEVELS))), one("message", Kind::Text)],
                Kind::Nothing,
                "a line for the log of the run; 1,000 lines at most",
                |_, given| {
                    let (level, text) = (given.word(&LEVELS)?.unwrap_or(LogLevel::Info), given.take()?);
                    api::log(given.lua(), level, text);
                    Ok(Value::Nil)
                },
            ),
            Method::new(
                "progress",
                &[one("fraction", Kind::Number), optional("note", Kind::Text)],
                Kind::Nothing,
                "how much of the work is done, from 0 to 1",
                |_, given| {
                    let (fraction, note): (f64, Option<String>) = (given.take()?, given.take()?);
                    if let Some(outbox) = given.lua().app_data_ref::<Outbox>() {
                        outbox.progress(fraction, note.unwrap_or_default());
                    }
                    Ok(Value::Nil)
                },
            ),
            Method::new("cancelled", &[], Kind::Truth, "was the run cancelled?", |_, given| {
                let cancelled = given.lua().app_data_ref::<Outbox>().is_some_and(|outbox| outbox.cancelled());
                given.give(cancelled)
            }),
        ],
    }];
}

impl UserData for Context {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        verb::register_fields(fields);
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        verb::register(methods);
    }
}

/// A `ctx` over what is given.
pub(super) fn of(lua: &Lua, given: &Given) -> mlua::Result<AnyUserData> {
    lua.create_userdata(Context::of(lua, given)?)
}

/// How much a run minds expressions that nothing used.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Strictness {
    /// A run over data: a warning.
    Warns,
    /// A script's own test: an error.
    Refuses,
}

/// Calls `score` and runs the plan that it returns. Whole-number columns become floats where the shape wants
/// floats: Luau has one kind of number, so `lit(1.0)` is an integer column.
pub(super) fn run(
    lua: &Lua,
    score: &Function,
    declaration: &Declaration,
    given: &Given,
    strictness: Strictness,
) -> mlua::Result<DataFrame> {
    lua.set_app_data(FrameLimit(given.memory_limit));
    origins(lua).forget();
    let frame = match score.call::<Value>(Context::of(lua, given)?)? {
        Value::UserData(data) if data.is::<Frame>() => data.borrow::<Frame>()?.clone(),
        other => return Err(Mistake::NoFrame(other.type_name().to_owned()).into()),
    };
    let lines = origins(lua).unused_lines();
    if !lines.is_empty() {
        match strictness {
            Strictness::Refuses => return Err(Mistake::Unused(lines).into()),
            Strictness::Warns => api::log(lua, LogLevel::Warn, unused(&lines)),
        }
    }
    Ok(floats(frame.collect(lua)?, declaration.emits)?)
}

fn floats(mut rows: DataFrame, shape: Shape) -> Result<DataFrame, Mistake> {
    let wanted: &[&str] = match shape {
        Shape::Traces => &[],
        Shape::Marks | Shape::Statistics => &["value"],
        Shape::Rates => &["hits", "total"],
    };
    for name in wanted {
        if let Ok(column) = rows.column(name)
            && column.dtype().is_integer()
        {
            let column = column.cast(&DataType::Float64)?;
            rows.with_column(column)?;
        }
    }
    Ok(rows)
}
