//! Functions of one number.

use super::super::verb::{Group, Kind, optional};
use super::{LuauExpr, float, verb};
use polars::prelude::{Expr, RoundMode, lit};

pub(super) static GROUP: Group<LuauExpr> = Group {
    title: "Numbers",
    doc: "",
    methods: &[
        verb("abs", &[], "without its sign", |e, given| e.map(given, Expr::abs))
            .example(r#"col("n"):abs()"#, "int: 1 / 7 / 3 / 4"),
        verb(
            "round",
            &[optional("digits", Kind::Count)],
            "to so many digits after the point, none by default; halves go away from zero",
            |e, given| {
                let digits = given.take::<Option<u32>>()?.unwrap_or(0);
                e.map(given, |e| e.round(digits, RoundMode::HalfAwayFromZero))
            },
        )
        .example(r#"col("w"):round()"#, "float: 1 / 3 / null / -2"),
        verb("floor", &[], "the next whole number below", |e, given| e.map(given, Expr::floor))
            .example(r#"col("w"):floor()"#, "float: 0 / 2 / null / -2"),
        verb("ceil", &[], "the next whole number above", |e, given| e.map(given, Expr::ceil))
            .example(r#"col("w"):ceil()"#, "float: 1 / 3 / null / -1"),
        verb("log", &[optional("base", Kind::Number)], "the logarithm, natural by default", |e, given| {
            let base = given.take::<Option<f64>>()?.unwrap_or(std::f64::consts::E);
            e.map(given, |e| float(e).log(lit(base)))
        })
        .example(r#"col("n"):log(2)"#, "float: 0 / NaN / 1.5849625 / 2"),
        verb("exp", &[], "e to that power", |e, given| e.map(given, |e| float(e).exp()))
            .example(r#"col("n"):exp()"#, "float: 2.71828183 / 0.000911881966 / 20.0855369 / 54.59815"),
        verb("sqrt", &[], "the square root", |e, given| e.map(given, |e| float(e).sqrt()))
            .example(r#"col("n"):sqrt()"#, "float: 1 / NaN / 1.73205081 / 2"),
        verb(
            "clip",
            &[optional("low", Kind::Number), optional("high", Kind::Number)],
            "not below low, not above high; nil leaves that side open",
            |e, given| {
                let (low, high): (Option<f64>, Option<f64>) = (given.take()?, given.take()?);
                // whole numbers have no infinity to be compared with
                let (low, high) = (low.filter(|b| *b > f64::NEG_INFINITY), high.filter(|b| *b < f64::INFINITY));
                e.map(given, |e| match (low, high) {
                    (Some(low), Some(high)) => e.clip(lit(low), lit(high)),
                    (Some(low), None) => e.clip_min(lit(low)),
                    (None, Some(high)) => e.clip_max(lit(high)),
                    (None, None) => e,
                })
            },
        )
        .example(r#"col("n"):clip(0, 3)"#, "int: 1 / 0 / 3 / 3"),
    ],
};
