//! `Frame` as scripts see it: a lazy plan with a known schema. Every verb checks its column names when it is
//! called; `collect` is the only barrier. Rows keep a defined order, so results do not depend on threads.

mod join;
mod rows;
mod typed;

use super::expr::{column, operand};
use super::mistake::Mistake;
use super::options::Options;
use mlua::{Lua, MetaMethod, Table, UserData, UserDataFields, UserDataMethods, Value, Variadic};
use polars::prelude::{
    DataFrame, ExplodeOptions, Expr, IntoLazy, LazyFrame, LazyGroupBy, PlSmallStr, SchemaRef, Selector,
    SortMultipleOptions, UnionArgs, UniqueKeepStrategy, by_name, col, concat,
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
    schema: SchemaRef,
    rows: Option<Arc<DataFrame>>,
    verbs: u32,
}

impl Frame {
    /// A frame that has its rows, in one chunk, so that sums do not depend on how they came.
    pub(super) fn of(mut rows: DataFrame) -> Self {
        rows.rechunk_mut();
        let schema = Arc::clone(rows.schema());
        Self { plan: rows.clone().lazy(), schema, rows: Some(Arc::new(rows)), verbs: 0 }
    }

    /// The frame after one more verb, over this frame and the others.
    fn then(&self, others: &[&Self], plan: LazyFrame) -> mlua::Result<Self> {
        Ok(planned(plan, self.verbs + others.iter().map(|o| o.verbs).sum::<u32>())?)
    }

    /// Runs the plan.
    pub(super) fn collect(&self, lua: &Lua) -> mlua::Result<DataFrame> {
        if let Some(rows) = &self.rows {
            return Ok(rows.as_ref().clone());
        }
        let mut rows = self.plan.clone().collect().map_err(Mistake::from)?;
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
        self.schema.iter_names().map(PlSmallStr::as_str)
    }

    /// Is that a column?
    fn know(&self, name: &str) -> Result<(), Mistake> {
        if self.schema.contains(name) { Ok(()) } else { Err(Mistake::unknown("column", name, self.names())) }
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
        Ok(typed::widen_flags(expr, &self.schema))
    }

    fn expressions(&self, values: &[Value]) -> mlua::Result<Vec<Expr>> {
        values.iter().map(|value| self.expression(value)).collect()
    }

    fn filter(&self, predicates: &[Value]) -> mlua::Result<Self> {
        let mut plan = self.plan.clone();
        for predicate in predicates {
            match predicate {
                Value::Boolean(value) => {
                    return Err(Mistake::PlainBoolean { verb: "filter", value: *value }.into());
                }
                Value::String(text) => return Err(Mistake::TextPredicate(text.to_str()?.to_owned()).into()),
                _ => plan = plan.filter(self.expression(predicate)?),
            }
        }
        self.then(&[], plan)
    }

    fn rename(&self, names: &Table) -> mlua::Result<Self> {
        let mut pairs = names.pairs::<String, String>().collect::<mlua::Result<Vec<_>>>()?;
        pairs.sort();
        let (old, new): (Vec<String>, Vec<String>) = pairs.into_iter().unzip();
        self.know_all(&old)?;
        self.then(&[], self.plan.clone().rename(old, new, true))
    }

    fn sort(&self, by: &Value, options: Option<Table>) -> mlua::Result<Self> {
        let by = names(by)?;
        self.know_all(&by)?;
        let mut options = Options::of(options);
        let descending = options.take::<bool>("descending")?.unwrap_or(false);
        options.finish()?;
        let order = SortMultipleOptions::default().with_maintain_order(true).with_order_descending(descending);
        self.then(&[], self.plan.clone().sort(by, order))
    }

    fn concat(&self, other: &Self) -> mlua::Result<Self> {
        let mine: Vec<Expr> = self.names().map(col).collect();
        let missing: Vec<&str> = self.names().filter(|n| !other.schema.contains(n)).collect();
        let extra: Vec<&str> = other.names().filter(|n| !self.schema.contains(n)).collect();
        if !missing.is_empty() || !extra.is_empty() {
            return Err(Mistake::Concat(difference(&missing, &extra)).into());
        }
        let parts = [self.plan.clone(), other.plan.clone().select(mine)];
        let below = concat(parts, UnionArgs::default()).map_err(Mistake::from)?;
        self.then(&[other], below)
    }
}

/// A frame of a plan, its schema resolved now so that errors have a line.
fn planned(mut plan: LazyFrame, verbs: u32) -> Result<Frame, Mistake> {
    let verbs = verbs.saturating_add(1);
    if verbs > LONGEST {
        return Err(Mistake::LongPlan(LONGEST));
    }
    let schema = plan.collect_schema()?;
    Ok(Frame { plan, schema, rows: None, verbs })
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
            this.then(&[], this.plan.clone().select(this.expressions(&exprs)?))
        });
        methods.add_method("with_columns", |_, this, exprs: Variadic<Value>| {
            this.then(&[], this.plan.clone().with_columns(this.expressions(&exprs)?))
        });
        methods.add_method("drop", |_, this, names: Variadic<String>| {
            this.know_all(&names)?;
            this.then(&[], this.plan.clone().drop(selector(&names)))
        });
        methods.add_method("rename", |_, this, names: Table| this.rename(&names));
        methods.add_method("group_by", |_, this, names: Variadic<String>| {
            this.know_all(&names)?;
            let keys: Vec<Expr> = names.iter().map(|n| col(n.as_str())).collect();
            Ok(GroupBy { frame: this.clone(), plan: this.plan.clone().group_by_stable(keys) })
        });
        methods.add_method("sort", |_, this, (by, options): (Value, Option<Table>)| this.sort(&by, options));
        methods.add_method("head", |_, this, n: u32| this.then(&[], this.plan.clone().limit(n)));
        methods.add_method("unique", |_, this, names: Variadic<String>| {
            this.know_all(&names)?;
            let subset = if names.is_empty() { None } else { Some(selector(&names)) };
            this.then(&[], this.plan.clone().unique_stable(subset, UniqueKeepStrategy::First))
        });
        methods.add_method("explode", |_, this, name: String| {
            this.know(&name)?;
            let options = ExplodeOptions { empty_as_null: false, keep_nulls: false };
            this.then(&[], this.plan.clone().explode(selector(&[name]), options))
        });
        methods.add_method("concat", |_, this, other: mlua::UserDataRef<Self>| this.concat(&other));
        join::add(methods);
        rows::add(methods);
    }
}

/// `frame:group_by(…)`: waits for its aggregates. Groups come in the order of their first rows.
struct GroupBy {
    frame: Frame,
    plan: LazyGroupBy,
}

impl UserData for GroupBy {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        fields.add_meta_field(MetaMethod::Type, "GroupBy");
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("agg", |_, this, exprs: Variadic<Value>| {
            this.frame.then(&[], this.plan.clone().agg(this.frame.expressions(&exprs)?))
        });
    }
}
