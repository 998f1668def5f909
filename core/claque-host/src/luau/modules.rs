//! The source texts of a script: its main file, and the files beside it that it asks for with
//! `require "./name"`. Text files of the script's own folder only, links resolved first; no paths, no
//! aliases, no configuration files. A file is read once, so that every run sees the same text.

use super::mistake::Mistake;
use super::vm;
use crate::kernels::Kernels;
use mlua::{Lua, Table, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Bytes of a module's text.
const LARGEST: u64 = 1 << 20;

/// The texts of one script, shared by all its VMs.
#[derive(Debug)]
pub(super) struct Sources {
    /// Name of the main chunk, as shown in errors.
    pub(super) name: String,
    /// Text of the main chunk.
    pub(super) text: Arc<str>,
    folder: Option<PathBuf>,
    /// What the script may ask of other stages.
    pub(super) kernels: Option<Arc<dyn Kernels>>,
    modules: Mutex<BTreeMap<String, Arc<str>>>,
}

impl Sources {
    pub(super) fn new(name: &str, text: &str, folder: Option<&Path>) -> Self {
        Self {
            name: name.to_owned(),
            text: text.into(),
            folder: folder.map(Path::to_path_buf),
            kernels: None,
            modules: Mutex::default(),
        }
    }

    pub(super) fn with_kernels(self, kernels: Option<Arc<dyn Kernels>>) -> Self {
        Self { kernels, ..self }
    }

    /// Where the script's own files are, if it has a folder.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// The text of a chunk, by the name shown in errors.
    pub(super) fn text_of(&self, chunk: &str) -> Option<Arc<str>> {
        if chunk == self.name {
            return Some(Arc::clone(&self.text));
        }
        self.modules.lock().expect("no panic while it is held").get(chunk).cloned()
    }

    /// Keeps a text that was typed, so that errors can show its lines.
    pub(super) fn keep(&self, chunk: &str, text: &str) {
        self.modules.lock().expect("no panic while it is held").insert(chunk.to_owned(), text.into());
    }

    /// The names of all chunks read so far, the main one first.
    pub(super) fn chunks(&self) -> Vec<String> {
        let modules = self.modules.lock().expect("no panic while it is held");
        std::iter::once(self.name.clone()).chain(modules.keys().cloned()).collect()
    }

    /// The chunk name of a module: beside the main chunk.
    fn chunk_name(&self, module: &str) -> String {
        let beside = self.name.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default();
        format!("{beside}{module}.luau")
    }

    /// Reads a module, or gives what was read before.
    fn module(&self, request: &str) -> Result<(String, Arc<str>), Mistake> {
        let name = module_name(request).ok_or_else(|| Mistake::ModuleName(request.to_owned()))?;
        let chunk = self.chunk_name(name);
        let mut modules = self.modules.lock().expect("no panic while it is held");
        if let Some(text) = modules.get(&chunk) {
            return Ok((chunk, Arc::clone(text)));
        }
        let fail = |reason: &str| Mistake::Module { name: request.to_owned(), reason: reason.to_owned() };
        let folder = self.folder.as_deref().ok_or_else(|| fail("this script has no folder"))?;
        let text: Arc<str> = read(folder, name).map_err(fail)?.into();
        modules.insert(chunk.clone(), Arc::clone(&text));
        Ok((chunk, text))
    }
}

/// The name in `./name`: letters, digits, `_` and `-`.
fn module_name(request: &str) -> Option<&str> {
    let name = request.strip_prefix("./")?;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    (!name.is_empty() && name.chars().all(plain)).then_some(name)
}

fn read(folder: &Path, name: &str) -> Result<String, &'static str> {
    let folder = folder.canonicalize().map_err(|_| "the script's folder cannot be read")?;
    let path = folder.join(format!("{name}.luau")).canonicalize().map_err(|_| "there is no such file")?;
    if !path.starts_with(&folder) {
        return Err("the link leaves the script's folder");
    }
    let size = std::fs::metadata(&path).map_err(|_| "the file cannot be read")?;
    if !size.is_file() || size.len() > LARGEST {
        return Err("only text files up to 1 MB can be modules");
    }
    let text = std::fs::read_to_string(&path).map_err(|_| "the file is no UTF-8 text")?;
    if text.contains('\0') { Err("the file is no text") } else { Ok(text) }
}

/// What this VM loads from, and what it has loaded, by chunk name.
struct Modules {
    sources: Arc<Sources>,
    loaded: Table,
}

/// Gives a VM that is not yet frozen its sources.
pub(super) fn install(lua: &Lua, sources: Arc<Sources>) -> mlua::Result<()> {
    lua.set_app_data(Modules { sources, loaded: lua.create_table()? });
    Ok(())
}

/// What a module returns; it runs once.
pub(super) fn require(lua: &Lua, request: &str) -> mlua::Result<Value> {
    let modules = lua.app_data_ref::<Modules>().map(|m| (Arc::clone(&m.sources), m.loaded.clone()));
    let fail = |reason: &str| Mistake::Module { name: request.to_owned(), reason: reason.to_owned() };
    let (sources, loaded) = modules.ok_or_else(|| fail("nothing can be required here"))?;
    let (chunk, text) = sources.module(request)?;
    match loaded.raw_get::<Value>(chunk.as_str())? {
        Value::Nil => {}
        Value::Boolean(false) => return Err(fail("it requires itself, directly or through others").into()),
        value => return Ok(value),
    }
    loaded.raw_set(chunk.as_str(), false)?;
    let value = match vm::compile(lua, &chunk, &text)?.call::<Value>(())? {
        Value::Nil | Value::Boolean(false) => Value::Boolean(true),
        value => value,
    };
    loaded.raw_set(chunk.as_str(), &value)?;
    Ok(value)
}
