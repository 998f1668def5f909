//! Step 1: the declaration, beyond what loading it proves: techniques that exist, innocent explanations, and a
//! SIGNAL.md whose example gives what it says (which is a case of its own, see step 3).

use super::CheckStep;
use crate::registry::suite::Suite;
use claque_model::Declaration;
use std::path::Path;

const STEP: &str = "declaration";

pub(super) fn steps(suite: &Suite, path: &Path) -> Vec<CheckStep> {
    let one = |signal: &std::sync::Arc<dyn claque_model::Signal>| {
        let declaration = signal.declaration();
        let notes = if declaration.doc.is_empty() { vec!["`doc` is empty".to_owned()] } else { Vec::new() };
        CheckStep::new(STEP, STEP, judged(declaration)).with_notes(notes)
    };
    let mut steps: Vec<CheckStep> = suite.loaded.signals.iter().map(one).collect();
    if suite.loaded.spec.is_none() && path.is_dir() {
        steps.push(CheckStep::new(STEP, "SIGNAL.md", Err("the file is missing".into())));
    }
    steps
}

fn judged(declaration: &Declaration) -> Result<String, String> {
    let mut wrong = Vec::new();
    if declaration.innocent.iter().all(|sentence| sentence.trim().is_empty()) {
        wrong.push("`innocent` is empty: say how people come to this without any bad intent".to_owned());
    }
    if wrong.is_empty() { Ok(declaration.id.clone()) } else { Err(wrong.join("\n")) }
}
