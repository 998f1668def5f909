//! `claque plugin new`: a working plugin from a template. The templates are plugins themselves, in `templates/`, and
//! pass `claque test` as they are; only names, id and title are put in here. A compiled plugin has three layers: what
//! its shape declares in every language, what its language needs for every shape, and its code.

mod compiled;

use crate::args::{Emits, Language};
use crate::diagnosis::Failure;
use crate::interrupt::while_writing;
use crate::terminal::{Exit, Terminal};
use compiled::Sdk;
use serde_json::json;
use std::path::{Path, PathBuf};

include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// A path below the new folder, and what stands there.
type File = (PathBuf, String);

/// What a plugin is to be.
pub(super) struct Wish<'w> {
    pub(super) name: &'w str,
    pub(super) lang: Language,
    pub(super) emits: Emits,
    pub(super) output: &'w Path,
    pub(super) sdk: Option<&'w Path>,
}

pub(super) fn run(wish: &Wish, out: &Terminal) -> Result<Exit, Failure> {
    let &Wish { name, lang, output, .. } = wish;
    check_name(name)?;
    let folder = if output == Path::new(".") { PathBuf::from(name) } else { output.join(name) };
    if folder.exists() {
        let message = format!("`{}` exists already", folder.display());
        return Err(Failure::new(message).with_hint("give another name, or another folder with -o"));
    }
    if lang != Language::Luau {
        compiled::refuse_among_own(&folder)?;
    }
    let sdk = if lang == Language::Rust { Some(Sdk::find(wish.sdk)?) } else { None };
    let files = files(wish, &folder, sdk.as_ref())?;
    if let Err((path, error)) = while_writing(|| write(&folder, &files)) {
        return Err(Failure::new(format!("cannot write `{}`: {error}", path.display())));
    }
    let written: Vec<String> = files.iter().map(|(path, _)| folder.join(path).display().to_string()).collect();
    for path in &written {
        out.say(&format!("written {path}"));
    }
    if let Some(sdk) = &sdk {
        out.say(&format!("the SDK is `{}`, {}; --sdk names another", sdk.path.display(), sdk.found));
    }
    let (shown, id) = (folder.display(), id(name));
    let next = next_steps(lang, &shown.to_string());
    out.say(&format!("signal `{id}`. Next: edit {}, then\n{next}", folder.join(source(lang)).display()));
    out.object(&json!({
        "id": id, "folder": shown.to_string(), "files": written, "sdk": sdk.map(|sdk| sdk.path.display().to_string()),
    }));
    Ok(Exit::Done)
}

fn id(name: &str) -> String {
    format!("my.{}", name.replace('-', "_"))
}

/// The file that an author edits first.
fn source(lang: Language) -> &'static str {
    match lang {
        Language::Luau => "main.luau",
        Language::Rust => "src/lib.rs",
        Language::C => "signal.c",
        Language::Cpp => "signal.cpp",
    }
}

fn next_steps(lang: Language, folder: &str) -> String {
    if lang == Language::Luau {
        return format!("  claque test {folder}\n  claque watch {folder} DATA\n  claque plugin check {folder}");
    }
    match compiled::program().as_str() {
        "claque" => format!("  make -C {folder} test check"),
        // a plain `claque` would not be found by make
        program => format!("  make -C {folder} test check CLAQUE={program}"),
    }
}

/// The files of the new folder: its template, layer by layer, with its names put in, and what is made for it.
fn files(wish: &Wish, folder: &Path, sdk: Option<&Sdk>) -> Result<Vec<File>, Failure> {
    let shape = wish.emits.name();
    let (lang, layers) = match wish.lang {
        Language::Luau => ("luau", vec![format!("luau/{shape}")]),
        Language::Rust => ("rust", compiled_layers("rust", shape)),
        Language::C => ("c", compiled_layers("c", shape)),
        Language::Cpp => ("cpp", compiled_layers("cpp", shape)),
    };
    let words = [
        (format!("my.example_{shape}"), id(wish.name)),
        ("TITLE".into(), title(wish.name)),
        ("@ID@".into(), id(wish.name)),
        ("@NAME@".into(), wish.name.into()),
        ("@LIBRARY@".into(), wish.name.replace('-', "_")),
        ("@RUNTIME@".into(), lang.into()),
        ("@SDK@".into(), sdk.map(|sdk| sdk.seen_from(folder)).unwrap_or_default()),
    ];
    let mut files: Vec<File> = Vec::new();
    for layer in &layers {
        for (path, text) in TEMPLATES {
            if let Some(file) = path.strip_prefix(layer.as_str()).and_then(|path| path.strip_prefix('/')) {
                let text = words.iter().fold((*text).to_owned(), |text, (word, value)| text.replace(word, value));
                files.push((PathBuf::from(file), text));
            }
        }
    }
    files.extend(compiled::generated(wish.lang, &files)?);
    Ok(files)
}

fn compiled_layers(lang: &str, shape: &str) -> Vec<String> {
    vec![format!("compiled/{shape}"), format!("{lang}/all"), format!("{lang}/{shape}")]
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

fn write(folder: &Path, files: &[File]) -> Result<(), (PathBuf, std::io::Error)> {
    for (below, text) in files {
        let path = folder.join(below);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).and_then(|()| std::fs::write(&path, text)).map_err(|e| (path, e))?;
    }
    Ok(())
}
