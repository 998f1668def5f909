//! `ctx`: what `score` gets, and one run of `score` from a given input to an unchecked output table.

use super::api;
use super::expr::origins;
use super::frame::{Frame, FrameLimit};
use super::mistake::{Mistake, did_you_mean, unused};
use super::params;
use super::vm::fold;
use super::watchdog::Outbox;
use claque_model::{Declaration, Given, LogLevel, Shape};
use mlua::{AnyUserData, Function, Lua, MetaMethod, Table, UserData, UserDataFields, UserDataMethods, Value};
use polars::prelude::{DataFrame, DataType};
use std::collections::BTreeMap;

/// The context of one run.
struct Context {
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

impl UserData for Context {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        fields.add_meta_field(MetaMethod::Type, "Context");
        fields.add_field_method_get("params", |_, this| Ok(this.params.clone()));
        fields.add_field_method_get("seed", |_, this| Ok(this.seed));
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("table", |_, this, name: String| Ok(this.table(&name)?.clone()));
        methods.add_method("has", |_, this, (table, column): (String, Option<String>)| {
            Ok(this.has(&table, column.as_deref())?)
        });
        methods.add_method("log", |lua, _, (level, text): (String, String)| {
            api::log(lua, log_level(&level)?, text);
            Ok(())
        });
        methods.add_method("progress", |lua, _, (fraction, note): (f64, Option<String>)| {
            if let Some(outbox) = lua.app_data_ref::<Outbox>() {
                outbox.progress(fraction, note.unwrap_or_default());
            }
            Ok(())
        });
        methods.add_method("cancelled", |lua, _, ()| Ok(lua.app_data_ref::<Outbox>().is_some_and(|o| o.cancelled())));
    }
}

fn log_level(name: &str) -> Result<LogLevel, Mistake> {
    Ok(match name {
        "trace" => LogLevel::Trace,
        "debug" => LogLevel::Debug,
        "info" => LogLevel::Info,
        "warn" => LogLevel::Warn,
        "error" => LogLevel::Error,
        other => return Err(Mistake::unknown("level", other, ["debug", "info", "warn", "error"])),
    })
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
