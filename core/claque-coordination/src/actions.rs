//! Four-column input (object, account, time) without a string per row: what `coordinate` runs on.

use crate::corpus::Row;
use crate::dictionary::{Dictionary, Sorted};
use crate::error::CoordinationError;
use polars::prelude::StringChunked;
use std::sync::Arc;

const LEFT_OUT: u32 = u32::MAX;

/// Borrowed columns, one row per action. Strings may be null, times may not.
#[derive(Clone, Copy, Debug)]
pub struct ActionTable<'a> {
    /// What was acted on.
    pub object: &'a StringChunked,
    /// Who acted.
    pub account: &'a StringChunked,
    /// When, microseconds since 1970 UTC; may be negative.
    pub at_micros: &'a [i64],
}

/// Rows that are in no analysis, by reason; a row is counted once, under the first reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// The object is null.
    pub null_object: u64,
    /// The object is the empty string, which would make one giant group.
    pub empty_object: u64,
    /// The account is null.
    pub null_account: u64,
}

/// Encoded actions, grouped by object and in order of time. Account codes ascend with the bytes of ids.
#[derive(Clone, Debug)]
pub struct Actions {
    accounts: Vec<String>,
    pub(crate) hashes: Arc<Vec<u64>>,
    pub(crate) starts: Arc<Vec<u32>>,
    pub(crate) rows: Arc<Vec<Row>>,
    left_out: LeftOut,
}

impl Actions {
    /// Account ids by code.
    #[must_use]
    pub fn accounts(&self) -> &[String] {
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

    /// What was left out.
    #[must_use]
    pub fn left_out(&self) -> LeftOut {
        self.left_out
    }
}

/// Encodes a table: both dictionaries at once, rows scattered to their objects, each object sorted by
/// time. O(rows + Σ rows of an object · log). Post codes are row numbers. Deterministic for the input,
/// whatever the number of threads.
///
/// # Errors
/// Columns of different lengths, or too many rows.
pub fn encode_actions(table: &ActionTable<'_>) -> Result<Actions, CoordinationError> {
    let expected = table.at_micros.len();
    for (column, found) in [("object", table.object.len()), ("account", table.account.len())] {
        if found != expected {
            return Err(CoordinationError::Lengths { column, found, expected });
        }
    }
    if expected >= LEFT_OUT as usize {
        return Err(CoordinationError::TooManyRows(expected));
    }
    let ((object_codes, objects), (account_codes, accounts)) = rayon::join(
        || {
            let mut objects = Dictionary::default();
            (codes(table.object, false, &mut objects), objects.hashes)
        },
        || {
            let mut accounts = Dictionary::default();
            let codes = codes(table.account, true, &mut accounts);
            (codes, accounts.sorted())
        },
    );
    let left_out = count_left_out(table, &object_codes, &account_codes);
    let (starts, rows) = rows(table, objects.len(), &object_codes, &account_codes, &accounts);
    Ok(Actions {
        accounts: accounts.names,
        hashes: Arc::new(objects),
        starts: Arc::new(starts),
        rows: Arc::new(rows),
        left_out,
    })
}

fn rows(
    table: &ActionTable<'_>,
    n_objects: usize,
    objects: &[u32],
    accounts: &[u32],
    sorted: &Sorted,
) -> (Vec<u32>, Vec<Row>) {
    let rows = objects.iter().zip(accounts).zip(table.at_micros).enumerate();
    let known = rows.filter(|(_, ((object, account), _))| **object != LEFT_OUT && **account != LEFT_OUT);
    group_by_object(
        n_objects,
        known.map(|(row, ((&object, &account), &at))| {
            (object, Row { at, account: sorted.rank[account as usize], post: row as u32 })
        }),
    )
}

fn codes<'a>(column: &'a StringChunked, empty_counts: bool, dictionary: &mut Dictionary<'a>) -> Vec<u32> {
    let mut codes = Vec::with_capacity(column.len());
    for chunk in column.downcast_iter() {
        codes.extend(chunk.iter().map(|value| match value {
            Some(key) if empty_counts || !key.is_empty() => dictionary.code(key),
            _ => LEFT_OUT,
        }));
    }
    codes
}

fn count_left_out(table: &ActionTable<'_>, objects: &[u32], accounts: &[u32]) -> LeftOut {
    let null_object = table.object.null_count() as u64;
    let without_object = objects.iter().filter(|&&code| code == LEFT_OUT).count() as u64;
    let null_account =
        objects.iter().zip(accounts).filter(|&(&object, &account)| object != LEFT_OUT && account == LEFT_OUT).count();
    LeftOut { null_object, empty_object: without_object - null_object, null_account: null_account as u64 }
}

/// Scatters rows to their objects and sorts each object's rows. Returns where each object starts, and the rows.
pub(crate) fn group_by_object(
    n_objects: usize,
    rows: impl Iterator<Item = (u32, Row)> + Clone,
) -> (Vec<u32>, Vec<Row>) {
    let mut starts = vec![0u32; n_objects + 1];
    for (object, _) in rows.clone() {
        starts[object as usize + 1] += 1;
    }
    for object in 0..n_objects {
        starts[object + 1] += starts[object];
    }
    let mut next = starts.clone();
    let mut grouped = vec![Row { at: 0, account: 0, post: 0 }; starts[n_objects] as usize];
    for (object, row) in rows {
        let slot = &mut next[object as usize];
        grouped[*slot as usize] = row;
        *slot += 1;
    }
    sort_groups(&starts, &mut grouped);
    (starts, grouped)
}

/// Sorts the rows of each object, halves of the objects in parallel.
fn sort_groups(starts: &[u32], rows: &mut [Row]) {
    let n = starts.len() - 1;
    if n <= 1 || rows.len() < 1 << 14 {
        let offset = starts[0];
        for object in starts.windows(2) {
            rows[(object[0] - offset) as usize..(object[1] - offset) as usize].sort_unstable();
        }
        return;
    }
    let (left, right) = rows.split_at_mut((starts[n / 2] - starts[0]) as usize);
    rayon::join(|| sort_groups(&starts[..=n / 2], left), || sort_groups(&starts[n / 2..], right));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_without_an_object_or_an_account_are_left_out_and_counted() {
        let object = StringChunked::from_iter([Some("o"), None, Some(""), Some("o"), Some("")]);
        let account = StringChunked::from_iter([Some("b"), Some("a"), None, None, Some("a")]);
        let actions = encode_actions(&ActionTable { object: &object, account: &account, at_micros: &[3, 1, 2, 4, 5] })
            .expect("columns of one length");
        assert_eq!(actions.left_out(), LeftOut { null_object: 1, empty_object: 2, null_account: 1 });
        assert_eq!(actions.rows.as_slice(), [Row { at: 3, account: 1, post: 0 }]);
    }

    #[test]
    fn columns_of_different_lengths_are_refused() {
        let short = StringChunked::from_iter([Some("o")]);
        let error = encode_actions(&ActionTable { object: &short, account: &short, at_micros: &[1, 2] });
        assert!(matches!(error, Err(CoordinationError::Lengths { column: "object", found: 1, expected: 2 })));
    }
}
