//! Four columns out of Parquet: only they are read, ids stay in polars' buffers.

use super::{ACCOUNT, CONTENT, FourColumns, OBJECT, TIME, find};
use crate::error::IngestError;
use crate::normalize::text::shown;
use crate::normalize::time::EpochUnit;
use crate::table_file::read_parquet;
use polars::prelude::{BooleanChunked, ChunkApply, Column, DataType, Int64Chunked, IntoColumn, TimeUnit};
use std::path::Path;

pub(super) fn read(path: &Path) -> Result<FourColumns, IngestError> {
    let mut chosen: Result<[Option<&str>; 4], IngestError> = Ok([None; 4]);
    let (frame, _) = read_parquet(path, |names| {
        let found = |wanted| find(names, wanted, path).map(Some);
        chosen = (|| Ok([found(OBJECT)?, found(ACCOUNT)?, find(names, CONTENT, path).ok(), found(TIME)?]))();
        chosen
            .as_ref()
            .map_or_else(|_| Vec::new(), |names| names.iter().flatten().map(|name| (*name).to_owned()).collect())
    })?;
    let [object, account, content, at] = chosen?;
    if frame.height() == 0 {
        return Err(IngestError::NoRecords(path.to_owned()));
    }
    let id = |name: &str| ids(frame.column(name)?, path);
    let (object, account) = (id(object.unwrap_or_default())?, id(account.unwrap_or_default())?);
    let content = content.map(id).transpose()?;
    let at = micros(frame.column(at.unwrap_or_default())?, path)?;
    complete(object, account, content, &at)
}

/// Leaves out rows without object, account or time.
fn complete(object: Column, account: Column, content: Option<Column>, at: &Column) -> Result<FourColumns, IngestError> {
    let is_there = |column: &Column| -> Result<BooleanChunked, IngestError> {
        Ok(column.str()?.iter().map(|cell| Some(cell.is_some_and(|cell| !cell.is_empty()))).collect())
    };
    let keep = is_there(&object)? & is_there(&account)? & at.is_not_null();
    let kept = keep.sum().unwrap_or_default() as usize;
    let skipped = (keep.len() - kept) as u64;
    let only = |column: Column| if skipped == 0 { Ok(column) } else { column.filter(&keep) };
    let at = only(at.clone())?;
    let at: Vec<i64> = at.i64()?.iter().flatten().collect();
    Ok(FourColumns {
        object: only(object)?,
        account: only(account)?,
        content: content.map(only).transpose()?,
        whole_seconds: at.iter().all(|at| at % 1_000_000 == 0),
        at,
        skipped,
    })
}

fn ids(column: &Column, path: &Path) -> Result<Column, IngestError> {
    match column.dtype() {
        DataType::String => Ok(column.clone()),
        kind if kind.is_integer() || kind.is_categorical() || kind.is_enum() => Ok(column.cast(&DataType::String)?),
        DataType::Float32 | DataType::Float64 => whole_floats(column, path),
        other => Err(IngestError::WrongType {
            path: path.to_owned(),
            column: column.name().to_string(),
            found: other.to_string(),
            expected: "text or whole numbers".to_owned(),
        }),
    }
}

/// Ids that went through floats are kept as long as no digit can be lost.
fn whole_floats(column: &Column, path: &Path) -> Result<Column, IngestError> {
    let floats = column.cast(&DataType::Float64)?;
    let exact = 9_007_199_254_740_992.0;
    let lost =
        floats.f64()?.iter().position(|value| value.is_some_and(|value| value.fract() != 0.0 || value.abs() >= exact));
    if let Some(row) = lost {
        let value = floats.f64()?.get(row).unwrap_or_default();
        return Err(IngestError::ScientificIds {
            path: path.to_owned(),
            column: column.name().to_string(),
            record: row as u64 + 1,
            value: format!("{value:e}"),
        });
    }
    Ok(floats.cast(&DataType::Int64)?.cast(&DataType::String)?)
}

/// Microseconds since 1970 as Int64.
fn micros(column: &Column, path: &Path) -> Result<Column, IngestError> {
    let wrong = || IngestError::WrongType {
        path: path.to_owned(),
        column: column.name().to_string(),
        found: column.dtype().to_string(),
        expected: "seconds since 1970, or a column of times".to_owned(),
    };
    match column.dtype() {
        DataType::Datetime(_, zone) => {
            let micros = column.cast(&DataType::Datetime(TimeUnit::Microseconds, zone.clone()))?;
            Ok(micros.to_physical_repr().cast(&DataType::Int64)?)
        }
        kind if kind.is_integer() => {
            let numbers = column.cast(&DataType::Int64)?;
            let numbers = numbers.i64()?;
            let factor =
                numbers.iter().flatten().next().map_or(1, |first| EpochUnit::of_magnitude(first as f64).micros());
            let scaled = numbers.apply(|value| value.and_then(|value| value.checked_mul(factor)));
            if scaled.null_count() > column.null_count() {
                return Err(wrong());
            }
            Ok(scaled.into_column())
        }
        kind if kind.is_float() => {
            let numbers = column.cast(&DataType::Float64)?;
            let numbers = numbers.f64()?;
            let first = numbers.iter().flatten().find(|value| value.is_finite());
            let factor = first.map_or(1, |first| EpochUnit::of_magnitude(first).micros()) as f64;
            let scaled: Int64Chunked = numbers
                .iter()
                .map(|value| {
                    value
                        .map(|value| value * factor)
                        .filter(|micros| micros.abs() < 9e18)
                        .map(|micros| micros.round() as i64)
                })
                .collect();
            Ok(scaled.into_column())
        }
        DataType::String => texts(column, path),
        _ => Err(wrong()),
    }
}

/// Times as text, which some writers of Parquet keep.
fn texts(column: &Column, path: &Path) -> Result<Column, IngestError> {
    let mut builder = super::Builder::new(false);
    let mut out = Vec::with_capacity(column.len());
    for (row, cell) in column.str()?.iter().enumerate() {
        let cell = cell.filter(|cell| !cell.is_empty());
        let micros = cell.map(|cell| {
            builder.micros(cell).ok_or_else(|| IngestError::BadCell {
                path: path.to_owned(),
                record: row as u64 + 1,
                column: column.name().to_string(),
                value: shown(cell, 80),
                expected: "a time: seconds since 1970, or such as 2024-05-31T18:00:00Z".to_owned(),
            })
        });
        out.push(micros.transpose()?);
    }
    Ok(out.into_iter().collect::<Int64Chunked>().with_name(column.name().clone()).into_column())
}
