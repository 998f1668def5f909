//! Aggregates, and what may be done with the values of a group before one.

use super::super::verb::{Group, Kind, one, optional, words};
use super::{LuauExpr, verb, wide};
use polars::prelude::{Expr, QuantileMethod, SortOptions, lit};

const METHODS: [(&str, QuantileMethod); 5] = [
    ("linear", QuantileMethod::Linear),
    ("lower", QuantileMethod::Lower),
    ("higher", QuantileMethod::Higher),
    ("nearest", QuantileMethod::Nearest),
    ("midpoint", QuantileMethod::Midpoint),
];

pub(super) static AGGREGATES: Group<LuauExpr> = Group {
    title: "Aggregates",
    doc: "One value of many, per group in agg and over all rows in select. Nulls do not count.",
    methods: &[
        verb("sum", &[], "the sum; of booleans how many are true", |e, given| e.map(given, Expr::sum))
            .example(r#"col("n"):sum()"#, "int: 1"),
        verb("mean", &[], "the arithmetic mean", |e, given| e.map(given, Expr::mean))
            .example(r#"col("w"):mean()"#, "float: 0.5"),
        verb("median", &[], "the middle value", |e, given| e.map(given, Expr::median))
            .example(r#"col("n"):median()"#, "float: 2"),
        verb("std", &[], "the standard deviation of a sample (n - 1)", |e, given| e.map(given, |e| e.std(1)))
            .example(r#"col("w"):std()"#, "float: 2"),
        verb("var", &[], "the variance of a sample (n - 1)", |e, given| e.map(given, |e| e.var(1)))
            .example(r#"col("w"):var()"#, "float: 4"),
        verb(
            "quantile",
            &[one("share", Kind::Number), optional("method", Kind::Word(&words(&METHODS)))],
            "the value below which that share from 0 to 1 lies; linear between two values by default",
            |e, given| {
                let (share, method): (f64, _) = (given.take()?, given.word(&METHODS)?);
                let method = method.unwrap_or(QuantileMethod::Linear);
                e.map(given, |e| e.quantile(lit(share), method))
            },
        )
        .example(r#"col("n"):quantile(0.75)"#, "float: 3.25"),
        verb("min", &[], "the smallest", |e, given| e.map(given, Expr::min)).example(r#"col("n"):min()"#, "int: -7"),
        verb("max", &[], "the largest", |e, given| e.map(given, Expr::max)).example(r#"col("n"):max()"#, "int: 4"),
        verb("count", &[], "how many are not null", |e, given| e.map(given, |e| wide(e.count())))
            .example(r#"col("lang"):count()"#, "int: 3"),
        verb("n_unique", &[], "how many different ones; null is one of them", |e, given| {
            e.map(given, |e| wide(e.n_unique()))
        })
        .example(r#"col("lang"):n_unique()"#, "int: 3"),
        verb("first", &[], "the first, even if it is null", |e, given| e.map(given, Expr::first))
            .example(r#"col("lang"):first()"#, "string: en"),
        verb("last", &[], "the last, even if it is null", |e, given| e.map(given, Expr::last))
            .example(r#"col("lang"):last()"#, "string: null"),
        verb("any", &[], "is at least one true?", |e, given| e.map(given, |e| e.any(true)))
            .example(r#"col("ok"):any()"#, "bool: true"),
        verb("all", &[], "are all true?", |e, given| e.map(given, |e| e.all(true)))
            .example(r#"col("ok"):all()"#, "bool: false"),
        verb("list", &[], "all values as one list, nulls included", |e, given| e.map(given, |e| e.implode(true)))
            .example(r#"col("n"):list()"#, "list of int: [1, -7, 3, 4]"),
    ],
};

pub(super) static IN_A_GROUP: Group<LuauExpr> = Group {
    title: "In a group",
    doc: "Before an aggregate: col(\"n\"):sort():head(3):list() are the three smallest of each group.",
    methods: &[
        verb("unique", &[], "each value once, in the order of their first", |e, given| {
            e.map(given, Expr::unique_stable)
        })
        .example(r#"col("lang"):unique()"#, "string: en / de / null"),
        verb(
            "sort",
            &[optional("options", Kind::Options(&[optional("descending", Kind::Truth)]))],
            "in ascending order, nulls first",
            |e, given| {
                let descending = given.options()?.take("descending")?.unwrap_or(false);
                e.map(given, |e| e.sort(SortOptions::default().with_order_descending(descending)))
            },
        )
        .example(r#"col("n"):sort { descending = true }"#, "int: 4 / 3 / 1 / -7"),
        verb("head", &[one("n", Kind::Count)], "the first n", |e, given| {
            let n: u32 = given.take()?;
            e.map(given, |e| e.head(Some(n as usize)))
        })
        .example(r#"col("n"):head(2)"#, "int: 1 / -7"),
    ],
};
