//! `claque plugin check`: what an author must have right before others use a plugin.

use super::broken::BrokenPlugin;
use super::load;
use crate::kernels::Kernels;
use crate::spec::{parse_spec, run_spec};
use std::path::Path;
use std::sync::Arc;

/// One check and how it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckStep {
    /// What was checked.
    pub name: String,
    /// A detail, or what is wrong (may span lines).
    pub outcome: Result<String, String>,
}

impl CheckStep {
    fn new(name: impl Into<String>, outcome: Result<String, String>) -> Self {
        Self { name: name.into(), outcome }
    }
}

/// Loads a plugin, runs its own tests and the example of its SIGNAL.md. A lone file needs no SIGNAL.md.
///
/// # Errors
/// It cannot be loaded at all.
pub fn check_plugin(
    path: &Path,
    cache: &Path,
    kernels: Option<&Arc<dyn Kernels>>,
) -> Result<Vec<CheckStep>, BrokenPlugin> {
    let loaded = load::open(path, cache, kernels)?;
    let ids: Vec<&str> = loaded.signals.iter().map(|s| s.declaration().id.as_str()).collect();
    let mut steps = vec![CheckStep::new("declaration", Ok(ids.join(", ")))];
    let mut tests = 0;
    for script in &loaded.scripts {
        for test in script.run_tests() {
            tests += 1;
            steps.push(CheckStep::new(format!("test {}", test.name), test.outcome.map(|()| String::new())));
        }
    }
    if tests == 0 && !loaded.scripts.is_empty() {
        steps.push(CheckStep::new("tests", Err("there are none: add `tests = { name = function(t) … end }`".into())));
    }
    match (&loaded.spec, path.is_dir()) {
        (Some(text), _) => match parse_spec(text) {
            Ok(spec) => {
                for signal in &loaded.signals {
                    let outcome = run_spec(&spec, signal.as_ref()).map(|()| String::new()).map_err(|e| e.to_string());
                    steps.push(CheckStep::new(format!("example of {}", signal.declaration().id), outcome));
                }
                if let Some(unknown) = spec.signals().find(|id| !ids.contains(id)) {
                    let why = format!("it expects something of `{unknown}`, which is not among {}", ids.join(", "));
                    steps.push(CheckStep::new("SIGNAL.md", Err(why)));
                }
            }
            Err(error) => steps.push(CheckStep::new("SIGNAL.md", Err(error.to_string()))),
        },
        (None, true) => steps.push(CheckStep::new("SIGNAL.md", Err("the file is missing".into()))),
        (None, false) => {}
    }
    Ok(steps)
}
