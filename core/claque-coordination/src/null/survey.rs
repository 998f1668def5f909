//! The survey before the tests of null N2: how many pairs are near in time on every object, how many of them
//! share nothing else, and which pairs met in time often enough for a closer look. Tests nothing.
//!
//! Most pairs meet once. They are only counted, object by object, by pointers that move along its times; the
//! few pairs that meet again are found account by account, looked at one by one, and taken out of the counts.

use super::NullSettings;
use crate::incidence::{Incidence, Reunion, Reunions};
use crate::shares::Shares;
use claque_model::TimeWindow;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

/// Windows that one pass looks at: bounds what is kept per object.
pub(crate) const MAX_WINDOWS: usize = 8;

/// What the strangers do on every object, and which pairs are worth a closer look.
#[derive(Debug)]
pub(crate) struct Survey {
    /// Windows, ascending, at most [`MAX_WINDOWS`].
    pub(crate) windows: Vec<TimeWindow>,
    /// Pairs that share an object within 2h + W, per window.
    pub(crate) tested: Vec<u64>,
    /// Pairs with enough objects in time at some window, by (a, b).
    pub(crate) candidates: Vec<(u32, u32)>,
    /// Pairs of every group that share nothing else: index group · windows + window.
    unrelated: Vec<NearPairs>,
}

impl Survey {
    /// Pairs of strangers on the objects of a group, and those of them in time.
    pub(crate) fn strangers(&self, group: u32, window: usize) -> (u32, u32) {
        let pairs = &self.unrelated[group as usize * self.windows.len() + window];
        (pairs.within_reach.load(Ordering::Relaxed), pairs.in_time.load(Ordering::Relaxed))
    }
}

/// Pairs on one object, near enough for one window.
#[derive(Debug, Default)]
struct NearPairs {
    within_reach: AtomicU32,
    in_time: AtomicU32,
}

/// Up to which distance two shares belong to the test at a window, and up to which they are in time.
#[derive(Clone, Copy, Debug)]
struct Limit {
    reach: i64,
    width: i64,
}

/// Counts all pairs at all windows. Exact. O(rows · windows) and O(pairs within the widest 2h + W), of which each
/// costs one look at a table. Integer counts, so threads cannot matter.
///
/// `known` says who is related: the shares of the whole layer, also where only half of it is tested. Who
/// shares what is kept by the null, so this uses nothing of the other half's fine timing; with half of the
/// objects a group's own pairs would often seem to meet once, and the group would pass for a burst.
pub(crate) fn survey(shares: &Shares, known: &Shares, settings: &NullSettings, windows: &[TimeWindow]) -> Survey {
    debug_assert!(windows.len() <= MAX_WINDOWS, "callers split longer lists");
    let limit = |&window: &TimeWindow| Limit { reach: settings.reach(window), width: window.micros() };
    let limits: Vec<Limit> = windows.iter().map(limit).collect();
    let unrelated = near_pairs(&shares.incidence, &limits);
    let mut tested = totals(&unrelated, windows.len());
    let look = Look { shares, known, limits: &limits, unrelated: &unrelated, min_k: settings.min_k };
    let found = look.at_all_pairs();
    for found in &found {
        tested.iter_mut().zip(found.repeated).for_each(|(tested, repeated)| *tested -= repeated);
    }
    let candidates = if settings.min_k > 1 {
        found.into_iter().flat_map(|found| found.candidates).collect()
    } else {
        pairs_in_time(&shares.incidence, &limits)
    };
    Survey { windows: windows.to_vec(), tested, candidates, unrelated }
}

/// All pairs of every group by window, related or not.
fn near_pairs(incidence: &Incidence, limits: &[Limit]) -> Vec<NearPairs> {
    let mut pairs: Vec<NearPairs> = Vec::new();
    pairs.resize_with(incidence.n_groups() * limits.len(), NearPairs::default);
    pairs.par_chunks_mut(limits.len()).with_min_len(1024).enumerate().for_each(|(group, pairs)| {
        let rows = incidence.rows_of_group(group as u32);
        for (pairs, limit) in pairs.iter_mut().zip(limits) {
            let count = |distance| AtomicU32::new(pairs_within(rows.iter().map(|row| row.at), distance));
            *pairs = NearPairs { within_reach: count(limit.reach), in_time: count(limit.width) };
        }
    });
    pairs
}

/// Number of pairs of ascending times at most `distance` apart. O(times).
fn pairs_within(times: impl Iterator<Item = i64> + Clone, distance: i64) -> u32 {
    let mut from = times.clone();
    let mut first = from.next();
    let (mut between, mut pairs) = (0, 0);
    for at in times {
        while let Some(earliest) = first.filter(|earliest| at.saturating_sub(*earliest) > distance) {
            debug_assert!(earliest <= at, "times ascend");
            first = from.next();
            between -= 1;
        }
        pairs += between;
        between += 1;
    }
    pairs
}

/// Per window, over all groups.
fn totals(pairs: &[NearPairs], windows: usize) -> Vec<u64> {
    let of_window = |window| pairs.iter().skip(window).step_by(windows);
    let total = |window| of_window(window).map(|pairs| u64::from(pairs.within_reach.load(Ordering::Relaxed))).sum();
    (0..windows).map(total).collect()
}

/// What one chunk of accounts found.
#[derive(Default)]
struct Found {
    /// How often pairs met again within the reach of a window, their first meetings aside.
    repeated: [u64; MAX_WINDOWS],
    /// Pairs in time on at least two objects and `min_k`.
    candidates: Vec<(u32, u32)>,
}

/// The pairs that meet more than once.
struct Look<'a> {
    shares: &'a Shares,
    known: &'a Shares,
    limits: &'a [Limit],
    unrelated: &'a [NearPairs],
    min_k: u32,
}

impl Look<'_> {
    fn at_all_pairs(&self) -> Vec<Found> {
        let (shares, known) = (&self.shares.incidence, &self.known.incidence);
        let widest = self.limits.iter().map(|limit| limit.reach).max().unwrap_or(0);
        let is_whole = std::ptr::eq(shares, known);
        shares.map_accounts(|accounts| {
            let mut found = Found::default();
            let mut reunions = Reunions::new(shares.n_accounts());
            let mut related = vec![0u8; if is_whole { 0 } else { shares.n_accounts() }];
            for a in accounts {
                if !is_whole {
                    let all = reunions.of(known, a, widest);
                    self.take_out_related_elsewhere(a, all, widest, &mut related);
                }
                for pair in reunions.of(shares, a, widest).chunk_by(|x, y| x.account == y.account) {
                    if is_whole {
                        let windows = self.related(pair);
                        for met in pair {
                            self.take_out(met.group, met.distance, windows);
                        }
                    }
                    self.add(a, pair, &mut found);
                }
            }
            found
        })
    }

    /// The windows, a bit each, within whose reach a pair meets on more than one object.
    fn related(&self, pair: &[Reunion]) -> u8 {
        let is_related = |limit: &Limit| pair.iter().filter(|met| met.distance <= limit.reach).nth(1).is_some();
        let bits = self.limits.iter().enumerate().map(|(window, limit)| u8::from(is_related(limit)) << window);
        bits.fold(0, |all, bit| all | bit)
    }

    /// Takes one meeting out of the counts of strangers, at those windows.
    fn take_out(&self, group: u32, distance: i64, windows: u8) {
        let pairs = &self.unrelated[group as usize * self.limits.len()..];
        for (window, (pairs, limit)) in pairs.iter().zip(self.limits).enumerate() {
            if windows >> window & 1 == 1 && distance <= limit.reach {
                pairs.within_reach.fetch_sub(1, Ordering::Relaxed);
                pairs.in_time.fetch_sub(u32::from(distance <= limit.width), Ordering::Relaxed);
            }
        }
    }

    /// The same where the tested half does not show all that is known. `related` is all zero before and after.
    fn take_out_related_elsewhere(&self, a: u32, all: &[Reunion], widest: i64, related: &mut [u8]) {
        let pairs = || all.chunk_by(|x, y| x.account == y.account);
        pairs().for_each(|pair| related[pair[0].account as usize] = self.related(pair));
        let shares = &self.shares.incidence;
        for &row in if all.is_empty() { &[] } else { shares.rows_of_account(a) } {
            let group = shares.rows[row as usize].group;
            shares.each_neighbor(row, widest, |b, distance| self.take_out(group, distance, related[b as usize]));
        }
        pairs().for_each(|pair| related[pair[0].account as usize] = 0);
    }

    fn add(&self, a: u32, pair: &[Reunion], found: &mut Found) {
        let mut enough = false;
        for (repeated, limit) in found.repeated.iter_mut().zip(self.limits) {
            let within = |distance| pair.iter().filter(|met| met.distance <= distance).count();
            *repeated += within(limit.reach).saturating_sub(1) as u64;
            enough |= within(limit.width) >= self.min_k.max(2) as usize;
        }
        if enough {
            found.candidates.push((a, pair[0].account));
        }
    }
}

/// The pairs that are in time on at least one object, by (a, b). O(pairs within the widest W · log).
fn pairs_in_time(incidence: &Incidence, limits: &[Limit]) -> Vec<(u32, u32)> {
    let widest = limits.iter().map(|limit| limit.width).max().unwrap_or(0);
    let chunks = incidence.map_accounts(|accounts| {
        let (mut pairs, mut near) = (Vec::new(), Vec::new());
        for a in accounts {
            near.clear();
            for &row in incidence.rows_of_account(a) {
                incidence.each_neighbor(row, widest, |b, _| near.push(b));
            }
            near.sort_unstable();
            near.dedup();
            pairs.extend(near.iter().map(|&b| (a, b)));
        }
        pairs
    });
    chunks.concat()
}
