//! Input tables: a stream of batches, each a set of columns that are read where the host put them.

use crate::column::{Bools, Floats, Ints, Lists, Strings};
use crate::error::Error;
use crate::output::{Handed, Lazy, Rows};
use claque_abi as abi;
use std::ffi::CStr;
use std::sync::Arc;

/// One input table. Iterate over it to get its batches; a table may be empty, and may have many batches.
pub struct Table {
    name: Arc<str>,
    n_rows: Option<usize>,
    stream: Stream,
    schema: Arc<Schema>,
}

/// An Arrow stream that was moved out of the host's struct.
struct Stream(abi::ArrowArrayStream);

// SAFETY: by Arrow's contract a stream may move between threads, with one user at a time
unsafe impl Send for Stream {}

impl Drop for Stream {
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: a stream that was not released
            unsafe { release(&raw mut self.0) }
        }
    }
}

/// Type of a table.
struct Schema(abi::ArrowSchema);

// SAFETY: read-only after `get_schema` wrote it
unsafe impl Send for Schema {}
// SAFETY: as above
unsafe impl Sync for Schema {}

impl Drop for Schema {
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: a schema that was not released
            unsafe { release(&raw mut self.0) }
        }
    }
}

impl Schema {
    fn columns(&self) -> impl Iterator<Item = &abi::ArrowSchema> {
        // SAFETY: by Arrow's contract there are `n_children` pointers that live as long as the schema
        (0..self.0.n_children as usize).map(|i| unsafe { &**self.0.children.add(i) })
    }

    fn find(&self, table: &str, column: &str) -> Result<(usize, &abi::ArrowSchema), Error> {
        let mut columns = self.columns().enumerate();
        columns.find(|(_, c)| name_of(c) == column.as_bytes()).ok_or_else(|| {
            Error::Schema(format!("the table `{table}` has no column `{column}`: declare it in plugin.toml"))
        })
    }
}

fn name_of(schema: &abi::ArrowSchema) -> &[u8] {
    // SAFETY: NULL or, by Arrow's contract, a NUL-terminated string
    if schema.name.is_null() { b"" } else { unsafe { CStr::from_ptr(schema.name) }.to_bytes() }
}

impl Table {
    /// # Safety
    /// `table` is one of a running call.
    pub(crate) unsafe fn take(name: &str, table: &abi::Table) -> Result<Self, Error> {
        // SAFETY: by the contract the stream is ours to move while `release` is there
        let moved = unsafe { std::ptr::replace(table.stream, abi::ArrowArrayStream::empty()) };
        if moved.release.is_none() {
            return Err(Error::Schema(format!("the table `{name}` was taken before")));
        }
        let mut stream = Stream(moved);
        let mut schema = Schema(abi::ArrowSchema::empty());
        let get_schema = stream.0.get_schema.ok_or_else(|| Error::runtime("a table without `get_schema`"))?;
        // SAFETY: an open stream and an empty struct
        if unsafe { get_schema(&raw mut stream.0, &raw mut schema.0) } != 0 {
            return Err(failed(name, &mut stream));
        }
        let n_rows = usize::try_from(table.n_rows).ok();
        Ok(Self { name: name.into(), n_rows, stream, schema: Arc::new(schema) })
    }

    #[cfg(feature = "polars")]
    pub(crate) fn schema(&self) -> &abi::ArrowSchema {
        &self.schema.0
    }

    /// Name, as declared.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of rows, if the host knows it.
    #[must_use]
    pub fn n_rows(&self) -> Option<usize> {
        self.n_rows
    }

    /// All batches at once.
    ///
    /// # Errors
    /// The input failed.
    pub fn read(self) -> Result<Vec<Batch>, Error> {
        self.collect()
    }

    /// An output that is computed batch by batch while the host reads it, so that a large table never
    /// stands in memory twice. The host is asked between batches whether to stop.
    pub fn map<R, F>(mut self, mut map: F) -> Lazy<R>
    where
        R: Rows,
        F: FnMut(Batch) -> Result<R, Error> + Send + 'static,
    {
        Lazy::new(move || self.next().map(|batch| map(batch?)).transpose())
    }
}

impl Iterator for Table {
    type Item = Result<Batch, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut array = abi::ArrowArray::empty();
        let Some(get_next) = self.stream.0.get_next else {
            return Some(Err(Error::runtime("a table without `get_next`")));
        };
        // SAFETY: an open stream and an empty struct
        if unsafe { get_next(&raw mut self.stream.0, &raw mut array) } != 0 {
            return Some(Err(failed(&self.name, &mut self.stream)));
        }
        array
            .release
            .is_some()
            .then(|| Ok(Batch { table: Arc::clone(&self.name), array: Array(array), schema: Arc::clone(&self.schema) }))
    }
}

fn failed(name: &str, stream: &mut Stream) -> Error {
    let text = stream.0.get_last_error.map(|get| {
        // SAFETY: an open stream whose last call failed
        let text = unsafe { get(&raw mut stream.0) };
        // SAFETY: NULL or a string that lives until the next call
        if text.is_null() { "no reason given".into() } else { unsafe { CStr::from_ptr(text) }.to_string_lossy() }
    });
    Error::Runtime(format!("the input table `{name}` failed: {}", text.unwrap_or_default()))
}

/// An array that is released when dropped.
pub(crate) struct Array(pub(crate) abi::ArrowArray);

// SAFETY: by Arrow's contract an array may move between threads, and its buffers are read-only
unsafe impl Send for Array {}
// SAFETY: as above
unsafe impl Sync for Array {}

impl Drop for Array {
    fn drop(&mut self) {
        if let Some(release) = self.0.release {
            // SAFETY: an array that was not released or moved
            unsafe { release(&raw mut self.0) }
        }
    }
}

/// Some rows of a table.
pub struct Batch {
    table: Arc<str>,
    array: Array,
    schema: Arc<Schema>,
}

impl Batch {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.array.0.length as usize
    }

    /// No rows?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A column declared as `id`, `string` or `category`.
    ///
    /// # Errors
    /// No such column, or of another type.
    pub fn strings(&self, column: &str) -> Result<Strings<'_>, Error> {
        let (schema, array) = self.column(column)?;
        Strings::new(schema, array).ok_or_else(|| self.other_type(column, "a string", schema))
    }

    /// A column declared as `int`; also `datetime`, in microseconds since 1970, UTC.
    ///
    /// # Errors
    /// No such column, or of another type.
    pub fn ints(&self, column: &str) -> Result<Ints<'_>, Error> {
        let (schema, array) = self.column(column)?;
        Ints::new(schema, array).ok_or_else(|| self.other_type(column, "an int or a datetime", schema))
    }

    /// A column declared as `datetime`: microseconds since 1970, UTC.
    ///
    /// # Errors
    /// No such column, or of another type.
    pub fn times(&self, column: &str) -> Result<Ints<'_>, Error> {
        self.ints(column)
    }

    /// A column declared as `float`.
    ///
    /// # Errors
    /// No such column, or of another type.
    pub fn floats(&self, column: &str) -> Result<Floats<'_>, Error> {
        let (schema, array) = self.column(column)?;
        Floats::new(schema, array).ok_or_else(|| self.other_type(column, "a float", schema))
    }

    /// A column declared as `bool`.
    ///
    /// # Errors
    /// No such column, or of another type.
    pub fn bools(&self, column: &str) -> Result<Bools<'_>, Error> {
        let (schema, array) = self.column(column)?;
        Bools::new(schema, array).ok_or_else(|| self.other_type(column, "a bool", schema))
    }

    pub(crate) fn lists(&self, column: &str) -> Result<Lists<'_>, Error> {
        let (schema, array) = self.column(column)?;
        Lists::new(schema, array).ok_or_else(|| self.other_type(column, "a list of strings", schema))
    }

    /// Moves a column of ids out, to be handed back without a copy.
    ///
    /// # Errors
    /// No such column, moved out before, or not a plain string column.
    pub fn take(&mut self, column: &str) -> Result<Handed, Error> {
        let (at, schema) = self.schema.find(&self.table, column)?;
        // SAFETY: by Arrow's contract there are `n_children` pointers
        let child = unsafe { *self.array.0.children.add(at) };
        // SAFETY: the batch is ours, so its children may be moved out by Arrow's rule
        let moved = Array(unsafe { std::ptr::replace(child, abi::ArrowArray::empty()) });
        if moved.0.release.is_none() {
            return Err(Error::Schema(format!("the column `{column}` of `{}` was taken before", self.table)));
        }
        // SAFETY: by Arrow's contract a NUL-terminated string
        let format = unsafe { CStr::from_ptr(schema.format) };
        Handed::new(moved, format, schema).ok_or_else(|| self.other_type(column, "a plain string", schema))
    }

    #[cfg(feature = "polars")]
    pub(crate) fn array_mut(&mut self) -> &mut Array {
        &mut self.array
    }

    /// Says 0 for a number of nulls that was not counted where there is no bitmap: polars asks for one otherwise.
    #[cfg(feature = "polars")]
    pub(crate) fn count_no_nulls(&mut self) {
        for i in 0..self.array.0.n_children as usize {
            // SAFETY: by Arrow's contract there are `n_children` pointers; the batch is ours, and so are its structs
            let child = unsafe { &mut **self.array.0.children.add(i) };
            // SAFETY: as above, there are `n_buffers` pointers
            if child.null_count < 0 && child.n_buffers > 0 && unsafe { (*child.buffers).is_null() } {
                child.null_count = 0;
            }
        }
    }

    /// Was a column moved out?
    #[cfg(feature = "polars")]
    pub(crate) fn was_taken_from(&self) -> bool {
        // SAFETY: by Arrow's contract there are `n_children` pointers that live as long as the batch
        (0..self.array.0.n_children as usize).any(|i| unsafe { (**self.array.0.children.add(i)).release.is_none() })
    }

    fn column(&self, name: &str) -> Result<(&abi::ArrowSchema, &abi::ArrowArray), Error> {
        let (at, schema) = self.schema.find(&self.table, name)?;
        // SAFETY: by Arrow's contract there are `n_children` pointers that live as long as the batch
        let array = unsafe { &**self.array.0.children.add(at) };
        if array.release.is_none() {
            return Err(Error::Schema(format!("the column `{name}` of `{}` was taken before", self.table)));
        }
        Ok((schema, array))
    }

    fn other_type(&self, column: &str, wanted: &str, schema: &abi::ArrowSchema) -> Error {
        // SAFETY: by Arrow's contract a NUL-terminated string
        let format = unsafe { CStr::from_ptr(schema.format) }.to_string_lossy();
        Error::Schema(format!(
            "the column `{column}` of `{}` has the Arrow format `{format}`, but {wanted} was asked for",
            self.table
        ))
    }
}
