//! From platform files to canonical tables: open, choose an adapter, read, merge, report. Formats are the
//! business of the adapters.

pub(crate) mod look;
pub(crate) mod merge;

use crate::adapters::output::{Output, Tally};
use crate::adapters::{Adapter, OpenFile, Rejection, map};
use crate::detect::{Choice, choose};
use crate::document::{Document, sha256_file, unreadable};
use crate::error::IngestError;
use crate::normalize::identity;
use crate::records::{Layout, Locator, Records, Row, Step, sample, wrapped};
use crate::report::{FileReport, ImportReport};
use crate::tables::{RejectRow, Rejects, SourceRow, Sources};
use chrono_tz::Tz;
use claque_model::Activity;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the user says about the files.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Name of the format, instead of a guess from the content.
    pub adapter: Option<String>,
    /// Column and source, for the adapter `map`.
    pub map: Vec<(String, String)>,
    /// IANA zone of times without one.
    pub tz: Option<String>,
    /// Platform of ids that do not say it.
    pub platform: Option<String>,
}

/// The tables, and the account of how they came about.
#[derive(Clone, Debug)]
pub struct Imported {
    /// Posts, accounts, links, interactions, sources, rejects.
    pub activity: Activity,
    /// What was read, kept and rejected.
    pub report: ImportReport,
}

/// Options that were checked.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) adapter: Option<String>,
    pub(crate) map: Vec<(String, String)>,
    pub(crate) zone: Option<Tz>,
    platform: Option<&'static str>,
}

impl Settings {
    fn check(options: &ImportOptions) -> Result<Self, IngestError> {
        let zone = options.tz.as_ref().map(|name| name.parse().map_err(|_| IngestError::UnknownZone(name.clone())));
        let platform = options.platform.as_ref().map(|name| {
            identity::platform(name).ok_or_else(|| IngestError::UnknownPlatform {
                name: name.clone(),
                known: identity::platforms().to_vec(),
            })
        });
        let (adapter, map) = (options.adapter.clone(), options.map.clone());
        Ok(Self { adapter, map, zone: zone.transpose()?, platform: platform.transpose()? })
    }

    /// Platform and prefix of ids for a format that is not of one platform.
    pub(crate) fn platform_and_prefix(&self, adapter: &str) -> (&'static str, String) {
        match self.platform {
            Some(platform) => (platform, platform.to_owned()),
            None => ("other", format!("other:{adapter}")),
        }
    }
}

/// Reads platform files into canonical tables. A record that cannot be used is counted; it stops nothing.
/// The order of the files, and files given twice, make no difference to the tables.
///
/// # Errors
/// A file that cannot be opened, is of no known format, lacks a column, or holds no usable record.
pub fn import(files: &[PathBuf], options: &ImportOptions) -> Result<Imported, IngestError> {
    let settings = Settings::check(options)?;
    let sources = distinct(files)?;
    let mut run = Run {
        settings,
        out: Output::new(),
        adapters: BTreeMap::new(),
        sources: Sources::new(),
        rejects: Rejects::new(),
        notes: BTreeMap::new(),
    };
    let mut reports = Vec::with_capacity(sources.len());
    for source in &sources {
        reports.push((source.order, run.file(source)?));
    }
    for adapter in run.adapters.values_mut() {
        adapter.finish(&mut run.out);
    }
    let last = std::mem::take(&mut run.out.tally);
    run.note(&last);
    reports.sort_by_key(|(order, _)| *order);
    let files = reports.into_iter().map(|(_, report)| report).collect();
    finish(run, files)
}

/// A file to read, once.
struct Source {
    path: PathBuf,
    sha256: String,
    /// Name for ids of records without one.
    name: String,
    /// Place on the command line.
    order: usize,
}

/// The distinct files in the order of their hashes, so that nothing depends on the command line.
fn distinct(files: &[PathBuf]) -> Result<Vec<Source>, IngestError> {
    let mut sources: BTreeMap<String, Source> = BTreeMap::new();
    for (order, path) in expanded(files)?.into_iter().enumerate() {
        let sha256 = sha256_file(&path)?;
        let name = path.file_stem().map_or_else(|| "input".into(), |stem| stem.to_string_lossy().into_owned());
        match sources.get_mut(&sha256) {
            // the same bytes under several names: the first name in the alphabet
            Some(known) if known.path > path => (known.path, known.name) = (path, name),
            Some(_) => {}
            None => {
                sources.insert(sha256.clone(), Source { path, sha256, name, order });
            }
        }
    }
    let mut sources: Vec<Source> = sources.into_values().collect();
    let names: Vec<String> = sources.iter().map(|source| source.name.clone()).collect();
    for source in &mut sources {
        if names.iter().filter(|name| **name == source.name).count() > 1 {
            source.name = format!("{}~{}", source.name, &source.sha256[..8]);
        }
    }
    Ok(sources)
}

/// Folders are replaced by the files in them.
fn expanded(files: &[PathBuf]) -> Result<Vec<PathBuf>, IngestError> {
    let mut all = Vec::new();
    for path in files {
        if path.is_dir() {
            let before = all.len();
            files_below(path, &mut all)?;
            if all.len() == before {
                return Err(IngestError::EmptyFolder(path.clone()));
            }
            all[before..].sort();
        } else {
            all.push(path.clone());
        }
    }
    Ok(all)
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), IngestError> {
    for entry in std::fs::read_dir(folder).map_err(|source| unreadable(folder, source))? {
        let entry = entry.map_err(|source| unreadable(folder, source))?;
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            files_below(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

/// An import under way.
struct Run {
    settings: Settings,
    out: Output,
    adapters: BTreeMap<&'static str, Box<dyn Adapter>>,
    sources: Sources,
    rejects: Rejects,
    notes: BTreeMap<&'static str, u64>,
}

/// Records of a file by what became of them.
#[derive(Default)]
struct Counts {
    read: u64,
    kept: u64,
    skipped: u64,
    rejected: u64,
}

impl Run {
    fn file(&mut self, source: &Source) -> Result<FileReport, IngestError> {
        let document = Document::open(&source.path)?;
        let layout = Layout::of(&document)?;
        let Choice { format, because } = choose(&document, &layout, &self.settings)?;
        let settings = &self.settings;
        let adapter = self.adapters.entry(format.name).or_insert_with(|| (format.create)(settings));
        self.out.start(&source.sha256);
        let file = OpenFile { document: &document, layout: &layout, source_id: &source.sha256, name: &source.name };
        let ids = adapter.open(&file)?;
        refuse_scientific(&document, &layout, &ids)?;
        let (counts, recoded) = records(&file, adapter.as_mut(), &mut self.out, &mut self.rejects);
        self.out.tally.note("records were not UTF-8 and were read as Windows-1252", recoded);
        let tally = self.out.start("");
        usable(&document, &counts, &tally)?;
        let zone = self.zone_assumed(&tally);
        self.note(&tally);
        self.sources.push(&SourceRow {
            source_id: Some(&source.sha256),
            path: Some(&stored_path(&source.path)),
            bytes: Some(document.size),
            adapter: Some(format.name),
            adapter_version: Some(format.version),
            tz_assumed: zone.as_deref(),
            encoding: Some(document.encoding),
            rows_read: Some(counts.read),
            rows_kept: Some(counts.kept),
            rows_skipped: Some(counts.skipped),
            rows_rejected: Some(counts.rejected),
        });
        Ok(FileReport {
            path: source.path.clone(),
            sha256: source.sha256.clone(),
            bytes: document.size,
            adapter: format.name,
            because,
            rows_read: counts.read,
            rows_kept: counts.kept,
            rows_skipped: counts.skipped,
            rows_rejected: counts.rejected,
            rejects: tally.rejects(),
            nulled: tally.nulled(),
        })
    }

    fn note(&mut self, tally: &Tally) {
        for (what, times) in tally.notes() {
            *self.notes.entry(what).or_default() += times;
        }
    }

    fn zone_assumed(&self, tally: &Tally) -> Option<String> {
        let has_naive = tally.notes().any(|(what, _)| what == map::ASSUMED);
        has_naive.then(|| self.settings.zone.unwrap_or(Tz::UTC).name().to_owned())
    }
}

/// Ids that a spreadsheet rounded spoil the whole file when they stand among the first (q3).
fn refuse_scientific(document: &Document, layout: &Layout, ids: &[(String, Locator)]) -> Result<(), IngestError> {
    let mut first = None;
    sample(document, layout, |record, row| {
        let Some(row) = row.filter(|_| first.is_none()) else { return };
        first = ids.iter().find_map(|(column, at)| {
            let value = row.text(at).filter(|value| identity::is_scientific(value))?;
            Some((column.clone(), record, value.into_owned()))
        });
    });
    first.map_or(Ok(()), |(column, record, value)| {
        Err(IngestError::ScientificIds { path: document.path.clone(), column, record, value })
    })
}

fn records(file: &OpenFile<'_>, adapter: &mut dyn Adapter, out: &mut Output, rejects: &mut Rejects) -> (Counts, u64) {
    let mut counts = Counts::default();
    let mut samples = Samples { source_id: file.source_id, given: BTreeMap::new(), rejects };
    let mut reader = Records::new(file.document, file.layout);
    // the number of a record inside a wrapper goes on counting (q11)
    let mut beyond = 0;
    while let Some(step) = reader.advance() {
        match step {
            Step::Skipped => {
                counts.read += 1;
                counts.skipped += 1;
            }
            Step::Rejected(number, why) => {
                counts.read += 1;
                counts.rejected += 1;
                out.tally.unreadable(number + beyond, why.code, &why.message);
                samples.push(number + beyond, why.code, None, &why.message, None);
            }
            Step::Record(number, row) => {
                let inner = if let Row::Value(value) = &row { wrapped(value) } else { None };
                let Some(inner) = inner else {
                    one(&row, number + beyond, adapter, out, &mut counts, &mut samples);
                    continue;
                };
                for (at, value) in inner.iter().enumerate() {
                    one(&Row::Value(value), number + beyond + at as u64, adapter, out, &mut counts, &mut samples);
                }
                beyond += (inner.len() as u64).saturating_sub(1);
            }
        }
    }
    (counts, reader.recoded())
}

fn one(
    row: &Row<'_>,
    number: u64,
    adapter: &mut dyn Adapter,
    out: &mut Output,
    counts: &mut Counts,
    samples: &mut Samples<'_>,
) {
    counts.read += 1;
    match adapter.record(row, number, out) {
        Ok(()) => counts.kept += 1,
        Err(rejection) => {
            counts.rejected += 1;
            out.tally.reject(number, &rejection);
            let Rejection { code, field, value, message } = &rejection;
            samples.push(number, code, field.as_deref(), message, value.as_deref());
        }
    }
}

/// The table of rejects; only the first values of a code are kept.
struct Samples<'a> {
    source_id: &'a str,
    given: BTreeMap<&'static str, u32>,
    rejects: &'a mut Rejects,
}

impl Samples<'_> {
    fn push(&mut self, number: u64, code: &'static str, field: Option<&str>, message: &str, value: Option<&str>) {
        let given = self.given.entry(code).or_default();
        *given += 1;
        let sample: Option<String> = value.filter(|_| *given <= 5).map(|value| value.chars().take(200).collect());
        self.rejects.push(&RejectRow {
            source_id: Some(self.source_id),
            source_row: Some(number),
            code: Some(code),
            field,
            message: Some(message),
            sample: sample.as_deref(),
        });
    }
}

fn usable(document: &Document, counts: &Counts, tally: &Tally) -> Result<(), IngestError> {
    let path = document.path.clone();
    if counts.read == counts.skipped {
        return Err(IngestError::NoRecords(path));
    }
    if counts.kept > 0 {
        return Ok(());
    }
    let rejects = tally.rejects();
    let first = rejects.iter().min_by_key(|problem| problem.first_record);
    first.map_or(Ok(()), |problem| {
        Err(IngestError::NothingUsable {
            path,
            records: counts.rejected,
            record: problem.first_record,
            code: problem.code,
            field: problem.field.clone(),
            message: problem.value.clone(),
        })
    })
}

/// Never an absolute path: it says where somebody's home is.
fn stored_path(path: &Path) -> String {
    let relative = if path.is_absolute() { path.file_name().map_or(path, Path::new) } else { path };
    relative.to_string_lossy().replace('\\', "/")
}

fn finish(run: Run, files: Vec<FileReport>) -> Result<Imported, IngestError> {
    let mut worth_a_look = Vec::new();
    let merged = merge::merge(run.out, &mut worth_a_look)?;
    let frames = [
        ("posts", merged.posts),
        ("accounts", merged.accounts),
        ("links", merged.links),
        ("interactions", merged.interactions),
        ("sources", run.sources.finish()),
        ("rejects", merge::sorted("rejects", &run.rejects.finish())?),
    ];
    let activity = Activity::try_new(frames.map(|(name, frame)| (name.to_owned(), frame)))?;
    let mut report = look::report(&activity, files)?;
    report.worth_a_look.append(&mut worth_a_look);
    let zone = run.settings.zone.map_or("UTC", Tz::name);
    report.worth_a_look.extend(run.notes.iter().map(|(what, times)| look::sentence(what, *times, zone)));
    Ok(Imported { activity, report })
}

#[cfg(test)]
pub(crate) mod tests;
