//! Tables of options (`{ how = "left" }`): each is read once, and what is left over was misspelt.

use super::mistake::Mistake;
use mlua::{FromLua, Table, Value};

/// The options of one call.
pub(super) struct Options {
    table: Option<Table>,
    known: Vec<&'static str>,
}

impl Options {
    pub(super) fn of(table: Option<Table>) -> Self {
        Self { table, known: Vec::new() }
    }

    /// The value of an option, if it was given.
    pub(super) fn take<T: FromLua>(&mut self, name: &'static str) -> mlua::Result<Option<T>> {
        self.known.push(name);
        match &self.table {
            Some(table) => table.raw_get(name),
            None => Ok(None),
        }
    }

    /// Refuses what nobody took.
    pub(super) fn finish(self) -> mlua::Result<()> {
        let Some(table) = self.table else { return Ok(()) };
        for pair in table.pairs::<Value, Value>() {
            let name = pair?.0.to_string()?;
            if !self.known.contains(&name.as_str()) {
                return Err(Mistake::unknown("option", &name, self.known).into());
            }
        }
        Ok(())
    }
}
