//! Each check in a process of its own, several at a time; an end that is no result becomes one, in words.

use super::serve::{find, read};
use super::subject::Subject;
use super::{CHECKS, CheckStep, LibraryCheck};
use crate::native::name_of_signal;
use crate::native::probe::end_group;
use crate::registry::SearchPath;
use crate::registry::broken::BrokenPlugin;
use claque_model::Services;
use serde_json::Value;
use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How often the waiting thread looks.
const TICK: Duration = Duration::from_millis(5);
/// How long the rest of what a process wrote is waited for: something that it started may hold its pipes.
const REST: Duration = Duration::from_millis(500);
/// Most bytes that are kept of what a process writes.
const KEPT: usize = 1 << 20;
/// Lines of a plugin's own words that are shown.
const LINES: usize = 6;

/// How a library is checked.
pub struct Plan<'p> {
    /// This program, which runs a check as `PROGRAM __check NAME PATH`; none: in this process, to debug one.
    pub program: Option<PathBuf>,
    /// Checks to run; none: all.
    pub only: &'p [String],
    /// Time for one check.
    pub time_limit: Duration,
    /// Asked whether to stop.
    pub services: &'p dyn Services,
}

/// Runs the fourteen checks of a library, or some of them. Checks that say nothing without a right plain call are
/// left out when there is none.
///
/// # Errors
/// PATH is no plugin, or a check that was asked for does not exist.
pub fn check_library(path: &Path, search: &SearchPath, plan: &Plan) -> Result<Vec<CheckStep>, BrokenPlugin> {
    let subject = Subject::open(path, search, &|_| {})?;
    let wanted = wanted(path, plan.only)?;
    let Some(program) = &plan.program else {
        return Ok(wanted.iter().flat_map(|check| (check.run)(&subject)).collect());
    };
    let apart = Apart { program, path, plan };
    let (first, then): (Vec<&LibraryCheck>, Vec<&LibraryCheck>) = wanted.iter().partition(|check| !check.needs_output);
    let mut done = apart.all(&first);
    let is_broken = first
        .iter()
        .zip(&done)
        .any(|(check, steps)| check.name == "output" && steps.iter().any(|step| step.outcome.is_err()));
    if is_broken {
        done.extend(then.iter().map(|check| {
            vec![CheckStep::skipped(check.name, check.name, "a plain call gives no right output, see `output`")]
        }));
    } else {
        done.extend(apart.all(&then));
    }
    let order = |step: &CheckStep| CHECKS.iter().position(|check| check.name == step.step);
    let mut steps: Vec<CheckStep> = done.into_iter().flatten().collect();
    steps.sort_by_key(order);
    Ok(steps)
}

fn wanted(path: &Path, only: &[String]) -> Result<Vec<&'static LibraryCheck>, BrokenPlugin> {
    if let Some(unknown) = only.iter().find(|name| find(name).is_none()) {
        let known = CHECKS.iter().map(|check| check.name).collect::<Vec<_>>().join(", ");
        let broken = BrokenPlugin::new(&path.display().to_string(), format!("there is no check `{unknown}`"));
        return Err(broken.with_hint(format!("checks are {known}")));
    }
    Ok(CHECKS.iter().filter(|check| only.is_empty() || only.iter().any(|name| name == check.name)).collect())
}

struct Apart<'a> {
    program: &'a Path,
    path: &'a Path,
    plan: &'a Plan<'a>,
}

impl Apart<'_> {
    /// As many at a time as there are cores. A process ends with the thread that started it, so the threads wait.
    fn all(&self, checks: &[&LibraryCheck]) -> Vec<Vec<CheckStep>> {
        let next = AtomicUsize::new(0);
        let done: Mutex<Vec<(usize, Vec<CheckStep>)>> = Mutex::new(Vec::new());
        let threads = thread::available_parallelism().map_or(1, usize::from).min(checks.len());
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some(at) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|at| *at < checks.len()) {
                        let steps = self.one(checks[at]);
                        done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((at, steps));
                    }
                });
            }
        });
        let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        done.sort_by_key(|(at, _)| *at);
        done.into_iter().map(|(_, steps)| steps).collect()
    }

    fn one(&self, check: &LibraryCheck) -> Vec<CheckStep> {
        let start = Instant::now();
        let mut steps = match self.start(check) {
            Ok(child) => self.wait(check, child),
            Err(error) => {
                vec![CheckStep::new(check.name, check.name, Err(format!("its process did not start: {error}")))]
            }
        };
        let took = start.elapsed();
        if let Some(step) = steps.first_mut() {
            step.took = took;
        }
        steps
    }

    fn start(&self, check: &LibraryCheck) -> std::io::Result<Child> {
        Command::new(self.program)
            .args(["__check", check.name])
            .arg(self.path)
            // freed and new memory is filled, so that a late reader finds nonsense
            .env("MALLOC_PERTURB_", "165")
            // what a panic says comes before where it came from
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
    }

    fn wait(&self, check: &LibraryCheck, mut child: Child) -> Vec<CheckStep> {
        let failed = |why: String| vec![CheckStep::new(check.name, check.name, Err(why))];
        let (said, printed) = (child.stdout.take().map(kept), child.stderr.take().map(kept));
        let deadline = Instant::now() + self.plan.time_limit;
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break Some(status),
                Err(error) => return failed(format!("its process was lost: {error}")),
                Ok(None) if self.plan.services.cancelled() || Instant::now() >= deadline => break None,
                Ok(None) => thread::sleep(TICK),
            }
        };
        end_group(child.id());
        if status.is_none() {
            // it was just killed, so this does not last
            drop(child.wait());
        }
        let rest = |pipe: Option<Receiver<Vec<u8>>>| {
            let bytes = pipe.and_then(|pipe| pipe.recv_timeout(REST).ok()).unwrap_or_default();
            String::from_utf8_lossy(&bytes).into_owned()
        };
        let said = Said::of(&rest(said));
        let printed = rest(printed);
        match (status, said.steps) {
            (Some(status), Some(steps)) if status.success() => {
                steps.iter().filter_map(|step| read(check.name, step)).collect()
            }
            (None, _) if self.plan.services.cancelled() => failed("interrupted".into()),
            (None, _) => {
                failed(words(&format!("killed after {} s", self.plan.time_limit.as_secs()), &said.at, None, &printed))
            }
            (Some(status), _) => failed(words(&ending(status), &said.at, said.crash.as_deref(), &printed)),
        }
    }
}

/// Reads a pipe to its end on a thread of its own, and keeps the last bytes.
fn kept(mut pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let (mut bytes, mut part) = (Vec::new(), vec![0_u8; 1 << 16]);
        while let Ok(length @ 1..) = pipe.read(&mut part) {
            bytes.extend_from_slice(&part[..length]);
            if bytes.len() > KEPT {
                bytes.drain(..bytes.len() - KEPT / 2);
            }
        }
        // nobody waits any more when the process was given up
        drop(sender.send(bytes));
    });
    receiver
}

/// What the lines of a process say.
#[derive(Default)]
struct Said {
    at: String,
    crash: Option<String>,
    steps: Option<Vec<Value>>,
}

impl Said {
    fn of(text: &str) -> Self {
        let mut said = Self::default();
        for line in text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            if let Some(at) = line["at"].as_str() {
                at.clone_into(&mut said.at);
            }
            said.crash = line["crash"].as_str().map(str::to_owned).or(said.crash);
            said.steps = line["steps"].as_array().cloned().or(said.steps);
        }
        said
    }
}

/// How a process ended that gave no result.
fn ending(status: ExitStatus) -> String {
    match (status.signal(), status.code()) {
        (Some(signal), _) => format!("{} (signal {signal})", name_of_signal(signal)),
        (None, Some(0)) => "it ended the process before the check was done: a plugin must not call `exit`".into(),
        (None, code) => format!("it ended the process with exit code {}", code.unwrap_or_default()),
    }
}

/// All that is known of an end, in one sentence and the plugin's own first lines.
fn words(ending: &str, at: &str, crash: Option<&str>, printed: &str) -> String {
    let mut text = ending.to_owned();
    if let Some(crash) = crash {
        text = format!("{text}: {crash}");
    }
    if !at.is_empty() {
        text = format!("{text}\nwhile it was asked for: {at}");
    }
    for line in printed.lines().filter(|line| !line.trim().is_empty()).take(LINES) {
        text = format!("{text}\nit printed: {}", line.chars().take(300).collect::<String>());
    }
    text
}

#[cfg(test)]
mod tests;
