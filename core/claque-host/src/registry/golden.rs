//! Golden files: `tests/NAME/` holds small tables (`posts.csv`, …, and `params.toml`), `tests/NAME.golden.csv` what
//! the signal gives for them; in a folder of several signals `tests/NAME.ID.golden.csv`. Nothing is written here.

use crate::contract;
use crate::spec::{Inputs, Sheet, SpecFailure, compare, csv_of, known_table};
use claque_model::{Services, Signal};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const ENDING: &str = ".golden.csv";

/// One golden file, there or not yet.
#[derive(Clone, Debug)]
pub(super) struct Golden {
    /// Name of the folder of tables.
    pub(super) name: String,
    /// Position of the signal among those of the plugin.
    pub(super) signal: usize,
    tables: PathBuf,
    expected: PathBuf,
}

/// What a signal gives now, as the content of its golden file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGolden {
    /// The file.
    pub path: PathBuf,
    /// What should stand in it.
    pub text: String,
}

/// All golden files of a plugin's folder by name, and the files that belong to no folder of tables.
pub(super) fn find(folder: &Path, ids: &[&str]) -> (Vec<Golden>, Vec<String>) {
    let tests = folder.join("tests");
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(&tests).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
    entries.sort();
    let name = |path: &Path| path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for tables in entries.iter().filter(|path| path.is_dir() && holds_tables(path)) {
        let file = |id: &str| {
            if ids.len() == 1 { format!("{}{ENDING}", name(tables)) } else { format!("{}.{id}{ENDING}", name(tables)) }
        };
        let is_there = |id: &str| tests.join(file(id)).is_file();
        let none_is_there = !ids.iter().any(|id| is_there(id));
        for (signal, id) in ids.iter().enumerate() {
            known.insert(file(id));
            if none_is_there || is_there(id) {
                let expected = tests.join(file(id));
                found.push(Golden { name: name(tables), signal, tables: tables.clone(), expected });
            }
        }
    }
    let files = entries.iter().map(|path| name(path)).filter(|file| file.ends_with(ENDING));
    let stray = files.filter(|file| !known.contains(file)).collect();
    (found, stray)
}

fn holds_tables(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.filter_map(Result::ok).any(|entry| entry.path().extension().is_some_and(|e| e == "csv"))
}

impl Golden {
    /// Runs the signal on the tables. Where its output is not what the golden file says, or there is none, the
    /// new content comes with the reason.
    pub(super) fn run(&self, signal: &dyn Signal, services: &dyn Services) -> Result<(), (String, Option<NewGolden>)> {
        let plain = |text: String| (text, None);
        let declaration = signal.declaration();
        let inputs = inputs(&self.tables, &declaration.id).map_err(plain)?;
        let failed = |failure: SpecFailure| (failure.to_string(), None);
        let given = inputs.given(declaration).map_err(failed)?;
        let output = contract::score(signal, &given, true, services).map_err(|fault| plain(fault.to_string()))?;
        let said_by = self.shown();
        let (reason, heads) = match std::fs::read_to_string(&self.expected) {
            Ok(text) => {
                let sheet = Sheet::read(&text, 0).map_err(|error| plain(format!("{said_by}: {error}")))?;
                match compare(declaration, &sheet, &output, &said_by) {
                    Ok(()) => return Ok(()),
                    Err(difference) => (difference, Some(sheet.header)),
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => (format!("there is no `{said_by}`"), None),
            Err(error) => return Err(plain(format!("cannot read `{said_by}`: {error}"))),
        };
        // a column that the signal does not give cannot be written again
        let heads = heads.filter(|heads| heads.iter().all(|head| gives(&output, head)));
        let text = csv_of(&output, heads.as_deref()).map_err(plain)?;
        Err((reason, Some(NewGolden { path: self.expected.clone(), text })))
    }

    fn shown(&self) -> String {
        let file = self.expected.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        format!("tests/{file}")
    }
}

fn gives(output: &polars::prelude::DataFrame, head: &str) -> bool {
    output.column(head.split_once('~').map_or(head, |(name, _)| name)).is_ok()
}

/// The tables and parameters of one case.
fn inputs(folder: &Path, id: &str) -> Result<Inputs, String> {
    let mut inputs = Inputs::default();
    let listed = std::fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = listed.map_err(|error| format!("cannot read `{}`: {error}", folder.display()))?;
    for path in entries.iter().map(std::fs::DirEntry::path).filter(|path| path.is_file()) {
        let file = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        // line 0 is the file as a whole
        let wrong = |error: String| format!("`{file}`: {}", error.trim_start_matches("line 0: "));
        let text = || std::fs::read_to_string(&path).map_err(|error| wrong(error.to_string()));
        if file == "params.toml" {
            let values: toml::Table = text()?.parse().map_err(|error: toml::de::Error| wrong(error.to_string()))?;
            let values = serde_json::to_value(values).map_err(|error| wrong(error.to_string()))?;
            inputs.params.insert(id.to_owned(), values);
        } else if let Some(table) = file.strip_suffix(".csv") {
            known_table(table, 0).map_err(|error| wrong(error.to_string()))?;
            let sheet = Sheet::read(&text()?, 0).map_err(|error| wrong(error.to_string()))?;
            inputs.tables.insert(table.to_owned(), sheet);
        }
    }
    Ok(inputs)
}
