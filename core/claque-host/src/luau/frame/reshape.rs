//! Another shape: `explode` makes rows of lists, `pivot` makes columns of values.

use super::super::expr::name_of_type;
use super::super::mistake::Mistake;
use super::super::verb::{Arguments, Group, Kind, one, optional, words};
use super::{Frame, names, selector, verb};
use mlua::Value;
use polars::frame::PivotColumnNaming;
use polars::prelude::{DataType, ExplodeOptions, Expr, SortMultipleOptions, UniqueKeepStrategy, col, element};
use std::sync::Arc;

/// Columns that one pivot may make.
const WIDEST: usize = 1000;

/// What becomes of several values in one cell.
#[derive(Clone, Copy)]
enum Cell {
    Sum,
    Mean,
    Min,
    Max,
    Count,
    First,
}

const CELLS: [(&str, Cell); 6] = [
    ("sum", Cell::Sum),
    ("mean", Cell::Mean),
    ("min", Cell::Min),
    ("max", Cell::Max),
    ("count", Cell::Count),
    ("first", Cell::First),
];

pub(super) static GROUP: Group<Frame> = Group {
    title: "Shape",
    doc: "",
    methods: &[
        verb(
            "explode",
            &[one("column", Kind::Column)],
            "one row per item of a list; empty and null lists give none",
            explode,
        )
        .example(
            r#"posts:select("post_id", col("text"):str_extract_all("[0-9]+"):alias("number")):explode("number")"#,
            "post_id, number: a, 12 / b, 7 / b, 8",
        ),
        verb(
            "pivot",
            &[one(
                "options",
                Kind::Options(&[
                    one("on", Kind::Column),
                    one("index", Kind::Columns),
                    one("values", Kind::Column),
                    optional("agg", Kind::Word(&words(&CELLS))),
                ]),
            )],
            "one row per index, one column per value of on, in their order; without agg two values for one cell are an \
             error. Runs the plan, to learn the columns",
            pivot,
        )
        .example(
            r#"posts:filter("lang is not null"):pivot { on = "lang", index = "ok", values = "n", agg = "sum" }"#,
            "ok, de, en: true, 0, 4 / false, -7, 0",
        ),
    ],
};

fn explode(frame: &Frame, given: &mut Arguments) -> mlua::Result<Value> {
    let name: String = given.take()?;
    frame.know(&name)?;
    let dtype = frame.schema().get(&name).cloned().unwrap_or(DataType::Null);
    if !dtype.is_list() {
        let found = format!("`{name}` of type {}", name_of_type(&dtype));
        return Err(Mistake::Expected { expected: "a column of lists", found }.into());
    }
    let options = ExplodeOptions { empty_as_null: false, keep_nulls: false };
    given.give(frame.then(|plan| plan.explode(selector(std::slice::from_ref(&name)), options))?)
}

fn pivot(frame: &Frame, given: &mut Arguments) -> mlua::Result<Value> {
    let options = given.options()?;
    let on: String = options.take("on")?.unwrap_or_default();
    let values: String = options.take("values")?.unwrap_or_default();
    let index = options.take::<Value>("index")?.map(|index| names(&index)).transpose()?.unwrap_or_default();
    let cell = aggregate(options.word("agg", &CELLS)?);
    if index.is_empty() {
        return Err(Mistake::NoIndex.into());
    }
    frame.know(&on)?;
    frame.know(&values)?;
    frame.know_all(&index)?;
    // names of columns are texts
    let texts = frame.then(|plan| plan.with_columns([col(on.as_str()).cast(DataType::String)]))?;
    let known = texts.then(|plan| {
        plan.select([col(on.as_str())])
            .filter(col(on.as_str()).is_not_null())
            .unique_stable(None, UniqueKeepStrategy::First)
            .sort([on.as_str()], SortMultipleOptions::default())
    })?;
    let known = known.collect(given.lua())?;
    if known.height() > WIDEST {
        return Err(Mistake::WidePivot { columns: known.height(), most: WIDEST }.into());
    }
    let known = Arc::new(known);
    given.give(texts.then(|plan| {
        plan.pivot(
            selector(std::slice::from_ref(&on)),
            Arc::clone(&known),
            selector(&index),
            selector(std::slice::from_ref(&values)),
            cell.clone(),
            true,
            "_".into(),
            PivotColumnNaming::Auto,
        )
    })?)
}

fn aggregate(cell: Option<Cell>) -> Expr {
    match cell {
        None => element().item(true),
        Some(Cell::Sum) => element().sum(),
        Some(Cell::Mean) => element().mean(),
        Some(Cell::Min) => element().min(),
        Some(Cell::Max) => element().max(),
        Some(Cell::Count) => element().count().cast(DataType::Int64),
        Some(Cell::First) => element().first(),
    }
}
