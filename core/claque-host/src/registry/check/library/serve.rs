//! The process of one check: what it is about to do and how it went, as lines of JSON on stdout. What a plugin
//! prints goes to stderr, so it cannot be taken for a result.

use super::subject::Subject;
use super::{CHECKS, CheckStep, LibraryCheck};
use crate::native::probe::contain;
use crate::registry::SearchPath;
use crate::registry::broken::BrokenPlugin;
use serde_json::{Value, json};
use std::path::Path;

/// Memory of such a process, bytes: that of a run.
const MEMORY: u64 = 2 << 30;

/// Runs one check in this process, which is made one for it: its stdout becomes the report, its memory is limited.
///
/// # Errors
/// There is no check of that name, or PATH is no plugin.
pub fn serve_check(check: &str, path: &Path, search: &SearchPath) -> Result<(), BrokenPlugin> {
    let broken = |why: String| BrokenPlugin::new(&path.display().to_string(), why);
    let check = find(check).ok_or_else(|| broken(format!("there is no check `{check}`")))?;
    let report = contain(MEMORY).map_err(|error| broken(format!("its process cannot be set up: {error}")))?;
    let aloud = |what: &str| report.line(&json!({ "at": what }).to_string());
    let subject = Subject::open(path, search, &aloud)?;
    let steps = (check.run)(&subject);
    report.line(&json!({ "steps": steps.iter().map(written).collect::<Vec<_>>() }).to_string());
    Ok(())
}

/// The check of that name.
pub(super) fn find(name: &str) -> Option<&'static LibraryCheck> {
    CHECKS.iter().find(|check| check.name == name)
}

fn written(step: &CheckStep) -> Value {
    let (is_right, text) = match &step.outcome {
        Ok(detail) => (true, detail),
        Err(why) => (false, why),
    };
    json!({ "name": step.name, "ok": is_right, "text": text, "notes": step.notes, "skipped": step.is_skipped })
}

/// A step as another process wrote it.
pub(super) fn read(check: &'static str, step: &Value) -> Option<CheckStep> {
    let text = step["text"].as_str()?.to_owned();
    let outcome = if step["ok"].as_bool()? { Ok(text) } else { Err(text) };
    let notes = step["notes"].as_array()?.iter().filter_map(|note| note.as_str().map(str::to_owned)).collect();
    let read = CheckStep::new(check, step["name"].as_str()?, outcome).with_notes(notes);
    Some(CheckStep { is_skipped: step["skipped"].as_bool()?, ..read })
}
