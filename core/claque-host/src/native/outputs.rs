//! Reading what a compiled signal gave, from a stream in this process or from memory that another one wrote.
//! Neither producer is trusted. Whether the rows keep the contract is for `contract.rs` to say.

use super::child::ipc::Table;
use super::codes::IdsAs;
use super::handed::Handed;
use super::import;
use claque_abi as abi;
use claque_model::{Fault, Shape};
use polars::prelude::DataFrame;
use std::fs::File;

pub use import::Caps;

/// Reads a stream of the shape's columns to its end and releases it, whatever happens. O(bytes).
///
/// # Errors
/// [`Fault::BadOutput`] by column, batch and row where the stream breaks Arrow's rules or has another type than the
/// shape; what the stream itself says; more than the caps allow.
///
/// # Safety
/// The callbacks of the stream may be called, and every buffer is as long as the numbers beside it say: the C Data
/// interface carries no lengths that could be compared.
pub unsafe fn read_stream(stream: abi::ArrowArrayStream, shape: Shape, caps: Caps) -> Result<DataFrame, Fault> {
    import::drain(stream, shape, caps, &IdsAs::Texts, &Handed::default(), || false)
}

/// Reads an Arrow IPC stream of the shape's columns from sealed memory. O(bytes); texts stay where they are.
///
/// # Errors
/// As [`read_stream`]; the file is no Arrow IPC stream, or could still be changed by somebody.
pub fn read_shared(file: &File, shape: Shape, caps: Caps, is_cancelled: impl Fn() -> bool) -> Result<DataFrame, Fault> {
    read_shared_as(file, shape, caps, &IdsAs::Texts, is_cancelled)
}

/// The same with ids in that form.
pub(super) fn read_shared_as(
    file: &File,
    shape: Shape,
    caps: Caps,
    ids: &IdsAs,
    is_cancelled: impl Fn() -> bool,
) -> Result<DataFrame, Fault> {
    let table = Table::sealed(file).map_err(|error| Fault::BadOutput(error.to_string()))?;
    import::drain(table.stream(), shape, caps, ids, &Handed::default(), is_cancelled)
}
