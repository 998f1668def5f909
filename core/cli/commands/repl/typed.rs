//! Lines from a terminal: editing, history over sessions, completion by Tab.

use super::{Desk, Next};
use crate::diagnosis::Failure;
use crate::terminal::Exit;
use claque_host::Session;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{Config, Context, Editor, Helper};
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

/// Entries that are kept.
const KEPT: usize = 2000;

pub(super) fn read(desk: &mut Desk) -> Result<Exit, Failure> {
    let fail = |error: ReadlineError| Failure::new(format!("the terminal: {error}"));
    let config = Config::builder().max_history_size(KEPT).map_err(fail)?.auto_add_history(true).build();
    let mut editor: Editor<Names, FileHistory> = Editor::with_config(config).map_err(fail)?;
    editor.set_helper(Some(Names(Rc::clone(&desk.session))));
    let history = history();
    if let Some(path) = &history {
        // the first session has none
        let _none = editor.load_history(path);
    }
    desk.out.say("type an expression, or :help");
    loop {
        let prompt = if desk.is_open() { "…> " } else { "> " };
        match editor.readline(prompt) {
            Ok(line) => {
                if desk.take(&line) == Next::Leave {
                    break;
                }
            }
            Err(ReadlineError::Interrupted) => desk.open.clear(),
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(fail(error)),
        }
    }
    if let Some(path) = &history {
        // a history that cannot be kept is no reason to fail
        let _lost = path.parent().map(std::fs::create_dir_all);
        let _lost = editor.save_history(path);
    }
    Ok(Exit::Done)
}

fn history() -> Option<PathBuf> {
    let base = std::env::var_os("XDG_STATE_HOME").filter(|v| !v.is_empty()).map(PathBuf::from);
    let base = base.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state")));
    base.map(|dir| dir.join("claque/repl_history"))
}

/// Completes what the session knows.
struct Names(Rc<RefCell<Session>>);

impl Completer for Names {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(self.0.borrow().complete(line, at))
    }
}

impl Hinter for Names {
    type Hint = String;
}
impl Highlighter for Names {}
impl Validator for Names {}
impl Helper for Names {}
