//! Four-column files for `claque coordinate`: who shared what, when. Strict and fast: no string per row.

mod as_is;
mod parquet;

pub use as_is::{SharesAsIs, read_shares_as_is};

use crate::document::Document;
use crate::error::IngestError;
use crate::normalize::{identity, text, time};
use crate::records::{Layout, Locator, Records, Row, Step, bad_record, nearest};
use crate::table_file::ending;
use chrono_tz::Tz;
use polars::prelude::{Column, IntoColumn, PlSmallStr, StringChunkedBuilder};
use rayon::prelude::*;
use std::path::Path;

/// Shares, one row each, in the order of the file. Rows without object, account or time are left out.
#[derive(Clone, Debug)]
pub struct FourColumns {
    /// What was shared (String, no nulls).
    pub object: Column,
    /// Who shared it (String, no nulls).
    pub account: Column,
    /// By which post (String, may be null); none when the file has no such column.
    pub content: Option<Column>,
    /// When, in microseconds since 1970.
    pub at: Vec<i64>,
    /// Rows left out.
    pub skipped: u64,
    /// Where rows were left out: which ones of the file, or of its part, these are, from 0.
    pub rows: Option<Vec<u32>>,
}

impl FourColumns {
    fn cut(&self, start: usize, n: usize) -> Self {
        Self {
            object: self.object.slice(start as i64, n),
            account: self.account.slice(start as i64, n),
            content: None,
            at: self.at[start..start + n].to_vec(),
            skipped: if start == 0 { self.skipped } else { 0 },
            rows: self.rows.as_ref().map(|rows| rows[start..start + n].to_vec()),
        }
    }
}

/// Rows that one thread gets at a time from a text file.
const ROWS_PER_PART: usize = 1 << 17;

/// Names of the four columns, the first one found wins.
const OBJECT: &[&str] = &["object_id", "object"];
const ACCOUNT: &[&str] = &["account_id", "account"];
const CONTENT: &[&str] = &["content_id", "content", "post_id"];
const TIME: &[&str] = &["timestamp_share", "timestamp", "ts", "at"];

/// Reads a four-column CSV, NDJSON or Parquet file.
///
/// # Errors
/// A missing column, a time that is none, ids that were rounded, or a file that cannot be read.
pub fn read_four_columns(path: &Path) -> Result<FourColumns, IngestError> {
    match ending(path).as_deref() {
        Some("parquet") => parquet::read(path),
        _ => from_text(path),
    }
}

/// Reads the same file part by part: `visit` gets the row at which a part begins, and the part.
///
/// Row groups of Parquet are read on all threads, and no more of them is in memory than there are threads; a text
/// file is read whole and cut. Posts are not read. Results in the order of the file.
///
/// # Errors
/// As [`read_four_columns`].
pub fn visit_four_columns<T: Send>(
    path: &Path,
    visit: impl Fn(usize, FourColumns) -> T + Sync,
) -> Result<Vec<T>, IngestError> {
    if ending(path).as_deref() == Some("parquet") {
        return parquet::visit(path, false, visit);
    }
    let rows = from_text(path)?;
    let starts: Vec<usize> = (0..rows.at.len()).step_by(ROWS_PER_PART).collect();
    let visit_part = |start| {
        // where rows were left out, their numbers are those of the whole file
        let first = if rows.rows.is_some() { 0 } else { start };
        visit(first, rows.cut(start, ROWS_PER_PART.min(rows.at.len() - start)))
    };
    Ok(starts.into_par_iter().map(visit_part).collect())
}

/// Object and post of single rows, named as in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// What was shared.
    pub object: String,
    /// By which post; none when the file has no such column or the cell is empty.
    pub content: Option<String>,
}

/// Looks up rows of the file, given by number from 0, ascending and without repeats; in that order.
///
/// # Errors
/// As [`read_four_columns`]; a row that was left out or is not there is none of them and is left out here.
pub fn read_shares(path: &Path, rows: &[u32]) -> Result<Vec<(u32, Share)>, IngestError> {
    let of_part = |first: usize, part: &FourColumns| -> Result<Vec<(u32, Share)>, IngestError> {
        let (object, content) = (part.object.str()?, part.content.as_ref().map(|content| content.str()).transpose()?);
        let mut found = Vec::new();
        let n = part.at.len() as u32;
        let number = |at: u32| first as u32 + part.rows.as_ref().map_or(at, |rows| rows[at as usize]);
        let mut at = 0;
        for &row in &rows[rows.partition_point(|&row| (row as usize) < first)..] {
            if at == n {
                break;
            }
            while at < n && number(at) < row {
                at += 1;
            }
            if at < n && number(at) == row {
                let content = content.and_then(|content| content.get(at as usize)).filter(|id| !id.is_empty());
                let object = object.get(at as usize).unwrap_or_default().to_owned();
                found.push((row, Share { object, content: content.map(str::to_owned) }));
            }
        }
        Ok(found)
    };
    let found = if ending(path).as_deref() == Some("parquet") {
        parquet::visit(path, true, |first, part| of_part(first, &part))?
    } else {
        vec![of_part(0, &from_text(path)?)]
    };
    Ok(found.into_iter().collect::<Result<Vec<_>, _>>()?.concat())
}

/// The name under which a column stands in the file.
fn find(names: &[String], wanted: &[&'static str], path: &Path) -> Result<&'static str, IngestError> {
    let is_known = |name: &&String| [OBJECT, ACCOUNT, CONTENT, TIME].concat().contains(&name.as_str());
    let known = names.iter().filter(is_known).count();
    let found = wanted.iter().find(|wanted| names.iter().any(|name| name == *wanted));
    found.copied().ok_or_else(|| IngestError::MissingColumn {
        path: path.to_owned(),
        column: wanted[0].to_owned(),
        format: "four columns",
        expected: 4,
        found: known as u32,
        nearest: nearest(wanted[0], names.iter().map(String::as_str)).map(str::to_owned),
        target: None,
    })
}

fn from_text(path: &Path) -> Result<FourColumns, IngestError> {
    let document = Document::open(path)?;
    let layout = Layout::of(&document)?;
    let names = match &layout {
        Layout::Csv(dialect) => dialect.header.clone(),
        Layout::Json(_) => first_keys(&document, &layout),
    };
    let locator = |name: &str| match &layout {
        Layout::Csv(dialect) => dialect.column(name).map(Locator::Column),
        Layout::Json(_) => Some(Locator::Path(vec![name.to_owned()])),
    };
    let [object, account, time_name] = [OBJECT, ACCOUNT, TIME].map(|wanted| find(&names, wanted, path));
    let (object, account, time_name) = (object?, account?, time_name?);
    let content = find(&names, CONTENT, path).ok();
    let mut rows = Builder::new(content.is_some());
    let locators = [Some(object), Some(account), content, Some(time_name)].map(|name| name.and_then(locator));
    let mut records = Records::new(&document, &layout);
    while let Some(step) = records.advance() {
        match step {
            Step::Skipped => {}
            Step::Rejected(record, why) => return Err(bad_record(path, record, &why)),
            Step::Record(record, row) => rows.push(&row, &locators, path, record, [object, account, time_name])?,
        }
    }
    rows.finish(path)
}

fn first_keys(document: &Document, layout: &Layout) -> Vec<String> {
    let mut records = Records::new(document, layout);
    while let Some(step) = records.advance() {
        if let Step::Record(_, Row::Value(serde_json::Value::Object(fields))) = step {
            return fields.keys().cloned().collect();
        }
    }
    Vec::new()
}

const A_TIME: &str = "a time: seconds since 1970, or such as 2024-05-31T18:00:00Z";

/// What a time must be, in words.
fn of_one_unit(unit: Option<time::EpochUnit>) -> String {
    match unit {
        Some(unit) => format!("a time in {} since 1970, like the first one", unit.name()),
        None => A_TIME.to_owned(),
    }
}

struct Builder {
    object: StringChunkedBuilder,
    account: StringChunkedBuilder,
    content: Option<StringChunkedBuilder>,
    at: Vec<i64>,
    unit: Option<time::EpochUnit>,
    rows: Vec<u32>,
    n_rows: u32,
    skipped: u64,
}

impl Builder {
    fn new(has_content: bool) -> Self {
        let builder = |name: &'static str| StringChunkedBuilder::new(PlSmallStr::from_static(name), 0);
        Self {
            object: builder("object_id"),
            account: builder("account_id"),
            content: has_content.then(|| builder("content_id")),
            at: Vec::new(),
            unit: None,
            rows: Vec::new(),
            n_rows: 0,
            skipped: 0,
        }
    }

    fn push(
        &mut self,
        row: &Row<'_>,
        locators: &[Option<Locator>; 4],
        path: &Path,
        record: u64,
        names: [&str; 3],
    ) -> Result<(), IngestError> {
        let [object, account, content, at] =
            locators.each_ref().map(|at| at.as_ref().and_then(|at| row.text(at)).filter(|cell| !cell.is_empty()));
        self.n_rows += 1;
        let (Some(object), Some(account), Some(at)) = (object, account, at) else {
            self.skipped += 1;
            return Ok(());
        };
        for (name, cell) in [(names[0], &object), (names[1], &account)] {
            if identity::is_scientific(cell) {
                let (column, value) = (name.to_owned(), cell.to_string());
                return Err(IngestError::ScientificIds { path: path.to_owned(), column, record, value });
            }
        }
        let micros = self.micros(&at).ok_or_else(|| IngestError::BadCell {
            path: path.to_owned(),
            record,
            column: names[2].to_owned(),
            value: text::shown(&at, 80),
            expected: of_one_unit(self.unit),
        })?;
        self.object.append_value(&object);
        self.account.append_value(&account);
        if let Some(builder) = &mut self.content {
            builder.append_option(content);
        }
        self.at.push(micros);
        self.rows.push(self.n_rows - 1);
        Ok(())
    }

    /// The unit of numbers is that of the first one.
    fn micros(&mut self, text: &str) -> Option<i64> {
        let Ok(number) = text.trim().parse::<f64>() else { return Some(time::written(text, Tz::UTC)?.micros) };
        let unit = *self.unit.get_or_insert_with(|| time::EpochUnit::of_magnitude(number));
        if !unit.is_of(number) {
            return None;
        }
        Some(time::epoch(text, unit)?.0)
    }

    fn finish(self, path: &Path) -> Result<FourColumns, IngestError> {
        if self.at.is_empty() && self.skipped == 0 {
            return Err(IngestError::NoRecords(path.to_owned()));
        }
        Ok(FourColumns {
            object: self.object.finish().into_column(),
            account: self.account.finish().into_column(),
            content: self.content.map(|builder| builder.finish().into_column()),
            at: self.at,
            rows: (self.skipped > 0).then_some(self.rows),
            skipped: self.skipped,
        })
    }
}

#[cfg(test)]
mod tests;
