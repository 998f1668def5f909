//! Made-up tables for any declaration: ids that fit together, words that the schema allows, texts with links and
//! hashtags. The same for every run; nothing in them means anything.

use claque_model::{
    ColumnType, Declaration, LogicalType, NeededColumn, NeededTable, ParamValue, Shape, USER, schema_of,
};
use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, Series};
use std::collections::BTreeMap;

/// 2024-06-01T00:00:00Z in microseconds.
const START: i64 = 1_717_200_000_000_000;
const LANGUAGES: [&str; 4] = ["en", "de", "et", "uk"];
const TEXTS: [&str; 5] = [
    "The ferry to the island was late again this morning, said the harbour master.",
    "Vote early! https://news1.example/a #harbour @crew1 and tell everybody you know.",
    "Ей, подивіться на це: https://news2.example/b #гавань",
    "Notwithstanding considerable administrative complications, negotiations continue.",
    "ok",
];

/// `rows` rows of every table that a signal requires, and of `clusters` where it gives statistics.
pub(super) fn tables(declaration: &Declaration, rows: usize) -> BTreeMap<String, DataFrame> {
    let clusters = crate::contract::clusters();
    let own = (declaration.emits == Shape::Statistics).then_some(&clusters);
    let words: Vec<&str> = declaration.params.iter().filter_map(|p| word(&p.default)).collect();
    let needed = declaration.requires.iter().filter(|t| own.is_none() || t.name != clusters.name).chain(own);
    needed.map(|table| (table.name.clone(), made(table, rows, &words))).collect()
}

/// A text parameter often names a label, so it should occur.
fn word(default: &ParamValue) -> Option<&str> {
    match default {
        ParamValue::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// Every column has all rows, so there is always a table.
fn made(table: &NeededTable, rows: usize, words: &[&str]) -> DataFrame {
    let columns: Vec<Column> = table.columns.iter().map(|column| column_of(table, column, rows, words)).collect();
    DataFrame::new(rows, columns).unwrap_or_default()
}

fn column_of(table: &NeededTable, column: &NeededColumn, rows: usize, words: &[&str]) -> Column {
    let name = column.name.as_str();
    let accounts = (rows / 5).max(2);
    let whole = |f: &dyn Fn(usize) -> i64| Series::new(name.into(), (0..rows).map(f).collect::<Vec<_>>());
    let series = match column.kind {
        LogicalType::Id => {
            Series::new(name.into(), (0..rows).map(|row| id(table, name, row, accounts)).collect::<Vec<_>>())
        }
        LogicalType::String | LogicalType::Category => {
            let keys = keys(table, rows);
            Series::new(name.into(), (0..rows).map(|row| text(table, name, row, keys, words)).collect::<Vec<_>>())
        }
        LogicalType::Int => whole(&|row| (row * 13 % 1_000) as i64),
        LogicalType::Float => {
            Series::new(name.into(), (0..rows).map(|row| (row % 97) as f64 / 97.0).collect::<Vec<_>>())
        }
        LogicalType::Bool => Series::new(name.into(), (0..rows).map(|row| row % 3 == 0).collect::<Vec<_>>()),
        // five accounts act within the same minute, then the next five
        LogicalType::Datetime => whole(&|row| START + (row / 5) as i64 * 3_600_000_000 + (row % 5) as i64 * 7_000_000)
            .cast(&column.kind.dtype())
            .unwrap_or_else(|_| Series::new_null(name.into(), rows)),
    };
    series.into_column()
}

fn id(table: &NeededTable, name: &str, row: usize, accounts: usize) -> String {
    match (table.name.as_str(), name) {
        ("posts", "post_id") => format!("x:p{row}"),
        (_, "post_id") => format!("x:p{}", row / 3),
        ("accounts" | "clusters", "account_id") => format!("x:a{row}"),
        (_, "account_id" | "actor_id" | "target_account_id") => format!("x:a{}", row % accounts),
        (_, "cluster_id") => format!("k{}", row / 10),
        _ => format!("x:{name}{row}"),
    }
}

/// Distinct values of a column that tables are joined by. Their number grows with the rows, as in real tables, or
/// every join would be one of everything with everything; the user's own tables name each key once.
fn keys(table: &NeededTable, rows: usize) -> usize {
    if USER.iter().any(|own| own.name == table.name) { rows } else { (rows / 4).max(7) }
}

fn text(table: &NeededTable, name: &str, row: usize, keys: usize, words: &[&str]) -> String {
    let schema = schema_of(&table.name).and_then(|schema| schema.column(name));
    if let Some(ColumnType::Enum(allowed)) = schema.map(|column| column.kind) {
        return allowed[row % allowed.len()].to_owned();
    }
    let key = row % keys.max(1);
    match name {
        "label" if row.is_multiple_of(2) && !words.is_empty() => words[row / 2 % words.len()].to_owned(),
        "text" | "title" | "description" => format!("{} ({})", TEXTS[row % TEXTS.len()], row / 10),
        "lang" => LANGUAGES[row % LANGUAGES.len()].to_owned(),
        "host" | "domain" | "official_domain" => format!("news{key}.example"),
        "target" | "url" | "final_url" | "raw" | "key" => format!("https://news{key}.example/{}", row % 3),
        _ => format!("{name} {key}"),
    }
}
