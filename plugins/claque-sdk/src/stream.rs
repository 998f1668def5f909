//! The output stream that the host drains: guarded callbacks around a source of columns.

use crate::error::Error;
use crate::guard::{Panic, guarded};
use crate::output::{Columns, Source};
use crate::produce::{self, FieldType};
use crate::selftest;
use claque_abi as abi;
use std::ffi::{CString, c_char, c_int};
use std::ptr;

const EIO: c_int = 5;
const ECANCELED: c_int = if cfg!(target_os = "macos") { 89 } else { 125 };

struct State {
    host: *const abi::Host,
    source: Source,
    /// Types of the columns, which the first part of the output decides.
    types: Vec<FieldType>,
    first: Option<Columns>,
    error: Option<CString>,
    /// After an error the stream stays failed.
    failed: c_int,
}

/// An output stream. Makes the first part at once, since it decides the optional columns.
///
/// # Safety
/// `host` stays valid until the stream is released.
pub(crate) unsafe fn open(
    host: *const abi::Host,
    mut source: Source,
    empty: &Columns,
) -> Result<abi::ArrowArrayStream, Error> {
    let first = source()?;
    let types = first.as_ref().unwrap_or(empty).types();
    let state = State { host, source, types, first, error: None, failed: 0 };
    Ok(abi::ArrowArrayStream {
        get_schema: Some(get_schema),
        get_next: Some(get_next),
        get_last_error: Some(get_last_error),
        release: Some(release),
        private_data: Box::into_raw(Box::new(state)).cast(),
    })
}

impl State {
    fn next(&mut self) -> Result<Option<Columns>, Error> {
        // SAFETY: valid until the stream is released
        let host = unsafe { &*self.host };
        // SAFETY: as above
        if unsafe { (host.cancelled)(host.ctx) } != 0 {
            return Err(Error::Cancelled);
        }
        selftest::panic_if_armed_in_stream();
        let next = match self.first.take() {
            Some(first) => Some(first),
            None => (self.source)()?,
        };
        if next.as_ref().is_some_and(|columns| columns.types() != self.types) {
            return Err(Error::runtime("the parts of the output have different optional columns or types"));
        }
        Ok(next)
    }

    fn fail(&mut self, code: c_int, text: &str) -> c_int {
        self.error = CString::new(text.replace('\0', " ")).ok();
        self.failed = code;
        code
    }
}

/// # Safety
/// `stream` is one of [`open`], not released, with one user at a time.
unsafe fn state<'a>(stream: *mut abi::ArrowArrayStream) -> &'a mut State {
    // SAFETY: as above; `private_data` is the box of `open`
    unsafe { &mut *(*stream).private_data.cast::<State>() }
}

unsafe extern "C" fn get_schema(stream: *mut abi::ArrowArrayStream, out: *mut abi::ArrowSchema) -> c_int {
    // SAFETY: by Arrow's contract of `get_schema`
    let state = unsafe { state(stream) };
    // SAFETY: the host is valid until the stream is released
    match unsafe { guarded(state.host, || produce::schema(&state.types)) } {
        Ok(schema) => {
            // SAFETY: `out` is writable and holds nothing to drop
            unsafe { ptr::write(out, schema) };
            0
        }
        Err(Panic(text)) => state.fail(EIO, &format!("panic: {text}")),
    }
}

unsafe extern "C" fn get_next(stream: *mut abi::ArrowArrayStream, out: *mut abi::ArrowArray) -> c_int {
    // SAFETY: by Arrow's contract of `get_next`
    let state = unsafe { state(stream) };
    if state.failed != 0 {
        return state.failed;
    }
    let host = state.host;
    // SAFETY: the host is valid until the stream is released
    let next = unsafe { guarded(host, || state.next().map(|columns| columns.map(|c| produce::batch(c.0)))) };
    match next {
        Ok(Ok(batch)) => {
            // SAFETY: `out` is writable and holds nothing to drop; an empty struct is the end
            unsafe { ptr::write(out, batch.unwrap_or_else(abi::ArrowArray::empty)) };
            0
        }
        Ok(Err(Error::Cancelled)) => state.fail(ECANCELED, "cancelled"),
        Ok(Err(error)) => state.fail(EIO, &error.to_string()),
        Err(Panic(text)) => {
            // its state is unknown now: it is never called again
            state.fail(EIO, &format!("panic: {text}"))
        }
    }
}

unsafe extern "C" fn get_last_error(stream: *mut abi::ArrowArrayStream) -> *const c_char {
    // SAFETY: by Arrow's contract of `get_last_error`
    unsafe { state(stream) }.error.as_ref().map_or(ptr::null(), |text| text.as_ptr())
}

unsafe extern "C" fn release(stream: *mut abi::ArrowArrayStream) {
    // SAFETY: by Arrow's contract called once, with a stream of ours
    let stream = unsafe { &mut *stream };
    // SAFETY: the box of `open`
    let state = unsafe { Box::from_raw(stream.private_data.cast::<State>()) };
    stream.release = None;
    let host = state.host;
    // SAFETY: the host is valid until this function returns
    drop(unsafe { guarded(host, || drop(state)) });
}
