//! Step 9: time and memory on many made-up rows: within what a run allows, and how much of it.

use super::{CheckStep, CheckTools, trial};
use crate::contract;
use crate::luau::LuauSignal;
use claque_model::Signal;

const STEP: &str = "limits";
/// Rows of each made-up table.
pub(super) const ROWS: usize = 10_000;

pub(super) fn step(script: &LuauSignal, tools: &CheckTools) -> CheckStep {
    let mut given = match trial::made_up(script.declaration(), ROWS) {
        Ok(given) => given,
        Err(reason) => {
            return CheckStep::new(
                STEP,
                format!("{STEP} of {}", script.declaration().id),
                Ok(format!("not run: {}", reason.sentence())),
            );
        }
    };
    given.time_limit = contract::Limits::default().time;
    let tables: usize = given.tables.values().map(polars::prelude::DataFrame::estimated_size).sum();
    let start = (tools.clock)();
    let measured = script.score_measured(&given, tools.services);
    let took = (tools.clock)().saturating_sub(start);
    let outcome = match measured {
        Err(fault) => Err(format!("on {ROWS} made-up rows: {fault}")),
        Ok((output, heap)) => Ok(format!(
            "{:.1} s per million rows; Luau heap {:.1} MB at the end; tables {:.1} MB in, {:.1} MB out",
            took.as_secs_f64() * 1e6 / ROWS as f64,
            megabytes(heap),
            megabytes(tables),
            megabytes(output.estimated_size()),
        )),
    };
    CheckStep::new(STEP, format!("{STEP} of {}", script.declaration().id), outcome)
}

fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
