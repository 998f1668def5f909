//! What may come back: the columns of the shape and no others, ids that were given, values in range, no
//! duplicate key. The first offending row is named; what passes is sorted by its key, which makes the order of
//! batches and threads invisible.

use super::ids::Ids;
use super::rows;
use claque_model::{ColumnType, Declaration, Fault, Given, Shape};
use polars::prelude::{Column, DataFrame, DataType, IntoColumn, SortMultipleOptions};

/// Traces that one post may carry.
const TRACES_PER_POST: usize = 50;

/// What a column of a shape holds.
#[derive(Clone, Copy, PartialEq)]
enum Holds {
    Post,
    Account,
    Cluster,
    Text,
    Number,
    Time,
    Posts,
}

struct ShapeColumn {
    name: &'static str,
    holds: Holds,
    optional: bool,
}

const fn must(name: &'static str, holds: Holds) -> ShapeColumn {
    ShapeColumn { name, holds, optional: false }
}
const fn may(name: &'static str, holds: Holds) -> ShapeColumn {
    ShapeColumn { name, holds, optional: true }
}

const TRACES: [ShapeColumn; 4] = [
    must("account_id", Holds::Account),
    must("object", Holds::Text),
    must("at", Holds::Time),
    must("post_id", Holds::Post),
];
const MARKS: [ShapeColumn; 3] = [must("post_id", Holds::Post), must("value", Holds::Number), may("note", Holds::Text)];
const RATES: [ShapeColumn; 4] = [
    must("account_id", Holds::Account),
    must("hits", Holds::Number),
    must("total", Holds::Number),
    may("post_ids", Holds::Posts),
];
const STATISTICS: [ShapeColumn; 3] =
    [must("cluster_id", Holds::Cluster), must("value", Holds::Number), may("post_ids", Holds::Posts)];

fn columns_of(shape: Shape) -> &'static [ShapeColumn] {
    match shape {
        Shape::Traces => &TRACES,
        Shape::Marks => &MARKS,
        Shape::Rates => &RATES,
        Shape::Statistics => &STATISTICS,
    }
}

/// The columns that name a row.
pub(crate) fn key_of(shape: Shape) -> &'static [&'static str] {
    match shape {
        Shape::Traces => &["post_id", "object"],
        Shape::Marks => &["post_id"],
        Shape::Rates => &["account_id"],
        Shape::Statistics => &["cluster_id"],
    }
}

/// Checks the output of a signal against its declared shape and what it was given; sorts it by its key.
/// Columns come in the order of the shape, whole numbers where floats belong become floats.
///
/// # Errors
/// [`Fault::BadOutput`] with the first offending row (from 1) and its value, or [`Fault::OutOfMemory`].
pub fn check_output(declaration: &Declaration, given: &Given, output: DataFrame) -> Result<DataFrame, Fault> {
    if output.estimated_size() > given.memory_limit {
        return Err(Fault::OutOfMemory((given.memory_limit >> 20) as u64));
    }
    let shape = declaration.emits;
    let table = typed(shape, &output)?;
    drop(output);
    for column in columns_of(shape).iter().filter(|c| !c.optional) {
        rows::no_nulls(table.column(column.name).map_err(internal)?)?;
    }
    ids(shape, &table, given)?;
    values(shape, &table, given)?;
    by_key(shape, &table)
}

/// The columns of the shape, in its order and types.
fn typed(shape: Shape, output: &DataFrame) -> Result<DataFrame, Fault> {
    let known = columns_of(shape);
    let names = || known.iter().map(|c| c.name);
    for found in output.get_column_names() {
        if !names().any(|name| name == found.as_str()) {
            let hint = crate::nearest(found, names()).map(|n| format!("; did you mean `{n}`?")).unwrap_or_default();
            let have = names().collect::<Vec<_>>().join(", ");
            return Err(bad(format!("column `{found}` is not one of {} ({have}){hint}", shape.name())));
        }
    }
    let mut columns = Vec::with_capacity(known.len());
    for wanted in known {
        match output.column(wanted.name) {
            Ok(found) => columns.push(cast(wanted, found)?),
            Err(_) if wanted.optional => {}
            Err(_) => {
                let have = output.get_column_names().iter().map(|n| n.as_str()).collect::<Vec<_>>().join(", ");
                return Err(bad(format!("column `{}` is missing (have: {have})", wanted.name)));
            }
        }
    }
    DataFrame::new(output.height(), columns).map_err(internal)
}

fn cast(wanted: &ShapeColumn, found: &Column) -> Result<Column, Fault> {
    let dtype = found.dtype();
    let (fits, target, expected) = match wanted.holds {
        Holds::Post | Holds::Account | Holds::Cluster | Holds::Text => {
            let fits = matches!(dtype, DataType::String | DataType::Categorical(..) | DataType::Enum(..));
            (fits, DataType::String, "texts")
        }
        Holds::Number => (dtype.is_primitive_numeric(), DataType::Float64, "numbers"),
        Holds::Time => {
            let utc = matches!(dtype, DataType::Datetime(_, Some(zone)) if zone.as_str() == "UTC");
            (utc, ColumnType::Time.dtype(), "times in UTC")
        }
        Holds::Posts => {
            let fits = matches!(dtype, DataType::List(inner) if matches!(**inner, DataType::String | DataType::Null));
            (fits, DataType::List(Box::new(DataType::String)), "lists of post ids")
        }
    };
    if !fits && *dtype != DataType::Null {
        return Err(bad(format!("column `{}` must hold {expected}, holds {dtype}", wanted.name)));
    }
    let cast = if *dtype == target { found.clone() } else { found.strict_cast(&target).map_err(internal)? };
    // one way in memory, whatever the signal handed out
    Ok(cast.as_materialized_series().rechunk().into_column())
}

fn ids(shape: Shape, table: &DataFrame, given: &Given) -> Result<(), Fault> {
    if shape == Shape::Traces {
        return Ids::check_traces(table, given);
    }
    for column in columns_of(shape) {
        let Ok(found) = table.column(column.name) else { continue };
        match column.holds {
            Holds::Post => Ids::posts(given)?.check(found)?,
            Holds::Account => Ids::accounts(given)?.check(found)?,
            Holds::Cluster => Ids::clusters(given)?.check(found)?,
            Holds::Posts if found.null_count() < found.len() => Ids::posts(given)?.check_lists(found)?,
            Holds::Posts | Holds::Text | Holds::Number | Holds::Time => {}
        }
    }
    Ok(())
}

fn values(shape: Shape, table: &DataFrame, given: &Given) -> Result<(), Fault> {
    let column = |name: &str| table.column(name).map_err(internal);
    match shape {
        Shape::Traces => rows::inside(column("at")?, rows::span_of(given)),
        Shape::Marks => rows::numbers(column("value")?, 0.0, 1.0, "from 0 to 1"),
        Shape::Rates => {
            rows::numbers(column("total")?, 0.0, f64::MAX, "at least 0")?;
            rows::numbers(column("hits")?, 0.0, f64::MAX, "at least 0")?;
            rows::not_more(column("hits")?, column("total")?)
        }
        Shape::Statistics => rows::numbers(column("value")?, f64::MIN, f64::MAX, "finite"),
    }
}

/// Sorted by key, which must be unique.
fn by_key(shape: Shape, table: &DataFrame) -> Result<DataFrame, Fault> {
    const ROW: &str = "row";
    let key = key_of(shape);
    let order = SortMultipleOptions::default().with_maintain_order(true);
    let numbered = table.with_row_index(ROW.into(), Some(1)).map_err(internal)?;
    let sorted = numbered.sort(key.iter().copied(), order).map_err(internal)?;
    rows::unique(&sorted, key, ROW)?;
    if shape == Shape::Traces {
        rows::at_most(&sorted, TRACES_PER_POST, ROW)?;
    }
    sorted.drop(ROW).map_err(internal)
}

pub(super) fn bad(text: impl Into<String>) -> Fault {
    Fault::BadOutput(text.into())
}

/// What polars says where nothing can go wrong any more.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
pub(super) fn internal(error: polars::prelude::PolarsError) -> Fault {
    Fault::BadOutput(error.to_string())
}
