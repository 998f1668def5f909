//! From a plugin's files to its signals. The manifest is read first; a library only after it was found right.

use super::broken::BrokenPlugin;
use super::files::Files;
use crate::kernels::Kernels;
use crate::luau::{LuauSignal, Script};
use crate::manifest::{Manifest, NativeManifest, PluginKind};
use crate::native::Library;
use claque_model::Signal;
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
}

impl Loaded {
    fn of_scripts(scripts: Vec<LuauSignal>) -> Self {
        let scripts: Vec<Arc<LuauSignal>> = scripts.into_iter().map(Arc::new).collect();
        let signals = scripts.iter().map(|s| Arc::clone(s) as Arc<dyn Signal>).collect();
        Self { signals, scripts, ..Self::default() }
    }

    fn of_library(library: &Library) -> Self {
        let signals = library.signals().iter().map(|s| Arc::clone(s) as Arc<dyn Signal>).collect();
        Self { signals, ..Self::default() }
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
pub(super) fn load(
    files: &Files,
    name: &str,
    cache: &Path,
    kernels: Option<&Arc<dyn Kernels>>,
) -> Result<Loaded, BrokenPlugin> {
    let unreadable =
        |file: &str, error: &std::io::Error| BrokenPlugin::new(name, format!("cannot read `{file}`: {error}"));
    let text = |file: &str| files.text(file).map_err(|e| unreadable(file, &e));
    let manifest = match text("plugin.toml")? {
        Some(text) => Some(Manifest::parse(&text).map_err(|e| BrokenPlugin::manifest(name, &e))?),
        None => None,
    };
    let mut loaded = match &manifest {
        Some(Manifest { native: Some(native), signals, .. }) => library(files, name, native, signals, cache)?,
        manifest => {
            let source = text("main.luau")?;
            let source = source.ok_or_else(|| BrokenPlugin::new(name, "`main.luau` is missing".into()))?;
            let scripts = Script::load_with(&format!("{name}/main.luau"), &source, files.folder(), kernels.cloned())
                .map_err(|e| BrokenPlugin::script(name, &e))?;
            if let Some(manifest) = manifest {
                same_as_manifest(name, manifest, &scripts)?;
            }
            Loaded::of_scripts(scripts)
        }
    };
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
    native: &NativeManifest,
    signals: &[serde_json::Value],
    cache: &Path,
) -> Result<Loaded, BrokenPlugin> {
    if native.needs_isolation {
        let reason = "libraries in Go run in a process of their own, which this version does not start".to_owned();
        return Err(BrokenPlugin::new(name, reason));
    }
    let broken = |e| BrokenPlugin::library(name, &e);
    let library = match files {
        Files::Folder(folder) => {
            let path = inside(folder, &native.path).map_err(|reason| BrokenPlugin::new(name, reason))?;
            match &native.sha256 {
                Some(pinned) => Library::open_pinned(&path, pinned, cache),
                None => Library::open(&path, cache),
            }
        }
        Files::Shipped(_) => {
            let file = native.path.to_string_lossy();
            let missing = || BrokenPlugin::new(name, format!("the library `{file}` is missing"));
            let bytes = files.bytes(&file).ok().flatten().ok_or_else(missing)?;
            Library::open_bytes(&file, &bytes, cache)
        }
    };
    let library = library.map_err(broken)?;
    library.check_manifest(signals).map_err(broken)?;
    Ok(Loaded::of_library(&library))
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
fn others_may_write(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|m| m.permissions().mode() & 0o002 != 0)
}

#[cfg(not(unix))]
fn others_may_write(_: &Path) -> bool {
    false
}

/// Opens a plugin outside the search path: a folder, a script file, or a library without a manifest.
///
/// # Errors
/// It cannot be used.
pub fn open_plugin(
    path: &Path,
    cache: &Path,
    kernels: Option<&Arc<dyn Kernels>>,
) -> Result<Vec<Arc<dyn Signal>>, BrokenPlugin> {
    Ok(open(path, cache, kernels)?.signals)
}

pub(super) fn open(path: &Path, cache: &Path, kernels: Option<&Arc<dyn Kernels>>) -> Result<Loaded, BrokenPlugin> {
    let name = path.display().to_string();
    let is = |ending: &str| path.extension().is_some_and(|e| e == ending);
    if path.is_dir() {
        return match kind_of(path) {
            Kind::Plugin => load(&Files::Folder(path), &name, cache, kernels),
            _ => Err(BrokenPlugin::new(&name, "the folder has neither `main.luau` nor `plugin.toml`".into())
                .with_hint("a plugin is a folder with a script `main.luau`, or with `plugin.toml` and a library")),
        };
    }
    if !path.is_file() {
        return Err(BrokenPlugin::new(&name, "there is no such file or folder".into()));
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if path.file_name().is_some_and(|n| n == "plugin.toml") {
        return load(&Files::Folder(folder), &folder.display().to_string(), cache, kernels);
    }
    if is("luau") {
        let source = std::fs::read_to_string(path).map_err(|e| BrokenPlugin::new(&name, e.to_string()))?;
        let scripts = Script::load_with(&name, &source, Some(folder), kernels.cloned())
            .map_err(|e| BrokenPlugin::script(&name, &e))?;
        // a lone file needs no SIGNAL.md, the main file of a folder brings it along
        let spec =
            path.ends_with("main.luau").then(|| std::fs::read_to_string(folder.join("SIGNAL.md")).ok()).flatten();
        return Ok(Loaded { spec, ..Loaded::of_scripts(scripts) });
    }
    let library = Library::open(path, cache).map_err(|e| BrokenPlugin::library(&name, &e))?;
    Ok(Loaded::of_library(&library))
}
