//! `--method plain`: post pairs counted, the yardstick for speed.

use super::posts::Behind;
use super::{Found, column};
use crate::args;
use crate::diagnosis::Failure;
use claque_coordination::{Actions, PlainEdge, plain, plain_posts};
use claque_model::TimeWindow;
use polars::prelude::{DataFrame, PolarsResult};
use std::ops::Range;

pub(super) fn counted(actions: Actions, windows: &[TimeWindow], options: &args::Coordinate) -> Result<Found, Failure> {
    let by_window = plain(&actions, windows, options.min_participation, options.min_weight);
    let mut said: Vec<String> = by_window
        .iter()
        .map(|(window, edges)| format!("{} edges of weight >= {} within {window}", edges.len(), options.min_weight))
        .collect();
    said.push(
        "a count says nothing about chance: on ordinary data most of these pairs are strangers; --method null tests them"
            .to_owned(),
    );
    if let Some(output) = &options.posts {
        let posts = |(window, edges): &(TimeWindow, Vec<PlainEdge>)| {
            (*window, plain_posts(&actions, *window, options.min_participation, edges, options.posts_per_edge))
        };
        let account = |code: u32| actions.accounts().get(code);
        let behind = Behind { found: by_window.iter().map(posts).collect(), account: &account };
        said.push(behind.write(options, output)?);
    }
    let n_edges = by_window.iter().map(|(_, edges)| edges.len()).sum();
    let rows = move |range| rows(&actions, &by_window, range);
    Ok(Found { n_edges, rows: Box::new(rows), said: said.join("\n") })
}

/// Rows of the table of all windows, one window after the other.
fn rows(actions: &Actions, by_window: &[(TimeWindow, Vec<PlainEdge>)], range: Range<usize>) -> PolarsResult<DataFrame> {
    let (mut edges, mut seconds, mut first) = (Vec::with_capacity(range.len()), Vec::new(), 0);
    for (window, all) in by_window {
        let cut = |row: usize| row.saturating_sub(first).min(all.len());
        edges.extend_from_slice(&all[cut(range.start)..cut(range.end)]);
        seconds.resize(edges.len(), window.seconds());
        first += all.len();
    }
    let id = |code: u32| actions.accounts().get(code);
    let mut columns = vec![
        column("account_a", edges.iter().map(|e| id(e.a)).collect::<Vec<_>>()),
        column("account_b", edges.iter().map(|e| id(e.b)).collect::<Vec<_>>()),
        column("weight", edges.iter().map(|e| i64::from(e.weight)).collect::<Vec<_>>()),
    ];
    if by_window.len() > 1 {
        columns.insert(0, column("window_s", seconds));
    }
    DataFrame::new(edges.len(), columns)
}
