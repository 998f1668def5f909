//! From a draft to frames: ids are given, rows put into the order of their keys, columns into that of the schema.
//! Decides nothing about content.

mod canonical;
mod ids;
mod user;

pub(crate) use canonical::canonical;
pub(crate) use ids::Ids;
pub(crate) use user::user;

use claque_model::schema_of;
use polars::prelude::{
    Column, DataFrame, IntoColumn, NamedFrom, NewChunkedArray, PlSmallStr, Series, StringChunked, TimeUnit, TimeZone,
};

/// Identifier of the one source of a world: SHA-256 of the word `claque-synth`.
pub(crate) const SOURCE_ID: &str = "00ec509725e0d08e4cb7682219778e0c6ad5828d2f5a649f1ee8355cf77c9c6e";

const MICROS: i64 = 1_000_000;

fn column<T, P: ?Sized>(name: &'static str, values: T) -> Column
where
    T: AsRef<P>,
    Series: NamedFrom<T, P>,
{
    Series::new(PlSmallStr::from_static(name), values).into_column()
}

fn texts<S: AsRef<str>>(name: &'static str, values: impl IntoIterator<Item = S>) -> Column {
    StringChunked::from_iter_values(PlSmallStr::from_static(name), values.into_iter()).into_column()
}

fn some_texts<S: AsRef<str>>(name: &'static str, values: impl IntoIterator<Item = Option<S>>) -> Column {
    StringChunked::from_iter_options(PlSmallStr::from_static(name), values.into_iter()).into_column()
}

fn integers(name: &'static str, values: impl IntoIterator<Item = Option<i64>>) -> Column {
    column(name, values.into_iter().collect::<Vec<_>>())
}

fn flags(name: &'static str, values: impl IntoIterator<Item = Option<bool>>) -> Column {
    column(name, values.into_iter().collect::<Vec<_>>())
}

/// Whole seconds as times.
fn times(name: &'static str, values: impl IntoIterator<Item = Option<i64>>) -> Column {
    integers(name, values.into_iter().map(|v| v.map(|s| s * MICROS)))
        .i64()
        .expect("a column of integers")
        .clone()
        .into_datetime(TimeUnit::Microseconds, Some(TimeZone::UTC))
        .into_column()
}

/// 1-based numbers of the rows.
fn row_numbers(name: &'static str, height: usize) -> Column {
    column(name, (1..=height as u64).collect::<Vec<_>>())
}

/// A frame with all columns of the schema, in its order; those not given are null.
fn complete(table: &'static str, height: usize, given: &[Column]) -> DataFrame {
    let schema = schema_of(table).expect("a table of the schema");
    let find = |name: &str| given.iter().find(|c| c.name().as_str() == name).cloned();
    let columns = schema.columns.iter().map(|c| {
        find(c.name).unwrap_or_else(|| Column::full_null(PlSmallStr::from_static(c.name), height, &c.kind.dtype()))
    });
    DataFrame::new(height, columns.collect()).expect("columns of one height")
}
