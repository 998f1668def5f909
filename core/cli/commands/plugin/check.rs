//! `claque plugin check`: the nine steps of the host, types, and the same output in other processes with other
//! numbers of threads, which one process cannot show.

use crate::commands::test::{Interruptible, indented};
use crate::diagnosis::Failure;
use crate::junit::{self, Outcome};
use crate::shipped;
use crate::terminal::{Exit, Terminal};
use crate::type_check::{self, Checked};
use claque_host::{CheckStep, CheckTools, check_in_full, fingerprint};
use serde_json::json;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Numbers of threads that must give the same.
const THREADS: [&str; 2] = ["1", "3"];

/// A line of the result.
struct Row {
    step: &'static str,
    name: String,
    outcome: Outcome,
    detail: String,
    notes: Vec<String>,
}

impl From<CheckStep> for Row {
    fn from(step: CheckStep) -> Self {
        let (outcome, detail) = match step.outcome {
            Ok(detail) => (Outcome::Passed, detail),
            Err(why) => (Outcome::Failed(why.clone()), why),
        };
        Self { step: step.step, name: step.name, outcome, detail, notes: step.notes }
    }
}

/// One that cannot be loaded is exit 2.
pub(super) fn run(path: &Path, report: Option<&Path>, out: &Terminal) -> Result<Exit, Failure> {
    let start = Instant::now();
    let search = shipped::search(None);
    let clock = || start.elapsed();
    let tools = CheckTools { search: &search, clock: &clock, services: &Interruptible };
    let mut rows: Vec<Row> = check_in_full(path, &tools)?.into_iter().map(Row::from).collect();
    let is_script = rows.iter().any(|row| row.step == "code");
    let works = rows.iter().any(|row| row.step == "output") && !has_failed(&rows, "output");
    if is_script {
        rows.push(types(path));
    }
    if works {
        rows.push(processes(path, &fingerprint(path, &search, &Interruptible)?));
    }
    let failed = rows.iter().filter(|row| matches!(row.outcome, Outcome::Failed(_))).count();
    for row in &rows {
        out.say(&lines(row));
    }
    let passed = rows.iter().filter(|row| matches!(row.outcome, Outcome::Passed)).count();
    out.say(&format!("{passed} passed, {failed} failed"));
    out.object(&json!({ "checks": rows.iter().map(object).collect::<Vec<_>>() }));
    if let Some(file) = report {
        let cases = rows.into_iter().map(case).collect();
        junit::write(file, &[junit::Group { name: path.display().to_string(), cases }])?;
    }
    Ok(if failed == 0 { Exit::Done } else { Exit::Incomplete })
}

fn has_failed(rows: &[Row], step: &str) -> bool {
    rows.iter().any(|row| row.step == step && matches!(row.outcome, Outcome::Failed(_)))
}

fn types(path: &Path) -> Row {
    let (outcome, detail) = match type_check::of_scripts(path) {
        Checked::Right | Checked::NotNeeded => (Outcome::Passed, "no mistake found".to_owned()),
        Checked::Wrong(found) => (Outcome::Failed(found.clone()), found),
        Checked::NotDone(why) => (Outcome::Skipped(why.clone()), why),
    };
    Row { step: "code", name: "types".into(), outcome, detail, notes: Vec::new() }
}

/// The same signals in processes of their own.
fn processes(path: &Path, here: &str) -> Row {
    let differing = THREADS.iter().find_map(|threads| match elsewhere(path, threads) {
        Ok(hash) if hash == here => None,
        Ok(_) => Some(format!("another process with {threads} threads gives another output")),
        Err(why) => Some(format!("another process with {threads} threads gives none: {why}")),
    });
    let (outcome, detail) = match differing {
        None => (Outcome::Passed, format!("other processes, {} threads", THREADS.join(" and "))),
        Some(why) => {
            let why = format!(
                "{why}. Addresses (`tostring` of a table or function) and the order of `pairs` over tables differ \
                 between processes; sums of floats may differ between numbers of threads"
            );
            (Outcome::Failed(why.clone()), why)
        }
    };
    Row { step: "determinism", name: "processes".into(), outcome, detail, notes: Vec::new() }
}

fn elsewhere(path: &Path, threads: &str) -> Result<String, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(program)
        .args(["--threads", threads, "plugin", "check", "--fingerprint"])
        .arg(path)
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// What the check asks of another process.
pub(super) fn print_fingerprint(path: &Path, out: &Terminal) -> Result<Exit, Failure> {
    let search = shipped::search(None);
    out.say(&fingerprint(path, &search, &Interruptible)?);
    Ok(Exit::Done)
}

fn lines(row: &Row) -> String {
    let mut text = match &row.outcome {
        Outcome::Passed if row.detail.is_empty() => format!("ok      {}", row.name),
        Outcome::Passed => format!("ok      {}: {}", row.name, row.detail),
        Outcome::Skipped(why) => format!("skipped {}: {why}", row.name),
        Outcome::Failed(why) => format!("failed  {}\n{}", row.name, indented(why)),
    };
    for note in &row.notes {
        text = format!("{text}\n        note: {note}");
    }
    text
}

fn object(row: &Row) -> serde_json::Value {
    json!({
        "step": row.step, "name": row.name, "ok": !matches!(row.outcome, Outcome::Failed(_)),
        "skipped": matches!(row.outcome, Outcome::Skipped(_)), "detail": row.detail, "notes": row.notes,
    })
}

fn case(row: Row) -> junit::Case {
    junit::Case {
        class: row.step.to_owned(),
        name: row.name,
        took: Duration::ZERO,
        outcome: row.outcome,
        printed: row.notes,
    }
}
