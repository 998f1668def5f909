//! How many matched sets a p-value needs: more while its tail is not resolved and resolving it matters. Draws none.

use claque_model::{Declaration, Dimension};
use claque_statistics::e_of_rank;
use std::ops::Range;

/// Sets in all after a second round, and at most.
const SECOND: u32 = 9_999;
const MOST: u32 = 99_999;
/// Sets per group searched: the more groups, the smaller a p-value must be to stand out among them.
const PER_GROUP: u32 = 1_000;
/// Accounts that one signal draws in one round at most, over all groups.
const MOST_ACCOUNTS: u64 = 25_000_000;
/// Accounts in one call of a signal at most.
const CALL: u64 = 1_000_000;

/// Some of a group's matched sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Position of the group.
    pub group: usize,
    /// Numbers of its sets.
    pub draws: Range<u32>,
}

/// How far one group's p-value has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tail {
    pub(crate) group: usize,
    /// Accounts in each of its sets.
    pub(crate) size: usize,
    /// Sets drawn so far.
    pub(crate) drawn: u32,
    pub(crate) p: f64,
}

/// The sets to be drawn in the next round, for those of `n` groups that have p below 10 ÷ draws: 9,999 in all, then,
/// where there are more than ten groups, 1,000 × n up to 99,999, or as many as [`MOST_ACCOUNTS`] allows. It matters
/// where the smallest p so far is worth less than the cap, and for all that speaks of concealment, which is judged
/// without caps.
///
/// The p-values stay valid: a small one at a later round is one of those that were small at an earlier round, so the
/// probability of p ≤ α is never above that of one round alone (as in Besag & Clifford 1991, 10.1093/biomet/78.2.301).
pub(crate) fn further(decl: &Declaration, n: usize, tails: &[Tail]) -> Vec<Part> {
    let unresolved = |tail: &&Tail| tail.p < 10.0 / f64::from(tail.drawn) && matters(decl, tail.drawn);
    let open: Vec<&Tail> = tails.iter().filter(unresolved).collect();
    let accounts: u64 = open.iter().map(|tail| tail.size as u64).sum();
    let affordable = u32::try_from(MOST_ACCOUNTS / accounts.max(1)).unwrap_or(u32::MAX);
    let part = |tail: &Tail| {
        let last = u32::try_from(n).unwrap_or(u32::MAX).saturating_mul(PER_GROUP).clamp(SECOND, MOST);
        let round = if tail.drawn < SECOND { SECOND } else { last }.min(affordable);
        // a little more would resolve nothing
        (round / 2 >= tail.drawn).then_some(Part { group: tail.group, draws: tail.drawn..round })
    };
    open.into_iter().filter_map(part).collect()
}

/// The same sets in calls of at most [`CALL`] accounts, so that the table of a call stays small.
pub(crate) fn calls(parts: &[Part], size: impl Fn(usize) -> usize) -> Vec<Vec<Part>> {
    let mut calls: Vec<Vec<Part>> = Vec::new();
    let mut room = 0;
    for Part { group, draws } in parts {
        let size = size(*group).max(1) as u64;
        let mut from = draws.start;
        while from < draws.end {
            if room < size {
                calls.push(Vec::new());
                room = CALL.max(size);
            }
            let fits = u32::try_from(room / size).unwrap_or(u32::MAX).min(draws.end - from);
            if let Some(call) = calls.last_mut() {
                call.push(Part { group: *group, draws: from..from + fits });
            }
            from += fits;
            room -= u64::from(fits) * size;
        }
    }
    calls
}

fn matters(decl: &Declaration, drawn: u32) -> bool {
    let speaks_of_concealment = decl.statements().any(|statement| statement == Dimension::Concealment);
    speaks_of_concealment || e_of_rank(1, drawn + 1).ln() < decl.cap
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::declaration;
    use claque_model::Shape;

    fn signal(dimension: Dimension, cap: f64) -> Declaration {
        declaration("any", dimension, "any", Shape::Rates, cap)
    }

    fn tail(drawn: u32, p: f64) -> Tail {
        Tail { group: 3, size: 20, drawn, p }
    }

    fn next(decl: &Declaration, drawn: u32, p: f64) -> Option<Range<u32>> {
        further(decl, 100, &[tail(drawn, p)]).pop().map(|part| part.draws)
    }

    #[test]
    fn a_tail_is_resolved_where_that_matters() {
        // of the first of 1,000 ln e = 4.97, of the first of 10,000 6.99
        let (low, high) = (signal(Dimension::Disinformation, 4.9), signal(Dimension::Disinformation, 5.0));
        assert_eq!((next(&low, 999, 0.001), next(&high, 999, 0.001)), (None, Some(999..9_999)));
        assert_eq!(next(&high, 9_999, 0.0001), None, "its cap is reached");
        assert_eq!(next(&high, 999, 0.0101), None, "resolved");
        let hidden = signal(Dimension::Concealment, 0.7);
        assert_eq!(next(&hidden, 999, 0.001), Some(999..9_999));
        assert_eq!(next(&hidden, 9_999, 0.0001), Some(9_999..99_999));
        let of_few = |n| further(&hidden, n, &[tail(9_999, 0.0001)]).pop().map(|part| part.draws);
        assert_eq!((of_few(10), of_few(30)), (None, Some(9_999..30_000)));
        assert_eq!(next(&hidden, 99_999, 0.000_01), None);
        let beside = Declaration { also: vec![Dimension::Concealment], ..low };
        assert_eq!(next(&beside, 999, 0.001), Some(999..9_999));
    }

    #[test]
    fn calls_hold_every_set_once_and_no_more_accounts_than_allowed() {
        let parts = [Part { group: 0, draws: 9_999..99_999 }, Part { group: 2, draws: 9_999..99_999 }];
        let sizes = [30, 0, 100];
        let cut = calls(&parts, |group| sizes[group]);
        let accounts = |call: &Vec<Part>| call.iter().map(|p| p.draws.len() * sizes[p.group]).sum::<usize>();
        assert_eq!(cut.len(), 12);
        assert!(cut.iter().all(|call| accounts(call) <= 1_000_000 && !call.is_empty()));
        assert_eq!(cut.iter().map(accounts).sum::<usize>(), 90_000 * 130);
        let first: Vec<u32> = cut.iter().flatten().filter(|p| p.group == 0).flat_map(|p| p.draws.clone()).collect();
        assert!(first.into_iter().eq(9_999..99_999));
        assert_eq!(calls(&[Part { group: 0, draws: 0..2 }], |_| 5_000_000).len(), 2, "one set is the least");
    }

    #[test]
    fn many_large_groups_share_what_one_round_may_draw() {
        let hidden = signal(Dimension::Concealment, 2.0);
        let groups = |n: usize, drawn| -> Vec<Tail> {
            (0..n).map(|group| Tail { group, size: 25, drawn, p: 1.0 / f64::from(drawn + 1) }).collect()
        };
        assert_eq!(further(&hidden, 100, &groups(10, 9_999)).len(), 10);
        assert_eq!(further(&hidden, 100, &groups(20, 9_999))[19], Part { group: 19, draws: 9_999..50_000 });
        assert_eq!(further(&hidden, 100, &groups(100, 999))[0].draws, 999..9_999);
        assert_eq!(further(&hidden, 100, &groups(100, 9_999)), [], "10,000 would add one set to 9,999");
    }
}
