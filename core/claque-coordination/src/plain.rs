//! The plain method: post pairs in time, counted. No null model: what it returns is mostly chance.

mod posts;

use crate::actions::Actions;
use crate::corpus::Row;
use claque_model::TimeWindow;
use rayon::prelude::*;
use std::ops::Range;

pub use posts::plain_posts;

/// Windows that one pass over the pairs can count.
const MAX_WINDOWS: usize = 8;
/// Parts into which pairs are dealt by their smaller account, so that each is sorted inside the cache.
const PARTS: usize = 256;
/// Pairs that are in memory at once: 8 bytes each.
const PAIRS_AT_ONCE: u64 = 1 << 23;
/// Stretches of rows that are searched for pairs apart.
const STRETCHES: usize = 64;
const ACCOUNT_BITS: u32 = 32;
const WINDOW_BITS: u32 = MAX_WINDOWS.ilog2();

/// Two accounts and the number of their post pairs in time. `a < b` by the bytes of their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PlainEdge {
    /// Account code of the smaller id.
    pub a: u32,
    /// Account code of the larger id.
    pub b: u32,
    /// Pairs of posts on the same object, |Δt| within the window.
    pub weight: u32,
}

/// Counts the post pairs of different accounts on the same object with |Δt| ≤ window, for all windows at once.
///
/// Accounts with fewer than `min_participation` rows are left out first. Per window, ascending: edges of weight
/// ≥ `min_weight`, by (a, b). Every pair within the widest window is visited two times, dealt out by account and
/// sorted: O(pairs · log), never the square of a hot object; some 70 MB of pairs are in memory at once, however
/// many there are. Deterministic for any number of threads.
#[must_use]
pub fn plain(
    actions: &Actions,
    windows: &[TimeWindow],
    min_participation: u32,
    min_weight: u32,
) -> Vec<(TimeWindow, Vec<PlainEdge>)> {
    let mut windows = windows.to_vec();
    windows.sort_unstable();
    windows.dedup();
    let pairs = Pairs::new(actions, min_participation);
    windows.chunks(MAX_WINDOWS).flat_map(|windows| pairs.count(windows, min_weight)).collect()
}

/// Post pairs that [`plain`] would visit within a window. O(rows + pairs), nothing is kept: a caller with little
/// memory asks this first. Deterministic.
#[must_use]
pub fn pairs_in_time(actions: &Actions, window: TimeWindow, min_participation: u32) -> u64 {
    let pairs = Pairs::new(actions, min_participation);
    let stretches = pairs.stretches();
    stretches
        .par_iter()
        .map(|rows| pairs.sizes(rows, &[window.micros()]).iter().copied().map(u64::from).sum::<u64>())
        .sum()
}

/// Rows in which pairs are looked for.
struct Pairs<'a> {
    starts: &'a [u32],
    rows: &'a [Row],
    /// Accounts that take part, a bit each.
    active: Vec<u64>,
    /// Accounts of one part: 2 to the power of this.
    part_bits: u32,
}

impl<'a> Pairs<'a> {
    fn new(actions: &'a Actions, min_participation: u32) -> Self {
        let n_accounts = actions.accounts().len();
        let mut active = vec![0u64; n_accounts.div_ceil(64)];
        for (account, &rows) in participation(&actions.rows, n_accounts).iter().enumerate() {
            active[account / 64] |= u64::from(rows >= min_participation) << (account % 64);
        }
        let part_bits = (usize::BITS - n_accounts.leading_zeros()).saturating_sub(PARTS.ilog2());
        Self { starts: &actions.starts, rows: &actions.rows, active, part_bits }
    }

    fn count(&self, windows: &[TimeWindow], min_weight: u32) -> Vec<(TimeWindow, Vec<PlainEdge>)> {
        let limits: Vec<i64> = windows.iter().map(|window| window.micros()).collect();
        let stretches = self.stretches();
        let sizes: Vec<[u32; PARTS]> = stretches.par_iter().map(|rows| self.sizes(rows, &limits)).collect();
        let mut edges: Vec<Vec<PlainEdge>> = vec![Vec::new(); windows.len()];
        for round in rounds(&sizes) {
            let work = stretches.par_iter().zip(&sizes);
            let dealt: Vec<Dealt> = work.map(|(rows, sizes)| self.deal(rows, &limits, sizes, &round)).collect();
            let counted = round.clone().into_par_iter().map(|part| {
                let first = (part as u32) << self.part_bits;
                weigh(&gather(&dealt, part - round.start), first, windows.len(), min_weight)
            });
            for part in counted.collect::<Vec<_>>() {
                edges.iter_mut().zip(part).for_each(|(all, part)| all.extend(part));
            }
        }
        windows.iter().copied().zip(edges).collect()
    }

    fn stretches(&self) -> Vec<Range<usize>> {
        let n = self.rows.len().div_ceil(STRETCHES).max(1);
        (0..self.rows.len()).step_by(n).map(|start| start..self.rows.len().min(start + n)).collect()
    }

    /// Number of pairs of each part whose later row lies in the stretch.
    fn sizes(&self, rows: &Range<usize>, limits: &[i64]) -> [u32; PARTS] {
        let mut sizes = [0; PARTS];
        self.each_pair(rows, limits, |pair, _| sizes[(pair.accounts().0 >> self.part_bits) as usize] += 1);
        sizes
    }

    fn deal(&self, rows: &Range<usize>, limits: &[i64], sizes: &[u32; PARTS], round: &Range<usize>) -> Dealt {
        let mut starts = vec![0; round.len() + 1];
        for (index, &size) in sizes[round.clone()].iter().enumerate() {
            starts[index + 1] = starts[index] + size as usize;
        }
        let mut next = starts.clone();
        let mut keys = vec![0u64; starts[round.len()]];
        if !keys.is_empty() {
            self.each_pair(rows, limits, |pair, window| {
                let (a, b) = pair.accounts();
                let part = (a >> self.part_bits) as usize;
                if round.contains(&part) {
                    let slot = &mut next[part - round.start];
                    let within = a & ((1 << self.part_bits) - 1);
                    keys[*slot] = (u64::from(within) << ACCOUNT_BITS | u64::from(b)) << WINDOW_BITS | window as u64;
                    *slot += 1;
                }
            });
        }
        Dealt { starts, keys }
    }

    fn is_active(&self, account: u32) -> bool {
        self.active[account as usize / 64] >> (account % 64) & 1 == 1
    }

    /// Calls `visit` with every pair whose later row lies in the stretch, and the index of its narrowest window.
    #[inline]
    fn each_pair(&self, stretch: &Range<usize>, limits: &[i64], mut visit: impl FnMut(Pair, usize)) {
        let widest = limits.last().copied().unwrap_or(-1);
        let mut object = self.starts.partition_point(|&start| start as usize <= stretch.start) - 1;
        for later in stretch.clone() {
            while later >= self.starts[object + 1] as usize {
                object += 1;
            }
            let own = self.rows[later];
            let before = &self.rows[self.starts[object] as usize..later];
            if before.last().is_none_or(|row| own.at.saturating_sub(row.at) > widest) || !self.is_active(own.account) {
                continue;
            }
            // the further back, the wider the window
            let mut window = 0;
            for other in before.iter().rev() {
                let distance = own.at.saturating_sub(other.at);
                while limits.get(window).is_some_and(|&limit| distance > limit) {
                    window += 1;
                }
                if window == limits.len() {
                    break;
                }
                if other.account != own.account && self.is_active(other.account) {
                    visit(Pair { object: object as u32, earlier: *other, later: own }, window);
                }
            }
        }
    }
}

/// Two rows of different accounts on one object.
#[derive(Clone, Copy)]
struct Pair {
    object: u32,
    earlier: Row,
    later: Row,
}

impl Pair {
    /// The smaller account first.
    #[inline]
    fn accounts(&self) -> (u32, u32) {
        let (x, y) = (self.earlier.account, self.later.account);
        (x.min(y), x.max(y))
    }
}

/// Rows of every account.
fn participation(rows: &[Row], n_accounts: usize) -> Vec<u32> {
    let halves = rows.par_chunks(rows.len().div_ceil(2).max(1)).map(|rows| {
        let mut counts = vec![0u32; n_accounts];
        for row in rows {
            counts[row.account as usize] += 1;
        }
        counts
    });
    halves.reduce(
        || vec![0; n_accounts],
        |mut sum, part| {
            sum.iter_mut().zip(part).for_each(|(sum, n)| *sum += n);
            sum
        },
    )
}

/// Pairs of one stretch, those of a part side by side: (a within its part, b, narrowest window) in one number.
struct Dealt {
    starts: Vec<usize>,
    keys: Vec<u64>,
}

/// Neighbouring parts whose pairs fit into memory together.
fn rounds(sizes: &[[u32; PARTS]]) -> Vec<Range<usize>> {
    let mut rounds: Vec<Range<usize>> = Vec::new();
    let mut pairs = 0;
    for part in 0..PARTS {
        let more: u64 = sizes.iter().map(|sizes| u64::from(sizes[part])).sum();
        match rounds.last_mut() {
            Some(round) if pairs + more <= PAIRS_AT_ONCE => round.end = part + 1,
            _ => {
                rounds.push(part..part + 1);
                pairs = 0;
            }
        }
        pairs += more;
    }
    rounds
}

fn gather(dealt: &[Dealt], part: usize) -> Vec<u64> {
    let slices: Vec<&[u64]> =
        dealt.iter().map(|dealt| &dealt.keys[dealt.starts[part]..dealt.starts[part + 1]]).collect();
    let mut keys = slices.concat();
    keys.sort_unstable();
    keys
}

/// Counts equal pairs among sorted keys: per window the edges of enough weight.
fn weigh(keys: &[u64], first: u32, n_windows: usize, min_weight: u32) -> Vec<Vec<PlainEdge>> {
    let mut edges = vec![Vec::new(); n_windows];
    for pair in keys.chunk_by(|x, y| x >> WINDOW_BITS == y >> WINDOW_BITS) {
        if pair.len() < min_weight as usize {
            continue;
        }
        let key = pair[0] >> WINDOW_BITS;
        let (a, b) = (first + (key >> ACCOUNT_BITS) as u32, key as u32);
        let mut in_window = [0; MAX_WINDOWS];
        for key in pair {
            in_window[(key & (MAX_WINDOWS as u64 - 1)) as usize] += 1;
        }
        let mut weight = 0;
        for (edges, more) in edges.iter_mut().zip(in_window) {
            weight += more;
            if weight >= min_weight.max(1) {
                edges.push(PlainEdge { a, b, weight });
            }
        }
    }
    edges
}

#[cfg(test)]
mod tests;
