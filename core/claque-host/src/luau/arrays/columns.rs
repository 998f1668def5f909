//! `map_columns`: one call with whole columns as buffers. Data are copied in one piece each way; no value passes
//! between Luau and the host by itself.

use super::super::frame::Frame;
use super::super::mistake::{ArrayMistake, Mistake, described};
use super::super::verb::Arguments;
use super::codes;
use super::inputs::Input;
use super::outputs::{Output, Values};
use super::{Alone, Call};
use mlua::{Buffer, Lua, MultiValue, Table, Value};
use polars::prelude::{BooleanChunked, ChunkedArray, Column, Float64Chunked, PolarsDataType};
use polars_arrow::bitmap::Bitmap;
use std::io::Read;

pub(super) fn map(frame: &Frame, given: &mut Arguments) -> mlua::Result<Value> {
    const VERB: &str = "map_columns";
    let lua = given.lua();
    let alone = Alone::claim(lua, VERB)?;
    let call = Call::of(VERB, frame, given)?;
    let columns = lua.create_table_with_capacity(call.inputs.len(), 0)?;
    for name in &call.inputs {
        columns.raw_push(handed(lua, call.column(name)?)?)?;
    }
    let length = call.rows.height();
    let returned: MultiValue = call.function.call((columns, length))?;
    drop(alone);
    call.expect(returned.len())?;
    let taken = call.outputs.iter().zip(&returned).map(|(output, value)| Ok(taken(lua, output, value, length)?));
    let taken = taken.collect::<mlua::Result<Vec<Column>>>()?;
    given.give(call.with(lua, taken)?)
}

/// A column as the script's function sees it.
fn handed(lua: &Lua, column: &Column) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    let (values, data, valid) = match Input::of(column)? {
        Input::Numbers(numbers) => (Values::Real, floats(lua, &numbers)?, validity(lua, &numbers)?),
        Input::Truths(truths) => {
            let bytes: Vec<u8> = truths.iter().map(|truth| u8::from(truth == Some(true))).collect();
            (Values::Truth, lua.create_buffer(bytes)?, validity(lua, &truths)?)
        }
        Input::Texts(texts) => {
            let (codes, words) = codes::of(&texts);
            table.raw_set("values", lua.create_sequence_from(words)?)?;
            (Values::Text, lua.create_buffer(bytemuck::cast_slice::<u32, u8>(&codes))?, validity(lua, &texts)?)
        }
    };
    table.raw_set("data", data)?;
    table.raw_set("width", values.width())?;
    table.raw_set("valid", valid)?;
    Ok(table)
}

/// Null is not a number.
fn floats(lua: &Lua, numbers: &Float64Chunked) -> mlua::Result<Buffer> {
    if let Ok(numbers) = numbers.cont_slice() {
        return lua.create_buffer(bytemuck::cast_slice::<f64, u8>(numbers));
    }
    let numbers: Vec<f64> = numbers.iter().map(|number| number.unwrap_or(f64::NAN)).collect();
    lua.create_buffer(bytemuck::cast_slice::<f64, u8>(&numbers))
}

/// A bit per row, lowest first, if there are nulls.
fn validity<T: PolarsDataType>(lua: &Lua, values: &ChunkedArray<T>) -> mlua::Result<Option<Buffer>> {
    if values.null_count() == 0 {
        return Ok(None);
    }
    let known: BooleanChunked = values.is_not_null();
    let mut bytes = vec![0_u8; known.len().div_ceil(8)];
    for (row, known) in known.iter().enumerate() {
        bytes[row / 8] |= u8::from(known == Some(true)) << (row % 8);
    }
    lua.create_buffer(bytes).map(Some)
}

/// What came back for an output: a buffer, or a table like those that were handed over.
fn taken(lua: &Lua, output: &Output, value: &Value, rows: usize) -> Result<Column, Mistake> {
    let refused =
        |wanted, found: &Value| ArrayMistake::Output { output: output.name.clone(), wanted, found: described(found) };
    let (data, valid, words) = match value {
        Value::Buffer(data) => (data.clone(), Value::Nil, Value::Nil),
        Value::Table(table) => {
            let part = |name| table.raw_get::<Value>(name).unwrap_or(Value::Nil);
            let Value::Buffer(data) = part("data") else {
                return Err(refused("a table with the buffer `data`", value).into());
            };
            (data, part("valid"), part("values"))
        }
        other => return Err(refused("a buffer, or a table with the buffer `data`", other).into()),
    };
    let valid = match &valid {
        Value::Nil => None,
        Value::Buffer(bits) => Some(bitmap(output, bits, rows)?),
        other => return Err(refused("a table whose `valid` is a buffer", other).into()),
    };
    match output.values() {
        Values::Real | Values::Whole | Values::Micros => {
            let mut numbers = vec![0_f64; rows];
            copy(output, "data", &data, bytemuck::cast_slice_mut(&mut numbers), rows)?;
            output.numbers(numbers, valid)
        }
        Values::Truth => {
            let mut bytes = vec![0_u8; rows];
            copy(output, "data", &data, &mut bytes, rows)?;
            let known = |row| valid.as_ref().is_none_or(|valid| valid.get_bit(row));
            Ok(output.truths(bytes.iter().enumerate().map(|(row, &byte)| known(row).then_some(byte != 0))))
        }
        Values::Text => {
            let Value::Table(words) = &words else {
                return Err(refused("a table with `data`, codes, and `values`, a list of strings", value).into());
            };
            let mut numbers = vec![0_u32; rows];
            copy(output, "data", &data, bytemuck::cast_slice_mut(&mut numbers), rows)?;
            codes::texts(lua, output, &numbers, words, valid.as_ref())
        }
    }
}

fn bitmap(output: &Output, bits: &Buffer, rows: usize) -> Result<Bitmap, Mistake> {
    let mut bytes = vec![0_u8; rows.div_ceil(8)];
    copy(output, "valid", bits, &mut bytes, rows)?;
    Ok(Bitmap::try_new(bytes, rows)?)
}

/// Copies a whole buffer, which must have exactly that length.
fn copy(output: &Output, part: &'static str, from: &Buffer, to: &mut [u8], rows: usize) -> Result<(), Mistake> {
    let (found, wanted) = (from.len(), to.len());
    if found != wanted {
        return Err(ArrayMistake::Length { output: output.name.clone(), part, found, wanted, rows }.into());
    }
    from.clone().cursor().read_exact(to).map_err(|error| Mistake::Run(error.to_string()))
}
