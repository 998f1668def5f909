//! `claque repl`: typed lines over the tables of a study or of an activity. What a line means is the session's business
//! (`claque_host::Session`); here is where lines come from and answers go.

mod typed;

use crate::args;
use crate::diagnosis::Failure;
use crate::interrupt;
use crate::material;
use crate::terminal::{Exit, Terminal};
use claque_host::{Answer, Session};
use claque_model::{LogLevel, Services};
use serde_json::json;
use std::cell::RefCell;
use std::io::{BufRead, IsTerminal, stdin};
use std::rc::Rc;

pub(crate) fn run(options: &args::Repl, out: &Terminal) -> Result<Exit, Failure> {
    let data = material::read(&options.data)?;
    for warning in &data.warnings {
        out.warn(warning);
    }
    let session = Session::new(data.activity, data.user_tables).map_err(Failure::new)?;
    let mut desk = Desk { session: Rc::new(RefCell::new(session)), open: String::new(), failed: 0, out };
    if let Some(script) = &options.load {
        desk.take(&format!(":load {}", script.display()));
    }
    if stdin().is_terminal() { typed::read(&mut desk) } else { piped(&mut desk) }
}

/// Lines of a pipe or file: no prompt, and a failure counts.
fn piped(desk: &mut Desk) -> Result<Exit, Failure> {
    for line in stdin().lock().lines() {
        let line = line.map_err(|error| Failure::new(format!("stdin: {error}")))?;
        if desk.take(&line) == Next::Leave {
            break;
        }
    }
    if desk.is_open() {
        desk.failed += 1;
        desk.wrong("the last entry is not complete");
    }
    Ok(if desk.failed == 0 { Exit::Done } else { Exit::Incomplete })
}

/// The session, and the lines of an entry that is not complete yet.
struct Desk<'a> {
    session: Rc<RefCell<Session>>,
    open: String,
    failed: usize,
    out: &'a Terminal,
}

#[derive(PartialEq)]
enum Next {
    Go,
    Leave,
}

impl Desk<'_> {
    /// Takes one line and prints what comes of it.
    fn take(&mut self, line: &str) -> Next {
        if self.is_open() {
            self.open.push('\n');
        }
        self.open.push_str(line);
        let answer = self.session.borrow_mut().enter(&self.open, &Spoken(self.out));
        if answer == Answer::Incomplete {
            return Next::Go;
        }
        self.open.clear();
        match answer {
            Answer::Shown(text) => {
                self.out.say(&text);
                self.out.object(&json!({ "shown": text }));
            }
            Answer::Wrong(text) => {
                self.failed += 1;
                self.wrong(&text);
            }
            Answer::Over => return Next::Leave,
            Answer::Silent | Answer::Incomplete => {}
        }
        interrupt::answered();
        Next::Go
    }

    fn wrong(&self, text: &str) {
        Terminal::fail(&Failure::new(text));
        self.out.object(&json!({ "error": text }));
    }

    fn is_open(&self) -> bool {
        !self.open.is_empty()
    }
}

/// What an entry prints goes to stdout, its warnings to stderr; Ctrl-C ends it.
struct Spoken<'a>(&'a Terminal);

impl Services for Spoken<'_> {
    fn log(&self, level: LogLevel, text: &str) {
        match level {
            LogLevel::Warn | LogLevel::Error => self.0.warn(text),
            LogLevel::Trace | LogLevel::Debug | LogLevel::Info => self.0.say(text),
        }
    }

    fn progress(&self, _: f64, _: &str) {}

    fn cancelled(&self) -> bool {
        interrupt::interrupted()
    }
}
