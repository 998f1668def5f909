//! Arguments of `claque coordinate --method coortweet` alone.

use clap::Args;
use std::path::PathBuf;

/// Options of `--method coortweet`: CooRTweet's parameters, and what to write.
#[derive(Args)]
#[command(next_help_heading = "CooRTweet 2.1.3 (--method coortweet)")]
pub(crate) struct CoorTweetOptions {
    /// Quantile of edge weights that an edge must exceed to be flagged, 0 to 1 [default: 0.5]
    #[arg(long, value_name = "QUANTILE")]
    pub(crate) edge_weight: Option<f64>,
    /// Keep pairs of one account, of one post, and of a post with its own original (remove_loops = FALSE)
    #[arg(long)]
    pub(crate) keep_loops: bool,
    /// A second, faster window: flags its pairs (flag_speed_share) and counts them apart (fast_net)
    #[arg(long, value_name = "WINDOW")]
    pub(crate) fast_window: Option<String>,
    /// 0 all edges; 1 those above the quantile; 2 those above it in the fast network; 3 the ends of these, their
    /// neighbours, and all edges among the neighbours. 2 and 3 need --fast-window [default: 0]
    #[arg(long, value_name = "0..3", value_parser = clap::value_parser!(u8).range(0..=3))]
    pub(crate) subgraph: Option<u8>,
    /// Folder to write, which must not exist: groups, edges, account and group statistics as CSV
    #[arg(long, value_name = "DIR")]
    pub(crate) tables: Option<PathBuf>,
}

impl CoorTweetOptions {
    /// The first option that was given.
    pub(crate) fn given(&self) -> Option<&'static str> {
        let given = [
            ("--edge-weight", self.edge_weight.is_some()),
            ("--keep-loops", self.keep_loops),
            ("--fast-window", self.fast_window.is_some()),
            ("--subgraph", self.subgraph.is_some()),
            ("--tables", self.tables.is_some()),
        ];
        given.into_iter().find(|(_, is_given)| *is_given).map(|(name, _)| name)
    }
}
