//! `claque plugin metadata`: the declarations of a manifest as a C header, so that nobody writes them twice.

use crate::diagnosis::Failure;
use crate::terminal::{Exit, Terminal};
use claque_host::{Manifest, PluginKind};
use serde_json::json;
use std::fmt::Write;
use std::path::Path;

pub(super) fn run(path: &Path, out: &Terminal) -> Result<Exit, Failure> {
    let file = if path.is_dir() { path.join("plugin.toml") } else { path.to_owned() };
    let shown = file.display();
    let text = std::fs::read_to_string(&file).map_err(|error| {
        Failure::new(format!("cannot read `{shown}`: {error}")).with_hint("give a plugin's folder or its plugin.toml")
    })?;
    let manifest = Manifest::parse(&text).map_err(|error| Failure::new(format!("`{shown}`: {error}")))?;
    if manifest.kind != PluginKind::Native {
        return Err(Failure::new(format!("`{shown}` is the manifest of a script, which declares itself")));
    }
    let header = header(&manifest);
    out.say(header.trim_end());
    out.object(&json!({ "metadata": manifest.signals, "header": header }));
    Ok(Exit::Done)
}

/// A macro `METADATA_n` for each `[[signal]]`, in the order of the manifest.
pub(super) fn header(manifest: &Manifest) -> String {
    let mut text = String::from(
        "/* The declarations of plugin.toml, made by `claque plugin metadata`: change plugin.toml. */\n\
         #ifndef METADATA_H\n#define METADATA_H\n",
    );
    for (number, signal) in (1..).zip(&manifest.signals) {
        write!(text, "\n#define METADATA_{number}").expect("a string grows");
        for line in literals(&signal.to_string()) {
            write!(text, " \\\n  \"{line}\"").expect("a string grows");
        }
        text.push('\n');
    }
    text + "\n#endif\n"
}

/// A text as the insides of C string literals of a readable length.
fn literals(text: &str) -> Vec<String> {
    const WIDTH: usize = 100;
    let mut lines = vec![String::new()];
    for letter in text.chars() {
        if lines.last().is_some_and(|line| line.len() >= WIDTH) {
            lines.push(String::new());
        }
        let line = lines.last_mut().expect("never empty");
        // `??` would begin a trigraph
        if matches!(letter, '"' | '\\' | '?') {
            line.push('\\');
        }
        line.push(letter);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_escaped_and_never_broken_inside_an_escape() {
        let text = format!("{}\"\\??é", "x".repeat(99));
        assert_eq!(literals(&text), [format!("{}\\\"", "x".repeat(99)), "\\\\\\?\\?é".to_owned()]);
    }
}
