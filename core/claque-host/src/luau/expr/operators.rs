//! `+ - * / // %` and unary minus on expressions; and what the operators that cannot work say instead.

use super::super::mistake::Mistake;
use super::{LuauExpr, operand};
use mlua::{MetaMethod, UserDataMethods, Value};
use polars::prelude::{DataType, Expr};

type Combine = fn(Expr, Expr) -> Expr;

/// `/` divides as floats always; `//` is floor division.
const ARITHMETIC: [(MetaMethod, Combine); 6] = [
    (MetaMethod::Add, |a, b| a + b),
    (MetaMethod::Sub, |a, b| a - b),
    (MetaMethod::Mul, |a, b| a * b),
    (MetaMethod::Div, |a, b| a.cast(DataType::Float64) / b.cast(DataType::Float64)),
    (MetaMethod::IDiv, Expr::floor_div),
    (MetaMethod::Mod, |a, b| a % b),
];

pub(super) fn add<M: UserDataMethods<LuauExpr>>(methods: &mut M) {
    for (name, f) in ARITHMETIC {
        methods.add_meta_function(name, move |lua, (a, b): (Value, Value)| {
            LuauExpr::finish(lua, operand(&a)?.zip(operand(&b)?, f))
        });
    }
    methods.add_meta_method(MetaMethod::Unm, |lua, this, ()| LuauExpr::finish(lua, this.take().map(|e| -e)));
    for name in [MetaMethod::Lt, MetaMethod::Le, MetaMethod::Eq] {
        methods
            .add_meta_function(name, |_, _: (Value, Value)| -> mlua::Result<bool> { Err(Mistake::Comparison.into()) });
    }
    methods.add_meta_function(MetaMethod::Concat, |_, _: (Value, Value)| -> mlua::Result<bool> {
        Err(Mistake::Concatenation.into())
    });
    methods.add_meta_method(MetaMethod::ToString, |_, this, ()| Ok(this.node.expr.to_string()));
}
