//! From a plugin's files to its signals. The manifest is read first; a library only after it was found right.

use super::SearchPath;
use super::broken::BrokenPlugin;
use super::files::Files;
use super::place::{Facts, Placement, RunsIn};
use crate::luau::{LuauSignal, Script};
use crate::manifest::{ExpectedLimits, Manifest, NativeManifest, PluginKind};
use crate::native::{Deferred, IsolatedSignal, NativeError, StoredLibrary};
use claque_model::{Declaration, Signal};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a plugin gave.
#[derive(Default)]
pub(super) struct Loaded {
    pub(super) signals: Vec<Arc<dyn Signal>>,
    /// The same signals where they are scripts, with their tests.
    pub(super) scripts: Vec<Arc<LuauSignal>>,
    /// Text of SIGNAL.md.
    pub(super) spec: Option<String>,
    pub(super) sha256: String,
    /// Its library, where it has one.
    pub(super) compiled: Option<Compiled>,
    pub(super) expected: ExpectedLimits,
}

/// The library of a compiled plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compiled {
    /// Id of the plugin.
    pub plugin: String,
    /// Its version.
    pub version: String,
    /// The file, as its folder is named; inside the program where it was shipped.
    pub file: PathBuf,
    /// SHA-256 of the file, in hex digits.
    pub sha256: String,
    /// Where it runs, and why.
    pub placement: Placement,
}

/// How closely a plugin is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Among others: nothing of a library is loaded before it is called.
    Found,
    /// Somebody named it: does its library say what its manifest says? Where it runs in a child, a child tells.
    Opened,
}

impl Loaded {
    fn of_scripts(scripts: Vec<LuauSignal>) -> Self {
        let scripts: Vec<Arc<LuauSignal>> = scripts.into_iter().map(Arc::new).collect();
        let signals = scripts.iter().map(|s| Arc::clone(s) as Arc<dyn Signal>).collect();
        Self { signals, scripts, ..Self::default() }
    }
}

/// What lies in a folder of plugins.
pub(super) enum Kind {
    Plugin,
    /// Looks like a part of a plugin that lost its folder; what to do.
    Stray(&'static str),
    Other,
}

pub(super) fn kind_of(path: &Path) -> Kind {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    if path.is_dir() {
        let is_plugin = path.join("plugin.toml").is_file() || path.join("main.luau").is_file();
        return if is_plugin { Kind::Plugin } else { Kind::Other };
    }
    match name.as_str() {
        "plugin.toml" | "main.luau" => Kind::Stray("name the folder that holds the plugin's folder"),
        script if path.extension().is_some_and(|e| e == "luau") && !script.ends_with(".d.luau") => {
            Kind::Stray("put the script into a folder of its own, as `main.luau`")
        }
        _ => Kind::Other,
    }
}

/// Loads a plugin; `name` is how its errors call it.
pub(super) fn load(files: &Files, name: &str, search: &SearchPath, look: Look) -> Result<Loaded, BrokenPlugin> {
    let unreadable =
        |file: &str, error: &std::io::Error| BrokenPlugin::new(name, format!("cannot read `{file}`: {error}"));
    let text = |file: &str| files.text(file).map_err(|e| unreadable(file, &e));
    let manifest = match text("plugin.toml")? {
        Some(text) => Some(Manifest::parse(&text).map_err(|e| BrokenPlugin::manifest(name, &e))?),
        None => None,
    };
    let mut loaded = match &manifest {
        Some(manifest @ Manifest { native: Some(native), .. }) => library(files, name, manifest, native, search, look)?,
        manifest => {
            let source = text("main.luau")?;
            let source = source.ok_or_else(|| BrokenPlugin::new(name, "`main.luau` is missing".into()))?;
            let scripts =
                Script::load_with(&format!("{name}/main.luau"), &source, files.folder(), search.kernels.clone())
                    .map_err(|e| BrokenPlugin::script(name, &e))?;
            if let Some(manifest) = manifest {
                same_as_manifest(name, manifest, &scripts)?;
            }
            Loaded::of_scripts(scripts)
        }
    };
    loaded.expected = manifest.map(|manifest| manifest.expected).unwrap_or_default();
    loaded.spec = text("SIGNAL.md")?;
    loaded.sha256 = files.sha256().map_err(|e| unreadable("its files", &e))?;
    Ok(loaded)
}

/// A script's manifest says nothing else than the script.
fn same_as_manifest(name: &str, manifest: &Manifest, scripts: &[LuauSignal]) -> Result<(), BrokenPlugin> {
    debug_assert!(manifest.kind == PluginKind::Luau, "a native manifest names a library");
    for script in scripts {
        let declared = script.declaration();
        let pairs = [
            ("version", Some(&manifest.version), Some(&declared.version)),
            ("api", Some(&manifest.api), Some(&declared.api)),
            ("license", manifest.license.as_ref(), declared.license.as_ref().or(manifest.license.as_ref())),
        ];
        for (key, one, other) in pairs {
            if one != other {
                let (one, other) = (one.map_or("none", String::as_str), other.map_or("none", String::as_str));
                let reason =
                    format!("`{key}` of `{}` is `{other}` in the script and `{one}` in plugin.toml", declared.id);
                return Err(BrokenPlugin::new(name, reason));
            }
        }
    }
    Ok(())
}

fn library(
    files: &Files,
    name: &str,
    manifest: &Manifest,
    native: &NativeManifest,
    search: &SearchPath,
    look: Look,
) -> Result<Loaded, BrokenPlugin> {
    let broken = |e| BrokenPlugin::library(name, &e);
    let (stored, compiled) = place(files, name, manifest, native, search)?;
    let declared = stored.declared(&manifest.signals).map_err(broken)?;
    let signals: Arc<[Value]> = manifest.signals.clone().into();
    let isolated = isolated(&stored, declared, Some(&signals), search);
    let signals = match compiled.placement.place {
        RunsIn::Process => {
            let declared = isolated.iter().map(|signal| signal.declaration().clone()).collect();
            let library = Deferred::new(stored, Some(signals), isolated);
            match look {
                Look::Found => library.signals(declared),
                Look::Opened => loaded(&library).map_err(broken)?,
            }
        }
        RunsIn::Child => {
            if look == Look::Opened {
                let described = search.placing.isolation.describe(&stored, Some(&signals));
                described.map_err(|refusal| BrokenPlugin::refused(name, refusal))?;
            }
            isolated.into_iter().map(|signal| Arc::new(signal) as Arc<dyn Signal>).collect()
        }
    };
    Ok(Loaded { signals, compiled: Some(compiled), ..Loaded::default() })
}

/// The library's private copy, made after its hash was found right, and where it is to run.
fn place(
    files: &Files,
    name: &str,
    manifest: &Manifest,
    native: &NativeManifest,
    search: &SearchPath,
) -> Result<(StoredLibrary, Compiled), BrokenPlugin> {
    let cache = &search.cache;
    let stored = match files {
        Files::Folder(folder) => {
            let path = inside(folder, &native.path).map_err(|reason| BrokenPlugin::new(name, reason))?;
            StoredLibrary::store(&path, native.sha256.as_deref(), cache)
        }
        Files::Shipped(_) => {
            let file = native.path.to_string_lossy();
            let missing = || BrokenPlugin::new(name, format!("the library `{file}` is missing"));
            let bytes = files.bytes(&file).ok().flatten().ok_or_else(missing)?;
            StoredLibrary::store_bytes(&file, &bytes, None, cache)
        }
    };
    let stored = stored.map_err(|e| BrokenPlugin::library(name, &e))?.with_forms(native.forms);
    let placement = search.placing.place(Facts {
        id: &manifest.id,
        version: &manifest.version,
        sha256: stored.sha256(),
        is_shipped: matches!(files, Files::Shipped(_)),
        is_go: native.needs_isolation,
        asks_for_child: native.asks_for_isolation,
    });
    let compiled = Compiled {
        plugin: manifest.id.clone(),
        version: manifest.version.clone(),
        file: Path::new(name).join(&native.path),
        sha256: stored.sha256().to_owned(),
        placement,
    };
    Ok((stored, compiled))
}

fn isolated(
    stored: &StoredLibrary,
    declared: Vec<Declaration>,
    manifest: Option<&Arc<[Value]>>,
    search: &SearchPath,
) -> Vec<IsolatedSignal> {
    let isolation = &search.placing.isolation;
    let one = |declaration| IsolatedSignal::new(declaration, stored.clone(), manifest.cloned(), isolation.clone());
    declared.into_iter().map(one).collect()
}

fn loaded(library: &Deferred) -> Result<Vec<Arc<dyn Signal>>, NativeError> {
    Ok(library.load()?.signals().iter().map(|signal| Arc::clone(signal) as Arc<dyn Signal>).collect())
}

/// A library without a manifest.
fn alone(path: &Path, name: &str, search: &SearchPath) -> Result<Loaded, BrokenPlugin> {
    let broken = |e| BrokenPlugin::library(name, &e);
    let stored = StoredLibrary::store(path, None, &search.cache).map_err(broken)?;
    let placement = search.placing.place_alone();
    let signals = match placement.place {
        RunsIn::Process => loaded(&Deferred::new(stored.clone(), None, Vec::new())).map_err(broken)?,
        RunsIn::Child => {
            let declared = search.placing.isolation.describe(&stored, None);
            let declared = declared.map_err(|refusal| BrokenPlugin::refused(name, refusal))?;
            let isolated = isolated(&stored, declared, None, search);
            isolated.into_iter().map(|signal| Arc::new(signal) as Arc<dyn Signal>).collect()
        }
    };
    let version = signals.first().map(|signal| signal.declaration().version.clone()).unwrap_or_default();
    let sha256 = stored.sha256().to_owned();
    let compiled = Compiled { plugin: String::new(), version, file: path.to_owned(), sha256, placement };
    Ok(Loaded { signals, compiled: Some(compiled), ..Loaded::default() })
}

/// The library after resolving links: it must lie in its folder, and nobody else may write to it.
pub(super) fn inside(folder: &Path, path: &Path) -> Result<PathBuf, String> {
    let missing = |e: std::io::Error| format!("the library `{}` cannot be read: {e}", path.display());
    let folder = folder.canonicalize().map_err(missing)?;
    let resolved = folder.join(path).canonicalize().map_err(missing)?;
    if !resolved.starts_with(&folder) {
        return Err(format!("the library `{}` is a link that leaves the plugin's folder", path.display()));
    }
    if others_may_write(&resolved) || others_may_write(&folder) {
        return Err(format!("the library `{}` or its folder may be written by everybody", path.display()));
    }
    Ok(resolved)
}

#[cfg(unix)]
pub(super) fn others_may_write(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|m| m.permissions().mode() & 0o002 != 0)
}

#[cfg(not(unix))]
pub(super) fn others_may_write(_: &Path) -> bool {
    false
}

/// The library of a plugin folder, looked at and hashed; nothing of it runs. None where the folder holds a script.
///
/// # Errors
/// Its manifest or its library cannot be used.
pub fn compiled_of(folder: &Path, search: &SearchPath) -> Result<Option<Compiled>, BrokenPlugin> {
    let (name, files) = (folder.display().to_string(), Files::Folder(folder));
    let text = files.text("plugin.toml").map_err(|e| BrokenPlugin::new(&name, format!("plugin.toml: {e}")))?;
    let Some(text) = text else { return Ok(None) };
    let manifest = Manifest::parse(&text).map_err(|e| BrokenPlugin::manifest(&name, &e))?;
    let Some(native) = &manifest.native else { return Ok(None) };
    place(&files, &name, &manifest, native, search).map(|(_, compiled)| Some(compiled))
}

/// Opens a plugin outside the search path: a folder, a script file, or a library without a manifest.
///
/// # Errors
/// It cannot be used.
pub fn open_plugin(path: &Path, search: &SearchPath) -> Result<Vec<Arc<dyn Signal>>, BrokenPlugin> {
    Ok(open(path, search)?.signals)
}

pub(super) fn open(path: &Path, search: &SearchPath) -> Result<Loaded, BrokenPlugin> {
    let name = path.display().to_string();
    let is = |ending: &str| path.extension().is_some_and(|e| e == ending);
    if path.is_dir() {
        return match kind_of(path) {
            Kind::Plugin => load(&Files::Folder(path), &name, search, Look::Opened),
            _ => Err(BrokenPlugin::new(&name, "the folder has neither `main.luau` nor `plugin.toml`".into())
                .with_hint("a plugin is a folder with a script `main.luau`, or with `plugin.toml` and a library")),
        };
    }
    if !path.is_file() {
        return Err(BrokenPlugin::new(&name, "there is no such file or folder".into()));
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if path.file_name().is_some_and(|n| n == "plugin.toml") {
        return load(&Files::Folder(folder), &folder.display().to_string(), search, Look::Opened);
    }
    if is("luau") {
        let source = std::fs::read_to_string(path).map_err(|e| BrokenPlugin::new(&name, e.to_string()))?;
        let scripts = Script::load_with(&name, &source, Some(folder), search.kernels.clone())
            .map_err(|e| BrokenPlugin::script(&name, &e))?;
        // a lone file needs no SIGNAL.md, the main file of a folder brings it along
        let spec =
            path.ends_with("main.luau").then(|| std::fs::read_to_string(folder.join("SIGNAL.md")).ok()).flatten();
        return Ok(Loaded { spec, ..Loaded::of_scripts(scripts) });
    }
    alone(path, &name, search)
}
