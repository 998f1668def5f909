//! The table of messages that coordination-network-toolkit (CNT) reads, for `claque coordinate --method cnt`.
//! Strict, and by the names of its columns, where that tool goes by their order; what the rows mean is not
//! known here.

use crate::document::Document;
use crate::error::IngestError;
use crate::normalize::{identity, text};
use crate::records::{Layout, Locator, Records, Step, bad_record, nearest};
use polars::prelude::{Column, IntoColumn, PlSmallStr, StringChunkedBuilder};
use std::borrow::Cow;
use std::path::Path;

/// Messages, one row each, in the order of the file; empty cells are empty strings.
#[derive(Clone, Debug)]
pub struct Messages {
    /// `message_id` (String).
    pub message_id: Column,
    /// `user_id` (String).
    pub user_id: Column,
    /// `repost_id` (String).
    pub repost_id: Column,
    /// `reply_id` (String).
    pub reply_id: Column,
    /// `message`, the text (String).
    pub message: Column,
    /// `timestamp`, plain numbers as they stand there, finite.
    pub timestamp: Vec<f64>,
    /// `urls`, one cell as it stands there (String).
    pub urls: Column,
}

/// The columns that are read; CNT's `username` is for display alone.
const COLUMNS: [&str; 7] = ["message_id", "user_id", "repost_id", "reply_id", "message", "urls", "timestamp"];
/// How many of them hold ids.
const IDS: usize = 4;

/// Reads CNT's CSV. Line ends inside cells become `\n`, as there.
///
/// # Errors
/// A missing column, a time that is no number, ids that were rounded, or a file that cannot be read or is no CSV.
pub fn read_messages(path: &Path) -> Result<Messages, IngestError> {
    let document = Document::open(path)?;
    let layout = Layout::of(&document)?;
    let Layout::Csv(dialect) = &layout else {
        let (adapter, expected, found) = ("--method cnt", "CSV", layout.name());
        return Err(IngestError::WrongLayout { path: path.to_owned(), adapter, expected, found });
    };
    let places = places(&dialect.header, path)?;
    let mut texts: [StringChunkedBuilder; 6] =
        std::array::from_fn(|at| StringChunkedBuilder::new(PlSmallStr::from_static(COLUMNS[at]), 0));
    let mut timestamp = Vec::new();
    let mut records = Records::new(&document, &layout);
    while let Some(step) = records.advance() {
        let (record, row) = match step {
            Step::Skipped => continue,
            Step::Rejected(record, why) => return Err(bad_record(path, record, &why)),
            Step::Record(record, row) => (record, row),
        };
        let cells = places.each_ref().map(|place| row.text(place).unwrap_or_default());
        for (cell, column) in cells.iter().zip(COLUMNS).take(IDS) {
            if identity::is_scientific(cell) {
                let (column, value) = (column.to_owned(), cell.to_string());
                return Err(IngestError::ScientificIds { path: path.to_owned(), column, record, value });
            }
        }
        let [.., at] = &cells;
        let at = at.trim().parse().ok().filter(|at: &f64| at.is_finite()).ok_or_else(|| IngestError::BadCell {
            path: path.to_owned(),
            record,
            column: COLUMNS[6].to_owned(),
            value: text::shown(at, 80),
            expected: "a number of seconds, such as 1623881091".to_owned(),
        })?;
        timestamp.push(at);
        for (builder, cell) in texts.iter_mut().zip(cells) {
            builder.append_value(with_plain_line_ends(cell));
        }
    }
    if timestamp.is_empty() {
        return Err(IngestError::NoRecords(path.to_owned()));
    }
    let [message_id, user_id, repost_id, reply_id, message, urls] = texts.map(|text| text.finish().into_column());
    Ok(Messages { message_id, user_id, repost_id, reply_id, message, timestamp, urls })
}

fn places(header: &[String], path: &Path) -> Result<[Locator; 7], IngestError> {
    let place = |name: &str| header.iter().position(|column| column == name);
    if let Some(missing) = COLUMNS.into_iter().find(|name| place(name).is_none()) {
        return Err(IngestError::MissingColumn {
            path: path.to_owned(),
            column: missing.to_owned(),
            format: "messages",
            expected: COLUMNS.len() as u32,
            found: COLUMNS.iter().filter(|name| place(name).is_some()).count() as u32,
            nearest: nearest(missing, header.iter().map(String::as_str)).map(str::to_owned),
            target: None,
        });
    }
    Ok(COLUMNS.map(|name| Locator::Column(place(name).unwrap_or_default())))
}

/// `\r\n` and `\r` as `\n`, which is what CNT's reader sees.
fn with_plain_line_ends(cell: Cow<'_, str>) -> Cow<'_, str> {
    if cell.contains('\r') { Cow::Owned(cell.replace("\r\n", "\n").replace('\r', "\n")) } else { cell }
}

#[cfg(test)]
mod tests;
