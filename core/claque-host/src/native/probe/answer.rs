//! What came of a raw call: a status and its text, or a stream that is drained as in a run, or by hand.

use super::ask::Calling;
use crate::native::codes::IdsAs;
use crate::native::float_mode::FloatMode;
use crate::native::handed::Handed;
use crate::native::import::{self, Caps};
use claque_abi as abi;
use claque_model::{Fault, Shape};
use polars::prelude::DataFrame;
use std::ffi::CStr;
use std::time::{Duration, Instant};

/// Bytes that an output on made-up tables may have.
const MOST_BYTES: usize = 1 << 30;

/// A call that has returned.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: i32,
    pub(crate) text: String,
    output: Option<Output>,
    call: &'static Calling,
    ids: IdsAs,
}

/// How a stream ended that did not end well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) errno: i32,
    pub(crate) text: String,
}

/// What draining a stream by hand gave.
#[derive(Debug, Default)]
pub(crate) struct Pumped {
    /// Batches with rows.
    pub(crate) batches: usize,
    pub(crate) failed: Option<Ending>,
    /// What broke the rules on the way.
    pub(crate) wrong: Vec<String>,
}

impl Answer {
    pub(super) fn new(status: i32, text: String, output: Option<Output>, call: &'static Calling, ids: IdsAs) -> Self {
        Self { status, text, output, call, ids }
    }

    /// The rows, at most so many, checked as every output is. A status other than 0 is an error with its number.
    pub(crate) fn rows(&mut self, shape: Shape, most: usize) -> Result<DataFrame, Fault> {
        let caps = Caps { rows: most, bytes: MOST_BYTES };
        match self.output.take() {
            Some(output) => import::drain(output.into_stream(), shape, caps, &self.ids, &Handed::default(), || false),
            None => Err(Fault::Raised(format!("status {}: {}", self.status, self.said()))),
        }
    }

    /// Drains the stream by hand up to so many batches, releases it, then its batches.
    pub(crate) fn pump(&mut self, at_most: usize) -> Pumped {
        self.output.take().map_or_else(Pumped::default, |output| output.pump(at_most))
    }

    /// The error text, or that there is none.
    pub(crate) fn said(&self) -> &str {
        if self.text.is_empty() { "without a message" } else { &self.text }
    }

    /// What was not released exactly once. Asked when nothing of the output is left.
    pub(crate) fn unbalanced(&self) -> Vec<String> {
        self.call.ledger.unbalanced()
    }

    /// Batches of input that it asked for.
    pub(crate) fn batches_read(&self) -> usize {
        self.call.batches()
    }

    /// Did it meet the stream that fails on purpose?
    pub(crate) fn met_trouble(&self) -> bool {
        self.call.has_failed()
    }

    /// Time since it was told to stop, if it was.
    pub(crate) fn since_cancelled(&self) -> Option<Duration> {
        self.call.cancelled_at.get().map(Instant::elapsed)
    }
}

/// The output stream; nothing is released by dropping it.
#[derive(Debug)]
pub(super) struct Output(abi::ArrowArrayStream);

impl Output {
    pub(super) fn new(stream: abi::ArrowArrayStream) -> Self {
        Self(stream)
    }

    fn into_stream(self) -> abi::ArrowArrayStream {
        self.0
    }

    pub(super) fn pump(mut self, at_most: usize) -> Pumped {
        let _mode = FloatMode::save();
        let mut pumped = Pumped::default();
        let (Some(get_schema), Some(get_next), Some(release)) = (self.0.get_schema, self.0.get_next, self.0.release)
        else {
            pumped.wrong.push("a callback of the output stream is NULL".into());
            return pumped;
        };
        let mut schema = abi::ArrowSchema::empty();
        // SAFETY: an open stream, used by this thread alone, and an empty struct to fill
        let code = unsafe { get_schema(&raw mut self.0, &raw mut schema) };
        if code == 0 {
            pumped.release_schema(&mut schema);
        } else {
            pumped.failed = Some(self.ending(code));
        }
        let mut batches: Vec<abi::ArrowArray> = Vec::new();
        while pumped.failed.is_none() && batches.len() < at_most {
            let mut batch = abi::ArrowArray::empty();
            // SAFETY: as above
            let code = unsafe { get_next(&raw mut self.0, &raw mut batch) };
            if code != 0 {
                pumped.failed = Some(self.ending(code));
            } else if batch.release.is_none() {
                break;
            } else {
                batches.push(batch);
            }
        }
        pumped.batches = batches.iter().filter(|batch| batch.length > 0).count();
        // SAFETY: not released before; batches outlive their stream by Arrow's contract
        unsafe { release(&raw mut self.0) };
        if self.0.release.is_some() {
            pumped.wrong.push("the output stream is not marked as released: its `release` must be set to NULL".into());
        }
        for batch in batches {
            pumped.release_batch(batch);
        }
        pumped
    }

    fn ending(&mut self, errno: i32) -> Ending {
        let text = self.0.get_last_error.map_or(std::ptr::null(), |get| {
            // SAFETY: an open stream whose last call failed
            unsafe { get(&raw mut self.0) }
        });
        // SAFETY: NULL or a string that lives until the next call
        let text = (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned());
        Ending { errno, text: text.unwrap_or_default() }
    }
}

impl Pumped {
    fn release_schema(&mut self, schema: &mut abi::ArrowSchema) {
        match schema.release {
            // SAFETY: a schema that was not released
            Some(release) => unsafe { release(schema) },
            None => self.wrong.push("`get_schema` wrote no schema".into()),
        }
        self.must_be_released(schema.release.is_none(), "the schema of the output");
    }

    /// Moves the first column out, releases the batch, then the column, as Arrow allows.
    fn release_batch(&mut self, mut batch: abi::ArrowArray) {
        let mut moved = abi::ArrowArray::empty();
        if batch.n_children > 0 && !batch.children.is_null() {
            // SAFETY: by Arrow's contract there is a first child
            let child = unsafe { *batch.children };
            if !child.is_null() {
                // SAFETY: by Arrow's contract a child that lives as long as its parent
                moved = unsafe { std::ptr::read(child) };
                // SAFETY: as above; NULL marks it as moved
                unsafe { (*child).release = None };
            }
        }
        if let Some(release) = batch.release {
            // SAFETY: a batch that was not released
            unsafe { release(&raw mut batch) }
            self.must_be_released(batch.release.is_none(), "a batch of the output");
        }
        if let Some(release) = moved.release {
            // SAFETY: a column that was moved out before
            unsafe { release(&raw mut moved) }
            self.must_be_released(moved.release.is_none(), "a column that was moved out of the output");
        }
    }

    fn must_be_released(&mut self, is_released: bool, what: &str) {
        let text = format!("{what} is not marked as released: its `release` must be set to NULL");
        if !is_released && !self.wrong.contains(&text) {
            self.wrong.push(text);
        }
    }
}
