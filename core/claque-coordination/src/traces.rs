//! The built-in trace layers: who did which very thing when. What makes pairs of them suspicious is not
//! decided here.

mod declarations;
mod hashtags;
mod links;
mod targets;
mod text;

use claque_model::{Declaration, Fault, Given, Origin, Services, Signal};
use polars::prelude::{DataFrame, Expr, IntoLazy, LazyFrame, PolarsError, SortMultipleOptions, StringChunked, col};

/// A built-in layer: its declaration and the function that makes its traces.
struct TraceSignal {
    declaration: Declaration,
    traces: fn(&Given) -> Result<DataFrame, Fault>,
}

impl Signal for TraceSignal {
    fn declaration(&self) -> &Declaration {
        &self.declaration
    }

    fn origin(&self) -> Origin {
        Origin::BuiltIn
    }

    fn score(&self, given: &Given, _services: &dyn Services) -> Result<DataFrame, Fault> {
        (self.traces)(given)
    }
}

/// The built-in trace signals: `coord.url`, `coord.repost`, `coord.quote`, `coord.reply`,
/// `coord.hashtag_seq` and `coord.text_dup`.
#[must_use]
pub fn trace_signals() -> Vec<Box<dyn Signal>> {
    let signals = [
        TraceSignal { declaration: declarations::url(), traces: links::url },
        TraceSignal { declaration: declarations::repost(), traces: targets::repost },
        TraceSignal { declaration: declarations::quote(), traces: targets::quote },
        TraceSignal { declaration: declarations::reply(), traces: targets::reply },
        TraceSignal { declaration: declarations::hashtag_sequence(), traces: hashtags::sequences },
        TraceSignal { declaration: declarations::text(), traces: text::near_duplicates },
    ];
    signals.into_iter().map(|signal| Box::new(signal) as Box<dyn Signal>).collect()
}

fn table<'a>(given: &'a Given, name: &str) -> Result<&'a DataFrame, Fault> {
    given.tables.get(name).ok_or_else(|| Fault::Raised(format!("table `{name}` was not given")))
}

/// Posts that are records of their own, with a known author and time.
fn own_records(given: &Given) -> Result<LazyFrame, Fault> {
    let embedded = col("embedded").fill_null(false);
    let known = col("account_id").is_not_null().and(col("created_at").is_not_null());
    Ok(table(given, "posts")?.clone().lazy().filter(known.and(embedded.not())))
}

/// Posts with the named object as traces, in a fixed order.
fn as_traces(frame: LazyFrame, object: Expr) -> Result<DataFrame, Fault> {
    let columns = [col("account_id"), object.alias("object"), col("created_at").alias("at"), col("post_id")];
    let order = ["at", "account_id", "post_id", "object"];
    let known = col("object").is_not_null().and(col("object").neq(polars::prelude::lit("")));
    frame.select(columns).filter(known).sort(order, SortMultipleOptions::default()).collect().map_err(polars_fault)
}

fn text_column<'a>(table: &'a DataFrame, name: &str) -> Result<&'a StringChunked, Fault> {
    table.column(name).and_then(|column| column.str()).map_err(polars_fault)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of `map_err`")]
fn polars_fault(error: PolarsError) -> Fault {
    Fault::Raised(error.to_string())
}

#[cfg(test)]
mod tests;
