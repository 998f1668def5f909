//! What a script's test gives to `score`: small tables typed by `requires`, optional columns filled up as
//! the host does it for real data, parameters and a seed.

use super::super::frame::Frame;
use super::super::mistake::{Mistake, did_you_mean};
use super::super::{params, sample, vm};
use crate::contract::prepare_from;
use claque_model::{Declaration, Given, LogicalType, Shape};
use mlua::{Lua, Table, Value};
use polars::prelude::{DataFrame, DataType};
use std::collections::BTreeMap;

/// Columns with the types in which they are handed over.
pub(super) type Columns = Vec<(String, DataType)>;

/// The columns of a table as declared; `clusters` comes by itself for `statistics`.
pub(super) fn columns(declaration: &Declaration, name: &str) -> Result<Columns, Mistake> {
    if let Some(table) = declaration.requires.iter().find(|t| t.name == name) {
        return Ok(table.columns.iter().map(|c| (c.name.clone(), c.kind.dtype())).collect());
    }
    if declaration.emits == Shape::Statistics && name == "clusters" {
        return Ok(["cluster_id", "account_id"].map(|c| (c.to_owned(), LogicalType::Id.dtype())).to_vec());
    }
    let known = declaration.requires.iter().map(|t| t.name.as_str());
    Err(Mistake::Undeclared { name: name.to_owned(), hint: did_you_mean(name, known) })
}

/// A small table, typed by `requires`; a column that `requires` does not name is a misspelling.
pub(super) fn sample(declaration: &Declaration, name: &str, text: &str) -> Result<DataFrame, Mistake> {
    typed(&columns(declaration, name)?, text, true)
}

/// CSV text in declared types. A column that is not declared is an error, or left out.
pub(super) fn typed(declared: &Columns, text: &str, refuse_others: bool) -> Result<DataFrame, Mistake> {
    let sheet = sample::read(text)?;
    let mut typed = Vec::with_capacity(sheet.header.len());
    for (position, header) in sheet.header.iter().enumerate() {
        let known = || declared.iter().map(|(name, _)| name.as_str());
        match declared.iter().find(|(name, _)| name == header) {
            Some((_, dtype)) => typed.push(sample::typed(&sheet, position, dtype)?),
            None if refuse_others => return Err(Mistake::unknown("column", header, known())),
            None => {}
        }
    }
    Ok(DataFrame::new(sheet.rows.len(), typed)?)
}

/// The table of `t:run { … }`: frames by table name, `params` and `seed`.
pub(super) fn read(lua: &Lua, declaration: &Declaration, table: &Table) -> mlua::Result<Given> {
    let mut frames = BTreeMap::new();
    for pair in table.pairs::<String, Value>() {
        let (name, value) = pair?;
        match value {
            Value::UserData(data) if data.is::<Frame>() => {
                let frame = data.borrow::<Frame>()?.collect(lua)?;
                columns(declaration, &name)?;
                frames.insert(name, frame);
            }
            _ if name == "params" || name == "seed" => {}
            other => return Err(Mistake::expected("a Frame, such as t:csv gives", &other).into()),
        }
    }
    let params = params::given(declaration, table.get::<Option<Table>>("params")?.as_ref())?;
    let seed = table.get::<Option<u64>>("seed")?.unwrap_or(1);
    let tables = prepare_from(declaration, |name| frames.get(name));
    let tables = tables.map_err(|reason| Mistake::Run(reason.sentence()))?;
    Ok(Given { tables, params, seed, time_limit: super::LIMIT, memory_limit: vm::MEMORY, max_threads: 1 })
}
