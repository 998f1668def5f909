//! What the exported symbol returns, and the function behind each signal.

use crate::call::Call;
use crate::error::Error;
use crate::guard::{Panic, guarded};
use crate::output::{Output, Rows};
use crate::{Signal, manifest, selftest, stream};
use claque_abi as abi;
use std::ffi::CString;
use std::panic;
use std::ptr;
use std::sync::OnceLock;

/// A signal as the host sees it.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Exported {
    id: &'static str,
    flags: u32,
    score: abi::ScoreFn,
}

impl Exported {
    /// The entry of a signal.
    #[must_use]
    pub const fn of<S: Signal>() -> Self {
        // a signal has no state, so it is thread-safe by construction
        let flags = abi::FLAG_THREAD_SAFE | if S::DETERMINISTIC { abi::FLAG_DETERMINISTIC } else { 0 };
        Self { id: S::ID, flags, score: score::<S> }
    }
}

/// The static structs of a library.
#[doc(hidden)]
pub struct Library {
    root: abi::Library,
    /// What `root` points at.
    _pointers: Box<[*const abi::Plugin]>,
    _plugins: Box<[abi::Plugin]>,
    _metadata: Box<[CString]>,
}

// SAFETY: never changed after it was made
unsafe impl Send for Library {}
// SAFETY: as above
unsafe impl Sync for Library {}

impl Library {
    /// The body of the exported symbol: NULL for a host of another major version.
    pub fn serve(
        once: &'static OnceLock<Self>,
        host_abi_version: u32,
        manifest: &str,
        signals: &[Exported],
    ) -> *const abi::Library {
        if host_abi_version >> 16 != u32::from(abi::ABI_MAJOR) {
            return ptr::null();
        }
        panic::catch_unwind(|| ptr::from_ref(&once.get_or_init(|| Self::new(manifest, signals)).root))
            .unwrap_or(ptr::null())
    }

    fn new(manifest: &str, signals: &[Exported]) -> Self {
        let metadata: Box<[CString]> = signals
            .iter()
            .map(|signal| {
                // the host prints what is no declaration, so a broken manifest explains itself
                let text = manifest::metadata(manifest, signal.id).unwrap_or_else(|problem| problem);
                CString::new(text.replace('\0', " ")).expect("no NUL is left")
            })
            .collect();
        let plugins: Box<[abi::Plugin]> = signals
            .iter()
            .zip(&metadata)
            .map(|(signal, text)| abi::Plugin {
                struct_size: size_of::<abi::Plugin>() as u32,
                flags: signal.flags,
                metadata_json: text.as_ptr(),
                score: Some(signal.score),
                get_extension: Some(selftest::get_extension),
            })
            .collect();
        let pointers: Box<[*const abi::Plugin]> = plugins.iter().map(ptr::from_ref).collect();
        let root = abi::Library {
            struct_size: size_of::<abi::Library>() as u32,
            abi_version: abi::ABI_VERSION,
            n_plugins: pointers.len() as u32,
            reserved: 0,
            plugins: pointers.as_ptr(),
        };
        Self { root, _pointers: pointers, _plugins: plugins, _metadata: metadata }
    }
}

pub(crate) unsafe extern "C" fn score<S: Signal>(
    _: *const abi::Plugin,
    host: *const abi::Host,
    request: *const abi::Request,
    out: *mut abi::ArrowArrayStream,
    error: *mut abi::ErrorBuffer,
) -> i32 {
    let body = || -> Result<abi::ArrowArrayStream, Error> {
        selftest::panic_if_armed_in_score();
        // SAFETY: the pointers of this call
        let call = unsafe { Call::new(host, request) }?;
        let output = S::score(&call)?;
        let empty = <S::Output as Output>::Rows::default().into_columns();
        // SAFETY: by the contract the host is valid until the stream is released
        unsafe { stream::open(host, output.into_source().0, &empty) }
    };
    // SAFETY: by the contract the host is valid during the call
    let (status, text) = match unsafe { guarded(host, body) } {
        Ok(Ok(stream)) => {
            // SAFETY: by the contract `out` is writable and zeroed
            unsafe { ptr::write(out, stream) };
            return abi::OK;
        }
        Ok(Err(problem)) => (problem.status(), problem.to_string()),
        Err(Panic(text)) => (abi::ERR_PANIC, text),
    };
    // SAFETY: NULL or, by the contract, the host's buffer
    if let Some(error) = unsafe { error.as_mut() } {
        // SAFETY: as above
        unsafe { error.set(&text.replace('\0', " ")) };
    }
    status
}

/// Ends a library: exports the one symbol of the contract, with these signals in it. Their declarations are
/// read from the `plugin.toml` beside the crate's `Cargo.toml`, at compile time.
///
/// ```ignore
/// claque_sdk::export_signals!(Shouting, Whispering);
/// ```
#[macro_export]
macro_rules! export_signals {
    ($($signal:ty),+ $(,)?) => {
        /// The one symbol of the contract.
        #[unsafe(no_mangle)]
        pub extern "C" fn claque_library_v1(host_abi_version: u32) -> *const $crate::abi::Library {
            static LIBRARY: ::std::sync::OnceLock<$crate::Library> = ::std::sync::OnceLock::new();
            const MANIFEST: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/plugin.toml"));
            $crate::Library::serve(&LIBRARY, host_abi_version, MANIFEST, &[$($crate::Exported::of::<$signal>()),+])
        }
    };
}
