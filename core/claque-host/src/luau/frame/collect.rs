//! Running a plan so that it can be stopped: behind every operator of the optimized plan stands a check of the
//! clock, and before a join or windows of time their size is told from the rows. Which limits hold is the run's
//! business.
//!
//! Not `LazyFrame::collect_concurrently`: its job runs on polars' own threads, where a panic, or a result that
//! nobody waits for any more, aborts the whole process. Here a plan runs on the script's thread, and a panic
//! is an error of the script with its line.

mod join_size;
mod window_count;

use super::super::mistake::Mistake;
use super::super::watchdog::{Outbox, panic_text};
use super::{Frame, FrameLimit};
use join_size::JoinSize;
use mlua::Lua;
use polars::polars_utils::arena::{Arena, Node};
use polars::prelude::{DataFrame, LazyFrame, PolarsResult, polars_bail};
use polars_plan::plans::{AExpr, DataFrameUdf, FunctionIR, IR};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use window_count::WindowCount;

/// The rows of a plan. When the run must end, the plan ends behind the operator that is at work.
///
/// # Errors
/// What polars says, also where it panics over a type; a join or windows that would not fit into the limit of
/// frames; the end of the run.
pub(super) fn run(lua: &Lua, plan: LazyFrame) -> Result<DataFrame, Mistake> {
    let stopped = lua.app_data_ref::<Outbox>().map(|outbox| outbox.stopped()).unwrap_or_default();
    let limit = lua.app_data_ref::<FrameLimit>().map(|limit| limit.0);
    Ok(calm(|| run_until(plan, &stopped, limit))??)
}

/// Over some types polars panics where it should refuse. That is a mistake of the script like any other.
pub(super) fn calm<T>(f: impl FnOnce() -> PolarsResult<T>) -> Result<PolarsResult<T>, Mistake> {
    catch_unwind(AssertUnwindSafe(f)).map_err(|panic| Mistake::GaveUp(panic_text(&*panic)))
}

fn run_until(plan: LazyFrame, stopped: &Arc<AtomicBool>, limit: Option<usize>) -> PolarsResult<DataFrame> {
    plan._collect_post_opt(|root, plans, exprs, _| {
        guard(root, plans, exprs, stopped, limit);
        Ok(())
    })
}

/// Puts the checks into an optimized plan.
fn guard(root: Node, plans: &mut Arena<IR>, exprs: &Arena<AExpr>, stopped: &Arc<AtomicBool>, limit: Option<usize>) {
    let (mut open, mut seen) = (vec![root], BTreeSet::new());
    while let Some(node) = open.pop() {
        // parts that are cached have two parents
        if !seen.insert(node.0) {
            continue;
        }
        open.extend(plans.get(node).inputs());
        if let Some(limit) = limit {
            measure_join(node, plans, exprs, limit);
            measure_windows(node, plans, exprs, limit);
        }
        if !matches!(plans.get(node), IR::DataFrameScan { .. } | IR::SimpleProjection { .. } | IR::Cache { .. }) {
            let stopped = Arc::clone(stopped);
            check_behind(node, plans, move |rows| if stopped.load(Ordering::Relaxed) { over() } else { Ok(rows) });
        }
    }
}

fn over() -> PolarsResult<DataFrame> {
    polars_bail!(ComputeError: "stopped")
}

/// Lets the rows of an operator pass a check. The node keeps its place, so that its parents need no change.
fn check_behind(
    node: Node,
    plans: &mut Arena<IR>,
    check: impl Fn(DataFrame) -> PolarsResult<DataFrame> + Send + Sync + 'static,
) {
    let operator = plans.take(node);
    let input = plans.add(operator);
    plans.replace(node, IR::MapFunction { input, function: opaque(check) });
}

fn opaque(check: impl Fn(DataFrame) -> PolarsResult<DataFrame> + Send + Sync + 'static) -> FunctionIR {
    let function: Arc<dyn DataFrameUdf> = Arc::new(check);
    FunctionIR::Opaque {
        function,
        schema: None,
        predicate_pd: false,
        projection_pd: false,
        streamable: false,
        fmt_str: "check".into(),
    }
}

/// Lets both sides of a join pass the scales before they meet.
fn measure_join(node: Node, plans: &mut Arena<IR>, exprs: &Arena<AExpr>, limit: usize) {
    let IR::Join { input_left, input_right, left_on, right_on, options, .. } = plans.get(node) else { return };
    let (left, right) = (*input_left, *input_right);
    let keys = [left_on, right_on].map(|keys| keys.iter().map(|key| key.to_expr(exprs)).collect());
    let Some(size) = JoinSize::of(&options.args.how, keys, limit).map(Arc::new) else { return };
    let weighed = [left, right].into_iter().enumerate().map(|(side, input)| {
        let size = Arc::clone(&size);
        let weigh = move |rows: DataFrame| size.weigh(side, &rows).map(|()| rows);
        plans.add(IR::MapFunction { input, function: opaque(weigh) })
    });
    let weighed: Vec<Node> = weighed.collect();
    if let IR::Join { input_left, input_right, .. } = plans.get_mut(node) {
        (*input_left, *input_right) = (weighed[0], weighed[1]);
    }
}

/// Lets rows that go into windows of time pass a count of these windows.
fn measure_windows(node: Node, plans: &mut Arena<IR>, exprs: &Arena<AExpr>, limit: usize) {
    let IR::GroupBy { input, keys, options, .. } = plans.get(node) else { return };
    let Some(windows) = options.dynamic.clone() else { return };
    let input = *input;
    let count = WindowCount { windows, keys: keys.iter().map(|key| key.to_expr(exprs)).collect(), limit };
    let counted = plans.add(IR::MapFunction { input, function: opaque(move |rows| count.check(rows)) });
    if let IR::GroupBy { input, .. } = plans.get_mut(node) {
        *input = counted;
    }
}

/// What a session shows of a frame.
impl Frame {
    /// The first rows, and how many there are in all if the plan ran.
    pub(in super::super) fn first_rows(&self, lua: &Lua, most: u32) -> Result<(DataFrame, Option<usize>), Mistake> {
        match &self.rows {
            Some(rows) => Ok((rows.head(Some(most as usize)), Some(rows.height()))),
            None => Ok((run(lua, self.plan.clone().limit(most))?, None)),
        }
    }

    /// The optimized plan, as polars writes it.
    pub(in super::super) fn plan_text(&self) -> Result<String, Mistake> {
        Ok(self.plan.explain(true)?)
    }
}

#[cfg(test)]
mod tests;
