//! Four-column input (object, account, time) without a string per row: what `coordinate` runs on.

use crate::corpus::Row;
use crate::error::CoordinationError;
use crate::precision::cut_to_minutes;
use crate::shards::{Ids, MISSING, Ranks, SHARDS, Scratch, Shards, index_of, rank_by_bytes, rank_by_hash, shard_of};
use polars::prelude::StringChunked;
use rayon::prelude::*;
use std::iter::Sum;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// Rows that one thread encodes at a time.
const ROWS_PER_PART: usize = 1 << 17;

/// Borrowed columns, one row per action. Strings may be null, times may not.
#[derive(Clone, Copy, Debug)]
pub struct ActionTable<'a> {
    /// What was acted on.
    pub object: &'a StringChunked,
    /// Who acted.
    pub account: &'a StringChunked,
    /// When, microseconds since 1970 UTC; may be negative.
    pub at_micros: &'a [i64],
    /// Row numbers in the input, ascending, when rows were left out before; posts are named by them.
    pub rows: Option<&'a [u32]>,
}

impl ActionTable<'_> {
    fn check(&self) -> Result<(), CoordinationError> {
        let expected = self.at_micros.len();
        let rows = self.rows.map_or(expected, <[u32]>::len);
        for (column, found) in [("object", self.object.len()), ("account", self.account.len()), ("rows", rows)] {
            if found != expected {
                return Err(CoordinationError::Lengths { column, found, expected });
            }
        }
        Ok(())
    }
}

/// Rows that are in no analysis, by reason; a row is counted once, under the first reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// The object is null.
    pub null_object: u64,
    /// The object is the empty string, which would make one giant group.
    pub empty_object: u64,
    /// The account is null or the empty string.
    pub without_account: u64,
}

impl Sum for LeftOut {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::default(), |sum, part| Self {
            null_object: sum.null_object + part.null_object,
            empty_object: sum.empty_object + part.empty_object,
            without_account: sum.without_account + part.without_account,
        })
    }
}

/// Encoded actions, grouped by object and in order of time. Account codes ascend with the bytes of ids.
#[derive(Clone, Debug)]
pub struct Actions {
    accounts: Ids,
    pub(crate) hashes: Arc<Vec<u64>>,
    pub(crate) starts: Arc<Vec<u32>>,
    pub(crate) rows: Arc<Vec<Row>>,
    left_out: LeftOut,
}

impl Actions {
    /// Account ids by code.
    #[must_use]
    pub fn accounts(&self) -> &Ids {
        &self.accounts
    }

    /// Rows that take part.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.rows.len()
    }

    /// Distinct objects.
    #[must_use]
    pub fn n_objects(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether the times look cut to minutes: of at least 100, more than half lie on second 00. Windows below two
    /// minutes then mean "in the same minute".
    #[must_use]
    pub fn cut_to_minutes(&self) -> bool {
        cut_to_minutes(&self.rows)
    }

    /// What was left out.
    #[must_use]
    pub fn left_out(&self) -> LeftOut {
        self.left_out
    }
}

/// Encodes a table, cut into parts that are encoded in parallel; see [`ActionEncoder`].
///
/// # Errors
/// Columns of different lengths, or too many rows.
pub fn encode_actions(table: &ActionTable<'_>) -> Result<Actions, CoordinationError> {
    table.check()?;
    let encoder = ActionEncoder::default();
    let starts: Vec<usize> = (0..table.at_micros.len()).step_by(ROWS_PER_PART).collect();
    let parts = starts.into_par_iter().map(|start| {
        let end = table.at_micros.len().min(start + ROWS_PER_PART);
        let cut = |column: &StringChunked| column.slice(start as i64, end - start);
        let (object, account) = (cut(table.object), cut(table.account));
        let part = ActionTable {
            object: &object,
            account: &account,
            at_micros: &table.at_micros[start..end],
            rows: table.rows.map(|rows| &rows[start..end]),
        };
        let start = if table.rows.is_some() { 0 } else { start };
        encoder.encode(&part, start)
    });
    let parts = parts.collect::<Result<Vec<_>, _>>()?;
    encoder.finish(parts)
}

/// Encodes parts of a table from several threads, so that no more than a part of it is ever there as strings.
///
/// Each string is looked at once and compared with its equals in a table that fits the cache. Objects end in
/// the order of a fixed hash, accounts in that of their ids, rows in that of time: neither threads nor the cut
/// into parts can be seen in the result. O(rows + Σ rows of an object · log) and O(distinct accounts · log).
#[derive(Default)]
pub struct ActionEncoder {
    objects: Shards,
    accounts: Shards,
    workspaces: Mutex<Vec<Workspace>>,
}

#[derive(Default)]
struct Workspace {
    scratch: Scratch,
    objects: Vec<u32>,
    accounts: Vec<u32>,
}

/// Rows of one part by the shard of their object, with provisional codes.
pub struct EncodedPart {
    starts: Vec<u32>,
    objects: Vec<u32>,
    accounts: Vec<u32>,
    at: Vec<i64>,
    posts: Vec<u32>,
    left_out: LeftOut,
}

impl ActionEncoder {
    /// Encodes one part whose first row is the given one of the whole table.
    ///
    /// # Errors
    /// Columns of different lengths, too many rows, too many distinct ids.
    pub fn encode(&self, table: &ActionTable<'_>, first_row: usize) -> Result<EncodedPart, CoordinationError> {
        table.check()?;
        let n = table.rows.map_or(table.at_micros.len(), |rows| rows.last().map_or(0, |&last| last as usize + 1));
        let end = first_row.saturating_add(n);
        if end >= u32::MAX as usize {
            return Err(CoordinationError::TooManyRows(end));
        }
        let mut workspaces = self.workspaces.lock().unwrap_or_else(PoisonError::into_inner);
        let mut workspace = workspaces.pop().unwrap_or_default();
        drop(workspaces);
        let Workspace { scratch, objects, accounts } = &mut workspace;
        self.objects
            .codes(table.object, scratch, objects)
            .and_then(|()| self.accounts.codes(table.account, scratch, accounts))
            .ok_or(CoordinationError::TooManyIds)?;
        let part = EncodedPart::of(table, objects, accounts, first_row);
        self.workspaces.lock().unwrap_or_else(PoisonError::into_inner).push(workspace);
        Ok(part)
    }

    /// Brings the parts, in any order, together.
    ///
    /// # Errors
    /// Too many rows.
    pub fn finish(self, parts: Vec<EncodedPart>) -> Result<Actions, CoordinationError> {
        let n_rows: usize = parts.iter().map(|part| part.at.len()).sum();
        if n_rows >= u32::MAX as usize {
            return Err(CoordinationError::TooManyRows(n_rows));
        }
        drop(self.workspaces);
        let (accounts, names) = rank_by_bytes(&self.accounts.into_shards());
        let (objects, hashes) = rank_by_hash(&self.objects.into_shards());
        let (starts, rows) = group(&parts, &objects, &accounts, &hashes);
        let left_out = parts.iter().map(|part| part.left_out).sum();
        drop(parts);
        Ok(Actions {
            accounts: names,
            hashes: Arc::new(hashes.concat()),
            starts: Arc::new(starts),
            rows: Arc::new(rows),
            left_out,
        })
    }
}

impl EncodedPart {
    fn of(table: &ActionTable<'_>, objects: &[u32], accounts: &[u32], first_row: usize) -> Self {
        let mut starts = vec![0u32; SHARDS + 1];
        let mut left_out = LeftOut { null_object: table.object.null_count() as u64, ..LeftOut::default() };
        let mut without_object = 0;
        for (&object, &account) in objects.iter().zip(accounts) {
            if object == MISSING {
                without_object += 1;
            } else if account == MISSING {
                left_out.without_account += 1;
            } else {
                starts[shard_of(object) + 1] += 1;
            }
        }
        left_out.empty_object = without_object - left_out.null_object;
        for shard in 0..SHARDS {
            starts[shard + 1] += starts[shard];
        }
        let n = starts[SHARDS] as usize;
        let mut part =
            Self { starts, objects: vec![0; n], accounts: vec![0; n], at: vec![0; n], posts: vec![0; n], left_out };
        let mut next = part.starts.clone();
        for (row, (&object, &account)) in objects.iter().zip(accounts).enumerate() {
            if object != MISSING && account != MISSING {
                let slot = &mut next[shard_of(object)];
                let place = *slot as usize;
                *slot += 1;
                part.objects[place] = index_of(object) as u32;
                part.accounts[place] = account;
                part.at[place] = table.at_micros[row];
                part.posts[place] = first_row as u32 + table.rows.map_or(row as u32, |rows| rows[row]);
            }
        }
        part
    }

    fn shard(&self, number: usize) -> Range<usize> {
        self.starts[number] as usize..self.starts[number + 1] as usize
    }
}

/// Rows by object and time: each shard fills its own stretch. Returns where each object starts, and the rows.
fn group(parts: &[EncodedPart], objects: &Ranks, accounts: &Ranks, hashes: &[Vec<u64>]) -> (Vec<u32>, Vec<Row>) {
    let n_rows = parts.iter().map(|part| part.at.len()).sum();
    let mut rows = vec![Row { at: 0, account: 0, post: 0 }; n_rows];
    let mut starts = vec![0u32; hashes.iter().map(Vec::len).sum::<usize>() + 1];
    let mut stretches = Vec::with_capacity(SHARDS);
    let (mut rows_left, mut starts_left, mut first) = (rows.as_mut_slice(), starts.as_mut_slice(), 0);
    for (number, objects) in hashes.iter().enumerate() {
        let n = parts.iter().map(|part| part.shard(number).len()).sum();
        let (own_rows, rest) = rows_left.split_at_mut(n);
        let (own_starts, later) = starts_left.split_at_mut(objects.len());
        (rows_left, starts_left) = (rest, later);
        stretches.push((number, first, own_rows, own_starts));
        first += n as u32;
    }
    starts_left[0] = first;
    stretches.into_par_iter().for_each(|(number, first, rows, starts)| {
        let rank = objects.shard(number);
        let mut next = vec![0u32; starts.len() + 1];
        for part in parts {
            part.objects[part.shard(number)].iter().for_each(|&object| next[rank[object as usize] as usize + 1] += 1);
        }
        for object in 0..starts.len() {
            next[object + 1] += next[object];
            starts[object] = first + next[object];
        }
        for part in parts {
            for row in part.shard(number) {
                let slot = &mut next[rank[part.objects[row] as usize] as usize];
                rows[*slot as usize] =
                    Row { at: part.at[row], account: accounts.of(part.accounts[row]), post: part.posts[row] };
                *slot += 1;
            }
        }
        let mut from = 0;
        for &end in &next[..starts.len()] {
            rows[from..end as usize].sort_unstable();
            from = end as usize;
        }
    });
    (starts, rows)
}

#[cfg(test)]
mod tests;
