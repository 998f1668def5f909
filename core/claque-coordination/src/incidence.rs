//! The pair kernel: rows grouped and in order of time, indexed by account, visited around each row.
//!
//! Pairs are counted account by account in a dense array over the other accounts (a sparse matrix product
//! by rows: Gustavson 1978, 10.1145/355791.355796). So no pair is ever hashed or stored, counts are exact,
//! memory is a few bytes per account and thread, and the output comes sorted.

use rayon::prelude::*;
use std::ops::Range;

/// Chunks of accounts that are counted apart. Fixed, so that results do not depend on the threads.
const MAX_CHUNKS: usize = 64;
/// Rows below which a further chunk costs more than it gives.
const ROWS_PER_CHUNK: usize = 2048;

/// An action inside a group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meeting {
    pub(crate) at: i64,
    pub(crate) account: u32,
    pub(crate) group: u32,
}

/// Groups of actions: who acted when on one thing.
#[derive(Debug)]
pub(crate) struct Incidence {
    pub(crate) rows: Vec<Meeting>,
    starts: Vec<u32>,
    account_starts: Vec<u32>,
    by_account: Vec<u32>,
}

impl Incidence {
    /// Indexes rows that are sorted by (group, time); groups are numbered from 0 without gaps.
    pub(crate) fn new(rows: Vec<Meeting>, n_accounts: usize) -> Self {
        let n_groups = rows.last().map_or(0, |row| row.group as usize + 1);
        let starts = offsets(n_groups, rows.iter().map(|row| row.group));
        let account_starts = offsets(n_accounts, rows.iter().map(|row| row.account));
        let mut next = account_starts.clone();
        let mut by_account = vec![0; rows.len()];
        for (index, row) in rows.iter().enumerate() {
            let slot = &mut next[row.account as usize];
            by_account[*slot as usize] = index as u32;
            *slot += 1;
        }
        Self { rows, starts, account_starts, by_account }
    }

    pub(crate) fn n_groups(&self) -> usize {
        self.starts.len() - 1
    }

    pub(crate) fn n_accounts(&self) -> usize {
        self.account_starts.len() - 1
    }

    pub(crate) fn group_size(&self, group: u32) -> u32 {
        self.starts[group as usize + 1] - self.starts[group as usize]
    }

    /// Indices of an account's rows, by group and time.
    pub(crate) fn rows_of_account(&self, account: u32) -> &[u32] {
        let range = self.account_starts[account as usize]..self.account_starts[account as usize + 1];
        &self.by_account[range.start as usize..range.end as usize]
    }

    /// Visits the rows of the same group at most `reach` away in time that belong to accounts with a
    /// greater code, with their distance. Every pair of rows is visited from its smaller account alone.
    #[inline]
    pub(crate) fn each_neighbor(&self, row: u32, reach: i64, mut visit: impl FnMut(u32, i64)) {
        let own = self.rows[row as usize];
        let group = self.starts[own.group as usize] as usize..self.starts[own.group as usize + 1] as usize;
        for other in self.rows[group.start..row as usize].iter().rev() {
            let distance = own.at.saturating_sub(other.at);
            if distance > reach {
                break;
            }
            if other.account > own.account {
                visit(other.account, distance);
            }
        }
        for other in &self.rows[row as usize + 1..group.end] {
            let distance = other.at.saturating_sub(own.at);
            if distance > reach {
                break;
            }
            if other.account > own.account {
                visit(other.account, distance);
            }
        }
    }

    /// Runs `count` over ranges of accounts of about equal numbers of rows, in parallel; results in the
    /// order of accounts.
    pub(crate) fn map_accounts<T: Send>(&self, count: impl Fn(Range<u32>) -> T + Sync + Send) -> Vec<T> {
        let wanted = (self.rows.len() / ROWS_PER_CHUNK).clamp(1, MAX_CHUNKS);
        let mut ranges = Vec::with_capacity(wanted);
        let mut from = 0;
        for chunk in 1..=wanted {
            let rows = (self.rows.len() * chunk / wanted) as u32;
            let to = if chunk == wanted {
                self.n_accounts()
            } else {
                self.account_starts.partition_point(|&start| start < rows).min(self.n_accounts())
            };
            if to > from {
                ranges.push(from as u32..to as u32);
                from = to;
            }
        }
        ranges.into_par_iter().map(count).collect()
    }
}

/// Where each of `n` codes begins when rows are ordered by code.
pub(crate) fn offsets(n: usize, codes: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut starts = vec![0; n + 1];
    for code in codes {
        starts[code as usize + 1] += 1;
    }
    for code in 0..n {
        starts[code + 1] += starts[code];
    }
    starts
}
