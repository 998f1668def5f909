//! Step 4: the same data in other shapes: sliced, in chunks, columns in another order or too many, which must
//! change nothing; one row, unknown values, absent optional columns, which must not break it; a required column
//! that is absent, which is missing data and no crash.

use super::output::{self, Base};
use super::trial::{self, Nothing};
use super::variants::{chunked, holes, may_be_unknown, reversed_columns, sliced, with_one_more};
use super::{CheckStep, compare};
use crate::luau::LuauSignal;
use claque_model::{Declaration, Services, Signal};
use polars::prelude::DataFrame;
use std::collections::BTreeMap;

const STEP: &str = "tables";

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
                    compare::difference(script.declaration(), &base.output, &output, "the tables as they were").err()
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
