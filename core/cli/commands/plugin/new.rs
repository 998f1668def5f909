//! `claque plugin new`: a working plugin from a template. The templates are plugins themselves, in `templates/`, and
//! pass `claque test` as they are; only their id and title are put in here.

use crate::args::{Emits, Language};
use crate::diagnosis::Failure;
use crate::interrupt::while_writing;
use crate::terminal::{Exit, Terminal};
use serde_json::json;
use std::path::{Path, PathBuf};

include!(concat!(env!("OUT_DIR"), "/templates.rs"));

pub(super) fn run(name: &str, lang: Language, emits: Emits, output: &Path, out: &Terminal) -> Result<Exit, Failure> {
    let template = match (lang, emits) {
        (Language::Luau, Emits::Traces) => "luau/traces",
        (Language::Luau, Emits::Marks) => "luau/marks",
        (Language::Luau, Emits::Rates) => "luau/rates",
        (Language::Luau, Emits::Statistics) => "luau/statistics",
    };
    check_name(name)?;
    let folder = if output == Path::new(".") { PathBuf::from(name) } else { output.join(name) };
    if folder.exists() {
        let message = format!("`{}` exists already", folder.display());
        return Err(Failure::new(message).with_hint("give another name, or another folder with -o"));
    }
    let id = format!("my.{}", name.replace('-', "_"));
    let shape = template.rsplit('/').next().unwrap_or(template);
    let files: Vec<(PathBuf, String)> = TEMPLATES
        .iter()
        .filter_map(|(path, text)| {
            let file = path.strip_prefix(template)?.strip_prefix('/')?;
            let text = text.replace(&format!("my.example_{shape}"), &id).replace("TITLE", &title(name));
            Some((folder.join(file), text))
        })
        .collect();
    if let Err((path, error)) = while_writing(|| write(&files)) {
        return Err(Failure::new(format!("cannot write `{}`: {error}", path.display())));
    }
    for (path, _) in &files {
        out.say(&format!("written {}", path.display()));
    }
    let shown = folder.display();
    out.say(&format!("signal `{id}`. Next: edit {}, then", folder.join("main.luau").display()));
    out.say(&format!("  claque test {shown}\n  claque watch {shown} DATA\n  claque plugin check {shown}"));
    let written: Vec<String> = files.iter().map(|(path, _)| path.display().to_string()).collect();
    out.object(&json!({ "id": id, "folder": shown.to_string(), "files": written }));
    Ok(Exit::Done)
}

fn check_name(name: &str) -> Result<(), Failure> {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(letters) {
        return Ok(());
    }
    Err(Failure::new(format!("`{name}` is no name of a plugin"))
        .with_hint("a name has a-z, 0-9 and `-`, and begins with a letter, such as night-posts"))
}

/// `night-posts` → `Night posts`.
fn title(name: &str) -> String {
    let spaced = name.replace('-', " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

fn write(files: &[(PathBuf, String)]) -> Result<(), (PathBuf, std::io::Error)> {
    for (path, text) in files {
        let parent = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(parent).and_then(|()| std::fs::write(path, text)).map_err(|e| (path.clone(), e))?;
    }
    Ok(())
}
