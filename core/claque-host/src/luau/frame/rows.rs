//! Reading a frame: `columns` and `type_of` at any time; `height`, `at`, `values` and `for … in` once its plan
//! ran.

use super::super::expr::{Span, name_of_type};
use super::super::mistake::Mistake;
use super::super::sample::time_text;
use super::super::verb::{Arguments, Group, Kind, Method, one};
use super::{Frame, verb};
use mlua::{IntoLua, Lua, Value};
use polars::prelude::{AnyValue, Column, DataFrame, TimeUnit};

/// From here on a Luau number is not exact.
const INEXACT: u64 = 1 << 53;

/// Rows that `for … in` goes through: beyond, a verb over columns is what is wanted.
const MOST_ROWS: usize = 100_000;

pub(super) static GROUP: Group<Frame> = Group {
    title: "Reading",
    doc: "Null is nil, and null in lists; times are RFC 3339 and ids are strings, as are whole numbers from 2^53 on.",
    methods: &[
        Method::new("columns", &[], Kind::List(&Kind::Text), "the names of its columns", |frame: &Frame, given| {
            given.give(frame.names().map(str::to_owned).collect::<Vec<_>>())
        })
        .example("other:columns()", "{post_id, v}"),
        Method::new(
            "type_of",
            &[one("column", Kind::Column)],
            Kind::Text,
            "the type of a column, such as int or list of string",
            |frame: &Frame, given| {
                let name: String = given.take()?;
                frame.know(&name)?;
                given.give(frame.schema().get(&name).map(name_of_type))
            },
        )
        .example(r#"other:type_of("v")"#, "int"),
        verb("collect", &[], "runs the plan: the only barrier", |frame: &Frame, given| {
            given.give(Frame::of(frame.collect(given.lua())?))
        })
        .example(r#"other:filter("v > 11"):collect()"#, "post_id, v: c, 12 / z, 13"),
        Method::new("height", &[], Kind::Number, "how many rows, once collected", |frame: &Frame, given| {
            given.give(frame.rows("height")?.height())
        })
        .example("other:height()", "4"),
        Method::new(
            "at",
            &[one("column", Kind::Column), one("row", Kind::Whole)],
            Kind::Luau("any"),
            "one value, once collected; rows count from 1",
            at,
        )
        .example(r#"other:at("v", 2)"#, "11"),
        Method::new(
            "values",
            &[one("column", Kind::Column)],
            Kind::Luau("{ any }"),
            "a whole column as a list, once collected",
            |frame: &Frame, given| {
                let name: String = given.take()?;
                frame.know(&name)?;
                let column = frame.rows("values")?.column(&name).map_err(Mistake::from)?.clone();
                given.give(list(given.lua(), (0..column.len()).map(|row| column.get(row).map_err(Mistake::from)))?)
            },
        )
        .example(r#"posts:values("lang")"#, "{en, de, en, null}"),
        Method::new(
            "__iter",
            &[],
            Kind::Luau("() -> { [string]: any }"),
            "for row in frame: each row as a table, once collected, up to 100,000 rows",
            iterate,
        )
        .example("(function() local sum = 0 for row in other do sum += row.v end return sum end)()", "46"),
    ],
};

fn at(frame: &Frame, given: &mut Arguments) -> mlua::Result<Value> {
    let (name, row): (String, i64) = (given.take()?, given.take()?);
    frame.know(&name)?;
    let rows = frame.rows("at")?;
    let column = rows.column(&name).map_err(Mistake::from)?;
    let index = usize::try_from(row).ok().and_then(|row| row.checked_sub(1)).filter(|i| *i < rows.height());
    let index = index.ok_or(Mistake::NoRow { row, height: rows.height() })?;
    cell(given.lua(), &column.get(index).map_err(Mistake::from)?)
}

fn iterate(frame: &Frame, given: &mut Arguments) -> mlua::Result<Value> {
    let rows: DataFrame = frame.rows("for … in")?.clone();
    if rows.height() > MOST_ROWS {
        return Err(Mistake::ManyRows { rows: rows.height(), most: MOST_ROWS }.into());
    }
    let mut next = 0;
    given.give(given.lua().create_function_mut(move |lua, _: mlua::MultiValue| {
        if next >= rows.height() {
            return Ok(Value::Nil);
        }
        let row = lua.create_table()?;
        for column in rows.columns() {
            row.raw_set(column.name().as_str(), cell(lua, &value_at(column, next)?)?)?;
        }
        next += 1;
        Ok(Value::Table(row))
    })?)
}

fn value_at(column: &Column, row: usize) -> Result<AnyValue<'_>, Mistake> {
    Ok(column.get(row)?)
}

/// Values as a list without holes.
fn list<'a>(lua: &Lua, values: impl Iterator<Item = Result<AnyValue<'a>, Mistake>>) -> mlua::Result<Value> {
    let list = lua.create_table()?;
    for (i, value) in values.enumerate() {
        let value = cell(lua, &value?)?;
        list.raw_set(i + 1, if value.is_nil() { Value::NULL } else { value })?;
    }
    Ok(Value::Table(list))
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
        AnyValue::List(values) => list(lua, values.iter().map(Ok))?,
        other => match other.extract::<i64>() {
            Some(whole) if other.is_integer() && whole.unsigned_abs() < INEXACT => Value::Number(whole as f64),
            _ => Value::String(lua.create_string(other.to_string())?),
        },
    })
}
