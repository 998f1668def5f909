//! Records out of a document, whatever its layout: a header and rows, or a stream of JSON values.
//! A record that cannot be read is a rejection with its number; reading goes on behind it.

pub(crate) mod csv;
pub(crate) mod json;

use crate::document::Document;
use crate::error::IngestError;
use ::csv::StringRecord;
use serde_json::Value;
use std::borrow::Cow;
use std::path::Path;

/// One record as adapters see it.
pub(crate) enum Row<'a> {
    Cells(&'a StringRecord),
    Value(&'a Value),
}

/// Where a value of a record stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Locator {
    Column(usize),
    Path(Vec<String>),
    Literal(String),
}

impl Row<'_> {
    /// The text of a value; none when the record lacks it, or when JSON says null. Lists and objects come
    /// as JSON, numbers with the digits of the source (q4).
    pub(crate) fn text(&self, locator: &Locator) -> Option<Cow<'_, str>> {
        match (self, locator) {
            (Row::Cells(cells), Locator::Column(at)) => cells.get(*at).map(Cow::Borrowed),
            (Row::Value(value), Locator::Path(path)) => json_text(at_path(value, path)?),
            (_, Locator::Literal(text)) => Some(Cow::Owned(text.clone())),
            (Row::Cells(_), Locator::Path(_)) | (Row::Value(_), Locator::Column(_)) => None,
        }
    }
}

/// A field of an object by its path; a name with dots in it wins over a path.
pub(crate) fn at_path<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| match value {
        Value::Array(items) => items.get(name.parse::<usize>().ok()?),
        other => other.get(name),
    })
}

fn json_text(value: &Value) -> Option<Cow<'_, str>> {
    Some(match value {
        Value::Null => return None,
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    })
}

/// The records inside `{"data": […]}` and the like (q11); none when the value is a record itself.
pub(crate) fn wrapped(value: &Value) -> Option<&Vec<Value>> {
    let inner = ["data", "items", "posts"].iter().find_map(|name| value.get(name)?.as_array());
    inner.filter(|items| items.iter().all(Value::is_object))
}

/// Records that are looked at before reading.
const SAMPLE: usize = 200;

/// Visits the first records with their numbers; those that cannot be read come without a row.
pub(crate) fn sample(document: &Document, layout: &Layout, mut visit: impl FnMut(u64, Option<&Row<'_>>)) {
    let mut records = Records::new(document, layout);
    let mut left = SAMPLE;
    while let (Some(step), true) = (records.advance(), left > 0) {
        match step {
            Step::Skipped => {}
            Step::Rejected(number, _) => {
                visit(number, None);
                left -= 1;
            }
            Step::Record(number, row) => {
                let inner = if let Row::Value(value) = &row { wrapped(value) } else { None };
                let Some(inner) = inner else {
                    visit(number, Some(&row));
                    left -= 1;
                    continue;
                };
                for (value, at) in inner.iter().zip(number..).take(left) {
                    visit(at, Some(&Row::Value(value)));
                }
                left = left.saturating_sub(inner.len());
            }
        }
    }
}

/// What reading one record gave.
pub(crate) enum Step<'a> {
    Record(u64, Row<'a>),
    /// No activity: an empty line, a repeated header.
    Skipped,
    Rejected(u64, Unreadable),
}

/// Why a record cannot be read, before any adapter sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// The layout of a document.
pub(crate) enum Layout {
    Csv(csv::Dialect),
    Json(json::Shape),
}

impl Layout {
    /// Decides by the first bytes, not by the name.
    pub(crate) fn of(document: &Document) -> Result<Self, IngestError> {
        let first = document.bytes.iter().find(|b| !b.is_ascii_whitespace());
        match first {
            Some(b'{' | b'[') => Ok(Self::Json(json::Shape::of(&document.bytes))),
            _ => Ok(Self::Csv(csv::Dialect::of(document)?)),
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Csv(_) => "CSV",
            Self::Json(_) => "JSON",
        }
    }
}

/// A document being read.
pub(crate) enum Records<'a> {
    Csv(csv::CsvRecords<'a>),
    Json(json::JsonRecords<'a>),
}

impl<'a> Records<'a> {
    pub(crate) fn new(document: &'a Document, layout: &'a Layout) -> Self {
        match layout {
            Layout::Csv(dialect) => Self::Csv(csv::CsvRecords::new(&document.bytes, dialect)),
            Layout::Json(shape) => Self::Json(json::JsonRecords::new(&document.bytes, *shape)),
        }
    }

    /// The next record; none at the end.
    pub(crate) fn advance(&mut self) -> Option<Step<'_>> {
        match self {
            Self::Csv(records) => records.advance(),
            Self::Json(records) => records.advance(),
        }
    }

    /// Records that were read as Windows-1252 (q9).
    pub(crate) fn recoded(&self) -> u64 {
        match self {
            Self::Csv(records) => records.recoded,
            Self::Json(records) => records.recoded,
        }
    }
}

/// The name among `known` that is closest to `wanted`, if it is close.
pub(crate) fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let bare =
        |name: &str| name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let wanted = bare(wanted);
    let scored = known.into_iter().map(|name| (strsim::damerau_levenshtein(&wanted, &bare(name)), name));
    scored
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, _)| *distance <= 2 || *distance * 3 <= wanted.len())
        .map(|(_, name)| name)
}

/// A record's number in an error about a strict table.
pub(crate) fn bad_record(path: &Path, record: u64, why: &Unreadable) -> IngestError {
    IngestError::BadRecord { path: path.to_owned(), record, message: why.message.clone() }
}
