//! `claque plugin install`: a plugin folder is copied to where it is found from everywhere. A copy, so that what
//! was looked at cannot change, and whole or not there.

use super::trust;
use crate::diagnosis::Failure;
use crate::interrupt::while_writing;
use crate::shipped;
use crate::terminal::{Exit, Terminal};
use claque_host::open_plugin;
use serde_json::json;
use std::fs;
use std::io::{self, BufRead, IsTerminal};
use std::path::{Path, PathBuf};

pub(super) fn run(path: &Path, yes: bool, trusted: bool, out: &Terminal) -> Result<Exit, Failure> {
    if !path.is_dir() {
        return Err(Failure::new(format!("`{}` is no plugin folder", path.display())));
    }
    let signals = open_plugin(path, &shipped::search(None))?;
    let is_compiled = path.join("plugin.toml").is_file() && !path.join("main.luau").is_file();
    let name = path.canonicalize().ok().and_then(|path| path.file_name().map(PathBuf::from));
    let name = name.ok_or_else(|| Failure::new(format!("`{}` has no name", path.display())))?;
    let parent = shipped::user_plugins()
        .ok_or_else(|| Failure::new("there is no folder for plugins").with_hint("set HOME or XDG_DATA_HOME"))?;
    let target = parent.join(name);
    for signal in &signals {
        let declaration = signal.declaration();
        out.say(&format!("{} {} · {}", declaration.id, declaration.version, declaration.title));
    }
    let verb = if target.exists() { "replace" } else { "copy to" };
    if !yes && !asked(&format!("{verb} {}?", target.display()))? {
        return Err(Failure::new("not installed"));
    }
    while_writing(|| copy(path, &target))
        .map_err(|error| Failure::new(format!("cannot install to `{}`: {error}", target.display())))?;
    out.say(&format!("installed in {}", target.display()));
    let question = "run it inside claque (faster, but a crash ends the run), instead of in a process of its own?";
    let trusts = is_compiled && (trusted || (!yes && asked(question)?));
    if trusts {
        trust::add(&trust::of_folder(&target)?, out)?;
    }
    let ids: Vec<&str> = signals.iter().map(|signal| signal.declaration().id.as_str()).collect();
    out.object(&json!({ "folder": target.display().to_string(), "signals": ids, "trusted": trusts }));
    Ok(Exit::Done)
}

/// Asks on the terminal; without one nothing is decided.
fn asked(question: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        let failure = Failure::new("nobody can be asked: standard input is no terminal");
        return Err(failure.with_hint("--yes installs without asking"));
    }
    Terminal::ask(&format!("{question} [y/N] "));
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(|error| Failure::new(format!("cannot read: {error}")))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Beside the target first, then in its place.
fn copy(from: &Path, target: &Path) -> io::Result<()> {
    let parent = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let fresh = tempfile::Builder::new().prefix(".new-").tempdir_in(parent)?;
    let (new, old) = (fresh.path().join("new"), fresh.path().join("old"));
    files(from, &new)?;
    if target.exists() {
        fs::rename(target, &old)?;
    }
    if let Err(error) = fs::rename(&new, target) {
        // the one before comes back, so far as that goes
        drop(fs::rename(&old, target));
        return Err(error);
    }
    // the one before is removed with its folder
    fresh.close()
}

/// All files below, without those that begin with a dot. A link could lead anywhere, so none is taken.
fn files(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            files(&entry.path(), &target)?;
        } else if kind.is_file() {
            fs::write(target, fs::read(entry.path())?)?;
        } else {
            return Err(io::Error::other(format!("`{}` is neither a file nor a folder", entry.path().display())));
        }
    }
    Ok(())
}
