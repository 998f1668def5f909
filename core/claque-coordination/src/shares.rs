//! What null N2 looks at: the first share of every account and object, accounts with at least two
//! objects, objects with 2 to so many sharers.

use crate::corpus::{Layer, Row};
use crate::halves::Part;
use crate::incidence::{Incidence, Meeting};

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
    /// Reduces the part of a layer: first shares are the first within it. O(rows).
    pub(crate) fn of(layer: &Layer, part: Part<'_>, n_accounts: usize, max_sharers: u32) -> Self {
        let first = first_shares(layer, part, n_accounts);
        let mut n_objects = vec![0u32; n_accounts];
        for (_, row) in &first {
            n_objects[row.account as usize] += 1;
        }
        let mut rows: Vec<Meeting> = Vec::with_capacity(first.len());
        let mut shares = Self { incidence: Incidence::new(Vec::new(), 0), objects: Vec::new(), hot_objects: 0 };
        for object in first.chunk_by(|a, b| a.0 == b.0) {
            let group = shares.objects.len() as u32;
            let before = rows.len();
            let kept = object.iter().filter(|(_, row)| n_objects[row.account as usize] >= 2);
            rows.extend(kept.map(|(_, row)| Meeting { at: row.at, account: row.account, group }));
            let sharers = rows.len() - before;
            if (2..=max_sharers as usize).contains(&sharers) {
                shares.objects.push(object[0].0);
            } else {
                rows.truncate(before);
                shares.hot_objects += u64::from(sharers >= 2);
            }
        }
        shares.incidence = Incidence::new(rows, n_accounts);
        shares
    }

    /// Calls `visit` with group and signed distance (b's time − a's) of every object that both shared. O(smaller
    /// number of objects · log of the larger).
    pub(crate) fn each_common(&self, a: u32, b: u32, mut visit: impl FnMut(u32, i64)) {
        let rows = &self.incidence.rows;
        let (of_a, of_b) = (self.incidence.rows_of_account(a), self.incidence.rows_of_account(b));
        let swapped = of_a.len() > of_b.len();
        let (short, mut long) = if swapped { (of_b, of_a) } else { (of_a, of_b) };
        for &own in short {
            let own = rows[own as usize];
            long = &long[gallop(long, |&other| rows[other as usize].group < own.group)..];
            let Some(other) = long.first().map(|&other| rows[other as usize]) else { return };
            if other.group == own.group {
                let distance = other.at.saturating_sub(own.at);
                visit(own.group, if swapped { distance.saturating_neg() } else { distance });
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

/// The earliest row of every account on every object, by object and time.
fn first_shares(layer: &Layer, part: Part<'_>, n_accounts: usize) -> Vec<(u32, Row)> {
    let mut last_seen = vec![u32::MAX; n_accounts];
    let mut first = Vec::new();
    for object in 0..layer.n_objects() {
        if !part.has_object(object) {
            continue;
        }
        for row in layer.rows_of(object).iter().filter(|row| part.has_row(row)) {
            let seen = &mut last_seen[row.account as usize];
            if *seen != object as u32 {
                *seen = object as u32;
                first.push((object as u32, *row));
            }
        }
    }
    first
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
