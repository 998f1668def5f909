//! What is still found when something is taken from the data: operations of one evaluation beside those of another
//! against the same labels.

use crate::absent::{Absent, Figure};
use crate::evaluation::{Evaluation, GroupOutcome};

/// An operation in two runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change<'a> {
    /// In the run of the data as they were.
    pub before: &'a GroupOutcome,
    /// In the run that is evaluated.
    pub after: &'a GroupOutcome,
}

/// Operations of both runs, by name. O(n²) in operations, of which there are few.
#[must_use]
pub fn changes<'a>(before: &'a Evaluation, after: &'a Evaluation) -> Vec<Change<'a>> {
    let same = |after: &&GroupOutcome, before: &GroupOutcome| after.group == before.group;
    let pair = |before| Some(Change { before, after: after.planted.iter().find(|after| same(after, before))? });
    before.planted.iter().filter_map(pair).collect()
}

/// Mean over operations of the share of their accounts that their best-matching cluster holds.
///
/// # Errors
/// There is no operation.
pub fn mean_recall(evaluation: &Evaluation) -> Figure {
    let operations = &evaluation.planted;
    if operations.is_empty() {
        return Err(Absent::NoOperations);
    }
    Ok(operations.iter().map(|o| o.recall).sum::<f64>() / operations.len() as f64)
}
