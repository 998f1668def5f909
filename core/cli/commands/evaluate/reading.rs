//! The tables of a run folder, labels, and posts, as `claque evaluate` finds them.

use crate::diagnosis::Failure;
use claque_evaluate::{Priors, RunTables};
use claque_ingest::{read_activity, read_table};
use claque_model::Dimension;
use polars::prelude::{BooleanChunked, Column, DataFrame, IntoColumn, NewChunkedArray, StringChunked};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// What is read of a run folder.
pub(super) struct Run {
    pub(super) folder: PathBuf,
    pub(super) title: Option<String>,
    members: DataFrame,
    clusters: DataFrame,
    scores: DataFrame,
    priors: Option<Priors>,
}

impl Run {
    pub(super) fn read(folder: &Path) -> Result<Self, Failure> {
        let table = |name: &str| read_table(&folder.join("tables").join(format!("{name}.parquet")));
        let (members, clusters, scores) = (table("members")?, table("clusters")?, table("scores")?);
        let record = read_record(&folder.join("run.json"))?;
        Ok(Self {
            folder: folder.to_owned(),
            title: record["study"]["title"].as_str().map(str::to_owned),
            members,
            clusters,
            scores,
            priors: priors(&record),
        })
    }

    pub(super) fn tables(&self) -> RunTables<'_> {
        RunTables { members: &self.members, clusters: &self.clusters, scores: &self.scores, priors: self.priors }
    }

    /// The name of the folder.
    pub(super) fn name(&self) -> String {
        name_of(&self.folder)
    }
}

/// The last part of a path: what stands before it is nobody's business who reads a page.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn read_record(path: &Path) -> Result<Value, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::new(format!("`{}`: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| failed(&e))?;
    serde_json::from_str(&text).map_err(|e| failed(&e))
}

/// As the record of a run words them, and of its refit as its labels have them.
fn priors(record: &Value) -> Option<Priors> {
    let number = |name: &str| record["settings"][name].as_str()?.parse::<f64>().ok();
    let declared =
        Priors::declared(number("prior of coordination")?, number("prior of each dimension and of concealment")?);
    let learned = record["refit"]["file"]["dimensions"].as_array().into_iter().flatten();
    let share = |one: &Value| {
        let (positive, negative) = (one["positive"].as_f64()?, one["negative"].as_f64()?);
        Some((Dimension::parse(one["dimension"].as_str()?)?, positive / (positive + negative)))
    };
    let used = learned.filter(|one| one["accepted"] == true).filter_map(share);
    Some(used.fold(declared, |priors, (dimension, prior)| priors.with(dimension, prior)))
}

/// A Parquet file of posts, or a folder of canonical tables with one.
pub(super) fn read_posts(path: &Path) -> Result<DataFrame, Failure> {
    if !path.is_dir() {
        return Ok(read_table(path)?);
    }
    let hint = "a folder of canonical tables has posts.parquet, as `claque import` and `claque synth` write it";
    let activity = read_activity(path).map_err(|e| Failure::new(e.to_string()).with_hint(hint))?;
    let posts = activity.table("posts").cloned();
    posts.ok_or_else(|| Failure::new(format!("`{}` has no table `posts`", path.display())).with_hint(hint))
}

/// Of a record that was read from a file.
fn number_of(record: &csv::StringRecord) -> u64 {
    record.position().map_or(0, csv::Position::record)
}

/// `account_id, group, scenario, planted, dimension`, as `claque synth` writes it.
pub(super) fn read_labels(path: &Path) -> Result<DataFrame, Failure> {
    let hint = "`claque synth` writes such a file as truth/labels.csv";
    let failed = |error: &dyn std::fmt::Display| Failure::new(format!("`{}`: {error}", path.display())).with_hint(hint);
    let mut reader = csv::Reader::from_path(path).map_err(|e| failed(&e))?;
    let header = reader.headers().map_err(|e| failed(&e))?.clone();
    let records = reader.records().collect::<Result<Vec<_>, _>>().map_err(|e| failed(&e))?;
    let cells = |name: &str| -> Result<Vec<Option<&str>>, Failure> {
        let at = header.iter().position(|h| h == name).ok_or_else(|| failed(&format!("column `{name}` is missing")))?;
        Ok(records.iter().map(|r| r.get(at).filter(|cell| !cell.is_empty())).collect())
    };
    let mut columns: Vec<Column> = Vec::new();
    for name in ["account_id", "group", "scenario", "dimension"] {
        columns.push(StringChunked::from_iter_options(name.into(), cells(name)?.into_iter()).into_column());
    }
    let planted = cells("planted")?.into_iter().zip(&records).map(|(cell, record)| {
        let truth = |word: &str| match word.to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(failed(&format!("record {}: `planted` is `{word}`, not true or false", number_of(record)))),
        };
        cell.map(truth).transpose()
    });
    let planted = planted.collect::<Result<Vec<Option<bool>>, Failure>>()?;
    columns.push(BooleanChunked::from_iter_options("planted".into(), planted.into_iter()).into_column());
    DataFrame::new(records.len(), columns).map_err(|e| failed(&e))
}
