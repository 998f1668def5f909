//! `claque run`: a study from files to a run folder.

use crate::args;
use crate::diagnosis::Failure;
use crate::interrupt::while_writing;
use crate::shipped;
use crate::terminal::{Exit, Terminal};
use claque_host::RunsIn;
use claque_report::{TerminalOptions, json, terminal};
use claque_study::{Request, run as run_study, write};
use std::path::PathBuf;

pub(crate) fn run(options: &args::Run, out: &Terminal) -> Result<Exit, Failure> {
    let started = chrono::Utc::now();
    let progress = out.progress();
    let mut search = shipped::search(options.plugins.clone());
    search.placing.forced = forced(options, out);
    if let Some(problem) = search.placing.trust.problem() {
        out.warn(&format!("trust.toml cannot be used, so no plugin is trusted: {problem}"));
    }
    let request = Request {
        study: options.study.clone(),
        seed: options.seed,
        shipped: shipped::plugins(),
        search,
        built_in: claque_coordination::trace_signals(),
        jit: !options.no_jit,
        version: env!("CARGO_PKG_VERSION"),
    };
    let finished = run_study(request, &progress)?;
    let target = options.output.clone().unwrap_or_else(|| {
        PathBuf::from("runs").join(format!("{}-{}", started.format("%Y-%m-%dT%H%M%SZ"), finished.fingerprint))
    });
    let mut record = finished.record.clone();
    record["started_at"] = started.format("%Y-%m-%dT%H:%M:%SZ").to_string().into();
    record["seconds"] = progress.seconds().into();
    record["peak_memory_bytes"] = peak_memory().into();
    let log = progress.finish();
    let folder = while_writing(|| write(&finished, &record, &log, &target))?;

    let width = if out.color { 100 } else { 88 };
    out.say(&terminal(&finished.view, &TerminalOptions { color: out.color, width }));
    out.say(&format!("report: {}", folder.join("report.html").display()));
    if out.json {
        let mut object = json(&finished.view);
        object["folder"] = folder.display().to_string().into();
        out.object(&object);
    }
    Ok(if finished.incomplete { Exit::Incomplete } else { Exit::Done })
}

/// Where all compiled plugins shall run, if the user says so.
fn forced(options: &args::Run, out: &Terminal) -> Option<RunsIn> {
    if options.in_process {
        out.warn(
            "--in-process: every compiled plugin but those in Go runs inside claque, also those that you do not trust; \
             a crash of one ends the run",
        );
        return Some(RunsIn::Process);
    }
    options.isolate.then_some(RunsIn::Child)
}

/// Largest resident set so far, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}
