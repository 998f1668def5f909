//! The plain method: post pairs in time, counted. No null model: what it returns is mostly chance.

use crate::actions::Actions;
use crate::incidence::{Incidence, Meeting};
use claque_model::TimeWindow;

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

/// Counts the post pairs of different accounts on the same object with |Δt| ≤ window.
///
/// Accounts with fewer than `min_participation` rows are left out first. Edges of weight ≥ `min_weight`,
/// by (a, b). Work is bounded by the pairs inside the window, never by the square of a hot object; pairs
/// below the weight are never stored. Deterministic for any number of threads.
#[must_use]
pub fn plain(actions: &Actions, window: TimeWindow, min_participation: u32, min_weight: u32) -> Vec<PlainEdge> {
    let n_accounts = actions.accounts().len();
    let incidence = Incidence::new(runs(actions, window.micros(), min_participation), n_accounts);
    let chunks = incidence.map_accounts(|accounts| {
        let mut count = vec![0u32; n_accounts];
        let mut met = Vec::new();
        let mut edges = Vec::new();
        for a in accounts {
            for &row in incidence.rows_of_account(a) {
                incidence.each_neighbor(row, window.micros(), |b, _| {
                    let seen = &mut count[b as usize];
                    if *seen == 0 {
                        met.push(b);
                    }
                    *seen += 1;
                });
            }
            let first = edges.len();
            for b in met.drain(..) {
                let weight = std::mem::take(&mut count[b as usize]);
                if weight >= min_weight {
                    edges.push(PlainEdge { a, b, weight });
                }
            }
            edges[first..].sort_unstable();
        }
        edges
    });
    chunks.concat()
}

/// Rows with company: maximal runs of one object whose steps lie within the window, each a group.
fn runs(actions: &Actions, window: i64, min_participation: u32) -> Vec<Meeting> {
    let mut participation = vec![0u32; actions.accounts().len()];
    for row in actions.rows.iter() {
        participation[row.account as usize] += 1;
    }
    let mut rows: Vec<Meeting> = Vec::new();
    let mut group = 0;
    for object in actions.starts.windows(2) {
        let kept = actions.rows[object[0] as usize..object[1] as usize].iter();
        let kept = kept.filter(|row| participation[row.account as usize] >= min_participation);
        let mut first = rows.len();
        for row in kept {
            if let Some(last) = rows.get(first..).and_then(<[Meeting]>::last)
                && row.at.saturating_sub(last.at) > window
            {
                group += close(&mut rows, first);
                first = rows.len();
            }
            rows.push(Meeting { at: row.at, account: row.account, group });
        }
        group += close(&mut rows, first);
    }
    rows
}

/// Drops a run of one row; returns the number of groups closed.
fn close(rows: &mut Vec<Meeting>, first: usize) -> u32 {
    if rows.len() - first >= 2 {
        return 1;
    }
    rows.truncate(first);
    0
}

#[cfg(test)]
mod tests;
