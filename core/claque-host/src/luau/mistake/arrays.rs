//! What can be wrong with the functions that scripts run over columns and rows.

use thiserror::Error;

/// A wrong use of `map_columns` or `map_rows`.
#[derive(Debug, Error)]
pub(in super::super) enum ArrayMistake {
    /// Outputs that are not described.
    #[error(
        "{0} needs the outputs as {{ name = \"type\" }}, or in the order of the returned values as \
         {{ {{ x = \"float\" }}, {{ y = \"int\" }} }}"
    )]
    Outputs(&'static str),
    /// An output twice.
    #[error("output \"{0}\" is named twice")]
    Twice(String),
    /// A map inside a map.
    #[error("{0} was called inside the function of another map_rows or map_columns: call it before or after")]
    Nested(&'static str),
    /// An input that has no numbers or codes.
    #[error("column \"{column}\" of type {found} cannot be given to a function; take it apart with expressions first")]
    Input { column: String, found: String },
    /// A whole number that Luau cannot hold.
    #[error(
        "column \"{column}\" holds {found} in row {row}, at or beyond 2^53, where Luau numbers are not exact: give it \
         as codes, by with_columns(col(\"{column}\"):cast(\"id\"))"
    )]
    Inexact { column: String, found: String, row: usize },
    /// Another number of returned values.
    #[error("the function of {verb} returned {found} values for {wanted} outputs")]
    Returned { verb: &'static str, found: usize, wanted: usize },
    /// A returned value of another kind.
    #[error("output \"{output}\" must be {wanted}, got {found}")]
    Output { output: String, wanted: &'static str, found: String },
    /// A returned value of another kind, by its row.
    #[error("output \"{output}\" must be {wanted} or nil, got {found} in row {row}")]
    Cell { output: String, wanted: &'static str, found: String, row: usize },
    /// A buffer of another length.
    #[error("the {part} of output \"{output}\" has {found} bytes; {rows} rows need {wanted}")]
    Length { output: String, part: &'static str, found: usize, wanted: usize, rows: usize },
    /// A code without a value.
    #[error("output \"{output}\" has the code {code} in row {row}, of {values} values; codes count from 1, 0 is null")]
    Code { output: String, code: u32, row: usize, values: usize },
}
