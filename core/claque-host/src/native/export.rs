//! From a polars table to an Arrow C stream. Our own producer, because a panic that leaves one of these
//! callbacks would abort the program, and those of polars are not guarded.

use super::child::ipc;
use super::codes::{self, Codes};
use super::forms::{Forms, Ids, Strings};
use super::handed::Handed;
use claque_abi as abi;
use claque_model::{Declaration, Fault, Given, LogicalType, NeededColumn, NeededTable, Shape};
use polars::prelude::{Column, CompatLevel, DataFrame, PolarsResult};
use polars_arrow::array::{Array, StructArray};
use polars_arrow::datatypes::{ArrowDataType, Field};
use polars_arrow::ffi;
use std::ffi::{CString, c_char, c_int};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Arc;

/// The table of groups that every signal of the shape `statistics` is given.
const CLUSTERS: &str = "clusters";

/// One table, ready to cross the border.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) name: CString,
    pub(super) source: Source,
}

/// Where a table's columns lie.
#[derive(Debug)]
pub(super) enum Source {
    /// In this process, in aligned chunks; its texts leave in that form.
    Frame(DataFrame, Strings),
    /// In memory that another process wrote.
    Shared(ipc::Table),
}

impl Source {
    pub(super) fn height(&self) -> usize {
        match self {
            Self::Frame(frame, _) => frame.height(),
            Self::Shared(table) => table.height(),
        }
    }

    /// Addresses at which nobody can write.
    pub(super) fn memory(&self) -> Option<Range<usize>> {
        match self {
            Self::Frame(..) => None,
            Self::Shared(table) => Some(table.memory()),
        }
    }

    /// A stream over its batches, whose columns are kept to be known again. Whoever holds it releases it.
    pub(super) fn stream(self, handed: &Handed) -> abi::ArrowArrayStream {
        match self {
            Self::Frame(frame, strings) => produce(frame, strings, Some(handed.clone())),
            // what comes back from another process lies elsewhere
            Self::Shared(table) => table.stream(),
        }
    }
}

/// Tables that are ready to leave.
#[derive(Debug)]
pub(super) struct Inputs {
    pub(super) tables: Vec<(CString, DataFrame)>,
    /// What the codes in them mean, where ids are codes.
    pub(super) codes: Option<Arc<Codes>>,
}

/// The declared tables, their columns in declared order and types, each in aligned chunks.
pub(super) fn inputs(declaration: &Declaration, given: &Given, forms: Forms) -> Result<Inputs, Fault> {
    let mut tables = selected(declaration, given)?;
    let mut codes = None;
    if forms.ids == Ids::Codes {
        let ids = tables.iter().map(|(name, frame)| (frame, ids_of(declaration, &name.to_string_lossy())));
        let (coded, meaning) = codes::encode(&ids.collect::<Vec<_>>())?;
        tables = tables.into_iter().map(|(name, _)| name).zip(coded).collect();
        codes = Some(Arc::new(meaning));
    }
    for (_, frame) in &mut tables {
        frame.align_chunks_par();
    }
    Ok(Inputs { tables, codes })
}

/// The columns of a table that hold ids.
fn ids_of<'d>(declaration: &'d Declaration, table: &str) -> Vec<&'d str> {
    match declaration.requires.iter().find(|needed| needed.name == table) {
        Some(needed) => {
            let ids = needed.columns.iter().filter(|column| column.kind == LogicalType::Id);
            ids.map(|column| column.name.as_str()).collect()
        }
        None => vec!["cluster_id", "account_id"],
    }
}

fn selected(declaration: &Declaration, given: &Given) -> Result<Vec<(CString, DataFrame)>, Fault> {
    let declared = declaration.requires.iter().map(|needed| {
        let frame = match given.tables.get(&needed.name) {
            Some(frame) => select(needed, frame)?,
            None if needed.is_optional() => DataFrame::new(0, needed.columns.iter().map(|c| absent(c, 0)).collect())
                .map_err(|e| refused(&needed.name, &e))?,
            None => return Err(Fault::Raised(format!("the table `{}` was not given", needed.name))),
        };
        Ok((needed.name.as_str(), frame))
    });
    let groups = given
        .tables
        .get(CLUSTERS)
        .filter(|_| declaration.emits == Shape::Statistics && declaration.requires.iter().all(|t| t.name != CLUSTERS))
        .map(|frame| Ok((CLUSTERS, frame.clone())));
    declared
        .chain(groups)
        .map(|table| {
            let (name, frame) = table?;
            if frame.columns().iter().any(|c| c.name().contains('\0')) {
                return Err(Fault::Raised(format!("a column name of `{name}` has a NUL")));
            }
            let name = CString::new(name).map_err(|_| Fault::Raised("a table name has a NUL".into()))?;
            Ok((name, frame))
        })
        .collect()
}

fn select(needed: &NeededTable, frame: &DataFrame) -> Result<DataFrame, Fault> {
    let columns = needed.columns.iter().map(|wanted| match frame.column(&wanted.name) {
        Ok(found) if *found.dtype() == wanted.kind.dtype() => Ok(found.clone()),
        Ok(found) => found.strict_cast(&wanted.kind.dtype()).map_err(|e| refused(&needed.name, &e)),
        Err(_) if wanted.optional => Ok(absent(wanted, frame.height())),
        Err(_) => Err(Fault::Raised(format!("the column `{}` of `{}` was not given", wanted.name, needed.name))),
    });
    DataFrame::new(frame.height(), columns.collect::<Result<_, _>>()?).map_err(|e| refused(&needed.name, &e))
}

/// An absent optional column: all null, of its declared type.
fn absent(column: &NeededColumn, height: usize) -> Column {
    Column::full_null(column.name.as_str().into(), height, &column.kind.dtype())
}

fn refused(table: &str, error: &impl ToString) -> Fault {
    Fault::Raised(format!("the table `{table}` cannot be handed over: {}", error.to_string()))
}

/// State behind one stream.
struct Producer {
    frame: DataFrame,
    dtype: ArrowDataType,
    level: CompatLevel,
    chunk: usize,
    n_chunks: usize,
    handed: Option<Handed>,
    error: Option<CString>,
}

/// A stream over the chunks of a table; it shares their buffers. Whoever holds it releases it.
pub(super) fn stream(frame: DataFrame, strings: Strings) -> abi::ArrowArrayStream {
    produce(frame, strings, None)
}

/// What leaves is kept in `handed`.
pub(super) fn produce(frame: DataFrame, strings: Strings, handed: Option<Handed>) -> abi::ArrowArrayStream {
    let level = match strings {
        Strings::View => CompatLevel::newest(),
        Strings::LargeUtf8 => CompatLevel::oldest(),
    };
    let fields = frame.columns().iter().map(|c| c.field().to_arrow(level)).collect();
    let n_chunks = if frame.height() == 0 { 0 } else { frame.first_col_n_chunks() };
    let dtype = ArrowDataType::Struct(fields);
    let producer = Producer { dtype, level, frame, chunk: 0, n_chunks, handed, error: None };
    abi::ArrowArrayStream {
        get_schema: Some(get_schema),
        get_next: Some(get_next),
        get_last_error: Some(get_last_error),
        release: Some(release),
        private_data: Box::into_raw(Box::new(producer)).cast(),
    }
}

impl Producer {
    /// Runs a callback's body; an error or a panic becomes the stream's error.
    fn guard(&mut self, run: impl FnOnce(&mut Self) -> PolarsResult<()>) -> c_int {
        let text = match catch_unwind(AssertUnwindSafe(|| run(self))) {
            Ok(Ok(())) => return 0,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the host panicked while it made a batch".into(),
        };
        self.error = CString::new(text.replace('\0', " ")).ok();
        libc::EIO
    }

    /// The next chunk that has rows.
    fn next_batch(&mut self) -> PolarsResult<Option<StructArray>> {
        while self.chunk < self.n_chunks {
            let chunk = self.chunk;
            self.chunk += 1;
            let columns: Vec<Box<dyn Array>> =
                self.frame.columns().iter().map(|c| c.as_materialized_series().to_arrow(chunk, self.level)).collect();
            let length = columns.first().map_or(0, |c| c.len());
            if length > 0 {
                return StructArray::try_new(self.dtype.clone(), length, columns, None).map(Some);
            }
        }
        Ok(None)
    }
}

/// # Safety
/// `stream` is one of [`stream`], not released, and nobody else uses it meanwhile.
unsafe fn producer<'a>(stream: *mut abi::ArrowArrayStream) -> &'a mut Producer {
    // SAFETY: as above; `private_data` is the box of `stream`
    unsafe { &mut *(*stream).private_data.cast::<Producer>() }
}

unsafe extern "C" fn get_schema(stream: *mut abi::ArrowArrayStream, out: *mut abi::ArrowSchema) -> c_int {
    // SAFETY: by Arrow's contract of `get_schema`
    let producer = unsafe { producer(stream) };
    producer.guard(|p| {
        let schema = ffi::export_field_to_c(&Field::new("".into(), p.dtype.clone(), false));
        // SAFETY: both types are the published layout; `out` is writable and holds nothing to drop
        unsafe { ptr::write(out.cast::<ffi::ArrowSchema>(), schema) };
        Ok(())
    })
}

unsafe extern "C" fn get_next(stream: *mut abi::ArrowArrayStream, out: *mut abi::ArrowArray) -> c_int {
    // SAFETY: by Arrow's contract of `get_next`
    let producer = unsafe { producer(stream) };
    producer.guard(|p| {
        match p.next_batch()? {
            Some(batch) => {
                let columns = batch.values().to_vec();
                let exported = ffi::export_array_to_c(Box::new(batch));
                // SAFETY: as in `get_schema`
                unsafe { ptr::write(out.cast::<ffi::ArrowArray>(), exported) };
                if let Some(handed) = &p.handed {
                    // SAFETY: exported from these columns, a moment ago
                    unsafe { handed.record(&columns, &*out) };
                }
            }
            // SAFETY: as in `get_schema`
            None => unsafe { ptr::write(out, abi::ArrowArray::empty()) },
        }
        Ok(())
    })
}

unsafe extern "C" fn get_last_error(stream: *mut abi::ArrowArrayStream) -> *const c_char {
    // SAFETY: by Arrow's contract of `get_last_error`
    unsafe { producer(stream) }.error.as_ref().map_or(ptr::null(), |text| text.as_ptr())
}

unsafe extern "C" fn release(stream: *mut abi::ArrowArrayStream) {
    // SAFETY: by Arrow's contract of `release`: called once, with a stream of ours
    let stream = unsafe { &mut *stream };
    // SAFETY: the box of `stream`, not yet freed
    let producer = unsafe { Box::from_raw(stream.private_data.cast::<Producer>()) };
    stream.release = None;
    stream.private_data = ptr::null_mut();
    drop(catch_unwind(AssertUnwindSafe(|| drop(producer))));
}
