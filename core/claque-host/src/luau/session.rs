//! A session of typed lines over the tables of one activity: what `claque repl` talks to, without a terminal.
//! One VM that lives as long as the session; globals stay, `local` ends with its entry. Who reads the lines and
//! shows the answers is not decided here.

mod commands;
mod complete;
mod show;

use super::api;
use super::context;
use super::explain::explain;
use super::expr::origins;
use super::frame::{Frame, FrameLimit};
use super::modules::Sources;
use super::vm::{self, Options};
use super::watchdog::{Stop, guarded};
use crate::contract::{Limits, Tables};
use claque_model::{Activity, Declaration, Given, Params, Services};
use mlua::chunk::ChunkMode;
use mlua::{Function, Lua, Value};
use polars::prelude::DataFrame;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// A person may think, and a plan may run, for as long as they like.
const NO_LIMIT: Duration = Duration::MAX;
/// Name of the entries in errors.
const NAME: &str = "entry";

/// An interactive session. It is not `Sync`: one person types.
pub struct Session {
    lua: Lua,
    sources: Arc<Sources>,
    activity: Activity,
    user: BTreeMap<String, DataFrame>,
    /// The declaration that `:load` read last, and its parameters.
    loaded: Option<(Declaration, Params)>,
    /// The file that `:load` read last.
    script: Option<String>,
    entries: usize,
}

/// What a session says to an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Nothing to say.
    Silent,
    /// The value, or what a command shows.
    Shown(String),
    /// What went wrong.
    Wrong(String),
    /// The entry is not complete: more lines belong to it.
    Incomplete,
    /// The person wants to leave.
    Over,
}

impl Session {
    /// A session over the tables of an activity and those of the user, each of which is a global [`Frame`] by its
    /// name; `ctx` is there as in `score`.
    ///
    /// # Errors
    /// There is no memory for a VM.
    pub fn new(activity: Activity, user: BTreeMap<String, DataFrame>) -> Result<Self, String> {
        let sources = Arc::new(Sources::new(NAME, "", None));
        let tables = all_tables(&activity, &user);
        let lua = machine(&sources, &tables, &Params::new()).map_err(|error| error.to_string())?;
        Ok(Self { lua, sources, activity, user, loaded: None, script: None, entries: 0 })
    }

    /// Takes an entry: a command such as `:schema posts`, an expression, or statements. `services` gets what is
    /// printed and is asked whether to stop.
    pub fn enter(&mut self, entry: &str, services: &dyn Services) -> Answer {
        let entry = entry.trim();
        match entry.strip_prefix(':') {
            _ if entry.is_empty() => Answer::Silent,
            Some(command) => commands::run(self, command, services),
            None => self.evaluate(entry.strip_prefix('=').unwrap_or(entry), services, show::value),
        }
    }

    /// What may stand at byte `at` of a line, and where the word begins that it replaces.
    #[must_use]
    pub fn complete(&self, line: &str, at: usize) -> (usize, Vec<String>) {
        complete::at(self, line, at)
    }

    /// Runs an entry and shows the value of an expression.
    fn evaluate(
        &mut self,
        text: &str,
        services: &dyn Services,
        shown: fn(&Lua, &Value) -> mlua::Result<String>,
    ) -> Answer {
        self.entries += 1;
        let name = format!("{NAME} {}", self.entries);
        self.sources.keep(&name, text);
        let chunk = match self.compile(&name, text) {
            Ok(chunk) => chunk,
            Err(mlua::Error::SyntaxError { incomplete_input: true, .. }) => return Answer::Incomplete,
            Err(error) => return Answer::Wrong(explain(&error, &self.sources).to_string()),
        };
        origins(&self.lua).forget();
        let lua = &self.lua;
        let ran = guarded(lua, NO_LIMIT, services, || match chunk.call::<Value>(())? {
            Value::Nil => Ok(None),
            value => shown(lua, &value).map(Some),
        });
        match ran {
            Ok(None) => Answer::Silent,
            Ok(Some(text)) => Answer::Shown(text),
            Err(stop) => Answer::Wrong(self.stopped(stop)),
        }
    }

    /// An expression if it is one, else statements.
    fn compile(&self, name: &str, text: &str) -> mlua::Result<Function> {
        let load =
            |code: &str| self.lua.load(code).set_name(format!("@{name}")).set_mode(ChunkMode::Text).into_function();
        match load(&format!("return {text}")) {
            Ok(chunk) => Ok(chunk),
            // `return posts:filter(` is incomplete; `return x = 1` is a statement
            Err(mlua::Error::SyntaxError { message, incomplete_input: true }) => match load(text) {
                Ok(chunk) => Ok(chunk),
                Err(_) => Err(mlua::Error::SyntaxError { message, incomplete_input: true }),
            },
            Err(_) => load(text),
        }
    }

    fn stopped(&mut self, stop: Stop) -> String {
        match stop {
            Stop::TimedOut | Stop::Cancelled => "stopped".to_owned(),
            Stop::Panicked(text) => format!("a defect of claque: {text}"),
            Stop::Failed(error) => {
                let text = explain(&error, &self.sources).to_string();
                let root = error.chain().last().and_then(|root| root.downcast_ref::<mlua::Error>());
                if !matches!(root, Some(mlua::Error::MemoryError(_))) {
                    return text;
                }
                // a VM that ran out of memory may stay so
                let anew = self
                    .restart()
                    .map_or_else(|error| error, |()| "the session starts anew, without its globals".to_owned());
                format!("{text}\n{anew}")
            }
        }
    }

    /// A new VM over the same tables.
    fn restart(&mut self) -> Result<(), String> {
        let (tables, params) = match &self.loaded {
            None => (all_tables(&self.activity, &self.user), Params::new()),
            Some((declaration, params)) => (self.prepared(declaration)?, params.clone()),
        };
        self.lua = machine(&self.sources, &tables, &params).map_err(|error| error.to_string())?;
        Ok(())
    }

    /// The tables as a signal with that declaration gets them.
    fn prepared(&self, declaration: &Declaration) -> Result<BTreeMap<String, DataFrame>, String> {
        let tables = Tables::new(&self.activity, &self.user);
        crate::contract::prepare(declaration, &tables).map_err(|reason| reason.sentence())
    }
}

fn all_tables(activity: &Activity, user: &BTreeMap<String, DataFrame>) -> BTreeMap<String, DataFrame> {
    let known = Tables::new(activity, user);
    let names = activity.tables().map(|(name, _)| name.to_owned()).chain(user.keys().cloned());
    names.filter_map(|name| known.get(&name).map(|rows| (name.clone(), rows.clone()))).collect()
}

/// `ctx` over those tables.
fn given(tables: &BTreeMap<String, DataFrame>, params: &Params) -> Given {
    Given {
        tables: tables.clone(),
        params: params.clone(),
        seed: 1,
        time_limit: NO_LIMIT,
        memory_limit: Limits::default().memory,
        max_threads: 1,
    }
}

/// A VM with the script API, `ctx`, and a global for every table whose name can be one.
fn machine(sources: &Arc<Sources>, tables: &BTreeMap<String, DataFrame>, params: &Params) -> mlua::Result<Lua> {
    let given = given(tables, params);
    let lua = vm::fresh(Options::new(1), |lua| {
        api::install(lua, sources)?;
        for (name, rows) in tables {
            if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                lua.globals().set(name.as_str(), Frame::of(rows.clone()))?;
            }
        }
        lua.globals().set("ctx", context::of(lua, &given)?)
    })?;
    lua.set_app_data(FrameLimit(given.memory_limit));
    Ok(lua)
}
