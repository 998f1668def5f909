//! `Frame` as scripts see it: a lazy plan with a known schema. Every verb checks its column names when it is
//! called; `collect` is the only barrier. Rows keep a defined order, so results do not depend on threads.

mod collect;
mod join;
mod rows;
mod typed;

use super::expr::{column, operand};
use super::mistake::Mistake;
use super::options::Options;
use mlua::{Lua, MetaMethod, Table, UserData, UserDataFields, UserDataMethods, Value, Variadic};
use polars::prelude::{
    DataFrame, ExplodeOptions, Expr, IntoLazy, LazyFrame, PlSmallStr, PolarsResult, Selector, SortMultipleOptions,
    UnionArgs, UniqueKeepStrategy, by_name, col, concat,
};
use std::sync::Arc;

/// Polars walks plans recursively, so their length is bounded.
const LONGEST: u32 = 300;

/// Bytes that one collected frame may take, in the VM's app data.
#[derive(Clone, Copy)]
pub(super) struct FrameLimit(pub(super) usize);

/// A plan, and its rows once it ran.
#[derive(Clone)]
pub(super) struct Frame {
    plan: LazyFrame,
    /// What the plan gives on no rows: names and types, and every type error at the verb that makes it.
    outline: DataFrame,
    rows: Option<Arc<DataFrame>>,
    verbs: u32,
}

impl Frame {
    /// A frame that has its rows, in one chunk, so that sums do not depend on how they came.
    pub(super) fn of(mut rows: DataFrame) -> Self {
        rows.rechunk_mut();
        Self { plan: rows.clone().lazy(), outline: rows.clear(), rows: Some(Arc::new(rows)), verbs: 0 }
    }

    /// The frame after one more verb.
    fn then(&self, verb: impl Fn(LazyFrame) -> LazyFrame) -> mlua::Result<Self> {
        let outline = verb(self.outline.clone().lazy());
        Ok(planned(verb(self.plan.clone()), outline, self.verbs)?)
    }

    /// The frame after a verb over two frames.
    fn with(&self, other: &Self, verb: impl Fn(LazyFrame, LazyFrame) -> PolarsResult<LazyFrame>) -> mlua::Result<Self> {
        let outline = verb(self.outline.clone().lazy(), other.outline.clone().lazy()).map_err(Mistake::from)?;
        let plan = verb(self.plan.clone(), other.plan.clone()).map_err(Mistake::from)?;
        Ok(planned(plan, outline, self.verbs.saturating_add(other.verbs))?)
    }

    /// Runs the plan.
    pub(super) fn collect(&self, lua: &Lua) -> mlua::Result<DataFrame> {
        if let Some(rows) = &self.rows {
            return Ok(rows.as_ref().clone());
        }
        let mut rows = collect::run(lua, self.plan.clone())?;
        let limit = lua.app_data_ref::<FrameLimit>().map_or(usize::MAX, |l| l.0);
        let needed = rows.estimated_size();
        if needed > limit {
            return Err(Mistake::LargeFrame { needed: needed >> 20, limit: limit >> 20 }.into());
        }
        rows.rechunk_mut();
        Ok(rows)
    }

    /// The rows, if the plan ran.
    pub(super) fn rows(&self, wanted: &'static str) -> Result<&DataFrame, Mistake> {
        self.rows.as_deref().ok_or(Mistake::NotCollected(wanted))
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.outline.schema().iter_names().map(PlSmallStr::as_str)
    }

    /// Is that a column?
    fn know(&self, name: &str) -> Result<(), Mistake> {
        if self.outline.schema().contains(name) { Ok(()) } else { Err(Mistake::unknown("column", name, self.names())) }
    }

    fn know_all<S: AsRef<str>>(&self, names: &[S]) -> Result<(), Mistake> {
        names.iter().try_for_each(|name| self.know(name.as_ref()))
    }

    /// An expression whose columns are all here, or a column by its name.
    fn expression(&self, value: &Value) -> mlua::Result<Expr> {
        let expr = match value {
            Value::String(name) => column(&name.to_str()?)?,
            other => operand(other)?.expr,
        };
        for part in &expr {
            if let Expr::Column(name) = part {
                self.know(name.as_str())?;
            }
        }
        Ok(typed::widen_flags(expr, self.outline.schema()))
    }

    fn expressions(&self, values: &[Value]) -> mlua::Result<Vec<Expr>> {
        values.iter().map(|value| self.expression(value)).collect()
    }

    fn filter(&self, predicates: &[Value]) -> mlua::Result<Self> {
        let mut all = Vec::with_capacity(predicates.len());
        for predicate in predicates {
            match predicate {
                Value::Boolean(value) => {
                    return Err(Mistake::PlainBoolean { verb: "filter", value: *value }.into());
                }
                Value::String(text) => return Err(Mistake::TextPredicate(text.to_str()?.to_owned()).into()),
                _ => all.push(self.expression(predicate)?),
            }
        }
        self.then(|plan| all.iter().fold(plan, |plan, predicate| plan.filter(predicate.clone())))
    }

    fn rename(&self, names: &Table) -> mlua::Result<Self> {
        let mut pairs = names.pairs::<String, String>().collect::<mlua::Result<Vec<_>>>()?;
        pairs.sort();
        let (old, new): (Vec<String>, Vec<String>) = pairs.into_iter().unzip();
        self.know_all(&old)?;
        self.then(|plan| plan.rename(&old, &new, true))
    }

    fn sort(&self, by: &Value, options: Option<Table>) -> mlua::Result<Self> {
        let by = names(by)?;
        self.know_all(&by)?;
        let mut options = Options::of(options);
        let descending = options.take::<bool>("descending")?.unwrap_or(false);
        options.finish()?;
        let order = SortMultipleOptions::default().with_maintain_order(true).with_order_descending(descending);
        self.then(|plan| plan.sort(by.as_slice(), order.clone()))
    }

    fn concat(&self, other: &Self) -> mlua::Result<Self> {
        let mine: Vec<Expr> = self.names().map(col).collect();
        let missing: Vec<&str> = self.names().filter(|n| !other.outline.schema().contains(n)).collect();
        let extra: Vec<&str> = other.names().filter(|n| !self.outline.schema().contains(n)).collect();
        if !missing.is_empty() || !extra.is_empty() {
            return Err(Mistake::Concat(difference(&missing, &extra)).into());
        }
        self.with(other, |above, below| concat([above, below.select(&mine)], UnionArgs::default()))
    }
}

/// A frame of a plan; its outline is computed now, so that errors have a line.
fn planned(plan: LazyFrame, outline: LazyFrame, verbs: u32) -> Result<Frame, Mistake> {
    let verbs = verbs.saturating_add(1);
    if verbs > LONGEST {
        return Err(Mistake::LongPlan(LONGEST));
    }
    // aggregates without groups give a row even here
    Ok(Frame { plan, outline: outline.collect()?.clear(), rows: None, verbs })
}

fn difference(missing: &[&str], extra: &[&str]) -> String {
    let side = |names: &[&str], which: &str| {
        if names.is_empty() { None } else { Some(format!("{} only in the {which} frame", names.join(", "))) }
    };
    let sides: Vec<String> = [side(missing, "first"), side(extra, "second")].into_iter().flatten().collect();
    sides.join("; ")
}

/// One name, or a list of them.
fn names(value: &Value) -> mlua::Result<Vec<String>> {
    match value {
        Value::String(name) => Ok(vec![name.to_str()?.to_owned()]),
        Value::Table(list) => list.sequence_values::<String>().collect(),
        other => Err(Mistake::expected("a name or a list of names", other).into()),
    }
}

fn selector(names: &[String]) -> Selector {
    by_name(names.iter().map(String::as_str), true, false)
}

impl UserData for Frame {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        fields.add_meta_field(MetaMethod::Type, "Frame");
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("filter", |_, this, predicates: Variadic<Value>| this.filter(&predicates));
        methods.add_method("select", |_, this, exprs: Variadic<Value>| {
            let exprs = this.expressions(&exprs)?;
            this.then(|plan| plan.select(&exprs))
        });
        methods.add_method("with_columns", |_, this, exprs: Variadic<Value>| {
            let exprs = this.expressions(&exprs)?;
            this.then(|plan| plan.with_columns(&exprs))
        });
        methods.add_method("drop", |_, this, names: Variadic<String>| {
            this.know_all(&names)?;
            this.then(|plan| plan.drop(selector(&names)))
        });
        methods.add_method("rename", |_, this, names: Table| this.rename(&names));
        methods.add_method("group_by", |_, this, names: Variadic<String>| {
            this.know_all(&names)?;
            let keys: Vec<Expr> = names.iter().map(|n| col(n.as_str())).collect();
            Ok(GroupBy { frame: this.clone(), keys })
        });
        methods.add_method("sort", |_, this, (by, options): (Value, Option<Table>)| this.sort(&by, options));
        methods.add_method("head", |_, this, n: u32| this.then(|plan| plan.limit(n)));
        methods.add_method("unique", |_, this, names: Variadic<String>| {
            this.know_all(&names)?;
            let subset = if names.is_empty() { None } else { Some(selector(&names)) };
            this.then(|plan| plan.unique_stable(subset.clone(), UniqueKeepStrategy::First))
        });
        methods.add_method("explode", |_, this, name: String| {
            this.know(&name)?;
            let dtype = this.outline.column(&name).map_err(Mistake::from)?.dtype();
            if !dtype.is_list() {
                let found = format!("`{name}` of type {dtype}");
                return Err(Mistake::Expected { expected: "a column of lists", found }.into());
            }
            let options = ExplodeOptions { empty_as_null: false, keep_nulls: false };
            this.then(|plan| plan.explode(selector(std::slice::from_ref(&name)), options))
        });
        methods.add_method("concat", |_, this, other: mlua::UserDataRef<Self>| this.concat(&other));
        join::add(methods);
        rows::add(methods);
    }
}

/// `frame:group_by(…)`: waits for its aggregates. Groups come in the order of their first rows.
struct GroupBy {
    frame: Frame,
    keys: Vec<Expr>,
}

impl UserData for GroupBy {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        fields.add_meta_field(MetaMethod::Type, "GroupBy");
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("agg", |_, this, exprs: Variadic<Value>| {
            let exprs = this.frame.expressions(&exprs)?;
            this.frame.then(|plan| plan.group_by_stable(&this.keys).agg(&exprs))
        });
    }
}
