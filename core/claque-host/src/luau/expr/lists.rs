//! `list_…`: lists, as `list`, `str_split` and `str_extract_all` make them. Positions count from 1.

use super::super::mistake::Mistake;
use super::{LuauExpr, operand, unary, wide, with};
use mlua::{UserDataMethods, Value};
use polars::prelude::{SortOptions, element, lit};

pub(super) fn add<M: UserDataMethods<LuauExpr>>(methods: &mut M) {
    unary(methods, "list_len", |e| wide(e.list().len()));
    unary(methods, "list_unique", |e| e.list().eval(element().unique_stable()));
    unary(methods, "list_sort", |e| e.list().sort(SortOptions::default()));
    with(methods, "list_join", |e, separator: String| Ok(e.list().join(lit(separator), true)));
    with(methods, "list_get", |e, position: i64| {
        if position < 1 {
            return Err(Mistake::FromOne(position));
        }
        Ok(e.list().get(lit(position - 1), true))
    });
    methods.add_method("list_contains", |lua, this, value: Value| {
        LuauExpr::finish(lua, this.take().zip(operand(&value)?, |e, value| e.list().contains(value, false)))
    });
}
