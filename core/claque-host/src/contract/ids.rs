//! Ids in an output must be ids that the signal was given.

use super::output::{bad, internal};
use claque_model::{Fault, Given};
use polars::prelude::{Column, DataFrame, PlHashMap, PlHashSet};

/// Posts that one row may name.
const POSTS_PER_ROW: usize = 1_000;

/// The ids of one kind that were given.
pub(super) struct Ids<'g> {
    what: &'static str,
    known: PlHashSet<&'g str>,
}

impl<'g> Ids<'g> {
    pub(super) fn posts(given: &'g Given) -> Result<Self, Fault> {
        Self::of(given, "post", &["post_id"])
    }

    pub(super) fn accounts(given: &'g Given) -> Result<Self, Fault> {
        Self::of(given, "account", &["account_id", "actor_id"])
    }

    pub(super) fn clusters(given: &'g Given) -> Result<Self, Fault> {
        Self::of(given, "cluster", &["cluster_id"])
    }

    fn of(given: &'g Given, what: &'static str, columns: &[&str]) -> Result<Self, Fault> {
        let mut known = PlHashSet::default();
        let mut has_column = false;
        for column in given.tables.values().flat_map(|t| columns.iter().filter_map(|name| t.column(name).ok())) {
            has_column = true;
            known.extend(column.str().map_err(internal)?.iter().flatten());
        }
        if has_column {
            Ok(Self { what, known })
        } else {
            Err(bad(format!("it names a {what}, and no table with {what} ids was declared in `requires`")))
        }
    }

    /// Every id of a column must be known.
    pub(super) fn check(&self, column: &Column) -> Result<(), Fault> {
        let ids = column.str().map_err(internal)?;
        match ids.iter().enumerate().find_map(|(row, id)| id.filter(|id| !self.known.contains(id)).map(|id| (row, id)))
        {
            None => Ok(()),
            Some((row, id)) => Err(self.unknown(row, column, id)),
        }
    }

    /// Every id of every list must be known, and no list longer than allowed.
    pub(super) fn check_lists(&self, column: &Column) -> Result<(), Fault> {
        let lists = column.list().map_err(internal)?;
        for row in 0..lists.len() {
            let Some(list) = lists.get_as_series(row) else { continue };
            if list.len() > POSTS_PER_ROW {
                let (name, n) = (column.name(), list.len());
                return Err(bad(format!(
                    "row {}: `{name}` has {n} posts, at most {POSTS_PER_ROW} are allowed",
                    row + 1
                )));
            }
            for id in list.str().map_err(internal)?.iter() {
                let id = id.ok_or_else(|| bad(format!("row {}: `{}` holds a null", row + 1, column.name())))?;
                if !self.known.contains(id) {
                    return Err(self.unknown(row, column, id));
                }
            }
        }
        Ok(())
    }

    fn unknown(&self, row: usize, column: &Column, id: &str) -> Fault {
        bad(format!("row {}: `{}` is `{id}`, which is no {} that was given", row + 1, column.name(), self.what))
    }

    /// A trace is something that an account did with a post of its own.
    pub(super) fn check_traces(traces: &DataFrame, given: &'g Given) -> Result<(), Fault> {
        let (posts, accounts) =
            (traces.column("post_id").map_err(internal)?, traces.column("account_id").map_err(internal)?);
        Self::posts(given)?.check(posts)?;
        Self::accounts(given)?.check(accounts)?;
        let Some(table) = given.tables.get("posts") else { return Ok(()) };
        let (Ok(ids), Ok(authors)) = (table.column("post_id"), table.column("account_id")) else { return Ok(()) };
        let authors = authors.str().map_err(internal)?.iter();
        let author_of: PlHashMap<&str, &str> =
            ids.str().map_err(internal)?.iter().zip(authors).filter_map(|(id, author)| Some((id?, author?))).collect();
        let pairs = posts.str().map_err(internal)?.iter().zip(accounts.str().map_err(internal)?.iter());
        for (row, (post, account)) in pairs.enumerate() {
            let (Some(post), Some(account)) = (post, account) else { continue };
            if author_of.get(post).is_some_and(|author| *author != account) {
                return Err(bad(format!(
                    "row {}: `account_id` is `{account}`, but post `{post}` is not by that account",
                    row + 1
                )));
            }
        }
        Ok(())
    }
}
