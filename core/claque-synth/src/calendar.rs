//! The period of a world, inside one calendar month, and the rhythm of a day. Whole seconds since 1970, UTC.

use crate::random::Stream;
use chrono::DateTime;

/// 2024-05-02T00:00:00Z. The month has 31 days, so up to 29 days stay inside it.
const START: i64 = 1_714_608_000;
/// Longest period inside the month.
pub(crate) const MAX_DAYS: u32 = 29;
/// Shortest period in which events can be spread.
pub(crate) const MIN_DAYS: u32 = 7;
pub(crate) const DAY: i64 = 86_400;
pub(crate) const HOUR: i64 = 3_600;
/// Relative activity per hour of the day.
const RHYTHM: [u32; 24] = [2, 1, 1, 1, 1, 2, 5, 9, 11, 10, 9, 9, 11, 10, 9, 9, 9, 10, 12, 13, 14, 12, 8, 4];

/// The days covered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Period {
    pub(crate) start: i64,
    pub(crate) days: u32,
}

impl Period {
    pub(crate) fn new(days: u32) -> Self {
        Self { start: START, days }
    }

    pub(crate) fn end(self) -> i64 {
        self.start + i64::from(self.days) * DAY
    }

    /// A random time of day by the daily rhythm, in seconds.
    pub(crate) fn time_of_day(stream: &mut Stream) -> i64 {
        let total: u32 = RHYTHM.iter().sum();
        let mut left = stream.below(total as usize) as u32;
        let mut hour = 0;
        while left >= RHYTHM[hour] {
            left -= RHYTHM[hour];
            hour += 1;
        }
        hour as i64 * HOUR + stream.below(HOUR as usize) as i64
    }

    /// A random moment of the period.
    pub(crate) fn moment(self, stream: &mut Stream) -> i64 {
        self.start + stream.below(self.days as usize) as i64 * DAY + Self::time_of_day(stream)
    }

    /// A moment in the part of the period that belongs to number `index` of `count`, on one day of it.
    pub(crate) fn slot(self, stream: &mut Stream, index: usize, count: usize) -> i64 {
        let day = (index * self.days as usize) / count.max(1);
        self.start + day as i64 * DAY + Self::time_of_day(stream)
    }

    /// Number of the day, from 0.
    pub(crate) fn day_of(self, at: i64) -> usize {
        ((at - self.start).clamp(0, i64::from(self.days) * DAY - 1) / DAY) as usize
    }
}

/// `05-12`, for the paths of pages.
pub(crate) fn month_day(at: i64) -> String {
    DateTime::from_timestamp(at, 0).map_or_else(String::new, |t| t.format("%m-%d").to_string())
}
