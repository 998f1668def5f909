//! What a running command tells: a line that is overwritten on a terminal, and a log of what happened.

use crate::interrupt;
use claque_model::{LogLevel, Services};
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::Instant;

/// Shows progress on stderr if that is a terminal, and keeps every event for `log.ndjson`.
pub(crate) struct Progress {
    shown: bool,
    verbose: bool,
    start: Instant,
    events: Mutex<Vec<Value>>,
}

impl Progress {
    pub(crate) fn new(quiet: bool, verbose: bool) -> Self {
        let shown = !quiet && !verbose && std::io::stderr().is_terminal();
        Self { shown, verbose, start: Instant::now(), events: Mutex::new(Vec::new()) }
    }

    /// Seconds since the start.
    pub(crate) fn seconds(&self) -> f64 {
        (self.start.elapsed().as_secs_f64() * 1e3).round() / 1e3
    }

    /// Takes the line away and gives all events.
    pub(crate) fn finish(&self) -> Vec<Value> {
        if self.shown {
            Self::line("\r\x1b[K");
        }
        self.events.lock().map(|events| events.clone()).unwrap_or_default()
    }

    fn line(text: &str) {
        let mut stderr = std::io::stderr().lock();
        // a closed terminal is no reason to stop the work
        let _gone = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
    }

    fn keep(&self, event: Value) {
        if self.verbose {
            Self::line(&format!("{event}\n"));
        }
        if let Ok(mut events) = self.events.lock() {
            events.push(event);
        }
    }
}

impl Services for Progress {
    fn log(&self, level: LogLevel, text: &str) {
        let level = format!("{level:?}").to_lowercase();
        self.keep(json!({ "seconds": self.seconds(), "level": level, "message": text }));
    }

    fn progress(&self, fraction: f64, note: &str) {
        if self.shown {
            Self::line(&format!("\r\x1b[K{:3.0} %  {note}", fraction.clamp(0.0, 1.0) * 100.0));
        }
        self.keep(json!({ "seconds": self.seconds(), "level": "info", "fraction": fraction, "message": note }));
    }

    fn cancelled(&self) -> bool {
        interrupt::interrupted()
    }
}
