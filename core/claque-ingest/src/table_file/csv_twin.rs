//! The CSV copy of a table for people: RFC 4180, LF, times with `Z`, null as the empty cell.

use crate::error::IngestError;
use crate::normalize::time::rfc3339;
use claque_model::TimePrecision;
use polars::prelude::{
    BooleanChunked, Column, DataFrame, DataType, Float32Chunked, Float64Chunked, Int64Chunked, StringChunked, TimeUnit,
    UInt64Chunked,
};
use std::io::Write;

/// Writes the table; the outer error is a column without a flat form.
pub(super) fn write(frame: &DataFrame, file: impl Write) -> Result<std::io::Result<()>, IngestError> {
    let columns = frame.columns().iter().map(|column| Printed::of(column, frame)).collect::<Result<Vec<_>, _>>()?;
    Ok(write_rows(frame, &columns, file))
}

fn write_rows(frame: &DataFrame, columns: &[Printed], file: impl Write) -> std::io::Result<()> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(file);
    writer.write_record(frame.columns().iter().map(|column| column.name().as_str()))?;
    let mut cell = String::new();
    for row in 0..frame.height() {
        for column in columns {
            cell.clear();
            match column {
                Printed::Text(texts) => writer.write_field(texts.get(row).unwrap_or_default())?,
                other => {
                    other.print(row, &mut cell);
                    writer.write_field(&cell)?;
                }
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

enum Printed {
    Text(StringChunked),
    Bool(BooleanChunked),
    Int(Int64Chunked),
    UInt(UInt64Chunked),
    Single(Float32Chunked),
    Float(Float64Chunked),
    Time(Int64Chunked, Option<StringChunked>),
}

impl Printed {
    fn of(column: &Column, frame: &DataFrame) -> Result<Self, IngestError> {
        Ok(match column.dtype() {
            DataType::Boolean => Self::Bool(column.bool()?.clone()),
            kind if kind.is_unsigned_integer() => Self::UInt(column.cast(&DataType::UInt64)?.u64()?.clone()),
            kind if kind.is_signed_integer() => Self::Int(column.cast(&DataType::Int64)?.i64()?.clone()),
            DataType::Float32 => Self::Single(column.f32()?.clone()),
            DataType::Float64 => Self::Float(column.f64()?.clone()),
            kind if kind.is_string() || kind.is_categorical() || kind.is_enum() || *kind == DataType::Null => {
                Self::Text(column.cast(&DataType::String)?.str()?.clone())
            }
            DataType::Datetime(_, zone) => {
                let micros = column.cast(&DataType::Datetime(TimeUnit::Microseconds, zone.clone()))?;
                let precision = frame.column(&format!("{}_precision", column.name())).ok();
                let precision = precision.and_then(|words| words.cast(&DataType::String).ok()?.str().ok().cloned());
                Self::Time(micros.to_physical_repr().i64()?.clone(), precision)
            }
            other => return Err(IngestError::NotFlat { column: column.name().to_string(), found: other.to_string() }),
        })
    }

    fn print(&self, row: usize, out: &mut String) {
        use std::fmt::Write;
        let printed = match self {
            Self::Text(texts) => texts.get(row).map(|text| out.push_str(text)).map_or(Ok(()), Ok),
            Self::Bool(column) => column.get(row).map_or(Ok(()), |value| write!(out, "{value}")),
            Self::Int(column) => column.get(row).map_or(Ok(()), |value| write!(out, "{value}")),
            Self::UInt(column) => column.get(row).map_or(Ok(()), |value| write!(out, "{value}")),
            Self::Single(column) => column.get(row).map_or(Ok(()), |value| match value.abs() {
                usual if usual == 0.0 || (1e-5..1e16).contains(&usual) => write!(out, "{value}"),
                _ => write!(out, "{value:?}"),
            }),
            // both forms are the shortest that read back; the second has an exponent where zeros would be endless
            Self::Float(column) => column.get(row).map_or(Ok(()), |value| match value.abs() {
                usual if usual == 0.0 || (1e-5..1e16).contains(&usual) => write!(out, "{value}"),
                _ => write!(out, "{value:?}"),
            }),
            Self::Time(column, precision) => column.get(row).map_or(Ok(()), |micros| {
                let precision = precision.as_ref().and_then(|words| TimePrecision::parse(words.get(row)?));
                out.write_str(&rfc3339(micros, precision).unwrap_or_default())
            }),
        };
        printed.expect("a string takes all text");
    }
}

#[cfg(test)]
mod tests;
