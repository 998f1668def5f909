//! The formats that import reads: one file per format, one table that lists them. An adapter turns one
//! record into rows; reading, counting and merging happen outside.

pub(crate) mod coortweet;
pub(crate) mod fields;
pub(crate) mod links;
pub(crate) mod map;
pub(crate) mod output;
pub(crate) mod x_io;

use crate::document::Document;
use crate::error::IngestError;
use crate::import::Settings;
use crate::records::{Layout, Locator, Row};
use output::Output;

/// Reads the records of one format. One instance per import sees all files of its format, in the order of
/// their hashes.
pub(crate) trait Adapter {
    /// Binds to the columns of a file; returns those that hold ids.
    fn open(&mut self, file: &OpenFile<'_>) -> Result<Vec<(String, Locator)>, IngestError>;

    /// One record to rows.
    fn record(&mut self, row: &Row<'_>, number: u64, out: &mut Output) -> Result<(), Rejection>;

    /// What can be said only when all files were read.
    fn finish(&mut self, _out: &mut Output) {}
}

/// A file as an adapter sees it before its first record.
pub(crate) struct OpenFile<'a> {
    pub(crate) document: &'a Document,
    pub(crate) layout: &'a Layout,
    /// SHA-256 of its bytes.
    pub(crate) source_id: &'a str,
    /// Name for ids of records without one; unique in the import.
    pub(crate) name: &'a str,
}

impl OpenFile<'_> {
    pub(crate) fn decimal_comma(&self) -> bool {
        match self.layout {
            Layout::Csv(dialect) => dialect.decimal_comma(),
            Layout::Json(_) => false,
        }
    }

    /// Where a column of that name stands; in JSON any key may.
    pub(crate) fn locate(&self, name: &str) -> Option<Locator> {
        match self.layout {
            Layout::Csv(dialect) => dialect.column(name).map(Locator::Column),
            Layout::Json(_) => Some(Locator::Path(vec![name.to_owned()])),
        }
    }
}

/// Why a record cannot be used (adapters.md, 2.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rejection {
    pub(crate) code: &'static str,
    pub(crate) field: Option<String>,
    /// The value, if there is one.
    pub(crate) value: Option<String>,
    pub(crate) message: &'static str,
}

/// What an adapter recognizes in the header or keys of a file.
pub(crate) struct Recognition {
    pub(crate) reasons: Vec<String>,
}

/// A format of the table.
pub(crate) struct Format {
    pub(crate) name: &'static str,
    /// Raised with every change of output.
    pub(crate) version: &'static str,
    /// Layouts that it reads, for messages.
    pub(crate) layouts: &'static [&'static str],
    /// From the names of columns.
    pub(crate) recognize: fn(&[String]) -> Option<Recognition>,
    /// The columns of the format, and those that it cannot do without, each with its name for `--map`.
    pub(crate) columns: fn(&[String]) -> Expected,
    pub(crate) create: fn(&Settings) -> Box<dyn Adapter>,
}

/// Columns that a format expects.
pub(crate) struct Expected {
    pub(crate) all: &'static [&'static str],
    pub(crate) required: &'static [(&'static str, &'static str)],
}

/// All formats but `map`, which recognizes nothing by itself, in the order in which they are listed.
pub(crate) const FORMATS: [Format; 2] = [x_io::FORMAT, coortweet::FORMAT];

/// The format of that name.
pub(crate) fn format(name: &str) -> Option<&'static Format> {
    const MAP: Format = map::FORMAT;
    static KNOWN: [&Format; 3] = [&FORMATS[0], &FORMATS[1], &MAP];
    KNOWN.into_iter().find(|format| format.name == name)
}

/// Names of all formats.
pub(crate) fn format_names() -> Vec<&'static str> {
    FORMATS.iter().map(|format| format.name).chain([map::FORMAT.name]).collect()
}
