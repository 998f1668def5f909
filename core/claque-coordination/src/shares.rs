//! What null N2 looks at: the first share of every account and object, accounts with at least two
//! objects, objects with 2 to so many sharers.

use crate::corpus::Layer;
use crate::halves::Part;
use crate::incidence::{Incidence, Meeting};
use rayon::prelude::*;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

/// Stretches of objects that are reduced apart.
const STRETCHES: usize = 64;
/// The largest cap there is: up to it, the pairs of one object can be counted in 32 bits.
const MAX_SHARERS: u32 = 1 << 16;

/// First shares of a layer, or of half of its posts.
#[derive(Debug)]
pub(crate) struct Shares {
    pub(crate) incidence: Incidence,
    /// Object code of every group.
    pub(crate) objects: Vec<u32>,
    /// Objects with more sharers than the cap.
    pub(crate) hot_objects: u64,
}

impl Shares {
    /// Reduces the part of a layer: first shares are the first within it. O(rows), in parallel over objects.
    pub(crate) fn of(layer: &Layer, part: Part<'_>, n_accounts: usize, max_sharers: u32) -> Self {
        let n_objects: Vec<AtomicU32> = (0..n_accounts).map(|_| AtomicU32::new(0)).collect();
        let mut stretches: Vec<Stretch> = stretches_of(layer)
            .into_par_iter()
            .map_init(|| vec![u32::MAX; n_accounts], |last_seen, objects| first_shares(layer, part, objects, last_seen))
            .inspect(|stretch| stretch.count_objects(&n_objects))
            .collect();
        let max_sharers = max_sharers.min(MAX_SHARERS);
        stretches.par_iter_mut().for_each(|stretch| stretch.keep_pairs(&n_objects, max_sharers));
        let hot_objects = stretches.iter().map(|stretch| stretch.hot_objects).sum();
        Self { incidence: Incidence::new(joined(&stretches), n_accounts), objects: objects_of(&stretches), hot_objects }
    }

    /// Calls `visit` with group, signed distance (b's time − a's) and a's time of every object that both shared.
    /// O(smaller number of objects · log of the larger).
    pub(crate) fn each_common(&self, a: u32, b: u32, mut visit: impl FnMut(u32, i64, i64)) {
        let rows = &self.incidence.rows;
        let (of_a, of_b) = (self.incidence.rows_of_account(a), self.incidence.rows_of_account(b));
        let swapped = of_a.len() > of_b.len();
        let (short, mut long) = if swapped { (of_b, of_a) } else { (of_a, of_b) };
        for &own in short {
            let own = rows[own as usize];
            long = &long[gallop(long, |&other| rows[other as usize].group < own.group)..];
            let Some(other) = long.first().map(|&other| rows[other as usize]) else { return };
            if other.group == own.group {
                let (of_a, of_b) = if swapped { (other.at, own.at) } else { (own.at, other.at) };
                visit(own.group, of_b.saturating_sub(of_a), of_a);
            }
        }
    }
}

/// Number of leading items for which `before` holds, by doubling steps and then halves.
fn gallop<T>(items: &[T], before: impl Fn(&T) -> bool) -> usize {
    let mut reach = 1;
    while reach <= items.len() && before(&items[reach - 1]) {
        reach *= 2;
    }
    let from = reach / 2;
    from + items[from..reach.min(items.len())].partition_point(before)
}

/// Shares of neighbouring objects.
struct Stretch {
    rows: Vec<Meeting>,
    /// Of every group; rows bear the number of their group within the stretch.
    objects: Vec<u32>,
    hot_objects: u64,
}

impl Stretch {
    fn count_objects(&self, n_objects: &[AtomicU32]) {
        for row in &self.rows {
            n_objects[row.account as usize].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Leaves accounts with at least two objects, and objects with 2 to `max_sharers` of them, numbered anew.
    fn keep_pairs(&mut self, n_objects: &[AtomicU32], max_sharers: u32) {
        self.rows.retain(|row| n_objects[row.account as usize].load(Ordering::Relaxed) >= 2);
        let mut kept = Vec::new();
        let (mut from, mut to) = (0, 0);
        while let Some(first) = self.rows.get(from) {
            let group = first.group;
            let sharers = self.rows[from..].iter().take_while(|row| row.group == group).count();
            if (2..=max_sharers as usize).contains(&sharers) {
                self.rows.copy_within(from..from + sharers, to);
                self.rows[to..to + sharers].iter_mut().for_each(|row| row.group = kept.len() as u32);
                kept.push(self.objects[group as usize]);
                to += sharers;
            } else {
                self.hot_objects += u64::from(sharers >= 2);
            }
            from += sharers;
        }
        self.rows.truncate(to);
        self.objects = kept;
    }
}

/// Ranges of objects with about equal numbers of rows.
fn stretches_of(layer: &Layer) -> Vec<Range<usize>> {
    let n = layer.rows.len().div_ceil(STRETCHES).max(1);
    let mut ends: Vec<usize> = (n..layer.rows.len())
        .step_by(n)
        .map(|row| layer.starts.partition_point(|&start| (start as usize) < row).min(layer.n_objects()))
        .collect();
    ends.push(layer.n_objects());
    ends.dedup();
    ends.iter().scan(0, |from, &end| Some(std::mem::replace(from, end)..end)).collect()
}

/// The earliest row of every account on every object, by object and time. `last_seen` holds no object of the range.
fn first_shares(layer: &Layer, part: Part<'_>, objects: Range<usize>, last_seen: &mut [u32]) -> Stretch {
    let mut stretch = Stretch { rows: Vec::new(), objects: Vec::new(), hot_objects: 0 };
    for object in objects.filter(|&object| part.has_object(object)) {
        let group = stretch.objects.len() as u32;
        stretch.objects.push(object as u32);
        for row in layer.rows_of(object).iter().filter(|row| part.has_row(row)) {
            let seen = &mut last_seen[row.account as usize];
            if *seen != object as u32 {
                *seen = object as u32;
                stretch.rows.push(Meeting { at: row.at, account: row.account, group });
            }
        }
    }
    stretch
}

/// All rows, groups numbered through.
fn joined(stretches: &[Stretch]) -> Vec<Meeting> {
    let n = stretches.iter().map(|stretch| stretch.rows.len()).sum();
    let mut rows = vec![Meeting { at: 0, account: 0, group: 0 }; n];
    let (mut left, mut first, mut parts) = (rows.as_mut_slice(), 0, Vec::with_capacity(stretches.len()));
    for stretch in stretches {
        let (own, rest) = left.split_at_mut(stretch.rows.len());
        left = rest;
        parts.push((own, first, stretch));
        first += stretch.objects.len() as u32;
    }
    parts.into_par_iter().for_each(|(own, first, stretch)| {
        for (to, row) in own.iter_mut().zip(&stretch.rows) {
            *to = Meeting { group: first + row.group, ..*row };
        }
    });
    rows
}

fn objects_of(stretches: &[Stretch]) -> Vec<u32> {
    stretches.iter().flat_map(|stretch| &stretch.objects).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn galloping_finds_the_partition_point() {
        let items: Vec<u32> = (0..100).collect();
        for bound in 0..=101 {
            assert_eq!(gallop(&items, |&item| item < bound), items.partition_point(|&item| item < bound));
        }
    }
}
