//! Signals of a library that is loaded into this process when the first of them is called. Finding plugins runs nothing
//! of theirs, and one that nobody calls can neither hang nor end the program.

use super::child::IsolatedSignal;
use super::error::NativeError;
use super::loader::{Library, StoredLibrary};
use super::signal::NativeSignal;
use claque_model::{Declaration, Fault, Given, Origin, Services, Signal};
use polars::prelude::DataFrame;
use serde_json::Value;
use std::sync::{Arc, OnceLock};

/// A library that is not loaded yet, and the manifest's signals with which it must agree.
#[derive(Debug)]
pub(crate) struct Deferred {
    library: StoredLibrary,
    manifest: Option<Arc<[Value]>>,
    /// Each signal goes to its isolated twin when a call in this process never came back.
    twins: Vec<IsolatedSignal>,
    loaded: OnceLock<Result<Library, Fault>>,
}

impl Deferred {
    pub(crate) fn new(library: StoredLibrary, manifest: Option<Arc<[Value]>>, twins: Vec<IsolatedSignal>) -> Self {
        Self { library, manifest, twins, loaded: OnceLock::new() }
    }

    /// Loads it now.
    ///
    /// # Errors
    /// It breaks the contract, or is not what its manifest says.
    pub(crate) fn load(&self) -> Result<Library, NativeError> {
        let library = self.library.load()?;
        if let Some(manifest) = &self.manifest {
            library.check_manifest(manifest)?;
        }
        for twin in &self.twins {
            if let Some(signal) = library.signals().iter().find(|s| s.declaration().id == twin.declaration().id) {
                signal.set_refuge(twin.clone());
            }
        }
        Ok(library)
    }

    /// The signals of a manifest; the library is loaded by the first that is called.
    pub(crate) fn signals(self, declared: Vec<Declaration>) -> Vec<Arc<dyn Signal>> {
        let library = Arc::new(self);
        let one = |declaration| DeferredSignal { declaration, library: Arc::clone(&library) };
        declared.into_iter().map(|declaration| Arc::new(one(declaration)) as Arc<dyn Signal>).collect()
    }
}

struct DeferredSignal {
    declaration: Declaration,
    library: Arc<Deferred>,
}

impl DeferredSignal {
    fn loaded(&self) -> Result<&NativeSignal, Fault> {
        let in_words = |error: NativeError| {
            let hint = error.hint().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
            Fault::Raised(format!("{error}{hint}"))
        };
        let library = self.library.loaded.get_or_init(|| self.library.load().map_err(in_words));
        let library = library.as_ref().map_err(Clone::clone)?;
        let signal = library.signals().iter().find(|s| s.declaration().id == self.declaration.id);
        signal.map(AsRef::as_ref).ok_or_else(|| Fault::Raised("its library does not have it".into()))
    }
}

impl Signal for DeferredSignal {
    fn declaration(&self) -> &Declaration {
        &self.declaration
    }

    fn origin(&self) -> Origin {
        Origin::Compiled
    }

    fn is_deterministic(&self) -> bool {
        let loaded = self.library.loaded.get().is_some();
        !loaded || self.loaded().is_ok_and(NativeSignal::is_deterministic)
    }

    fn score(&self, given: &Given, services: &dyn Services) -> Result<DataFrame, Fault> {
        self.loaded()?.score(given, services)
    }
}
