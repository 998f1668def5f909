//! Globals that a script writes by accident (a missing `local`), and where it did so first. Loading and tests look
//! for the place: it costs a call per new global, and a run over data would say nothing new.

use super::super::explain::{Diagnosis, Place};
use super::super::modules::Sources;
use mlua::{Lua, Table, Value};
use std::sync::{Arc, Mutex};

/// One global, written for the first time.
#[derive(Clone, Debug)]
pub(in crate::luau) struct Write {
    pub(in crate::luau) name: String,
    pub(in crate::luau) file: String,
    /// 0 where it is not known.
    pub(in crate::luau) line: usize,
}

/// All writes of a VM.
#[derive(Clone, Default)]
struct Writes(Arc<Mutex<Vec<Write>>>);

/// Starts to listen in a VM that is frozen but did not run yet.
pub(in crate::luau) fn watch(lua: &Lua) -> mlua::Result<()> {
    let writes = Writes::default();
    lua.set_app_data(writes.clone());
    let globals = lua.globals();
    let meta = lua.create_table()?;
    if let Some(before) = globals.metatable() {
        meta.raw_set("__index", before.raw_get::<Value>("__index")?)?;
    }
    let written = lua.create_function(move |lua, (table, key, value): (Table, Value, Value)| {
        let place = lua.inspect_stack(1, |frame| {
            let file = frame.source().source.map(|s| s.trim_start_matches(['@', '=']).to_owned());
            (file.unwrap_or_default(), frame.current_line().unwrap_or(0))
        });
        let (file, line) = place.unwrap_or_default();
        if let Ok(mut all) = writes.0.lock() {
            all.push(Write { name: key.to_string()?, file, line });
        }
        table.raw_set(key, value)
    })?;
    meta.raw_set("__newindex", written)?;
    meta.raw_set("__metatable", false)?;
    meta.set_readonly(true);
    globals.set_metatable(Some(meta))
}

/// What was written so far.
pub(in crate::luau) fn written(lua: &Lua) -> Vec<Write> {
    let writes = lua.app_data_ref::<Writes>().map(|w| w.clone()).unwrap_or_default();
    writes.0.lock().map(|all| all.clone()).unwrap_or_default()
}

/// An error with the place of every leak.
pub(super) fn none(leaked: &[Write], sources: &Sources) -> Result<(), String> {
    if leaked.is_empty() {
        return Ok(());
    }
    Err(leaked.iter().map(|write| diagnosis(write, sources).to_string()).collect::<Vec<_>>().join("\n"))
}

fn diagnosis(write: &Write, sources: &Sources) -> Diagnosis {
    let name = &write.name;
    let code = sources.text_of(&write.file).and_then(|text| {
        let line = text.lines().nth(write.line.checked_sub(1)?)?;
        Some(line.to_owned())
    });
    let place = code.map(|code| {
        let column = code.find(name.as_str()).map_or(1, |at| code[..at].chars().count() + 1);
        Place { file: write.file.clone(), line: write.line, column, width: name.chars().count(), code }
    });
    Diagnosis { message: format!("global `{name}` was written: missing `local`?"), place, frames: Vec::new() }
}
