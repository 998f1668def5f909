//! The same table in other shapes, and tables with less in them.

use claque_model::schema_of;
use polars::prelude::{BooleanChunked, Column, DataFrame, IntoColumn, NamedFrom, NewChunkedArray, PlSmallStr, Series};

/// Chunks that tables of several files arrive in.
pub(super) const CHUNKS: usize = 7;

/// May the column be unknown in some rows?
pub(super) fn may_be_unknown(table: &str, column: &str) -> bool {
    schema_of(table).and_then(|schema| schema.column(column)).is_some_and(|column| column.nullable)
}

/// The same rows, out of a longer table.
pub(super) fn sliced(rows: &DataFrame) -> DataFrame {
    let longer = rows.head(Some(1)).vstack(rows).and_then(|more| more.vstack(&rows.head(Some(1))));
    longer.map_or_else(
        |_| rows.clone(),
        |mut longer| {
            longer.rechunk_mut();
            longer.slice(1, rows.height())
        },
    )
}

/// The same rows in several chunks.
pub(super) fn chunked(rows: &DataFrame) -> DataFrame {
    let part = rows.height().div_ceil(CHUNKS).max(1);
    let parts = (0..rows.height()).step_by(part).map(|at| rows.slice(at as i64, part));
    parts.reduce(|above, below| above.vstack(&below).unwrap_or(above)).unwrap_or_else(|| rows.clone())
}

/// The columns from the last to the first.
pub(super) fn reversed_columns(rows: &DataFrame) -> DataFrame {
    let names: Vec<PlSmallStr> = rows.get_column_names_owned().into_iter().rev().collect();
    rows.select(names).unwrap_or_else(|_| rows.clone())
}

/// A column that nobody declared.
pub(super) fn with_one_more(rows: &DataFrame) -> DataFrame {
    with(rows, Series::new("not_declared".into(), vec![1_i64; rows.height()]).into_column())
}

/// Every second value of a column unknown.
pub(super) fn holes(rows: &DataFrame, name: &str) -> DataFrame {
    let known: Vec<bool> = (0..rows.height()).map(|row| row % 2 == 0).collect();
    let known = BooleanChunked::from_slice("known".into(), &known);
    let Ok(column) = rows.column(name) else { return rows.clone() };
    let nothing = Column::full_null(name.into(), rows.height(), column.dtype());
    column.zip_with(&known, &nothing).map_or_else(|_| rows.clone(), |column| with(rows, column))
}

/// No value of a column known.
pub(super) fn all_unknown(rows: &DataFrame, name: &str) -> DataFrame {
    rows.column(name).map_or_else(
        |_| rows.clone(),
        |column| with(rows, Column::full_null(name.into(), rows.height(), column.dtype())),
    )
}

fn with(rows: &DataFrame, column: Column) -> DataFrame {
    let mut more = rows.clone();
    // a column of the same height always fits
    if more.with_column(column).is_err() { rows.clone() } else { more }
}
