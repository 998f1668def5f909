//! `dt_…`: times, all in UTC.

use super::super::mistake::Mistake;
use super::{LuauExpr, Span, unary, wide, with};
use mlua::UserDataMethods;
use polars::prelude::{TimeUnit, lit};

pub(super) fn add<M: UserDataMethods<LuauExpr>>(methods: &mut M) {
    with(methods, "dt_truncate", |e, every: Span| Ok(e.dt().truncate(lit(every.polars()))));
    unary(methods, "dt_hour", |e| wide(e.dt().hour()));
    unary(methods, "dt_weekday", |e| wide(e.dt().weekday()));
    unary(methods, "dt_date", |e| e.dt().date());
    with(methods, "dt_epoch", |e, unit: String| match unit.as_str() {
        "s" => Ok(e.dt().timestamp(TimeUnit::Microseconds).floor_div(lit(1_000_000_i64))),
        "ms" => Ok(e.dt().timestamp(TimeUnit::Milliseconds)),
        "us" => Ok(e.dt().timestamp(TimeUnit::Microseconds)),
        other => Err(Mistake::unknown("unit", other, ["s", "ms", "us"])),
    });
}
