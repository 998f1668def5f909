//! From the table that a script gives to `plugin { … }` to a checked declaration. `score` and `tests` stay
//! behind; everything else must be plain data.

use super::mistake::Mistake;
use crate::declare::{DeclareError, declaration_from_json};
use claque_model::Declaration;
use mlua::{Table, Value};
use serde_json::{Map, Number, Value as Json};

/// Fields whose empty table is a list: Luau writes `{}` for both.
const LISTS: [&str; 6] = ["innocent", "also", "observed", "inferred", "of", "default"];

/// Deeper than any declaration.
const DEEPEST: usize = 8;

/// Why a table is no declaration.
pub(super) enum Refusal {
    /// Not plain data.
    NotPlain(mlua::Error),
    /// Wrong fields.
    Declare(DeclareError),
}

/// Reads the declaration.
pub(super) fn read(plugin: &Table) -> Result<Declaration, Refusal> {
    let json = fields(plugin, 0).map_err(Refusal::NotPlain)?;
    declaration_from_json(&Json::Object(json)).map_err(Refusal::Declare)
}

fn fields(table: &Table, depth: usize) -> mlua::Result<Map<String, Json>> {
    let mut map = Map::new();
    for pair in table.pairs::<Value, Value>() {
        let (key, value) = pair?;
        let Value::String(name) = key else { return Err(Mistake::expected("a field name", &key).into()) };
        let name = name.to_str()?.to_owned();
        if depth == 0 && (name == "score" || name == "tests") {
            continue;
        }
        let json = plain(&name, &value, depth + 1)?;
        map.insert(name, json);
    }
    Ok(map)
}

fn plain(name: &str, value: &Value, depth: usize) -> mlua::Result<Json> {
    if depth > DEEPEST {
        return Err(Mistake::Expected { expected: "plain data in a declaration", found: "nested tables".into() }.into());
    }
    Ok(match value {
        Value::Boolean(truth) => Json::Bool(*truth),
        Value::Integer(whole) => Json::from(*whole),
        Value::Number(real) => {
            let number = Number::from_f64(*real);
            Json::Number(number.ok_or_else(|| Mistake::Expected {
                expected: "a finite number in a declaration",
                found: format!("{real} in `{name}`"),
            })?)
        }
        Value::String(text) => Json::String(text.to_str()?.to_owned()),
        Value::Table(table) if table.raw_len() > 0 => {
            let items = table.sequence_values::<Value>().map(|item| plain(name, &item?, depth + 1));
            Json::Array(items.collect::<mlua::Result<_>>()?)
        }
        Value::Table(table) if table.is_empty() && LISTS.contains(&name) => Json::Array(Vec::new()),
        Value::Table(table) => Json::Object(fields(table, depth)?),
        other => {
            let found = format!("{} in `{name}`", other.type_name());
            return Err(Mistake::Expected { expected: "plain data in a declaration", found }.into());
        }
    })
}
