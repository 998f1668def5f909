//! The columns that a script's function is given: numbers as f64, times as microseconds, texts as they are. A whole
//! number that Luau could not hold is an error that points to codes.

use super::super::expr::name_of_type;
use super::super::mistake::{ArrayMistake, Mistake};
use super::outputs::{INEXACT, Values};
use polars::prelude::{BooleanChunked, Column, DataType, Float64Chunked, StringChunked, TimeUnit};

/// A column, ready to be handed over.
pub(super) enum Input {
    Numbers(Float64Chunked),
    Truths(BooleanChunked),
    Texts(StringChunked),
}

impl Input {
    pub(super) fn of(column: &Column) -> Result<Self, Mistake> {
        let refused = || {
            let (column, found) = (column.name().to_string(), name_of_type(column.dtype()));
            ArrayMistake::Input { column, found }
        };
        Ok(match Values::of(column.dtype()).ok_or_else(refused)? {
            Values::Real => Self::Numbers(column.cast(&DataType::Float64)?.f64()?.clone()),
            Values::Whole => Self::Numbers(exact(column)?),
            Values::Micros => Self::Numbers(exact(&micros(column)?)?),
            Values::Truth => Self::Truths(column.bool()?.clone()),
            Values::Text => Self::Texts(column.cast(&DataType::String)?.str()?.clone()),
        })
    }
}

/// Times and durations as microseconds.
fn micros(column: &Column) -> Result<Column, Mistake> {
    let unit = TimeUnit::Microseconds;
    let in_micros = match column.dtype() {
        DataType::Datetime(_, zone) => column.cast(&DataType::Datetime(unit, zone.clone()))?,
        DataType::Date => column.cast(&DataType::Datetime(unit, None))?,
        _ => column.cast(&DataType::Duration(unit))?,
    };
    Ok(in_micros.cast(&DataType::Int64)?)
}

/// Whole numbers as floats, each of them exactly.
fn exact(column: &Column) -> Result<Float64Chunked, Mistake> {
    let floats = column.cast(&DataType::Float64)?.f64()?.clone();
    if let Some(row) = floats.iter().position(|float| float.is_some_and(|float| float.abs() >= INEXACT)) {
        let found = column.get(row)?.to_string();
        return Err(ArrayMistake::Inexact { column: column.name().to_string(), found, row: row + 1 }.into());
    }
    Ok(floats)
}
