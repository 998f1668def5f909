//! The optional type check: the author's own `luau-lsp` with the definitions of the script API. It is looked for
//! on PATH and never needed. Scripts are checked as copies in a folder of their own, where strict mode is on.

use crate::junit;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Types of the script API, as editors read them.
pub(crate) const DEFINITIONS: &str = include_str!("../../scripts/claque.d.luau");
const PROGRAM: &str = "luau-lsp";
/// Must be found wrong: if it is not, the definitions were not understood, and no finding means nothing.
const CANARY: &str = "local _n: number = col(\"x\")\nreturn _n\n";
const CANARY_FILE: &str = "claque-canary.luau";

/// What came of it.
pub(crate) enum Checked {
    /// No mistake found.
    Right,
    /// Mistakes, one a line.
    Wrong(String),
    /// It could not be done; why.
    NotDone(String),
    /// There is no script.
    NotNeeded,
}

impl Checked {
    /// What to tell people where it was not done.
    pub(crate) fn note(&self) -> Option<&str> {
        match self {
            Self::NotDone(why) if !why.is_empty() => Some(why),
            _ => None,
        }
    }

    pub(crate) fn object(&self) -> serde_json::Value {
        match self {
            Self::Right => json!({ "checked": true, "ok": true }),
            Self::Wrong(found) => json!({ "checked": true, "ok": false, "message": found }),
            Self::NotDone(why) => json!({ "checked": false, "message": why }),
            Self::NotNeeded => json!({ "checked": false }),
        }
    }

    pub(crate) fn junit(&self) -> junit::Outcome {
        match self {
            Self::Right | Self::NotNeeded => junit::Outcome::Passed,
            Self::Wrong(found) => junit::Outcome::Failed(found.clone()),
            Self::NotDone(why) => junit::Outcome::Skipped(why.clone()),
        }
    }
}

/// Checks the scripts of a plugin folder, or one script file.
pub(crate) fn of_scripts(path: &Path) -> Checked {
    let scripts = scripts(path);
    if scripts.is_empty() {
        return Checked::NotNeeded;
    }
    let Some(program) = on_path() else {
        return Checked::NotDone(format!("not checked, because `{PROGRAM}` is not on PATH"));
    };
    check(&program, path, &scripts)
        .unwrap_or_else(|error| Checked::NotDone(format!("`{PROGRAM}` could not run: {error}")))
}

/// The script texts of a folder, without those that only declare types.
fn scripts(path: &Path) -> Vec<PathBuf> {
    let is_script = |path: &Path| {
        let declares_only = path.file_stem().is_some_and(|stem| Path::new(stem).extension().is_some_and(|e| e == "d"));
        path.extension().is_some_and(|e| e == "luau") && !declares_only
    };
    if path.is_file() {
        return if is_script(path) { vec![path.to_owned()] } else { Vec::new() };
    }
    let entries = std::fs::read_dir(path).into_iter().flatten();
    let mut found: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| is_script(p)).collect();
    found.sort();
    found
}

fn on_path() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    std::env::split_paths(&paths).map(|folder| folder.join(PROGRAM)).find(|file| file.is_file())
}

fn check(program: &Path, path: &Path, scripts: &[PathBuf]) -> std::io::Result<Checked> {
    let desk = tempfile::tempdir()?;
    let definitions = desk.path().join("claque.d.luau");
    std::fs::write(&definitions, DEFINITIONS)?;
    let work = desk.path().join("scripts");
    std::fs::create_dir(&work)?;
    std::fs::write(work.join(".luaurc"), "{ \"languageMode\": \"strict\" }\n")?;
    std::fs::write(work.join(CANARY_FILE), CANARY)?;
    let mut names = vec![CANARY_FILE.to_owned()];
    for script in scripts {
        let name = script.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        std::fs::copy(script, work.join(&name))?;
        names.push(name);
    }
    let output = Command::new(program)
        .arg("analyze")
        .arg(format!("--defs={}", definitions.display()))
        .args(&names)
        .current_dir(&work)
        .output()?;
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    let folder = if path.is_file() { path.parent().unwrap_or(Path::new("")) } else { path };
    Ok(judged(&said, output.status.success(), folder, &names))
}

/// Reads what the program said: lines `FILE(LINE,COLUMN): Kind: message`.
fn judged(said: &str, succeeded: bool, folder: &Path, names: &[String]) -> Checked {
    let canary = lines_of(said, &names[0]);
    let is_understood = !canary.is_empty() && canary.iter().all(|line| !line.contains("Unknown global"));
    if succeeded || !is_understood {
        return Checked::NotDone(format!("`{PROGRAM}` did not understand the definitions of this version"));
    }
    let lines = names[1..].iter().flat_map(|name| lines_of(said, name));
    let found: Vec<String> = lines.map(|line| folder.join(line).display().to_string()).collect();
    if found.is_empty() { Checked::Right } else { Checked::Wrong(found.join("\n")) }
}

/// The lines about a file, from its name on.
fn lines_of<'s>(said: &'s str, name: &str) -> Vec<&'s str> {
    let place = format!("{name}(");
    said.lines().filter_map(|line| line.find(&place).map(|from| &line[from..])).collect()
}
