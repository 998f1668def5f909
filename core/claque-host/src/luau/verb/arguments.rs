//! What a verb was given: checked as a whole against its entry, then read by the verb in the same order.

use super::super::mistake::{Mistake, described};
use super::kind::check_one;
use super::{Need, Verb};
use mlua::{FromLua, Lua, MultiValue, Table, UserData, UserDataRef, Value};

/// The arguments of one call.
pub(in super::super) struct Arguments<'a> {
    lua: &'a Lua,
    verb: &'static Verb,
    values: MultiValue,
}

impl<'a> Arguments<'a> {
    /// Checks number and kinds.
    pub(super) fn checked(lua: &'a Lua, verb: &'static Verb, mut values: MultiValue) -> Result<Self, Mistake> {
        let endless = verb.takes.last().is_some_and(|last| last.need == Need::Rest);
        let fixed = verb.takes.len() - usize::from(endless);
        for (position, argument) in verb.takes[..fixed].iter().enumerate() {
            check_one(argument, verb, values.get(position).unwrap_or(&Value::Nil))?;
        }
        if let (true, Some(last)) = (endless, verb.takes.last()) {
            values.iter().skip(fixed).try_for_each(|value| last.kind.check(verb, last.name, value))?;
        } else {
            while values.len() > fixed && values.back().is_some_and(Value::is_nil) {
                values.pop_back();
            }
            if values.len() > fixed {
                let signature = verb.signature();
                return Err(Mistake::TooManyArguments { verb: verb.name, signature, found: values.len() });
            }
        }
        Ok(Self { lua, verb, values })
    }

    pub(in super::super) fn lua(&self) -> &'a Lua {
        self.lua
    }

    /// The next argument; an optional one as `Option`.
    pub(in super::super) fn take<T: FromLua>(&mut self) -> mlua::Result<T> {
        let value = self.values.pop_front().unwrap_or(Value::Nil);
        read(self.lua, self.verb, value)
    }

    /// The next argument, an object of the script API.
    pub(in super::super) fn object<T: UserData + Clone + 'static>(&mut self) -> mlua::Result<T> {
        Ok(self.take::<UserDataRef<T>>()?.clone())
    }

    /// All arguments that are left.
    pub(in super::super) fn rest<T: FromLua>(&mut self) -> mlua::Result<Vec<T>> {
        std::mem::take(&mut self.values).into_iter().map(|value| read(self.lua, self.verb, value)).collect()
    }

    /// What stands beside the next word in a table of [`words`]; `None` if it was left out.
    pub(in super::super) fn word<T: Clone>(&mut self, table: &[(&'static str, T)]) -> mlua::Result<Option<T>> {
        Ok(meaning(self.take::<Option<String>>()?.as_deref(), table))
    }

    /// The next argument, a table of options; empty if it was left out.
    pub(in super::super) fn options(&mut self) -> mlua::Result<Options<'a>> {
        Ok(Options { lua: self.lua, verb: self.verb, table: self.take()? })
    }
}

/// A table of options.
pub(in super::super) struct Options<'a> {
    lua: &'a Lua,
    verb: &'static Verb,
    table: Option<Table>,
}

impl Options<'_> {
    /// An option by its name, if it was given.
    pub(in super::super) fn take<T: FromLua>(&self, name: &str) -> mlua::Result<Option<T>> {
        match &self.table {
            Some(table) => read(self.lua, self.verb, table.raw_get::<Value>(name)?),
            None => Ok(None),
        }
    }

    /// What stands beside the word of an option in a table of [`words`].
    pub(in super::super) fn word<T: Clone>(&self, name: &str, table: &[(&'static str, T)]) -> mlua::Result<Option<T>> {
        Ok(meaning(self.take::<String>(name)?.as_deref(), table))
    }
}

fn meaning<T: Clone>(word: Option<&str>, table: &[(&'static str, T)]) -> Option<T> {
    table.iter().find(|(known, _)| Some(*known) == word).map(|(_, meaning)| meaning.clone())
}

/// The words of a table for `Kind::Word`, so that they are listed once.
pub(in super::super) const fn words<T, const N: usize>(table: &[(&'static str, T); N]) -> [&'static str; N] {
    let mut words = [""; N];
    let mut i = 0;
    while i < N {
        words[i] = table[i].0;
        i += 1;
    }
    words
}

/// Kinds were checked; what may still fail is a number outside the range of a type.
fn read<T: FromLua>(lua: &Lua, verb: &'static Verb, value: Value) -> mlua::Result<T> {
    let found = described(&value);
    T::from_lua(value, lua).map_err(|error| {
        if error.downcast_ref::<Mistake>().is_some() {
            return error;
        }
        Mistake::OutOfRange { verb: verb.name, signature: verb.signature(), found }.into()
    })
}
