//! Compiled plugins, in this process: from a file to signals, and each call across the C border and back.
//! Which file may be loaded at all is decided elsewhere; so is what its output means.
#![expect(unsafe_code, reason = "dlopen, and raw pointers of a C contract in both directions")]

mod cache;
mod call;
mod child;
mod codes;
mod deferred;
pub(crate) mod elf;
mod error;
mod export;
mod float_mode;
mod forms;
mod handed;
mod import;
mod loader;
mod metadata;
mod outputs;
mod philox;
pub(crate) mod probe;
mod services;
mod signal;

#[cfg(test)]
mod tests;

pub(crate) use cache::sha256;
pub(crate) use child::crash::name as name_of_signal;
pub use child::{IsolatedSignal, Isolation, RUNNER, Refusal, Runner, serve_as_child};
pub(crate) use deferred::Deferred;
pub use error::{AbiVersion, NativeError};
pub use forms::{Forms, Ids, Strings};
pub use loader::{Library, StoredLibrary};
pub use outputs::{Caps, read_shared, read_stream};
pub use signal::NativeSignal;
