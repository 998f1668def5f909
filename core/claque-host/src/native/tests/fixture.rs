//! Building and loading C libraries, and calling their signals.

use crate::native::{Library, NativeError, NativeSignal};
use claque_model::{Fault, Given, LogLevel, ParamValue, Services, Signal};
use polars::prelude::DataFrame;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests-data");
const INCLUDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../claque-abi/include");

/// A folder for libraries and for their cached copies.
pub(super) struct Workshop(TempDir);

impl Workshop {
    /// `None` when there is no compiler and this is not CI; then the test says that it was skipped.
    pub(super) fn open() -> Option<Self> {
        let gcc = Command::new("gcc").arg("--version").output();
        match gcc {
            Ok(_) => Some(Self(tempfile::tempdir().expect("a folder"))),
            Err(error) if std::env::var_os("CI").is_none() => {
                println!("skipped: `gcc` did not start ({error})");
                None
            }
            Err(error) => panic!("`gcc` is needed in CI: {error}"),
        }
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Compiles `tests-data/<source>.c` with these definitions.
    pub(super) fn build(&self, source: &str, definitions: &[&str]) -> PathBuf {
        let library = self.path().join(format!("lib{source}{}.so", definitions.len()));
        let output = Command::new("gcc")
            .args(["-std=c11", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-fvisibility=hidden"])
            .args(definitions.iter().map(|d| format!("-D{d}")))
            .args(["-I", INCLUDE, "-o"])
            .arg(&library)
            .arg(format!("{SOURCES}/{source}.c"))
            .output()
            .expect("gcc starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        library
    }

    pub(super) fn load(&self, library: &Path) -> Result<Library, NativeError> {
        Library::open(library, &self.path().join("cache"))
    }

    /// The one signal of a library that must load.
    pub(super) fn signal(&self, source: &str, definitions: &[&str]) -> Arc<NativeSignal> {
        let library = self.load(&self.build(source, definitions)).expect("loads");
        Arc::clone(&library.signals()[0])
    }
}

/// A definition of a string macro.
pub(super) fn define(name: &str, text: &str) -> String {
    format!("{name}=\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// What a signal said while it ran.
#[derive(Default)]
pub(super) struct Listener {
    pub(super) said: Mutex<Vec<String>>,
    pub(super) interrupt: AtomicBool,
}

impl Services for Listener {
    fn log(&self, level: LogLevel, text: &str) {
        self.said.lock().expect("not poisoned").push(format!("{level:?} {text}"));
    }

    fn progress(&self, fraction: f64, note: &str) {
        self.said.lock().expect("not poisoned").push(format!("{fraction} {note}"));
    }

    fn cancelled(&self) -> bool {
        self.interrupt.load(Ordering::Relaxed)
    }
}

pub(super) fn given(table: &str, frame: DataFrame) -> Given {
    Given {
        tables: [(table.to_owned(), frame)].into(),
        params: [("mode".to_owned(), ParamValue::Text("echo".into()))].into(),
        seed: 0x299f_31d0_a409_3822,
        time_limit: Duration::from_mins(1),
        memory_limit: 1 << 30,
        max_threads: 2,
    }
}

pub(super) fn score(signal: &NativeSignal, given: &Given) -> Result<DataFrame, Fault> {
    signal.score(given, &Listener::default())
}
