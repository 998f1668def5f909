//! `+ - * / // % ^` and unary minus on expressions; and what the operators that cannot work say instead.

use super::super::mistake::Mistake;
use super::super::verb::{Argument, Combine, Group, Kind, Method, one};
use super::{EXPR, LuauExpr, Node, float, operand, verb};
use mlua::{IntoLua, Lua, MetaMethod, UserDataMethods, Value};
use polars::prelude::Expr;

pub(super) static GROUP: Group<LuauExpr> = Group {
    title: "Arithmetic",
    doc: "A number or a duration may stand on either side. Counts, lengths, hours and the like are int64, so that \
          none of them wraps around at a smaller size. What leaves 64 bits does: cast such numbers to \"float\".",
    methods: &[
        operator("__add", "a + b", |lua, a, b| combine(lua, a, b, |a, b| a + b))
            .example(r#"col("n") + 1"#, "int: 2 / -6 / 4 / 5"),
        operator("__sub", "a - b", |lua, a, b| combine(lua, a, b, |a, b| a - b))
            .example(r#"10 - col("n")"#, "int: 9 / 17 / 7 / 6"),
        operator("__mul", "a * b", |lua, a, b| combine(lua, a, b, |a, b| a * b))
            .example(r#"col("n") * 1.5"#, "float: 1.5 / -10.5 / 4.5 / 6"),
        operator("__div", "a / b, always as floats", |lua, a, b| combine(lua, a, b, |a, b| float(a) / float(b)))
            .example(r#"col("n") / 2"#, "float: 0.5 / -3.5 / 1.5 / 2"),
        operator("__idiv", "a // b, rounded down", |lua, a, b| combine(lua, a, b, Expr::floor_div))
            .example(r#"col("n") // 2"#, "int: 0 / -4 / 1 / 2"),
        operator("__mod", "a % b, with the sign of b", |lua, a, b| combine(lua, a, b, |a, b| a % b))
            .example(r#"col("n") % 3"#, "int: 1 / 2 / 0 / 1"),
        operator("__pow", "a ^ b, always as floats", |lua, a, b| combine(lua, a, b, |a, b| float(a).pow(float(b))))
            .example(r#"col("n") ^ 2"#, "float: 1 / 49 / 9 / 16"),
        verb("__unm", &[], "-a", |e, given| e.map(given, |e| -e)).example(r#"-col("n")"#, "int: -1 / 7 / -3 / -4"),
    ],
};

const OTHER: &[Argument] = &[one("other", Kind::Operand)];

const fn operator(name: &'static str, doc: &'static str, call: Combine) -> Method<LuauExpr> {
    Method::operator(name, OTHER, EXPR, doc, call)
}

fn combine(lua: &Lua, a: &Value, b: &Value, f: impl FnOnce(Expr, Expr) -> Expr) -> mlua::Result<Value> {
    let (a, b): (Node, Node) = (operand(a)?, operand(b)?);
    a.zip(b, f).into_lua(lua)
}

/// Comparison gives a boolean and `..` a string in every Lua: they say what to write instead.
pub(super) fn refuse<M: UserDataMethods<LuauExpr>>(methods: &mut M) {
    for name in [MetaMethod::Lt, MetaMethod::Le, MetaMethod::Eq] {
        methods
            .add_meta_function(name, |_, _: (Value, Value)| -> mlua::Result<bool> { Err(Mistake::Comparison.into()) });
    }
    methods.add_meta_function(MetaMethod::Concat, |_, _: (Value, Value)| -> mlua::Result<bool> {
        Err(Mistake::Concatenation.into())
    });
}
