//! Evaluation on cases small enough for a head.

use super::*;
use polars::prelude::{NamedFrom, Series};
use proptest::collection::vec;
use proptest::prelude::*;

fn frame(columns: Vec<Series>) -> DataFrame {
    let height = columns.first().map_or(0, |c| c.len());
    DataFrame::new(height, columns.into_iter().map(Into::into).collect()).expect("columns of one height")
}

fn members(rows: &[(&str, &str)]) -> DataFrame {
    let (ids, accounts): (Vec<&str>, Vec<&str>) = rows.iter().copied().unzip();
    frame(vec![Series::new("cluster_id".into(), ids), Series::new("account_id".into(), accounts)])
}

/// Group `op`: a b c d, planted, cybercrime. Group `fans`: e f, benign.
fn labels() -> DataFrame {
    let groups = ["op", "op", "op", "op", "fans", "fans"];
    let op = |group: &&str| *group == "op";
    frame(vec![
        Series::new("account_id".into(), ["a", "b", "c", "d", "e", "f"]),
        Series::new("group".into(), groups),
        Series::new("scenario".into(), groups),
        Series::new("planted".into(), groups.iter().map(op).collect::<Vec<_>>()),
        Series::new("dimension".into(), groups.iter().map(|g| op(g).then_some("cybercrime")).collect::<Vec<_>>()),
    ])
}

fn judged(id: &str, verdict: Verdict, top: Option<Dimension>) -> Judged {
    (id.to_owned(), verdict, top)
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
}

/// Clusters c1 = a b c x, c2 = d e f; x is innocent.
fn mixed() -> DataFrame {
    members(&[("c1", "a"), ("c1", "b"), ("c1", "c"), ("c1", "x"), ("c2", "d"), ("c2", "e"), ("c2", "f")])
}

#[test]
fn the_best_match_has_the_highest_f1() {
    let verdicts = [
        judged("c1", Verdict::CibCandidate, Some(Dimension::Cybercrime)),
        judged("c2", Verdict::CoordinatedAuthenticityUndetermined, None),
    ];
    let found = evaluate(&mixed(), &verdicts, &labels()).expect("usable tables");
    let op = &found.planted[0];
    assert_eq!((op.cluster.as_deref(), op.n_accounts), (Some("c1"), 4));
    close(op.precision, 3.0 / 4.0);
    close(op.recall, 3.0 / 4.0);
    close(op.f1, 3.0 / 4.0);
    assert_eq!(op.dimension_right(), Some(true));
    assert!(op.as_expected());
    let fans = &found.benign[0];
    assert_eq!(fans.cluster.as_deref(), Some("c2"));
    close(fans.precision, 2.0 / 3.0);
    close(fans.recall, 1.0);
    close(fans.f1, 0.8);
    assert_eq!(fans.dimension_right(), None);
    assert!(fans.as_expected());
    assert_eq!((found.innocent_in_clusters, found.innocent_in_candidates), (1, 1));
    assert!(found.false_candidates.is_empty());
}

#[test]
fn b_cubed_counts_every_account_once() {
    let found = evaluate(&mixed(), &[], &labels()).expect("usable tables");
    // precision a b c: 3/4, x: 1/4, d: 1/3, e f: 2/3; recall a b c: 3/4, d: 1/4, e f: 1, x: 1
    let precision = (3.0 * 0.75 + 0.25 + 1.0 / 3.0 + 2.0 * 2.0 / 3.0) / 7.0;
    let recall = (3.0 * 0.75 + 0.25 + 2.0 + 1.0) / 7.0;
    close(found.b_cubed.precision, precision);
    close(found.b_cubed.recall, recall);
    close(found.b_cubed.f1, 2.0 * precision * recall / (precision + recall));
}

#[test]
fn a_run_without_clusters_has_full_precision_and_the_recall_of_singles() {
    let found = evaluate(&members(&[]), &[], &labels()).expect("usable tables");
    close(found.b_cubed.precision, 1.0);
    // four accounts with 1/4, two with 1/2
    close(found.b_cubed.recall, 2.0 / 6.0);
    let op = &found.planted[0];
    assert_eq!((op.cluster.as_deref(), op.verdict, op.f1), (None, None, 0.0));
    assert!(!op.as_expected());
}

#[test]
fn a_benign_candidate_is_a_false_candidate() {
    let clusters = members(&[("c1", "e"), ("c1", "f"), ("c2", "a")]);
    let verdicts = [judged("c1", Verdict::CibCandidate, Some(Dimension::AiUse))];
    let found = evaluate(&clusters, &verdicts, &labels()).expect("usable tables");
    assert!(!found.benign[0].as_expected());
    assert_eq!(found.false_candidates, ["c1"]);
    assert_eq!(found.innocent_in_candidates, 0);
}

#[test]
fn an_operation_with_the_wrong_dimension_is_not_as_expected() {
    let clusters = members(&[("c1", "a"), ("c1", "b")]);
    let verdicts = [judged("c1", Verdict::CibCandidate, Some(Dimension::AiUse))];
    let found = evaluate(&clusters, &verdicts, &labels()).expect("usable tables");
    assert_eq!(found.planted[0].dimension_right(), Some(false));
    assert!(!found.planted[0].as_expected());
}

#[test]
fn unusable_tables_are_errors_that_name_the_column() {
    let no_clusters = frame(vec![Series::new("account_id".into(), ["a"])]);
    let error = evaluate(&no_clusters, &[], &labels()).expect_err("no cluster_id");
    assert_eq!(error.to_string(), "table `members`: column `cluster_id` is missing, holds null or is not text");
    let mut wrong = labels();
    wrong.with_column(Series::new("dimension".into(), ["mischief"; 6]).into()).expect("six rows");
    let error = evaluate(&mixed(), &[], &wrong).expect_err("no such dimension");
    assert_eq!(error, SynthError::UnknownDimension("mischief".to_owned()));
}

proptest! {
    /// Against the definition, pair by pair: precision is the share of pairs (an account with itself included) in one
    /// cluster that are in one group, averaged per account; recall the same with the two exchanged.
    #[test]
    fn b_cubed_is_its_definition(cluster in vec(0_usize..4, 12), group in vec(0_usize..4, 12)) {
        // 3 means: in no cluster, in no group
        let together = |of: &[usize], i: usize, j: usize| i == j || (of[i] == of[j] && of[i] < 3);
        let mean = |inside: &[usize], of: &[usize]| {
            let shown: Vec<usize> = (0..12).filter(|i| cluster[*i] < 3 || group[*i] < 3).collect();
            let share = |i: &usize| {
                let mates: Vec<&usize> = shown.iter().filter(|j| together(inside, *i, **j)).collect();
                mates.iter().filter(|j| together(of, *i, ***j)).count() as f64 / mates.len() as f64
            };
            if shown.is_empty() { 1.0 } else { shown.iter().map(share).sum::<f64>() / shown.len() as f64 }
        };
        let clusters = read(&cluster);
        let groups = read(&group).into_iter().map(|(name, accounts)| {
            (name.clone(), Group { scenario: name, planted: false, expected: None, accounts })
        });
        let found = b_cubed(&clusters, &groups.collect());
        prop_assert!((found.precision - mean(&cluster, &group)).abs() < 1e-12);
        prop_assert!((found.recall - mean(&group, &cluster)).abs() < 1e-12);
    }
}

fn read(of: &[usize]) -> Clusters {
    let mut parts = Clusters::new();
    for (account, part) in of.iter().enumerate().filter(|(_, part)| **part < 3) {
        parts.entry(part.to_string()).or_default().insert(account.to_string());
    }
    parts
}
