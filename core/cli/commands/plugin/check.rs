//! `claque plugin check`. Of a script: the nine steps of the host, types, and the same output in other processes with
//! other numbers of threads, which one process cannot show. Of a library: the fourteen checks, each in its process.

use crate::args;
use crate::commands::test::{Interruptible, indented};
use crate::diagnosis::Failure;
use crate::interrupt;
use crate::junit::{self, Outcome};
use crate::shipped;
use crate::terminal::{Exit, Terminal};
use crate::type_check::{self, Checked};
use claque_host::{
    CheckStep, CheckTools, LibraryCheck, Plan, SearchPath, check_in_full, check_library, fingerprint, is_library,
    library_checks, serve_check,
};
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
    took: Duration,
}

impl Row {
    fn has_failed(&self) -> bool {
        matches!(self.outcome, Outcome::Failed(_))
    }
}

impl From<CheckStep> for Row {
    fn from(step: CheckStep) -> Self {
        let (outcome, detail) = match step.outcome {
            Ok(why) if step.is_skipped => (Outcome::Skipped(why.clone()), why),
            Ok(detail) => (Outcome::Passed, detail),
            Err(why) => (Outcome::Failed(why.clone()), why),
        };
        Self { step: step.step, name: step.name, outcome, detail, notes: step.notes, took: step.took }
    }
}

/// One that cannot be opened is exit 2.
pub(super) fn run(options: &args::Check, out: &Terminal) -> Result<Exit, Failure> {
    let Some(path) = &options.path else { return Ok(list(out)) };
    let search = shipped::search(None);
    if options.fingerprint {
        out.say(&fingerprint(path, &search, &Interruptible)?);
        return Ok(Exit::Done);
    }
    let rows = if is_library(path) { of_library(path, options, &search)? } else { of_script(path, &search)? };
    let failed = rows.iter().filter(|row| row.has_failed()).count();
    let shown = || rows.iter().filter(|row| row.has_failed() || !options.only_failed);
    for row in shown() {
        out.say(&lines(row));
    }
    let passed = rows.iter().filter(|row| matches!(row.outcome, Outcome::Passed)).count();
    out.say(&format!("{passed} passed, {failed} failed"));
    out.object(&json!({ "checks": shown().map(object).collect::<Vec<_>>() }));
    if let Some(file) = &options.junit {
        let cases = rows.into_iter().map(case).collect();
        junit::write(file, &[junit::Group { name: path.display().to_string(), cases }])?;
    }
    if interrupt::interrupted() {
        return Ok(Exit::Failed(interrupt::CODE));
    }
    Ok(if failed == 0 { Exit::Done } else { Exit::Incomplete })
}

/// `--list`.
fn list(out: &Terminal) -> Exit {
    for check in library_checks() {
        out.say(&format!("{:<14}{}", check.name, check.does));
    }
    let object = |check: &LibraryCheck| json!({ "name": check.name, "does": check.does });
    out.object(&json!({ "checks": library_checks().iter().map(object).collect::<Vec<_>>() }));
    Exit::Done
}

fn of_script(path: &Path, search: &SearchPath) -> Result<Vec<Row>, Failure> {
    let start = Instant::now();
    let clock = || start.elapsed();
    let tools = CheckTools { search, clock: &clock, services: &Interruptible };
    let mut rows: Vec<Row> = check_in_full(path, &tools)?.into_iter().map(Row::from).collect();
    let is_script = rows.iter().any(|row| row.step == "code");
    let works = rows.iter().any(|row| row.step == "output") && !has_failed(&rows, "output");
    if is_script {
        rows.push(types(path));
    }
    if works {
        rows.push(processes(path, &fingerprint(path, search, &Interruptible)?));
    }
    Ok(rows)
}

fn of_library(path: &Path, options: &args::Check, search: &SearchPath) -> Result<Vec<Row>, Failure> {
    let own = || std::env::current_exe().map_err(|e| Failure::new(format!("cannot find this program: {e}")));
    let plan = Plan {
        program: if options.in_process { None } else { Some(own()?) },
        only: &options.only,
        time_limit: Duration::from_secs(options.time_limit),
        services: &Interruptible,
    };
    Ok(check_library(path, search, &plan)?.into_iter().map(Row::from).collect())
}

/// `__check`: one check of a library in this process, for another one.
pub(crate) fn serve(check: &str, path: &Path) -> Result<Exit, Failure> {
    serve_check(check, path, &shipped::search(None))?;
    Ok(Exit::Done)
}

fn has_failed(rows: &[Row], step: &str) -> bool {
    rows.iter().any(|row| row.step == step && row.has_failed())
}

fn types(path: &Path) -> Row {
    let (outcome, detail) = match type_check::of_scripts(path) {
        Checked::Right | Checked::NotNeeded => (Outcome::Passed, "no mistake found".to_owned()),
        Checked::Wrong(found) => (Outcome::Failed(found.clone()), found),
        Checked::NotDone(why) => (Outcome::Skipped(why.clone()), why),
    };
    Row { step: "code", name: "types".into(), outcome, detail, notes: Vec::new(), took: Duration::ZERO }
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
    Row { step: "determinism", name: "processes".into(), outcome, detail, notes: Vec::new(), took: Duration::ZERO }
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
        "step": row.step, "name": row.name, "ok": !row.has_failed(),
        "skipped": matches!(row.outcome, Outcome::Skipped(_)), "detail": row.detail, "notes": row.notes,
        "seconds": row.took.as_secs_f64(),
    })
}

fn case(row: Row) -> junit::Case {
    junit::Case { class: row.step.to_owned(), name: row.name, took: row.took, outcome: row.outcome, printed: row.notes }
}
