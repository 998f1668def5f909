//! Options of `claque coordinate --method cnt` alone.

use clap::{Args, ValueEnum};

#[derive(Args)]
pub(crate) struct CntOptions {
    /// What two messages must have in common (cnt)
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) network: Option<CntNetwork>,
    /// Least Jaccard index of two texts, inclusive (cnt, co_similar_tweet)
    #[arg(long, value_name = "INDEX", default_value_t = 0.8)]
    pub(crate) similarity: f64,
    /// Leave out texts with fewer distinct tokens (cnt, co_similar_tweet)
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) min_tokens: u32,
    /// Keep the edges from a user to itself (cnt)
    #[arg(long)]
    pub(crate) include_self_loops: bool,
    /// Divide the cell of URLs at any white space, as lists given to its Python API; its CSV loader makes an
    /// empty cell one empty URL (cnt, co_link)
    #[arg(long)]
    pub(crate) clean_urls: bool,
    /// Append the numbers without that program's traps, as corrected_n_objects, corrected_n_messages and
    /// corrected_n_messages_y (cnt)
    #[arg(long)]
    pub(crate) corrected: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
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
