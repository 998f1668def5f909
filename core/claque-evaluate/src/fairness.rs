//! Whom do false alarms hit? Shares of innocent accounts that stand in a CIB candidate, by language, platform and
//! activity. A rate alone would call 0 of 12 fair, so each has its interval.

use crate::interval::wilson;
use crate::population::Population;
use std::collections::{BTreeMap, BTreeSet};

/// Rows about fewer innocent accounts are counted and not shown: they would be statements about persons.
pub const SMALLEST: u64 = 5;

/// What accounts are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trait {
    /// All of them.
    Everybody,
    /// The language of most of an account's posts.
    Language,
    /// The platform of most of its posts.
    Platform,
    /// Tenth of all accounts by number of posts, 1 the least active. Accounts with as many posts are in the same one,
    /// the lowest that any of them reaches, so that a tenth may be empty.
    ActivityDecile,
}

/// False alarms among accounts with one trait.
#[derive(Clone, Debug, PartialEq)]
pub struct FalseAlarms {
    /// What they are told apart by.
    pub by: Trait,
    /// Its value; none where it is not known, and for everybody.
    pub value: Option<String>,
    /// Least and most posts of an account, for a decile.
    pub posts: Option<(u64, u64)>,
    /// Accounts of no operation.
    pub innocent: u64,
    /// Those of them in a CIB candidate.
    pub in_candidates: u64,
    /// Their share.
    pub rate: f64,
    /// 95 % interval of the share (Wilson 1927).
    pub interval: (f64, f64),
}

/// False alarms of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fairness {
    /// Everybody, then languages, platforms and deciles, each by value.
    pub rows: Vec<FalseAlarms>,
    /// Values with fewer than [`SMALLEST`] innocent accounts, which have no row.
    pub small: usize,
}

#[derive(Clone, Copy, Default)]
struct Cell {
    innocent: u64,
    in_candidates: u64,
    posts: Option<(u64, u64)>,
}

/// Counts false alarms: `operations` are accounts that were rightly in one, `candidates` those in a CIB candidate.
/// O(n log n).
pub(crate) fn fairness(population: &Population, operations: &BTreeSet<&str>, candidates: &BTreeSet<&str>) -> Fairness {
    let deciles = Deciles::of(population);
    let mut cells: BTreeMap<(Trait, Option<String>, u64), Cell> = BTreeMap::new();
    for (account, profile) in population.iter().filter(|(account, _)| !operations.contains(account.as_str())) {
        let decile = deciles.decile(profile.posts);
        let keys = [
            // the last part of a key puts the tenth decile behind the ninth, and the unknown behind the known
            (Trait::Everybody, None, 0),
            (Trait::Language, profile.language.clone(), u64::from(profile.language.is_none())),
            (Trait::Platform, Some(profile.platform.clone()), 0),
            (Trait::ActivityDecile, Some(decile.to_string()), decile),
        ];
        for key in keys {
            let cell = cells.entry(key).or_default();
            cell.innocent += 1;
            cell.in_candidates += u64::from(candidates.contains(account.as_str()));
            let posts = cell.posts.unwrap_or((profile.posts, profile.posts));
            cell.posts = Some((posts.0.min(profile.posts), posts.1.max(profile.posts)));
        }
    }
    let mut sorted: Vec<_> = cells.into_iter().collect();
    sorted.sort_by(|((a, word, at), _), ((b, other, place), _)| (a, at, word).cmp(&(b, place, other)));
    let mut found = Fairness::default();
    for ((by, value, _), cell) in sorted {
        match wilson(cell.in_candidates, cell.innocent) {
            Some(interval) if cell.innocent >= SMALLEST => found.rows.push(FalseAlarms {
                by,
                value,
                posts: cell.posts.filter(|_| by == Trait::ActivityDecile),
                innocent: cell.innocent,
                in_candidates: cell.in_candidates,
                rate: cell.in_candidates as f64 / cell.innocent as f64,
                interval,
            }),
            _ => found.small += 1,
        }
    }
    found
}

/// Numbers of posts of all accounts, ascending.
struct Deciles(Vec<u64>);

impl Deciles {
    fn of(population: &Population) -> Self {
        let mut posts: Vec<u64> = population.values().map(|p| p.posts).collect();
        posts.sort_unstable();
        Self(posts)
    }

    /// 1 + ⌊10 · share of accounts with fewer posts⌋.
    fn decile(&self, posts: u64) -> u64 {
        let fewer = self.0.partition_point(|n| *n < posts);
        1 + (10 * fewer / self.0.len().max(1)) as u64
    }
}

#[cfg(test)]
mod tests;
