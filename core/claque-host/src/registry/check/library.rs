//! The fourteen checks of a compiled plugin, one file each, and the processes in which they run: a plugin that
//! crashes, hangs or scribbles over memory fails its check and harms nothing else.

mod apart;
mod base;
mod broken_input;
mod cancel;
mod determinism;
mod manifest;
mod memory;
mod metadata;
mod output;
mod panic;
mod parameters;
mod releases;
mod serve;
mod subject;
mod symbols;
mod tables;
mod threads;
mod versions;

pub use apart::{Plan, check_library};
pub use serve::serve_check;

use super::{CheckStep, compare, edges, trial, variants};
use crate::manifest::{Manifest, PluginKind};
use std::path::Path;
use subject::Subject;

/// One of the fourteen checks.
#[derive(Clone, Copy, Debug)]
pub struct LibraryCheck {
    /// The word in results.
    pub name: &'static str,
    /// What it looks at.
    pub does: &'static str,
    run: fn(&Subject) -> Vec<CheckStep>,
    /// Says nothing unless a plain call works, which the check `output` shows.
    needs_output: bool,
}

const fn first(name: &'static str, does: &'static str, run: fn(&Subject) -> Vec<CheckStep>) -> LibraryCheck {
    LibraryCheck { name, does, run, needs_output: false }
}

const fn then(name: &'static str, does: &'static str, run: fn(&Subject) -> Vec<CheckStep>) -> LibraryCheck {
    LibraryCheck { name, does, run, needs_output: true }
}

const CHECKS: [LibraryCheck; 14] = [
    first("manifest", "plugin.toml, the place and hash of the library, SIGNAL.md and its example", manifest::run),
    first(
        "symbols",
        "one exported symbol, nothing needed but the system's runtimes, everything resolves",
        symbols::run,
    ),
    then("versions", "hosts of other versions, and structs that end where their size says", versions::run),
    first("metadata", "the declaration in the library equals plugin.toml", metadata::run),
    then("tables", "the same rows in every legal form; few, unknown and missing values", tables::run),
    then("parameters", "every bound works, nonsense is refused", parameters::run),
    first("output", "columns of the shape, valid buffers, given ids, values in range, no key twice", output::run),
    then("determinism", "the same again, with other threads, batches, addresses and order of rows", determinism::run),
    then("threads", "four calls at once", threads::run),
    then("cancel", "stops within 2 s after the first batch", cancel::run),
    then("broken-input", "an input that fails in the middle is an error, and nothing leaks", broken_input::run),
    then("releases", "everything is released once, the input is only read, and only before its release", releases::run),
    then("panic", "a panic stops at the border", panic::run),
    then("memory", "50 runs leave memory as it was, and the process too", memory::run),
];

/// The fourteen checks, in their order.
#[must_use]
pub fn library_checks() -> &'static [LibraryCheck] {
    &CHECKS
}

/// Is this a compiled plugin rather than a script? A folder with a script is one of a script.
#[must_use]
pub fn is_library(path: &Path) -> bool {
    let manifest = if path.is_dir() { path.join("plugin.toml") } else { path.to_owned() };
    if manifest.file_name().is_some_and(|name| name == "plugin.toml") {
        let has_script = manifest.with_file_name("main.luau").is_file();
        let text = std::fs::read_to_string(&manifest);
        return !has_script && text.is_ok_and(|text| !is_of_script(&text));
    }
    path.is_file() && path.extension().is_none_or(|ending| ending != "luau")
}

fn is_of_script(manifest: &str) -> bool {
    Manifest::parse(manifest).is_ok_and(|manifest| manifest.kind == PluginKind::Luau)
}
