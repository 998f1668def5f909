//! The one place that writes to stdout and stderr.

use crate::args::{Color, Common};
use crate::diagnosis::Failure;
use crate::progress::Progress;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use tracing_subscriber::filter::LevelFilter;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0.
    Done,
    /// 1: something was skipped, or a check found differences.
    Incomplete,
    /// Another code, from a failure.
    Failed(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::Incomplete => Self::from(1),
            Exit::Failed(code) => Self::from(code),
        }
    }
}

/// What the user asked of the output.
#[expect(clippy::struct_excessive_bools, reason = "each is one independent switch of the command line")]
pub(crate) struct Terminal {
    pub(crate) json: bool,
    pub(crate) quiet: bool,
    pub(crate) color: bool,
    verbose: bool,
}

impl Terminal {
    pub(crate) fn new(common: &Common) -> Self {
        let color = match common.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
        };
        if common.verbose > 0 {
            let level = if common.verbose > 1 { LevelFilter::TRACE } else { LevelFilter::INFO };
            tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(level).without_time().init();
        }
        Self { json: common.json, quiet: common.quiet, color, verbose: common.verbose > 0 }
    }

    /// Results for people; nothing under `--json` or `--quiet`.
    pub(crate) fn say(&self, text: &str) {
        if !self.json && !self.quiet {
            Self::out(text);
        }
    }

    /// The one object of `--json`.
    pub(crate) fn object(&self, value: &serde_json::Value) {
        if self.json {
            Self::out(&value.to_string());
        }
    }

    /// A warning on stderr.
    pub(crate) fn warn(&self, text: &str) {
        if !self.quiet {
            Self::err(&format!("warning: {text}"));
        }
    }

    /// An error on stderr, with its hint; gives the exit code.
    pub(crate) fn fail(failure: &Failure) -> Exit {
        Self::err(&failure.to_string());
        Exit::Failed(failure.code)
    }

    pub(crate) fn progress(&self) -> Progress {
        Progress::new(self.quiet, self.verbose)
    }

    /// A question on stderr; the answer comes on the same line.
    pub(crate) fn ask(question: &str) {
        let mut stderr = std::io::stderr().lock();
        let _gone = stderr.write_all(question.as_bytes()).and_then(|()| stderr.flush());
    }

    fn out(text: &str) {
        let mut stdout = std::io::stdout().lock();
        // a reader that has left (`| head`) is no error
        let _gone =
            stdout.write_all(text.as_bytes()).and_then(|()| stdout.write_all(b"\n")).and_then(|()| stdout.flush());
    }

    fn err(text: &str) {
        let mut stderr = std::io::stderr().lock();
        let _gone = stderr.write_all(text.as_bytes()).and_then(|()| stderr.write_all(b"\n"));
    }
}
