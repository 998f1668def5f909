//! Checks of single columns; each names the first row that offends, from 1, and its value.

use super::output::{bad, internal};
use claque_model::{Fault, Given};
use polars::prelude::{Column, DataFrame, DataType};

/// A column that must be known everywhere.
pub(super) fn no_nulls(column: &Column) -> Result<(), Fault> {
    match column.is_null().first_true_idx() {
        None => Ok(()),
        Some(row) => Err(bad(format!("row {}: `{}` is null", row + 1, column.name()))),
    }
}

/// Finite numbers inside bounds.
pub(super) fn numbers(column: &Column, min: f64, max: f64, expected: &str) -> Result<(), Fault> {
    let values = column.f64().map_err(internal)?;
    let wrong = |(row, value): (usize, Option<f64>)| value.filter(|v| !(min..=max).contains(v)).map(|v| (row, v));
    match values.iter().enumerate().find_map(wrong) {
        None => Ok(()),
        Some((row, value)) => Err(bad(format!("row {}: `{}` is {value}, must be {expected}", row + 1, column.name()))),
    }
}

/// `hits ≤ total` in every row.
pub(super) fn not_more(hits: &Column, total: &Column) -> Result<(), Fault> {
    let pairs = hits.f64().map_err(internal)?.iter().zip(total.f64().map_err(internal)?.iter());
    for (row, (hits, total)) in pairs.enumerate() {
        if let (Some(hits), Some(total)) = (hits, total)
            && hits > total
        {
            return Err(bad(format!("row {}: `hits` is {hits}, more than `total`, which is {total}", row + 1)));
        }
    }
    Ok(())
}

/// The earliest and the latest time that was given, microseconds.
pub(super) fn span_of(given: &Given) -> Option<(i64, i64)> {
    let columns = given.tables.values().flat_map(DataFrame::columns);
    let times = columns.filter(|c| matches!(c.dtype(), DataType::Datetime(..))).filter_map(|c| {
        let physical = c.to_physical_repr();
        let values = physical.i64().ok()?;
        Some((values.iter().flatten().min()?, values.iter().flatten().max()?))
    });
    times.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// Times inside the span of those that were given: a signal cannot know others.
pub(super) fn inside(column: &Column, span: Option<(i64, i64)>) -> Result<(), Fault> {
    let Some((first, last)) = span else { return Ok(()) };
    let physical = column.to_physical_repr();
    let values = physical.i64().map_err(internal)?;
    match values.iter().position(|at| at.is_some_and(|at| !(first..=last).contains(&at))) {
        None => Ok(()),
        Some(row) => {
            let at = column.get(row).map_err(internal)?;
            Err(bad(format!("row {}: `{}` is {at}, outside the times that were given", row + 1, column.name())))
        }
    }
}

/// No key twice, in a table that is sorted by it. Of several duplicates the one is named that comes back first.
pub(super) fn unique(sorted: &DataFrame, key: &[&str], row: &str) -> Result<(), Fault> {
    let parts = key.iter().map(|name| sorted.column(name)?.str()).collect::<Result<Vec<_>, _>>().map_err(internal)?;
    let numbers = sorted.column(row).and_then(|c| c.cast(&DataType::Int64)).map_err(internal)?;
    let numbers = numbers.i64().map_err(internal)?;
    let same = |at: &usize| parts.iter().all(|part| part.get(*at) == part.get(*at - 1));
    let twice = (1..sorted.height()).filter(same).filter_map(|at| Some((numbers.get(at)?, numbers.get(at - 1)?, at)));
    match twice.min() {
        None => Ok(()),
        Some((second, first, at)) => {
            let values: Vec<String> = key
                .iter()
                .zip(&parts)
                .map(|(name, part)| format!("`{name}` {}", part.get(at).unwrap_or_default()))
                .collect();
            Err(bad(format!("rows {first} and {second} have the same {}", values.join(" and "))))
        }
    }
}

/// Not more rows per post than allowed, in a table sorted by post.
pub(super) fn at_most(sorted: &DataFrame, cap: usize, row: &str) -> Result<(), Fault> {
    let posts = sorted.column("post_id").and_then(|c| c.str()).map_err(internal)?;
    let over = (cap..sorted.height()).find(|at| posts.get(*at) == posts.get(*at - cap));
    match over {
        None => Ok(()),
        Some(at) => {
            let row = sorted.column(row).and_then(|c| c.get(at)).map_err(internal)?;
            let post = posts.get(at).unwrap_or_default();
            Err(bad(format!("row {row}: post `{post}` has more than {cap} traces")))
        }
    }
}
