//! Names, types, comparison and logic: methods, because Lua's own operators cannot build expressions.

use super::super::verb::{Argument, Arguments, Group, Kind, Method, one};
use super::operand::{TYPES, series};
use super::{EXPR, LuauExpr, Node, type_named, verb};
use mlua::Value;
use polars::prelude::{ClosedInterval, Expr, Literal, lit};

pub(super) static NAMES: Group<LuauExpr> = Group {
    title: "Name and type",
    doc: "",
    methods: &[
        verb("alias", &[one("name", Kind::Text)], "gives the result a name", |e, given| {
            let name: String = given.take()?;
            e.map(given, |e| e.alias(name))
        })
        .example(r#"posts:select((col("n") + 1):alias("m"))"#, "m: 2 / -6 / 4 / 5"),
        verb(
            "cast",
            &[one("type", Kind::Word(&TYPES))],
            "to another type; what cannot be converted becomes null",
            |e, given| {
                let to = type_named(&given.take::<String>()?)?;
                e.map(given, |e| e.cast(to))
            },
        )
        .example(r#"col("n"):cast("string")"#, "string: 1 / -7 / 3 / 4"),
    ],
};

pub(super) static COMPARISON: Group<LuauExpr> = Group {
    title: "Comparison",
    doc: "Methods, because == ~= < > <= >= give true or false at once in every Lua. A null on either side gives null, \
          which filter drops. An id\"…\" takes the type of the column beside it, digit for digit.",
    methods: &[
        compare("eq", "equal", |e, given| binary(e, given, Expr::eq))
            .example(r#"col("lang"):eq("en")"#, "bool: true / false / true / null"),
        compare("ne", "not equal", |e, given| binary(e, given, Expr::neq))
            .example(r#"col("lang"):ne("en")"#, "bool: false / true / false / null"),
        compare("lt", "less", |e, given| binary(e, given, Expr::lt))
            .example(r#"col("n"):lt(3.5)"#, "bool: true / true / true / false"),
        compare("le", "less or equal", |e, given| binary(e, given, Expr::lt_eq))
            .example(r#"col("n"):le(3)"#, "bool: true / true / true / false"),
        compare("gt", "greater", |e, given| binary(e, given, Expr::gt))
            .example(r#"col("n"):gt(3)"#, "bool: false / false / false / true"),
        compare("ge", "greater or equal", |e, given| binary(e, given, Expr::gt_eq))
            .example(r#"col("n"):ge(3)"#, "bool: false / false / true / true"),
        verb(
            "between",
            &[one("low", Kind::Operand), one("high", Kind::Operand)],
            "from low to high, both ends included",
            |e, given| {
                let parts: [Node; 3] = [e.take(), given.take()?, given.take()?];
                given.give(Node::join(parts, |[e, low, high]| e.is_between(low, high, ClosedInterval::Both)))
            },
        )
        .example(r#"col("n"):between(1, 3)"#, "bool: true / false / true / false"),
        verb(
            "is_in",
            &[one("values", Kind::List(&Kind::Literal))],
            "is it one of these? The values are of one kind",
            |e, given| {
                let values = series(&given.take::<Vec<Value>>()?)?;
                e.map(given, |e| {
                    if values.is_empty() {
                        return e.is_null().and(lit(false));
                    }
                    e.is_in(values.lit().implode(true), false)
                })
            },
        )
        .example(r#"col("lang"):is_in { "en", "fr" }"#, "bool: true / false / true / null"),
        verb("is_null", &[], "is the value missing?", |e, given| e.map(given, Expr::is_null))
            .example(r#"col("lang"):is_null()"#, "bool: false / false / false / true"),
        verb("is_not_null", &[], "is there a value?", |e, given| e.map(given, Expr::is_not_null))
            .example(r#"col("lang"):is_not_null()"#, "bool: true / true / true / false"),
        verb("fill_null", &[one("value", Kind::Operand)], "this value where one is missing", |e, given| {
            binary(e, given, Expr::fill_null)
        })
        .example(r#"col("lang"):fill_null("?")"#, "string: en / de / en / ?"),
    ],
};

pub(super) static LOGIC: Group<LuauExpr> = Group {
    title: "Logic",
    doc: "Methods, because and, or, not are words of the language that cannot build expressions. Null stands for \
          unknown: false and null is false, true and null is null.",
    methods: &[
        verb("and_", &[one("other", Kind::Condition)], "both hold", |e, given| binary(e, given, Expr::and))
            .example(r#"col("ok"):and_(col("n"):gt(0))"#, "bool: true / false / true / null"),
        verb("or_", &[one("other", Kind::Condition)], "at least one holds", |e, given| binary(e, given, Expr::or))
            .example(r#"col("ok"):or_(col("n"):gt(3))"#, "bool: true / false / true / true"),
        verb("not_", &[], "the opposite", |e, given| e.map(given, Expr::not))
            .example(r#"col("ok"):not_()"#, "bool: false / true / false / null"),
    ],
};

const OTHER: &[Argument] = &[one("other", Kind::Operand)];

const fn compare(name: &'static str, doc: &'static str, call: super::Body<LuauExpr>) -> Method<LuauExpr> {
    Method::new(name, OTHER, EXPR, doc, call)
}

fn binary(e: &LuauExpr, given: &mut Arguments, f: fn(Expr, Expr) -> Expr) -> mlua::Result<Value> {
    let other: Node = given.take()?;
    given.give(e.take().zip(other, f))
}
