//! What goes in: exactly the declared tables and columns, in the declared types. A missing required column
//! makes the signal missing, never zero.

use super::Tables;
use claque_model::{Declaration, LogicalType, MissingReason, NeededColumn, NeededTable, Shape};
use polars::prelude::{Column, DataFrame, PlSmallStr};
use std::collections::BTreeMap;

/// Tables that other signals make: there when those ran, and then allowed to be without rows.
fn is_output_of_a_signal(table: &str) -> bool {
    table.starts_with("trace.") || table.starts_with("marks.")
}

/// The declared tables of a signal. `clusters` comes by itself for `statistics`.
///
/// An absent optional column arrives as all null, an absent optional table arrives empty. The output of
/// another signal may be without rows (no post was marked), every other required table must have some.
///
/// # Errors
/// A required table that is absent or has no rows; a required column that is absent or all null.
pub fn prepare(declaration: &Declaration, tables: &Tables) -> Result<BTreeMap<String, DataFrame>, MissingReason> {
    prepare_from(declaration, |name| tables.get(name))
}

/// The same from any source of tables.
pub(crate) fn prepare_from<'t>(
    declaration: &Declaration,
    source: impl Fn(&str) -> Option<&'t DataFrame>,
) -> Result<BTreeMap<String, DataFrame>, MissingReason> {
    let mut prepared = BTreeMap::new();
    for needed in &declaration.requires {
        prepared.insert(needed.name.clone(), table(needed, source(&needed.name))?);
    }
    if declaration.emits == Shape::Statistics && !prepared.contains_key("clusters") {
        prepared.insert("clusters".to_owned(), table(&clusters(), source("clusters"))?);
    }
    Ok(prepared)
}

/// What every signal with statistics is given.
pub(crate) fn clusters() -> NeededTable {
    let id = |name: &str| NeededColumn { name: name.to_owned(), kind: LogicalType::Id, optional: false };
    NeededTable { name: "clusters".to_owned(), columns: vec![id("cluster_id"), id("account_id")] }
}

fn table(needed: &NeededTable, found: Option<&DataFrame>) -> Result<DataFrame, MissingReason> {
    let may_be_empty = needed.is_optional() || is_output_of_a_signal(&needed.name);
    let rows = match found {
        Some(rows) if rows.height() > 0 || may_be_empty => rows,
        None if needed.is_optional() => &DataFrame::empty(),
        None if is_output_of_a_signal(&needed.name) => return Err(MissingReason::SourceMissing(needed.name.clone())),
        _ => return Err(MissingReason::NoTable(needed.name.clone())),
    };
    let columns = needed.columns.iter().map(|column| one(needed, column, rows)).collect::<Result<_, _>>()?;
    Ok(DataFrame::new(rows.height(), columns).expect("columns of one table have one length"))
}

fn one(table: &NeededTable, needed: &NeededColumn, rows: &DataFrame) -> Result<Column, MissingReason> {
    let dtype = needed.kind.dtype();
    match rows.column(&needed.name) {
        Ok(found) if needed.optional || rows.height() == 0 || found.null_count() < found.len() => {
            found.strict_cast(&dtype).map_err(|_| {
                let (column, kind) = (&needed.name, needed.kind.name());
                MissingReason::Failed(format!("column `{column}` of `{}` has values that are no {kind}", table.name))
            })
        }
        Err(_) if needed.optional => Ok(Column::full_null(PlSmallStr::from_str(&needed.name), rows.height(), &dtype)),
        _ => Err(MissingReason::NoColumn { table: table.name.clone(), column: needed.name.clone() }),
    }
}
