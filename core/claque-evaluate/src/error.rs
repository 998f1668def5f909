//! What keeps a run from being evaluated.

use thiserror::Error;

/// Why tables cannot be compared.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum EvaluateError {
    /// A column is absent, of another type, null, or out of range.
    #[error("table `{table}`: column `{column}` is missing, holds null or is not {expected}")]
    UnusableColumn {
        /// Table.
        table: &'static str,
        /// Column.
        column: &'static str,
        /// What it should hold.
        expected: &'static str,
    },
    /// A dimension that nobody knows.
    #[error("`{0}` is not a dimension")]
    UnknownDimension(String),
    /// A verdict that nobody knows.
    #[error("`{0}` is not a verdict")]
    UnknownVerdict(String),
}
