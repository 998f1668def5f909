//! Values as a session shows them.

use super::super::frame::Frame;
use super::super::sample;
use mlua::{Lua, Value};
use polars::prelude::{DataFrame, DataType, Schema};

/// Rows that are shown of a frame.
const ROWS: u32 = 10;
/// Characters of one cell.
const WIDTH: usize = 40;
/// A table of more columns is shown without those that have no value in these rows.
const COLUMNS: usize = 12;
/// Items of a table.
const ITEMS: usize = 20;

/// The value of an expression: of a frame the head.
pub(super) fn value(lua: &Lua, value: &Value) -> mlua::Result<String> {
    match value {
        Value::UserData(data) if data.is::<Frame>() => head(lua, &*data.borrow::<Frame>()?),
        Value::Table(table) => {
            let mut lines = Vec::new();
            for pair in table.pairs::<Value, Value>().take(ITEMS) {
                let (key, item) = pair?;
                lines.push(format!("{} = {}", plain(&key)?, plain(&item)?));
            }
            let rest = table.pairs::<Value, Value>().count().saturating_sub(ITEMS);
            if rest > 0 {
                lines.push(format!("and {rest} more"));
            }
            Ok(if lines.is_empty() { "{}".to_owned() } else { lines.join("\n") })
        }
        other => plain(other),
    }
}

fn plain(value: &Value) -> mlua::Result<String> {
    match value {
        Value::String(text) => Ok(format!("\"{}\"", text.to_string_lossy())),
        Value::UserData(_) => type_name(value),
        other => other.to_string(),
    }
}

/// The first rows, and how many there are if that is known.
fn head(lua: &Lua, frame: &Frame) -> mlua::Result<String> {
    let (rows, height) = frame.first_rows(lua, ROWS)?;
    let (rows, without) = with_values(rows);
    let mut text = grid(&rows)?;
    if !without.is_empty() {
        text = format!("{text}\nno value in these rows: {}", without.join(", "));
    }
    Ok(match height {
        Some(height) if height > rows.height() => format!("{text}\n{height} rows"),
        None if rows.height() == ROWS as usize => format!("{text}\nthe first rows; :collect() runs all"),
        _ => text,
    })
}

/// A wide table without the columns that are all null, and the names of those.
fn with_values(rows: DataFrame) -> (DataFrame, Vec<String>) {
    if rows.width() <= COLUMNS || rows.height() == 0 {
        return (rows, Vec::new());
    }
    let is_void = |column: &&polars::prelude::Column| column.null_count() == column.len();
    let without: Vec<String> = rows.columns().iter().filter(is_void).map(|c| c.name().to_string()).collect();
    (rows.drop_many(&without), without)
}

/// A table with aligned columns; an empty cell is null.
fn grid(rows: &DataFrame) -> mlua::Result<String> {
    let names: Vec<String> = rows.get_column_names().iter().map(ToString::to_string).collect();
    let cells = sample::texts(rows, &names)?;
    let lines: Vec<Vec<String>> =
        std::iter::once(&names).chain(&cells).map(|line| line.iter().map(|c| short(c)).collect()).collect();
    let width = |i: usize| lines.iter().map(|line| line[i].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..names.len()).map(width).collect();
    let line = |cells: &Vec<String>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut text: Vec<String> = lines.iter().map(line).collect();
    if rows.height() == 0 {
        text.push("no rows".to_owned());
    }
    Ok(text.join("\n"))
}

/// One line of at most so many characters.
fn short(cell: &str) -> String {
    let one_line: String = cell.chars().map(|c| if c.is_control() { ' ' } else { c }).take(WIDTH + 1).collect();
    if one_line.chars().count() <= WIDTH { one_line } else { one_line.chars().take(WIDTH - 1).chain(['…']).collect() }
}

/// Columns and types of a frame.
pub(super) fn schema(_: &Lua, value: &Value) -> mlua::Result<String> {
    with_frame(value, |frame| Ok(columns(frame.schema(), "")))
}

/// The plan of a frame as polars would run it.
pub(super) fn plan(_: &Lua, value: &Value) -> mlua::Result<String> {
    with_frame(value, |frame| Ok(frame.plan_text()?))
}

fn with_frame(value: &Value, f: impl FnOnce(&Frame) -> mlua::Result<String>) -> mlua::Result<String> {
    match value {
        Value::UserData(data) if data.is::<Frame>() => f(&*data.borrow::<Frame>()?),
        other => Ok(format!("{}, and only a Frame has columns", type_name(other)?)),
    }
}

/// The type of a value, as `typeof` gives it.
pub(super) fn type_of(_: &Lua, value: &Value) -> mlua::Result<String> {
    type_name(value)
}

fn type_name(value: &Value) -> mlua::Result<String> {
    match value {
        Value::UserData(data) => Ok(data.type_name()?.to_string_lossy()),
        // a whole number is one too
        Value::Integer(_) => Ok("number".to_owned()),
        other => Ok(other.type_name().to_owned()),
    }
}

/// One line for each column.
pub(super) fn columns(schema: &Schema, indent: &str) -> String {
    let width = schema.iter_names().map(|name| name.chars().count()).max().unwrap_or(0);
    let line = |(name, dtype): (&polars::prelude::PlSmallStr, &DataType)| {
        format!("{indent}{name:<width$}  {}", type_word(dtype))
    };
    schema.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// A type in the words of declarations.
fn type_word(dtype: &DataType) -> String {
    match dtype {
        DataType::String => "string".to_owned(),
        DataType::Boolean => "bool".to_owned(),
        DataType::Float32 | DataType::Float64 => "float".to_owned(),
        DataType::Datetime(..) => "datetime".to_owned(),
        DataType::Date => "date".to_owned(),
        DataType::Duration(_) => "duration".to_owned(),
        DataType::List(of) => format!("list of {}", type_word(of)),
        DataType::Null => "null".to_owned(),
        whole if whole.is_integer() => "int".to_owned(),
        DataType::Categorical(..) | DataType::Enum(..) => "category".to_owned(),
        other => other.to_string(),
    }
}
