//! Tables in sealed shared memory, as an Arrow IPC stream: written once by one process, mapped read-only by
//! others, and read without a copy. What comes out is a C stream again, for a plugin or for `import`.

use super::memory::{Mapping, memory_file, seal};
use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchIterator, RecordBatchReader, StringViewArray};
use arrow_buffer::Buffer;
use arrow_ipc::reader::StreamDecoder;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, SchemaRef};
use claque_abi as abi;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::mem;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use thiserror::Error;

/// Small pieces of a message are collected up to this many bytes.
const WRITE_BUFFER: usize = 1 << 20;
/// Texts whose buffers hold no more than this beside what they use are written as they are.
const SMALL_WASTE: usize = 1 << 16;

/// Why a table did not get from one process to another.
#[derive(Debug, Error)]
pub(in crate::native) enum IpcError {
    /// The system refuses shared memory, or a file is still being written to.
    #[error("{what}: {source}")]
    Memory { what: &'static str, source: io::Error },
    /// What is written or read is no Arrow IPC stream.
    #[error(transparent)]
    Arrow(#[from] ArrowError),
    /// The reader ran into something that it does not expect.
    #[error("it is no Arrow IPC stream")]
    NoStream,
}

fn memory(what: &'static str) -> impl Fn(io::Error) -> IpcError {
    move |source| IpcError::Memory { what, source }
}

/// Drains a C stream into sealed memory; releases it exactly once, whatever happens. O(bytes).
///
/// The stream must keep Arrow's contract: give it one of ours, or one whose batches were checked.
pub(in crate::native) fn write(stream: abi::ArrowArrayStream) -> Result<File, IpcError> {
    let file = memory_file(c"claque-table").map_err(memory("no shared memory for a table"))?;
    write_to(&file, stream)?;
    seal_table(&file)?;
    Ok(file)
}

/// The same into a file that somebody else will seal.
pub(in crate::native) fn write_to(file: &File, stream: abi::ArrowArrayStream) -> Result<(), IpcError> {
    // SAFETY: both are the published layout of 40 bytes; ours has no destructor, so it is released once
    let stream = unsafe { mem::transmute::<abi::ArrowArrayStream, FFI_ArrowArrayStream>(stream) };
    let reader = RecordBatchStreamReader::try_new(stream)?;
    let mut writer = StreamWriter::try_new(BufWriter::with_capacity(WRITE_BUFFER, file), &reader.schema())?;
    for batch in reader {
        writer.write(&compact(&batch?)?)?;
    }
    writer.finish()?;
    writer.into_inner()?.flush().map_err(memory("cannot write a table"))
}

/// Seals a table before it is read. Fails while somebody could still change it under the reader.
pub(in crate::native) fn seal_table(file: &File) -> Result<(), IpcError> {
    seal(file).map_err(memory("a table is still being written to"))
}

/// Slices of one table share the buffers of all its texts, and each batch would write all of them.
fn compact(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().map(|column| match column.as_string_view_opt() {
        Some(texts) if is_wasteful(texts) => Arc::new(texts.gc()) as ArrayRef,
        _ => Arc::clone(column),
    });
    RecordBatch::try_new(batch.schema(), columns.collect())
}

fn is_wasteful(texts: &StringViewArray) -> bool {
    let held: usize = texts.data_buffers().iter().map(Buffer::len).sum();
    held > SMALL_WASTE && held / 2 > texts.total_buffer_bytes_used()
}

/// A table that lies in sealed memory. Cheap to clone; the memory is unmapped when the last batch that was
/// made of it is released.
#[derive(Clone, Debug)]
pub(in crate::native) struct Table {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    memory: Range<usize>,
}

impl Table {
    /// Reads a sealed file, checking all of it: offsets, UTF-8, types. O(bytes), no copy.
    pub(in crate::native) fn open(file: &File) -> Result<Self, IpcError> {
        let mapping = Mapping::read_only(file).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => IpcError::NoStream,
            _ => memory("cannot map a table")(error),
        })?;
        let (start, length) = (mapping.start(), mapping.length());
        let memory = start.as_ptr() as usize..start.as_ptr() as usize + length;
        // SAFETY: the mapping is that long, cannot be written, and lives as long as the buffer
        let bytes = unsafe { Buffer::from_custom_allocation(start, length, Arc::new(mapping)) };
        // the reader unwraps what a well-formed message has
        let read = catch_unwind(AssertUnwindSafe(|| read(bytes))).map_err(|_| IpcError::NoStream)?;
        let (schema, batches) = read?;
        Ok(Self { schema, batches, memory })
    }

    /// Rows of all batches.
    pub(in crate::native) fn height(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The addresses at which it lies, and where nobody can write.
    pub(in crate::native) fn memory(&self) -> Range<usize> {
        self.memory.clone()
    }

    /// A C stream over its batches. Whoever holds it releases it.
    pub(in crate::native) fn stream(self) -> abi::ArrowArrayStream {
        let batches = self.batches.into_iter().filter(|batch| batch.num_rows() > 0).map(Ok);
        let stream = FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new(batches, self.schema)));
        // SAFETY: both are the published layout of 40 bytes, and the destructor moves along as `release`
        unsafe { mem::transmute::<FFI_ArrowArrayStream, abi::ArrowArrayStream>(stream) }
    }
}

fn read(mut bytes: Buffer) -> Result<(SchemaRef, Vec<RecordBatch>), IpcError> {
    let mut decoder = StreamDecoder::new().with_require_alignment(true);
    let mut batches = Vec::new();
    while let Some(batch) = decoder.decode(&mut bytes)? {
        batches.push(batch);
    }
    decoder.finish()?;
    Ok((decoder.schema().ok_or(IpcError::NoStream)?, batches))
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
