//! What a running signal can ask of the host: the table of functions behind `claque_host`, callable from
//! any thread. Messages go through a bounded channel to the thread that asked for the score, so that a
//! plugin which outlives its time limit never touches what the caller has long taken back.

use super::philox;
use claque_abi as abi;
use claque_model::LogLevel;
use polars::prelude::DataFrame;
use std::ffi::{CStr, c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::SyncSender;

/// Longest text of one message, in bytes.
const LONGEST_MESSAGE: usize = 4096;

/// From a call to the thread that waits for it.
#[derive(Debug)]
pub(super) enum Message {
    Log(LogLevel, String),
    Progress(f64, String),
    Done(Result<DataFrame, claque_model::Fault>),
}

/// State of one call, shared by the thread that waits and the thread that runs.
#[derive(Debug)]
pub(super) struct Context {
    seed: u64,
    cancelled: AtomicBool,
    messages: SyncSender<Message>,
}

impl Context {
    pub(super) fn new(seed: u64, messages: SyncSender<Message>) -> Self {
        Self { seed, cancelled: AtomicBool::new(false), messages }
    }

    /// Asks the plugin to stop.
    pub(super) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Sends a message; when nobody waits any more it is dropped.
    pub(super) fn send(&self, message: Message) {
        drop(self.messages.send(message));
    }

    /// The C table of functions. Valid while `self` is.
    pub(super) fn host(&self) -> abi::Host {
        abi::Host {
            struct_size: size_of::<abi::Host>() as u32,
            abi_version: abi::ABI_VERSION,
            ctx: ptr::from_ref(self).cast_mut().cast(),
            log,
            progress,
            cancelled,
            random_u64,
            get_extension,
        }
    }
}

/// Runs a callback; a panic of our own must not leave it.
fn guarded<T: Default>(run: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_default()
}

/// # Safety
/// `ctx` is the pointer of [`Context::host`], and that context is alive.
unsafe fn context<'a>(ctx: *mut c_void) -> &'a Context {
    // SAFETY: as above; a context is only ever shared, never borrowed mutably
    unsafe { &*ctx.cast::<Context>() }
}

/// # Safety
/// NULL or a NUL-terminated string.
unsafe fn text(message: *const c_char) -> String {
    if message.is_null() {
        return String::new();
    }
    // SAFETY: as above
    let bytes = unsafe { CStr::from_ptr(message) }.to_bytes();
    String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST_MESSAGE)]).into_owned()
}

unsafe extern "C" fn log(ctx: *mut c_void, level: i32, message: *const c_char) {
    guarded(|| {
        let level = match level {
            ..=0 => LogLevel::Trace,
            1 => LogLevel::Debug,
            2 => LogLevel::Info,
            3 => LogLevel::Warn,
            4.. => LogLevel::Error,
        };
        // SAFETY: by the contract of `claque_host.log`
        unsafe { context(ctx).send(Message::Log(level, text(message))) };
    });
}

unsafe extern "C" fn progress(ctx: *mut c_void, fraction: f64, note: *const c_char) {
    guarded(|| {
        let fraction = if fraction >= 0.0 { fraction.min(1.0) } else { -1.0 };
        // SAFETY: by the contract of `claque_host.progress`
        unsafe { context(ctx).send(Message::Progress(fraction, text(note))) };
    });
}

unsafe extern "C" fn cancelled(ctx: *mut c_void) -> i32 {
    // SAFETY: by the contract of `claque_host.cancelled`
    i32::from(unsafe { context(ctx) }.is_cancelled())
}

unsafe extern "C" fn random_u64(ctx: *mut c_void, stream: u64, counter: u64) -> u64 {
    // SAFETY: by the contract of `claque_host.random_u64`
    philox::random_u64(unsafe { context(ctx) }.seed, stream, counter)
}

/// Version 1.0 defines no extension of the host.
unsafe extern "C" fn get_extension(_: *mut c_void, _: *const c_char) -> *const c_void {
    ptr::null()
}
