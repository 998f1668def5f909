//! The one input of all stages: canonical tables that were checked once, at the border.
//! Reading and writing files is the business of `claque-ingest`.

use crate::table::schema_of;
use polars::prelude::{Column, DataFrame, PlSmallStr};
use std::collections::BTreeMap;
use thiserror::Error;

/// A set of named tables whose columns are those of the activity schema, in its order and types.
#[derive(Clone, Debug, Default)]
pub struct Activity {
    tables: BTreeMap<&'static str, DataFrame>,
}

/// Why a set of frames is no activity.
#[derive(Debug, Error)]
pub enum ActivityError {
    /// Not a table of the schema.
    #[error("table `{0}` is not one of the activity schema")]
    UnknownTable(String),
    /// A column that may not be null is absent.
    #[error("table `{table}`: column `{column}` is missing")]
    MissingColumn { table: String, column: String },
    /// Another type than the schema's.
    #[error("table `{table}`: column `{column}` is {found}, must be {expected}")]
    WrongType { table: String, column: String, expected: String, found: String },
    /// Null where the schema has none.
    #[error("table `{table}`: column `{column}` is null in row {row}")]
    UnexpectedNull { table: String, column: String, row: usize },
}

impl Activity {
    /// Checks the frames against the schema and puts their columns into canonical order.
    ///
    /// Columns that may be null and are absent become all null; columns unknown to the schema are
    /// dropped, as readers of later minor versions must. O(cells).
    ///
    /// # Errors
    /// An unknown table, an absent or null obligatory column, or a wrong type.
    pub fn try_new(frames: impl IntoIterator<Item = (String, DataFrame)>) -> Result<Self, ActivityError> {
        let mut tables = BTreeMap::new();
        for (name, frame) in frames {
            let schema = schema_of(&name).ok_or_else(|| ActivityError::UnknownTable(name.clone()))?;
            tables.insert(schema.name, conform(&name, &frame)?);
        }
        Ok(Self { tables })
    }

    /// The table of that name, if it was given.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&DataFrame> {
        self.tables.get(name)
    }

    /// All tables, in alphabetical order.
    pub fn tables(&self) -> impl Iterator<Item = (&'static str, &DataFrame)> {
        self.tables.iter().map(|(n, t)| (*n, t))
    }

    /// Is there at least one known value in that column? An absent table has none.
    #[must_use]
    pub fn knows(&self, table: &str, column: &str) -> bool {
        self.table(table).and_then(|t| t.column(column).ok()).is_some_and(|c| c.null_count() < c.len())
    }
}

fn conform(name: &str, frame: &DataFrame) -> Result<DataFrame, ActivityError> {
    let schema = schema_of(name).ok_or_else(|| ActivityError::UnknownTable(name.to_owned()))?;
    let mut columns = Vec::with_capacity(schema.columns.len());
    for wanted in schema.columns {
        let fail = |row| ActivityError::UnexpectedNull { table: name.into(), column: wanted.name.into(), row };
        match frame.column(wanted.name) {
            Ok(found) if *found.dtype() == wanted.kind.dtype() => {
                if !wanted.nullable && found.null_count() > 0 {
                    let first = found.is_null().first_true_idx();
                    return Err(fail(first.map_or(0, |row| row + 1)));
                }
                columns.push(found.clone());
            }
            Ok(found) => {
                return Err(ActivityError::WrongType {
                    table: name.into(),
                    column: wanted.name.into(),
                    expected: wanted.kind.dtype().to_string(),
                    found: found.dtype().to_string(),
                });
            }
            Err(_) if wanted.nullable => {
                columns.push(Column::full_null(
                    PlSmallStr::from_static(wanted.name),
                    frame.height(),
                    &wanted.kind.dtype(),
                ));
            }
            Err(_) => {
                return Err(ActivityError::MissingColumn { table: name.into(), column: wanted.name.into() });
            }
        }
    }
    Ok(DataFrame::new(frame.height(), columns).expect("columns of one frame have one length"))
}
