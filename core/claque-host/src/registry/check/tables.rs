//! Step 4: the same data in other shapes: sliced, in chunks, columns in another order or too many, which must
//! change nothing; one row, unknown values, absent optional columns, which must not break it; a required column
//! that is absent, which is missing data and no crash.

use super::output::{self, Base};
use super::trial::{self, Nothing};
use super::{CheckStep, determinism};
use crate::luau::LuauSignal;
use claque_model::{Declaration, Services, Signal, schema_of};
use polars::prelude::{BooleanChunked, Column, DataFrame, IntoColumn, NamedFrom, NewChunkedArray, PlSmallStr, Series};
use std::collections::BTreeMap;

const STEP: &str = "tables";
/// Chunks that tables of several files arrive in.
const CHUNKS: usize = 7;

type Tables = BTreeMap<String, DataFrame>;

/// What must come of a variant.
#[derive(Clone, Copy, PartialEq)]
enum Must {
    /// Exactly the same output.
    BeTheSame,
    /// Some output that passes the check, or missing data.
    NotBreak,
    /// Missing data: the script is not asked.
    BeMissing,
}

struct Variant {
    name: String,
    tables: Tables,
    must: Must,
}

/// `is_steady`: the script gives the same twice; otherwise step 7 says so, and there is nothing to compare with.
pub(super) fn step(script: &LuauSignal, bases: &[Base], is_steady: bool, services: &dyn Services) -> CheckStep {
    let (mut ran, mut wrong) = (0, Vec::new());
    if let Some(base) = output::telling(bases) {
        for variant in variants(script.declaration(), &base.trial.tables) {
            ran += 1;
            let result = trial::run(script, &variant.tables, &base.trial.params, true, services);
            let why = match (result, variant.must) {
                (Ok(output), Must::BeTheSame) if is_steady => {
                    determinism::difference(script, &base.output, &output, "the tables as they were").err()
                }
                (Ok(_), Must::BeMissing) => Some("it ran, although a required column is absent".to_owned()),
                (Err(Nothing::Missing(reason)), Must::BeTheSame) => Some(reason.sentence()),
                (Ok(_), Must::NotBreak | Must::BeTheSame) | (Err(Nothing::Missing(_)), _) => None,
                (Err(Nothing::Fault(fault)), _) => Some(fault.to_string()),
            };
            wrong.extend(why.map(|why| format!("{}, {}: {why}", base.trial.name, variant.name)));
        }
    }
    let outcome = if wrong.is_empty() { Ok(format!("{ran} variants")) } else { Err(wrong.join("\n")) };
    CheckStep::new(STEP, format!("{STEP} of {}", script.declaration().id), outcome)
}

fn variants(declaration: &Declaration, tables: &Tables) -> Vec<Variant> {
    let all = |name: &str, must, change: &dyn Fn(&DataFrame) -> DataFrame| Variant {
        name: name.to_owned(),
        tables: tables.iter().map(|(table, rows)| (table.clone(), change(rows))).collect(),
        must,
    };
    let mut variants = vec![
        all("sliced out of longer tables", Must::BeTheSame, &sliced),
        all("in 7 chunks", Must::BeTheSame, &chunked),
        all("columns in another order", Must::BeTheSame, &reversed_columns),
        all("a column too many", Must::BeTheSame, &with_one_more),
        all("one row", Must::NotBreak, &|rows| rows.head(Some(1))),
        all("without rows", Must::NotBreak, &DataFrame::clear),
    ];
    for needed in &declaration.requires {
        let Some(rows) = tables.get(&needed.name) else { continue };
        let with = |name: String, must, rows: DataFrame| {
            let mut tables = tables.clone();
            tables.insert(needed.name.clone(), rows);
            Variant { name, tables, must }
        };
        for column in &needed.columns {
            let (table, name) = (&needed.name, &column.name);
            let absent = rows.drop(name).unwrap_or_else(|_| rows.clone());
            let must = if column.optional { Must::NotBreak } else { Must::BeMissing };
            variants.push(with(format!("`{table}` without `{name}`"), must, absent));
            if may_be_unknown(table, name) || column.optional {
                variants.push(with(
                    format!("every second `{name}` of `{table}` unknown"),
                    Must::NotBreak,
                    holes(rows, name),
                ));
            }
        }
    }
    variants
}

/// May the column be unknown in some rows?
fn may_be_unknown(table: &str, column: &str) -> bool {
    schema_of(table).and_then(|schema| schema.column(column)).is_some_and(|column| column.nullable)
}

fn sliced(rows: &DataFrame) -> DataFrame {
    let longer = rows.head(Some(1)).vstack(rows).and_then(|more| more.vstack(&rows.head(Some(1))));
    longer.map_or_else(
        |_| rows.clone(),
        |mut longer| {
            longer.rechunk_mut();
            longer.slice(1, rows.height())
        },
    )
}

fn chunked(rows: &DataFrame) -> DataFrame {
    let part = rows.height().div_ceil(CHUNKS).max(1);
    let parts = (0..rows.height()).step_by(part).map(|at| rows.slice(at as i64, part));
    parts.reduce(|above, below| above.vstack(&below).unwrap_or(above)).unwrap_or_else(|| rows.clone())
}

fn reversed_columns(rows: &DataFrame) -> DataFrame {
    let names: Vec<PlSmallStr> = rows.get_column_names_owned().into_iter().rev().collect();
    rows.select(names).unwrap_or_else(|_| rows.clone())
}

fn with_one_more(rows: &DataFrame) -> DataFrame {
    with(rows, Series::new("not_declared".into(), vec![1_i64; rows.height()]).into_column())
}

/// Every second value of a column unknown.
fn holes(rows: &DataFrame, name: &str) -> DataFrame {
    let known: Vec<bool> = (0..rows.height()).map(|row| row % 2 == 0).collect();
    let known = BooleanChunked::from_slice("known".into(), &known);
    let Ok(column) = rows.column(name) else { return rows.clone() };
    let nothing = Column::full_null(name.into(), rows.height(), column.dtype());
    column.zip_with(&known, &nothing).map_or_else(|_| rows.clone(), |column| with(rows, column))
}

fn with(rows: &DataFrame, column: Column) -> DataFrame {
    let mut more = rows.clone();
    // a column of the same height always fits
    if more.with_column(column).is_err() { rows.clone() } else { more }
}
