//! Null N4, circular shift: is the activity of accounts in step beyond what each one's own rhythm gives?
//! Draws shifts and counts; what "in step" means is the caller's statistic.

use crate::precision::grid_of;
use claque_graph::mix;
use rayon::prelude::*;

/// Apart from every other use of the seed.
const STREAM: u64 = 0xbb67_ae85_84ca_a73b;
const DAY: i64 = 86_400_000_000;

/// How far each account's series is moved, as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// Uniformly by up to so many microseconds to either side: are the accounts in step more finely than that?
    /// What all of them do at the same hours counts as in step too, wherever those hours begin or end faster.
    Within(i64),
    /// By a whole number of days, uniform over the days of the corpus: every account keeps its hours.
    WholeDays,
}

/// Parameters of null N4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShiftSettings {
    /// How far.
    pub shift: Shift,
    /// Draws (R). No p is below 1 ÷ (R + 1), which must suffice for the correction over all tests.
    pub draws: u32,
    /// Seed of the draws, and of the bins' origin.
    pub seed: u64,
}

impl ShiftSettings {
    /// The defaults of activity in step: ±3 h, 199 draws.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { shift: Shift::Within(3 * 3_600_000_000), draws: 199, seed }
    }
}

/// The answer for one set of accounts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShiftAnswer {
    /// The statistic as it was.
    pub observed: f64,
    /// (1 + #{null ≥ observed}) ÷ (R + 1). A statistic that is no number reaches nothing: p = 1.
    pub p: f64,
    /// Draws.
    pub draws: u32,
    /// Mean over the draws.
    pub null_mean: f64,
    /// 95 % point over the draws.
    pub null_q95: f64,
}

/// A bin and the number of events in it. Empty bins are left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BinCount {
    /// Number of the bin, from 0 at the corpus' beginning.
    pub bin: u32,
    /// Events.
    pub count: u32,
}

/// Activity series of accounts over one span, which is closed to a circle: what is shifted out at its end comes
/// in at its beginning, so that counts and the gaps between events stay each account's own.
#[derive(Clone, Debug)]
pub struct Activity {
    series: Vec<Vec<i64>>,
    start: i64,
    end: i64,
    grid: i64,
}

impl Activity {
    /// Times of each account in microseconds, any order; index is the account. The span is that of all times.
    /// O(n log n).
    #[must_use]
    pub fn new(mut series: Vec<Vec<i64>>) -> Self {
        for times in &mut series {
            times.sort_unstable();
        }
        let start = series.iter().filter_map(|times| times.first()).min().copied().unwrap_or(0);
        let end = series.iter().filter_map(|times| times.last()).max().copied().unwrap_or(0);
        let grid = grid_of(&series.iter().flatten().copied());
        Self { series, start, end, grid }
    }

    /// Tests a statistic of the event times of all accounts: one ascending slice each, by account.
    ///
    /// p = (1 + #{null ≥ observed}) ÷ (R + 1), exact for whole days if the days are exchangeable (Phipson & Smyth
    /// 2010, 10.2202/1544-6115.1585); for ±h it asks for activity that is steady over h (as interval jitter:
    /// Amarasingham et al. 2012, 10.1152/jn.00633.2011). The shift is a function of seed, draw and account, so
    /// threads cannot matter. O(R · (events + the statistic)) time, memory of the events per thread.
    #[must_use]
    pub fn test(&self, settings: &ShiftSettings, statistic: impl Fn(&[Vec<i64>]) -> f64 + Sync) -> ShiftAnswer {
        let accounts: Vec<u32> = (0..self.series.len() as u32).collect();
        self.test_of(&accounts, settings, &statistic)
    }

    /// As [`Activity::test`] over counts per bin. Bins are `width` microseconds wide; their origin lies up to one
    /// width before the span, by the seed, so that no full hour is an edge by convention.
    #[must_use]
    pub fn test_binned(
        &self,
        width: i64,
        settings: &ShiftSettings,
        statistic: impl Fn(&[Vec<BinCount>]) -> f64 + Sync,
    ) -> ShiftAnswer {
        let origin = self.bin_origin(width, settings.seed);
        self.test(settings, |series| {
            let binned: Vec<_> = series.iter().map(|times| count_bins(times, origin, width)).collect();
            statistic(&binned)
        })
    }

    /// One test per pair of accounts, in their order; the statistic sees the counts per bin of both. An account
    /// is shifted alike in all its pairs. Pairs in parallel: O(pairs · R · (events of both + the statistic)).
    #[must_use]
    pub fn test_pairs(
        &self,
        pairs: &[(u32, u32)],
        width: i64,
        settings: &ShiftSettings,
        statistic: impl Fn(&[BinCount], &[BinCount]) -> f64 + Sync,
    ) -> Vec<ShiftAnswer> {
        let origin = self.bin_origin(width, settings.seed);
        let of_both = |series: &[Vec<i64>]| match series {
            [a, b] => statistic(&count_bins(a, origin, width), &count_bins(b, origin, width)),
            _ => f64::NAN,
        };
        pairs.par_iter().map(|&(a, b)| self.test_of(&[a, b], settings, &of_both)).collect()
    }

    fn test_of(
        &self,
        accounts: &[u32],
        settings: &ShiftSettings,
        statistic: &(impl Fn(&[Vec<i64>]) -> f64 + Sync),
    ) -> ShiftAnswer {
        let as_it_was: Vec<Vec<i64>> = accounts.iter().map(|&account| self.times(account).to_vec()).collect();
        let observed = statistic(&as_it_was);
        let draw = |draw| {
            let shifted: Vec<Vec<i64>> =
                accounts.iter().map(|&account| self.shifted(account, draw, settings)).collect();
            statistic(&shifted)
        };
        let mut null: Vec<f64> = (0..settings.draws).into_par_iter().map(draw).collect();
        null.sort_by(f64::total_cmp);
        // what is no number counts against the finding, on either side
        let reached = null.iter().filter(|value| **value >= observed || value.is_nan() || observed.is_nan()).count();
        ShiftAnswer {
            observed,
            p: (1 + reached) as f64 / (f64::from(settings.draws) + 1.0),
            draws: settings.draws,
            null_mean: null.iter().sum::<f64>() / null.len().max(1) as f64,
            null_q95: null.get((null.len() * 95).div_ceil(100).saturating_sub(1)).copied().unwrap_or(0.0),
        }
    }

    fn times(&self, account: u32) -> &[i64] {
        self.series.get(account as usize).map_or(&[], Vec::as_slice)
    }

    /// The series of an account at one draw, ascending.
    fn shifted(&self, account: u32, draw: u32, settings: &ShiftSettings) -> Vec<i64> {
        let bits = mix(mix(settings.seed ^ STREAM ^ mix(draw.into())) ^ mix(account.into()));
        let below = |bound: i64| ((u128::from(bits) * bound.max(1) as u128) >> 64) as i64;
        let (start, length, by) = match settings.shift {
            Shift::Within(reach) => {
                let steps = (reach / self.grid).max(0);
                let length = self.end.saturating_sub(self.start).saturating_add(self.grid);
                (self.start, length, (below(steps.saturating_mul(2).saturating_add(1)) - steps) * self.grid)
            }
            Shift::WholeDays => {
                let first = self.start.div_euclid(DAY);
                let days = self.end.div_euclid(DAY) - first + 1;
                (first.saturating_mul(DAY), days.saturating_mul(DAY), below(days).saturating_mul(DAY))
            }
        };
        let by = by.rem_euclid(length);
        let times = self.times(account);
        let (stay, wrap) = times.split_at(times.partition_point(|at| at.saturating_sub(start) < length - by));
        let wrapped = wrap.iter().map(|at| at.saturating_sub(length - by));
        wrapped.chain(stay.iter().map(|at| at.saturating_add(by))).collect()
    }

    fn bin_origin(&self, width: i64, seed: u64) -> i64 {
        // whole days begin before the first event
        let start = self.start.div_euclid(DAY).saturating_mul(DAY);
        let places = (width / self.grid).max(1);
        let place = ((u128::from(mix(seed ^ STREAM)) * places as u128) >> 64) as i64;
        start.saturating_sub(place * self.grid)
    }
}

fn count_bins(times: &[i64], origin: i64, width: i64) -> Vec<BinCount> {
    let bin = |at: &i64| at.saturating_sub(origin).div_euclid(width.max(1)) as u32;
    let bins = times.chunk_by(|x, y| bin(x) == bin(y));
    bins.map(|events| BinCount { bin: bin(&events[0]), count: events.len() as u32 }).collect()
}

#[cfg(test)]
mod tests;
