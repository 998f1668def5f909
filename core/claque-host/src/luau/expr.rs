//! `Expr` as scripts see it: a polars expression that knows where it was built, whether anything used it,
//! and how large it has grown. What the methods do is in the modules below; names are checked by frames.

mod addresses;
mod aggregates;
mod beside;
mod lists;
mod logic;
mod numbers;
mod operand;
mod operators;
mod similarity;
mod start;
mod text;
mod time;
mod windows;

pub(super) use beside::resolve;
pub(super) use operand::{Id, Instant, Span, name_of_type, operand, type_named};
pub(super) use start::{GROUP as START, NULL, Then, When, column};

use super::mistake::Mistake;
use super::verb::{self, Argument, Arguments, Body, Group, Kind, Method, Scripted};
use mlua::{FromLua, IntoLua, Lua, MetaMethod, UserData, UserDataFields, UserDataMethods, Value};
use polars::prelude::{DataType, Expr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Polars walks expressions recursively, so their depth is bounded.
const DEEPEST: u16 = 200;
/// Shared parts count each time: `e = e + e` doubles.
const LARGEST: u32 = 20_000;
/// Expressions that one run may build.
const MOST: usize = 200_000;

/// A polars expression and its measures, before it is handed to the script.
#[derive(Clone)]
pub(super) struct Node {
    pub(super) expr: Expr,
    depth: u16,
    size: u32,
}

impl Node {
    pub(super) fn leaf(expr: Expr) -> Self {
        Self { expr, depth: 1, size: 1 }
    }

    pub(super) fn map(self, f: impl FnOnce(Expr) -> Expr) -> Self {
        Self { expr: f(self.expr), depth: self.depth.saturating_add(1), size: self.size.saturating_add(1) }
    }

    pub(super) fn zip(self, other: Self, f: impl FnOnce(Expr, Expr) -> Expr) -> Self {
        Self::join([self, other], |[a, b]| f(a, b))
    }

    pub(super) fn join<const N: usize>(parts: [Self; N], f: impl FnOnce([Expr; N]) -> Expr) -> Self {
        let (depth, size) = Self::measures(&parts);
        Self { expr: f(parts.map(|p| p.expr)), depth, size }
    }

    pub(super) fn fold(parts: Vec<Self>, f: impl FnOnce(Vec<Expr>) -> Expr) -> Self {
        let (depth, size) = Self::measures(&parts);
        Self { expr: f(parts.into_iter().map(|p| p.expr).collect()), depth, size }
    }

    /// Depth and size of what holds these parts.
    fn measures(parts: &[Self]) -> (u16, u32) {
        let depth = parts.iter().map(|p| p.depth).max().unwrap_or(0).saturating_add(1);
        (depth, parts.iter().fold(1_u32, |sum, p| sum.saturating_add(p.size)))
    }
}

/// What stands beside a column: an expression, or a plain value as a literal.
impl FromLua for Node {
    fn from_lua(value: Value, _: &Lua) -> mlua::Result<Self> {
        operand(&value)
    }
}

impl IntoLua for Node {
    fn into_lua(self, lua: &Lua) -> mlua::Result<Value> {
        LuauExpr::finish(lua, self)?.into_lua(lua)
    }
}

/// Where an expression was built, and whether anything used it. `a and b` keeps only `b` in every Lua;
/// but then `a` was built and never used, which can be reported.
struct Origin {
    line: usize,
    used: AtomicBool,
}

/// Every expression that a VM built since the last [`Origins::forget`].
#[derive(Clone, Default)]
pub(super) struct Origins(Arc<Mutex<Vec<Arc<Origin>>>>);

impl Origins {
    fn all(&self) -> MutexGuard<'_, Vec<Arc<Origin>>> {
        // a list that is only added to is whole at any time
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, line: usize) -> mlua::Result<Arc<Origin>> {
        let mut all = self.all();
        if all.len() >= MOST {
            return Err(Mistake::TooMany(MOST).into());
        }
        let origin = Arc::new(Origin { line, used: AtomicBool::new(false) });
        all.push(Arc::clone(&origin));
        Ok(origin)
    }

    /// Lines of the expressions that nothing used, in the order in which they were built.
    pub(super) fn unused_lines(&self) -> Vec<usize> {
        let all = self.all();
        let mut lines: Vec<usize> = all.iter().filter(|o| !o.used.load(Ordering::Relaxed)).map(|o| o.line).collect();
        lines.dedup();
        lines
    }

    /// Starts anew: expressions at the top of a script may serve one of its signals only.
    pub(super) fn forget(&self) {
        self.all().clear();
    }
}

/// The expressions of this VM.
pub(super) fn origins(lua: &Lua) -> Origins {
    lua.app_data_ref::<Origins>().map(|o| o.clone()).unwrap_or_default()
}

/// `Expr` in scripts.
#[derive(Clone)]
pub(super) struct LuauExpr {
    node: Node,
    origin: Arc<Origin>,
}

impl LuauExpr {
    /// Hands a node to the script.
    #[expect(clippy::redundant_closure_for_method_calls, reason = "the method's path is bound to one lifetime")]
    pub(super) fn finish(lua: &Lua, node: Node) -> mlua::Result<Self> {
        if node.depth > DEEPEST || node.size > LARGEST {
            return Err(Mistake::TooLarge.into());
        }
        let line = lua.inspect_stack(1, |frame| frame.current_line()).flatten().unwrap_or(0);
        Ok(Self { node, origin: origins(lua).add(line)? })
    }

    /// Uses it.
    pub(super) fn take(&self) -> Node {
        self.origin.used.store(true, Ordering::Relaxed);
        self.node.clone()
    }

    /// What a verb makes of it.
    fn map(&self, given: &Arguments, f: impl FnOnce(Expr) -> Expr) -> mlua::Result<Value> {
        given.give(self.take().map(f))
    }
}

const EXPR: Kind = Kind::Object("Expr");

/// A verb that gives an expression.
const fn verb(
    name: &'static str,
    takes: &'static [Argument],
    doc: &'static str,
    call: Body<LuauExpr>,
) -> Method<LuauExpr> {
    Method::new(name, takes, EXPR, doc, call)
}

impl Scripted for LuauExpr {
    const NAME: &'static str = "Expr";
    const DOC: &'static str = "An expression over the columns of a frame; nothing is computed before a frame uses it.";
    const GROUPS: &'static [&'static Group<Self>] = &[
        &logic::NAMES,
        &logic::COMPARISON,
        &logic::LOGIC,
        &operators::GROUP,
        &numbers::GROUP,
        &aggregates::AGGREGATES,
        &aggregates::IN_A_GROUP,
        &windows::GROUP,
        &text::GROUP,
        &similarity::GROUP,
        &addresses::GROUP,
        &time::GROUP,
        &lists::GROUP,
    ];
}

impl UserData for LuauExpr {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        verb::register_fields(fields);
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        verb::register(methods);
        operators::refuse(methods);
        methods.add_meta_method(MetaMethod::ToString, |_, this, ()| Ok(this.node.expr.to_string()));
    }
}

/// Counts are u32 and hours i8 in polars, and arithmetic stays in that type: it would wrap around.
fn wide(expr: Expr) -> Expr {
    expr.cast(DataType::Int64)
}

/// For what is always a float. A list is refused by the cast, where polars' own functions would panic.
fn float(expr: Expr) -> Expr {
    expr.cast(DataType::Float64)
}
