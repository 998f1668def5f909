//! The plugin that is checked: its files, and its library once a check asks for it.

use super::CheckStep;
use super::base::Base;
use crate::manifest::{Manifest, ManifestError};
use crate::native::{Forms, Library, NativeError, NativeSignal, StoredLibrary, elf};
use crate::registry::SearchPath;
use crate::registry::broken::BrokenPlugin;
use crate::registry::load;
use crate::spec::{Spec, SpecError, parse_spec};
use claque_model::Signal;
use std::cell::OnceCell;
use std::path::{Path, PathBuf};

/// Told before each thing that a plugin is asked to do.
pub(super) type Aloud<'s> = &'s dyn Fn(&str);

/// A plugin, of which nothing has been loaded yet.
pub(super) struct Subject<'s> {
    /// Its folder, where it has one.
    pub(super) folder: Option<PathBuf>,
    /// Its plugin.toml, where it has one.
    pub(super) manifest: Option<Result<Manifest, ManifestError>>,
    /// Its library after resolving links, or why there is none.
    pub(super) file: Result<PathBuf, String>,
    /// Its SIGNAL.md, where it has one.
    pub(super) spec: Option<Result<Spec, SpecError>>,
    cache: PathBuf,
    library: OnceCell<Result<Library, NativeError>>,
    aloud: Aloud<'s>,
}

impl<'s> Subject<'s> {
    /// Reads what can be read without running anything.
    ///
    /// # Errors
    /// It is no plugin at all.
    pub(super) fn open(path: &Path, search: &SearchPath, aloud: Aloud<'s>) -> Result<Self, BrokenPlugin> {
        let name = path.display().to_string();
        let in_folder = path.is_dir() || path.file_name().is_some_and(|name| name == "plugin.toml");
        let mut subject = Self {
            folder: None,
            manifest: None,
            file: Ok(path.to_owned()),
            spec: None,
            cache: search.cache.clone(),
            library: OnceCell::new(),
            aloud,
        };
        if in_folder {
            let folder = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new(".")) };
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            subject.read(folder).map_err(|error| BrokenPlugin::new(&name, format!("cannot be read: {error}")))?;
        } else {
            let bytes = std::fs::read(path).map_err(|e| BrokenPlugin::new(&name, format!("cannot be read: {e}")))?;
            let file = path.file_name().map_or_else(String::new, |file| file.to_string_lossy().into_owned());
            elf::check(&file, &bytes).map_err(|error| BrokenPlugin::library(&name, &error))?;
        }
        Ok(subject)
    }

    fn read(&mut self, folder: &Path) -> std::io::Result<()> {
        let manifest = Manifest::parse(&std::fs::read_to_string(folder.join("plugin.toml"))?);
        self.file = match &manifest {
            Ok(Manifest { native: Some(native), .. }) => load::inside(folder, &native.path),
            Ok(_) => Err("the manifest names no library".into()),
            Err(_) => Err("the manifest is broken".into()),
        };
        self.spec = std::fs::read_to_string(folder.join("SIGNAL.md")).ok().map(|text| parse_spec(&text));
        self.manifest = Some(manifest);
        self.folder = Some(folder.to_owned());
        Ok(())
    }

    /// In which forms its manifest wants texts and ids.
    fn forms(&self) -> Forms {
        let manifest = self.manifest.as_ref().and_then(|manifest| manifest.as_ref().ok());
        manifest.and_then(|manifest| manifest.native.as_ref()).map(|native| native.forms).unwrap_or_default()
    }

    /// What is about to happen, so that a crash can be told by its place.
    pub(super) fn about_to(&self, what: &str) {
        (self.aloud)(what);
    }

    /// Its library, whatever the manifest says of its hash; loaded when first asked for.
    pub(super) fn library(&self) -> Result<&Library, Unloadable<'_>> {
        let file = self.file.as_ref().map_err(|why| Unloadable::NoFile(why))?;
        let loaded = self.library.get_or_init(|| {
            self.about_to("loading the library");
            StoredLibrary::store(file, None, &self.cache)?.with_forms(self.forms()).load()
        });
        loaded.as_ref().map_err(Unloadable::Refused)
    }

    /// Runs a check on every signal with what a plain call gives; where there is none, the check is left out.
    pub(super) fn each(
        &self,
        check: &'static str,
        run: impl Fn(&NativeSignal, &Base) -> Result<String, String>,
    ) -> Vec<CheckStep> {
        self.each_signal(check, |signal, name| match Base::of(self, signal) {
            Err(_) => CheckStep::skipped(check, name, "a plain call gives no right output, see `output`"),
            Ok(base) => CheckStep::new(check, name, run(signal, &base)),
        })
    }

    /// Runs a check on every signal of the library, if it can be loaded.
    pub(super) fn each_signal(
        &self,
        check: &'static str,
        run: impl Fn(&NativeSignal, String) -> CheckStep,
    ) -> Vec<CheckStep> {
        match self.library() {
            Err(why) => vec![CheckStep::skipped(check, check, format!("there is no library, see `{}`", why.told_by()))],
            Ok(library) => {
                let one = |signal: &std::sync::Arc<NativeSignal>| {
                    run(signal, format!("{check} of {}", signal.declaration().id))
                };
                library.signals().iter().map(one).collect()
            }
        }
    }
}

/// Why there is no library.
pub(super) enum Unloadable<'e> {
    NoFile(&'e str),
    Refused(&'e NativeError),
}

impl Unloadable<'_> {
    /// The check whose business it is.
    pub(super) fn told_by(&self) -> &'static str {
        match self {
            Self::NoFile(_) | Self::Refused(NativeError::Unreadable { .. } | NativeError::HashDiffers { .. }) => {
                "manifest"
            }
            Self::Refused(
                NativeError::Cache { .. }
                | NativeError::NotALibrary { .. }
                | NativeError::WrongMachine { .. }
                | NativeError::NotLoadable { .. }
                | NativeError::MissingSymbol { .. },
            ) => "symbols",
            Self::Refused(NativeError::WrongAbi { .. } | NativeError::BadStruct { .. }) => "versions",
            Self::Refused(
                NativeError::BadMetadata { .. }
                | NativeError::TwiceTheSameSignal { .. }
                | NativeError::OtherSignals { .. }
                | NativeError::ManifestDiffers { .. },
            ) => "metadata",
        }
    }

    /// The words, if they are the business of that check.
    pub(super) fn words_for(&self, check: &str) -> Option<String> {
        (self.told_by() == check).then(|| match self {
            Self::NoFile(why) => (*why).to_owned(),
            Self::Refused(error) => with_hint(&error.to_string(), error.hint()),
        })
    }
}

/// A sentence and what to do about it.
pub(super) fn with_hint(text: &str, hint: Option<String>) -> String {
    hint.map_or_else(|| text.to_owned(), |hint| format!("{text}\nhint: {hint}"))
}
