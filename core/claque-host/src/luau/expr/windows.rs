//! Windows: values out of other rows, with as many rows as before.

use super::super::mistake::Mistake;
use super::super::verb::{Group, Kind, one, optional, rest, words};
use super::{LuauExpr, Span, column, verb, wide};
use polars::prelude::{ClosedWindow, RankMethod, RankOptions, lit};
use polars::series::ops::NullBehavior;

const RANKS: [(&str, RankMethod); 5] = [
    ("dense", RankMethod::Dense),
    ("ordinal", RankMethod::Ordinal),
    ("average", RankMethod::Average),
    ("min", RankMethod::Min),
    ("max", RankMethod::Max),
];

pub(super) static GROUP: Group<LuauExpr> = Group {
    title: "Windows",
    doc: "Every row stays. Rows follow each other as they stand in the frame: sort first where that matters.",
    methods: &[
        verb("over", &[rest("names", Kind::Column)], "the aggregate of the row's group, on each row", |e, given| {
            let by = given.rest::<String>()?.iter().map(|name| column(name)).collect::<Result<Vec<_>, _>>()?;
            let node = e.take();
            let over = node.expr.clone().over(by).map_err(Mistake::from)?;
            given.give(node.map(|_| over))
        })
        .example(r#"col("n"):sum():over("lang")"#, "int: 4 / -7 / 4 / 4"),
        verb(
            "rolling",
            &[one("options", Kind::Options(&[one("index", Kind::Column), one("period", Kind::Span)]))],
            "an aggregate over the rows up to that long before each row, the row itself included; the index is a time \
             column in ascending order",
            |e, given| {
                let options = given.options()?;
                let index: String = options.take("index")?.unwrap_or_default();
                let period = options.take::<Span>("period")?.unwrap_or(Span(0)).window()?;
                let index = column(&index)?;
                e.map(given, |e| e.rolling(index, period, -period, ClosedWindow::Right))
            },
        )
        .example(
            r#"posts:filter("at is not null"):select(col("n"):sum():rolling { index = "at", period = "1d" })"#,
            "n: 1 / -6 / 4",
        ),
        verb("shift", &[one("n", Kind::Whole)], "the value n rows above; below if n is negative", |e, given| {
            let n: i64 = given.take()?;
            e.map(given, |e| e.shift(lit(n)))
        })
        .example(r#"col("n"):shift(1)"#, "int: null / 1 / -7 / 3"),
        verb("diff", &[optional("n", Kind::Whole)], "minus the value n rows above; 1 by default", |e, given| {
            let n = given.take::<Option<i64>>()?.unwrap_or(1);
            e.map(given, |e| e.diff(lit(n), NullBehavior::Ignore))
        })
        .example(r#"col("n"):diff()"#, "int: null / -8 / 10 / 1"),
        verb("cum_sum", &[], "the sum up to here; refused where it leaves 64 bits", |e, given| {
            e.map(given, |e| e.cum_sum(false))
        })
        .example(r#"col("n"):cum_sum()"#, "int: 1 / -6 / -3 / 1"),
        verb("cum_count", &[], "how many are not null up to here", |e, given| {
            e.map(given, |e| wide(e.cum_count(false)))
        })
        .example(r#"col("w"):cum_count()"#, "int: 1 / 2 / 2 / 3"),
        verb(
            "rank",
            &[optional("method", Kind::Word(&words(&RANKS)))],
            "the place in ascending order, from 1; equal values share one (dense) by default",
            |e, given| {
                let method = given.word(&RANKS)?.unwrap_or(RankMethod::Dense);
                e.map(given, |e| {
                    let rank = e.rank(RankOptions { method, descending: false }, None);
                    if method == RankMethod::Average { rank } else { wide(rank) }
                })
            },
        )
        .example(r#"col("n"):rank()"#, "int: 2 / 1 / 3 / 4"),
    ],
};
