//! Input streams of the checks: any batches, in any legal form, that can fail on purpose.

use super::ask::Calling;
use super::buffers;
use super::ledger::Thing;
use crate::native::forms::Strings;
use claque_abi as abi;
use polars::prelude::DataFrame;
use std::ffi::{CStr, CString, c_char, c_int};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How the same rows lie in memory.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent property of a layout")]
pub(crate) struct Form {
    /// Rows before the first one of every column.
    pub(crate) offset: usize,
    /// A bitmap even where nothing is null.
    pub(crate) bitmaps: bool,
    /// `null_count` is −1.
    pub(crate) nulls_untold: bool,
    /// In memory that faults when it is written, read past its end, or read after its release.
    pub(crate) guarded: bool,
    /// A batch without rows before every batch.
    pub(crate) empty_batches: bool,
    /// `n_rows` is −1.
    pub(crate) rows_untold: bool,
}

/// When a stream fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// In `get_schema`.
    Schema,
    /// In `get_next`, after so many batches.
    After(usize),
}

/// Text of the error that such a stream gives.
const TROUBLE: &CStr = c"the disk is on fire";

/// One input table.
#[derive(Clone, Debug)]
pub(crate) struct Feed {
    pub(crate) name: String,
    /// Its columns, without rows.
    pub(crate) head: DataFrame,
    pub(crate) batches: Vec<DataFrame>,
    pub(crate) form: Form,
    pub(crate) strings: Strings,
    pub(crate) trouble: Option<Trouble>,
}

impl Feed {
    /// A table in so many batches of about one size; one without rows has none.
    pub(crate) fn of(name: &str, rows: &DataFrame, pieces: usize) -> Self {
        let step = rows.height().div_ceil(pieces.max(1)).max(1);
        let batches = (0..rows.height()).step_by(step).map(|at| rows.slice(at as i64, step)).collect();
        Self {
            name: name.to_owned(),
            head: rows.clear(),
            batches,
            form: Form::default(),
            strings: Strings::View,
            trouble: None,
        }
    }

    /// The same with texts in that form.
    pub(crate) fn with_strings(self, strings: Strings) -> Self {
        Self { strings, ..self }
    }

    /// The same with every part changed.
    pub(crate) fn map(&self, change: &dyn Fn(&DataFrame) -> DataFrame) -> Self {
        Self { head: change(&self.head), batches: self.batches.iter().map(change).collect(), ..self.clone() }
    }

    pub(super) fn height(&self) -> i64 {
        if self.form.rows_untold { -1 } else { self.batches.iter().map(DataFrame::height).sum::<usize>() as i64 }
    }

    /// Its stream for one call.
    pub(super) fn open(&self, call: &'static Calling) -> abi::ArrowArrayStream {
        let thing = call.ledger.enter(format!("the stream of `{}`", self.name), Vec::new());
        let state = State { feed: self.clone(), call, thing, next: AtomicUsize::new(0), failed: AtomicUsize::new(0) };
        abi::ArrowArrayStream {
            get_schema: Some(get_schema),
            get_next: Some(get_next),
            get_last_error: Some(get_last_error),
            release: Some(release),
            private_data: ptr::from_mut(Box::leak(Box::new(state))).cast(),
        }
    }

    /// Batches as they are handed out, the empty ones among them.
    fn handed_out(&self, number: usize) -> Option<&DataFrame> {
        if !self.form.empty_batches {
            return self.batches.get(number);
        }
        let batch = self.batches.get(number / 2)?;
        Some(if number.is_multiple_of(2) { &self.head } else { batch })
    }
}

/// State behind one stream; shared, because a plugin may copy the struct against the rules.
struct State {
    feed: Feed,
    call: &'static Calling,
    thing: &'static Thing,
    next: AtomicUsize,
    failed: AtomicUsize,
}

/// # Safety
/// `stream` is a copy of one of [`Feed::open`]; its state is never freed.
unsafe fn state(stream: *mut abi::ArrowArrayStream) -> &'static State {
    // SAFETY: as above
    unsafe { &*(*stream).private_data.cast::<State>() }
}

/// A panic of our own must not leave a callback.
fn guarded(state: &State, run: impl FnOnce() -> c_int) -> c_int {
    let code = catch_unwind(AssertUnwindSafe(run)).unwrap_or(libc::EIO);
    if code != 0 {
        state.failed.store(1, Ordering::SeqCst);
        state.call.failed();
    }
    code
}

unsafe extern "C" fn get_schema(stream: *mut abi::ArrowArrayStream, out: *mut abi::ArrowSchema) -> c_int {
    // SAFETY: by Arrow's contract
    let state = unsafe { state(stream) };
    guarded(state, || {
        state.call.reached_schema();
        if state.feed.trouble == Some(Trouble::Schema) {
            return libc::EIO;
        }
        let schema = schema(state);
        // SAFETY: `out` is writable and holds nothing to drop
        unsafe { ptr::write(out, schema) };
        0
    })
}

fn schema(state: &State) -> abi::ArrowSchema {
    let one = |format: &'static CStr, name: &str, children: Vec<*mut abi::ArrowSchema>, what: String| {
        let children: &'static mut [*mut abi::ArrowSchema] = Box::leak(children.into_boxed_slice());
        abi::ArrowSchema {
            format: format.as_ptr(),
            name: CString::new(name).unwrap_or_default().into_raw(),
            flags: abi::FLAG_NULLABLE,
            n_children: children.len() as i64,
            children: if children.is_empty() { ptr::null_mut() } else { children.as_mut_ptr() },
            release: Some(release_schema),
            private_data: ptr::from_ref(state.call.ledger.enter(what, Vec::new())).cast_mut().cast(),
            ..abi::ArrowSchema::empty()
        }
    };
    let table = &state.feed.name;
    let columns = state.feed.head.columns().iter().map(|column| {
        let name = column.name().as_str();
        let what = format!("the schema of `{name}` of `{table}`");
        ptr::from_mut(Box::leak(Box::new(one(
            buffers::format_of(column.dtype(), state.feed.strings),
            name,
            Vec::new(),
            what,
        ))))
    });
    let columns = columns.collect();
    abi::ArrowSchema { flags: 0, ..one(c"+s", "", columns, format!("the schema of `{table}`")) }
}

unsafe extern "C" fn release_schema(schema: *mut abi::ArrowSchema) {
    // SAFETY: by Arrow's contract a struct with this callback, which `schema` filled
    let schema = unsafe { &mut *schema };
    for i in 0..schema.n_children as usize {
        // SAFETY: `n_children` pointers to leaked structs
        let child = unsafe { &mut **schema.children.add(i) };
        if let Some(release) = child.release {
            // SAFETY: a child that was not moved out
            unsafe { release(child) }
        }
    }
    // SAFETY: things are never freed
    unsafe { &*schema.private_data.cast::<Thing>() }.release();
    schema.release = None;
}

unsafe extern "C" fn get_next(stream: *mut abi::ArrowArrayStream, out: *mut abi::ArrowArray) -> c_int {
    // SAFETY: by Arrow's contract
    let state = unsafe { state(stream) };
    guarded(state, || {
        state.call.reached_batch();
        let number = state.next.fetch_add(1, Ordering::SeqCst);
        if matches!(state.feed.trouble, Some(Trouble::After(batches)) if number >= batches) {
            return libc::EIO;
        }
        let batch =
            state.feed.handed_out(number).map_or_else(abi::ArrowArray::empty, |rows| batch(state, number, rows));
        // SAFETY: `out` is writable and holds nothing to drop; an empty struct is the end
        unsafe { ptr::write(out, batch) };
        state.call.handed_out();
        0
    })
}

fn batch(state: &State, number: usize, rows: &DataFrame) -> abi::ArrowArray {
    let (ledger, what) = (&state.call.ledger, format!("batch {} of `{}`", number + 1, state.feed.name));
    let column = |column: &polars::prelude::Column| {
        buffers::array(column, state.feed.form, state.feed.strings, ledger, format!("`{}` in {what}", column.name()))
    };
    let columns = rows.columns().iter().map(column).collect();
    buffers::batch(columns, rows.height(), ledger, what.clone())
}

unsafe extern "C" fn get_last_error(stream: *mut abi::ArrowArrayStream) -> *const c_char {
    // SAFETY: by Arrow's contract
    let state = unsafe { state(stream) };
    if state.failed.load(Ordering::SeqCst) == 0 { ptr::null() } else { TROUBLE.as_ptr() }
}

unsafe extern "C" fn release(stream: *mut abi::ArrowArrayStream) {
    // SAFETY: by Arrow's contract
    unsafe { state(stream) }.thing.release();
    // SAFETY: by Arrow's contract a struct that its holder may write
    unsafe { (*stream).release = None };
}
