//! Parameters: the builders `p.…` of a declaration, and checked values on their way into a script and back.

use super::expr::{Instant, Span};
use super::mistake::Mistake;
use super::sample::micros;
use claque_model::{Declaration, ParamKind, ParamValue, Params};
use mlua::{IntoLua, Lua, Table, Value};
use std::collections::BTreeMap;

/// One builder per type; it adds its own name as `type`.
const KINDS: [&str; 8] = ["int", "float", "bool", "string", "choice", "strings", "duration", "datetime"];

/// Puts `p` into a VM that is not yet frozen.
pub(super) fn install(lua: &Lua) -> mlua::Result<()> {
    let builders = lua.create_table()?;
    for kind in KINDS {
        let build = lua.create_function(move |_, options: Table| {
            options.raw_set("type", kind)?;
            options.set_readonly(true);
            Ok(options)
        })?;
        builders.set(kind, build)?;
    }
    lua.globals().set("p", builders)
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
