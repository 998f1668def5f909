//! Typed columns out of frames, with errors that name table, column and row (from 1).

use crate::error::ScoreError;
use polars::prelude::{DataFrame, DataType, Float64Chunked, ListChunked, StringChunked, TimeUnit};

fn wrong(table: &str, column: &str, expected: &'static str) -> ScoreError {
    ScoreError::Column { table: table.to_owned(), column: column.to_owned(), expected }
}

/// A string column.
pub(crate) fn strings<'f>(frame: &'f DataFrame, table: &str, column: &str) -> Result<&'f StringChunked, ScoreError> {
    frame.column(column).and_then(|c| c.str()).map_err(|_| wrong(table, column, "a string"))
}

/// A string column without nulls.
pub(crate) fn ids<'f>(frame: &'f DataFrame, table: &str, column: &str) -> Result<Vec<&'f str>, ScoreError> {
    let null = |row| ScoreError::Null { table: table.to_owned(), column: column.to_owned(), row };
    strings(frame, table, column)?.iter().enumerate().map(|(row, id)| id.ok_or_else(|| null(row + 1))).collect()
}

/// A column of finite numbers.
pub(crate) fn numbers(frame: &DataFrame, table: &str, column: &str) -> Result<Vec<f64>, ScoreError> {
    let found: &Float64Chunked =
        frame.column(column).and_then(|c| c.f64()).map_err(|_| wrong(table, column, "a 64-bit float"))?;
    let (table, column) = (|| table.to_owned(), || column.to_owned());
    found
        .iter()
        .enumerate()
        .map(|(row, value)| match value {
            None => Err(ScoreError::Null { table: table(), column: column(), row: row + 1 }),
            Some(value) if !value.is_finite() => {
                Err(ScoreError::NotFinite { table: table(), column: column(), row: row + 1 })
            }
            Some(value) => Ok(value),
        })
        .collect()
}

/// Microseconds of a time column; `None` when the frame has no such column.
pub(crate) fn times(frame: &DataFrame, table: &str, column: &str) -> Result<Option<Vec<Option<i64>>>, ScoreError> {
    let Ok(found) = frame.column(column) else { return Ok(None) };
    let found = found.datetime().map_err(|_| wrong(table, column, "a time in microseconds"))?;
    if found.time_unit() != TimeUnit::Microseconds {
        return Err(wrong(table, column, "a time in microseconds"));
    }
    Ok(Some(found.physical().iter().collect()))
}

/// Is the row a post of its author's own, and not one merely seen inside another record?
/// All rows are when the frame has no column `embedded`.
pub(crate) fn not_embedded(frame: &DataFrame, table: &str) -> Result<Vec<bool>, ScoreError> {
    let Ok(found) = frame.column("embedded") else { return Ok(vec![true; frame.height()]) };
    let found = found.bool().map_err(|_| wrong(table, "embedded", "a boolean"))?;
    Ok(found.iter().map(|embedded| embedded != Some(true)).collect())
}

/// Lists of post ids per row, read when asked for: most rows are never asked.
pub(crate) struct PostLists<'f>(Option<&'f ListChunked>);

impl<'f> PostLists<'f> {
    /// Of the column `post_ids`, if the frame has one that is not all null.
    pub(crate) fn new(frame: &'f DataFrame, table: &str) -> Result<Self, ScoreError> {
        let Ok(found) = frame.column("post_ids") else { return Ok(Self(None)) };
        if found.null_count() == found.len() {
            return Ok(Self(None));
        }
        match found.list() {
            Ok(lists) if *lists.inner_dtype() == DataType::String => Ok(Self(Some(lists))),
            _ => Err(wrong(table, "post_ids", "a list of strings")),
        }
    }

    /// The ids of a row; none when it has none.
    pub(crate) fn of(&self, row: usize) -> Vec<String> {
        let list = self.0.and_then(|lists| lists.get_as_series(row));
        let ids = list.as_ref().and_then(|list| list.str().ok());
        ids.map(|ids| ids.iter().flatten().map(str::to_owned).collect()).unwrap_or_default()
    }
}
