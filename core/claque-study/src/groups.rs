//! The user's own groups: which of their accounts are in the data, and which groups are large enough for a
//! statement. How they are measured and scored is not decided here.

use crate::error::StudyError;
use polars::prelude::DataFrame;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Fewer accounts are no group but persons: such groups are counted, not scored, their members not written.
pub(crate) const LEAST_ACCOUNTS: usize = 5;

/// Groups that the study names.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct NamedGroups {
    /// Name, and account ids in the data, both ascending.
    pub(crate) groups: Vec<(String, Vec<String>)>,
    /// What a reader should know.
    pub(crate) notes: Vec<String>,
    /// Groups that are too small.
    pub(crate) refused: usize,
}

impl NamedGroups {
    /// The groups of a table (`account_id`, `group`) among the accounts with a post of their own.
    ///
    /// # Errors
    /// Not one group has five such accounts.
    pub(crate) fn of(table: &DataFrame, posts: &DataFrame) -> Result<Self, StudyError> {
        let known = own_accounts(posts)?;
        let mut listed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let (ids, names) = (table.column("account_id")?.str()?, table.column("group")?.str()?);
        for (id, name) in ids.iter().zip(names.iter()).filter_map(|(id, name)| Some((id?, name?))) {
            listed.entry(name).or_default().insert(id);
        }
        let mut named = Self::default();
        let all: BTreeSet<&str> = listed.values().flatten().copied().collect();
        let absent = all.iter().filter(|id| !known.contains(**id)).count();
        if absent > 0 {
            named.notes.push(format!(
                "groups: {absent} of {} accounts have no post of their own in the data and are left out",
                all.len()
            ));
        }
        let mut largest = 0;
        for (name, ids) in listed {
            let present: Vec<String> = ids.into_iter().filter(|id| known.contains(id)).map(str::to_owned).collect();
            largest = largest.max(present.len());
            if present.len() >= LEAST_ACCOUNTS {
                named.groups.push((name.to_owned(), present));
                continue;
            }
            named.refused += 1;
            named.notes.push(format!(
                "group `{name}` is not scored: {} of its accounts are in the data, and fewer than {LEAST_ACCOUNTS} \
                 are persons and no group",
                present.len()
            ));
        }
        if named.groups.is_empty() {
            return Err(StudyError::NoGroup { n_groups: named.refused, largest, absent });
        }
        named.notes.push(
            "the groups were given, so all posts test their coordination; that holds only if they were not chosen by \
             how these posts are timed"
                .to_owned(),
        );
        Ok(named)
    }
}

fn own_accounts(posts: &DataFrame) -> Result<HashSet<&str>, StudyError> {
    let (ids, embedded) = (posts.column("account_id")?.str()?, posts.column("embedded")?.bool()?);
    let own = ids.iter().zip(embedded.iter()).filter(|(_, embedded)| *embedded != Some(true));
    Ok(own.filter_map(|(id, _)| id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::df;

    fn posts() -> DataFrame {
        let ids: Vec<String> = (0..12).map(|account| format!("x:{account:02}")).collect();
        let embedded: Vec<Option<bool>> = (0..12).map(|account| Some(account == 11)).collect();
        df!("account_id" => ids, "embedded" => embedded).expect("two columns")
    }

    fn named(rows: &[(&str, u32)]) -> Result<NamedGroups, StudyError> {
        let ids: Vec<String> = rows.iter().map(|row| format!("x:{:02}", row.1)).collect();
        let groups: Vec<&str> = rows.iter().map(|row| row.0).collect();
        NamedGroups::of(&df!("account_id" => ids, "group" => groups).expect("two columns"), &posts())
    }

    #[test]
    fn accounts_that_are_not_in_the_data_are_counted_and_left_out() {
        // 11 is only seen inside other records, 40 and 41 not at all; 3 is named twice
        let rows = [4, 3, 3, 2, 1, 0, 11, 40, 41].map(|account| ("ours", account));
        let found = named(&rows).expect("a group of five");
        let ids = ["x:00", "x:01", "x:02", "x:03", "x:04"].map(str::to_owned).to_vec();
        assert_eq!((found.groups, found.refused), (vec![("ours".to_owned(), ids)], 0));
        assert!(found.notes[0].starts_with("groups: 3 of 8 accounts have no post"), "{:?}", found.notes);
    }

    #[test]
    fn a_group_of_four_is_refused_and_the_others_go_on() {
        let rows: Vec<(&str, u32)> = (0..5).map(|a| ("five", a)).chain((4..8).map(|a| ("four", a))).collect();
        let found = named(&rows).expect("a group of five");
        assert_eq!((found.groups.len(), found.refused), (1, 1));
        assert!(found.notes[0].starts_with("group `four` is not scored: 4 of its accounts"), "{:?}", found.notes);
    }

    #[test]
    fn without_any_group_of_five_there_is_nothing_to_score() {
        let rows: Vec<(&str, u32)> = (0..4).map(|a| ("four", a)).chain((40..60).map(|a| ("strangers", a))).collect();
        let error = named(&rows).expect_err("too small").to_string();
        assert_eq!(
            error,
            "none of 2 groups has 5 accounts in the data (the largest has 4; 20 accounts have no post of their own)"
        );
    }
}
