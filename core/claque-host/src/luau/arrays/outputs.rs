//! The columns that a script's function gives: names, types, and how values become columns of those types.

use super::super::expr::type_named;
use super::super::mistake::{ArrayMistake, Mistake};
use mlua::Table;
use polars::prelude::{
    BooleanChunked, Column, DataType, Float64Chunked, Int64Chunked, IntoColumn, IntoSeries, TimeUnit,
};
use polars_arrow::bitmap::Bitmap;

/// From here on a Luau number may stand for another integer.
pub(super) const INEXACT: f64 = (1_u64 << 53) as f64;

/// A column to be.
#[derive(Clone, Debug)]
pub(super) struct Output {
    pub(super) name: String,
    dtype: DataType,
}

/// What the values of a column are, on the way between Luau and polars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Values {
    /// Numbers.
    Real,
    /// Whole numbers, for a column of integers.
    Whole,
    /// Microseconds, for a column of times or durations.
    Micros,
    /// Booleans.
    Truth,
    /// Texts or ids.
    Text,
}

impl Values {
    pub(super) fn of(dtype: &DataType) -> Option<Self> {
        Some(match dtype {
            DataType::Float64 | DataType::Float32 => Self::Real,
            DataType::Boolean => Self::Truth,
            DataType::Datetime(..) | DataType::Duration(_) | DataType::Date => Self::Micros,
            DataType::String => Self::Text,
            whole if whole.is_integer() => Self::Whole,
            words if words.is_categorical() => Self::Text,
            _ => return None,
        })
    }

    /// Bytes of one value in a buffer.
    pub(super) fn width(self) -> usize {
        match self {
            Self::Real | Self::Whole | Self::Micros => 8,
            Self::Truth => 1,
            Self::Text => 4,
        }
    }

    /// In words, after "must be".
    pub(super) fn wanted(self) -> &'static str {
        match self {
            Self::Real => "a number",
            Self::Whole => "a whole number below 2^53",
            Self::Micros => "a number of microseconds below 2^53",
            Self::Truth => "true or false",
            Self::Text => "a string",
        }
    }
}

impl Output {
    pub(super) fn values(&self) -> Values {
        Values::of(&self.dtype).unwrap_or(Values::Text)
    }

    /// A value of another kind than this output's, in that row (from 0).
    pub(super) fn refused(&self, found: String, row: usize) -> Mistake {
        let (output, wanted) = (self.name.clone(), self.values().wanted());
        ArrayMistake::Cell { output, wanted, found, row: row + 1 }.into()
    }

    /// A column of numbers; whole ones and microseconds are checked where they are known.
    pub(super) fn numbers(&self, numbers: Vec<f64>, valid: Option<Bitmap>) -> Result<Column, Mistake> {
        let name = self.name.as_str().into();
        if self.values() == Values::Real {
            return Ok(Float64Chunked::from_vec_validity(name, numbers, valid).into_column());
        }
        let known = |row: usize| valid.as_ref().is_none_or(|valid| valid.get_bit(row));
        let mut whole = Vec::with_capacity(numbers.len());
        for (row, &number) in numbers.iter().enumerate() {
            whole.push(if known(row) { self.whole(number, row)? } else { 0 });
        }
        let whole = Int64Chunked::from_vec_validity(name, whole, valid).into_series();
        let typed = match &self.dtype {
            DataType::Date => whole.cast(&DataType::Datetime(TimeUnit::Microseconds, None))?.cast(&DataType::Date)?,
            dtype => whole.cast(dtype)?,
        };
        Ok(typed.into_column())
    }

    /// An integer that Luau held exactly; fractions of a microsecond are rounded.
    fn whole(&self, number: f64, row: usize) -> Result<i64, Mistake> {
        let rounded = if self.values() == Values::Micros { number.round() } else { number };
        if rounded.fract() == 0.0 && rounded.abs() < INEXACT {
            Ok(rounded as i64)
        } else {
            Err(self.refused(number.to_string(), row))
        }
    }

    /// A column of booleans.
    pub(super) fn truths(&self, truths: impl Iterator<Item = Option<bool>>) -> Column {
        truths.collect::<BooleanChunked>().with_name(self.name.as_str().into()).into_column()
    }
}

/// Reads `{ x = "float" }`, or a list of such tables.
pub(super) fn read(verb: &'static str, table: &Table) -> Result<Vec<Output>, Mistake> {
    let wrong = || Mistake::from(ArrayMistake::Outputs(verb));
    let parts: Vec<Table> = if table.raw_len() == 0 {
        vec![table.clone()]
    } else {
        table.sequence_values::<Table>().collect::<mlua::Result<_>>().map_err(|_| wrong())?
    };
    let mut outputs: Vec<Output> = Vec::new();
    for part in parts {
        let pairs: Vec<(String, String)> = part.pairs().collect::<mlua::Result<_>>().map_err(|_| wrong())?;
        let [(name, kind)] = pairs.as_slice() else { return Err(wrong()) };
        if outputs.iter().any(|known| known.name == *name) {
            return Err(ArrayMistake::Twice(name.clone()).into());
        }
        outputs.push(Output { name: name.clone(), dtype: type_named(kind)? });
    }
    Ok(outputs)
}
