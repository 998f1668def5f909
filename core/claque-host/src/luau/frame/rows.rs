//! Reading a frame: `columns` at any time; `height` and `at` once its plan ran.

use super::super::expr::Span;
use super::super::mistake::Mistake;
use super::super::sample::time_text;
use super::Frame;
use mlua::{IntoLua, Lua, UserDataMethods, Value};
use polars::prelude::{AnyValue, TimeUnit};

/// From here on a Luau number is not exact.
const INEXACT: u64 = 1 << 53;

pub(super) fn add<M: UserDataMethods<Frame>>(methods: &mut M) {
    methods.add_method("collect", |lua, this, ()| Ok(Frame::of(this.collect(lua)?)));
    methods.add_method("columns", |_, this, ()| Ok(this.names().map(str::to_owned).collect::<Vec<_>>()));
    methods.add_method("height", |_, this, ()| Ok(this.rows("height")?.height()));
    methods.add_method("at", |lua, this, (name, row): (String, i64)| {
        this.know(&name)?;
        let rows = this.rows("at")?;
        let column = rows.column(&name).map_err(Mistake::from)?;
        let index = usize::try_from(row).ok().and_then(|row| row.checked_sub(1)).filter(|i| *i < rows.height());
        let index = index.ok_or(Mistake::NoRow { row, height: rows.height() })?;
        cell(lua, &column.get(index).map_err(Mistake::from)?)
    });
}

/// One value: null is nil, a time is RFC 3339, a number that Luau cannot hold is its digits.
fn cell(lua: &Lua, value: &AnyValue) -> mlua::Result<Value> {
    Ok(match value {
        AnyValue::Null => Value::Nil,
        AnyValue::Float64(real) => Value::Number(*real),
        AnyValue::Boolean(truth) => Value::Boolean(*truth),
        AnyValue::String(text) => Value::String(lua.create_string(text)?),
        AnyValue::StringOwned(text) => Value::String(lua.create_string(text.as_str())?),
        AnyValue::Datetime(micros, TimeUnit::Microseconds, _)
        | AnyValue::DatetimeOwned(micros, TimeUnit::Microseconds, _) => time_text(*micros).into_lua(lua)?,
        AnyValue::Duration(micros, TimeUnit::Microseconds) => Span(*micros).into_lua(lua)?,
        AnyValue::List(values) => {
            let list = lua.create_table()?;
            for (i, value) in values.iter().enumerate() {
                list.raw_set(i + 1, cell(lua, &value)?)?;
            }
            Value::Table(list)
        }
        other => match other.extract::<i64>() {
            Some(whole) if other.is_integer() && whole.unsigned_abs() < INEXACT => Value::Number(whole as f64),
            _ => Value::String(lua.create_string(other.to_string())?),
        },
    })
}
