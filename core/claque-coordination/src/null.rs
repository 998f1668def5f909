//! Null N2, fine timing: which pairs met more often than interval jitter allows, with control of bursts
//! among unrelated pairs. Works on first shares; knows nothing of layers' names, halves or clusters.

mod survey;

use crate::jitter::{chance_within, with_strangers};
use crate::shares::Shares;
use claque_model::{PairDay, TimeWindow};
use claque_statistics::upper_tail;
use rayon::prelude::*;

pub(crate) use survey::{MAX_WINDOWS, Survey, survey};

/// Microseconds.
const DAY: i64 = 86_400_000_000;

/// Objects with fewer sharers have no strangers to learn from.
pub(crate) const MIN_SHARERS_FOR_BURSTS: u32 = 3;

/// Parameters of null N2 and of the false discovery control.
#[derive(Clone, Debug, PartialEq)]
pub struct NullSettings {
    /// Windows, any order.
    pub windows: Vec<TimeWindow>,
    /// h: how far a share may be moved, microseconds.
    pub jitter_micros: i64,
    /// Level of Benjamini–Hochberg.
    pub alpha: f64,
    /// Objects with more sharers are left out of the tests.
    pub max_sharers: u32,
    /// Least number of objects in time for an edge.
    pub min_k: u32,
    /// κ of the burst control.
    pub kappa: f64,
    /// Seed of halves and draws.
    pub seed: u64,
}

impl NullSettings {
    /// The defaults: h = 1 h, α = 0.01, 400 sharers, k ≥ 2, κ = 5.
    #[must_use]
    pub fn new(windows: Vec<TimeWindow>, seed: u64) -> Self {
        Self { windows, jitter_micros: 3_600_000_000, alpha: 0.01, max_sharers: 400, min_k: 2, kappa: 5.0, seed }
    }

    /// The distance up to which two shares belong to the test at a window.
    pub(crate) fn reach(&self, window: TimeWindow) -> i64 {
        self.jitter_micros.max(1).saturating_mul(2).saturating_add(window.micros())
    }
}

/// One pair at one window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PairTest {
    /// Objects in time.
    pub(crate) k: u32,
    /// Objects expected in time.
    pub(crate) lambda: f64,
    /// P(Poisson(λ) ≥ k): bounds the Poisson-binomial tail for k ≥ λ + 1 (Hoeffding 1956, 10.1214/aoms/1177728178).
    pub(crate) p: f64,
}

/// What one object adds to the test of a pair at one window.
#[derive(Clone, Copy, Debug)]
struct Part {
    group: u32,
    /// Time of the earlier share.
    at: i64,
    in_time: bool,
    /// Chance that it is in time.
    chance: f64,
}

/// Distances of one pair: room to work in.
#[derive(Debug, Default)]
pub(crate) struct Common {
    /// Group, distance, time of the earlier share.
    tested: Vec<(u32, i64, i64)>,
    known: Vec<i64>,
}

impl Common {
    fn fill(&mut self, shares: &Shares, known: &Shares, (a, b): (u32, u32)) {
        self.tested.clear();
        self.known.clear();
        shares.each_common(a, b, |group, distance, at| {
            let earlier = at.saturating_add(distance.min(0));
            self.tested.push((group, distance.saturating_abs(), earlier));
        });
        if std::ptr::eq(shares, known) {
            self.known.extend(self.tested.iter().map(|(_, distance, _)| distance));
        } else {
            known.each_common(a, b, |_, distance, _| self.known.push(distance.saturating_abs()));
        }
    }

    /// Whether the two meet on more than one object within `reach`.
    fn is_related(&self, reach: i64) -> bool {
        self.known.iter().filter(|distance| **distance <= reach).nth(1).is_some()
    }

    /// Calls `visit` for every object within reach of a window of the survey.
    fn each_part(
        &self,
        shares: &Shares,
        survey: &Survey,
        settings: &NullSettings,
        index: usize,
        mut visit: impl FnMut(Part),
    ) {
        let window = survey.windows[index];
        let reach = settings.reach(window);
        let is_unrelated = !self.is_related(reach);
        for &(group, distance, at) in self.tested.iter().filter(|(_, distance, _)| *distance <= reach) {
            let in_time = distance <= window.micros();
            let mut chance = chance_within(distance, window.micros(), settings.jitter_micros);
            if shares.incidence.group_size(group) >= MIN_SHARERS_FOR_BURSTS {
                let (pairs, near) = survey.strangers(group, index);
                // a pair is no stranger to itself
                let pairs = pairs - u32::from(is_unrelated);
                let near = near - u32::from(is_unrelated && in_time);
                chance = with_strangers(chance, f64::from(near), f64::from(pairs), settings.kappa);
            }
            visit(Part { group, at, in_time, chance });
        }
    }
}

/// k, λ and p of one pair, per window of the survey; `known` as in [`survey`].
pub(crate) fn test_pair(
    shares: &Shares,
    known: &Shares,
    survey: &Survey,
    settings: &NullSettings,
    pair: (u32, u32),
    common: &mut Common,
) -> Vec<PairTest> {
    common.fill(shares, known, pair);
    let test = |index: usize| {
        let (mut k, mut lambda) = (0, 0.0);
        common.each_part(shares, survey, settings, index, |part| {
            k += u32::from(part.in_time);
            lambda += part.chance;
        });
        PairTest { k, lambda, p: upper_tail(k, lambda) }
    };
    (0..survey.windows.len()).map(test).collect()
}

/// The pair that [`test_pair`] was last called with, taken apart: k and λ by window of the survey and day, ascending.
pub(crate) fn parts_by_day(shares: &Shares, survey: &Survey, settings: &NullSettings, common: &Common) -> Vec<PairDay> {
    let mut days: Vec<PairDay> = Vec::new();
    for index in 0..survey.windows.len() {
        let from = days.len();
        common.each_part(shares, survey, settings, index, |part| {
            let (window, day) = (index as u32, part.at.div_euclid(DAY) as i32);
            days.push(PairDay { window, day, k: u32::from(part.in_time), lambda: part.chance });
        });
        // stable, so that sums have one order
        days[from..].sort_by_key(|part| part.day);
    }
    days.dedup_by(|part, sum| {
        let same = (part.window, part.day) == (sum.window, sum.day);
        if same {
            sum.k += part.k;
            sum.lambda += part.lambda;
        }
        same
    });
    days
}

/// What a pair's test at one window rests on, object by object: group, whether in time, chance of it. By group.
pub(crate) fn chances_of(
    shares: &Shares,
    known: &Shares,
    survey: &Survey,
    settings: &NullSettings,
    pair: (u32, u32),
    index: usize,
) -> Vec<(u32, bool, f64)> {
    let mut common = Common::default();
    common.fill(shares, known, pair);
    let mut chances = Vec::new();
    common.each_part(shares, survey, settings, index, |part| chances.push((part.group, part.in_time, part.chance)));
    chances
}

/// Tests of all candidates, in their order.
pub(crate) fn test_candidates(
    shares: &Shares,
    known: &Shares,
    survey: &Survey,
    settings: &NullSettings,
) -> Vec<Vec<PairTest>> {
    let tests = survey.candidates.par_iter().with_min_len(256);
    tests.map_init(Common::default, |common, &pair| test_pair(shares, known, survey, settings, pair, common)).collect()
}

#[cfg(test)]
mod tests;
