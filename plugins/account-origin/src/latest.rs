//! Accounts by id, each with the value of its latest observation in which the value is known.

use claque_sdk::{Batch, Error, Table};
use std::collections::HashMap;

/// The latest known value per account.
pub(crate) struct Latest<V> {
    by_id: HashMap<String, usize>,
    /// Time of the observation, and the value.
    found: Vec<(Option<i64>, V)>,
}

impl<V: Copy> Latest<V> {
    /// Reads a column of `accounts`. Of observations at one time the later row counts; an observation
    /// without a time is older than any with one.
    pub(crate) fn read(
        accounts: Table,
        mut values: impl FnMut(&Batch, &str) -> Result<Vec<Option<V>>, Error>,
        column: &str,
    ) -> Result<Self, Error> {
        let mut latest = Self { by_id: HashMap::new(), found: Vec::new() };
        for batch in accounts {
            let batch = batch?;
            let (ids, times) = (batch.strings("account_id")?, batch.times("observed_at")?);
            for (i, value) in values(&batch, column)?.into_iter().enumerate() {
                if let (Some(id), Some(value)) = (ids.get(i), value) {
                    latest.observe(id, times.get(i), value);
                }
            }
        }
        Ok(latest)
    }

    fn observe(&mut self, id: &str, at: Option<i64>, value: V) {
        if let Some(&place) = self.by_id.get(id) {
            if at >= self.found[place].0 {
                self.found[place] = (at, value);
            }
        } else {
            self.by_id.insert(id.to_owned(), self.found.len());
            self.found.push((at, value));
        }
    }

    pub(crate) fn get(&self, id: &str) -> Option<V> {
        self.by_id.get(id).map(|&place| self.found[place].1)
    }

    /// Values of all accounts, in the order in which the accounts were first seen.
    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.found.iter().map(|(_, value)| value)
    }
}
