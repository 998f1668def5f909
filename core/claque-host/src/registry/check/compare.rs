//! Two outputs of one signal beside each other.

use crate::spec::{Sheet, compare, csv_of};
use claque_model::Declaration;
use polars::prelude::{DataFrame, IdxCa};

/// Two outputs that must be the same to the last bit; shows the rows that are not.
pub(super) fn difference(
    declaration: &Declaration,
    before: &DataFrame,
    after: &DataFrame,
    said_by: &str,
) -> Result<(), String> {
    let (one, other) = (csv_of(before, None)?, csv_of(after, None)?);
    if one == other {
        return Ok(());
    }
    let sheet = Sheet::read(&one, 0).map_err(|error| error.to_string())?;
    compare(declaration, &sheet, after, said_by)?;
    Err(format!("numbers differ beyond the sixth digit from {said_by}"))
}

/// Two outputs that may differ in the last digits, as sums of floats do.
pub(super) fn near(declaration: &Declaration, before: &DataFrame, after: &DataFrame) -> Result<(), String> {
    let sheet = Sheet::read(&csv_of(before, None)?, 0).map_err(|error| error.to_string())?;
    compare(declaration, &sheet, after, "the run before")
}

/// The rows from the last to the first.
pub(super) fn reordered(rows: &DataFrame) -> DataFrame {
    let order: Vec<u32> = (0..rows.height() as u32).rev().collect();
    rows.take(&IdxCa::from_vec("order".into(), order)).unwrap_or_else(|_| rows.clone())
}
