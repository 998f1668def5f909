//! The posts behind the edges, named as in the input. Which pairs there are is decided by the methods.

use super::{column, internal};
use crate::args;
use crate::diagnosis::Failure;
use crate::interrupt::while_writing;
use claque_ingest::{Share, read_shares, write_table};
use claque_model::{EdgePost, TimeWindow};
use polars::prelude::DataFrame;
use std::path::Path;

/// Post pairs of every window whose posts are numbers of input rows.
pub(super) struct Behind<'a> {
    pub(super) found: Vec<(TimeWindow, Vec<EdgePost>)>,
    pub(super) account: &'a dyn Fn(u32) -> &'a str,
}

impl Behind<'_> {
    /// Looks the rows up in the input and writes the table; says what was written.
    pub(super) fn write(&self, options: &args::Coordinate, output: &Path) -> Result<String, Failure> {
        let pairs = || self.found.iter().flat_map(|(_, pairs)| pairs);
        let mut rows: Vec<u32> = pairs().flat_map(|pair| [pair.post_a, pair.post_b]).collect();
        rows.sort_unstable();
        rows.dedup();
        let shares = read_shares(&options.input, &rows)?;
        let share = |row: u32| shares.binary_search_by_key(&row, |(row, _)| *row).ok().map(|at| &shares[at].1);
        let post = |row: u32| {
            let named = share(row).and_then(|share: &Share| share.content.clone());
            named.unwrap_or_else(|| format!("row {}", u64::from(row) + 1))
        };
        let seconds = self.found.iter().flat_map(|(window, pairs)| vec![window.seconds(); pairs.len()]);
        let columns = vec![
            column("window_s", seconds.collect::<Vec<_>>()),
            column("account_a", pairs().map(|pair| (self.account)(pair.a)).collect::<Vec<_>>()),
            column("account_b", pairs().map(|pair| (self.account)(pair.b)).collect::<Vec<_>>()),
            column("object", pairs().map(|pair| share(pair.post_a).map(|s| s.object.as_str())).collect::<Vec<_>>()),
            column("post_a", pairs().map(|pair| post(pair.post_a)).collect::<Vec<_>>()),
            column("post_b", pairs().map(|pair| post(pair.post_b)).collect::<Vec<_>>()),
            column("delta_s", pairs().map(|pair| pair.delta_s).collect::<Vec<_>>()),
        ];
        let frame = DataFrame::new(pairs().count(), columns).map_err(|error| internal(&error))?;
        write(&frame, options, output)
    }
}

pub(super) fn write(frame: &DataFrame, options: &args::Coordinate, output: &Path) -> Result<String, Failure> {
    while_writing(|| write_table(frame, output, &[]))?;
    let (n, cap) = (frame.height(), options.posts_per_edge);
    Ok(format!("{n} post pairs behind the edges, at most {cap} of each, written to {}", output.display()))
}
