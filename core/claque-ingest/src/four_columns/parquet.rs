//! Four columns out of Parquet: only they are read, ids stay in polars' buffers.

use super::{ACCOUNT, CONTENT, FourColumns, OBJECT, TIME, find};
use crate::document::unreadable;
use crate::error::IngestError;
use crate::normalize::text::shown;
use crate::normalize::time::EpochUnit;
use crate::table_file::open_parquet;
use polars::prelude::{
    BooleanChunked, ChunkApply, Column, DataFrame, DataType, Int64Chunked, IntoColumn, PolarsResult, TimeUnit,
};
use polars_io::SerReader;
use polars_io::parquet::metadata::FileMetadataRef;
use polars_io::parquet::read::{FileMetadata, ParallelStrategy, ParquetReader};
use rayon::prelude::*;
use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// Rows below which row groups are read together.
const LEAST_ROWS: usize = 1 << 16;

/// All rows at once, with the posts.
pub(super) fn read(path: &Path) -> Result<FourColumns, IngestError> {
    let shares = Shares::open(path)?;
    shares.part(&shares.names, &shares.whole())
}

/// Row groups one by one, on all threads; `visit` gets the number of the first row with them.
pub(super) fn visit<T: Send>(
    path: &Path,
    with_posts: bool,
    visit: impl Fn(usize, FourColumns) -> T + Sync,
) -> Result<Vec<T>, IngestError> {
    let shares = Shares::open(path)?;
    let names = Names { content: shares.names.content.filter(|_| with_posts), ..shares.names };
    let parts = shares.parts();
    parts.into_par_iter().map(|part| Ok(visit(part.first_row, shares.part(&names, &part)?))).collect()
}

/// Neighbouring row groups.
#[derive(Clone)]
struct Part {
    first_row: usize,
    rows: usize,
    groups: Range<usize>,
}

/// Names of the columns in this file.
#[derive(Clone, Copy)]
struct Names {
    object: &'static str,
    account: &'static str,
    content: Option<&'static str>,
    at: &'static str,
}

/// An opened file: its metadata is read once.
struct Shares<'a> {
    path: &'a Path,
    file: File,
    metadata: FileMetadataRef,
    /// The same without its row groups.
    bare: FileMetadata,
    names: Names,
    /// Of times that are numbers.
    unit: Option<EpochUnit>,
}

impl<'a> Shares<'a> {
    fn open(path: &'a Path) -> Result<Self, IngestError> {
        let (mut reader, file) = open_parquet(path)?;
        let wrong = |source| IngestError::Parquet { path: path.to_owned(), source };
        let columns: Vec<String> = reader.schema().map_err(wrong)?.iter_names().map(ToString::to_string).collect();
        let names = Names {
            object: find(&columns, OBJECT, path)?,
            account: find(&columns, ACCOUNT, path)?,
            content: find(&columns, CONTENT, path).ok(),
            at: find(&columns, TIME, path)?,
        };
        let metadata = reader.get_metadata().map_err(wrong)?.clone();
        let mut bare = FileMetadata::clone(&metadata);
        bare.row_groups.clear();
        if metadata.num_rows == 0 {
            return Err(IngestError::NoRecords(path.to_owned()));
        }
        let mut shares = Self { path, file, metadata, bare, names, unit: None };
        shares.unit = shares.first_unit()?;
        Ok(shares)
    }

    /// The unit of numbers is that of the first one in the file.
    fn first_unit(&self) -> Result<Option<EpochUnit>, IngestError> {
        for part in self.parts() {
            let frame = self.columns(&[self.names.at], &part)?;
            if let Some(unit) = unit(frame.column(self.names.at)?)? {
                return Ok(Some(unit));
            }
            if !frame.column(self.names.at)?.dtype().is_numeric() {
                return Ok(None);
            }
        }
        Ok(None)
    }

    fn whole(&self) -> Part {
        Part { first_row: 0, rows: self.metadata.num_rows, groups: 0..self.metadata.row_groups.len() }
    }

    /// The row groups, small ones together.
    fn parts(&self) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for (index, group) in self.metadata.row_groups.iter().enumerate() {
            let rows = group.num_rows();
            match parts.last_mut() {
                Some(part) if part.rows + rows <= LEAST_ROWS => {
                    part.rows += rows;
                    part.groups.end = index + 1;
                }
                last => {
                    let first_row = last.map_or(0, |part| part.first_row + part.rows);
                    parts.push(Part { first_row, rows, groups: index..index + 1 });
                }
            }
        }
        parts
    }

    /// Columns of a part. The reader is shown the part's row groups only: it would decode those before them too.
    fn columns(&self, names: &[&str], part: &Part) -> Result<DataFrame, IngestError> {
        let file = self.file.try_clone().map_err(|source| unreadable(self.path, source))?;
        let mut metadata = self.bare.clone();
        metadata.row_groups = self.metadata.row_groups[part.groups.clone()].to_vec();
        metadata.num_rows = part.rows;
        let in_parallel = part.rows == self.metadata.num_rows;
        let mut reader = ParquetReader::new(file);
        reader.set_metadata(Arc::new(metadata));
        reader
            .read_parallel(if in_parallel { ParallelStrategy::Auto } else { ParallelStrategy::None })
            .with_columns(Some(names.iter().map(ToString::to_string).collect()))
            .finish()
            .map_err(|source| IngestError::Parquet { path: self.path.to_owned(), source })
    }

    fn part(&self, names: &Names, part: &Part) -> Result<FourColumns, IngestError> {
        let first = part.first_row;
        let wanted = [Some(names.object), Some(names.account), names.content, Some(names.at)];
        let wanted: Vec<&str> = wanted.into_iter().flatten().collect();
        let frame = self.columns(&wanted, part)?;
        let id = |name: &str| ids(frame.column(name)?, self.path, first);
        let content = names.content.map(id).transpose()?;
        let at = micros(frame.column(names.at)?, self.unit, self.path, first)?;
        complete(id(names.object)?, id(names.account)?, content, &at)
    }
}

/// Leaves out rows without object, account or time.
fn complete(object: Column, account: Column, content: Option<Column>, at: &Column) -> Result<FourColumns, IngestError> {
    let is_whole = |column: &Column| -> Result<bool, IngestError> {
        let mut cells = column.str()?.downcast_iter().flat_map(|chunk| chunk.values_iter());
        Ok(column.null_count() == 0 && cells.all(|cell| !cell.is_empty()))
    };
    if is_whole(&object)? && is_whole(&account)? && at.null_count() == 0 {
        return rows_of(object, account, content, at, None, 0);
    }
    let is_there = |column: &Column| -> Result<BooleanChunked, IngestError> {
        Ok(column.str()?.iter().map(|cell| Some(cell.is_some_and(|cell| !cell.is_empty()))).collect())
    };
    let keep = is_there(&object)? & is_there(&account)? & at.is_not_null();
    let rows: Vec<u32> =
        keep.iter().enumerate().filter(|(_, kept)| *kept == Some(true)).map(|(row, _)| row as u32).collect();
    let skipped = (keep.len() - rows.len()) as u64;
    let content = content.map(|content| content.filter(&keep)).transpose()?;
    rows_of(object.filter(&keep)?, account.filter(&keep)?, content, &at.filter(&keep)?, Some(rows), skipped)
}

fn rows_of(
    object: Column,
    account: Column,
    content: Option<Column>,
    at: &Column,
    rows: Option<Vec<u32>>,
    skipped: u64,
) -> Result<FourColumns, IngestError> {
    let at: Vec<i64> = at.i64()?.downcast_iter().flat_map(|chunk| chunk.values_iter().copied()).collect();
    Ok(FourColumns { object, account, content, at, skipped, rows })
}

pub(super) fn ids(column: &Column, path: &Path, first_row: usize) -> Result<Column, IngestError> {
    match column.dtype() {
        DataType::String => Ok(column.clone()),
        kind if kind.is_integer() || kind.is_categorical() || kind.is_enum() => Ok(column.cast(&DataType::String)?),
        DataType::Float32 | DataType::Float64 => whole_floats(column, path, first_row),
        other => Err(IngestError::WrongType {
            path: path.to_owned(),
            column: column.name().to_string(),
            found: other.to_string(),
            expected: "text or whole numbers".to_owned(),
        }),
    }
}

/// Ids that went through floats are kept as long as no digit can be lost.
fn whole_floats(column: &Column, path: &Path, first_row: usize) -> Result<Column, IngestError> {
    let floats = column.cast(&DataType::Float64)?;
    let exact = 9_007_199_254_740_992.0;
    let lost =
        floats.f64()?.iter().position(|value| value.is_some_and(|value| value.fract() != 0.0 || value.abs() >= exact));
    if let Some(row) = lost {
        let value = floats.f64()?.get(row).unwrap_or_default();
        return Err(IngestError::ScientificIds {
            path: path.to_owned(),
            column: column.name().to_string(),
            record: (first_row + row) as u64 + 1,
            value: format!("{value:e}"),
        });
    }
    Ok(floats.cast(&DataType::Int64)?.cast(&DataType::String)?)
}

/// The unit of the first number that is one; none when there is no number.
fn unit(column: &Column) -> PolarsResult<Option<EpochUnit>> {
    if !column.dtype().is_numeric() {
        return Ok(None);
    }
    let numbers = column.cast(&DataType::Float64)?;
    let first = numbers.f64()?.iter().flatten().find(|value| value.is_finite());
    Ok(first.map(EpochUnit::of_magnitude))
}

/// Microseconds since 1970 as Int64.
fn micros(column: &Column, unit: Option<EpochUnit>, path: &Path, first_row: usize) -> Result<Column, IngestError> {
    let wrong = || IngestError::WrongType {
        path: path.to_owned(),
        column: column.name().to_string(),
        found: column.dtype().to_string(),
        expected: "seconds since 1970, or a column of times".to_owned(),
    };
    let bad = |row: usize, value: String| IngestError::BadCell {
        path: path.to_owned(),
        record: (first_row + row) as u64 + 1,
        column: column.name().to_string(),
        value,
        expected: super::of_one_unit(unit),
    };
    match column.dtype() {
        DataType::Datetime(_, zone) => {
            let micros = column.cast(&DataType::Datetime(TimeUnit::Microseconds, zone.clone()))?;
            Ok(micros.to_physical_repr().cast(&DataType::Int64)?)
        }
        kind if kind.is_integer() => {
            let numbers = column.cast(&DataType::Int64)?;
            let numbers = numbers.i64()?;
            let factor = unit.map_or(1, EpochUnit::micros);
            let fits =
                |value: i64| unit.is_none_or(|unit| unit.is_of(value as f64)) && value.checked_mul(factor).is_some();
            if let Some(row) = numbers.iter().position(|value| value.is_some_and(|value| !fits(value))) {
                return Err(bad(row, format!("{:?}", numbers.get(row).unwrap_or_default())));
            }
            let scaled = numbers.apply(|value| value.and_then(|value| value.checked_mul(factor)));
            Ok(scaled.into_column())
        }
        kind if kind.is_float() => {
            let numbers = column.cast(&DataType::Float64)?;
            let numbers = numbers.f64()?;
            let factor = unit.map_or(1, EpochUnit::micros) as f64;
            let fits = |value: f64| !value.is_finite() || unit.is_none_or(|unit| unit.is_of(value));
            if let Some(row) = numbers.iter().position(|value| value.is_some_and(|value| !fits(value))) {
                return Err(bad(row, format!("{:?}", numbers.get(row).unwrap_or_default())));
            }
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
        DataType::String => texts(column, path, first_row),
        _ => Err(wrong()),
    }
}

/// Times as text, which some writers of Parquet keep.
fn texts(column: &Column, path: &Path, first_row: usize) -> Result<Column, IngestError> {
    let mut builder = super::Builder::new(false);
    let mut out = Vec::with_capacity(column.len());
    for (row, cell) in column.str()?.iter().enumerate() {
        let cell = cell.filter(|cell| !cell.is_empty());
        let micros = cell.map(|cell| {
            builder.micros(cell).ok_or_else(|| IngestError::BadCell {
                path: path.to_owned(),
                record: (first_row + row) as u64 + 1,
                column: column.name().to_string(),
                value: shown(cell, 80),
                expected: super::A_TIME.to_owned(),
            })
        });
        out.push(micros.transpose()?);
    }
    Ok(out.into_iter().collect::<Int64Chunked>().with_name(column.name().clone()).into_column())
}
