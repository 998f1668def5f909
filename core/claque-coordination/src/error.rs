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
    /// The quantile of edge weights is none.
    #[error("the edge weight quantile is {0}, must be between 0 and 1")]
    EdgeWeight(f64),
    /// A fast network of groups without flags.
    #[error("a fast network needs groups with a second, faster window")]
    NoFastFlags,
    /// Subgraph 1 of a fast network: it has two thresholds.
    #[error("subgraph 1 is of a network without a second window; with one, take 2 or 3")]
    SubgraphOfPlainNetwork,
    /// Subgraph 2 or 3 of a network without a second window.
    #[error("subgraphs 2 and 3 need a second, faster window")]
    SubgraphOfFastNetwork,
    /// coordination-network-toolkit stops here, and so does its parity mode.
    #[error("the text of message `{message_id}` has no token, and no least number of tokens is set")]
    TextWithoutTokens {
        /// Message.
        message_id: String,
    },
}
