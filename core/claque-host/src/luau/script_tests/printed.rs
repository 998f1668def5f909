//! What a script says while it is tested: kept, so that it can be shown where a test fails.

use claque_model::{LogLevel, Services};
use std::sync::Mutex;

/// Services that keep every line and otherwise ask the ones behind them.
pub(super) struct Printed<'s> {
    behind: &'s dyn Services,
    lines: Mutex<Vec<String>>,
}

impl<'s> Printed<'s> {
    pub(super) fn over(behind: &'s dyn Services) -> Self {
        Self { behind, lines: Mutex::default() }
    }

    /// Everything said so far.
    pub(super) fn lines(&self) -> Vec<String> {
        self.lines.lock().map(|lines| lines.clone()).unwrap_or_default()
    }
}

impl Services for Printed<'_> {
    fn log(&self, level: LogLevel, text: &str) {
        let line = match level {
            // what `print` writes
            LogLevel::Info => text.to_owned(),
            other => format!("{}: {text}", format!("{other:?}").to_lowercase()),
        };
        if let Ok(mut lines) = self.lines.lock() {
            lines.push(line);
        }
    }

    fn progress(&self, _: f64, _: &str) {}

    fn cancelled(&self) -> bool {
        self.behind.cancelled()
    }
}
