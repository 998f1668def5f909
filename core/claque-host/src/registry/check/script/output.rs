//! Step 6: what comes out: the columns of the shape, ids that were given, values in range, no key twice. Every run
//! of a signal is checked so; here on the example and on made-up tables.

use super::CheckStep;
use super::trial::{self, Nothing, Trial};
use crate::luau::LuauSignal;
use claque_model::{Services, Signal};
use polars::prelude::DataFrame;

pub(super) const STEP: &str = "output";

/// The step's name for a signal.
pub(super) fn name(id: &str) -> String {
    format!("output of {id}")
}

/// A trial and what it gave.
pub(super) struct Base {
    pub(super) trial: Trial,
    pub(super) output: DataFrame,
}

/// The trial that later steps vary: the first one that gave rows, else the first.
pub(super) fn telling(bases: &[Base]) -> Option<&Base> {
    bases.iter().find(|base| base.output.height() > 0).or(bases.first())
}

pub(super) fn step(script: &LuauSignal, trials: &[Trial], services: &dyn Services) -> (CheckStep, Vec<Base>) {
    let (mut bases, mut said, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for trial in trials {
        match trial::run(script, &trial.tables, &trial.params, true, services) {
            Ok(output) => {
                said.push(format!("{} rows from the {}", output.height(), trial.name));
                bases.push(Base { trial: trial.clone(), output });
            }
            Err(Nothing::Missing(reason)) => said.push(format!("not run on the {}: {}", trial.name, reason.sentence())),
            Err(Nothing::Fault(fault)) => wrong.push(format!("on the {}: {fault}", trial.name)),
        }
    }
    let notes = if bases.iter().all(|base| base.output.height() == 0) && wrong.is_empty() {
        vec!["nothing came out, so that the steps below compare nothing with nothing".to_owned()]
    } else {
        Vec::new()
    };
    let outcome = if wrong.is_empty() { Ok(said.join(", ")) } else { Err(wrong.join("\n")) };
    (CheckStep::new(STEP, name(&script.declaration().id), outcome).with_notes(notes), bases)
}
