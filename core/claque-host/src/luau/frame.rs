//! `Frame` as scripts see it: a lazy plan with a known schema. Every verb checks its column names when it is
//! called; `collect` is the only barrier. Rows keep a defined order, so results do not depend on threads.

mod choose;
mod collect;
mod combine;
mod groups;
mod reshape;
mod rows;
mod size;
mod typed;

pub(super) use groups::GroupBy;
pub(super) use size::within_limit;

use super::expr::{column, operand, resolve};
use super::mistake::Mistake;
use super::verb::{self, Argument, Body, Group, Kind, Method, Scripted};
use super::{arrays, copies, sql};
use mlua::{Lua, UserData, UserDataFields, UserDataMethods, Value};
use polars::prelude::{
    DataFrame, Expr, IntoLazy, LazyFrame, PlSmallStr, PolarsError, PolarsResult, Schema, Selector, by_name,
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
    pub(super) fn then(&self, verb: impl Fn(LazyFrame) -> LazyFrame) -> mlua::Result<Self> {
        self.try_then(|plan| Ok(verb(plan)), Mistake::from)
    }

    /// The frame after one more verb, which may fail in words of its own.
    pub(super) fn try_then(
        &self,
        verb: impl Fn(LazyFrame) -> PolarsResult<LazyFrame>,
        explained: impl Fn(PolarsError) -> Mistake,
    ) -> mlua::Result<Self> {
        let outline = collect::calm(|| verb(self.outline.clone().lazy())?.collect())?.map_err(&explained)?;
        let plan = verb(self.plan.clone()).map_err(&explained)?;
        Ok(planned(plan, &outline, self.verbs)?)
    }

    /// The frame after a verb over two frames.
    fn with(&self, other: &Self, verb: impl Fn(LazyFrame, LazyFrame) -> PolarsResult<LazyFrame>) -> mlua::Result<Self> {
        let outline = || verb(self.outline.clone().lazy(), other.outline.clone().lazy())?.collect();
        let outline = collect::calm(outline)?.map_err(Mistake::from)?;
        let plan = verb(self.plan.clone(), other.plan.clone()).map_err(Mistake::from)?;
        Ok(planned(plan, &outline, self.verbs.saturating_add(other.verbs))?)
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

    pub(super) fn schema(&self) -> &Schema {
        self.outline.schema()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.schema().iter_names().map(PlSmallStr::as_str)
    }

    /// Is that a column?
    pub(super) fn know(&self, name: &str) -> Result<(), Mistake> {
        if self.schema().contains(name) { Ok(()) } else { Err(Mistake::unknown("column", name, self.names())) }
    }

    fn know_all<S: AsRef<str>>(&self, names: &[S]) -> Result<(), Mistake> {
        names.iter().try_for_each(|name| self.know(name.as_ref()))
    }

    /// An expression whose columns are all here, or a column by its name.
    pub(super) fn expression(&self, value: &Value) -> mlua::Result<Expr> {
        Ok(self.checked(match value {
            Value::String(name) => column(&name.to_str()?)?,
            other => operand(other)?.expr,
        })?)
    }

    fn expressions(&self, values: &[Value]) -> mlua::Result<Vec<Expr>> {
        values.iter().map(|value| self.expression(value)).collect()
    }

    /// A predicate as an expression, or as its text in SQL.
    fn predicate(&self, value: &Value) -> mlua::Result<Expr> {
        match value {
            Value::String(text) => {
                let expr = self.checked(sql::predicate(&text.to_str()?)?)?;
                Ok(sql::wide(expr, self.schema()))
            }
            other => self.expression(other),
        }
    }

    /// The expression in the types of this frame, all of whose columns must be here.
    fn checked(&self, expr: Expr) -> Result<Expr, Mistake> {
        for part in &expr {
            match part {
                Expr::Column(name) => self.know(name.as_str())?,
                // not among the parts that are walked
                Expr::Rolling { index_column, .. } => self.checked(index_column.as_ref().clone()).map(drop)?,
                _ => {}
            }
        }
        Ok(typed::widen_sums(resolve(expr, self.schema())?, self.schema()))
    }
}

/// A frame of a plan; its outline was computed at once, so that errors have a line.
fn planned(plan: LazyFrame, outline: &DataFrame, verbs: u32) -> Result<Frame, Mistake> {
    let verbs = verbs.saturating_add(1);
    if verbs > LONGEST {
        return Err(Mistake::LongPlan(LONGEST));
    }
    // aggregates without groups give a row even here
    Ok(Frame { plan, outline: outline.clear(), rows: None, verbs })
}

/// One name, or a list of them.
fn names(value: &Value) -> mlua::Result<Vec<String>> {
    match value {
        Value::String(name) => Ok(vec![name.to_str()?.to_owned()]),
        Value::Table(list) => list.sequence_values::<String>().collect(),
        other => Err(Mistake::expected("a name or a list of names", other).into()),
    }
}

fn selector<S: AsRef<str>>(names: &[S]) -> Selector {
    by_name(names.iter().map(AsRef::as_ref), true, false)
}

pub(super) const FRAME: Kind = Kind::Object("Frame");

/// A verb that gives a frame.
const fn verb(name: &'static str, takes: &'static [Argument], doc: &'static str, call: Body<Frame>) -> Method<Frame> {
    Method::new(name, takes, FRAME, doc, call)
}

impl Scripted for Frame {
    const NAME: &'static str = "Frame";
    const DOC: &'static str =
        "A table, or a plan that gives one: lazy, never changed, with columns that are known at every verb.";
    const GROUPS: &'static [&'static Group<Self>] = &[
        &choose::GROUP,
        &groups::GROUP,
        &combine::GROUP,
        &reshape::GROUP,
        &sql::GROUP,
        &copies::GROUP,
        &arrays::GROUP,
        &rows::GROUP,
    ];
}

impl UserData for Frame {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        verb::register_fields(fields);
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        verb::register(methods);
    }
}
