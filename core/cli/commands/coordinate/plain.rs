//! `--method plain`: post pairs counted, the yardstick for speed.

use super::column;
use crate::args;
use crate::diagnosis::Failure;
use claque_coordination::{Actions, plain};
use claque_model::TimeWindow;
use polars::prelude::DataFrame;

pub(super) fn counted(
    actions: &Actions,
    window: TimeWindow,
    options: &args::Coordinate,
) -> Result<(DataFrame, String), Failure> {
    let edges = plain(actions, window, options.min_participation, options.min_weight);
    let id = |code: u32| actions.accounts()[code as usize].as_str();
    let columns = vec![
        column("account_a", edges.iter().map(|e| id(e.a)).collect::<Vec<_>>()),
        column("account_b", edges.iter().map(|e| id(e.b)).collect::<Vec<_>>()),
        column("weight", edges.iter().map(|e| i64::from(e.weight)).collect::<Vec<_>>()),
    ];
    let frame = DataFrame::new(edges.len(), columns).map_err(|error| Failure::new(error.to_string()))?;
    let said = format!(
        "{} edges of weight >= {} within {window}\n\
         a count says nothing about chance: on ordinary data most of these pairs are strangers; --method null tests them",
        edges.len(),
        options.min_weight
    );
    Ok((frame, said))
}
