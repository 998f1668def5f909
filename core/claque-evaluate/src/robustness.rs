//! What is still found when something is taken from the data: operations of one evaluation beside those of another.

use crate::evaluation::{Evaluation, GroupOutcome};

/// An operation in two runs; none where a run's labels do not have it.
#[derive(Clone, Debug, PartialEq)]
pub struct Change<'a> {
    /// Its name.
    pub group: &'a str,
    /// In the run as it was.
    pub before: Option<&'a GroupOutcome>,
    /// In the run that is evaluated.
    pub after: Option<&'a GroupOutcome>,
}

/// Operations of both runs, by name. O(n²) in operations, of which there are few.
#[must_use]
pub fn changes<'a>(before: &'a Evaluation, after: &'a Evaluation) -> Vec<Change<'a>> {
    let mut names: Vec<&str> = before.planted.iter().chain(&after.planted).map(|o| o.group.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    fn of<'b>(run: &'b Evaluation, name: &str) -> Option<&'b GroupOutcome> {
        run.planted.iter().find(|o| o.group == name)
    }
    names.into_iter().map(|group| Change { group, before: of(before, group), after: of(after, group) }).collect()
}
