//! `claque plugin doc`: the page of a plugin.

use crate::diagnosis::Failure;
use crate::interrupt::while_writing;
use crate::shipped;
use crate::terminal::{Exit, Terminal};
use claque_host::page;
use serde_json::json;
use std::path::Path;

pub(super) fn run(path: &Path, output: Option<&Path>, out: &Terminal) -> Result<Exit, Failure> {
    let text = page(path, &shipped::search(None))?;
    match output {
        None => out.say(text.trim_end()),
        Some(file) => {
            while_writing(|| std::fs::write(file, &text)).map_err(|error| {
                Failure::new(format!("cannot write `{}`: {error}", file.display()))
                    .with_hint("name another file with -o")
            })?;
            out.say(&format!("written to {}", file.display()));
        }
    }
    out.object(&json!({ "page": text, "output": output.map(|file| file.display().to_string()) }));
    Ok(Exit::Done)
}
