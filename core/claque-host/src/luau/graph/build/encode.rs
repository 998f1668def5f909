//! From the columns of a frame to node codes: ids of both ends in one order, edges by their positions in it.

use super::super::super::expr::name_of_type;
use super::super::super::mistake::{GraphMistake, Mistake};
use polars::prelude::{Column, DataFrame, DataType, Float64Chunked, NamedFrom, PlHashMap, PlSmallStr, Series};
use std::hash::Hash;

/// Edges by codes, and the ids of the codes, ascending.
pub(super) struct Edges {
    pub(super) nodes: Column,
    pub(super) edges: Vec<(u32, u32, f64)>,
}

/// Encodes the rows that have both ends, in their order. Ids are whole numbers if both columns hold such, else
/// strings. O(rows + nodes log nodes).
pub(super) fn encode(rows: &DataFrame, from: &str, to: &str, weight: Option<&str>) -> Result<Edges, Mistake> {
    if rows.height() >= (u32::MAX / 2) as usize {
        return Err(GraphMistake::TooManyEdges(rows.height()).into());
    }
    let weights = weight.map(|name| weights(rows, name)).transpose()?;
    let (one, other) = (rows.column(from)?, rows.column(to)?);
    for column in [one, other] {
        if !(column.dtype().is_integer() || column.dtype().is_string() || column.dtype().is_categorical()) {
            let (column, found) = (column.name().to_string(), name_of_type(column.dtype()));
            return Err(GraphMistake::Ends { column, found }.into());
        }
    }
    if one.dtype().is_integer() && other.dtype().is_integer() {
        let (one, other) = (one.strict_cast(&DataType::Int64)?, other.strict_cast(&DataType::Int64)?);
        let (ids, edges) = coded(one.i64()?.iter(), other.i64()?.iter(), weights.as_ref());
        Ok(Edges { nodes: Series::new(PlSmallStr::EMPTY, ids).into(), edges })
    } else {
        let (one, other) = (one.cast(&DataType::String)?, other.cast(&DataType::String)?);
        let (ids, edges) = coded(one.str()?.iter(), other.str()?.iter(), weights.as_ref());
        Ok(Edges { nodes: Series::new(PlSmallStr::EMPTY, ids).into(), edges })
    }
}

/// The weights, each above 0.
fn weights(rows: &DataFrame, name: &str) -> Result<Float64Chunked, Mistake> {
    let column = rows.column(name)?;
    if !column.dtype().is_primitive_numeric() {
        let (column, found) = (name.to_owned(), name_of_type(column.dtype()));
        return Err(GraphMistake::WeightType { column, found }.into());
    }
    let weights = column.cast(&DataType::Float64)?.f64()?.clone();
    let wrong = |weight: Option<f64>| !weight.is_some_and(|weight| weight > 0.0 && weight.is_finite());
    if let Some(row) = weights.iter().position(wrong) {
        let found = weights.get(row).map_or("null".to_owned(), |weight| weight.to_string());
        return Err(GraphMistake::Weight { column: name.to_owned(), found, row: row + 1 }.into());
    }
    Ok(weights)
}

fn coded<T: Copy + Eq + Hash + Ord>(
    from: impl Iterator<Item = Option<T>>,
    to: impl Iterator<Item = Option<T>>,
    weights: Option<&Float64Chunked>,
) -> (Vec<T>, Vec<(u32, u32, f64)>) {
    let mut ids: Vec<T> = Vec::new();
    let mut known: PlHashMap<T, u32> = PlHashMap::default();
    let mut code = |id: T| {
        *known.entry(id).or_insert_with(|| {
            ids.push(id);
            ids.len() as u32 - 1
        })
    };
    let mut edges: Vec<(u32, u32, f64)> = Vec::new();
    for (row, (from, to)) in from.zip(to).enumerate() {
        if let (Some(from), Some(to)) = (from, to) {
            let weight = weights.and_then(|weights| weights.get(row)).unwrap_or(1.0);
            edges.push((code(from), code(to), weight));
        }
    }
    let mut order: Vec<u32> = (0..ids.len() as u32).collect();
    order.sort_unstable_by_key(|&code| ids[code as usize]);
    let mut rank = vec![0; ids.len()];
    for (position, &code) in order.iter().enumerate() {
        rank[code as usize] = position as u32;
    }
    for (from, to, _) in &mut edges {
        *from = rank[*from as usize];
        *to = rank[*to as usize];
    }
    (order.into_iter().map(|code| ids[code as usize]).collect(), edges)
}
