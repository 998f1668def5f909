//! `lh1`: a hash of a table's content that does not depend on row order, compression or row groups.

use crate::document::hex;
use crate::error::IngestError;
use crate::key_order::{duplicate, first_repeated, sort_by_key};
use polars::prelude::{
    BinaryChunked, BooleanChunked, Column, DataFrame, DataType, Float64Chunked, Int64Chunked, StringChunked, TimeUnit,
    UInt64Chunked,
};
use sha2::{Digest, Sha256};

/// Hash of a table, `lh1:` and 64 hexadecimal digits. O(cells + rows · log rows).
///
/// # Errors
/// A column without a flat form, a key column that is not there, or a key that is not unique.
pub fn logical_hash(frame: &DataFrame, key: &[&str]) -> Result<String, IngestError> {
    let sorted = sort_by_key(frame, key)?;
    let columns = sorted.columns().iter().map(Flat::of).collect::<Result<Vec<_>, _>>()?;
    if let Some(row) = first_repeated(&sorted, key)? {
        return Err(duplicate("", &sorted, key, row)?);
    }
    let mut hash = Sha256::new();
    hash.update(b"claque-table-1\n");
    for (column, flat) in sorted.columns().iter().zip(&columns) {
        hash.update(format!("{}\t{}\n", column.name(), flat.word()));
    }
    hash.update(b"\n");
    let mut buffer = Vec::new();
    for row in 0..sorted.height() {
        for column in &columns {
            column.encode(row, &mut buffer);
        }
        if buffer.len() > 1 << 16 {
            hash.update(&buffer);
            buffer.clear();
        }
    }
    hash.update(&buffer);
    hash.update((sorted.height() as u64).to_le_bytes());
    Ok(format!("lh1:{}", hex(&hash.finalize())))
}

/// A column in one of the seven flat types.
pub(crate) enum Flat {
    Bool(BooleanChunked),
    Int(Int64Chunked),
    UInt(UInt64Chunked),
    Float(Float64Chunked),
    Str(StringChunked),
    Bin(BinaryChunked),
    Time(Int64Chunked),
}

impl Flat {
    pub(crate) fn of(column: &Column) -> Result<Self, IngestError> {
        Ok(match column.dtype() {
            DataType::Boolean => Self::Bool(column.bool()?.clone()),
            kind if kind.is_unsigned_integer() => Self::UInt(column.cast(&DataType::UInt64)?.u64()?.clone()),
            kind if kind.is_signed_integer() => Self::Int(column.cast(&DataType::Int64)?.i64()?.clone()),
            kind if kind.is_float() => Self::Float(column.cast(&DataType::Float64)?.f64()?.clone()),
            kind if kind.is_string() || kind.is_categorical() || kind.is_enum() => {
                Self::Str(column.cast(&DataType::String)?.str()?.clone())
            }
            DataType::Binary => Self::Bin(column.binary()?.clone()),
            DataType::Datetime(_, Some(zone)) if zone.as_str() == "UTC" => {
                let micros = column.cast(&DataType::Datetime(TimeUnit::Microseconds, Some(zone.clone())))?;
                Self::Time(micros.to_physical_repr().i64()?.clone())
            }
            other => return Err(IngestError::NotFlat { column: column.name().to_string(), found: other.to_string() }),
        })
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::UInt(_) => "uint",
            Self::Float(_) => "float",
            Self::Str(_) => "str",
            Self::Bin(_) => "bin",
            Self::Time(_) => "time",
        }
    }

    fn encode(&self, row: usize, out: &mut Vec<u8>) {
        let mut fixed = |tag: u8, cell: Option<[u8; 8]>| match cell {
            Some(bytes) => {
                out.push(tag);
                out.extend_from_slice(&bytes);
            }
            None => out.push(0),
        };
        match self {
            Self::Bool(column) => match column.get(row) {
                Some(value) => out.extend_from_slice(&[1, u8::from(value)]),
                None => out.push(0),
            },
            Self::Int(column) => fixed(2, column.get(row).map(i64::to_le_bytes)),
            Self::UInt(column) => fixed(3, column.get(row).map(u64::to_le_bytes)),
            Self::Float(column) => fixed(4, column.get(row).map(|value| float_bits(value).to_le_bytes())),
            Self::Time(column) => fixed(7, column.get(row).map(i64::to_le_bytes)),
            Self::Str(column) => sized(5, column.get(row).map(str::as_bytes), out),
            Self::Bin(column) => sized(6, column.get(row), out),
        }
    }
}

fn sized(tag: u8, cell: Option<&[u8]>, out: &mut Vec<u8>) {
    let Some(bytes) = cell else { return out.push(0) };
    out.push(tag);
    out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
    out.extend_from_slice(bytes);
}

fn float_bits(value: f64) -> u64 {
    if value.is_nan() { 0x7ff8_0000_0000_0000 } else { (value + 0.0).to_bits() }
}

#[cfg(test)]
mod tests;
