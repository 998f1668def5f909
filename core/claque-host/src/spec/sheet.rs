//! Small tables written as CSV: an empty cell is null, times are RFC 3339 or dates.

use super::{SpecError, SpecFailure};
use chrono::{DateTime, NaiveDate};
use claque_model::{ColumnType, LogicalType};
use polars::prelude::{Column, DataType, IntoColumn, NamedFrom, PlSmallStr, Series};

/// A header and its rows; an empty cell is `None`.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<Option<String>>>,
}

impl Sheet {
    /// Reads the body of a block that starts at `line`.
    pub(crate) fn read(body: &str, line: usize) -> Result<Self, SpecError> {
        let bad = |e: csv::Error| {
            let line = line + e.position().map_or(1, |p| p.line() as usize);
            SpecError::Csv { line, message: e.to_string() }
        };
        let mut reader = csv::ReaderBuilder::new().from_reader(body.as_bytes());
        let header: Vec<String> = reader.headers().map_err(bad)?.iter().map(|n| n.trim().to_owned()).collect();
        if header.iter().all(String::is_empty) {
            return Err(SpecError::Csv { line, message: "the table has no header".into() });
        }
        if let Some(twice) = header.iter().enumerate().find(|(i, name)| header[..*i].contains(name)) {
            return Err(SpecError::Csv { line, message: format!("column `{}` is there twice", twice.1) });
        }
        let cells = |record: csv::StringRecord| record.iter().map(|c| (!c.is_empty()).then(|| c.to_owned())).collect();
        let rows = reader.records().map(|record| record.map(cells).map_err(bad)).collect::<Result<_, _>>()?;
        Ok(Self { header, rows })
    }

    /// One column in a type.
    pub(super) fn typed(&self, position: usize, table: &str, kind: LogicalType) -> Result<Column, SpecFailure> {
        let name = PlSmallStr::from_str(&self.header[position]);
        let cells = || self.rows.iter().map(|row| row[position].as_deref());
        let wrong = |row: usize, cell: &str| SpecFailure::Cell {
            table: table.to_owned(),
            column: self.header[position].clone(),
            row: row + 1,
            cell: cell.to_owned(),
            kind: kind.name(),
        };
        let series = match kind {
            LogicalType::Id | LogicalType::String | LogicalType::Category => {
                Series::new(name, cells().collect::<Vec<_>>())
            }
            LogicalType::Int => Series::new(name, parsed(cells(), |c| c.trim().parse::<i64>().ok(), wrong)?),
            LogicalType::Float => Series::new(name, parsed(cells(), |c| c.trim().parse::<f64>().ok(), wrong)?),
            LogicalType::Bool => Series::new(name, parsed(cells(), |c| c.trim().parse::<bool>().ok(), wrong)?),
            LogicalType::Datetime => Series::new(name, parsed(cells(), |c| micros(c.trim()), wrong)?)
                .cast(&ColumnType::Time.dtype())
                .expect("whole numbers are microseconds"),
        };
        // a column of empty cells has no type of its own
        let series =
            if *series.dtype() == DataType::Null { series.cast(&kind.dtype()).expect("null fits") } else { series };
        Ok(series.into_column())
    }
}

fn parsed<'c, T>(
    cells: impl Iterator<Item = Option<&'c str>>,
    read: impl Fn(&str) -> Option<T>,
    wrong: impl Fn(usize, &str) -> SpecFailure,
) -> Result<Vec<Option<T>>, SpecFailure> {
    let one = |(row, cell): (usize, Option<&str>)| match cell {
        None => Ok(None),
        Some(cell) => read(cell).map(Some).ok_or_else(|| wrong(row, cell)),
    };
    cells.enumerate().map(one).collect()
}

/// Microseconds since 1970 of a date or an RFC 3339 time.
pub(super) fn micros(text: &str) -> Option<i64> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.timestamp_micros());
    }
    let midnight = text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0)?;
    Some(midnight.and_utc().timestamp_micros())
}
