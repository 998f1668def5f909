//! What can be wrong with the input of this stage.

use polars::prelude::PolarsError;
use thiserror::Error;

/// Why traces or actions cannot be encoded.
#[derive(Debug, Error)]
pub enum CoordinationError {
    /// A trace table lacks a column, or has it in another type.
    #[error("traces of layer `{layer}`: column `{column}` must be {expected}")]
    TraceColumn {
        /// Layer.
        layer: String,
        /// Column.
        column: &'static str,
        /// Its type, in words.
        expected: &'static str,
        /// What polars says.
        #[source]
        source: PolarsError,
    },
    /// A trace table has a null where a value must be.
    #[error("traces of layer `{layer}`: column `{column}` is null in row {row}")]
    NullTrace {
        /// Layer.
        layer: String,
        /// Column.
        column: &'static str,
        /// Row, from 1.
        row: usize,
    },
    /// Two layers of one name.
    #[error("layer `{0}` is given twice")]
    DuplicateLayer(String),
    /// Columns of different lengths.
    #[error("column `{column}` has {found} rows, the others have {expected}")]
    Lengths {
        /// Column.
        column: &'static str,
        /// Its rows.
        found: usize,
        /// Rows of the first column.
        expected: usize,
    },
    /// More rows than codes.
    #[error("{0} rows are more than the 4,294,967,294 that can be counted")]
    TooManyRows(usize),
    /// More distinct strings than codes: beyond some 4 thousand million, or hashes that were made to collide.
    #[error("more distinct ids than can be counted")]
    TooManyIds,
    /// CooRTweet stops here, and so does its parity mode.
    #[error("no account has {min_participation} rows or more")]
    NobodyParticipates {
        /// Rows asked for.
        min_participation: u32,
    },
    /// coordination-network-toolkit stops here, and so does its parity mode.
    #[error("the text of message `{message_id}` has no token, and no least number of tokens is set")]
    TextWithoutTokens {
        /// Message.
        message_id: String,
    },
}
