//! What can be wrong with a graph.

use thiserror::Error;

/// A wrong use of graphs.
#[derive(Debug, Error)]
pub(in super::super) enum GraphMistake {
    /// Ends that are no ids.
    #[error("column \"{column}\" is of type {found}; the ends of edges are strings, ids or whole numbers")]
    Ends { column: String, found: String },
    /// Weights of another type.
    #[error("column \"{column}\" is of type {found}; weights are numbers")]
    WeightType { column: String, found: String },
    /// A weight that is none.
    #[error("column \"{column}\" has the weight {found} in row {row}; weights are above 0 and finite")]
    Weight { column: String, found: String, row: usize },
    /// More rows than codes.
    #[error("{0} edges are more than a graph can hold")]
    TooManyEdges(usize),
    /// A parameter outside its bounds.
    #[error("{name} is {found}, must be {bounds}")]
    Bounds { name: &'static str, found: f64, bounds: &'static str },
    /// A projection without two sides.
    #[error("project needs a graph of graph.from_edges, whose `from` and `to` are its two sides")]
    NoSides,
    /// More pairs than allowed.
    #[error(
        "{verb} would look at {pairs} pairs, more than {allowed}: leave out what everybody shares, or set max_pairs"
    )]
    TooManyPairs { verb: &'static str, pairs: u64, allowed: u64 },
    /// What the kernel says.
    #[error("{0}")]
    Kernel(String),
}
