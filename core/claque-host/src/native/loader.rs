//! From a file to the signals inside it. Loading is execution: whoever calls this has decided that the
//! file may run in this process. A library is never unloaded.

use super::error::{AbiVersion, NativeError};
use super::float_mode::FloatMode;
use super::forms::Forms;
use super::signal::NativeSignal;
use super::{cache, elf, metadata};
use claque_abi as abi;
use claque_model::{Declaration, Signal};
use libloading::os::unix::{Library as OpenLibrary, RTLD_LOCAL, RTLD_NOW};
use serde_json::Value;
use std::error::Error as _;
use std::ffi::CStr;
use std::fs;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// More signals than this in one library is a broken struct.
const MOST_SIGNALS: u32 = 64;

/// A loaded library.
#[derive(Debug)]
pub struct Library {
    name: String,
    sha256: String,
    signals: Vec<Arc<NativeSignal>>,
    entry: abi::EntryFn,
}

impl Library {
    /// Loads a library by way of its private copy under `cache`.
    ///
    /// # Errors
    /// The file is no library, of another machine or ABI, or breaks the contract.
    pub fn open(path: &Path, cache: &Path) -> Result<Self, NativeError> {
        StoredLibrary::store(path, None, cache)?.load()
    }

    /// The same, for the one file with this SHA-256 (in hex digits) only: what a manifest or lock pins.
    ///
    /// # Errors
    /// As [`Library::open`]; or another file than the pinned one, which is then not loaded.
    pub fn open_pinned(path: &Path, sha256: &str, cache: &Path) -> Result<Self, NativeError> {
        StoredLibrary::store(path, Some(sha256), cache)?.load()
    }

    /// The same, for a library that is part of the program.
    ///
    /// # Errors
    /// As [`Library::open`].
    pub fn open_bytes(name: &str, bytes: &[u8], cache: &Path) -> Result<Self, NativeError> {
        StoredLibrary::store_bytes(name, bytes, None, cache)?.load()
    }

    /// Its signals, in its own order.
    #[must_use]
    pub fn signals(&self) -> &[Arc<NativeSignal>] {
        &self.signals
    }

    /// SHA-256 of its file, in hex digits.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Does the library tell the same as its manifest? `signals` are the manifest's `[[signal]]` entries,
    /// each merged with `[plugin]`.
    ///
    /// # Errors
    /// The first signal or field in which the two differ.
    pub fn check_manifest(&self, signals: &[Value]) -> Result<(), NativeError> {
        let own: Vec<_> = self.signals.iter().map(|s| s.declaration()).collect();
        metadata::compare(&self.name, &own, signals)
    }

    /// What its entry answers to a host of that version: the version of the structs it gives, or nothing.
    pub(crate) fn answers(&self, host: AbiVersion) -> Option<AbiVersion> {
        let _mode = FloatMode::save();
        // SAFETY: the contract of the exported symbol
        let library = unsafe { (self.entry)((u32::from(host.major) << 16) | u32::from(host.minor)) };
        // SAFETY: NULL or, by the contract, a static struct of at least two words
        unsafe { library.as_ref() }.map(|library| AbiVersion::from_word(library.abi_version))
    }
}

/// A library that was looked at and copied, but not loaded: nothing of it has run.
#[derive(Clone, Debug)]
pub struct StoredLibrary {
    pub(super) name: String,
    sha256: String,
    pub(super) copy: PathBuf,
    pub(super) forms: Forms,
}

impl StoredLibrary {
    /// Copies a file under `cache`; with a pin, the one file with this SHA-256 only.
    ///
    /// # Errors
    /// The file is no library of this system, or another one than the pinned one.
    pub fn store(path: &Path, pinned: Option<&str>, cache: &Path) -> Result<Self, NativeError> {
        Self::store_bytes(&name_of(path), &read(path)?, pinned, cache)
    }

    /// The same for a library that is part of the program.
    ///
    /// # Errors
    /// As [`StoredLibrary::store`].
    pub fn store_bytes(name: &str, bytes: &[u8], pinned: Option<&str>, cache: &Path) -> Result<Self, NativeError> {
        let (name, sha256) = (name_of(Path::new(name)), cache::sha256(bytes));
        if let Some(expected) = pinned.filter(|pin| !pin.eq_ignore_ascii_case(&sha256)) {
            return Err(NativeError::HashDiffers { name, expected: expected.to_owned(), found: sha256 });
        }
        if cfg!(target_os = "linux") {
            elf::check(&name, bytes)?;
        }
        let copy = cache::keep(&name, &sha256, bytes, cache)?;
        Ok(Self { name, sha256, copy, forms: Forms::default() })
    }

    /// A copy that another process of this program has made and checked.
    pub(super) fn checked(name: &str, copy: &Path) -> Self {
        Self { name: name.to_owned(), sha256: String::new(), copy: copy.to_owned(), forms: Forms::default() }
    }

    /// The same, whose signals are given texts and ids in these forms, as their manifest asks.
    #[must_use]
    pub fn with_forms(mut self, forms: Forms) -> Self {
        self.forms = forms;
        self
    }

    /// SHA-256 of its file, in hex digits.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Its signals as a manifest declares them; whether it has them is not known before it is loaded.
    ///
    /// # Errors
    /// The manifest's signals are no declarations.
    pub fn declared(&self, manifest: &[Value]) -> Result<Vec<Declaration>, NativeError> {
        metadata::of_manifest(&self.name, manifest)
    }

    /// Loads it into this process.
    ///
    /// # Errors
    /// It breaks the contract.
    pub fn load(&self) -> Result<Library, NativeError> {
        let name = &self.name;
        let entry = entry_of(name, &self.copy)?;
        let library = {
            let _mode = FloatMode::save();
            // SAFETY: the contract of the exported symbol
            unsafe { entry(abi::ABI_VERSION) }
        };
        let signals = signals_of(name, self.forms, library)?;
        Ok(Library { name: name.clone(), sha256: self.sha256.clone(), signals, entry })
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().map_or_else(|| "library".into(), |name| name.to_string_lossy().into_owned())
}

fn read(path: &Path) -> Result<Vec<u8>, NativeError> {
    fs::read(path).map_err(|source| NativeError::Unreadable { path: path.to_owned(), source })
}

/// Maps the copy and finds the one symbol.
fn entry_of(name: &str, copy: &Path) -> Result<abi::EntryFn, NativeError> {
    let _mode = FloatMode::save();
    // RTLD_NOW: an undefined symbol is an error here, not an abort in the middle of a run
    let flags = RTLD_NOW | RTLD_LOCAL | libc::RTLD_NODELETE;
    // SAFETY: runs the constructors of a library that was decided to be trusted
    let library = unsafe { OpenLibrary::open(Some(copy), flags) }.map_err(|error| {
        let said = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        let message = said.replace(&*copy.to_string_lossy(), name);
        NativeError::NotLoadable { name: name.to_owned(), message }
    })?;
    // never closed: destructors of thread-locals would point into unmapped code
    let library = ManuallyDrop::new(library);
    // SAFETY: a symbol of this name has this type in every library that keeps the contract
    unsafe { library.get::<abi::EntryFn>(abi::ENTRY) }.map(|symbol| *symbol).map_err(|_| NativeError::MissingSymbol {
        name: name.to_owned(),
        symbol: abi::ENTRY.to_string_lossy().into_owned(),
    })
}

/// Checks what the entry returned, struct by struct.
pub(super) fn signals_of(
    name: &str,
    forms: Forms,
    library: *const abi::Library,
) -> Result<Vec<Arc<NativeSignal>>, NativeError> {
    let wrong_abi = |version| NativeError::WrongAbi { name: name.to_owned(), library: version, host: AbiVersion::HOST };
    let bad = |field, found: String, expected: &str| NativeError::BadStruct {
        name: name.to_owned(),
        field,
        found,
        expected: expected.to_owned(),
    };
    // SAFETY: NULL or, by the contract, a static struct
    let Some(library) = (unsafe { library.as_ref() }) else { return Err(wrong_abi(None)) };
    let version = AbiVersion::from_word(library.abi_version);
    if version.major != AbiVersion::HOST.major {
        return Err(wrong_abi(Some(version)));
    }
    if (library.struct_size as usize) < size_of::<abi::Library>() {
        return Err(bad("claque_library.struct_size", library.struct_size.to_string(), "at least 24"));
    }
    if !(1..=MOST_SIGNALS).contains(&library.n_plugins) {
        return Err(bad("claque_library.n_plugins", library.n_plugins.to_string(), "1 to 64"));
    }
    if library.plugins.is_null() {
        return Err(bad("claque_library.plugins", "NULL".into(), "a list of pointers"));
    }
    let is_stuck = Arc::default();
    let mut signals: Vec<Arc<NativeSignal>> = Vec::new();
    for number in 1..=library.n_plugins as usize {
        // SAFETY: by the contract there are `n_plugins` pointers
        let plugin = unsafe { *library.plugins.add(number - 1) };
        // SAFETY: NULL or, by the contract, a static struct
        let Some(plugin) = (unsafe { plugin.as_ref() }) else {
            return Err(bad("claque_library.plugins", "a list with a NULL".into(), "a list of pointers"));
        };
        if (plugin.struct_size as usize) < size_of::<abi::Plugin>() {
            return Err(bad("claque_plugin.struct_size", plugin.struct_size.to_string(), "at least 32"));
        }
        if plugin.score.is_none() {
            return Err(bad("claque_plugin.score", "NULL".into(), "a function"));
        }
        if plugin.metadata_json.is_null() {
            return Err(bad("claque_plugin.metadata_json", "NULL".into(), "a JSON text"));
        }
        // SAFETY: not NULL, and by the contract a static NUL-terminated string
        let text = unsafe { CStr::from_ptr(plugin.metadata_json) };
        let declaration = metadata::read(text.to_bytes()).map_err(|problem| NativeError::BadMetadata {
            name: name.to_owned(),
            number,
            problem,
        })?;
        if signals.iter().any(|s| s.declaration().id == declaration.id) {
            return Err(NativeError::TwiceTheSameSignal { name: name.to_owned(), id: declaration.id });
        }
        signals.push(Arc::new(NativeSignal::new(declaration, forms, plugin, Arc::clone(&is_stuck))));
    }
    Ok(signals)
}
