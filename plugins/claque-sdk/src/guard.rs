//! No panic leaves a function that the host calls. A panic's text goes to the host's log, never to stderr,
//! which belongs to the program.

use claque_abi as abi;
use std::cell::{Cell, RefCell};
use std::ffi::CString;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::ptr;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

thread_local! {
    /// The host of the call that runs on this thread.
    static HOST: Cell<*const abi::Host> = const { Cell::new(ptr::null()) };
    /// Text and place of the last panic on this thread.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// In tests of an author the usual hook goes on printing panics outside of calls.
pub(crate) static IN_TESTS: AtomicBool = AtomicBool::new(false);

/// A panic's text, with the place in the source.
pub(crate) struct Panic(pub(crate) String);

/// Runs a body that the host called; a panic becomes an error.
///
/// # Safety
/// `host` is NULL or valid during the body.
pub(crate) unsafe fn guarded<T>(host: *const abi::Host, body: impl FnOnce() -> T) -> Result<T, Panic> {
    static HOOK: Once = Once::new();
    HOOK.call_once(install_hook);
    let outer = HOST.replace(host);
    let result = panic::catch_unwind(AssertUnwindSafe(body));
    HOST.set(outer);
    result.map_err(|payload| {
        let text = LAST.take().unwrap_or_else(|| text_of(&*payload).to_owned());
        if !payload.is::<&str>() && !payload.is::<String>() {
            std::mem::forget(payload); // dropping it could panic as well
        }
        Panic(text)
    })
}

fn install_hook() {
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let host = HOST.get();
        if host.is_null() {
            if IN_TESTS.load(Ordering::Relaxed) {
                previous(info);
            }
            return;
        }
        let text = describe(info);
        log(host, 4, &format!("panic: {text}"));
        LAST.set(Some(text));
    }));
}

/// The host of a call, for a thread that works while the one of the call waits.
pub(crate) struct Lent(*const abi::Host);

// SAFETY: by the contract functions of the host may be called from any thread
unsafe impl Send for Lent {}

impl Lent {
    pub(crate) fn of(host: &abi::Host) -> Self {
        Self(host)
    }

    #[cfg(feature = "polars")]
    pub(crate) fn by_this_thread() -> Self {
        Self(HOST.get())
    }

    /// Whoever panics or warns meanwhile is heard by that host.
    pub(crate) fn during<T>(self, work: impl FnOnce() -> T) -> T {
        let outer = HOST.replace(self.0);
        let result = panic::catch_unwind(AssertUnwindSafe(work));
        HOST.set(outer);
        result.unwrap_or_else(|payload| panic::resume_unwind(payload))
    }
}

/// A warning to the host of the call that runs on this thread; without one nobody hears it.
#[cfg(feature = "polars")]
pub(crate) fn warn(text: &str) {
    let host = HOST.get();
    if !host.is_null() {
        log(host, 3, text);
    }
}

fn log(host: *const abi::Host, level: i32, text: &str) {
    if let Ok(message) = CString::new(text.replace('\0', " ")) {
        // SAFETY: set by `guarded` for the time in which the host is valid
        unsafe { ((*host).log)((*host).ctx, level, message.as_ptr()) };
    }
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let text = text_of(info.payload());
    match info.location() {
        Some(place) => format!("{text} ({}:{})", place.file(), place.line()),
        None => text.to_owned(),
    }
}

fn text_of(payload: &(dyn std::any::Any + Send)) -> &str {
    let literal = payload.downcast_ref::<&str>().copied();
    literal.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("a panic without a text")
}
