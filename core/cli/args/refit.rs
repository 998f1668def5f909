//! Arguments of `claque refit`.

use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:
  claque refit labels.csv -o refit.json

labels.csv, run folders relative to its own folder:
  run,cluster_id,campaign,dimension,positive
  runs/first,c1,harbour,disinformation,true
  runs/first,c2,harbour,disinformation,false

At least 30 positive and 100 negative clusters of 3 campaigns are needed for a dimension. A study uses the accepted
dimensions with refit = \"refit.json\" in [scores].")]
pub(crate) struct Refit {
    /// CSV with run, cluster_id, campaign, dimension, positive
    pub(crate) labels: PathBuf,
    /// File to write
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: PathBuf,
}
