//! Arguments of `claque coordinate`: those of every method.

use super::{CntOptions, CoorTweetOptions};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Method {
    /// Keep what exceeds chance
    Null,
    /// Keep pairs that share more objects than chance, whenever they did: for data without usable times
    Structure,
    /// Count post pairs and keep weight >= --min-weight
    Plain,
    /// What CooRTweet 2.1.3 computes, with its column names
    Coortweet,
    /// What coordination-network-toolkit 1.5.2 computes, from its table of messages
    Cnt,
}

#[derive(Args)]
#[command(after_help = "Examples:
  claque coordinate shares.csv -o edges.parquet
  claque coordinate shares.csv -o edges.csv --method coortweet --window 60s --min-participation 2
  claque coordinate messages.csv -o edges.csv --method cnt --type co_link --window 60s
  claque coordinate shares.csv -o edges.csv --method coortweet --window 60s --corrected --tables coortweet
  claque coordinate shares.csv -o fast.csv --method coortweet --window 60s --fast-window 10s --subgraph 2
  claque coordinate activity -o edges.parquet --trace url --window 10s,60s
  claque coordinate shares.parquet -o edges.parquet --posts posts.parquet --draws 99")]
pub(crate) struct Coordinate {
    /// A folder of canonical tables, or a CSV or Parquet file with object, account, post and time columns
    pub(crate) input: PathBuf,
    /// File to write; its ending chooses CSV or Parquet
    #[arg(long, short, value_name = "EDGES")]
    pub(crate) output: PathBuf,
    /// Also write the members of the clusters among the edges (null): cluster_id, account_id, weight, centrality
    #[arg(long, value_name = "FILE")]
    pub(crate) clusters: Option<PathBuf>,
    /// Trace layer of a folder of canonical tables
    #[arg(long, default_value = "url")]
    pub(crate) trace: String,
    /// Time windows
    #[arg(long, value_name = "WINDOW,…", value_delimiter = ',', default_value = "10s,60s")]
    pub(crate) window: Vec<String>,
    /// How edges are chosen
    #[arg(long, default_value = "null")]
    pub(crate) method: Method,
    /// Least weight of an edge (plain, cnt)
    #[arg(long, default_value_t = 2)]
    pub(crate) min_weight: u32,
    /// Leave out accounts with fewer rows (plain, coortweet)
    #[arg(long, default_value_t = 2)]
    pub(crate) min_participation: u32,
    /// Leave out accounts with fewer objects (structure) [default: 10, or 2 on layers where objects are few]
    #[arg(long, value_name = "N")]
    pub(crate) min_objects: Option<u32>,
    /// Append the right numbers, as columns `corrected_…`, beside those that the peer gets wrong (coortweet, cnt)
    #[arg(long)]
    pub(crate) corrected: bool,
    /// Also write the post pairs behind every edge (null, plain)
    #[arg(long, value_name = "FILE")]
    pub(crate) posts: Option<PathBuf>,
    /// Most post pairs of one edge in --posts
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) posts_per_edge: u32,
    /// Draws for the question whether there is any cluster at all, 0 to leave it out (null)
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) draws: u32,
    /// Seed
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) coortweet: CoorTweetOptions,
    #[command(flatten)]
    pub(crate) cnt: CntOptions,
}
