//! Parity with CooRTweet 2.1.3: its groups, its network and its statistics as that version computes them, quirks
//! included, so that a published study can be re-run as it was. Beside each number that it gets wrong stands the
//! right one, named `corrected`. Nothing here is used by the null models.
//!
//! What it gets wrong, and where the right number is:
//! - contents per account and the symmetry of an edge, which mix the two accounts: [`CorrectedEdge`];
//! - an edge's weight, which is post pairs × objects and says nothing about distinct objects: [`CorrectedEdge`];
//! - accounts per object, of which it counts one end of each edge, and objects whose ids hold a comma:
//!   [`corrected_group_stats`];
//! - means per account, in which equal edges count once: [`CorrectedMeans`];
//! - nothing qualifies: it stops with an unrelated error, here the result is empty.
//!
//! Strings are compared by code point, as in R's C locale. Reference: github.com/nicolarighetti/CooRTweet at d31a008.

mod account_stats;
mod arithmetic;
mod group_stats;
mod groups;
mod network;
mod speed;
mod subgraph;

use crate::dictionary::Dictionary;
use crate::error::CoordinationError;
use polars::prelude::{Float64Chunked, StringChunked};

pub use account_stats::{AccountMeans, AccountStats, CorrectedMeans, account_stats};
pub use group_stats::{GroupStats, corrected_group_stats, group_stats};
pub use groups::detect_groups;
pub use network::{
    CoorTweetEdge, CoorTweetNetwork, CorrectedEdge, EdgeMeasures, NetworkSettings, NetworkVertex,
    generate_coordinated_network,
};
pub use speed::flag_speed_share;
pub use subgraph::Subgraph;

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

impl CoorTweetTable<'_> {
    fn check_lengths(&self) -> Result<(), CoordinationError> {
        let expected = self.timestamp_share.len();
        let lengths = [
            ("object_id", self.object_id.len()),
            ("account_id", self.account_id.len()),
            ("content_id", self.content_id.len()),
        ];
        if let Some((column, found)) = lengths.into_iter().find(|(_, found)| *found != expected) {
            return Err(CoordinationError::Lengths { column, found, expected });
        }
        if expected >= NA as usize {
            return Err(CoordinationError::TooManyRows(expected));
        }
        Ok(())
    }
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

/// Which edges statistics are taken over: their parameter `weight_threshold`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StatsLevel {
    /// `"none"`: all.
    #[default]
    All,
    /// `"full"`: those above the threshold of the whole network.
    Full,
    /// `"fast"`: those above the threshold of the fast network.
    Fast,
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
    /// The flag of [`flag_speed_share`]; none before it.
    pub fast: Option<bool>,
}

/// The result of [`detect_groups`] or of [`flag_speed_share`], in its own row order.
#[derive(Clone, Debug)]
pub struct CoorTweetGroups<'a> {
    accounts: Vec<&'a str>,
    ids: Vec<&'a str>,
    rows: Vec<Group>,
    /// Second window, seconds, and one flag per row.
    fast: Option<(f64, Vec<bool>)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
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

    /// The second window, seconds; none before [`flag_speed_share`].
    #[must_use]
    pub fn fast_window(&self) -> Option<f64> {
        self.fast.as_ref().map(|(window, _)| *window)
    }

    /// All rows.
    pub fn iter(&self) -> impl Iterator<Item = CoorTweetGroup<'a>> + '_ {
        self.rows.iter().enumerate().map(|(at, row)| CoorTweetGroup {
            object_id: self.id(row.object),
            content_id: self.id(row.content),
            content_id_y: self.id(row.content_y),
            time_delta: row.time_delta,
            account_id: self.account(row.account),
            account_id_y: self.account(row.account_y),
            fast: self.fast.as_ref().map(|(_, flags)| flags[at]),
        })
    }

    fn id(&self, code: u32) -> Option<&'a str> {
        self.ids.get(code as usize).copied()
    }

    fn account(&self, code: u32) -> Option<&'a str> {
        self.accounts.get(code as usize).copied()
    }

    /// Rows that count at a level.
    fn rows_at(&self, level: StatsLevel) -> impl Iterator<Item = &Group> {
        let flags = self.fast.as_ref().filter(|_| level == StatsLevel::Fast);
        self.rows
            .iter()
            .enumerate()
            .filter(move |(at, _)| flags.is_none_or(|(_, flags)| flags[*at]))
            .map(|(_, row)| row)
    }
}

/// Place of every code in the byte order of its strings; [`NA`] comes first, as data.table sorts it.
struct ByteOrder(Vec<u32>);

impl ByteOrder {
    fn of(keys: &[&str]) -> Self {
        let mut order: Vec<u32> = (0..keys.len() as u32).collect();
        order.sort_unstable_by_key(|&code| keys[code as usize]);
        let mut places = vec![0; keys.len()];
        for (place, code) in order.into_iter().enumerate() {
            places[code as usize] = place as u32 + 1;
        }
        Self(places)
    }

    fn place(&self, code: u32) -> u32 {
        if code == NA { 0 } else { self.0[code as usize] }
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
