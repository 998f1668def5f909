//! `str_shingles`, `str_similarity`: texts as sets of pieces, and how alike two texts are. Groups of near-duplicate
//! texts are a frame's verb, since they need all texts at once.

use super::super::kernels::kernels;
use super::super::mistake::Mistake;
use super::super::verb::{Argument, Arguments, Group, Kind, one, optional, words};
use super::{LuauExpr, Node, name_of_type, verb};
use crate::kernels::{Kernels, Similarity};
use mlua::Value;
use polars::prelude::{
    Column, DataType, Expr, Field, Float64Chunked, IntoColumn, ListBuilderTrait, ListStringChunkedBuilder,
    PolarsResult, Schema, polars_bail,
};
use std::sync::Arc;

/// Characters of a shingle, as everywhere in the program.
const SHINGLE: usize = 5;

#[derive(Clone, Copy)]
enum Unit {
    Characters,
    Words,
}

const UNITS: [(&str, Unit); 2] = [("characters", Unit::Characters), ("words", Unit::Words)];
const MEASURES: [(&str, Similarity); 2] = [("levenshtein", Similarity::Levenshtein), ("jaccard", Similarity::Jaccard)];
const LENGTH: Argument = optional("n", Kind::Count);

pub(super) static GROUP: Group<LuauExpr> = Group {
    title: "Likeness of texts",
    doc: "Texts are compared as they stand: take out case and links before, if they should not matter.",
    methods: &[
        verb(
            "str_shingles",
            &[LENGTH, optional("unit", Kind::Word(&words(&UNITS)))],
            "the different overlapping pieces of n (5) characters or words, in order; a shorter text is one piece",
            shingles,
        )
        .example(r#"lit("abcdefg"):str_shingles()"#, "list of string: [abcde, bcdef, cdefg]"),
        verb(
            "str_similarity",
            &[one("other", Kind::Operand), optional("measure", Kind::Word(&words(&MEASURES)))],
            "1 for equal texts, 0 for texts with nothing in common: levenshtein (1 - edits ÷ characters of the longer \
             text) or jaccard (shared ÷ all shingles of 5 characters)",
            similarity,
        )
        .example(r#"lit("abcd"):str_similarity("abxd")"#, "float: 0.75"),
    ],
};

fn shingles(e: &LuauExpr, given: &mut Arguments) -> mlua::Result<Value> {
    let n: usize = given.take::<Option<usize>>()?.unwrap_or(SHINGLE);
    if n == 0 {
        return Err(Mistake::FromOne(0).into());
    }
    let unit = given.word(&UNITS)?.unwrap_or(Unit::Characters);
    let cut = move |column: Column| -> PolarsResult<Column> {
        let texts = column.as_materialized_series().str()?;
        let mut lists = ListStringChunkedBuilder::new(column.name().clone(), texts.len(), texts.len());
        for text in texts.iter() {
            match text.map(|text| pieces(text, n, unit)) {
                Some(pieces) => lists.append_values_iter(pieces.iter().map(String::as_str)),
                None => lists.append_null(),
            }
        }
        Ok(lists.finish().into_column())
    };
    let listed =
        |_: &Schema, field: &Field| Ok(Field::new(field.name().clone(), DataType::List(Box::new(DataType::String))));
    e.map(given, |e| e.map(cut, listed))
}

/// The different pieces of a text, each where it comes first.
fn pieces(text: &str, n: usize, unit: Unit) -> Vec<String> {
    let parts: Vec<&str> = match unit {
        Unit::Characters => text.split("").filter(|part| !part.is_empty()).collect(),
        Unit::Words => text.split_whitespace().collect(),
    };
    let between = if matches!(unit, Unit::Words) { " " } else { "" };
    if parts.is_empty() {
        return Vec::new();
    }
    let mut seen = std::collections::HashSet::new();
    let pieces = parts.windows(n.min(parts.len())).map(|piece| piece.join(between));
    pieces.filter(|piece| seen.insert(piece.clone())).collect()
}

fn similarity(e: &LuauExpr, given: &mut Arguments) -> mlua::Result<Value> {
    let kernels = kernels(given.lua(), "str_similarity")?;
    let other: Node = given.take()?;
    let measure = given.word(&MEASURES)?.unwrap_or(Similarity::Levenshtein);
    given.give(e.take().zip(other, |a, b| measured(a, b, kernels, measure)))
}

fn measured(a: Expr, b: Expr, kernels: Arc<dyn Kernels>, measure: Similarity) -> Expr {
    let run = move |columns: &mut [Column]| -> PolarsResult<Column> {
        let [a, b] = columns else { polars_bail!(InvalidOperation: "two columns were given") };
        let rows = if a.len() == 1 { b.len() } else { a.len() };
        let (one, other) = (wide(a, rows)?, wide(b, rows)?);
        let found = kernels.similarity(one.str()?, other.str()?, measure);
        Ok(found.into_iter().collect::<Float64Chunked>().with_name(a.name().clone()).into_column())
    };
    let fields = |_: &Schema, fields: &[Field]| {
        if let Some(field) = fields.iter().find(|field| !matches!(field.dtype(), DataType::String | DataType::Null)) {
            let (name, found) = (field.name(), name_of_type(field.dtype()));
            polars_bail!(InvalidOperation: "str_similarity compares strings, `{name}` is of type {found}");
        }
        let name = fields.first().map(|field| field.name().clone()).unwrap_or_default();
        Ok(Field::new(name, DataType::Float64))
    };
    a.map_many(run, &[b], fields)
}

/// One value for all rows, or a value per row.
fn wide(column: &Column, rows: usize) -> PolarsResult<Column> {
    let column = column.cast(&DataType::String)?;
    match column.len() {
        found if found == rows => Ok(column),
        1 => Ok(column.new_from_index(0, rows)),
        found => polars_bail!(ShapeMismatch: "str_similarity got {found} values beside {rows}"),
    }
}
