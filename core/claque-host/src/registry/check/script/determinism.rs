//! Step 7: the same again: with the same seed, without native code, and from rows in another order. Other numbers of
//! threads and other processes are compared by the command line, through [`fingerprint`].

use super::compare::{difference, near, reordered};
use super::output::Base;
use super::trial::{self, Nothing};
use super::{CheckStep, made_up};
use crate::luau::LuauSignal;
use crate::registry::suite::Suite;
use crate::spec::csv_of;
use claque_model::{Services, Signal};
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
                    difference(script.declaration(), &base.output, &output, "the run before")
                } else {
                    near(script.declaration(), &base.output, &output)
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

/// BLAKE3 over what every signal gives on made-up tables.
pub(super) fn fingerprint(suite: &Suite, services: &dyn Services) -> String {
    let mut text = String::new();
    for script in &suite.loaded.scripts {
        let declaration = script.declaration();
        let tables = made_up::tables(declaration, trial::SMALL);
        let result = trial::run(script.as_ref(), &tables, &trial::defaults(declaration), true, services);
        let said = match result {
            Ok(output) => csv_of(&output, None).unwrap_or_else(|error| error),
            Err(nothing) => nothing.sentence(),
        };
        // writing to a string cannot fail
        let _always = writeln!(text, "{}\n{said}", declaration.id);
    }
    blake3::hash(text.as_bytes()).to_hex().to_string()
}
