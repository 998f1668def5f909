//! Signals and how they went; what was not assessed, grouped by what it would need.

use crate::foreign::{MAX_ID, MAX_TEXT, visible};
use crate::input::{SignalState, SignalStatus};
use claque_model::{Outcome, Scorecard};
use serde::Serialize;
use std::collections::BTreeMap;

/// A row of the table of signals.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SignalView {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) title: String,
    pub(crate) dimension: &'static str,
    pub(crate) home: String,
    /// `ran`, `missing`, `failed`.
    pub(crate) state: &'static str,
    pub(crate) rows: Option<u64>,
    pub(crate) reason: Option<String>,
}

/// Signals that were not assessed for the same reason.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ReasonGroup {
    pub(crate) reason: String,
    pub(crate) signals: Vec<String>,
}

/// A signal that failed.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FailedSignal {
    pub(crate) id: String,
    pub(crate) reason: String,
}

pub(super) fn signals(given: &[SignalStatus]) -> Vec<SignalView> {
    let mut rows: Vec<SignalView> = given.iter().map(row).collect();
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    rows
}

fn row(signal: &SignalStatus) -> SignalView {
    let (state, rows, reason) = match &signal.state {
        SignalState::Ran { rows } => ("ran", Some(*rows), None),
        SignalState::Missing(reason) => ("missing", None, Some(needed(reason))),
        SignalState::Failed(reason) => ("failed", None, Some(visible(reason, 2 * MAX_TEXT))),
    };
    SignalView {
        id: visible(&signal.id, MAX_ID),
        version: visible(&signal.version, MAX_ID),
        title: visible(&signal.title, MAX_ID),
        dimension: signal.dimension.title(),
        home: visible(&signal.home, MAX_ID),
        state,
        rows,
        reason,
    }
}

/// What was not assessed by reason, at all or on some groups, and what failed.
pub(super) fn gaps(given: &[SignalStatus], scorecard: &Scorecard) -> (Vec<ReasonGroup>, Vec<FailedSignal>) {
    let mut groups = on_groups(given, scorecard);
    let mut failed = Vec::new();
    for signal in given {
        let id = visible(&signal.id, MAX_ID);
        match &signal.state {
            SignalState::Ran { .. } => {}
            SignalState::Missing(reason) => groups.entry(needed(reason)).or_default().push(id),
            SignalState::Failed(reason) => failed.push(FailedSignal { id, reason: visible(reason, 2 * MAX_TEXT) }),
        }
    }
    let mut groups: Vec<ReasonGroup> = groups
        .into_iter()
        .map(|(reason, mut signals)| {
            signals.sort_unstable();
            ReasonGroup { reason, signals }
        })
        .collect();
    groups.sort_by_key(|g| std::cmp::Reverse(g.signals.len()));
    failed.sort_by(|a, b| a.id.cmp(&b.id));
    (groups, failed)
}

/// Signals that ran and could not speak about every group, by reason and number of groups.
fn on_groups(given: &[SignalStatus], scorecard: &Scorecard) -> BTreeMap<String, Vec<String>> {
    let ran = |id: &str| given.iter().any(|s| s.id == id && matches!(s.state, SignalState::Ran { .. }));
    let mut counts: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for finding in scorecard.findings.iter().filter(|f| ran(&f.signal_id)) {
        if let Outcome::Missing(reason) = &finding.outcome {
            *counts.entry((&finding.signal_id, reason.sentence())).or_default() += 1;
        }
    }
    let all = scorecard.clusters.len();
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ((id, sentence), n) in counts {
        let place = if n == all { "on no group".to_owned() } else { format!("not on {n} of {all} groups") };
        groups.entry(format!("{place}: {}", visible(&sentence, 2 * MAX_TEXT))).or_default().push(visible(id, MAX_ID));
    }
    groups
}

/// A reason as what would be needed, where it is a table or a column; else as it stands.
pub(super) fn needed(reason: &str) -> String {
    let table = reason.strip_prefix("table `").and_then(|r| r.strip_suffix("` was not given"));
    let column = reason.strip_prefix("column `").and_then(|r| r.strip_suffix("` is not known in this data"));
    match (table, column.and_then(|c| c.split_once("` of `"))) {
        (Some(table), _) => format!("needs table `{}`", visible(table, MAX_ID)),
        (_, Some((column, table))) => {
            format!("needs column `{}.{}`", visible(table, MAX_ID), visible(column, MAX_ID))
        }
        _ => visible(reason, 2 * MAX_TEXT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use claque_model::{Dimension, MissingReason};

    fn missing(id: &str, reason: &MissingReason) -> SignalStatus {
        SignalStatus {
            id: id.into(),
            version: "1.0.0".into(),
            title: id.into(),
            dimension: Dimension::AiUse,
            home: "script".into(),
            state: SignalState::Missing(reason.sentence()),
        }
    }

    #[test]
    fn what_is_missing_is_grouped_by_what_it_would_need() {
        let column = MissingReason::NoColumn { table: "posts".into(), column: "client".into() };
        let given = [
            missing("ai.provenance", &MissingReason::NoTable("media".into())),
            missing("coord.client", &column),
            missing("ai.image", &MissingReason::NoTable("media".into())),
            missing("cyb.feed", &MissingReason::NotMeasured),
        ];
        let (groups, failed) = gaps(&given, &Scorecard::default());
        let lines: Vec<String> = groups.iter().map(|g| format!("{}: {}", g.reason, g.signals.join(", "))).collect();
        assert_eq!(
            lines,
            [
                "needs table `media`: ai.image, ai.provenance",
                "needs column `posts.client`: coord.client",
                "no account of this group could have shown it: cyb.feed",
            ]
        );
        assert!(failed.is_empty());
    }
}
