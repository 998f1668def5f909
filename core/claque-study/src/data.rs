//! What a study reads: its inputs as one `Activity`, its tables, and a summary of what is known in them.
//! Formats are the business of `claque-ingest`; nothing here looks into a file.

use crate::config::{Input, Period, StudyFile, micros_of};
use crate::error::StudyError;
use crate::groups::NamedGroups;
use crate::refit::StudyRefit;
use claque_ingest::{
    ImportOptions, import, is_activity_folder, read_activity, read_groups, read_user_table, sha256_file,
};
use claque_model::{Activity, TimePrecision, USER, schema_of};
use claque_report::{CorpusSummary, InputLine};
use polars::prelude::{
    BooleanChunked, DataFrame, IntoLazy, JoinArgs, JoinType, NewChunkedArray, PolarsResult, StringChunked, col,
};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Everything that the signals may be given.
pub(crate) struct Data {
    pub(crate) activity: Activity,
    pub(crate) user_tables: BTreeMap<String, DataFrame>,
    /// Groups that the study names.
    pub(crate) groups: Option<NamedGroups>,
    /// What was learned from labels, if the study names it.
    pub(crate) refit: Option<StudyRefit>,
    pub(crate) inputs: Vec<InputLine>,
    pub(crate) warnings: Vec<String>,
}

/// The tables of a study, for those who try something on them without a run.
pub struct StudyTables {
    /// Its inputs, merged, inside its window.
    pub activity: Activity,
    /// The user's tables by name.
    pub user_tables: BTreeMap<String, DataFrame>,
    /// What was left out.
    pub warnings: Vec<String>,
}

/// Reads the tables of a study: `study.toml`, or the folder that holds it.
///
/// # Errors
/// As a run that cannot begin.
pub fn study_tables(study: &Path) -> Result<StudyTables, StudyError> {
    let (file, root) = crate::run::load(study)?;
    let Data { activity, user_tables, warnings, .. } = read(&file, &root)?;
    Ok(StudyTables { activity, user_tables, warnings })
}

/// Reads inputs and tables of a study in the folder `root`.
pub(crate) fn read(file: &StudyFile, root: &Path) -> Result<Data, StudyError> {
    let mut data = Data {
        activity: Activity::default(),
        user_tables: BTreeMap::new(),
        groups: None,
        refit: None,
        inputs: vec![],
        warnings: vec![],
    };
    let mut parts = Vec::new();
    for input in &file.input {
        parts.push(read_input(input, root, &mut data)?);
    }
    let mut activity = merge(parts)?;
    if let Some(period) = &file.window {
        activity = inside(&activity, period)?;
    }
    if activity.table("posts").is_none_or(|posts| posts.height() == 0) {
        let why = if file.window.is_some() {
            "the inputs are empty, or all of it lies outside [window]"
        } else {
            "the inputs are empty"
        };
        return Err(StudyError::NoPosts(why));
    }
    data.activity = activity;
    read_tables(file, root, &mut data)?;
    name_groups(file, root, &mut data)?;
    Ok(data)
}

fn name_groups(file: &StudyFile, root: &Path, data: &mut Data) -> Result<(), StudyError> {
    let (Some(section), Some(posts)) = (&file.groups, data.activity.table("posts")) else { return Ok(()) };
    let path = root.join(&section.path);
    let wrong = |source| StudyError::Input { name: "groups".to_owned(), source: Box::new(source) };
    let table = read_groups(&path).map_err(wrong)?;
    let named = NamedGroups::of(&table, posts)?;
    data.inputs.push(InputLine {
        name: "groups".to_owned(),
        path: section.path.clone(),
        rows: vec![("groups".to_owned(), table.height() as u64)],
        sha256: digest(&path).map_err(wrong)?,
    });
    data.warnings.extend(named.notes.iter().cloned());
    data.groups = Some(named);
    Ok(())
}

fn read_input(input: &Input, root: &Path, data: &mut Data) -> Result<Activity, StudyError> {
    let path = root.join(&input.path);
    let wrong = |source| StudyError::Input { name: input.name.clone(), source: Box::new(source) };
    let activity = if is_activity_folder(&path) {
        read_activity(&path).map_err(wrong)?
    } else {
        let options = ImportOptions {
            adapter: input.adapter.clone(),
            map: input.map.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
            tz: input.tz.clone(),
            ..ImportOptions::default()
        };
        let imported = import(std::slice::from_ref(&path), &options).map_err(wrong)?;
        let rejected: u64 = imported.report.files.iter().map(|f| f.rows_rejected).sum();
        if rejected > 0 {
            data.warnings.push(format!("input `{}`: {rejected} records could not be used", input.name));
            data.warnings.extend(imported.report.lines().into_iter().skip(1));
        }
        imported.activity
    };
    let rows = activity.tables().map(|(name, table)| (name.to_owned(), table.height() as u64)).collect();
    let sha256 = digest(&path).map_err(wrong)?;
    data.inputs.push(InputLine { name: input.name.clone(), path: input.path.clone(), rows, sha256 });
    Ok(activity)
}

/// SHA-256 of a file, or over the sorted `sha256  name` lines of a folder's files.
fn digest(path: &Path) -> Result<String, claque_ingest::IngestError> {
    use sha2::{Digest, Sha256};
    if path.is_file() {
        return sha256_file(path);
    }
    let mut hash = Sha256::new();
    for file in files_below(path) {
        let name = file.strip_prefix(path).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        hash.update(format!("{}  {name}\n", sha256_file(&file)?));
    }
    Ok(hex(&hash.finalize()))
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    })
}

/// All files below a folder, sorted by path.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// One activity out of several; a post, account observation or link that stands in two inputs counts once.
fn merge(mut parts: Vec<Activity>) -> Result<Activity, StudyError> {
    if parts.len() == 1 {
        return Ok(parts.remove(0));
    }
    let mut tables: BTreeMap<String, DataFrame> = BTreeMap::new();
    for part in &parts {
        for (name, table) in part.tables() {
            match tables.get_mut(name) {
                Some(whole) => {
                    whole.vstack_mut(table)?;
                }
                None => {
                    tables.insert(name.to_owned(), table.clone());
                }
            }
        }
    }
    let unique = tables.into_iter().map(|(name, table)| {
        let table = first_per_key(&name, &table)?;
        Ok((name, table))
    });
    Ok(Activity::try_new(unique.collect::<PolarsResult<Vec<_>>>()?)?)
}

fn first_per_key(name: &str, table: &DataFrame) -> PolarsResult<DataFrame> {
    let key = schema_of(name).map_or(&[][..], |schema| schema.key);
    let columns = key.iter().map(|column| table.column(column)).collect::<PolarsResult<Vec<_>>>()?;
    let mut seen = HashSet::with_capacity(table.height());
    let mut keep = Vec::with_capacity(table.height());
    for row in 0..table.height() {
        let mut cells = Vec::with_capacity(columns.len());
        for column in &columns {
            cells.push(column.get(row)?.to_string());
        }
        keep.push(seen.insert(cells));
    }
    table.filter(&BooleanChunked::from_slice("keep".into(), &keep))
}

fn inside(activity: &Activity, period: &Period) -> Result<Activity, StudyError> {
    let bound = |text: &Option<String>, open| text.as_deref().and_then(micros_of).unwrap_or(open);
    let (start, end) = (bound(&period.start, i64::MIN), bound(&period.end, i64::MAX));
    let Some(posts) = activity.table("posts") else { return Ok(activity.clone()) };
    let times = posts.column("created_at")?.to_physical_repr();
    let keep: BooleanChunked = times.i64()?.iter().map(|at| at.is_some_and(|at| (start..end).contains(&at))).collect();
    let posts = posts.filter(&keep)?;
    let ids = posts.clone().lazy().select([col("post_id")]);
    let mut tables = vec![("posts".to_owned(), posts)];
    for (name, table) in activity.tables().filter(|(name, _)| *name != "posts") {
        let table = if matches!(name, "links" | "interactions" | "media") {
            let args = JoinArgs::new(JoinType::Semi);
            table.clone().lazy().join(ids.clone(), [col("post_id")], [col("post_id")], args).collect()?
        } else {
            table.clone()
        };
        tables.push((name.to_owned(), table));
    }
    Ok(Activity::try_new(tables)?)
}

fn read_tables(file: &StudyFile, root: &Path, data: &mut Data) -> Result<(), StudyError> {
    let wrong = |name: &str, source| StudyError::Input { name: name.to_owned(), source: Box::new(source) };
    let mut wanted: Vec<(String, PathBuf)> =
        file.table.iter().map(|table| (table.name.clone(), root.join(&table.path))).collect();
    for schema in USER {
        let named = wanted.iter().any(|(name, _)| name == schema.name);
        let beside =
            ["csv", "parquet", "ndjson"].map(|ending| root.join("tables").join(format!("{}.{ending}", schema.name)));
        if let (false, Some(path)) = (named, beside.into_iter().find(|path| path.is_file())) {
            wanted.push((schema.name.to_owned(), path));
        }
    }
    for (name, path) in wanted {
        let table = read_user_table(&name, &path).map_err(|source| wrong(&name, source))?;
        let sha256 = digest(&path).map_err(|source| wrong(&name, source))?;
        let shown = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        data.inputs.push(InputLine {
            name: name.clone(),
            path: shown,
            rows: vec![(name.clone(), table.height() as u64)],
            sha256,
        });
        match data.user_tables.get_mut(&name) {
            Some(whole) => {
                whole.vstack_mut(&table)?;
            }
            None => {
                data.user_tables.insert(name, table);
            }
        }
    }
    Ok(())
}

/// Precision of times by post id.
pub(crate) struct Precisions<'a> {
    of_post: HashMap<&'a str, TimePrecision>,
}

impl<'a> Precisions<'a> {
    pub(crate) fn of(posts: &'a DataFrame) -> PolarsResult<Self> {
        let ids = posts.column("post_id")?.str()?;
        let words = posts.column("created_at_precision")?.str()?;
        let of_post = ids.iter().zip(words.iter()).filter_map(|(id, word)| Some((id?, TimePrecision::parse(word?)?)));
        Ok(Self { of_post: of_post.collect() })
    }

    /// The coarsest precision that at least 1 % of these posts have; unknown when none is known.
    pub(crate) fn of_traces(&self, post_ids: &StringChunked) -> Option<TimePrecision> {
        let mut counts: BTreeMap<TimePrecision, usize> = BTreeMap::new();
        for id in post_ids.iter().flatten() {
            if let Some(precision) = self.of_post.get(id) {
                *counts.entry(*precision).or_default() += 1;
            }
        }
        let all: usize = counts.values().sum();
        counts.into_iter().rev().find(|(_, n)| n * 100 >= all).map(|(precision, _)| precision)
    }
}

/// What the first lines of a report say about the data.
pub(crate) fn summary(activity: &Activity, precision: Option<TimePrecision>) -> PolarsResult<CorpusSummary> {
    let Some(posts) = activity.table("posts") else { return Ok(CorpusSummary::default()) };
    let embedded = posts.column("embedded")?.bool()?;
    let own = posts.filter(&!embedded)?;
    let times = own.column("created_at")?.to_physical_repr();
    let times = times.i64()?;
    let known = |table: &DataFrame, column: &str| -> PolarsResult<f64> {
        let nulls = table.column(column)?.null_count();
        Ok(if table.height() == 0 { 0.0 } else { 1.0 - nulls as f64 / table.height() as f64 })
    };
    let mut shares = Vec::new();
    for column in ["text", "lang", "n_like", "client"] {
        shares.push((format!("posts.{column}"), known(&own, column)?));
    }
    for (table, column) in [("accounts", "created_at"), ("accounts", "handle"), ("links", "domain"), ("media", "phash")]
    {
        let share = activity.table(table).map_or(Ok(0.0), |t| known(t, column))?;
        shares.push((format!("{table}.{column}"), share));
    }
    let mut languages: Vec<&str> = own.column("lang")?.str()?.iter().flatten().collect();
    languages.sort_unstable();
    languages.dedup();
    Ok(CorpusSummary {
        n_posts: own.height() as u64,
        n_accounts: own.column("account_id")?.str()?.iter().flatten().collect::<HashSet<_>>().len() as u64,
        first_at: times.iter().flatten().min(),
        last_at: times.iter().flatten().max(),
        precision: precision.map(|p| p.name().to_owned()),
        known: shares,
        languages: languages.into_iter().map(str::to_owned).collect(),
        hot_objects: 0,
    })
}

/// Precision of all times of an activity: the coarsest that at least 1 % of its posts have.
fn precision_of_posts(activity: &Activity) -> PolarsResult<Option<TimePrecision>> {
    let Some(posts) = activity.table("posts") else { return Ok(None) };
    Ok(Precisions::of(posts)?.of_traces(posts.column("post_id")?.str()?))
}

/// Rows, span, precision and what is known, for people.
///
/// # Errors
/// Only if the tables break their schema, which would be a bug.
pub fn summarize(activity: &Activity) -> Result<CorpusSummary, StudyError> {
    Ok(summary(activity, precision_of_posts(activity)?)?)
}

/// The precision of the times behind some traces.
///
/// # Errors
/// As [`summarize`].
pub fn precision_of(activity: &Activity, traces: &DataFrame) -> Result<Option<TimePrecision>, StudyError> {
    let Some(posts) = activity.table("posts") else { return Ok(None) };
    Ok(Precisions::of(posts)?.of_traces(traces.column("post_id")?.str()?))
}
