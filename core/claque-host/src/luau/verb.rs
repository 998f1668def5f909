//! The verb table: one entry is one verb of the script API, with everything that anyone says about it. The
//! function that Luau calls, the check of what it is given, "did you mean", the type files, the reference and
//! the tests of all examples come from that entry. What the verbs do lives in `expr`, `frame` and the like.
//!
//! To add a verb, add one entry to the group where it belongs. To add a group, name it in the `GROUPS` of its
//! type; to add a type, implement [`Scripted`] and name it in [`script_api`].

mod api;
mod arguments;
mod kind;

pub use api::{Api, ApiType, Section, script_api};
pub(super) use arguments::{Arguments, words};
pub use kind::Kind;

use mlua::{IntoLua, Lua, MultiValue, UserData, UserDataFields, UserDataMethods, Value};
use std::fmt;

/// What is said about a verb.
#[derive(Clone, Copy, Debug)]
pub struct Verb {
    /// As scripts write it; a dotted name is a function in a global table, one with `__` is an operator.
    pub name: &'static str,
    /// What it takes, in this order; methods without what stands before the colon.
    pub takes: &'static [Argument],
    /// What it gives.
    pub gives: Kind,
    /// What it does, in one line.
    pub doc: &'static str,
    /// A use of it, which runs as a test.
    pub example: Option<Example>,
}

/// A use of a verb over the sample tables, and what it gives, worked out by hand.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// An expression of Luau.
    pub code: &'static str,
    /// Its value as text.
    pub gives: &'static str,
}

/// One argument of a verb, or one option in a table of options.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// Its name in the reference and in errors.
    pub name: &'static str,
    /// What may be given.
    pub kind: Kind,
    /// Whether it must be.
    pub need: Need,
}

/// How often an argument comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Once.
    One,
    /// Once or not at all.
    Optional,
    /// Any number of times; the last one only.
    Rest,
}

/// An argument that must be given.
pub(super) const fn one(name: &'static str, kind: Kind) -> Argument {
    Argument { name, kind, need: Need::One }
}

/// An argument that may be left out.
pub(super) const fn optional(name: &'static str, kind: Kind) -> Argument {
    Argument { name, kind, need: Need::Optional }
}

/// All the arguments that follow.
pub(super) const fn rest(name: &'static str, kind: Kind) -> Argument {
    Argument { name, kind, need: Need::Rest }
}

impl Verb {
    /// `(regex: string, group: number?)`, for errors.
    pub fn signature(&self) -> String {
        let takes: Vec<String> = self.takes.iter().map(ToString::to_string).collect();
        format!("({})", takes.join(", "))
    }
}

impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.need {
            Need::One => write!(f, "{}: {}", self.name, self.kind.short()),
            Need::Optional => write!(f, "{}: {}?", self.name, self.kind.short()),
            Need::Rest => write!(f, "...: {}", self.kind.short()),
        }
    }
}

/// A verb and what Luau calls.
pub(super) struct Method<T> {
    pub(super) verb: Verb,
    call: Call<T>,
}

/// A method of `T`, or a function if `T` is the globals.
pub(super) type Body<T> = fn(&T, &mut Arguments<'_>) -> mlua::Result<Value>;

/// An operator, on either side of which a plain value may stand.
pub(super) type Combine = fn(&Lua, &Value, &Value) -> mlua::Result<Value>;

enum Call<T> {
    Method(Body<T>),
    Operator(Combine),
}

impl<T> Method<T> {
    pub(super) const fn new(
        name: &'static str,
        takes: &'static [Argument],
        gives: Kind,
        doc: &'static str,
        call: Body<T>,
    ) -> Self {
        Self { verb: Verb { name, takes, gives, doc, example: None }, call: Call::Method(call) }
    }

    /// `name` is the metamethod's, such as `__add`.
    pub(super) const fn operator(
        name: &'static str,
        takes: &'static [Argument],
        gives: Kind,
        doc: &'static str,
        call: Combine,
    ) -> Self {
        Self { verb: Verb { name, takes, gives, doc, example: None }, call: Call::Operator(call) }
    }

    /// Adds the example.
    pub(super) const fn example(mut self, code: &'static str, gives: &'static str) -> Self {
        self.verb.example = Some(Example { code, gives });
        self
    }
}

/// Verbs that belong together: a heading of the reference.
pub(super) struct Group<T: 'static> {
    pub(super) title: &'static str,
    /// What holds for all of them; may be empty.
    pub(super) doc: &'static str,
    pub(super) methods: &'static [Method<T>],
}

/// What is said about a field.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// As scripts write it.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// What it means, in one line.
    pub doc: &'static str,
}

/// A field that scripts may read.
pub(super) struct Field<T> {
    pub(super) property: Property,
    pub(super) get: fn(&Lua, &T) -> mlua::Result<Value>,
}

/// A type of the script API.
pub(super) trait Scripted: Sized + 'static {
    /// As Luau and the type files call it.
    const NAME: &'static str;
    /// What it is, in one line.
    const DOC: &'static str;
    const FIELDS: &'static [Field<Self>] = &[];
    const GROUPS: &'static [&'static Group<Self>];
}

/// All methods of a type.
fn methods_of<T: Scripted>() -> impl Iterator<Item = &'static Method<T>> {
    T::GROUPS.iter().flat_map(|group| group.methods)
}

/// Gives a type its methods: the only place where methods are added.
pub(super) fn register<T: Scripted, M: UserDataMethods<T>>(methods: &mut M) {
    for method in methods_of::<T>() {
        let Method { verb, call } = method;
        match *call {
            Call::Operator(call) => {
                methods.add_meta_function(verb.name, move |lua, (a, b): (Value, Value)| call(lua, &a, &b));
            }
            Call::Method(call) if verb.name.starts_with("__") => {
                methods.add_meta_method(verb.name, move |lua, this, values: MultiValue| {
                    // a unary operator comes with its operand twice
                    let values = values.into_iter().take(verb.takes.len()).collect();
                    call(this, &mut Arguments::checked(lua, verb, values)?)
                });
            }
            Call::Method(call) => methods.add_method(verb.name, move |lua, this, values: MultiValue| {
                call(this, &mut Arguments::checked(lua, verb, values)?)
            }),
        }
    }
}

/// Gives a type its name and its fields.
pub(super) fn register_fields<T: Scripted + UserData, F: UserDataFields<T>>(fields: &mut F) {
    fields.add_meta_field(mlua::MetaMethod::Type, T::NAME);
    for Field { property, get } in T::FIELDS {
        fields.add_field_method_get(property.name, *get);
    }
}

/// The functions that scripts call without anything before them.
pub(super) struct Globals;

/// Puts the global functions into a VM that is not yet frozen.
pub(super) fn install_globals(lua: &Lua) -> mlua::Result<()> {
    for Field { property, get } in Globals::FIELDS {
        lua.globals().raw_set(property.name, get(lua, &Globals)?)?;
    }
    for Method { verb, call } in methods_of::<Globals>() {
        let Call::Method(call) = *call else { continue };
        let function = lua.create_function(move |lua, values: MultiValue| {
            call(&Globals, &mut Arguments::checked(lua, verb, values)?)
        })?;
        match verb.name.split_once('.') {
            None => lua.globals().raw_set(verb.name, function)?,
            Some((table, name)) => global_table(lua, table)?.raw_set(name, function)?,
        }
    }
    Ok(())
}

fn global_table(lua: &Lua, name: &str) -> mlua::Result<mlua::Table> {
    if let Some(table) = lua.globals().raw_get::<Option<mlua::Table>>(name)? {
        return Ok(table);
    }
    let table = lua.create_table()?;
    lua.globals().raw_set(name, &table)?;
    Ok(table)
}

impl Arguments<'_> {
    /// Hands a value to the script.
    pub(super) fn give(&self, value: impl IntoLua) -> mlua::Result<Value> {
        value.into_lua(self.lua())
    }
}
