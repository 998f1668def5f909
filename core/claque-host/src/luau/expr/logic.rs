//! Names, types, comparison and logic: methods, because Lua's own operators cannot build expressions.

use super::super::mistake::Mistake;
use super::operand::{Id, series};
use super::{LuauExpr, Node, binary, operand, type_named, unary, with};
use mlua::{UserDataMethods, Value};
use polars::prelude::{ClosedInterval, DataType, Expr, Literal, lit};

pub(super) fn add<M: UserDataMethods<LuauExpr>>(methods: &mut M) {
    with(methods, "alias", |e, name: String| Ok(e.alias(name)));
    with(methods, "cast", |e, to: String| Ok(e.cast(type_named(&to)?)));
    compare(methods, "eq", Expr::eq::<Expr>);
    compare(methods, "ne", Expr::neq::<Expr>);
    binary(methods, "lt", Expr::lt::<Expr>);
    binary(methods, "le", Expr::lt_eq::<Expr>);
    binary(methods, "gt", Expr::gt::<Expr>);
    binary(methods, "ge", Expr::gt_eq::<Expr>);
    methods.add_method("between", |lua, this, (low, high): (Value, Value)| {
        let parts = vec![this.take(), operand(&low)?, operand(&high)?];
        let node = Node::fold(parts, |parts| {
            let [this, low, high] = <[Expr; 3]>::try_from(parts).expect("three were given");
            this.is_between(low, high, ClosedInterval::Both)
        });
        LuauExpr::finish(lua, node)
    });
    methods.add_method("is_in", |lua, this, values: Vec<Value>| {
        let (series, ids) = series(&values)?;
        let node = this.take().map(|e| {
            if series.is_empty() {
                return e.is_null().and(lit(false));
            }
            let e = if ids { e.cast(DataType::String) } else { e };
            e.is_in(series.lit().implode(true), false)
        });
        LuauExpr::finish(lua, node)
    });
    unary(methods, "is_null", Expr::is_null);
    unary(methods, "is_not_null", Expr::is_not_null);
    binary(methods, "fill_null", Expr::fill_null::<Expr>);
    connect(methods, "and_", Expr::and::<Expr>);
    connect(methods, "or_", Expr::or::<Expr>);
    unary(methods, "not_", Expr::not);
}

/// Equality with an id compares digits as text, so that it is exact for columns of either type.
fn compare<M: UserDataMethods<LuauExpr>>(methods: &mut M, name: &'static str, f: fn(Expr, Expr) -> Expr) {
    methods.add_method(name, move |lua, this, other: Value| {
        let node = this.take();
        let is_id = other.as_userdata().is_some_and(mlua::AnyUserData::is::<Id>);
        let node = if is_id { node.map(|e| e.cast(DataType::String)) } else { node };
        LuauExpr::finish(lua, node.zip(operand(&other)?, f))
    });
}

/// `and_` and `or_`, which take conditions only: a plain boolean there was an operator.
fn connect<M: UserDataMethods<LuauExpr>>(methods: &mut M, name: &'static str, f: fn(Expr, Expr) -> Expr) {
    methods.add_method(name, move |lua, this, other: Value| {
        if let Value::Boolean(value) = other {
            return Err(Mistake::PlainBoolean { verb: name, value }.into());
        }
        LuauExpr::finish(lua, this.take().zip(operand(&other)?, f))
    });
}
