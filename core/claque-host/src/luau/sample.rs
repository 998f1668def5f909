//! Small tables written as CSV in a script's tests: read by declared types, an empty cell is null; and cells
//! written back the same way, for comparing.

use super::mistake::Mistake;
use chrono::{DateTime, NaiveDate, SecondsFormat};
use polars::prelude::{
    AnyValue, BooleanChunked, Column, DataFrame, DataType, Float64Chunked, Int64Chunked, IntoColumn, IntoSeries,
    NewChunkedArray, PlSmallStr, StringChunked, TimeUnit,
};

/// A header and its rows; a cell that is empty is `None`.
pub(super) struct Sheet {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<Option<String>>>,
}

/// Reads CSV text with a header.
pub(super) fn read(text: &str) -> Result<Sheet, Mistake> {
    let bad = |e: csv::Error| Mistake::Unmet(format!("bad CSV: {e}"));
    let text = text.trim_start_matches(['\n', '\r']);
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let header = reader.headers().map_err(bad)?.iter().map(|n| n.trim().to_owned()).collect();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(bad)?;
        rows.push(record.iter().map(|cell| (!cell.is_empty()).then(|| cell.to_owned())).collect());
    }
    Ok(Sheet { header, rows })
}

/// One column of a sheet in a type.
pub(super) fn typed(sheet: &Sheet, position: usize, dtype: &DataType) -> Result<Column, Mistake> {
    let name = &sheet.header[position];
    let cells: Vec<Option<&str>> = sheet.rows.iter().map(|row| row[position].as_deref()).collect();
    let wrong = |row: usize, cell: &str, wanted: &str| {
        Mistake::Unmet(format!("`{cell}` in row {} of column `{name}` is not {wanted}", row + 1))
    };
    let name_small = PlSmallStr::from_str(name);
    let series = match dtype {
        DataType::Int64 => {
            let values = parse(&cells, |cell| cell.parse::<i64>().ok(), |row, cell| wrong(row, cell, "an integer"))?;
            Int64Chunked::from_iter_options(name_small, values.into_iter()).into_series()
        }
        DataType::Float64 => {
            let values = parse(&cells, |cell| cell.parse::<f64>().ok(), |row, cell| wrong(row, cell, "a number"))?;
            Float64Chunked::from_iter_options(name_small, values.into_iter()).into_series()
        }
        DataType::Boolean => {
            let values = parse(&cells, truth, |row, cell| wrong(row, cell, "true or false"))?;
            BooleanChunked::from_iter_options(name_small, values.into_iter()).into_series()
        }
        DataType::Datetime(TimeUnit::Microseconds, _) => {
            let values = parse(&cells, micros, |row, cell| wrong(row, cell, "a time such as 2024-06-09T12:00:00Z"))?;
            let whole = Int64Chunked::from_iter_options(name_small, values.into_iter()).into_series();
            whole.cast(dtype).map_err(Mistake::from)?
        }
        _ => {
            let texts = cells.iter().map(|cell| cell.map(str::to_owned));
            StringChunked::from_iter_options(name_small, texts).into_series()
        }
    };
    Ok(series.into_column())
}

fn parse<T>(
    cells: &[Option<&str>],
    read: impl Fn(&str) -> Option<T>,
    wrong: impl Fn(usize, &str) -> Mistake,
) -> Result<Vec<Option<T>>, Mistake> {
    let one = |(row, cell): (usize, Option<&str>)| match cell {
        None => Ok(None),
        Some(cell) => read(cell.trim()).map(Some).ok_or_else(|| wrong(row, cell)),
    };
    cells.iter().copied().enumerate().map(one).collect()
}

fn truth(cell: &str) -> Option<bool> {
    match cell {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Microseconds since 1970 of a date or an RFC 3339 time.
pub(super) fn micros(text: &str) -> Option<i64> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_micros());
    }
    let midnight = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0)?;
    Some(midnight.and_utc().timestamp_micros())
}

/// RFC 3339 in UTC, with as many digits as needed.
pub(super) fn time_text(micros: i64) -> String {
    DateTime::from_timestamp_micros(micros)
        .map_or_else(|| format!("{micros}us"), |time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

/// The rows of a frame as texts, floats to nine significant digits, lists joined by `|`.
pub(super) fn texts(frame: &DataFrame, names: &[String]) -> Result<Vec<Vec<String>>, Mistake> {
    let columns = names.iter().map(|n| frame.column(n)).collect::<Result<Vec<_>, _>>()?;
    let row = |i: usize| columns.iter().map(|c| Ok(cell(&c.get(i)?))).collect();
    (0..frame.height()).map(row).collect()
}

fn cell(value: &AnyValue) -> String {
    match value {
        AnyValue::Null => String::new(),
        AnyValue::String(text) => (*text).to_owned(),
        AnyValue::StringOwned(text) => text.to_string(),
        AnyValue::Boolean(truth) => truth.to_string(),
        AnyValue::Float64(real) => real_text(*real),
        AnyValue::Datetime(micros, TimeUnit::Microseconds, _) => time_text(*micros),
        AnyValue::List(values) => values.iter().map(|v| cell(&v)).collect::<Vec<_>>().join("|"),
        other => other.to_string(),
    }
}

fn real_text(real: f64) -> String {
    let rounded: f64 = format!("{real:.8e}").parse().unwrap_or(real);
    // no minus before a zero
    (rounded + 0.0).to_string()
}
