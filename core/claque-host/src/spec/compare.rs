//! An output beside the table that was expected: rows are matched by the key of the shape.

use super::sheet::{Sheet, micros};
use crate::contract::key_of;
use chrono::{DateTime, SecondsFormat};
use claque_model::Declaration;
use polars::prelude::{AnyValue, DataFrame, TimeUnit};
use std::collections::{BTreeMap, BTreeSet};

/// The column of lists of post ids.
const POSTS: &str = "post_ids";
/// Lines of a difference that are shown.
const SHOWN: usize = 20;
/// Tolerance of numbers, as a part of their size.
const RELATIVE: f64 = 1e-6;

/// A column that is compared, and how closely.
struct Compared {
    name: String,
    position: usize,
    tolerance: Option<f64>,
}

/// Compares; the text of an error shows the rows that differ.
/// `said_by` is where the expected rows are written.
pub(crate) fn compare(
    declaration: &Declaration,
    expected: &Sheet,
    output: &DataFrame,
    said_by: &str,
) -> Result<(), String> {
    let id = &declaration.id;
    let columns = expected.header.iter().enumerate().map(compared).collect::<Result<Vec<_>, _>>()?;
    let key: Vec<usize> = key_of(declaration.emits)
        .iter()
        .map(|name| {
            let found = columns.iter().position(|c| c.name == **name);
            found.ok_or_else(|| format!("the table expected of `{id}` must have the column `{name}`, its key"))
        })
        .collect::<Result<_, _>>()?;
    if let Some(unknown) = columns.iter().find(|c| output.column(&c.name).is_err()) {
        let have = output.get_column_names().iter().map(|n| n.as_str()).collect::<Vec<_>>().join(", ");
        return Err(format!("`{id}` gives no column `{}` (gives: {have})", unknown.name));
    }
    let wanted = keyed(expected.rows.iter().map(|row| columns.iter().map(|c| row[c.position].clone()).collect()), &key);
    let got = keyed(
        (0..output.height()).map(|row| columns.iter().map(|c| text(&cell(output, &c.name, row))).collect()),
        &key,
    );
    let lines = differences(&columns, &wanted, &got);
    if lines.is_empty() {
        return Ok(());
    }
    let head = columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(",");
    Err(format!("`{id}` gives other rows than {said_by} says (- expected, + got)\n    {head}{lines}"))
}

fn compared((position, head): (usize, &String)) -> Result<Compared, String> {
    let Some((name, tolerance)) = head.split_once('~') else {
        return Ok(Compared { name: head.clone(), position, tolerance: None });
    };
    let tolerance = tolerance.parse::<f64>().map_err(|_| format!("`{head}`: `{tolerance}` is no tolerance"))?;
    Ok(Compared { name: name.to_owned(), position, tolerance: Some(tolerance) })
}

type Row = Vec<Option<String>>;

fn keyed(rows: impl Iterator<Item = Row>, key: &[usize]) -> BTreeMap<Row, Row> {
    rows.map(|row| (key.iter().map(|i| row[*i].clone()).collect(), row)).collect()
}

fn differences(columns: &[Compared], wanted: &BTreeMap<Row, Row>, got: &BTreeMap<Row, Row>) -> String {
    let keys: BTreeSet<&Row> = wanted.keys().chain(got.keys()).collect();
    let shown = |row: &Row| row.iter().map(|c| c.as_deref().unwrap_or_default()).collect::<Vec<_>>().join(",");
    let mut lines = Vec::new();
    for key in keys {
        let (expected, found) = (wanted.get(key), got.get(key));
        if let (Some(expected), Some(found)) = (expected, found)
            && columns.iter().enumerate().all(|(i, c)| same(c, expected[i].as_deref(), found[i].as_deref()))
        {
            continue;
        }
        lines.extend(expected.map(|row| format!("\n  - {}", shown(row))));
        lines.extend(found.map(|row| format!("\n  + {}", shown(row))));
    }
    let more = lines.len().saturating_sub(SHOWN);
    lines.truncate(SHOWN);
    if more > 0 {
        lines.push(format!("\n  … and {more} more"));
    }
    lines.concat()
}

/// The posts behind a row, whose order says nothing.
fn posts(cell: &str) -> Vec<&str> {
    let mut posts: Vec<&str> = cell.split('|').collect();
    posts.sort_unstable();
    posts
}

fn same(column: &Compared, expected: Option<&str>, found: Option<&str>) -> bool {
    let (Some(expected), Some(found)) = (expected, found) else { return expected == found };
    if column.name == POSTS {
        return posts(expected) == posts(found);
    }
    if let (Ok(a), Ok(b)) = (expected.parse::<f64>(), found.parse::<f64>()) {
        let allowed = column.tolerance.unwrap_or(RELATIVE * a.abs().max(b.abs()));
        return (a - b).abs() <= allowed;
    }
    if let (Some(a), Some(b)) = (micros(expected), micros(found)) {
        return a == b;
    }
    expected == found
}

/// An output as CSV text: the columns of `heads`, which may have tolerances, or all of it.
pub(crate) fn csv_of(output: &DataFrame, heads: Option<&[String]>) -> Result<String, String> {
    let all: Vec<String> = output.get_column_names().iter().map(ToString::to_string).collect();
    let heads = heads.unwrap_or(&all);
    let names: Vec<&str> =
        heads.iter().map(|head| head.split_once('~').map_or(head.as_str(), |(name, _)| name)).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |error: csv::Error| error.to_string();
    writer.write_record(heads).map_err(failed)?;
    for row in 0..output.height() {
        let cells = names.iter().map(|name| text(&cell(output, name, row)).unwrap_or_default());
        writer.write_record(cells).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| error.to_string())
}

fn cell<'f>(output: &'f DataFrame, column: &str, row: usize) -> AnyValue<'f> {
    output.column(column).and_then(|c| c.get(row)).unwrap_or(AnyValue::Null)
}

fn text(value: &AnyValue) -> Option<String> {
    Some(match value {
        AnyValue::Null => return None,
        AnyValue::String(text) => (*text).to_owned(),
        AnyValue::StringOwned(text) => text.to_string(),
        AnyValue::Float64(real) => real.to_string(),
        AnyValue::Datetime(at, TimeUnit::Microseconds, _) => {
            DateTime::from_timestamp_micros(*at)?.to_rfc3339_opts(SecondsFormat::AutoSi, true)
        }
        // a cell without text is both, no list and an empty one
        AnyValue::List(values) if values.is_empty() => return None,
        AnyValue::List(values) => values.iter().filter_map(|v| text(&v)).collect::<Vec<_>>().join("|"),
        other => other.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_behind_a_row_have_no_order_but_a_number() {
        let column = |name: &str| Compared { name: name.to_owned(), position: 0, tolerance: None };
        let equal = |name: &str, a: &str, b: &str| same(&column(name), Some(a), Some(b));
        assert!(equal("post_ids", "x:1|x:2", "x:2|x:1"));
        assert!(!equal("post_ids", "x:1|x:1", "x:1"));
        assert!(!equal("note", "x:1|x:2", "x:2|x:1"));
    }

    #[test]
    fn an_empty_list_is_a_cell_without_text_as_no_list_is() {
        use polars::prelude::{DataType, Series};
        let list = |posts: &[&str]| AnyValue::List(posts.iter().copied().collect::<Series>());
        assert_eq!(text(&AnyValue::List(Series::new_empty("".into(), &DataType::String))), None);
        assert_eq!(text(&list(&["x:1", "x:2"])), Some("x:1|x:2".to_owned()));
    }
}
