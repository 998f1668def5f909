//! Folders of canonical tables: reading them in any of their forms, checking and writing them.

mod check;

use crate::error::IngestError;
use crate::key_order::sort_by_key;
use crate::logical_hash::logical_hash;
use crate::table_file::{ending, parent_of, write_table};
use crate::typed;
use claque_model::{Activity, CANONICAL, TableSchema};
use polars::prelude::DataFrame;
use serde_json::{Map, Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Does the folder hold canonical tables?
#[must_use]
pub fn is_activity_folder(path: &Path) -> bool {
    path.is_dir() && CANONICAL.iter().any(|schema| parts(schema, path).is_ok_and(|parts| !parts.is_empty()))
}

/// Reads a folder of canonical tables: `<table>.parquet`, `<table>.csv`, or Parquet parts below `<table>/`.
///
/// # Errors
/// No table there, one that is there twice, or one that is not of the schema.
pub fn read_activity(path: &Path) -> Result<Activity, IngestError> {
    if !path.exists() {
        return Err(IngestError::NoSuchFile(path.to_owned()));
    }
    let mut tables = Vec::new();
    for schema in CANONICAL {
        let parts = parts(schema, path)?;
        if let Some(table) = read_parts(schema, &parts)? {
            tables.push((schema.name.to_owned(), table));
        }
    }
    if tables.is_empty() {
        return Err(IngestError::NoTables(path.to_owned()));
    }
    let activity = Activity::try_new(tables)?;
    check::values(&activity)?;
    check::keys(&activity)?;
    Ok(activity)
}

fn read_parts(schema: &'static TableSchema, parts: &[PathBuf]) -> Result<Option<DataFrame>, IngestError> {
    let mut whole: Option<DataFrame> = None;
    for part in parts {
        let frame = match typed::read(schema, part) {
            // a table without rows is a header, or no line at all
            Err(IngestError::Empty(_)) if ending(part).as_deref() == Some("csv") => schema.empty(),
            other => other?,
        };
        whole = Some(match whole {
            Some(whole) => whole.vstack(&frame)?,
            None => frame,
        });
    }
    Ok(whole)
}

/// The files of a table, in the order of their paths.
fn parts(schema: &TableSchema, folder: &Path) -> Result<Vec<PathBuf>, IngestError> {
    let mut found: Vec<Vec<PathBuf>> = ["parquet", "csv"]
        .map(|ending| folder.join(format!("{}.{ending}", schema.name)))
        .into_iter()
        .filter(|path| path.is_file())
        .map(|path| vec![path])
        .collect();
    let mut below = Vec::new();
    collect_parquet(&folder.join(schema.name), &mut below)?;
    if !below.is_empty() {
        below.sort();
        found.push(below);
    }
    if found.len() > 1 {
        return Err(IngestError::TableTwice { path: folder.to_owned(), table: schema.name.to_owned() });
    }
    Ok(found.pop().unwrap_or_default())
}

fn collect_parquet(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), IngestError> {
    if !folder.is_dir() {
        return Ok(());
    }
    let unreadable = |source| IngestError::Unreadable { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            collect_parquet(&path, found)?;
        } else if ending(&path).as_deref() == Some("parquet") {
            found.push(path);
        }
    }
    Ok(())
}

/// Checks the tables and writes them: one `<table>.parquet` each, sorted by key, and `activity.json` with
/// rows and logical hashes. The folder appears complete or not at all.
///
/// # Errors
/// The folder exists, a check fails, or it cannot be written.
pub fn write_activity(activity: &Activity, folder: &Path) -> Result<(), IngestError> {
    if folder.exists() {
        return Err(IngestError::Exists(folder.to_owned()));
    }
    check::values(activity)?;
    check::keys(activity)?;
    check::references(activity)?;
    let failed = |source| IngestError::Write { path: folder.to_owned(), source };
    let parent = parent_of(folder);
    fs::create_dir_all(&parent).map_err(failed)?;
    let temporary = tempfile::Builder::new().prefix(".claque-activity-").tempdir_in(&parent).map_err(failed)?;
    let inside = temporary.path().join("activity");
    fs::create_dir(&inside).map_err(failed)?;
    let mut listed = Map::new();
    for schema in CANONICAL {
        let Some(table) = activity.table(schema.name) else { continue };
        let sorted = sort_by_key(table, schema.key)?;
        let key = schema.key.join(",");
        let meta = [("activity.schema", "1"), ("activity.table", schema.name), ("activity.key", key.as_str())];
        write_table(&sorted, &inside.join(format!("{}.parquet", schema.name)), &meta)?;
        let hash = logical_hash(&sorted, schema.key)?;
        listed.insert(schema.name.to_owned(), json!({ "rows": sorted.height(), "logical_hash": hash }));
    }
    let index: Value = json!({ "schema": 1, "tables": listed });
    fs::write(inside.join("activity.json"), format!("{index:#}\n")).map_err(failed)?;
    fs::rename(&inside, folder).map_err(failed)
}

#[cfg(test)]
mod tests;
