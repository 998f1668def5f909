//! A file of known columns read by a schema: strict, because such files were written for Claque. Every
//! error names file and record.

use crate::document::Document;
use crate::error::IngestError;
use crate::normalize::{number, text, time};
use crate::records::{Layout, Locator, Records, Row, Step, bad_record, nearest};
use crate::table_file::{ending, read_parquet};
use crate::tables::describe;
use chrono_tz::Tz;
use claque_model::{Column as SchemaColumn, ColumnType, TableSchema};
use polars::prelude::{
    BooleanChunkedBuilder, ChunkApply, ChunkedBuilder, Column, DataFrame, DataType, Float64Type, Int64Type, IntoColumn,
    PlSmallStr, PrimitiveChunkedBuilder, StringChunked, StringChunkedBuilder, TimeUnit, TimeZone, UInt16Type,
    UInt64Type,
};
use std::path::Path;

/// Reads a table in any of the three forms; columns unknown to the schema are left out.
pub(crate) fn read(schema: &'static TableSchema, path: &Path) -> Result<DataFrame, IngestError> {
    match ending(path).as_deref() {
        Some("parquet") => from_parquet(schema, path),
        _ => from_text(schema, path),
    }
}

fn from_text(schema: &'static TableSchema, path: &Path) -> Result<DataFrame, IngestError> {
    let document = Document::open(path)?;
    let layout = Layout::of(&document)?;
    let locators = locate(schema, path, &layout)?;
    let mut columns: Vec<Typed> = schema.columns.iter().map(Typed::new).collect();
    let mut records = Records::new(&document, &layout);
    let mut height = 0;
    while let Some(step) = records.advance() {
        match step {
            Step::Skipped => {}
            Step::Rejected(record, why) => return Err(bad_record(path, record, &why)),
            Step::Record(record, row) => {
                for (column, locator) in columns.iter_mut().zip(&locators) {
                    column.push(&row, locator.as_ref(), path, record)?;
                }
                height += 1;
            }
        }
    }
    DataFrame::new(height, columns.into_iter().map(Typed::finish).collect()).map_err(IngestError::from)
}

/// Where the columns of the schema stand; those that may not be null must be there.
fn locate(schema: &'static TableSchema, path: &Path, layout: &Layout) -> Result<Vec<Option<Locator>>, IngestError> {
    let header = match layout {
        Layout::Json(_) => {
            return Ok(schema.columns.iter().map(|c| Some(Locator::Path(vec![c.name.to_owned()]))).collect());
        }
        Layout::Csv(dialect) => &dialect.header,
    };
    let unknown: Vec<&str> = header.iter().map(String::as_str).filter(|name| schema.column(name).is_none()).collect();
    if !unknown.is_empty() {
        tracing::info!(path = %path.display(), table = schema.name, columns = unknown.join(", "), "extra columns were left out");
    }
    let locate = |column: &SchemaColumn| match header.iter().position(|name| name == column.name) {
        Some(at) => Ok(Some(Locator::Column(at))),
        None if column.nullable => Ok(None),
        None => Err(IngestError::MissingColumn {
            path: path.to_owned(),
            column: column.name.to_owned(),
            format: schema.name,
            expected: schema.columns.len() as u32,
            found: (header.len() - unknown.len()) as u32,
            nearest: nearest(column.name, unknown.iter().copied()).map(str::to_owned),
            target: None,
        }),
    };
    schema.columns.iter().map(locate).collect()
}

enum Builder {
    Text(StringChunkedBuilder),
    Time(PrimitiveChunkedBuilder<Int64Type>),
    Int(PrimitiveChunkedBuilder<Int64Type>),
    Number(PrimitiveChunkedBuilder<UInt64Type>),
    Position(PrimitiveChunkedBuilder<UInt16Type>),
    Float(PrimitiveChunkedBuilder<Float64Type>),
    Bool(BooleanChunkedBuilder),
}

struct Typed {
    column: &'static SchemaColumn,
    builder: Builder,
}

impl Typed {
    fn new(column: &'static SchemaColumn) -> Self {
        let name = PlSmallStr::from_static(column.name);
        let builder = match column.kind {
            ColumnType::String | ColumnType::Enum(_) => Builder::Text(StringChunkedBuilder::new(name, 0)),
            ColumnType::Time => Builder::Time(PrimitiveChunkedBuilder::new(name, 0)),
            ColumnType::Int64 => Builder::Int(PrimitiveChunkedBuilder::new(name, 0)),
            ColumnType::UInt64 => Builder::Number(PrimitiveChunkedBuilder::new(name, 0)),
            ColumnType::UInt16 => Builder::Position(PrimitiveChunkedBuilder::new(name, 0)),
            ColumnType::Float64 => Builder::Float(PrimitiveChunkedBuilder::new(name, 0)),
            ColumnType::Bool => Builder::Bool(BooleanChunkedBuilder::new(name, 0)),
        };
        Self { column, builder }
    }

    fn push(&mut self, row: &Row<'_>, locator: Option<&Locator>, path: &Path, record: u64) -> Result<(), IngestError> {
        let cell = locator.and_then(|locator| row.text(locator)).filter(|cell| !cell.is_empty());
        let column = self.column;
        if cell.is_none() && !column.nullable {
            return Err(IngestError::EmptyCell { path: path.to_owned(), record, column: column.name.to_owned() });
        }
        let Some(cell) = cell else {
            self.null();
            return Ok(());
        };
        self.value(&cell).ok_or_else(|| IngestError::BadCell {
            path: path.to_owned(),
            record,
            column: column.name.to_owned(),
            value: text::shown(&cell, 80),
            expected: describe(column.kind),
        })
    }

    fn null(&mut self) {
        match &mut self.builder {
            Builder::Text(builder) => builder.append_null(),
            Builder::Time(builder) | Builder::Int(builder) => builder.append_null(),
            Builder::Number(builder) => builder.append_null(),
            Builder::Position(builder) => builder.append_null(),
            Builder::Float(builder) => builder.append_null(),
            Builder::Bool(builder) => builder.append_null(),
        }
    }

    /// None when the text is not of the column's type.
    fn value(&mut self, cell: &str) -> Option<()> {
        match &mut self.builder {
            Builder::Text(builder) => match known_word(self.column.kind, cell) {
                Word::Known(word) => builder.append_value(word),
                Word::Unknown if self.column.nullable => builder.append_null(),
                Word::Unknown => return None,
            },
            Builder::Time(builder) => builder.append_value(time::written(cell, Tz::UTC)?.micros),
            Builder::Int(builder) => builder.append_value(cell.trim().parse().ok()?),
            Builder::Number(builder) => builder.append_value(cell.trim().parse().ok()?),
            Builder::Position(builder) => builder.append_value(cell.trim().parse().ok()?),
            Builder::Float(builder) => builder.append_value(number::fraction(cell, false).ok()??),
            Builder::Bool(builder) => builder.append_value(number::truth(cell).ok()??),
        }
        Some(())
    }

    fn finish(self) -> Column {
        match self.builder {
            Builder::Text(builder) => builder.finish().into_column(),
            Builder::Time(builder) => {
                builder.finish().into_datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)).into_column()
            }
            Builder::Int(builder) => builder.finish().into_column(),
            Builder::Number(builder) => builder.finish().into_column(),
            Builder::Position(builder) => builder.finish().into_column(),
            Builder::Float(builder) => builder.finish().into_column(),
            Builder::Bool(builder) => builder.finish().into_column(),
        }
    }
}

enum Word<'a> {
    Known(std::borrow::Cow<'a, str>),
    Unknown,
}

/// A word of a later version becomes `other` or `unknown`, where the column has these.
fn known_word(kind: ColumnType, cell: &str) -> Word<'_> {
    let ColumnType::Enum(words) = kind else { return Word::Known(text::clean(cell).0) };
    if words.contains(&cell) {
        return Word::Known(cell.into());
    }
    let instead = ["other", "unknown"].into_iter().find(|word| words.contains(word));
    tracing::warn!(value = cell, instead, "unknown word");
    instead.map_or(Word::Unknown, |word| Word::Known(word.into()))
}

fn from_parquet(schema: &'static TableSchema, path: &Path) -> Result<DataFrame, IngestError> {
    let (frame, metadata) =
        read_parquet(path, |names| names.iter().filter(|name| schema.column(name).is_some()).cloned().collect())?;
    if let Some((_, version)) = metadata.iter().find(|(key, value)| key == "activity.schema" && value != "1") {
        return Err(IngestError::NewerSchema { path: path.to_owned(), found: version.clone() });
    }
    let mut columns = Vec::with_capacity(schema.columns.len());
    for column in schema.columns {
        match frame.column(column.name) {
            Ok(found) => columns.push(conform(column, found, path)?),
            Err(_) if column.nullable => {
                columns.push(Column::full_null(
                    PlSmallStr::from_static(column.name),
                    frame.height(),
                    &column.kind.dtype(),
                ));
            }
            Err(_) => {
                return Err(IngestError::MissingColumn {
                    path: path.to_owned(),
                    column: column.name.to_owned(),
                    format: schema.name,
                    expected: schema.columns.len() as u32,
                    found: frame.width() as u32,
                    nearest: None,
                    target: None,
                });
            }
        }
    }
    DataFrame::new(frame.height(), columns).map_err(IngestError::from)
}

/// The column in the type of the schema, if nothing is lost on the way.
fn conform(column: &'static SchemaColumn, found: &Column, path: &Path) -> Result<Column, IngestError> {
    let wanted = column.kind.dtype();
    let kind = found.dtype();
    let is_whole = kind.is_integer();
    let fits = match column.kind {
        ColumnType::String | ColumnType::Enum(_) => kind.is_string() || kind.is_categorical() || kind.is_enum(),
        ColumnType::Time => matches!(kind, DataType::Datetime(_, _) | DataType::Date),
        ColumnType::Bool => *kind == DataType::Boolean,
        ColumnType::Int64 | ColumnType::UInt64 | ColumnType::UInt16 => is_whole,
        ColumnType::Float64 => is_whole || kind.is_float(),
    } || *kind == DataType::Null;
    let wrong = || IngestError::WrongType {
        path: path.to_owned(),
        column: column.name.to_owned(),
        found: kind.to_string(),
        expected: describe(column.kind),
    };
    if !fits {
        return Err(wrong());
    }
    let cast = match (column.kind, kind) {
        // instants of other zones are the same instants; naive ones are UTC by the schema
        (ColumnType::Time, DataType::Datetime(_, Some(zone))) if zone.as_str() != "UTC" => {
            let micros = found.cast(&DataType::Datetime(TimeUnit::Microseconds, Some(zone.clone())))?;
            micros.to_physical_repr().cast(&DataType::Int64)?.cast(&wanted)
        }
        _ => found.strict_cast(&wanted),
    };
    let cast = cast.map_err(|_| wrong())?;
    match column.kind {
        ColumnType::Enum(words) => with_known_words(column, words, cast),
        ColumnType::Float64 => Ok(cast.f64()?.apply(|value| value.filter(|value| value.is_finite())).into_column()),
        _ => Ok(cast),
    }
}

fn with_known_words(column: &'static SchemaColumn, words: &[&str], found: Column) -> Result<Column, IngestError> {
    let texts = found.str()?;
    if texts.iter().flatten().all(|word| words.contains(&word)) {
        return Ok(found);
    }
    let known: StringChunked = texts
        .iter()
        .map(|word| match known_word(column.kind, word?) {
            Word::Known(word) => Some(word.into_owned()),
            Word::Unknown => None,
        })
        .collect();
    Ok(known.with_name(PlSmallStr::from_static(column.name)).into_column())
}
