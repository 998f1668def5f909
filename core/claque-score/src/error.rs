//! What can be wrong with the tables handed to this stage.

use thiserror::Error;

/// Why a table cannot be assessed.
#[derive(Debug, Error)]
pub enum ScoreError {
    /// A column is absent or of another type.
    #[error("table `{table}`: column `{column}` is missing or is not {expected}")]
    Column { table: String, column: String, expected: &'static str },
    /// A key or number is null.
    #[error("table `{table}`: column `{column}` is null in row {row}")]
    Null { table: String, column: String, row: usize },
    /// A number that is not finite.
    #[error("table `{table}`: column `{column}` is not a finite number in row {row}")]
    NotFinite { table: String, column: String, row: usize },
    /// An id that is in no row of the table it should come from.
    #[error("table `{table}`: `{id}` in row {row} is not known")]
    UnknownId { table: String, id: String, row: usize },
    /// Filtering a frame failed.
    #[error("table `{table}` cannot be filtered")]
    Filter {
        table: String,
        #[source]
        source: polars::error::PolarsError,
    },
}
