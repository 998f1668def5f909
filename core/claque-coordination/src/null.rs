//! Null N2, fine timing: which pairs met more often than interval jitter allows, with control of bursts
//! among unrelated pairs. Works on first shares; knows nothing of layers' names, halves or clusters.

use crate::incidence::Incidence;
use crate::jitter::{chance_within, with_strangers};
use crate::poisson::upper_tail;
use crate::shares::Shares;
use claque_model::TimeWindow;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

/// Windows that one pass can count: two bits for each in 16.
pub(crate) const MAX_WINDOWS: usize = 8;
/// Objects with fewer sharers have no strangers to learn from.
const MIN_SHARERS_FOR_BURSTS: u32 = 3;

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

/// What the strangers do on every object, and which pairs are worth a closer look.
#[derive(Debug)]
pub(crate) struct Survey {
    /// Windows, ascending, at most [`MAX_WINDOWS`].
    pub(crate) windows: Vec<TimeWindow>,
    /// Pairs that share an object within 2h + W, per window.
    pub(crate) tested: Vec<u64>,
    /// Pairs with enough objects in time at some window, by (a, b).
    pub(crate) candidates: Vec<(u32, u32)>,
    /// Unrelated pairs of every group, and those of them in time: index group · windows + window.
    unrelated: Vec<Unrelated>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Unrelated {
    pairs: u32,
    in_time: u32,
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

/// Counts all pairs at all windows.
///
/// First pass: around every row, which pairs share one object, or at least two, within 2h + W and within W
/// (two saturating bits each). Second pass over the same rows: unrelated pairs per object, now that it is
/// known who shares nothing else. Exact; O(pairs within 2h + W). Integer counts, so threads cannot matter.
///
/// `known` says who is related: the shares of the whole layer, also where only half of it is tested. Who
/// shares what is kept by the null, so this uses nothing of the other half's fine timing; with half of the
/// objects a group's own pairs would often seem to meet once, and the group would pass for a burst.
pub(crate) fn survey(shares: &Shares, known: &Shares, settings: &NullSettings, windows: &[TimeWindow]) -> Survey {
    debug_assert!(windows.len() <= MAX_WINDOWS, "callers split longer lists");
    let incidence = &shares.incidence;
    let whole = Some(&known.incidence).filter(|whole| !std::ptr::eq(*whole, incidence));
    let marks = Marks::new(settings, windows);
    let counts: Vec<[AtomicU32; 2]> =
        (0..incidence.n_groups() * windows.len()).map(|_| [AtomicU32::new(0), AtomicU32::new(0)]).collect();
    let least = settings.min_k.clamp(1, 2);
    let chunks = incidence.map_accounts(|accounts| {
        let mut state = vec![Seen::default(); incidence.n_accounts()];
        let mut met = Vec::new();
        let mut related = vec![Seen::default(); whole.map_or(0, Incidence::n_accounts)];
        let mut acquainted = Vec::new();
        let mut tested = vec![0u64; windows.len()];
        let mut candidates = Vec::new();
        for a in accounts {
            mark_pairs(incidence, a, &marks, &mut state, &mut met);
            if let Some(whole) = whole {
                mark_pairs(whole, a, &marks, &mut related, &mut acquainted);
                count_unrelated(incidence, a, &marks, &related, &counts);
                acquainted.drain(..).for_each(|b| related[b as usize] = Seen::default());
            } else {
                count_unrelated(incidence, a, &marks, &state, &counts);
            }
            let first = candidates.len();
            for b in met.drain(..) {
                let seen = std::mem::take(&mut state[b as usize]);
                for (window, tested) in tested.iter_mut().enumerate() {
                    *tested += u64::from(seen.once >> (2 * window) & 1);
                }
                let enough = if least == 1 { seen.once } else { seen.twice };
                if enough & marks.in_time != 0 {
                    candidates.push((a, b));
                }
            }
            candidates[first..].sort_unstable();
        }
        (tested, candidates)
    });
    let mut tested = vec![0; windows.len()];
    for (sum, part) in chunks.iter().flat_map(|(part, _)| part.iter().enumerate()).map(|(w, n)| (w, *n)) {
        tested[sum] += part;
    }
    let load = |count: &AtomicU32| count.load(Ordering::Relaxed);
    Survey {
        windows: windows.to_vec(),
        tested,
        candidates: chunks.into_iter().flat_map(|(_, candidates)| candidates).collect(),
        unrelated: counts.iter().map(|[pairs, hits]| Unrelated { pairs: load(pairs), in_time: load(hits) }).collect(),
    }
}

/// Two bits per window (within 2h + W, within W) for a pair: met on one object, met on a second one.
#[derive(Clone, Copy, Default)]
struct Seen {
    once: u16,
    twice: u16,
}

/// Which bits a distance sets.
struct Marks {
    /// (2h + W, W) per window.
    limits: Vec<(i64, i64)>,
    widest: i64,
    /// The bits that mean "within W".
    in_time: u16,
}

impl Marks {
    fn new(settings: &NullSettings, windows: &[TimeWindow]) -> Self {
        let limits: Vec<_> = windows.iter().map(|&window| (settings.reach(window), window.micros())).collect();
        let widest = limits.iter().map(|limit| limit.0).max().unwrap_or(0);
        let in_time = (0..windows.len()).fold(0, |bits, window| bits | 2 << (2 * window));
        Self { limits, widest, in_time }
    }

    #[inline]
    fn of(&self, distance: i64) -> u16 {
        let mut bits = 0;
        for (window, &(reach, width)) in self.limits.iter().enumerate() {
            bits |= (u16::from(distance <= reach) | u16::from(distance <= width) << 1) << (2 * window);
        }
        bits
    }
}

fn mark_pairs(incidence: &Incidence, a: u32, marks: &Marks, state: &mut [Seen], met: &mut Vec<u32>) {
    for &row in incidence.rows_of_account(a) {
        incidence.each_neighbor(row, marks.widest, |b, distance| {
            let bits = marks.of(distance);
            let seen = &mut state[b as usize];
            if seen.once == 0 {
                met.push(b);
            }
            seen.twice |= seen.once & bits;
            seen.once |= bits;
        });
    }
}

fn count_unrelated(incidence: &Incidence, a: u32, marks: &Marks, state: &[Seen], counts: &[[AtomicU32; 2]]) {
    let windows = marks.limits.len();
    let mut sums = [[0u32; 2]; MAX_WINDOWS];
    for &row in incidence.rows_of_account(a) {
        sums.fill([0; 2]);
        incidence.each_neighbor(row, marks.widest, |b, distance| {
            let bits = marks.of(distance);
            let alone = bits & !state[b as usize].twice;
            for (window, sum) in sums.iter_mut().enumerate().take(windows) {
                let unrelated = u32::from(alone >> (2 * window) & 1);
                sum[0] += unrelated;
                sum[1] += unrelated & u32::from(bits >> (2 * window + 1) & 1);
            }
        });
        let base = incidence.rows[row as usize].group as usize * windows;
        for (window, sum) in sums.iter().enumerate().take(windows).filter(|(_, sum)| sum[0] > 0) {
            counts[base + window][0].fetch_add(sum[0], Ordering::Relaxed);
            counts[base + window][1].fetch_add(sum[1], Ordering::Relaxed);
        }
    }
}

/// Distances of one pair: room to work in.
#[derive(Debug, Default)]
pub(crate) struct Common {
    tested: Vec<(u32, i64)>,
    known: Vec<i64>,
}

impl Common {
    fn fill(&mut self, shares: &Shares, known: &Shares, (a, b): (u32, u32)) {
        self.tested.clear();
        self.known.clear();
        shares.each_common(a, b, |group, distance| self.tested.push((group, distance.saturating_abs())));
        known.each_common(a, b, |_, distance| self.known.push(distance.saturating_abs()));
    }

    /// Calls `visit` with group, whether in time, and the chance of it, for every object within reach of a window
    /// of the survey.
    fn each_chance(
        &self,
        shares: &Shares,
        survey: &Survey,
        settings: &NullSettings,
        index: usize,
        mut visit: impl FnMut(u32, bool, f64),
    ) {
        let window = survey.windows[index];
        let reach = settings.reach(window);
        let is_unrelated = self.known.iter().filter(|distance| **distance <= reach).count() < 2;
        for &(group, distance) in self.tested.iter().filter(|(_, distance)| *distance <= reach) {
            let hit = distance <= window.micros();
            let mut chance = chance_within(distance, window.micros(), settings.jitter_micros);
            if shares.incidence.group_size(group) >= MIN_SHARERS_FOR_BURSTS {
                let strangers = survey.unrelated[group as usize * survey.windows.len() + index];
                // a pair is no stranger to itself
                let pairs = strangers.pairs - u32::from(is_unrelated);
                let in_time = strangers.in_time - u32::from(is_unrelated && hit);
                chance = with_strangers(chance, f64::from(in_time), f64::from(pairs), settings.kappa);
            }
            visit(group, hit, chance);
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
        common.each_chance(shares, survey, settings, index, |_, hit, chance| {
            k += u32::from(hit);
            lambda += chance;
        });
        PairTest { k, lambda, p: upper_tail(k, lambda) }
    };
    (0..survey.windows.len()).map(test).collect()
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
    common.each_chance(shares, survey, settings, index, |group, hit, chance| chances.push((group, hit, chance)));
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
