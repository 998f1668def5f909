//! `claque plugin trust`: the user lets one file run inside the program.

use super::why;
use crate::diagnosis::Failure;
use crate::interrupt::while_writing;
use crate::shipped;
use crate::terminal::{Exit, Terminal};
use claque_host::{Compiled, PlaceReason, SearchPath, Trust, TrustError, compiled_of};
use serde_json::json;
use std::path::{Path, PathBuf};

pub(super) fn run(plugin: &str, revoke: bool, plugins: Option<PathBuf>, out: &Terminal) -> Result<Exit, Failure> {
    if revoke {
        return take_back(plugin, plugins, out);
    }
    let compiled = find(plugin, plugins)?;
    if compiled.placement.reason == PlaceReason::Shipped {
        out.say(&format!("{} came with claque and runs inside it anyway", compiled.plugin));
        return Ok(Exit::Done);
    }
    add(&compiled, out)?;
    out.object(&json!({ "plugin": compiled.plugin, "version": compiled.version, "sha256": compiled.sha256 }));
    Ok(Exit::Done)
}

/// Writes it down, and says what that means.
pub(super) fn add(compiled: &Compiled, out: &Terminal) -> Result<(), Failure> {
    let file = file()?;
    while_writing(|| Trust::add(&file, &compiled.plugin, &compiled.version, &compiled.sha256)).map_err(failure)?;
    out.say(&format!("trusted {} {}", compiled.plugin, compiled.version));
    out.say(&format!("  {}\n  SHA-256 {}", compiled.file.display(), compiled.sha256));
    out.say("This file, and no other, runs inside claque from now on: a crash of it ends the run, and it may do all");
    out.say(&format!("that you may. Written to {}", file.display()));
    for kept_out in [PlaceReason::Go, PlaceReason::ManifestAsks] {
        if compiled.placement.reason == kept_out {
            out.warn(&format!("it stays in a process of its own all the same: {kept_out}"));
        }
    }
    Ok(())
}

fn take_back(plugin: &str, plugins: Option<PathBuf>, out: &Terminal) -> Result<Exit, Failure> {
    let file = file()?;
    let remove = |id: &str| while_writing(|| Trust::remove(&file, id)).map_err(failure);
    // what is trusted may be gone, so its id is enough
    let id = if remove(plugin)? {
        plugin.to_owned()
    } else {
        let id = find(plugin, plugins).map_or_else(|_| plugin.to_owned(), |compiled| compiled.plugin);
        if !remove(&id)? {
            return Err(Failure::new(format!("`{id}` is not trusted")).with_hint(format!("see {}", file.display())));
        }
        id
    };
    out.say(&format!("no version of {id} is trusted any more"));
    out.object(&json!({ "plugin": id, "revoked": true }));
    Ok(Exit::Done)
}

/// By its folder, or by an id.
fn find(plugin: &str, plugins: Option<PathBuf>) -> Result<Compiled, Failure> {
    let path = Path::new(plugin);
    if path.join("plugin.toml").is_file() {
        return of_folder(path);
    }
    let registry = why::registry(plugins);
    let found = why::of(&registry, plugin)?;
    found.first().and_then(|registered| registered.compiled.clone()).ok_or_else(|| not_compiled(plugin))
}

/// The library of a folder. It is looked at and hashed; nothing of it runs.
pub(super) fn of_folder(path: &Path) -> Result<Compiled, Failure> {
    let search = SearchPath { given: None, ..shipped::search(None) };
    compiled_of(path, &search)?.ok_or_else(|| not_compiled(&path.display().to_string()))
}

fn not_compiled(plugin: &str) -> Failure {
    Failure::new(format!("`{plugin}` has no library")).with_hint("scripts and built-in signals need no trust")
}

fn file() -> Result<PathBuf, Failure> {
    shipped::trust_file().ok_or_else(|| Failure::new("there is no folder for settings").with_hint("set HOME"))
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn failure(error: TrustError) -> Failure {
    let failure = Failure::new(error.to_string());
    match error {
        TrustError::Unusable { .. } => failure.with_hint("repair the file, or remove it; then trust again"),
        TrustError::Write { .. } => failure,
    }
}
