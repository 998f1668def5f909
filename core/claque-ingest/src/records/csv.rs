//! CSV as it comes: any separator, both escapes, broken encodings, unclosed quotes, repeated headers.

use super::{Row, Step, Unreadable};
use crate::document::{Document, windows_1252};
use crate::error::IngestError;
use csv::{ByteRecord, Reader, ReaderBuilder, StringRecord};
use std::borrow::Cow;

/// Records above this size are rejected (q24).
const TOO_LONG: usize = 64 << 20;
const TOO_WIDE: usize = 4096;
/// Records by which the separator is chosen.
const SAMPLE: usize = 200;

/// How this file writes CSV.
#[derive(Clone, Debug)]
pub(crate) struct Dialect {
    pub(crate) separator: u8,
    /// Is `\"` a quote inside quotes?
    backslash: bool,
    pub(crate) header: Vec<String>,
}

impl Dialect {
    /// The dialect under which most of the first records have as many cells as the header (q6, q7).
    pub(crate) fn of(document: &Document) -> Result<Self, IngestError> {
        let mut best: Option<(usize, usize, Self)> = None;
        for (separator, backslash) in [b',', b';', b'\t', b'|'].into_iter().flat_map(|s| [(s, false), (s, true)]) {
            let Some(tried) = Self::try_with(&document.bytes, separator, backslash) else { continue };
            let fitting = tried.fitting(&document.bytes);
            // more cells make a better separator, as long as the records agree on them
            let rank = (usize::from(tried.header.len() > 1) * (1 + fitting), tried.header.len());
            if best.as_ref().is_none_or(|(fit, width, _)| rank > (*fit, *width)) {
                best = Some((rank.0, rank.1, tried));
            }
        }
        best.map(|(_, _, dialect)| dialect)
            .ok_or_else(|| IngestError::NotText { path: document.path.clone(), found: "a header that cannot be read" })
    }

    fn try_with(bytes: &[u8], separator: u8, backslash: bool) -> Option<Self> {
        let mut tried = Self { separator, backslash, header: Vec::new() };
        let mut record = ByteRecord::new();
        tried.reader(bytes).read_byte_record(&mut record).ok().filter(|more| *more)?;
        if record.len() > TOO_WIDE || record.as_slice().len() > TOO_LONG {
            return None;
        }
        tried.header = record.iter().map(header_cell).collect::<Option<_>>()?;
        Some(tried)
    }

    fn fitting(&self, bytes: &[u8]) -> usize {
        let head = &bytes[..bytes.len().min(1 << 20)];
        let mut reader = self.reader(head);
        let mut record = ByteRecord::new();
        let mut fitting = 0;
        for _ in 0..=SAMPLE {
            match reader.read_byte_record(&mut record) {
                Ok(true) => fitting += usize::from(record.len() == self.header.len()),
                _ => break,
            }
        }
        fitting
    }

    fn reader<'a>(&self, bytes: &'a [u8]) -> Reader<&'a [u8]> {
        ReaderBuilder::new()
            .delimiter(self.separator)
            .escape(self.backslash.then_some(b'\\'))
            .has_headers(false)
            .flexible(true)
            .from_reader(bytes)
    }

    /// Position of a column.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    /// Do numbers of this file have a decimal comma?
    pub(crate) fn decimal_comma(&self) -> bool {
        self.separator == b';'
    }

    /// Are the quotes of a raw record those of its cells?
    fn quoting(&self, raw: &[u8]) -> Quoting {
        let ends_cell = |byte: u8| byte == self.separator || byte == b'\n' || byte == b'\r';
        let (mut quoted, mut at_start, mut at, mut found) = (false, true, 0, Quoting::Sound);
        while at < raw.len() {
            let byte = raw[at];
            if quoted {
                match byte {
                    b'\\' if self.backslash => at += 1,
                    b'"' if raw.get(at + 1) == Some(&b'"') => at += 1,
                    b'"' => {
                        quoted = false;
                        if raw.get(at + 1).is_some_and(|next| !ends_cell(*next)) {
                            found = Quoting::Broken;
                        }
                    }
                    _ => {}
                }
            } else {
                quoted = byte == b'"' && at_start;
                at_start = ends_cell(byte);
            }
            at += 1;
        }
        if quoted { Quoting::Open } else { found }
    }
}

/// How the quotes of a record stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quoting {
    Sound,
    /// A quote closes in the middle of a cell: it was the opening one of another cell.
    Broken,
    /// The last quote does not close.
    Open,
}

fn header_cell(cell: &[u8]) -> Option<String> {
    let text = match std::str::from_utf8(cell) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(windows_1252(cell)?),
    };
    Some(text.trim_start_matches('\u{feff}').trim().to_owned())
}

/// The records behind the header.
pub(crate) struct CsvRecords<'a> {
    bytes: &'a [u8],
    dialect: &'a Dialect,
    reader: Reader<&'a [u8]>,
    /// Where `reader` began.
    base: usize,
    number: u64,
    record: StringRecord,
    pub(crate) recoded: u64,
}

impl<'a> CsvRecords<'a> {
    pub(crate) fn new(bytes: &'a [u8], dialect: &'a Dialect) -> Self {
        let mut reader = dialect.reader(bytes);
        // the header was read before
        let _header = reader.read_byte_record(&mut ByteRecord::new());
        Self { bytes, dialect, reader, base: 0, number: 0, record: StringRecord::new(), recoded: 0 }
    }

    pub(crate) fn advance(&mut self) -> Option<Step<'_>> {
        let start = self.offset();
        let mut raw = std::mem::take(&mut self.record).into_byte_record();
        // reading from memory in byte mode with flexible widths has no errors
        if !self.reader.read_byte_record(&mut raw).unwrap_or(false) {
            return None;
        }
        self.number += 1;
        if let Some(why) = self.wrong_shape(&raw, start) {
            return Some(Step::Rejected(self.number, why));
        }
        self.record = match StringRecord::from_byte_record(raw) {
            Ok(record) => record,
            Err(error) => {
                let raw = error.into_byte_record();
                let Some(cells) = raw.iter().map(windows_1252).collect::<Option<Vec<_>>>() else {
                    let message = "bytes are neither UTF-8 nor Windows-1252".to_owned();
                    return Some(Step::Rejected(self.number, Unreadable { code: "bad_encoding", message }));
                };
                self.recoded += 1;
                StringRecord::from(cells)
            }
        };
        if self.starts_with_mark() {
            let cells: Vec<&str> = self.record.iter().collect();
            let unmarked = cells
                .iter()
                .enumerate()
                .map(|(at, cell)| if at == 0 { cell.trim_start_matches('\u{feff}') } else { cell });
            self.record = unmarked.collect();
        }
        if self.record.len() == self.dialect.header.len()
            && self.record.iter().map(str::trim).eq(self.dialect.header.iter().map(String::as_str))
        {
            return Some(Step::Skipped);
        }
        Some(Step::Record(self.number, Row::Cells(&self.record)))
    }

    fn starts_with_mark(&self) -> bool {
        self.record.get(0).is_some_and(|cell| cell.starts_with('\u{feff}'))
    }

    fn offset(&self) -> usize {
        self.base + self.reader.position().byte() as usize
    }

    fn wrong_shape(&mut self, record: &ByteRecord, start: usize) -> Option<Unreadable> {
        let bad = |message| Some(Unreadable { code: "bad_csv", message });
        let (found, expected) = (record.len(), self.dialect.header.len());
        let end = self.offset();
        let raw = &self.bytes[start..end];
        let is_last = self.bytes[end..].iter().all(u8::is_ascii_whitespace);
        if is_last || second_line(raw).is_some() {
            let quoting = self.dialect.quoting(raw);
            if quoting != Quoting::Sound && self.continue_at_second_line(start, end, quoting) {
                return bad("a quote does not close".to_owned());
            }
        }
        if found != expected {
            return bad(format!("{found} {}, the header has {expected}", if found == 1 { "cell" } else { "cells" }));
        }
        if end - start > TOO_LONG {
            return Some(Unreadable {
                code: "too_long",
                message: format!("{} MiB in one record", (end - start) >> 20),
            });
        }
        None
    }

    /// A quote that never closed swallows the records behind it: go back to them, if that is what they are.
    /// Says whether the record is broken.
    fn continue_at_second_line(&mut self, start: usize, end: usize, quoting: Quoting) -> bool {
        let Some(line) = second_line(&self.bytes[start..end]) else { return quoting == Quoting::Open };
        let behind = start + line;
        let mut next = ByteRecord::new();
        let reads = self.dialect.reader(&self.bytes[behind..]).read_byte_record(&mut next).unwrap_or(false);
        if quoting == Quoting::Open || (reads && next.len() == self.dialect.header.len()) {
            self.reader = self.dialect.reader(&self.bytes[behind..]);
            self.base = behind;
            return true;
        }
        false
    }
}

/// Where the second line of a raw record begins, if there is something on it.
fn second_line(raw: &[u8]) -> Option<usize> {
    let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
    let first = raw.iter().position(|byte| !is_end(byte))?;
    let behind = first + raw[first..].iter().position(is_end)? + 1;
    raw[behind..].iter().any(|byte| !byte.is_ascii_whitespace()).then_some(behind)
}

#[cfg(test)]
mod tests;
