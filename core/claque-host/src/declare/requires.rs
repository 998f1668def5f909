//! The tables and columns of a declaration, held against the schemas that are known.

use super::{DeclareError, nearest, wrong};
use claque_model::{CANONICAL, ColumnType, LogicalType, NeededColumn, NeededTable, USER, schema_of};
use serde_json::{Map, Value};

/// Types by the words of a declaration.
const TYPES: [&str; 7] = ["id", "string", "category", "int", "float", "bool", "datetime"];

/// Columns of the tables that the engine and other signals make.
const CLUSTERS: [(&str, LogicalType); 2] = [("cluster_id", LogicalType::Id), ("account_id", LogicalType::Id)];
const TRACE: [(&str, LogicalType); 4] = [
    ("account_id", LogicalType::Id),
    ("object", LogicalType::String),
    ("at", LogicalType::Datetime),
    ("post_id", LogicalType::Id),
];
const MARKS: [(&str, LogicalType); 3] =
    [("post_id", LogicalType::Id), ("value", LogicalType::Float), ("note", LogicalType::String)];

pub(super) fn read(object: &Map<String, Value>) -> Result<Vec<NeededTable>, DeclareError> {
    let tables = object.get("requires").ok_or_else(|| DeclareError::Missing("requires".into()))?;
    let tables = tables.as_object().ok_or_else(|| DeclareError::NotAnObject("requires".into()))?;
    if tables.is_empty() {
        return Err(wrong("requires", "at least one table", "{}", &[]));
    }
    tables.iter().map(|(name, columns)| table(name, columns)).collect()
}

fn table(name: &str, columns: &Value) -> Result<NeededTable, DeclareError> {
    let place = format!("requires.{name}");
    let known = known_columns(name).ok_or_else(|| {
        let tables = CANONICAL.iter().chain(&USER).map(|t| t.name).chain(["clusters"]);
        DeclareError::UnknownKey {
            place: "requires".into(),
            key: name.into(),
            nearest: nearest(name, tables).map(str::to_owned),
        }
    })?;
    let columns = columns.as_object().ok_or_else(|| DeclareError::NotAnObject(place.clone()))?;
    if columns.is_empty() {
        return Err(wrong(&place, "at least one column", "{}", &[]));
    }
    let columns = columns.iter().map(|(column, kind)| one(&place, &known, column, kind)).collect::<Result<_, _>>()?;
    Ok(NeededTable { name: name.into(), columns })
}

/// Names of a table's columns and the types in which each may be asked for, the natural one first.
fn known_columns(table: &str) -> Option<Vec<(&'static str, Vec<LogicalType>)>> {
    let derived: Option<&[(&'static str, LogicalType)]> = match table {
        "clusters" => Some(&CLUSTERS),
        _ if table.strip_prefix("trace.").is_some_and(|layer| !layer.is_empty()) => Some(&TRACE),
        _ if table.strip_prefix("marks.").is_some_and(|id| !id.is_empty()) => Some(&MARKS),
        _ => None,
    };
    if let Some(columns) = derived {
        let texts = |kind| if kind == LogicalType::Id { vec![kind, LogicalType::String] } else { vec![kind] };
        return Some(columns.iter().map(|(name, kind)| (*name, texts(*kind))).collect());
    }
    Some(schema_of(table)?.columns.iter().map(|c| (c.name, types_of(c.kind))).collect())
}

fn types_of(kind: ColumnType) -> Vec<LogicalType> {
    match kind {
        ColumnType::String | ColumnType::Enum(_) => vec![LogicalType::String, LogicalType::Id, LogicalType::Category],
        ColumnType::Time => vec![LogicalType::Datetime],
        ColumnType::Bool => vec![LogicalType::Bool],
        ColumnType::Int64 | ColumnType::UInt64 | ColumnType::UInt16 => vec![LogicalType::Int, LogicalType::Float],
        ColumnType::Float64 => vec![LogicalType::Float],
    }
}

fn one(
    place: &str,
    known: &[(&'static str, Vec<LogicalType>)],
    column: &str,
    kind: &Value,
) -> Result<NeededColumn, DeclareError> {
    let key = format!("{place}.{column}");
    let Some((_, types)) = known.iter().find(|(name, _)| *name == column) else {
        let nearest = nearest(column, known.iter().map(|(name, _)| *name)).map(str::to_owned);
        return Err(DeclareError::UnknownKey { place: place.into(), key: column.into(), nearest });
    };
    let written = kind.as_str().ok_or_else(|| wrong(&key, "a type as text", &kind.to_string(), &[]))?;
    let word = written.strip_suffix('?').unwrap_or(written);
    let kind = LogicalType::parse(word)
        .ok_or_else(|| wrong(&key, &format!("one of {}, with `?` when optional", TYPES.join(", ")), written, &TYPES))?;
    if !types.contains(&kind) {
        let words: Vec<&str> = types.iter().map(|t| t.name()).collect();
        return Err(wrong(&key, &format!("declared as {}, which the column is", words.join(" or ")), written, &[]));
    }
    Ok(NeededColumn { name: column.into(), kind, optional: written.ends_with('?') })
}
