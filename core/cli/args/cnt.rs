//! Options of `claque coordinate --method cnt` alone.

use clap::{Args, ValueEnum};

#[derive(Args)]
#[command(next_help_heading = "coordination-network-toolkit 1.5.2 (--method cnt)")]
pub(crate) struct CntOptions {
    /// What two messages must have in common
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) network: Option<CntNetwork>,
    /// Least Jaccard index of two texts, inclusive (co_similar_tweet)
    #[arg(long, value_name = "INDEX", default_value_t = 0.8)]
    pub(crate) similarity: f64,
    /// Leave out texts with fewer distinct tokens (co_similar_tweet)
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) min_tokens: u32,
    /// Keep the edges from a user to itself
    #[arg(long)]
    pub(crate) include_self_loops: bool,
    /// Divide the cell of URLs at any white space, as lists given to its Python API; its CSV loader makes an
    /// empty cell one empty URL (co_link)
    #[arg(long)]
    pub(crate) clean_urls: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
#[expect(clippy::enum_variant_names, reason = "the names of that program")]
pub(crate) enum CntNetwork {
    /// The same reposted message
    CoRetweet,
    /// The same text but for case, mentions and white space
    CoTweet,
    /// Similar sets of words
    CoSimilarTweet,
    /// The same URL
    CoLink,
    /// Replies to the same message
    CoReply,
    /// Any message
    CoPost,
}
