//! Four-column files as they are, for modes that repeat what another program did: no row is left out, the empty
//! string is a value, and times stay the numbers of the file.

use super::parquet::ids;
use super::{ACCOUNT, CONTENT, OBJECT, TIME, find, first_keys};
use crate::document::Document;
use crate::error::IngestError;
use crate::normalize::{identity, text, time};
use crate::records::{Layout, Locator, Records, Step, bad_record};
use crate::table_file::{ending, read_parquet};
use chrono_tz::Tz;
use polars::prelude::{Column, DataType, Float64Chunked, IntoColumn, PlSmallStr, StringChunkedBuilder, TimeUnit};
use std::path::Path;

/// All rows of a four-column file, in its order. Missing is null: the cell `NA` in CSV, as R reads it, and null elsewhere.
#[derive(Clone, Debug)]
pub struct SharesAsIs {
    /// What was shared (String).
    pub object: Column,
    /// Who shared it (String).
    pub account: Column,
    /// By which post (String).
    pub content: Column,
    /// When, in units since 1970 (Float64); an empty cell is missing as well.
    pub at: Column,
    /// 1 when times are seconds, 1,000 for milliseconds, 1,000,000 for microseconds; by the size of the first one.
    pub units_per_second: f64,
}

/// Reads a four-column CSV, NDJSON or Parquet file without leaving anything out.
///
/// # Errors
/// A missing column, a time that is none, ids that were rounded, or a file that cannot be read.
pub fn read_shares_as_is(path: &Path) -> Result<SharesAsIs, IngestError> {
    match ending(path).as_deref() {
        Some("parquet") => from_parquet(path),
        _ => from_text(path),
    }
}

/// Names in the file: object, account, content, time.
fn columns(names: &[String], path: &Path) -> Result<[&'static str; 4], IngestError> {
    let [object, account, content, at] = [OBJECT, ACCOUNT, CONTENT, TIME].map(|wanted| find(names, wanted, path));
    Ok([object?, account?, content?, at?])
}

fn from_text(path: &Path) -> Result<SharesAsIs, IngestError> {
    let document = Document::open(path)?;
    let layout = Layout::of(&document)?;
    let keys = match &layout {
        Layout::Csv(dialect) => dialect.header.clone(),
        Layout::Json(_) => first_keys(&document, &layout),
    };
    let names = columns(&keys, path)?;
    let is_csv = matches!(layout, Layout::Csv(_));
    let locators = names.map(|name| match &layout {
        Layout::Csv(dialect) => dialect.column(name).map(Locator::Column),
        Layout::Json(_) => Some(Locator::Path(vec![name.to_owned()])),
    });
    let mut times = Times::new(path, names[3]);
    let mut built = ["object_id", "account_id", "content_id"]
        .map(|name| StringChunkedBuilder::new(PlSmallStr::from_static(name), 0));
    let mut records = Records::new(&document, &layout);
    while let Some(step) = records.advance() {
        let (record, row) = match step {
            Step::Skipped => continue,
            Step::Rejected(record, why) => return Err(bad_record(path, record, &why)),
            Step::Record(record, row) => (record, row),
        };
        let cell = |at: usize| row.text(locators[at].as_ref()?).filter(|cell| !is_csv || cell != "NA");
        for (at, builder) in built.iter_mut().enumerate() {
            let id = cell(at);
            if at < 2 && id.as_deref().is_some_and(identity::is_scientific) {
                let (column, value) = (names[at].to_owned(), id.unwrap_or_default().into_owned());
                return Err(IngestError::ScientificIds { path: path.to_owned(), column, record, value });
            }
            builder.append_option(id);
        }
        times.push(cell(3).as_deref(), record)?;
    }
    if times.values.is_empty() {
        return Err(IngestError::NoRecords(path.to_owned()));
    }
    let [object, account, content] = built.map(|builder| builder.finish().into_column());
    let (at, units_per_second) = times.finish();
    Ok(SharesAsIs { object, account, content, at, units_per_second })
}

/// Times as numbers; written ones become numbers of the same unit.
struct Times<'a> {
    path: &'a Path,
    column: &'a str,
    values: Vec<Option<f64>>,
    unit: Option<time::EpochUnit>,
}

impl<'a> Times<'a> {
    fn new(path: &'a Path, column: &'a str) -> Self {
        Self { path, column, values: Vec::new(), unit: None }
    }

    fn units_per_second(&self) -> f64 {
        self.unit.map_or(1.0, |unit| 1e6 / unit.micros() as f64)
    }

    fn push(&mut self, cell: Option<&str>, record: u64) -> Result<(), IngestError> {
        let Some(cell) = cell.map(str::trim).filter(|cell| !cell.is_empty()) else {
            self.values.push(None);
            return Ok(());
        };
        let value = match cell.parse::<f64>() {
            Ok(number) => Some(number).filter(|number| number.is_finite()),
            Err(_) => time::written(cell, Tz::UTC).map(|instant| instant.micros as f64 / 1e6 * self.units_per_second()),
        };
        let Some(value) = value else {
            return Err(IngestError::BadCell {
                path: self.path.to_owned(),
                record,
                column: self.column.to_owned(),
                value: text::shown(cell, 80),
                expected: super::A_TIME.to_owned(),
            });
        };
        self.unit.get_or_insert_with(|| time::EpochUnit::of_magnitude(value));
        self.values.push(Some(value));
        Ok(())
    }

    fn finish(self) -> (Column, f64) {
        let units_per_second = self.units_per_second();
        let values: Float64Chunked = self.values.into_iter().collect();
        (values.with_name(PlSmallStr::from_static("timestamp_share")).into_column(), units_per_second)
    }
}

fn from_parquet(path: &Path) -> Result<SharesAsIs, IngestError> {
    let mut chosen = Ok([""; 4]);
    let (frame, _) = read_parquet(path, |names| {
        chosen = columns(names, path);
        chosen.as_ref().map_or_else(|_| Vec::new(), |names| names.iter().map(|name| (*name).to_owned()).collect())
    })?;
    let [object, account, content, at] = chosen?;
    if frame.height() == 0 {
        return Err(IngestError::NoRecords(path.to_owned()));
    }
    let id = |name: &str| ids(frame.column(name)?, path, 0);
    let (at, units_per_second) = numbers(frame.column(at)?, path)?;
    Ok(SharesAsIs { object: id(object)?, account: id(account)?, content: id(content)?, at, units_per_second })
}

fn numbers(column: &Column, path: &Path) -> Result<(Column, f64), IngestError> {
    let mut times = Times::new(path, column.name());
    match column.dtype() {
        DataType::Datetime(_, zone) => {
            let micros = column.cast(&DataType::Datetime(TimeUnit::Microseconds, zone.clone()))?;
            let micros = micros.to_physical_repr().cast(&DataType::Int64)?;
            times.values = micros.i64()?.iter().map(|value| value.map(|micros| micros as f64 / 1e6)).collect();
        }
        kind if kind.is_integer() || kind.is_float() => {
            let numbers = column.cast(&DataType::Float64)?;
            times.values = numbers.f64()?.iter().map(|value| value.filter(|value| value.is_finite())).collect();
            times.unit = times.values.iter().flatten().next().map(|first| time::EpochUnit::of_magnitude(*first));
        }
        DataType::String => {
            for (row, cell) in column.str()?.iter().enumerate() {
                times.push(cell, row as u64 + 1)?;
            }
        }
        other => {
            return Err(IngestError::WrongType {
                path: path.to_owned(),
                column: column.name().to_string(),
                found: other.to_string(),
                expected: "seconds since 1970, or a column of times".to_owned(),
            });
        }
    }
    Ok(times.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write_table;
    use polars::prelude::{DataFrame, NamedFrom, Series};

    fn read(name: &str, content: &[u8]) -> Result<SharesAsIs, IngestError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("a file");
        read_shares_as_is(&path)
    }

    fn texts(column: &Column) -> Vec<Option<&str>> {
        column.str().expect("text").iter().collect()
    }

    fn at(shares: &SharesAsIs) -> Vec<Option<f64>> {
        shares.at.f64().expect("numbers").iter().collect()
    }

    #[test]
    fn empty_is_a_value_and_na_is_missing_in_csv() {
        let csv = b"object_id,account_id,content_id,timestamp_share\n,a,c1,10.5\nNA,b,,NA\no,,NA,\n";
        let shares = read("a.csv", csv).expect("four columns");
        assert_eq!(texts(&shares.object), [Some(""), None, Some("o")]);
        assert_eq!(texts(&shares.account), [Some("a"), Some("b"), Some("")]);
        assert_eq!(texts(&shares.content), [Some("c1"), Some(""), None]);
        assert_eq!(at(&shares), [Some(10.5), None, None]);
    }

    #[test]
    fn null_is_missing_and_na_is_a_word_in_json_and_parquet() {
        let json = b"{\"object\":\"NA\",\"account\":1,\"post_id\":\"\",\"at\":10}\n{\"object\":null,\"account\":2,\"at\":20}\n";
        let json = read("a.ndjson", json).expect("four columns");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.parquet");
        let columns = vec![
            Series::new("object".into(), [Some("NA"), None]).into_column(),
            Series::new("account".into(), [1_i64, 2]).into_column(),
            Series::new("content".into(), [Some(""), None]).into_column(),
            Series::new("ts".into(), [10_i64, 20]).into_column(),
        ];
        write_table(&DataFrame::new(2, columns).expect("equal columns"), &path, &[]).expect("a file");
        let parquet = read_shares_as_is(&path).expect("four columns");
        for shares in [json, parquet] {
            assert_eq!(texts(&shares.object), [Some("NA"), None]);
            assert_eq!(texts(&shares.account), [Some("1"), Some("2")]);
            assert_eq!(texts(&shares.content), [Some(""), None]);
            assert_eq!(at(&shares), [Some(10.0), Some(20.0)]);
        }
    }

    #[test]
    fn times_keep_their_unit_and_every_digit() {
        let millis = read("a.csv", b"object,account,content,ts\no,a,c,1714564800000\no,b,d,1714564800250\n");
        let millis = millis.expect("four columns");
        assert_eq!((at(&millis)[1], millis.units_per_second), (Some(1_714_564_800_250.0), 1000.0));
        let fraction = read("a.csv", b"object,account,content,ts\no,a,c,64.40000001\n").expect("four columns");
        assert_eq!((at(&fraction)[0], fraction.units_per_second), (Some(64.400_000_01), 1.0));
        let written = read("a.csv", b"object,account,content,ts\no,a,c,2024-05-01T12:00:00.5Z\n").expect("a time");
        assert_eq!(at(&written)[0], Some(1_714_564_800.5));
    }

    #[test]
    fn rounded_ids_bad_times_and_missing_columns_are_refused() {
        let error = |content: &[u8]| read("a.csv", content).expect_err("refused").to_string();
        assert!(error(b"object,account,content,ts\no,7.02874E+17,c,1\n").contains("scientific notation"));
        assert!(error(b"object,account,content,ts\no,a,c,tomorrow\n").contains("must be a time"));
        assert!(error(b"object,account,content,ts\no,a,c,inf\n").contains("must be a time"));
        assert!(error(b"object,account,ts\no,a,1\n").contains("column `content_id` is missing"));
        assert!(error(b"object,account,content,ts\n").contains("holds no records"));
    }
}
