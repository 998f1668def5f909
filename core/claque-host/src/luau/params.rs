//! Parameters: the builders `p.…` of a declaration, and checked values on their way into a script and back.

use super::expr::{Instant, Span};
use super::mistake::Mistake;
use super::sample::micros;
use super::verb::{Argument, Arguments, Globals, Group, Kind, Method, one, optional};
use claque_model::{Declaration, ParamKind, ParamValue, Params};
use mlua::{IntoLua, Lua, Table, Value};
use std::collections::BTreeMap;

const PARAM: Kind = Kind::Luau("Param");
const DOC: Argument = optional("doc", Kind::Text);

pub(super) static GROUP: Group<Globals> = Group {
    title: "Parameters",
    doc: "For the field params of a signal. Each has a default; its value is checked before score runs.",
    methods: &[
        Method::new(
            "p.int",
            &[one(
                "options",
                Kind::Options(&[
                    one("default", Kind::Whole),
                    optional("min", Kind::Whole),
                    optional("max", Kind::Whole),
                    optional("unit", Kind::Text),
                    DOC,
                ]),
            )],
            PARAM,
            "a whole number",
            |_, given| build(given, "int"),
        ),
        Method::new(
            "p.float",
            &[one(
                "options",
                Kind::Options(&[
                    one("default", Kind::Number),
                    optional("min", Kind::Number),
                    optional("max", Kind::Number),
                    optional("unit", Kind::Text),
                    DOC,
                ]),
            )],
            PARAM,
            "a number",
            |_, given| build(given, "float"),
        ),
        Method::new(
            "p.bool",
            &[one("options", Kind::Options(&[one("default", Kind::Truth), DOC]))],
            PARAM,
            "true or false",
            |_, given| build(given, "bool"),
        ),
        Method::new(
            "p.string",
            &[one("options", Kind::Options(&[one("default", Kind::Text), optional("max_length", Kind::Count), DOC]))],
            PARAM,
            "a text",
            |_, given| build(given, "string"),
        ),
        Method::new(
            "p.choice",
            &[one("options", Kind::Options(&[one("default", Kind::Text), one("of", Kind::List(&Kind::Text)), DOC]))],
            PARAM,
            "one of the texts in of",
            |_, given| build(given, "choice"),
        ),
        Method::new(
            "p.strings",
            &[one(
                "options",
                Kind::Options(&[one("default", Kind::List(&Kind::Text)), optional("max_items", Kind::Count), DOC]),
            )],
            PARAM,
            "a list of texts",
            |_, given| build(given, "strings"),
        ),
        Method::new(
            "p.duration",
            &[one(
                "options",
                Kind::Options(&[
                    one("default", Kind::Text),
                    optional("min", Kind::Text),
                    optional("max", Kind::Text),
                    DOC,
                ]),
            )],
            PARAM,
            "a length of time, given as text such as 60s; the script gets a Duration",
            |_, given| build(given, "duration"),
        ),
        Method::new(
            "p.datetime",
            &[one("options", Kind::Options(&[one("default", Kind::Text), DOC]))],
            PARAM,
            "a moment, given as a day or in RFC 3339; the script gets a Datetime",
            |_, given| build(given, "datetime"),
        ),
    ],
};

/// The options with the type's name among them.
fn build(given: &mut Arguments, kind: &str) -> mlua::Result<Value> {
    let options: Table = given.take()?;
    options.raw_set("type", kind)?;
    options.set_readonly(true);
    given.give(options)
}

/// `ctx.params`: read-only, and a name that is not declared is an error.
pub(super) fn table(lua: &Lua, params: &Params) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    for (name, value) in params {
        table.raw_set(name.as_str(), into_lua(lua, value)?)?;
    }
    let known: Vec<String> = params.keys().cloned().collect();
    let unknown = lua.create_function(move |_, (_, name): (Value, Value)| -> mlua::Result<()> {
        Err(Mistake::unknown("parameter", &name.to_string()?, known.iter().map(String::as_str)).into())
    })?;
    let meta =
        lua.create_table_from([("__index", Value::Function(unknown)), ("__metatable", Value::Boolean(false))])?;
    table.set_metatable(Some(meta))?;
    table.set_readonly(true);
    Ok(table)
}

fn into_lua(lua: &Lua, value: &ParamValue) -> mlua::Result<Value> {
    match value {
        ParamValue::Int(whole) if whole.unsigned_abs() >= 1 << 53 => Err(Mistake::Inexact(whole.to_string()).into()),
        ParamValue::Int(whole) => whole.into_lua(lua),
        ParamValue::Float(real) => real.into_lua(lua),
        ParamValue::Bool(truth) => truth.into_lua(lua),
        ParamValue::Text(text) => text.as_str().into_lua(lua),
        ParamValue::Texts(texts) => lua.create_sequence_from(texts.iter().map(String::as_str))?.into_lua(lua),
        ParamValue::Duration(micros) => Span(*micros).into_lua(lua),
        ParamValue::Datetime(micros) => Instant(*micros).into_lua(lua),
    }
}

/// The `params` of `t:run`, checked like a study's.
pub(super) fn given(declaration: &Declaration, table: Option<&Table>) -> mlua::Result<Params> {
    let mut values = BTreeMap::new();
    if let Some(table) = table {
        for pair in table.pairs::<String, Value>() {
            let (name, value) = pair?;
            let kind = declaration.params.iter().find(|p| p.name == name).map(|p| &p.kind);
            values.insert(name, from_lua(&value, kind)?);
        }
    }
    Ok(declaration.resolve_params(&values).map_err(Mistake::from)?)
}

fn from_lua(value: &Value, kind: Option<&ParamKind>) -> mlua::Result<ParamValue> {
    Ok(match value {
        Value::Boolean(truth) => ParamValue::Bool(*truth),
        Value::Integer(whole) => ParamValue::Int(*whole),
        Value::Number(real) => ParamValue::Float(*real),
        Value::String(text) => {
            let text = text.to_str()?.to_owned();
            match kind {
                Some(ParamKind::Datetime) => ParamValue::Datetime(micros(&text).ok_or(Mistake::Time(text))?),
                _ => ParamValue::Text(text),
            }
        }
        Value::Table(list) => ParamValue::Texts(list.sequence_values::<String>().collect::<mlua::Result<_>>()?),
        Value::UserData(data) if data.is::<Span>() => ParamValue::Duration(data.borrow::<Span>()?.0),
        other => return Err(Mistake::expected("a parameter's value", other).into()),
    })
}
