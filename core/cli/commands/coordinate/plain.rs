//! `--method plain`: post pairs counted, the yardstick for speed.

use super::posts::Behind;
use super::{column, internal};
use crate::args;
use crate::diagnosis::Failure;
use claque_coordination::{Actions, PlainEdge, plain, plain_posts};
use claque_model::TimeWindow;
use polars::prelude::DataFrame;

pub(super) fn counted(
    actions: &Actions,
    windows: &[TimeWindow],
    options: &args::Coordinate,
) -> Result<(DataFrame, String), Failure> {
    let by_window = plain(actions, windows, options.min_participation, options.min_weight);
    let edges = || by_window.iter().flat_map(|(_, edges)| edges);
    let id = |code: u32| actions.accounts().get(code);
    let mut columns = vec![
        column("account_a", edges().map(|e| id(e.a)).collect::<Vec<_>>()),
        column("account_b", edges().map(|e| id(e.b)).collect::<Vec<_>>()),
        column("weight", edges().map(|e| i64::from(e.weight)).collect::<Vec<_>>()),
    ];
    if by_window.len() > 1 {
        let seconds = by_window.iter().flat_map(|(window, edges)| vec![window.seconds(); edges.len()]);
        columns.insert(0, column("window_s", seconds.collect::<Vec<_>>()));
    }
    let n = edges().count();
    let frame = DataFrame::new(n, columns).map_err(|error| internal(&error))?;
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
            (*window, plain_posts(actions, *window, options.min_participation, edges, options.posts_per_edge))
        };
        let behind = Behind { found: by_window.iter().map(posts).collect(), account: &id };
        said.push(behind.write(options, output)?);
    }
    Ok((frame, said.join("\n")))
}
