//! Check 14: fifty runs, or more while its caches still fill, leave the memory of the process as it was, and everything
//! else that a plugin shares with the program: folder, environment, locale, signal handlers, floating-point mode, open
//! files, stdout and stderr.

use super::CheckStep;
use super::subject::Subject;
use super::trial;
use crate::native::NativeSignal;
use crate::native::probe::{Quiet, Snapshot, heap_in_use, open, overheard, resident};
use claque_model::{Declaration, Fault, Given, Signal};
use std::thread;
use std::time::{Duration, Instant};

const CHECK: &str = "memory";
/// Rows of each made-up table.
const ROWS: usize = 500;
/// Runs before those that are counted.
const WARM_UP: usize = 10;
/// Runs in a window, and windows of which the middle one by what it left counts: a pool that grows once is no leak.
const RUNS: usize = 10;
const WINDOWS: usize = 5;
/// A cache grows ever more slowly until it is full; what is not freed goes on growing. So more windows are looked at
/// while memory grows, up to so many, or so long.
const MOST_WINDOWS: usize = 100;
const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes that a run may leave in the heap: what the host and the system's allocator keep.
const BORNE_IN_HEAP: usize = 128;
/// Bytes of resident memory that a run may add: where a library has an allocator of its own, only this tells.
const BORNE_RESIDENT: usize = 24 << 10;

pub(super) fn run(subject: &Subject) -> Vec<CheckStep> {
    // both first looks are taken before anything of the plugin runs
    let before = Snapshot::take();
    let used = overheard(|| used(subject));
    let after = Snapshot::take();
    let mut wrong = after.changes_since(&before);
    match used {
        Err(error) => wrong.push(format!("stdout and stderr could not be listened to: {error}")),
        Ok(((), 0)) => {}
        Ok(((), bytes)) => wrong.push(format!("it wrote {bytes} bytes to stdout or stderr: use the host's `log`")),
    }
    if subject.library().is_err() {
        return subject.each(CHECK, |_, _| Ok(String::new()));
    }
    let as_before = "folder, environment, locale, handlers, floats, files, stdout and stderr as before";
    let outcome = if wrong.is_empty() { Ok(as_before.to_owned()) } else { Err(wrong.join("\n")) };
    let mut steps = vec![CheckStep::new(CHECK, "process", outcome)];
    steps.extend(subject.each(CHECK, |signal, _| {
        subject.about_to("runs, one after the other");
        growth(signal)
    }));
    steps
}

/// Loads the library and calls every signal once.
fn used(subject: &Subject) {
    let Ok(library) = subject.library() else { return };
    subject.about_to("one call, watched from outside");
    for signal in library.signals() {
        if let Ok(ask) = made_up(signal.declaration()).and_then(|given| signal.usual_ask(&given, 2)) {
            signal.ask(&ask).pump(usize::MAX);
        }
    }
}

fn made_up(declaration: &Declaration) -> Result<Given, Fault> {
    trial::made_up(declaration, ROWS).map_err(|missing| Fault::Raised(missing.sentence()))
}

/// Calls again and again, and looks at what is left.
fn growth(signal: &NativeSignal) -> Result<String, String> {
    let given = made_up(signal.declaration()).map_err(|fault| fault.to_string())?;
    let quiet = Quiet::of(signal, &given).map_err(|fault| fault.to_string())?;
    // what the allocator keeps for a thread goes back with it
    let calls = |runs: usize| {
        let several = || (0..runs).try_for_each(|_| quiet.call());
        thread::scope(|scope| scope.spawn(several).join().unwrap_or_else(|_| Err("the host panicked".into())))
    };
    calls(WARM_UP)?;
    let (threads, descriptors) = (threads(), open());
    let (mut heap, mut pages) = (Vec::new(), Vec::new());
    let began = Instant::now();
    let (left, grown) = loop {
        let (used, held) = (heap_in_use(), resident());
        calls(RUNS)?;
        heap.push(heap_in_use().saturating_sub(used) / RUNS);
        pages.push(resident().saturating_sub(held) / RUNS);
        let (left, grown) = (middle(&heap), middle(&pages));
        let is_flat = left <= BORNE_IN_HEAP && grown <= BORNE_RESIDENT;
        let is_over = heap.len() >= MOST_WINDOWS || began.elapsed() > PATIENCE;
        if heap.len() >= WINDOWS && (is_flat || is_over) {
            break (left, grown);
        }
    };
    let runs = heap.len() * RUNS;
    if left > BORNE_IN_HEAP {
        return Err(format!("after {runs} runs each leaves {left} bytes in the heap: something is not freed"));
    }
    if grown > BORNE_RESIDENT {
        return Err(format!("after {runs} runs each makes the process grow by {grown} bytes: something is not freed"));
    }
    let more = self::threads().saturating_sub(threads);
    if more >= runs / 2 {
        return Err(format!("{runs} runs left {more} threads running: every thread of a call ends with it"));
    }
    let more = open().saturating_sub(descriptors);
    if more >= runs / 2 {
        return Err(format!("{runs} runs left {more} descriptors open: close what a call opens"));
    }
    Ok(format!("the last of {runs} runs left {left} bytes each"))
}

/// The middle one of the last windows.
fn middle(windows: &[usize]) -> usize {
    let mut last = windows[windows.len().saturating_sub(WINDOWS)..].to_vec();
    last.sort_unstable();
    last[last.len() / 2]
}

fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}
