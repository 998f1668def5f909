//! What can be wrong with a library before any of its signals runs, in words that say what to do.

use std::fmt;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Version of the border between the program and compiled plugins; not the version of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AbiVersion {
    /// Another major version is another language.
    pub major: u16,
    /// Higher minor versions only add.
    pub minor: u16,
}

impl AbiVersion {
    /// The version that this build speaks.
    pub const HOST: Self = Self { major: claque_abi::ABI_MAJOR, minor: claque_abi::ABI_MINOR };

    pub(super) fn from_word(word: u32) -> Self {
        Self { major: (word >> 16) as u16, minor: (word & 0xffff) as u16 }
    }
}

impl fmt::Display for AbiVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// Why a library gives no signals.
#[derive(Debug, Error)]
pub enum NativeError {
    /// The file cannot be read.
    #[error("cannot read the library `{}`: {source}", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    /// The private copy that is loaded cannot be written or read back.
    #[error("cannot keep a copy of the library `{name}` in `{}`: {source}", path.display())]
    Cache { name: String, path: PathBuf, source: io::Error },
    /// Another file than the manifest names.
    #[error("the library `{name}` has the SHA-256 `{found}`, its manifest says `{expected}`")]
    HashDiffers { name: String, expected: String, found: String },
    /// The content is no shared library of this system.
    #[error("`{name}` is not a shared library: {what}")]
    NotALibrary { name: String, what: String },
    /// Built for another processor.
    #[error("the library `{name}` is built for {found}, this machine needs {host}")]
    WrongMachine { name: String, found: String, host: &'static str },
    /// The system's loader refuses it.
    #[error("the library `{name}` cannot be loaded: {message}")]
    NotLoadable { name: String, message: String },
    /// The one symbol of the contract is not exported.
    #[error("the library `{name}` does not export `{symbol}`")]
    MissingSymbol { name: String, symbol: String },
    /// Another major version.
    #[error("the library `{name}` speaks {}, this build speaks ABI {host}",
            library.map_or("another ABI".to_owned(), |v| format!("ABI {v}")))]
    WrongAbi { name: String, library: Option<AbiVersion>, host: AbiVersion },
    /// A struct of the library breaks the contract.
    #[error("the library `{name}` breaks the ABI: `{field}` is {found}, must be {expected}")]
    BadStruct { name: String, field: &'static str, found: String, expected: String },
    /// A declaration inside the library cannot be read.
    #[error("the metadata of signal {number} in the library `{name}` are not a declaration: {problem}")]
    BadMetadata { name: String, number: usize, problem: String },
    /// Two signals of one id.
    #[error("the library `{name}` has two signals `{id}`")]
    TwiceTheSameSignal { name: String, id: String },
    /// Library and manifest name different signals.
    #[error("the library `{name}` has the signals {library}, its manifest names {manifest}")]
    OtherSignals { name: String, library: String, manifest: String },
    /// Library and manifest tell different things about a signal.
    #[error("`{field}` of signal `{id}` is {library} in the library `{name}`, but {manifest} in its manifest")]
    ManifestDiffers { name: String, id: String, field: &'static str, library: String, manifest: String },
}

impl NativeError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unreadable { .. } => "check the path of this platform in `plugin.toml`, and build the library".into(),
            Self::Cache { .. } => {
                "the cache folder (`claque` in XDG_CACHE_HOME, or in ~/.cache) must be yours and writable, and its disk not full"
                    .into()
            }
            Self::HashDiffers { .. } => {
                "the file was changed or rebuilt after the manifest was written: get it again from its author, or, \
                 if you built it, put the new hash into `plugin.toml`"
                    .into()
            }
            Self::NotALibrary { .. } => {
                "point `path` in `plugin.toml` at the file that `gcc -shared` or `cargo build` with \
                 `crate-type = [\"cdylib\"]` wrote"
                    .into()
            }
            Self::WrongMachine { host, .. } => format!("build it for {host}, or ask its author for that file"),
            Self::NotLoadable { message, .. } => return loader_hint(message),
            Self::MissingSymbol { symbol, .. } => format!(
                "in Rust end the crate with `export_signals!(…)` of `claque-sdk`; in C define `{symbol}` after \
                 including `claque.h`, which exports it even under `-fvisibility=hidden`"
            ),
            Self::WrongAbi { host, library, .. } if library.is_some_and(|v| v.major > host.major) => {
                "it is newer than this program: update claque, or get the plugin's older release".into()
            }
            Self::WrongAbi { host, .. } => format!("rebuild it against `claque-sdk` or `claque.h` of ABI {host}"),
            Self::BadStruct { .. } => {
                "fill the structs from the types of `claque.h`, `struct_size` with `sizeof`, and keep them static"
                    .into()
            }
            Self::BadMetadata { .. } => {
                "`metadata_json` is the signal's declaration as one JSON object, with the keys of `plugin.toml`".into()
            }
            Self::TwiceTheSameSignal { .. } => "every signal needs an id of its own".into(),
            Self::OtherSignals { .. } | Self::ManifestDiffers { .. } => {
                "rebuild the library after changing `plugin.toml`; the two must agree".into()
            }
        })
    }
}

/// Advice for those messages of the system's loader that mean something.
fn loader_hint(message: &str) -> Option<String> {
    let advice = if message.contains("static TLS") {
        "the plugin brings a memory allocator (jemalloc, mimalloc): build it without"
    } else if message.contains("undefined symbol") || message.contains("symbol not found") {
        "link what defines that symbol into the library; `-Wl,-z,defs` finds such symbols when it is built"
    } else if message.contains("cannot open shared object file") {
        "a plugin is one file: link what it needs statically, besides the system's C and C++ runtimes"
    } else if message.contains("version `") && message.contains("not found") {
        "it was built on a newer system: build it on the oldest system that shall run it"
    } else if message.contains("failed to map segment") || message.contains("Operation not permitted") {
        "the cache folder may lie on a disk mounted `noexec`: choose another one"
    } else {
        return None;
    };
    Some(advice.into())
}
