//! SQL in scripts: predicates of `filter`, and `frame:sql` over the frame as `self`. polars' SQL knows functions
//! that read files, so `guard` parses every text first. What comes out is like our own verbs: rows in a defined
//! order, counts and lengths as wide integers.

mod guard;
mod settle;

use super::frame::{FRAME, Frame};
use super::mistake::Mistake;
use super::verb::{Arguments, Group, Kind, Method, one};
use mlua::Value;
use polars::prelude::{Expr, LazyFrame, PolarsError, PolarsResult};
use polars::sql::{SQLContext, sql_expr};

pub(super) use settle::wide;

/// The frame's name in a query.
const TABLE: &str = "self";

pub(super) static GROUP: Group<Frame> = Group {
    title: "SQL",
    doc: "One SELECT over the frame itself, which is called self; no other tables, no functions in FROM, no queries \
          inside of expressions, no cross joins. Whole numbers are exact. Conditions in SQL stand in filter.",
    methods: &[Method::new(
        "sql",
        &[one("query", Kind::Text)],
        FRAME,
        "the result of a SELECT from self; groups come in the order of their first rows",
        query,
    )
    .example(
        r#"posts:sql("select lang, count(*) as posts, sum(n) as n from self group by lang")"#,
        "lang, posts, n: en, 2, 4 / de, 1, -7 / null, 1, 4",
    )],
};

/// Polars' SQL walks nested expressions with frames of tens of kilobytes, so it gets a stack of its own.
const STACK: usize = 32 << 20;

fn with_room<T: Send>(f: impl FnOnce() -> PolarsResult<T> + Send) -> PolarsResult<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, f)?;
        thread.join().unwrap_or_else(|_| Err(PolarsError::ComputeError("polars cannot read this SQL".into())))
    })
}

/// A predicate as an expression, whose columns the frame checks.
pub(super) fn predicate(text: &str) -> Result<Expr, Mistake> {
    guard::expression(text)?;
    let expr = with_room(|| sql_expr(text))?;
    if expr.into_iter().any(|part| matches!(part, Expr::Selector(_))) {
        return Err(Mistake::Sql("a condition names its columns one by one".to_owned()));
    }
    Ok(expr)
}

fn query(frame: &Frame, given: &mut Arguments) -> mlua::Result<Value> {
    let text: String = given.take()?;
    guard::query(&text, TABLE)?;
    given.give(frame.try_then(|plan| run(plan, &text), |error| explained(&error, frame))?)
}

fn run(plan: LazyFrame, text: &str) -> PolarsResult<LazyFrame> {
    with_room(|| {
        let mut context = SQLContext::new();
        context.register(TABLE, plan);
        settle::settled(context.execute(text)?)
    })
}

/// An unknown column with all that are known, everything else in polars' words.
fn explained(error: &PolarsError, frame: &Frame) -> Mistake {
    let text = Mistake::text_of(error);
    let column = text.split_once("unable to find column \"").and_then(|(_, rest)| rest.split_once('"'));
    match column {
        Some((name, _)) => Mistake::unknown("column", name, frame.names()),
        None => Mistake::Sql(text),
    }
}
