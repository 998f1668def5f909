//! Aggregates, what may be done inside a group, windows, and functions of one number.

use super::super::mistake::Mistake;
use super::super::options::Options;
use super::{LuauExpr, unary, wide, with};
use mlua::{Table, UserDataMethods, Variadic};
use polars::prelude::{Expr, RankMethod, RankOptions, RoundMode, SortOptions, col, lit};
use polars::series::ops::NullBehavior;

pub(super) fn add<M: UserDataMethods<LuauExpr>>(methods: &mut M) {
    aggregates(methods);
    in_a_group(methods);
    windows(methods);
    numbers(methods);
}

fn aggregates<M: UserDataMethods<LuauExpr>>(methods: &mut M) {
    unary(methods, "sum", Expr::sum);
    unary(methods, "mean", Expr::mean);
    unary(methods, "median", Expr::median);
    unary(methods, "min", Expr::min);
    unary(methods, "max", Expr::max);
    unary(methods, "count", |e| wide(e.count()));
    unary(methods, "n_unique", |e| wide(e.n_unique()));
    unary(methods, "first", Expr::first);
    unary(methods, "last", Expr::last);
    unary(methods, "list", |e| e.implode(true));
    unary(methods, "any", |e| e.any(true));
    unary(methods, "all", |e| e.all(true));
}

fn in_a_group<M: UserDataMethods<LuauExpr>>(methods: &mut M) {
    unary(methods, "unique", Expr::unique_stable);
    with(methods, "head", |e, n: u32| Ok(e.head(Some(n as usize))));
    methods.add_method("sort", |lua, this, options: Option<Table>| {
        let mut options = Options::of(options);
        let descending = options.take::<bool>("descending")?.unwrap_or(false);
        options.finish()?;
        let order = SortOptions::default().with_order_descending(descending);
        LuauExpr::finish(lua, this.take().map(|e| e.sort(order)))
    });
}

fn windows<M: UserDataMethods<LuauExpr>>(methods: &mut M) {
    methods.add_method("over", |lua, this, names: Variadic<String>| {
        let node = this.take();
        let by: Vec<Expr> = names.iter().map(|n| col(n.as_str())).collect();
        let over = node.expr.clone().over(by).map_err(Mistake::from)?;
        LuauExpr::finish(lua, node.map(|_| over))
    });
    with(methods, "shift", |e, n: i64| Ok(e.shift(lit(n))));
    with(methods, "diff", |e, n: Option<i64>| Ok(e.diff(lit(n.unwrap_or(1)), NullBehavior::Ignore)));
    unary(methods, "cum_sum", |e| e.cum_sum(false));
    with(methods, "rank", |e, method: Option<String>| {
        let method = match method.as_deref() {
            None | Some("dense") => RankMethod::Dense,
            Some("ordinal") => RankMethod::Ordinal,
            Some("average") => RankMethod::Average,
            Some("min") => RankMethod::Min,
            Some("max") => RankMethod::Max,
            Some(other) => {
                return Err(Mistake::unknown("rank", other, ["dense", "ordinal", "average", "min", "max"]));
            }
        };
        let rank = e.rank(RankOptions { method, descending: false }, None);
        Ok(if method == RankMethod::Average { rank } else { wide(rank) })
    });
}

fn numbers<M: UserDataMethods<LuauExpr>>(methods: &mut M) {
    unary(methods, "abs", Expr::abs);
    unary(methods, "floor", Expr::floor);
    unary(methods, "ceil", Expr::ceil);
    unary(methods, "exp", Expr::exp);
    unary(methods, "sqrt", Expr::sqrt);
    with(methods, "round", |e, digits: Option<u32>| Ok(e.round(digits.unwrap_or(0), RoundMode::HalfAwayFromZero)));
    with(methods, "log", |e, base: Option<f64>| Ok(e.log(lit(base.unwrap_or(std::f64::consts::E)))));
    methods.add_method("clip", |lua, this, (low, high): (Option<f64>, Option<f64>)| {
        let node = this.take().map(|e| match (low, high) {
            (Some(low), Some(high)) => e.clip(lit(low), lit(high)),
            (Some(low), None) => e.clip_min(lit(low)),
            (None, Some(high)) => e.clip_max(lit(high)),
            (None, None) => e,
        });
        LuauExpr::finish(lua, node)
    });
}
