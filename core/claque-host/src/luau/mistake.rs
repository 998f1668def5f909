//! What the script API says when a script uses it wrongly. Where it happened is added by `explain`.

mod arrays;
mod graph;

use crate::declare::nearest;
use claque_model::{ParamError, WindowError};
use polars::prelude::PolarsError;
use thiserror::Error;

pub(super) use arrays::ArrayMistake;
pub(super) use graph::GraphMistake;

/// Said wherever a comparison became a plain boolean.
pub(super) const NO_COMPARISON: &str = "Lua's == ~= < > give true or false at once, so they cannot build a column \
                                        expression: use :eq(v) :ne(v) :lt(v) :le(v) :gt(v) :ge(v), or a string: \
                                        filter(\"n > 3 AND lang = 'en'\")";

/// A wrong use of the script API.
#[derive(Debug, Error)]
pub(super) enum Mistake {
    /// A name that is not there.
    #[error("unknown {what} \"{name}\" (have: {known}){hint}")]
    Unknown { what: &'static str, name: String, known: String, hint: String },
    /// A table that `requires` does not name.
    #[error("table \"{name}\" was not declared in requires{hint}")]
    Undeclared { name: String, hint: String },
    /// `col "*"` and the like, which polars would read as a selector.
    #[error("col takes one exact name, got \"{0}\"")]
    Selector(String),
    /// A comparison operator on an expression.
    #[error("{NO_COMPARISON}")]
    Comparison,
    /// A comparison operator that gave a plain boolean.
    #[error("{verb} got the plain boolean `{value}`. {NO_COMPARISON}")]
    PlainBoolean { verb: &'static str, value: bool },
    /// `..` on an expression.
    #[error("`..` joins Lua strings; for columns use concat_str({{ … }}, separator)")]
    Concatenation,
    /// A number that Luau cannot hold exactly.
    #[error(
        "number {0} is at or beyond 2^53, where Luau numbers are not exact: write id\"...\" with the digits in quotes"
    )]
    Inexact(String),
    /// An argument of another kind than the verb takes.
    #[error("{verb} takes {signature}: {name} must be {wanted}, got {found}")]
    Argument { verb: &'static str, signature: String, name: &'static str, wanted: String, found: String },
    /// More arguments than the verb takes.
    #[error("{verb} takes {signature}, got {found} arguments")]
    TooManyArguments { verb: &'static str, signature: String, found: usize },
    /// A number outside the range that makes sense.
    #[error("{verb} takes {signature}: {found} is out of range")]
    OutOfRange { verb: &'static str, signature: String, found: String },
    /// Another kind of value.
    #[error("expected {expected}, got {found}")]
    Expected { expected: &'static str, found: String },
    /// A list whose values are not of one kind.
    #[error("a list needs values of one kind: all numbers, all strings or all booleans")]
    MixedList,
    /// An id beside a column that holds no ids.
    #[error("id\"{id}\" stands beside a column of type {kind}, which cannot hold it")]
    IdBeside { id: String, kind: String },
    /// A window that is no window.
    #[error("a window is longer than nothing and at most 100 years: write \"1h\"")]
    NoWindow,
    /// SQL that does not parse or does not fit.
    #[error("SQL: {0}")]
    Sql(String),
    /// SQL that scripts may not use.
    #[error("SQL in scripts is {0}")]
    SqlRefused(String),
    /// A pattern that does not compile.
    #[error("bad regular expression: {0}")]
    Pattern(String),
    /// `str_extract` of a group that the pattern has not.
    #[error("the pattern \"{pattern}\" has no group {group}; put what you want into ( )")]
    NoGroup { pattern: String, group: usize },
    /// A text that is no duration.
    #[error(transparent)]
    Duration(#[from] WindowError),
    /// A text that is no time.
    #[error("\"{0}\" is not a time (write 2024-06-09 or 2024-06-09T12:00:00Z)")]
    Time(String),
    /// A parameter with a wrong value.
    #[error(transparent)]
    Param(#[from] ParamError),
    /// Reading a plan that did not run.
    #[error("{0} needs rows: call :collect() first")]
    NotCollected(&'static str),
    /// A row outside the frame.
    #[error("row {row} is outside 1..{height}")]
    NoRow { row: i64, height: usize },
    /// Positions count from 1.
    #[error("positions count from 1, got {0}")]
    FromOne(i64),
    /// An expression too large for a plan.
    #[error("this expression is nested too deeply or repeats itself too often; put a part of it into a column first")]
    TooLarge,
    /// A run that builds expressions without end.
    #[error("more than {0} expressions in one run: build them once per column, not once per row")]
    TooMany(usize),
    /// A plan too large.
    #[error("a plan of more than {0} verbs: call :collect() in between")]
    LongPlan(u32),
    /// Data beyond the limit.
    #[error("this frame takes {needed} MB, the limit is {limit} MB")]
    LargeFrame { needed: usize, limit: usize },
    /// A pivot on a column with too many values.
    #[error("pivot would make {columns} columns, {most} are the most: group the values of `on` first")]
    WidePivot { columns: usize, most: usize },
    /// A pivot whose rows are not told apart.
    #[error("pivot needs at least one column in `index`")]
    NoIndex,
    /// A loop over too many rows.
    #[error("`for … in` goes through {most} rows at most, this frame has {rows}: use the verbs over columns")]
    ManyRows { rows: usize, most: usize },
    /// A join without columns.
    #[error("join needs `on`, or `left_on` and `right_on` with as many names each")]
    JoinColumns,
    /// Frames that do not fit below each other.
    #[error("concat needs the same columns: {0}")]
    Concat(String),
    /// A module name outside the rules.
    #[error("require takes \"./name\" of a file beside the script, got \"{0}\"")]
    ModuleName(String),
    /// A module that cannot be had.
    #[error("module \"{name}\": {reason}")]
    Module { name: String, reason: String },
    /// `score` gave something else than a frame.
    #[error("score must return a Frame, got {0}")]
    NoFrame(String),
    /// A failed check of a script's own test.
    #[error("{0}")]
    Unmet(String),
    /// The output breaks the contract, or the run failed, inside a script's test.
    #[error("{0}")]
    Run(String),
    /// A verb that asks another stage, in a script that was given none.
    #[error("{0} is not available here: this script was loaded without the kernels of other stages")]
    NoKernels(&'static str),
    /// A wrong use of graphs.
    #[error(transparent)]
    Graph(#[from] GraphMistake),
    /// A wrong use of the script's own functions.
    #[error(transparent)]
    Array(#[from] ArrayMistake),
    /// An expression that nothing used.
    #[error("{}", unused(.0))]
    Unused(Vec<usize>),
    /// What polars says about a plan.
    #[error("{0}")]
    Plan(String),
    /// A plan over which polars panics instead of refusing it.
    #[error(
        "polars cannot do this and gave up: {0}. hint: look at the types (`:schema` in the repl, or type_of): \
         arithmetic, for one, takes no lists"
    )]
    GaveUp(String),
}

impl Mistake {
    /// An unknown name, with all that are known and the nearest of them.
    pub(super) fn unknown<'a>(what: &'static str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        let hint = did_you_mean(name, known.iter().copied());
        Self::Unknown { what, name: name.to_owned(), known: known.join(", "), hint }
    }

    /// What polars says, without the plan that it shows behind.
    pub(super) fn text_of(error: &PolarsError) -> String {
        let text = error.to_string();
        text.split("\n\n").next().unwrap_or(&text).trim().to_owned()
    }

    pub(super) fn expected(expected: &'static str, found: &mlua::Value) -> Self {
        Self::Expected { expected, found: found.type_name().to_owned() }
    }
}

/// A value as errors show it: short ones as they are, others by their type.
pub(super) fn described(value: &mlua::Value) -> String {
    /// Characters of a string that are shown.
    const SHOWN: usize = 40;
    match value {
        mlua::Value::Nil => "nothing".to_owned(),
        mlua::Value::Boolean(truth) => truth.to_string(),
        mlua::Value::Integer(whole) => whole.to_string(),
        mlua::Value::Number(real) => real.to_string(),
        mlua::Value::String(text) => {
            let text = text.to_string_lossy();
            match text.char_indices().nth(SHOWN) {
                Some((end, _)) => format!("\"{}…\"", &text[..end]),
                None => format!("\"{text}\""),
            }
        }
        mlua::Value::UserData(data) => data.type_name().map_or("an object".into(), |name| name.to_string_lossy()),
        other => other.type_name().to_owned(),
    }
}

/// `; did you mean "x"?`, if something is near.
pub(super) fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(name, known).map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default()
}

/// The sentence about expressions that nothing used.
pub(super) fn unused(lines: &[usize]) -> String {
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    format!(
        "an expression was built and never used, line {}: `and` and `or` between expressions keep only one of them; \
         use :and_() :or_()",
        lines.join(", ")
    )
}

impl From<Mistake> for mlua::Error {
    fn from(mistake: Mistake) -> Self {
        Self::external(mistake)
    }
}

impl From<PolarsError> for Mistake {
    fn from(error: PolarsError) -> Self {
        Self::Plan(Self::text_of(&error))
    }
}
