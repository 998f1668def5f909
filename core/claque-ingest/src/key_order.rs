//! The order of a table's rows by its key: ascending, null first, text by its bytes, numbers by value.

use crate::error::IngestError;
use crate::logical_hash::Flat;
use polars::prelude::{DataFrame, SortMultipleOptions};
use std::cmp::Ordering;

/// Rows by key. Tables that are in order already, as most are, are not sorted again.
pub(crate) fn sort_by_key(frame: &DataFrame, key: &[&str]) -> Result<DataFrame, IngestError> {
    let mut sorted = if adjacent(frame, key)?.contains(&Ordering::Greater) {
        frame.sort(key.iter().copied(), SortMultipleOptions::default().with_maintain_order(true))?
    } else {
        frame.clone()
    };
    sorted.rechunk_mut();
    Ok(sorted)
}

/// The first row of a sorted table whose key is that of the row before.
pub(crate) fn first_repeated(sorted: &DataFrame, key: &[&str]) -> Result<Option<usize>, IngestError> {
    if key.is_empty() {
        return Ok(None);
    }
    Ok(adjacent(sorted, key)?.iter().position(|order| *order == Ordering::Equal).map(|row| row + 1))
}

/// The error for a key that is there twice.
pub(crate) fn duplicate(table: &str, sorted: &DataFrame, key: &[&str], row: usize) -> Result<IngestError, IngestError> {
    let mut cells = Vec::with_capacity(key.len());
    for column in key {
        cells.push(sorted.column(column)?.get(row)?.to_string());
    }
    Ok(IngestError::DuplicateKey { table: table.to_owned(), key: key.join(", "), value: cells.join(", ") })
}

/// How each row but the last compares with the next one.
fn adjacent(frame: &DataFrame, key: &[&str]) -> Result<Vec<Ordering>, IngestError> {
    let mut orders = vec![Ordering::Equal; if key.is_empty() { 0 } else { frame.height().saturating_sub(1) }];
    for column in key {
        match Flat::of(frame.column(column)?)? {
            Flat::Bool(cells) => refine(&mut orders, cells.iter(), Ord::cmp),
            Flat::Int(cells) | Flat::Time(cells) => refine(&mut orders, cells.iter(), Ord::cmp),
            Flat::UInt(cells) => refine(&mut orders, cells.iter(), Ord::cmp),
            Flat::Float(cells) => {
                refine(&mut orders, cells.iter(), |a, b| a.partial_cmp(b).unwrap_or_else(|| a.total_cmp(b)));
            }
            Flat::Str(cells) => refine(&mut orders, cells.iter(), Ord::cmp),
            Flat::Bin(cells) => refine(&mut orders, cells.iter(), Ord::cmp),
        }
    }
    Ok(orders)
}

/// Where the columns before are equal, this one decides.
fn refine<T>(orders: &mut [Ordering], cells: impl Iterator<Item = Option<T>>, compare: fn(&T, &T) -> Ordering) {
    let mut previous: Option<Option<T>> = None;
    for (row, cell) in cells.enumerate() {
        if let Some(previous) = previous
            && orders[row - 1] == Ordering::Equal
        {
            orders[row - 1] = match (&previous, &cell) {
                (Some(a), Some(b)) => compare(a, b),
                (a, b) => a.is_some().cmp(&b.is_some()),
            };
        }
        previous = Some(cell);
    }
}

#[cfg(test)]
mod tests;
