//! The raw types of `include/claque.h`, ABI version 1.0: no dependencies, no behavior beyond writing an
//! error text into the buffer that belongs to the host. What the words mean stands in the header, which
//! is the contract; here is only its layout, asserted at compile time.

mod arrow;
mod contract;

pub use arrow::{ArrowArray, ArrowArrayStream, ArrowSchema, FLAG_NULLABLE};
pub use contract::{ENTRY, EntryFn, ErrorBuffer, Host, Library, Plugin, Request, ScoreFn, Table};

/// Breaks everything: the exported symbol changes its name.
pub const ABI_MAJOR: u16 = 1;
/// Fields appended, extension ids added.
pub const ABI_MINOR: u16 = 0;
/// Both in one word.
pub const ABI_VERSION: u32 = ((ABI_MAJOR as u32) << 16) | ABI_MINOR as u32;

/// Done; the output stream was written.
pub const OK: i32 = 0;
/// `params_json` is not acceptable.
pub const ERR_PARAMS: i32 = 1;
/// A declared table or column is missing or wrong.
pub const ERR_SCHEMA: i32 = 2;
/// Anything else, with a message.
pub const ERR_RUNTIME: i32 = 3;
/// `cancelled` said so.
pub const ERR_CANCELLED: i32 = 4;
/// A panic or exception was caught.
pub const ERR_PANIC: i32 = 5;
/// This build or CPU cannot do it.
pub const ERR_UNSUPPORTED: i32 = 6;

/// `score` may run on several threads at once.
pub const FLAG_THREAD_SAFE: u32 = 1;
/// Same input, parameters and seed give the same rows, whatever `max_threads` and the batch borders.
pub const FLAG_DETERMINISTIC: u32 = 2;
