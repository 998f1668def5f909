//! The nine steps for scripts, one file each; the steps from `tables` on run on the example of SIGNAL.md and on
//! made-up tables.

mod cancel;
mod code;
mod declaration;
mod determinism;
mod limits;
mod output;
mod parameters;
mod tables;
mod tests_step;

use super::{CheckStep, CheckTools, compare, edges, made_up, trial, variants};
use crate::luau::LuauSignal;
use crate::registry::SearchPath;
use crate::registry::broken::BrokenPlugin;
use crate::registry::suite::Suite;
use claque_model::{Services, Signal, Unwatched};
use std::path::Path;

/// Checks a plugin: declaration and SIGNAL.md, code, tests, tables, parameters, output, determinism, cancelling,
/// limits. A lone file needs no SIGNAL.md.
///
/// # Errors
/// It cannot be loaded at all.
pub fn check_in_full(path: &Path, tools: &CheckTools) -> Result<Vec<CheckStep>, BrokenPlugin> {
    let suite = Suite::open(path, tools.search)?;
    let mut steps = without_clock(&suite, path, tools.services);
    for script in &suite.loaded.scripts {
        let id = &script.declaration().id;
        let is_right = steps.iter().any(|s| s.step == output::STEP && s.name == output::name(id) && s.outcome.is_ok());
        if is_right {
            steps.push(cancel::step(script, tools));
            steps.push(limits::step(script, tools));
        }
    }
    Ok(steps)
}

/// The steps that need no clock: all but cancelling and limits.
///
/// # Errors
/// It cannot be loaded at all.
pub fn check_plugin(path: &Path, search: &SearchPath) -> Result<Vec<CheckStep>, BrokenPlugin> {
    Ok(without_clock(&Suite::open(path, search)?, path, &Unwatched))
}

fn without_clock(suite: &Suite, path: &Path, services: &dyn Services) -> Vec<CheckStep> {
    let mut steps = declaration::steps(suite, path);
    steps.extend(suite.loaded.scripts.iter().map(|script| code::step(script)));
    steps.extend(tests_step::run(suite, services));
    for script in &suite.loaded.scripts {
        steps.extend(of_script(script, suite, services));
    }
    steps
}

/// The steps that run a script. Where its output is wrong to begin with, the others would repeat that.
fn of_script(script: &LuauSignal, suite: &Suite, services: &dyn Services) -> Vec<CheckStep> {
    let trials = trial::all(script.declaration(), suite.example());
    let (output, bases) = output::step(script, &trials, services);
    if output.outcome.is_err() {
        return vec![output];
    }
    let determinism = determinism::step(script, &bases, services);
    let tables = tables::step(script, &bases, determinism.outcome.is_ok(), services);
    let parameters = parameters::step(script, &bases, services);
    vec![tables, parameters, output, determinism]
}

/// A hash over what the signals of a plugin give on made-up tables: the same for every process, number of threads
/// and way of running. Signals that fail or lack data count with the reason.
///
/// # Errors
/// It cannot be loaded at all.
pub fn fingerprint(path: &Path, search: &SearchPath, services: &dyn Services) -> Result<String, BrokenPlugin> {
    Ok(determinism::fingerprint(&Suite::open(path, search)?, services))
}
