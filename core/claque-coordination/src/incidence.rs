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
/// Parts of the accounts whose rows are listed apart: each costs a pass over the rows.
const PARTS: usize = 2;
/// Rows of one account around which neighbours are listed at once: bounds that list.
const ROWS_AT_ONCE: usize = 1024;

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
        let (starts, (account_starts, by_account)) = rayon::join(
            || offsets(n_groups, rows.iter().map(|row| row.group)),
            || {
                let account_starts = offsets(n_accounts, rows.iter().map(|row| row.account));
                let by_account = by_account(&rows, &account_starts);
                (account_starts, by_account)
            },
        );
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

    /// The rows of a group, in order of time.
    pub(crate) fn rows_of_group(&self, group: u32) -> &[Meeting] {
        &self.rows[self.starts[group as usize] as usize..self.starts[group as usize + 1] as usize]
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

/// One of several meetings of an account with the same other one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reunion {
    /// The other account.
    pub(crate) account: u32,
    pub(crate) group: u32,
    /// How far apart in time.
    pub(crate) distance: i64,
}

/// Indices of rows by account, in order. Every part of the accounts is filled apart, from all rows.
fn by_account(rows: &[Meeting], account_starts: &[u32]) -> Vec<u32> {
    let n_accounts = account_starts.len() - 1;
    let mut by_account = vec![0; rows.len()];
    let (mut left, mut parts) = (by_account.as_mut_slice(), Vec::with_capacity(PARTS));
    for part in 0..PARTS {
        let accounts = n_accounts * part / PARTS..n_accounts * (part + 1) / PARTS;
        let (own, rest) = left.split_at_mut((account_starts[accounts.end] - account_starts[accounts.start]) as usize);
        left = rest;
        parts.push((accounts, own));
    }
    parts.into_par_iter().for_each(|(accounts, own)| {
        let first = account_starts[accounts.start];
        let mut next: Vec<u32> = account_starts[accounts.clone()].iter().map(|start| start - first).collect();
        for (index, row) in rows.iter().enumerate() {
            if let Some(slot) = (row.account as usize).checked_sub(accounts.start).and_then(|at| next.get_mut(at)) {
                own[*slot as usize] = index as u32;
                *slot += 1;
            }
        }
    });
    by_account
}

/// Room to find with whom an account meets again.
#[derive(Debug)]
pub(crate) struct Reunions {
    /// In which turn an account was met, doubled; odd once it was met again. A turn is one account's.
    met_in: Vec<u32>,
    turn: u32,
    own: Vec<Meeting>,
    /// Only so many of them count.
    near: Vec<Reunion>,
    n_near: usize,
    found: Vec<Reunion>,
}

impl Reunions {
    pub(crate) fn new(n_accounts: usize) -> Self {
        Self { met_in: vec![0; n_accounts], turn: 0, own: Vec::new(), near: Vec::new(), n_near: 0, found: Vec::new() }
    }

    /// All meetings with accounts of a greater code that are within `reach` of at least two of an account's rows, by
    /// (account, group). At most 2³¹ − 1 calls. O(rows of the account's groups within reach).
    pub(crate) fn of(&mut self, incidence: &Incidence, account: u32, reach: i64) -> &[Reunion] {
        self.turn += 2;
        self.found.clear();
        let stretches = || incidence.rows_of_account(account).chunks(ROWS_AT_ONCE);
        let mut any = false;
        for rows in stretches() {
            self.gather(incidence, rows, reach);
            any |= self.mark();
        }
        for rows in stretches().take(if any { usize::MAX } else { 0 }) {
            if stretches().len() > 1 {
                self.gather(incidence, rows, reach);
            }
            let Self { met_in, turn, near, found, .. } = self;
            found.extend(near[..self.n_near].iter().filter(|met| met_in[met.account as usize] > *turn));
        }
        self.found.sort_unstable();
        &self.found
    }

    /// Marks who is near; whether anyone of them was met before.
    fn mark(&mut self) -> bool {
        let mut any = false;
        for met in &self.near[..self.n_near] {
            let met_in = &mut self.met_in[met.account as usize];
            let again = *met_in >= self.turn;
            any |= again;
            *met_in = self.turn + u32::from(again);
        }
        any
    }

    /// Lists what [`Incidence::each_neighbor`] visits around the rows. They lie scattered over memory, so all are asked
    /// for before the first is waited for; and whether a code is greater is as good as random, so nothing branches on it.
    fn gather(&mut self, incidence: &Incidence, rows: &[u32], reach: i64) {
        self.own.clear();
        self.own.extend(rows.iter().map(|&row| incidence.rows[row as usize]));
        let mut n = 0;
        for (own, &row) in self.own.iter().zip(rows) {
            let near = &mut self.near;
            let mut keep = |other: &Meeting| {
                let distance = other.at.saturating_sub(own.at).saturating_abs();
                let is_near = other.group == own.group && distance <= reach;
                if n == near.len() {
                    near.resize(2 * n + 64, Reunion { account: 0, group: 0, distance: 0 });
                }
                near[n] = Reunion { account: other.account, group: own.group, distance };
                n += usize::from(is_near && other.account > own.account);
                is_near
            };
            let (before, after) = incidence.rows.split_at(row as usize);
            let _ = before.iter().rev().all(&mut keep);
            let _ = after[1..].iter().all(&mut keep);
        }
        self.n_near = n;
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
