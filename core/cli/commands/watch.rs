//! `claque watch`: a script on data, again whenever it is saved. Every run starts from nothing, so there is no state
//! that could be stale. File times are asked for; no service of the system is needed.

mod engine;
mod rows;

use crate::args;
use crate::commands::test::{Interruptible, indented, seconds};
use crate::diagnosis::Failure;
use crate::interrupt;
use crate::material;
use crate::shipped;
use crate::terminal::{Exit, Terminal};
use claque_host::{Limits, RunFault, SearchPath, Suite, Tables, TestOptions, prepare, run as run_signal};
use claque_model::{LogLevel, Services, Shape, Signal, TimeWindow};
use claque_study::StudyTables;
use polars::prelude::DataFrame;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};

/// How often files are looked at.
const POLL: Duration = Duration::from_millis(200);

pub(crate) fn run(options: &args::Watch, out: &Terminal) -> Result<Exit, Failure> {
    let window = TimeWindow::parse(&options.window)
        .map_err(|error| Failure::new(error.to_string()).with_hint("such as --window 60s"))?;
    if !options.script.exists() {
        return Err(Failure::new(format!("there is no `{}`", options.script.display()))
            .with_hint("start one with `claque plugin new NAME --emits marks`"));
    }
    let start = Instant::now();
    let data = material::read(&options.data)?;
    for warning in &data.warnings {
        out.warn(warning);
    }
    let sizes: Vec<String> = data.activity.tables().map(|(name, rows)| format!("{name} {}", rows.height())).collect();
    out.say(&format!("data      {}  {}", sizes.join(", "), seconds(start.elapsed())));
    let watched = Watched { options, data: &data, window, search: shipped::search(None), out };
    loop {
        let before = snapshot(&options.script);
        let is_right = watched.once();
        if options.once {
            return Ok(if is_right { Exit::Done } else { Exit::Incomplete });
        }
        out.say(&format!("waiting for {} to be saved; Ctrl-C ends", options.script.display()));
        while snapshot(&options.script) == before {
            if interrupt::interrupted() {
                return Ok(Exit::Failed(interrupt::CODE));
            }
            std::thread::sleep(POLL);
        }
    }
}

/// Paths, times and sizes of a script's files.
fn snapshot(path: &Path) -> Vec<(PathBuf, Option<SystemTime>, u64)> {
    let mut found = Vec::new();
    // a script may have modules, tables and golden files beside it
    let is_main = path.ends_with("main.luau");
    let root = if is_main { path.parent().unwrap_or(path) } else { path };
    let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    let mut open = vec![root.to_owned()];
    while let Some(next) = open.pop() {
        match std::fs::metadata(&next) {
            Ok(meta) if meta.is_dir() => {
                open.extend(
                    std::fs::read_dir(&next).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())),
                );
            }
            Ok(meta) => found.push((next, meta.modified().ok(), meta.len())),
            Err(_) => {}
        }
    }
    found.sort();
    found
}

/// What a watched script says while it runs.
#[derive(Default)]
struct Said(Mutex<Vec<String>>);

impl Services for Said {
    fn log(&self, level: LogLevel, text: &str) {
        let line = if level == LogLevel::Info { text.to_owned() } else { format!("{level:?}: {text}").to_lowercase() };
        if let Ok(mut lines) = self.0.lock() {
            lines.push(line);
        }
    }

    fn progress(&self, _: f64, _: &str) {}

    fn cancelled(&self) -> bool {
        interrupt::interrupted()
    }
}

struct Watched<'w> {
    options: &'w args::Watch,
    data: &'w StudyTables,
    window: TimeWindow,
    search: SearchPath,
    out: &'w Terminal,
}

impl Watched<'_> {
    /// Loads, runs, tests; true if nothing failed.
    fn once(&self) -> bool {
        let start = Instant::now();
        let suite = match Suite::open(&self.options.script, &self.search) {
            Ok(suite) => suite,
            Err(broken) => {
                self.out.say(&format!("load      failed\n{}", indented(&broken.reason)));
                self.out.object(&json!({ "error": broken.reason }));
                return false;
            }
        };
        self.out.say(&format!("load      {}  {}", suite.ids().join(", "), seconds(start.elapsed())));
        let runs: Vec<(bool, Value)> = suite.signals().iter().map(|signal| self.score(signal.as_ref())).collect();
        let (passed, failed) = self.test(&suite);
        let objects: Vec<&Value> = runs.iter().map(|(_, object)| object).collect();
        self.out.object(&json!({ "signals": objects, "tests": { "passed": passed, "failed": failed } }));
        failed == 0 && runs.iter().all(|(is_right, _)| *is_right)
    }

    /// Runs one signal, and says what the engine would make of it.
    fn score(&self, signal: &dyn Signal) -> (bool, Value) {
        let declaration = signal.declaration();
        let id = &declaration.id;
        let mut tables = Tables::new(&self.data.activity, &self.data.user_tables);
        if declaration.emits == Shape::Statistics
            && let Some(clusters) = engine::made_up_groups(&self.data.activity)
        {
            tables.insert("clusters".to_owned(), clusters);
        }
        let rows_in: Vec<String> = prepare(declaration, &tables)
            .map(|given| given.iter().map(|(name, rows)| format!("{name} {}", rows.height())).collect())
            .unwrap_or_default();
        let said = Said::default();
        let start = Instant::now();
        let result = run_signal(signal, &tables, &BTreeMap::new(), 1, &Limits::default(), &said);
        let took = start.elapsed();
        let lines = said.0.lock().map(|lines| lines.clone()).unwrap_or_default();
        let tell = |summary: String, body: &str| {
            self.out.say(&format!("score     {id}: {summary}  {}", seconds(took)));
            for line in &lines {
                self.out.say(&format!("          | {line}"));
            }
            self.out.say(&indented(body));
        };
        match result {
            Ok(output) => {
                let summary = format!("{} in, {} out", rows_in.join(" + "), output.height());
                tell(summary, &rows::first(&rows::highest(&output, declaration), self.options.rows));
                (true, self.engine(signal, &output, took))
            }
            Err(fault) => {
                let word = if matches!(fault, RunFault::Missing(_)) { "missing" } else { "failed" };
                tell(word.to_owned(), &fault.to_string());
                (false, json!({ "signal": id, "error": fault.to_string(), "seconds": took.as_secs_f64() }))
            }
        }
    }

    fn engine(&self, signal: &dyn Signal, output: &DataFrame, took: Duration) -> Value {
        let start = Instant::now();
        let made = engine::view(signal.declaration(), &self.data.activity, output, self.window);
        let (text, view) = made.unwrap_or_else(|why| (format!("no view: {why}"), Value::Null));
        self.out.say(&format!("engine    {text}  {}", seconds(start.elapsed())));
        json!({
            "signal": signal.declaration().id, "rows": output.height(), "seconds": took.as_secs_f64(), "engine": view,
        })
    }

    /// Passed and failed cases; failed ones are shown.
    fn test(&self, suite: &Suite) -> (usize, usize) {
        let start = Instant::now();
        let (mut passed, mut failures) = (0, Vec::new());
        for case in suite.cases() {
            let run = suite.run(case, TestOptions::default(), &Interruptible);
            match run.outcome {
                Ok(()) => passed += 1,
                Err(why) => failures.push(format!("failed  {case}\n{}", indented(&why))),
            }
        }
        let failed = failures.len();
        self.out.say(&format!("tests     {passed} passed, {failed} failed  {}", seconds(start.elapsed())));
        for text in &failures {
            self.out.say(&indented(text));
        }
        (passed, failed)
    }
}
