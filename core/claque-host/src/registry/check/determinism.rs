//! Step 7: the same again: with the same seed, without native code, and from rows in another order. Other numbers of
//! threads and other processes are compared by the command line, through [`fingerprint`].

use super::output::Base;
use super::trial::{self, Nothing};
use super::{CheckStep, made_up};
use crate::luau::LuauSignal;
use crate::registry::suite::Suite;
use crate::spec::{Sheet, compare, csv_of};
use claque_model::{Services, Signal};
use polars::prelude::{DataFrame, IdxCa};
use std::collections::BTreeMap;
use std::fmt::Write;

const STEP: &str = "determinism";

pub(super) fn step(script: &LuauSignal, bases: &[Base], services: &dyn Services) -> CheckStep {
    let mut wrong = Vec::new();
    for base in bases {
        let tables = &base.trial.tables;
        let reordered: BTreeMap<_, _> = tables.iter().map(|(name, rows)| (name.clone(), reordered(rows))).collect();
        let runs = [
            ("the same again", tables, true, true),
            ("without native code", tables, false, true),
            ("rows in another order", &reordered, true, false),
        ];
        for (name, tables, jit, exact) in runs {
            let result = trial::run(script, tables, &base.trial.params, jit, services);
            let compared = result.map_err(|nothing: Nothing| nothing.sentence()).and_then(|output| {
                if exact {
                    difference(script, &base.output, &output, "the run before")
                } else {
                    near(script, &base.output, &output)
                }
            });
            wrong.extend(compared.err().map(|why| format!("{}, {name}: {why}", base.trial.name)));
        }
    }
    let outcome = if wrong.is_empty() {
        Ok("same seed, no native code, other order of rows".to_owned())
    } else {
        Err(wrong.join("\n"))
    };
    CheckStep::new(STEP, format!("{STEP} of {}", script.declaration().id), outcome)
}

/// Two outputs that must be the same to the last bit; shows the rows that are not.
pub(super) fn difference(
    script: &LuauSignal,
    before: &DataFrame,
    after: &DataFrame,
    said_by: &str,
) -> Result<(), String> {
    let (one, other) = (csv_of(before, None)?, csv_of(after, None)?);
    if one == other {
        return Ok(());
    }
    let sheet = Sheet::read(&one, 0).map_err(|error| error.to_string())?;
    compare(script.declaration(), &sheet, after, said_by)?;
    Err(format!("numbers differ beyond the sixth digit from {said_by}"))
}

/// Two outputs that may differ in the last digits, as sums of floats do.
fn near(script: &LuauSignal, before: &DataFrame, after: &DataFrame) -> Result<(), String> {
    let sheet = Sheet::read(&csv_of(before, None)?, 0).map_err(|error| error.to_string())?;
    compare(script.declaration(), &sheet, after, "the run before")
}

/// The rows from the last to the first.
fn reordered(rows: &DataFrame) -> DataFrame {
    let order: Vec<u32> = (0..rows.height() as u32).rev().collect();
    rows.take(&IdxCa::from_vec("order".into(), order)).unwrap_or_else(|_| rows.clone())
}

/// BLAKE3 over what every signal gives on made-up tables.
pub(super) fn fingerprint(suite: &Suite, services: &dyn Services) -> String {
    let mut text = String::new();
    for script in &suite.loaded.scripts {
        let declaration = script.declaration();
        let tables = made_up::tables(declaration, trial::SMALL);
        let result = trial::run(script, &tables, &trial::defaults(declaration), true, services);
        let said = match result {
            Ok(output) => csv_of(&output, None).unwrap_or_else(|error| error),
            Err(nothing) => nothing.sentence(),
        };
        // writing to a string cannot fail
        let _always = writeln!(text, "{}\n{said}", declaration.id);
    }
    blake3::hash(text.as_bytes()).to_hex().to_string()
}
