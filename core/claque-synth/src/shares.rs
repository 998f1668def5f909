//! A table of shares with the shape of real ones, at any size: who shared which object when, with planted groups.
//! Rows come in batches in order of time, so that a hundred million need little memory. No texts, no profiles: those
//! are in worlds ([`crate::generate`]).
//!
//! The shape: object sizes follow a discrete Pareto law, P(n ≥ x) = x^−1.15, capped at 2,000; one account per 15
//! rows, with Pareto(1.3) activity capped at 2,000 times the least; 30 days; objects are born uniformly and shared
//! after a lognormal delay (median 3 h, σ 1.6), less at night. The laws are round numbers in the range that is
//! usual for online attention, and no fit to one platform.

mod ids;
mod planted;
mod weighted;

use crate::random::Stream;
use crate::world::SynthError;
use ids::Names;
use planted::Planted;
use polars::prelude::{DataFrame, IntoColumn, NamedFrom, PolarsResult, Series, StringChunkedBuilder};
use std::fmt::Write;
use std::ops::Range;
use weighted::Weighted;

/// Fewest and most rows.
pub(crate) const ROWS: Range<u64> = 10_000..4_000_000_001;
/// Seconds of the period.
const PERIOD: u32 = 30 * 86_400;
/// First second: 2024-05-01.
const START: i64 = 1_714_521_600;
const ROWS_PER_ACCOUNT: u64 = 15;
/// Exponents of the sizes of objects and of the activity of accounts.
const SIZE_EXPONENT: f64 = 1.15;
const ACTIVITY_EXPONENT: f64 = 1.3;
/// Largest size, and largest activity over the least.
const CAP: f64 = 2_000.0;
const MEDIAN_DELAY: f64 = 3.0 * 3_600.0;
const DELAY_SIGMA: f64 = 1.6;
/// How often a time is drawn again because it is night.
const REDRAWS: u32 = 4;
const HOT_SHARES: u32 = 50_000;
const HOT_SECONDS: usize = 3_600;
/// Rows that are sorted at once: a period with more is made in slices of time.
const ROWS_PER_SLICE: u64 = 1 << 25;
/// Rows of a batch.
const BATCH: usize = 128 * 1024;

/// What a table should hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShareSettings {
    /// Rows, 10,000 to 4 billion, planted ones included.
    pub rows: u64,
    /// One more object, with 50,000 further shares within an hour.
    pub hot: bool,
    /// Two tables with the same settings and seed are the same.
    pub seed: u64,
}

/// A table that is made batch by batch.
#[derive(Debug)]
pub struct ShareTable {
    settings: ShareSettings,
    accounts: Weighted,
    planted: Planted,
    /// Objects of the background.
    n_objects: u32,
}

/// One share: seconds since the start, and codes. Ordered by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Share {
    at: u32,
    object: u32,
    account: u32,
}

impl ShareTable {
    /// Draws accounts and planted groups: one group per 40,000 rows, 8 to 60, each with 5 to 30 accounts and 8 to 40
    /// events. O(accounts + objects); 16 bytes per account.
    ///
    /// # Errors
    /// A number of rows out of range.
    pub fn new(settings: ShareSettings) -> Result<Self, SynthError> {
        let ShareSettings { rows, seed, .. } = settings;
        if !ROWS.contains(&rows) {
            return Err(SynthError::RowsOutOfRange(rows));
        }
        let n_background = (rows / ROWS_PER_ACCOUNT) as u32;
        let mut planted = Planted::new(rows, n_background, seed);
        let mut activity = Stream::new(seed, "activity", 0);
        let weights = (0..n_background).map(|_| pareto(&mut activity, ACTIVITY_EXPONENT));
        // planted accounts share other things too, as the least active do
        let cover = std::iter::repeat_n(1.0, planted.n_accounts());
        let accounts = Weighted::new(weights.chain(cover).collect());
        let background = rows - planted.shares.len() as u64;
        let n_objects = sizes(seed, background).count() as u32;
        planted.objects_from(n_objects);
        Ok(Self { settings, accounts, planted, n_objects })
    }

    /// Rows in total, those of the hot object included.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.settings.rows + if self.settings.hot { u64::from(HOT_SHARES) } else { 0 }
    }

    /// `account_id`, `group`, `kind`, `spread` of every planted account, by group. The kinds are `link`, `repost`,
    /// `reply` (a common object per event) and `text`, `hashtag` (no common object: this table cannot show them);
    /// spread is the seconds within which a group acts.
    ///
    /// # Errors
    /// A table operation fails: a defect.
    pub fn labels(&self) -> PolarsResult<DataFrame> {
        self.planted.labels()
    }

    /// The table, up to 131,072 rows at a time, in order of `timestamp_share`: `object_id`, `account_id`,
    /// `content_id` (String), `timestamp_share` (Int64, seconds since 1970).
    ///
    /// Ids look like those of platforms: addresses, short and long account numbers, post numbers that rise with time.
    /// O(rows log rows) time; memory for 2²⁵ rows of 12 bytes at most, whatever the size of the table.
    /// Ends early when `stop` says so.
    pub fn batches<'a>(&'a self, stop: &'a dyn Fn() -> bool) -> impl Iterator<Item = PolarsResult<DataFrame>> + 'a {
        let slices = self.rows().div_ceil(ROWS_PER_SLICE) as u32;
        let names = self.names();
        let mut number = 0;
        (0..slices).flat_map(move |slice| {
            let bound = |slice: u32| (u64::from(PERIOD) * u64::from(slice) / u64::from(slices)) as u32;
            let shares = self.slice(bound(slice)..bound(slice + 1), stop);
            let first = number;
            number += shares.len() as u64;
            let batches = shares.len().div_ceil(BATCH);
            (0..batches).map(move |batch| {
                let range = batch * BATCH..shares.len().min((batch + 1) * BATCH);
                frame(names, &shares[range], first + (batch * BATCH) as u64)
            })
        })
    }

    fn names(&self) -> Names<'_> {
        Names { n_accounts: self.accounts.len() as u32, n_background: self.n_objects, kinds: &self.planted.kinds }
    }

    /// All shares in a slice of time, in order.
    fn slice(&self, time: Range<u32>, stop: &dyn Fn() -> bool) -> Vec<Share> {
        let settings = self.settings;
        let expected = self.rows() * u64::from(time.end - time.start) / u64::from(PERIOD);
        let mut shares = Vec::with_capacity((expected + expected / 8) as usize);
        let background = settings.rows - self.planted.shares.len() as u64;
        for (object, size) in (0..).zip(sizes(settings.seed, background)) {
            if stop() {
                return Vec::new();
            }
            let mut stream = Stream::new(settings.seed, "object", u64::from(object));
            let birth = stream.below(PERIOD as usize) as u32;
            if birth >= time.end {
                continue;
            }
            for _ in 0..size {
                let (at, account) = (birth + delay(&mut stream, birth), self.accounts.pick(&mut stream));
                if time.contains(&at) {
                    shares.push(Share { at, object, account });
                }
            }
        }
        shares.extend(self.planted.shares.iter().filter(|share| time.contains(&share.at)));
        if settings.hot {
            shares.extend(self.hot().filter(|share| time.contains(&share.at)));
        }
        shares.sort_unstable();
        shares
    }

    /// The hot object: everybody shares it, some often, on the noon of the tenth day.
    fn hot(&self) -> impl Iterator<Item = Share> + '_ {
        let mut stream = Stream::new(self.settings.seed, "hot", 0);
        let object = self.n_objects + self.planted.kinds.len() as u32;
        (0..HOT_SHARES).map(move |_| {
            let at = 9 * 86_400 + 12 * 3_600 + stream.below(HOT_SECONDS) as u32;
            Share { at, object, account: self.accounts.pick(&mut stream) }
        })
    }
}

/// Sizes of the background's objects, in their order; the last one is cut so that their sum is `rows`.
fn sizes(seed: u64, rows: u64) -> impl Iterator<Item = u32> {
    let mut stream = Stream::new(seed, "sizes", 0);
    let mut left = rows;
    std::iter::from_fn(move || {
        let size = (pareto(&mut stream, SIZE_EXPONENT) as u64).min(left);
        left -= size;
        (size > 0).then_some(size as u32)
    })
}

/// P(X ≥ x) = x^−exponent, capped.
fn pareto(stream: &mut Stream, exponent: f64) -> f64 {
    (1.0 - stream.unit()).powf(-1.0 / exponent).min(CAP)
}

/// Seconds from an object's birth to a share of it: by day, and inside the period.
fn delay(stream: &mut Stream, birth: u32) -> u32 {
    let left = PERIOD - birth;
    for _ in 0..REDRAWS {
        let delay = MEDIAN_DELAY * (DELAY_SIGMA * normal(stream)).exp();
        if delay < f64::from(left) && is_awake(stream, birth + delay as u32) {
            return delay as u32;
        }
    }
    let delay = MEDIAN_DELAY * (DELAY_SIGMA * normal(stream)).exp();
    if delay < f64::from(left) { delay as u32 } else { stream.below(left as usize) as u32 }
}

/// Daily rhythm: one in four at 3 o'clock, all at 15 o'clock.
fn is_awake(stream: &mut Stream, at: u32) -> bool {
    let hour = f64::from(at % 86_400) / 3_600.0;
    stream.chance(0.25 + 0.75 * (std::f64::consts::PI * (hour - 3.0) / 24.0).sin().powi(2))
}

/// A standard normal number (Box and Muller 1958, 10.1214/aoms/1177706645).
fn normal(stream: &mut Stream) -> f64 {
    let radius = (-2.0 * (1.0 - stream.unit()).ln()).sqrt();
    radius * (std::f64::consts::TAU * stream.unit()).cos()
}

/// A batch; `first` is the number of its first row in the table.
fn frame(names: Names<'_>, shares: &[Share], first: u64) -> PolarsResult<DataFrame> {
    let builder = |name: &'static str| StringChunkedBuilder::new(name.into(), shares.len());
    let (mut object, mut account, mut content) = (builder("object_id"), builder("account_id"), builder("content_id"));
    let mut text = String::new();
    let mut append = |builder: &mut StringChunkedBuilder, id: std::fmt::Arguments<'_>| {
        text.clear();
        // a String takes everything
        if text.write_fmt(id).is_ok() {
            builder.append_value(&text);
        }
    };
    for (share, row) in shares.iter().zip(first..) {
        append(&mut object, format_args!("{}", names.object(share.object)));
        append(&mut account, format_args!("{}", ids::account(share.account)));
        append(&mut content, format_args!("{}", ids::content(START + i64::from(share.at), row)));
    }
    let at: Vec<i64> = shares.iter().map(|share| START + i64::from(share.at)).collect();
    let columns = vec![
        object.finish().into_column(),
        account.finish().into_column(),
        content.finish().into_column(),
        Series::new("timestamp_share".into(), at).into_column(),
    ];
    DataFrame::new(shares.len(), columns)
}

#[cfg(test)]
mod tests;
