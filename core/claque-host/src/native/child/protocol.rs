//! What parent and child say to each other: one JSON object per line. Tables do not travel here, but as files
//! that come with a line.

use crate::native::forms::Forms;
use claque_model::{Fault, LogLevel, Shape};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io;
use std::path::PathBuf;

/// From the parent.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Order {
    /// The first one: whose child it is, and what it may take.
    Begin(Begin),
    /// What do the signals of this plugin declare?
    Describe(Plugin),
    /// One call. The input tables come along as files, in this order, and last the file for the output.
    Score(Box<Score>),
    /// Stop soon.
    Cancel,
}

/// Limits and family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Begin {
    /// Process id of the parent.
    pub(super) parent: u32,
    /// Bytes beyond what the child needs for itself.
    pub(super) memory: u64,
    /// Bytes of any file it writes.
    pub(super) file: u64,
}

/// What to load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Plugin {
    /// A compiled library.
    Native {
        /// Its file name, for messages.
        name: String,
        /// The private copy, whose hash the parent has checked.
        copy: PathBuf,
        /// Its manifest's signals, which it must agree with.
        manifest: Option<Vec<Value>>,
        /// What its manifest asks for.
        forms: Forms,
    },
}

/// A call.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Score {
    pub(super) plugin: Plugin,
    /// Id of the signal.
    pub(super) signal: String,
    /// Word of its shape.
    pub(super) emits: String,
    /// Names of the input tables.
    pub(super) tables: Vec<String>,
    /// Parameters as the plugin gets them.
    pub(super) params: String,
    pub(super) seed: u64,
    pub(super) max_threads: u32,
    /// Most rows of the output.
    pub(super) rows: usize,
    /// Most bytes of it.
    pub(super) bytes: usize,
}

impl Score {
    pub(super) fn shape(&self) -> Option<Shape> {
        Shape::parse(&self.emits)
    }
}

/// From the child.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Report {
    Log {
        level: i32,
        text: String,
    },
    Progress {
        fraction: f64,
        note: String,
    },
    /// Answer to `Describe`: metadata of each signal, as the library gives them.
    Described(Vec<String>),
    /// Answer to `Score`: the output was written, by a signal that promises the same rows for the same input or does not.
    Done {
        is_deterministic: bool,
    },
    /// Answer to `Score`: there is none.
    Failed(Failure),
    /// Answer to either: the plugin is not what was asked for.
    Refused {
        reason: String,
        hint: Option<String>,
    },
}

/// A fault in words for the wire; the model's types know of no format.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Failure {
    Raised(String),
    Panicked(String),
    TimedOut(u64),
    OutOfMemory(u64),
    Cancelled,
    Unsupported(String),
    BadOutput(String),
    Crashed(String),
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Raised(text) => Self::Raised(text),
            Fault::Panicked(text) => Self::Panicked(text),
            Fault::TimedOut(seconds) => Self::TimedOut(seconds),
            Fault::OutOfMemory(megabytes) => Self::OutOfMemory(megabytes),
            Fault::Cancelled => Self::Cancelled,
            Fault::Unsupported(text) => Self::Unsupported(text),
            Fault::BadOutput(text) => Self::BadOutput(text),
            Fault::Crashed(text) => Self::Crashed(text),
        }
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Raised(text) => Self::Raised(text),
            Failure::Panicked(text) => Self::Panicked(text),
            Failure::TimedOut(seconds) => Self::TimedOut(seconds),
            Failure::OutOfMemory(megabytes) => Self::OutOfMemory(megabytes),
            Failure::Cancelled => Self::Cancelled,
            Failure::Unsupported(text) => Self::Unsupported(text),
            Failure::BadOutput(text) => Self::BadOutput(text),
            Failure::Crashed(text) => Self::Crashed(text),
        }
    }
}

pub(super) fn level_number(level: LogLevel) -> i32 {
    match level {
        LogLevel::Trace => 0,
        LogLevel::Debug => 1,
        LogLevel::Info => 2,
        LogLevel::Warn => 3,
        LogLevel::Error => 4,
    }
}

pub(super) fn level(number: i32) -> LogLevel {
    match number {
        ..=0 => LogLevel::Trace,
        1 => LogLevel::Debug,
        2 => LogLevel::Info,
        3 => LogLevel::Warn,
        4.. => LogLevel::Error,
    }
}

/// A message as its line.
pub(super) fn line(message: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(message)?;
    line.push(b'\n');
    Ok(line)
}

/// A line as its message.
pub(super) fn message<T: DeserializeOwned>(line: &[u8]) -> io::Result<T> {
    Ok(serde_json::from_slice(line)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_comes_back_as_it_was() {
        let text = || "a \"text\"\nof two lines".to_owned();
        for fault in [
            Fault::Raised(text()),
            Fault::Panicked(text()),
            Fault::TimedOut(60),
            Fault::OutOfMemory(512),
            Fault::Cancelled,
            Fault::Unsupported(text()),
            Fault::BadOutput(text()),
            Fault::Crashed(text()),
        ] {
            let sent = line(&Report::Failed(fault.clone().into())).expect("a line");
            assert_eq!(sent.iter().position(|byte| *byte == b'\n'), Some(sent.len() - 1), "one line");
            let Report::Failed(back) = message(&sent).expect("a message") else { panic!("a failure") };
            assert_eq!(Fault::from(back), fault);
        }
    }

    #[test]
    fn seeds_keep_all_their_bits() {
        let score = Score {
            plugin: Plugin::Native { name: "a".into(), copy: "/a".into(), manifest: None, forms: Forms::default() },
            signal: "a".into(),
            emits: "marks".into(),
            tables: vec!["posts".into()],
            params: "{}".into(),
            seed: u64::MAX - 1,
            max_threads: 1,
            rows: usize::MAX,
            bytes: 1,
        };
        let order = Order::Score(Box::new(score));
        assert_eq!(message::<Order>(&line(&order).expect("a line")).expect("an order"), order);
        assert_eq!(line(&Order::Cancel).expect("a line"), b"\"cancel\"\n");
    }
}
