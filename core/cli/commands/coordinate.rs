//! `claque coordinate`: the pair network alone. Here input, dispatch and output; one file per method beside.

mod chance;
mod cnt;
mod coortweet;
mod plain;
mod posts;
mod structure;

use crate::args::{self, Method};
use crate::diagnosis::Failure;
use crate::interrupt::while_writing;
use crate::terminal::{Exit, Terminal};
use claque_coordination::{ActionEncoder, ActionTable, Actions, CoordinationError, Corpus};
use claque_ingest::{is_activity_folder, visit_four_columns, write_table_of};
use claque_model::TimeWindow;
use polars::prelude::{Column, DataFrame, NamedFrom, PolarsError, PolarsResult, Series};
use serde_json::json;
use std::ops::Range;
use std::path::Path;

pub(crate) fn run(options: &args::Coordinate, out: &Terminal) -> Result<Exit, Failure> {
    let windows = windows(&options.window)?;
    refuse_options_of_others(options)?;
    let progress = out.progress();
    let found = if is_activity_folder(&options.input) {
        if !matches!(options.method, Method::Null | Method::Structure) {
            return Err(Failure::new("this method reads a four-column file, not a folder of canonical tables")
                .with_hint(
                    "leave out --method, or give a CSV with object_id, account_id, content_id, timestamp_share",
                ));
        }
        Found::whole(by_null(&chance::corpus_of_folder(options, &progress)?, &windows, options)?)
    } else if options.method == Method::Cnt {
        Found::whole(cnt::as_cnt(options, one(&windows, "cnt")?, out)?)
    } else if options.method == Method::Coortweet {
        Found::whole(coortweet::as_coortweet(one(&windows, "coortweet")?, options, out)?)
    } else {
        of_four_columns(options, &windows, out)?
    };
    progress.finish();
    while_writing(|| write_table_of(found.n_edges, &found.rows, &options.output, &metadata(options.method)))?;
    out.say(&found.said);
    out.say(&format!("written to {}", options.output.display()));
    let output = options.output.display().to_string();
    out.object(&json!({ "edges": found.n_edges, "output": output, "message": found.said }));
    Ok(Exit::Done)
}

/// The edges of a method, of which there can be many millions: rows of the table are made when they are written.
struct Found {
    n_edges: usize,
    rows: Box<dyn Fn(Range<usize>) -> PolarsResult<DataFrame> + Sync>,
    said: String,
}

impl Found {
    fn whole((frame, said): (DataFrame, String)) -> Self {
        let n_edges = frame.height();
        Self { n_edges, rows: Box::new(move |rows| Ok(frame.slice(rows.start as i64, rows.len()))), said }
    }
}

/// An option that a method does not know is an error: it would be believed to have worked.
fn refuse_options_of_others(options: &args::Coordinate) -> Result<(), Failure> {
    let method = options.method;
    let of_others = [
        (options.clusters.is_some() && method != Method::Null, "--clusters", "null"),
        (options.draws > 0 && method != Method::Null, "--draws", "null"),
        (options.posts.is_some() && !matches!(method, Method::Null | Method::Plain), "--posts", "null or plain"),
        (options.min_objects.is_some() && method != Method::Structure, "--min-objects", "structure"),
        (options.corrected && !matches!(method, Method::Coortweet | Method::Cnt), "--corrected", "coortweet or cnt"),
        (options.cnt.network.is_some() && method != Method::Cnt, "--type", "cnt"),
    ];
    let given = of_others.into_iter().find(|(is_wrong, ..)| *is_wrong).map(|(_, option, of)| (option, of));
    let of_coortweet = options.coortweet.given().filter(|_| method != Method::Coortweet);
    match given.or(of_coortweet.map(|option| (option, "coortweet"))) {
        Some((option, of)) => Err(Failure::new(format!("`{option}` is of --method {of}"))
            .with_hint(format!("leave it out, or use --method {of}"))),
        None => Ok(()),
    }
}

fn windows(texts: &[String]) -> Result<Vec<TimeWindow>, Failure> {
    let mut windows = Vec::new();
    for text in texts {
        let window = TimeWindow::parse(text)
            .map_err(|error| Failure::new(error.to_string()).with_hint("such as --window 10s,60s"))?;
        windows.push(window);
    }
    windows.sort_unstable();
    windows.dedup();
    Ok(windows)
}

fn metadata(method: Method) -> Vec<(&'static str, &'static str)> {
    match method {
        Method::Null => {
            vec![
                ("activity.schema", "1"),
                ("activity.table", "edges"),
                ("activity.key", "layer,window_s,account_a,account_b"),
            ]
        }
        Method::Structure | Method::Plain | Method::Coortweet | Method::Cnt => Vec::new(),
    }
}

fn internal(error: &PolarsError) -> Failure {
    Failure::new(format!("internal table operation failed: {error}"))
}

fn of_four_columns(options: &args::Coordinate, windows: &[TimeWindow], out: &Terminal) -> Result<Found, Failure> {
    let (actions, skipped) = encoded(&options.input)?;
    warn_of_skipped(skipped, out);
    if options.method == Method::Plain && actions.cut_to_minutes() {
        out.warn("most times lie on second 00, so they were cut to minutes: a window below 2m counts who shared in the same minute");
    }
    match options.method {
        Method::Plain => plain::counted(actions, windows, options),
        Method::Null | Method::Structure | Method::Coortweet | Method::Cnt => {
            Ok(Found::whole(by_null(&Corpus::from_actions(&actions, &options.trace), windows, options)?))
        }
    }
}

fn by_null(
    corpus: &Corpus,
    windows: &[TimeWindow],
    options: &args::Coordinate,
) -> Result<(DataFrame, String), Failure> {
    if options.method == Method::Structure {
        return structure::at_any_time(corpus, options);
    }
    chance::beyond_chance(corpus, windows, options)
}

fn warn_of_skipped(rows: u64, out: &Terminal) {
    if rows > 0 {
        out.warn(&format!("{rows} rows without object, account or time were left out"));
    }
}

/// Part by part, so that the ids of the whole file are never in memory as strings.
fn encoded(input: &Path) -> Result<(Actions, u64), Failure> {
    let encoder = ActionEncoder::default();
    let parts = visit_four_columns(input, |first, rows| {
        let text = |column: &'_ Column| column.str().cloned().map_err(|e| internal(&e));
        let (object, account) = (text(&rows.object)?, text(&rows.account)?);
        let table = ActionTable { object: &object, account: &account, at_micros: &rows.at, rows: rows.rows.as_deref() };
        Ok((encoder.encode(&table, first).map_err(|error| not_encoded(&error))?, rows.skipped))
    })?;
    let parts = parts.into_iter().collect::<Result<Vec<_>, Failure>>()?;
    let skipped = parts.iter().map(|(_, skipped)| skipped).sum();
    let parts = parts.into_iter().map(|(part, _)| part).collect();
    Ok((encoder.finish(parts).map_err(|error| not_encoded(&error))?, skipped))
}

fn not_encoded(error: &CoordinationError) -> Failure {
    Failure::new(error.to_string())
}

fn one(windows: &[TimeWindow], method: &str) -> Result<TimeWindow, Failure> {
    match windows {
        [window] => Ok(*window),
        _ => Err(Failure::new(format!("--method {method} takes one window")).with_hint("such as --window 60s")),
    }
}

fn column<T, Phantom: ?Sized>(name: &str, values: T) -> Column
where
    Series: NamedFrom<T, Phantom>,
{
    Series::new(name.into(), values).into()
}
