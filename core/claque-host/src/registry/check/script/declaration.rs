//! Step 1: the declaration, of which loading proves the fields, and a SIGNAL.md beside it. Whether its example gives
//! what it says is a case of its own, see step 3.

use super::CheckStep;
use crate::registry::suite::Suite;
use std::path::Path;

const STEP: &str = "declaration";

pub(super) fn steps(suite: &Suite, path: &Path) -> Vec<CheckStep> {
    let one = |signal: &std::sync::Arc<dyn claque_model::Signal>| {
        let declaration = signal.declaration();
        let notes = if declaration.doc.is_empty() { vec!["`doc` is empty".to_owned()] } else { Vec::new() };
        CheckStep::new(STEP, STEP, Ok(declaration.id.clone())).with_notes(notes)
    };
    let mut steps: Vec<CheckStep> = suite.loaded.signals.iter().map(one).collect();
    if suite.loaded.spec.is_none() && path.is_dir() {
        steps.push(CheckStep::new(STEP, "SIGNAL.md", Err("the file is missing".into())));
    }
    steps
}
