//! The first rows of a table as text.

use claque_model::{Declaration, Direction, Shape};
use polars::prelude::{AnyValue, DataFrame, DataType, IdxCa, IdxSize, PlSmallStr, TimeUnit};

/// Characters of a cell that are shown.
const WIDTH: usize = 40;

/// The rows that say most first: what is of interest stands seldom at the top of the alphabet. Equal rows, and those of
/// traces, stay as they are.
pub(super) fn highest(table: &DataFrame, declaration: &Declaration) -> DataFrame {
    let numbers = |name: &str| -> Option<Vec<f64>> {
        let column = table.column(name).ok()?.cast(&DataType::Float64).ok()?;
        Some(column.f64().ok()?.iter().map(|value| value.unwrap_or(f64::NEG_INFINITY)).collect())
    };
    let strength = match declaration.emits {
        Shape::Traces => None,
        Shape::Rates => numbers("hits").zip(numbers("total")).map(|(hits, total)| share(&hits, &total)),
        Shape::Marks | Shape::Statistics => numbers("value"),
    };
    let Some(strength) = strength else { return table.clone() };
    let mut order: Vec<usize> = (0..table.height()).collect();
    order.sort_by(|a, b| match declaration.direction {
        Direction::Higher => strength[*b].total_cmp(&strength[*a]),
        Direction::Lower => strength[*a].total_cmp(&strength[*b]),
    });
    let rows = order.into_iter().map(|row| row as IdxSize).collect();
    table.take(&IdxCa::from_vec(PlSmallStr::EMPTY, rows)).unwrap_or_else(|_| table.clone())
}

fn share(hits: &[f64], total: &[f64]) -> Vec<f64> {
    hits.iter().zip(total).map(|(hits, total)| hits / total.max(1.0)).collect()
}

/// The first `n` rows under their column names, in columns.
pub(super) fn first(table: &DataFrame, n: usize) -> String {
    let names: Vec<String> = table.get_column_names().iter().map(ToString::to_string).collect();
    let mut lines: Vec<Vec<String>> = vec![names.clone()];
    for row in 0..table.height().min(n) {
        let cell = |name: &String| table.column(name).and_then(|c| c.get(row).map(|value| text(&value)));
        lines.push(names.iter().map(|name| cut(&cell(name).unwrap_or_default())).collect());
    }
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..names.len()).map(width).collect();
    let shown = |line: &Vec<String>| {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut text = lines.iter().map(shown).collect::<Vec<_>>().join("\n");
    if table.height() > n {
        text.push_str("\n…");
    }
    text
}

fn text(value: &AnyValue) -> String {
    match value {
        AnyValue::Null => String::new(),
        AnyValue::String(text) => (*text).to_owned(),
        AnyValue::StringOwned(text) => text.to_string(),
        AnyValue::Float64(real) => format!("{real:.6}").trim_end_matches('0').trim_end_matches('.').to_owned(),
        AnyValue::Datetime(at, TimeUnit::Microseconds, _) => chrono::DateTime::from_timestamp_micros(*at)
            .map_or_else(String::new, |time| time.format("%Y-%m-%dT%H:%M:%SZ").to_string()),
        AnyValue::List(values) => values.iter().map(|v| text(&v)).collect::<Vec<_>>().join("|"),
        other => other.to_string(),
    }
}

fn cut(text: &str) -> String {
    let text = text.replace(['\n', '\r', '\t'], " ");
    if text.chars().count() <= WIDTH { text } else { text.chars().take(WIDTH - 1).chain(['…']).collect() }
}
