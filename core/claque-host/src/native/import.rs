//! From an Arrow C stream to a polars table, from a producer that is not trusted with the rules. polars'
//! own reader takes the producer's word; so the raw structs are walked first (`array`, against the types
//! that `schema` found), then imported, then their contents are checked and brought to one type per
//! column (`contents`). A column that the host itself handed in (`handed`) is taken as the host's own instead. Whether the rows keep the contract is for `contract.rs` to say.
//!
//! What no check in one process can find: a buffer shorter than its array claims, since the C Data
//! interface carries no lengths.

mod array;
mod contents;
mod schema;
#[cfg(test)]
mod tests;

use super::codes::IdsAs;
use super::float_mode::FloatMode;
use super::handed::Handed;
use claque_abi as abi;
use claque_model::{Fault, Shape};
use polars::prelude::{Column, DataFrame, Series};
use polars_arrow::array::{Array, StructArray};
use polars_arrow::datatypes::{ArrowDataType, Field};
use polars_arrow::ffi;
use schema::OutputColumn;
use std::ffi::{CStr, c_char};

/// The most that one output may hold.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// Of all batches.
    pub rows: usize,
    /// Of all columns, as the engine holds them.
    pub bytes: usize,
}

/// Drains a stream into a table of the shape's columns; releases it exactly once, whatever happens. O(bytes) of what
/// is not in `handed`.
pub(super) fn drain(
    stream: abi::ArrowArrayStream,
    shape: Shape,
    caps: Caps,
    ids: &IdsAs,
    handed: &Handed,
    is_cancelled: impl Fn() -> bool,
) -> Result<DataFrame, Fault> {
    let mut reader = Reader::open(stream, &is_cancelled)?;
    let columns = reader.columns(shape, matches!(ids, IdsAs::Codes(_)))?;
    let dtype = ArrowDataType::Struct(columns.iter().map(OutputColumn::field).collect());
    let mut chunks: Vec<Vec<Box<dyn Array>>> = columns.iter().map(|_| Vec::new()).collect();
    let (mut rows, mut bytes) = (0, 0);
    while let Some(mut batch) = reader.next()? {
        let in_batch = |problem: String| Fault::BadOutput(format!("in the batch from row {rows} on, {problem}"));
        let (length, known) = array::check_batch(&columns, batch.raw(), caps.rows - rows, handed).map_err(in_batch)?;
        if length == 0 {
            continue; // polars asks for offset buffers even then
        }
        let imported = batch.import(&dtype).map_err(in_batch)?;
        for (((column, values), known), chunks) in columns.iter().zip(imported).zip(known).zip(&mut chunks) {
            if let Some(own) = known {
                bytes += contents::size_without_data(own.as_ref());
                chunks.push(own);
                continue;
            }
            let values = contents::canonical(column, values.as_ref()).map_err(in_batch)?;
            bytes += contents::size(values.as_ref());
            chunks.push(values);
        }
        if bytes > caps.bytes {
            return Err(Fault::OutOfMemory((caps.bytes / 1_000_000) as u64));
        }
        rows += length;
    }
    drop(reader);
    let table = table(&columns, chunks, rows).map_err(|e| Fault::BadOutput(e.to_string()))?;
    let IdsAs::Codes(Some(codes)) = ids else { return Ok(table) };
    let decoded = table.columns().iter().map(|column| codes.decode(column.clone())).collect::<Result<_, _>>()?;
    DataFrame::new(rows, decoded).map_err(|e| Fault::BadOutput(e.to_string()))
}

fn table(
    columns: &[OutputColumn],
    chunks: Vec<Vec<Box<dyn Array>>>,
    rows: usize,
) -> Result<DataFrame, polars::error::PolarsError> {
    let columns = columns.iter().zip(chunks).map(|(column, chunks)| {
        let name = column.name.into();
        if chunks.is_empty() {
            return Ok(Column::new_empty(name, &column.kind.dtype()));
        }
        Series::try_from((name, chunks)).map(Column::from)
    });
    DataFrame::new(rows, columns.collect::<Result<_, _>>()?)
}

/// The plugin's stream: owned, its callbacks present.
struct Reader<C: Fn() -> bool> {
    stream: abi::ArrowArrayStream,
    is_cancelled: C,
}

impl<C: Fn() -> bool> Drop for Reader<C> {
    fn drop(&mut self) {
        if let Some(release) = self.stream.release {
            let _mode = FloatMode::save();
            // SAFETY: a stream that was not released, and nobody touches it afterwards
            unsafe { release(&raw mut self.stream) }
        }
    }
}

impl<C: Fn() -> bool> Reader<C> {
    fn open(stream: abi::ArrowArrayStream, is_cancelled: C) -> Result<Self, Fault> {
        if stream.release.is_none() {
            return Err(Fault::BadOutput("the output stream was not written, or was already released".into()));
        }
        let reader = Self { stream, is_cancelled };
        for (callback, is_null) in [
            ("get_schema", reader.stream.get_schema.is_none()),
            ("get_next", reader.stream.get_next.is_none()),
            ("get_last_error", reader.stream.get_last_error.is_none()),
        ] {
            if is_null {
                return Err(Fault::BadOutput(format!("the callback `{callback}` of the output stream is NULL")));
            }
        }
        Ok(reader)
    }

    fn columns(&mut self, shape: Shape, may_be_codes: bool) -> Result<Vec<OutputColumn>, Fault> {
        let mut raw = SchemaGuard(abi::ArrowSchema::empty());
        let get_schema = self.stream.get_schema.expect("checked when opened");
        let status = {
            let _mode = FloatMode::save();
            // SAFETY: an open stream, used by this thread alone, and an empty struct to fill
            unsafe { get_schema(&raw mut self.stream, &raw mut raw.0) }
        };
        if status != 0 {
            return Err(self.fault(status));
        }
        schema::read(&raw.0, shape, may_be_codes).map_err(Fault::BadOutput)
    }

    fn next(&mut self) -> Result<Option<Batch>, Fault> {
        if (self.is_cancelled)() {
            return Err(Fault::Cancelled);
        }
        let get_next = self.stream.get_next.expect("checked when opened");
        let mut raw = abi::ArrowArray::empty();
        let status = {
            let _mode = FloatMode::save();
            // SAFETY: as in `columns`
            unsafe { get_next(&raw mut self.stream, &raw mut raw) }
        };
        if status != 0 {
            return Err(self.fault(status));
        }
        Ok(raw.release.is_some().then(|| Batch::new(raw)))
    }

    /// What a callback's error number means, with the stream's text.
    fn fault(&mut self, status: i32) -> Fault {
        let get_last_error = self.stream.get_last_error.expect("checked when opened");
        // SAFETY: an open stream whose last call failed
        let text = unsafe { get_last_error(&raw mut self.stream) };
        // SAFETY: NULL or a string that lives until the next call
        let text = unsafe { lossy(text) }.unwrap_or_else(|| format!("the output stream failed with error {status}"));
        if status == libc::ECANCELED && (self.is_cancelled)() {
            Fault::Cancelled
        } else if let Some(panic) = text.strip_prefix("panic: ") {
            Fault::Panicked(panic.to_owned())
        } else {
            Fault::Raised(text)
        }
    }
}

struct SchemaGuard(abi::ArrowSchema);

impl Drop for SchemaGuard {
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: a schema that was not released, and nobody touches it afterwards
            unsafe { release(&raw mut self.0) }
        }
    }
}

/// One batch; released when dropped, or when the last array made of it is.
struct Batch(ffi::ArrowArray);

impl Batch {
    fn new(raw: abi::ArrowArray) -> Self {
        // SAFETY: both are the published layout of 80 bytes; ours has no destructor, so it is released once
        Self(unsafe { std::mem::transmute::<abi::ArrowArray, ffi::ArrowArray>(raw) })
    }

    fn raw(&mut self) -> &mut abi::ArrowArray {
        // SAFETY: as above, and the borrow of `self` keeps everybody else off
        unsafe { &mut *(&raw mut self.0).cast::<abi::ArrowArray>() }
    }

    /// The columns, sharing the plugin's buffers.
    fn import(self, dtype: &ArrowDataType) -> Result<Vec<Box<dyn Array>>, String> {
        // SAFETY: the structs were walked against this type by `array::check_batch`
        let array = unsafe { ffi::import_array_from_c(self.0, dtype.clone()) }.map_err(|e| e.to_string())?;
        let batch = array.as_any().downcast_ref::<StructArray>().expect("imported as a struct");
        Ok(batch.values().to_vec())
    }
}

impl OutputColumn {
    fn field(&self) -> Field {
        Field::new(self.name.into(), self.layout.dtype(), true)
    }
}

/// # Safety
/// NULL or a NUL-terminated string.
unsafe fn lossy(text: *const c_char) -> Option<String> {
    // SAFETY: as above
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
}
