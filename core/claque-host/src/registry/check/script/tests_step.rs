//! Step 3: the author's own tests, the example of SIGNAL.md and golden files; there is at least one test, and the
//! lines of the script that no test runs are named.

use super::CheckStep;
use crate::luau::{Coverage, TestOptions};
use crate::registry::suite::{CaseKind, Suite};
use claque_model::Services;

const STEP: &str = "tests";

pub(super) fn run(suite: &Suite, services: &dyn Services) -> Vec<CheckStep> {
    let mut steps = Vec::new();
    let mut coverage: Option<Coverage> = None;
    for case in suite.cases() {
        let run = suite.run(case, TestOptions { jit: true, coverage: true }, services);
        if let Some(lines) = &run.coverage {
            coverage.get_or_insert_default().merge(lines);
        }
        let name = match case.kind {
            CaseKind::Test => format!("test {}", case.name),
            CaseKind::Example => format!("example of {}", case.signal),
            CaseKind::Golden => format!("golden file {}", case.name),
        };
        steps.push(CheckStep::new(STEP, name, run.outcome.map(|()| String::new())));
    }
    let has_tests = suite.cases().iter().any(|case| case.kind == CaseKind::Test);
    if !has_tests && !suite.loaded.scripts.is_empty() {
        let why = "there are none: add `tests = { name = function(t) … end }`".to_owned();
        steps.push(CheckStep::new(STEP, STEP, Err(why)));
    }
    steps.extend(coverage.map(|lines| covered(&lines)));
    steps
}

fn covered(lines: &Coverage) -> CheckStep {
    let missed = lines.missed();
    let detail = format!("{} of {} lines ran", lines.len() - missed.len(), lines.len());
    let notes = if missed.is_empty() {
        Vec::new()
    } else {
        let numbers: Vec<String> = missed.iter().map(ToString::to_string).collect();
        vec![format!("no test runs line {}", numbers.join(", "))]
    };
    CheckStep::new(STEP, "lines", Ok(detail)).with_notes(notes)
}
