//! Parity with coordination-network-toolkit 1.5.2 (CNT): its six networks as that version computes them,
//! quirks included, and beside each number the corrected one. Nothing here is used by the null models.
//!
//! Reference: coordination-network-toolkit 1.5.2 on PyPI, github.com/QUT-Digital-Observatory/coordination-network-toolkit.

mod corrected;
mod keyed;
mod messages;
mod texts;

use polars::prelude::{Float64Chunked, StringChunked};

pub use corrected::CorrectedCounts;
pub use keyed::KeyedMessages;
pub use messages::CntMessages;

/// Borrowed columns of CNT's table of messages; null and the empty string are the same in all of them.
/// Its `username` is only shown there and changes no number.
#[derive(Clone, Copy, Debug)]
pub struct CntTable<'a> {
    /// `message_id`. The first row of an id wins.
    pub message_id: &'a StringChunked,
    /// `user_id`.
    pub user_id: &'a StringChunked,
    /// `repost_id`, empty unless the message is a repost.
    pub repost_id: &'a StringChunked,
    /// `reply_id`, empty unless the message is a reply.
    pub reply_id: &'a StringChunked,
    /// `message`, the text.
    pub message: &'a StringChunked,
    /// `timestamp`, any unit, that of the window. NaN and null match nothing.
    pub timestamp: &'a Float64Chunked,
    /// `urls`, divided by blanks.
    pub urls: &'a StringChunked,
}

/// How a cell of URLs becomes a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CntLoader {
    /// As CNT's CSV loader: divided at every single blank. An empty cell holds one empty URL, so that all
    /// messages without a link share it.
    #[default]
    Csv,
    /// As clean lists through its Python API: divided at white space, an empty cell holds none.
    Api,
}

/// What two messages must have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CntType {
    /// The same `repost_id`.
    CoRetweet,
    /// The same `reply_id`, neither a repost.
    CoReply,
    /// A URL, as the same string. URLs of reposts do not count.
    CoLink,
    /// The same text in lower case without `@…` and with single blanks, neither a repost. Two empty texts match.
    CoTweet,
    /// Sets of words whose Jaccard index reaches the threshold, neither a repost.
    CoSimilarTweet,
    /// Nothing but time.
    CoPost,
}

impl CntType {
    /// All, in the order of CNT's documentation.
    pub const ALL: [Self; 6] =
        [Self::CoRetweet, Self::CoTweet, Self::CoSimilarTweet, Self::CoLink, Self::CoReply, Self::CoPost];

    /// CNT's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CoRetweet => "co_retweet",
            Self::CoReply => "co_reply",
            Self::CoLink => "co_link",
            Self::CoTweet => "co_tweet",
            Self::CoSimilarTweet => "co_similar_tweet",
            Self::CoPost => "co_post",
        }
    }
}

/// Parameters of [`KeyedMessages::edges`]; the defaults are those of CNT's command line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CntSettings {
    /// `time_window`, in the unit of the times, finite and not negative; inclusive, both directions.
    pub time_window: f64,
    /// `min_edge_weight`, per direction.
    pub min_edge_weight: u32,
    /// `similarity_threshold`, inclusive (co_similar_tweet).
    pub similarity_threshold: f64,
    /// Texts with fewer distinct tokens are similar to none (co_similar_tweet). With 0 a text without tokens
    /// is an error, as there.
    pub min_tokens: u32,
}

impl Default for CntSettings {
    fn default() -> Self {
        Self { time_window: 1.0, min_edge_weight: 2, similarity_threshold: 0.8, min_tokens: 1 }
    }
}

/// A directed edge between two users, by their places in [`CntMessages::users`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CntEdge {
    /// `user_id`.
    pub user: u32,
    /// `user_id_y`; may be the same user.
    pub user_y: u32,
    /// Distinct messages of `user` that match at least one message of `user_y`.
    pub weight: u32,
}

impl CntEdge {
    /// Is this a self loop? CNT matches each message with itself, so that every user has one in its table.
    #[must_use]
    pub fn is_loop(self) -> bool {
        self.user == self.user_y
    }
}

#[cfg(test)]
mod tests;
