//! The data that an author tries a script on: a study, a folder of canonical tables, or a platform file.
//! What is done with it is the command's business.

use crate::diagnosis::Failure;
use claque_ingest::{ImportOptions, import, is_activity_folder, read_activity};
use claque_model::Activity;
use claque_study::{StudyTables, study_tables};
use std::collections::BTreeMap;
use std::path::Path;

/// Reads it; only a study has tables of the user. A script in its place is an error of its own.
pub(crate) fn read(path: &Path) -> Result<StudyTables, Failure> {
    let alone = |activity: Activity, warnings| StudyTables { activity, user_tables: BTreeMap::new(), warnings };
    if path.join("study.toml").is_file() || path.extension().is_some_and(|e| e == "toml") {
        return Ok(study_tables(path)?);
    }
    if is_activity_folder(path) {
        return Ok(alone(read_activity(path)?, Vec::new()));
    }
    if path.join("main.luau").is_file() || path.extension().is_some_and(|e| e == "luau") {
        return Err(Failure::new(format!("`{}` is a script, not data", path.display())).with_hint(
            "the data come last in `claque watch SCRIPT DATA`, and first in `claque repl DATA --load SCRIPT`",
        ));
    }
    let imported = import(std::slice::from_ref(&path.to_owned()), &ImportOptions::default())?;
    Ok(alone(imported.activity, imported.report.lines()))
}
