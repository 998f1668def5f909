//! `claque test`: what an author wrote down about a plugin, case by case: the functions under `tests`, the example
//! of SIGNAL.md, and golden files. How long a case took is measured by who asks for it.

use super::SearchPath;
use super::broken::BrokenPlugin;
use super::golden::{self, Golden, NewGolden};
use super::load::{self, Loaded};
use crate::luau::{Coverage, TestOptions};
use crate::spec::{Inputs, Spec, parse_spec, run_spec_with};
use claque_model::{Services, Signal};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// A plugin with its cases.
pub struct Suite {
    pub(super) loaded: Loaded,
    spec: Option<Spec>,
    cases: Vec<Case>,
}

/// What kind of a case it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseKind {
    /// A function of the `tests` block.
    Test,
    /// The example of SIGNAL.md.
    Example,
    /// A golden file.
    Golden,
}

impl CaseKind {
    /// The word used in lists.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Example => "example",
            Self::Golden => "golden",
        }
    }
}

/// One case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its kind.
    pub kind: CaseKind,
    /// Id of the signal; of the first one where the case is of the whole plugin.
    pub signal: String,
    /// Name of the test, or of the golden file.
    pub name: String,
    work: Work,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            CaseKind::Test => f.write_str(&self.name),
            CaseKind::Example => f.write_str("example of SIGNAL.md"),
            CaseKind::Golden => write!(f, "golden file {}", self.name),
        }
    }
}

#[derive(Clone, Debug)]
enum Work {
    /// Position of the script.
    Test(usize),
    /// Position of the signal.
    Example(usize),
    Golden(Golden),
    /// Known to fail before anything ran.
    Wrong(String),
}

/// How a case went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRun {
    /// Passed, or what is wrong (may span lines).
    pub outcome: Result<(), String>,
    /// What the script printed or logged.
    pub printed: Vec<String>,
    /// What a golden file would have to say for the case to pass.
    pub golden: Option<NewGolden>,
    /// Which lines ran, if that was asked for.
    pub coverage: Option<Coverage>,
}

impl CaseRun {
    fn of(outcome: Result<(), String>) -> Self {
        Self { outcome, printed: Vec::new(), golden: None, coverage: None }
    }
}

impl Suite {
    /// Loads a plugin: a folder, a script file, or a library. Golden files belong to a folder, or to the
    /// `main.luau` in it.
    ///
    /// # Errors
    /// It cannot be loaded.
    pub fn open(path: &Path, search: &SearchPath) -> Result<Self, BrokenPlugin> {
        let loaded = load::open(path, search)?;
        let mut suite = Self { loaded, spec: None, cases: Vec::new() };
        suite.list_tests();
        suite.list_examples();
        let folder = if path.is_dir() { Some(path) } else { path.parent().filter(|_| path.ends_with("main.luau")) };
        if let Some(folder) = folder {
            suite.list_goldens(folder);
        }
        Ok(suite)
    }

    /// Ids of its signals.
    #[must_use]
    pub fn ids(&self) -> Vec<&str> {
        self.loaded.signals.iter().map(|s| s.declaration().id.as_str()).collect()
    }

    /// The signals themselves.
    #[must_use]
    pub fn signals(&self) -> &[Arc<dyn Signal>] {
        &self.loaded.signals
    }

    /// The tables of its SIGNAL.md.
    pub(super) fn example(&self) -> Option<&Inputs> {
        self.spec.as_ref().map(|spec| &spec.inputs)
    }

    /// Its cases, in the order in which they are run.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    fn push(&mut self, kind: CaseKind, signal: usize, name: &str, work: Work) {
        let signal = self.loaded.signals.get(signal).map(|s| s.declaration().id.clone()).unwrap_or_default();
        self.cases.push(Case { kind, signal, name: name.to_owned(), work });
    }

    fn list_tests(&mut self) {
        for (position, script) in self.loaded.scripts.clone().iter().enumerate() {
            match script.test_names() {
                Ok(names) => {
                    for name in names {
                        self.push(CaseKind::Test, position, &name, Work::Test(position));
                    }
                }
                Err(why) => self.push(CaseKind::Test, position, "(loading)", Work::Wrong(why)),
            }
        }
    }

    fn list_examples(&mut self) {
        let Some(text) = self.loaded.spec.clone() else { return };
        let spec = match parse_spec(&text) {
            Ok(spec) => spec,
            Err(error) => return self.push(CaseKind::Example, 0, "SIGNAL.md", Work::Wrong(error.to_string())),
        };
        let ids: Vec<String> = self.ids().into_iter().map(str::to_owned).collect();
        for position in 0..ids.len() {
            self.push(CaseKind::Example, position, "SIGNAL.md", Work::Example(position));
        }
        if let Some(unknown) = spec.signals().find(|id| !ids.iter().any(|known| known == id)) {
            let why = format!("it expects something of `{unknown}`, which is not among {}", ids.join(", "));
            self.push(CaseKind::Example, 0, "SIGNAL.md", Work::Wrong(why));
        }
        self.spec = Some(spec);
    }

    fn list_goldens(&mut self, folder: &Path) {
        let (goldens, stray) = golden::find(folder, &self.ids());
        for golden in goldens {
            let (name, signal) = (golden.name.clone(), golden.signal);
            self.push(CaseKind::Golden, signal, &name, Work::Golden(golden));
        }
        for file in stray {
            let why = format!("`tests/{file}` belongs to no folder `tests/NAME` with tables such as `posts.csv`");
            self.push(CaseKind::Golden, 0, &file, Work::Wrong(why));
        }
    }

    /// Runs one case.
    #[must_use]
    pub fn run(&self, case: &Case, options: TestOptions, services: &dyn Services) -> CaseRun {
        match &case.work {
            Work::Wrong(why) => CaseRun::of(Err(why.clone())),
            Work::Test(position) => {
                let test = self.loaded.scripts[*position].run_test(&case.name, options, services);
                CaseRun { printed: test.printed, coverage: test.coverage, ..CaseRun::of(test.outcome) }
            }
            Work::Example(position) => {
                let run = |spec| run_spec_with(spec, self.loaded.signals[*position].as_ref(), services);
                CaseRun::of(self.spec.as_ref().map_or(Ok(()), |spec| run(spec).map_err(|e| e.to_string())))
            }
            Work::Golden(golden) => match golden.run(self.loaded.signals[golden.signal].as_ref(), services) {
                Ok(()) => CaseRun::of(Ok(())),
                Err((why, golden)) => CaseRun { golden, ..CaseRun::of(Err(why)) },
            },
        }
    }
}
