//! `claque test`: what authors wrote down about their plugins, run.

use crate::args;
use crate::diagnosis::Failure;
use crate::interrupt::{self, while_writing};
use crate::junit;
use crate::shipped;
use crate::terminal::{Exit, Terminal};
use crate::type_check::{self, Checked};
use claque_host::{BrokenPlugin, Case, CaseRun, SearchPath, Suite, TestOptions};
use claque_model::{LogLevel, Services};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Ctrl-C ends a test; what it says is kept with its result.
pub(crate) struct Interruptible;

impl Services for Interruptible {
    fn log(&self, _: LogLevel, _: &str) {}
    fn progress(&self, _: f64, _: &str) {}
    fn cancelled(&self) -> bool {
        interrupt::interrupted()
    }
}

/// One case with its result.
struct Done {
    case: Case,
    run: CaseRun,
    took: Duration,
    /// Its golden file was written.
    written: bool,
}

impl Done {
    fn passed(&self) -> bool {
        self.run.outcome.is_ok() || self.written
    }
}

/// What testing one plugin gave.
struct Tested {
    path: PathBuf,
    signals: Vec<String>,
    cases: Vec<Done>,
    types: Checked,
    broken: Option<BrokenPlugin>,
}

impl Tested {
    fn failed(&self) -> usize {
        let types = usize::from(matches!(self.types, Checked::Wrong(_)));
        self.cases.iter().filter(|done| !done.passed()).count() + types + usize::from(self.is_untested())
    }

    /// Nothing tested is nothing known.
    fn is_untested(&self) -> bool {
        self.broken.is_none() && self.cases.is_empty()
    }
}

const UNTESTED: &str = "there is nothing to test: add `tests = { name = function(t) … end }`, or a SIGNAL.md";

pub(crate) fn run(options: &args::Test, out: &Terminal) -> Result<Exit, Failure> {
    let path = options.path.clone().unwrap_or_else(|| PathBuf::from("."));
    let start = Instant::now();
    let search = shipped::search(None);
    let mut all = Vec::new();
    for plugin in plugins(&path)? {
        all.push(test(&plugin, options, &search, out)?);
    }
    let passed: usize = all.iter().map(|t| t.cases.iter().filter(|done| done.passed()).count()).sum();
    let failed: usize = all.iter().map(Tested::failed).sum();
    out.say(&format!("{passed} passed, {failed} failed in {}", seconds(start.elapsed())));
    if let Some(note) = all.iter().find_map(|t| t.types.note()) {
        out.say(&format!("types: {note}"));
    }
    out.object(&json!({
        "passed": passed, "failed": failed, "seconds": start.elapsed().as_secs_f64(),
        "plugins": all.iter().map(object).collect::<Vec<_>>(),
    }));
    if let Some(file) = &options.junit {
        junit::write(file, &all.iter().map(group).collect::<Vec<_>>())?;
    }
    if interrupt::interrupted() {
        return Ok(Exit::Failed(interrupt::CODE));
    }
    match all.into_iter().find_map(|t| t.broken) {
        Some(broken) => Ok(Terminal::fail(&broken.into())),
        None => Ok(if failed == 0 { Exit::Done } else { Exit::Incomplete }),
    }
}

/// The plugins at a path: itself, those in its folders, or those in its `scripts/`.
fn plugins(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let is_plugin = |path: &Path| path.join("main.luau").is_file() || path.join("plugin.toml").is_file();
    if path.is_file() || is_plugin(path) {
        return Ok(vec![path.to_owned()]);
    }
    let below = |folder: &Path| {
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        let mut found: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| is_plugin(p)).collect();
        found.sort();
        found
    };
    let found = [below(path), below(&path.join("scripts"))].into_iter().find(|found| !found.is_empty());
    match found {
        Some(found) => {
            Ok(found.into_iter().map(|p| p.strip_prefix(".").map_or(p.clone(), Path::to_path_buf)).collect())
        }
        None if path.exists() => Err(Failure::new(format!("`{}` holds no plugin", path.display()))
            .with_hint("a plugin is a folder with `main.luau`; `claque plugin new NAME --emits marks` starts one")),
        None => Err(Failure::new(format!("there is no `{}`", path.display()))
            .with_hint("give a script, a plugin folder, or a folder of them")),
    }
}

fn test(path: &Path, options: &args::Test, search: &SearchPath, out: &Terminal) -> Result<Tested, Failure> {
    let mut tested = Tested {
        path: path.to_owned(),
        signals: vec![],
        cases: vec![],
        types: Checked::NotDone(String::new()),
        broken: None,
    };
    let suite = match Suite::open(path, search) {
        Ok(suite) => suite,
        Err(broken) => {
            out.say(&format!("{}: cannot be loaded\n{}", path.display(), indented(&broken.reason)));
            return Ok(Tested { broken: Some(broken), ..tested });
        }
    };
    tested.signals = suite.ids().into_iter().map(str::to_owned).collect();
    out.say(&format!("{}: {}", path.display(), tested.signals.join(", ")));
    let several = tested.signals.len() > 1;
    for case in suite.cases() {
        if interrupt::interrupted() {
            break;
        }
        let start = Instant::now();
        let run = suite.run(case, TestOptions { jit: !options.no_jit, coverage: false }, &Interruptible);
        let mut done = Done { case: case.clone(), run, took: start.elapsed(), written: false };
        if options.update {
            update(&mut done)?;
        }
        out.say(&lines(&done, several));
        tested.cases.push(done);
    }
    if tested.is_untested() {
        out.say(&format!("  failed  {UNTESTED}"));
    }
    tested.types = type_check::of_scripts(path);
    if let Checked::Wrong(found) = &tested.types {
        out.say(&format!("  failed  types\n{}", indented(found)));
    }
    Ok(tested)
}

/// Writes the golden file of a case that wants another one.
fn update(done: &mut Done) -> Result<(), Failure> {
    let Some(golden) = &done.run.golden else { return Ok(()) };
    while_writing(|| std::fs::write(&golden.path, &golden.text))
        .map_err(|error| Failure::new(format!("cannot write `{}`: {error}", golden.path.display())))?;
    done.written = true;
    Ok(())
}

fn lines(done: &Done, several: bool) -> String {
    let state = match (&done.run.outcome, done.written) {
        (Ok(()), _) => "ok      ",
        (Err(_), true) => "written ",
        (Err(_), false) => "failed  ",
    };
    let of = if several { format!(" ({})", done.case.signal) } else { String::new() };
    let mut text = format!("  {state}{}{of}  {}", done.case, seconds(done.took));
    if let (Err(why), false) = (&done.run.outcome, done.written) {
        text = format!("{text}\n{}", indented(why));
        if done.run.golden.is_some() {
            text.push_str("\n          hint: if that is right, `claque test --update` writes it");
        }
        if !done.run.printed.is_empty() {
            text = format!("{text}\n          printed:\n{}", indented(&indent(&done.run.printed.join("\n"), 2)));
        }
    }
    text
}

pub(crate) fn indented(text: &str) -> String {
    indent(text, 10)
}

fn indent(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{:by$}{line}", "")).collect::<Vec<_>>().join("\n")
}

/// A time as people read it.
pub(crate) fn seconds(took: Duration) -> String {
    let ms = took.as_secs_f64() * 1e3;
    if ms < 999.5 { format!("{ms:.0} ms") } else { format!("{:.1} s", ms / 1e3) }
}

fn object(tested: &Tested) -> serde_json::Value {
    let cases: Vec<_> = tested
        .cases
        .iter()
        .map(|done| {
            json!({
                "signal": done.case.signal, "kind": done.case.kind.name(), "name": done.case.name,
                "ok": done.passed(), "written": done.written, "message": done.run.outcome.as_ref().err(),
                "printed": done.run.printed, "seconds": done.took.as_secs_f64(),
            })
        })
        .collect();
    json!({
        "path": tested.path.display().to_string(), "signals": tested.signals, "cases": cases,
        "types": tested.types.object(), "error": tested.broken.as_ref().map(|b| &b.reason),
        "untested": tested.is_untested(),
    })
}

fn group(tested: &Tested) -> junit::Group {
    let case = |name: String, outcome| junit::Case {
        class: tested.path.display().to_string(),
        name,
        took: Duration::ZERO,
        outcome,
        printed: Vec::new(),
    };
    let failed = |why: &str| junit::Outcome::Failed(why.to_owned());
    let mut cases: Vec<junit::Case> = tested
        .cases
        .iter()
        .map(|done| junit::Case {
            class: done.case.signal.clone(),
            took: done.took,
            printed: done.run.printed.clone(),
            ..case(
                done.case.to_string(),
                match &done.run.outcome {
                    Err(why) if !done.written => failed(why),
                    _ => junit::Outcome::Passed,
                },
            )
        })
        .collect();
    match &tested.broken {
        Some(broken) => cases.push(case("loading".into(), failed(&broken.reason))),
        None => cases.push(case("types".into(), tested.types.junit())),
    }
    if tested.is_untested() {
        cases.push(case("tests".into(), failed(UNTESTED)));
    }
    junit::Group { name: tested.path.display().to_string(), cases }
}
