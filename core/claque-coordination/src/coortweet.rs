//! Parity with CooRTweet 2.1.3: its groups and its network as that version computes them, quirks included,
//! so that a published study can be re-run as it was. Nothing here is used by the null models.
//!
//! Reference: github.com/nicolarighetti/CooRTweet at d31a008.

mod groups;
mod network;

use crate::dictionary::Dictionary;
use polars::prelude::{Float64Chunked, StringChunked};

pub use groups::detect_groups;
pub use network::{CoorTweetEdge, coordinated_network};

/// A missing value among codes.
const NA: u32 = u32::MAX;

/// Borrowed columns of CooRTweet's four-column table; null is its `NA`. The empty string is a real object here.
#[derive(Clone, Copy, Debug)]
pub struct CoorTweetTable<'a> {
    /// `object_id`.
    pub object_id: &'a StringChunked,
    /// `account_id`.
    pub account_id: &'a StringChunked,
    /// `content_id`.
    pub content_id: &'a StringChunked,
    /// `timestamp_share`, seconds; compared in doubles, as there.
    pub timestamp_share: &'a Float64Chunked,
}

/// Parameters of [`detect_groups`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupSettings {
    /// `time_window`, seconds, inclusive.
    pub time_window: f64,
    /// `min_participation`.
    pub min_participation: u32,
    /// `remove_loops`.
    pub remove_loops: bool,
}

impl Default for GroupSettings {
    fn default() -> Self {
        Self { time_window: 10.0, min_participation: 2, remove_loops: true }
    }
}

/// One row of [`CoorTweetGroups`]: the older post first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoorTweetGroup<'a> {
    /// Shared object.
    pub object_id: Option<&'a str>,
    /// Older post.
    pub content_id: Option<&'a str>,
    /// Newer post.
    pub content_id_y: Option<&'a str>,
    /// |Δt|, seconds.
    pub time_delta: f64,
    /// Account of the older post.
    pub account_id: Option<&'a str>,
    /// Account of the newer post.
    pub account_id_y: Option<&'a str>,
}

/// The result of [`detect_groups`], in its own row order.
#[derive(Clone, Debug)]
pub struct CoorTweetGroups<'a> {
    accounts: Vec<&'a str>,
    ids: Vec<&'a str>,
    rows: Vec<Group>,
}

#[derive(Clone, Copy, Debug)]
struct Group {
    object: u32,
    content: u32,
    content_y: u32,
    time_delta: f64,
    account: u32,
    account_y: u32,
}

impl<'a> CoorTweetGroups<'a> {
    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Is there no pair?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All rows.
    pub fn iter(&self) -> impl Iterator<Item = CoorTweetGroup<'a>> + '_ {
        let id = |code: u32| self.ids.get(code as usize).copied();
        let account = |code: u32| self.accounts.get(code as usize).copied();
        self.rows.iter().map(move |row| CoorTweetGroup {
            object_id: id(row.object),
            content_id: id(row.content),
            content_id_y: id(row.content_y),
            time_delta: row.time_delta,
            account_id: account(row.account),
            account_id_y: account(row.account_y),
        })
    }
}

fn codes<'a>(column: &'a StringChunked, dictionary: &mut Dictionary<'a>) -> Vec<u32> {
    let mut codes = Vec::with_capacity(column.len());
    for chunk in column.downcast_iter() {
        codes.extend(chunk.iter().map(|value| value.map_or(NA, |key| dictionary.code(key))));
    }
    codes
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::public_sample;
