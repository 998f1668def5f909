//! What the schema demands beyond types: keys, words, ranges, references.

use crate::error::IngestError;
use crate::key_order::{duplicate, first_repeated, sort_by_key};
use crate::normalize::time::in_range;
use crate::tables::describe;
use claque_model::{Activity, ColumnType, TableSchema, schema_of};
use polars::prelude::{DataFrame, StringChunked};
use std::collections::HashSet;

/// Words of enumerations, ranges of counts, places and times.
pub(super) fn values(activity: &Activity) -> Result<(), IngestError> {
    for (schema, table) in schemas(activity) {
        for column in schema.columns {
            let cells = table.column(column.name)?;
            let bad = match column.kind {
                ColumnType::Enum(words) => first_bad(cells.str()?.iter(), |word| words.contains(word)),
                // every whole number of the canonical tables is a count
                ColumnType::Int64 => first_bad(cells.i64()?.iter(), |value| *value >= 0),
                ColumnType::Time => first_bad(cells.to_physical_repr().i64()?.iter(), |at| in_range(*at)),
                ColumnType::Float64 => {
                    let (low, high) = bounds(column.name);
                    first_bad(cells.f64()?.iter(), |value| (low..=high).contains(value))
                }
                ColumnType::String | ColumnType::Bool | ColumnType::UInt64 | ColumnType::UInt16 => None,
            };
            if let Some(row) = bad {
                return Err(IngestError::OutOfRange {
                    table: schema.name.to_owned(),
                    row: row + 1,
                    column: column.name.to_owned(),
                    value: cells.get(row)?.to_string(),
                    expected: expected(column.kind, column.name),
                });
            }
        }
    }
    Ok(())
}

fn schemas(activity: &Activity) -> impl Iterator<Item = (&'static TableSchema, &DataFrame)> {
    activity.tables().filter_map(|(name, table)| Some((schema_of(name)?, table)))
}

fn first_bad<T>(cells: impl Iterator<Item = Option<T>>, is_good: impl Fn(&T) -> bool) -> Option<usize> {
    cells.enumerate().find(|(_, cell)| cell.as_ref().is_some_and(|value| !is_good(value))).map(|(row, _)| row)
}

fn bounds(column: &str) -> (f64, f64) {
    match column {
        "lat" => (-90.0, 90.0),
        "lon" => (-180.0, 180.0),
        "confidence" | "reliability" => (0.0, 1.0),
        _ => (f64::MIN, f64::MAX),
    }
}

fn expected(kind: ColumnType, column: &str) -> String {
    match kind {
        ColumnType::Int64 => "0 or more".into(),
        ColumnType::Time => "between 1990 and 2100".into(),
        ColumnType::Float64 => {
            let (low, high) = bounds(column);
            format!("between {low} and {high}")
        }
        other => describe(other),
    }
}

/// Keys are unique; positions of links have no gaps.
pub(super) fn keys(activity: &Activity) -> Result<(), IngestError> {
    for (schema, table) in schemas(activity) {
        let sorted = sort_by_key(&table.select(schema.key.iter().copied())?, schema.key)?;
        if let Some(row) = first_repeated(&sorted, schema.key)? {
            return Err(duplicate(schema.name, &sorted, schema.key, row)?);
        }
        if schema.name == "links" {
            positions(&sorted)?;
        }
    }
    Ok(())
}

fn positions(sorted: &DataFrame) -> Result<(), IngestError> {
    let posts = sorted.column("post_id")?.str()?;
    let mut expected = (None, 0_u32);
    for (row, (post, position)) in posts.iter().zip(sorted.column("position")?.u16()?.iter()).enumerate() {
        let wanted = if expected.0 == post { expected.1 } else { 0 };
        let found = position.map(u32::from);
        if found != Some(wanted) {
            return Err(IngestError::OutOfRange {
                table: "links".into(),
                row: row + 1,
                column: "position".into(),
                value: format!("{} for \"{}\"", found.unwrap_or_default(), post.unwrap_or_default()),
                expected: format!("{wanted} (no gaps)"),
            });
        }
        expected = (post, wanted + 1);
    }
    Ok(())
}

/// References that may not dangle, where the table referred to was given.
const REFERENCES: [(&str, &str, &str, &str); 8] = [
    ("posts", "account_id", "accounts", "account_id"),
    ("posts", "source_id", "sources", "source_id"),
    ("accounts", "source_id", "sources", "source_id"),
    ("interactions", "source_id", "sources", "source_id"),
    ("links", "post_id", "posts", "post_id"),
    ("media", "post_id", "posts", "post_id"),
    ("media", "source_id", "sources", "source_id"),
    ("rejects", "source_id", "sources", "source_id"),
];

/// Whatever a row refers to is there.
pub(super) fn references(activity: &Activity) -> Result<(), IngestError> {
    for (table, column, target, target_column) in REFERENCES {
        let (Some(from), Some(to)) = (activity.table(table), activity.table(target)) else { continue };
        let known: HashSet<&str> = texts(to, target_column)?.iter().flatten().collect();
        let cells = texts(from, column)?;
        if let Some(row) = first_bad(cells.iter(), |id| known.contains(id)) {
            let value = cells.get(row).unwrap_or_default().to_owned();
            return Err(IngestError::Dangling { table, row: row + 1, column, value, target });
        }
    }
    Ok(())
}

fn texts<'a>(table: &'a DataFrame, column: &str) -> Result<&'a StringChunked, IngestError> {
    Ok(table.column(column)?.str()?)
}
