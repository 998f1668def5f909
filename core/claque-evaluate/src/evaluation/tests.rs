//! Evaluation on cases small enough for a head.

use super::*;
use polars::prelude::{NamedFrom, Series};

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

/// A cluster, its verdict, and K, I, D1 to D4 as far as they are stated.
type Said = (&'static str, Verdict, [Option<f64>; 6]);

fn try_evaluate(members: &DataFrame, said: &[Said], labels: &DataFrame) -> Result<Evaluation, EvaluateError> {
    try_with_posts(members, said, labels, None)
}

fn try_with_posts(
    members: &DataFrame,
    said: &[Said],
    labels: &DataFrame,
    posts: Option<&DataFrame>,
) -> Result<Evaluation, EvaluateError> {
    let clusters = frame(vec![
        Series::new("cluster_id".into(), said.iter().map(|s| s.0).collect::<Vec<_>>()),
        Series::new("verdict".into(), said.iter().map(|s| s.1.name()).collect::<Vec<_>>()),
    ]);
    let rows: Vec<(&str, Dimension, f64, f64, bool)> = said
        .iter()
        .flat_map(|(id, _, indices)| {
            Dimension::ALL.into_iter().zip(indices).map(|(dimension, own)| {
                let shown = own.unwrap_or(0.9);
                let bound = if Dimension::INTERFERENCE.contains(&dimension) { indices[0].unwrap_or(1.0) } else { 1.0 };
                (*id, dimension, shown, shown.min(bound), own.is_none())
            })
        })
        .collect();
    let scores = frame(vec![
        Series::new("cluster_id".into(), rows.iter().map(|r| r.0).collect::<Vec<_>>()),
        Series::new("dimension".into(), rows.iter().map(|r| r.1.name()).collect::<Vec<_>>()),
        Series::new("own".into(), rows.iter().map(|r| r.2).collect::<Vec<_>>()),
        Series::new("score".into(), rows.iter().map(|r| r.3).collect::<Vec<_>>()),
        Series::new("abstained".into(), rows.iter().map(|r| r.4).collect::<Vec<_>>()),
    ]);
    let run = RunTables { members, clusters: &clusters, scores: &scores, priors: Some(Priors::declared(0.1, 0.05)) };
    evaluate(&run, labels, posts)
}

/// A candidate whose only stated dimension is the given one.
fn candidate(id: &'static str, dimension: Dimension) -> Said {
    let mut indices = [Some(0.9), Some(0.8), None, None, None, None];
    indices[Dimension::ALL.iter().position(|d| *d == dimension).expect("one of six")] = Some(0.7);
    (id, Verdict::CibCandidate, indices)
}

fn undetermined(id: &'static str) -> Said {
    (id, Verdict::CoordinatedAuthenticityUndetermined, [Some(0.9), Some(0.1), None, None, None, None])
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
    let said = [candidate("c1", Dimension::Cybercrime), undetermined("c2")];
    let found = try_evaluate(&mixed(), &said, &labels()).expect("usable tables");
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
fn agreement_counts_every_account_once() {
    let found = try_evaluate(&mixed(), &[], &labels()).expect("usable tables").agreement;
    // precision a b c: 3/4, x: 1/4, d: 1/3, e f: 2/3; recall a b c: 3/4, d: 1/4, e f: 1, x: 1
    let precision = (3.0 * 0.75 + 0.25 + 1.0 / 3.0 + 2.0 * 2.0 / 3.0) / 7.0;
    let recall = (3.0 * 0.75 + 0.25 + 2.0 + 1.0) / 7.0;
    let b_cubed = found.b_cubed.expect("seven accounts");
    close(b_cubed.precision, precision);
    close(b_cubed.recall, recall);
    close(b_cubed.f1, 2.0 * precision * recall / (precision + recall));
    // three of four and two of three accounts are of the main group
    close(found.weighted_precision.expect("clusters"), 5.0 / 7.0);
    close(found.best_match_f1.expect("an operation"), 0.75);
}

#[test]
fn a_run_without_clusters_has_full_precision_and_the_recall_of_singles() {
    let found = try_evaluate(&members(&[]), &[], &labels()).expect("usable tables");
    let b_cubed = found.agreement.b_cubed.expect("six labelled accounts");
    close(b_cubed.precision, 1.0);
    // four accounts with 1/4, two with 1/2
    close(b_cubed.recall, 2.0 / 6.0);
    let op = &found.planted[0];
    assert_eq!((op.cluster.as_deref(), op.verdict, op.f1), (None, None, 0.0));
    assert!(!op.as_expected());
    assert_eq!(found.agreement.weighted_precision, Err(Absent::NoClusters));
    assert_eq!(found.agreement.best_match_f1, Ok(0.0));
    assert_eq!(found.abstention.aurc, Err(Absent::NoClusters));
    assert!(found.calibration.iter().all(|c| c.brier == Err(Absent::NothingStated)));
    assert_eq!((found.accounts, found.fairness), (Err(Absent::NoPosts), Err(Absent::NoPosts)));
}

#[test]
fn one_account_of_an_operation_clears_no_candidate() {
    // a of the operation a, b, c, d among nine strangers, with the right dimension on top
    let strangers = ["s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9"];
    let rows: Vec<(&str, &str)> = strangers.iter().map(|s| ("c1", *s)).chain([("c1", "a")]).collect();
    let expected = Dimension::Cybercrime;
    let found = try_evaluate(&members(&rows), &[candidate("c1", expected)], &labels()).expect("usable tables");
    let op = &found.planted[0];
    assert_eq!((op.cluster.as_deref(), op.dimension_right()), (Some("c1"), Some(true)));
    assert!(!op.as_expected());
    assert_eq!(found.false_candidates, ["c1"]);
}

#[test]
fn a_benign_group_is_accused_where_half_of_it_is_in_a_candidate() {
    // e, f in the cluster of the operation, which is still the operation's
    let rows = ["a", "b", "c", "d", "e", "f"].map(|account| ("c1", account));
    let found = try_evaluate(&members(&rows), &[candidate("c1", Dimension::Cybercrime)], &labels());
    let found = found.expect("usable tables");
    assert!(found.planted[0].as_expected() && found.false_candidates.is_empty());
    assert!(!found.benign[0].as_expected());
    // one of five is a stranger there
    let one = GroupOutcome { recall: 0.2, f1: 0.22, ..found.benign[0].clone() };
    assert!(one.as_expected());
}

#[test]
fn a_benign_candidate_is_a_false_candidate() {
    let clusters = members(&[("c1", "e"), ("c1", "f"), ("c2", "a")]);
    let found = try_evaluate(&clusters, &[candidate("c1", Dimension::AiUse)], &labels()).expect("usable tables");
    assert!(!found.benign[0].as_expected());
    assert_eq!(found.false_candidates, ["c1"]);
    assert_eq!(found.innocent_in_candidates, 0);
}

#[test]
fn an_operation_with_the_wrong_dimension_is_not_as_expected() {
    let clusters = members(&[("c1", "a"), ("c1", "b")]);
    let found = try_evaluate(&clusters, &[candidate("c1", Dimension::AiUse)], &labels()).expect("usable tables");
    assert_eq!(found.planted[0].dimension_right(), Some(false));
    assert!(!found.planted[0].as_expected());
}

#[test]
fn unusable_tables_are_errors_that_name_the_column() {
    let no_clusters = frame(vec![Series::new("account_id".into(), ["a"])]);
    let error = try_evaluate(&no_clusters, &[], &labels()).expect_err("no cluster_id");
    assert_eq!(error.to_string(), "table `members`: column `cluster_id` is missing, holds null or is not text");
    let mut wrong = labels();
    wrong.with_column(Series::new("dimension".into(), ["mischief"; 6]).into()).expect("six rows");
    let error = try_evaluate(&mixed(), &[], &wrong).expect_err("no such dimension");
    assert_eq!(error, EvaluateError::UnknownDimension("mischief".to_owned()));
}

fn of(found: &Evaluation, of: Of) -> &Calibration {
    found.calibration.iter().find(|c| c.of == of).expect("every kind is measured")
}

#[test]
fn a_score_comes_true_when_its_cluster_is_an_operation_of_its_dimension() {
    // c1 is the operation: cybercrime 0.6, use of AI 0.95 bounded by K; c2 is benign; c3 shares one account of four
    let said = [
        ("c1", Verdict::CibCandidate, [Some(0.9), Some(0.5), None, None, Some(0.95), Some(0.6)]),
        ("c2", Verdict::CoordinatedAuthenticityUndetermined, [Some(0.8), None, None, None, Some(0.3), Some(0.2)]),
        ("c3", Verdict::Exploratory, [None; 6]),
    ];
    let clusters =
        members(&[("c1", "a"), ("c1", "b"), ("c1", "c"), ("c2", "e"), ("c2", "f"), ("c3", "d"), ("c3", "x")]);
    let found = try_evaluate(&clusters, &said, &labels()).expect("usable tables");
    let cybercrime = of(&found, Of::Dimension(Dimension::Cybercrime));
    assert_eq!((cybercrime.stated, cybercrime.abstained, cybercrime.came_true), (2, 1, 1));
    close(cybercrime.brier.expect("two scores"), f64::midpoint(0.4_f64.powi(2), 0.2_f64.powi(2)));
    let ai = of(&found, Of::Dimension(Dimension::AiUse));
    assert_eq!((ai.came_true, ai.cllr), (0, Err(Absent::NoPositives)));
    close(ai.brier.expect("two scores"), f64::midpoint(0.9_f64.powi(2), 0.3_f64.powi(2)));
    let all = of(&found, Of::AllDimensions);
    assert_eq!((all.stated, all.abstained, all.came_true), (4, 8, 1));
    // the headline of c1 is I, that of c2 is not stated without I
    let headline = of(&found, Of::Headline);
    assert_eq!((headline.stated, headline.abstained, headline.came_true), (1, 2, 1));
    close(headline.brier.expect("one score"), 0.25);
}

#[test]
fn a_likelihood_ratio_leaves_the_prior_of_the_statement_that_bounds_the_score() {
    // c1 by K: odds 0.1/0.9 over its prior odds 0.1/0.9; c2 by its dimension: odds 0.05/0.95 over the same
    let said = [
        ("c1", Verdict::Exploratory, [Some(0.1), None, None, None, None, Some(0.6)]),
        ("c2", Verdict::Exploratory, [Some(0.8), None, None, None, None, Some(0.05)]),
    ];
    let clusters = members(&[("c1", "a"), ("c1", "b"), ("c2", "e"), ("c2", "f")]);
    let found = try_evaluate(&clusters, &said, &labels()).expect("usable tables");
    close(of(&found, Of::Dimension(Dimension::Cybercrime)).cllr.expect("one of each"), 1.0);
}

#[test]
fn a_cluster_that_is_half_a_group_is_no_operation() {
    // F1 of c1 and `op`: precision 1/4, recall 1/4
    let clusters = members(&[("c1", "a"), ("c1", "x"), ("c1", "y"), ("c1", "z")]);
    let found = try_evaluate(&clusters, &[candidate("c1", Dimension::Cybercrime)], &labels()).expect("usable tables");
    assert_eq!(of(&found, Of::Headline).came_true, 0);
    assert_eq!((found.abstention.answered, found.abstention.wrong), (1, 1));
}

#[test]
fn confidence_is_the_index_of_what_the_verdict_says() {
    let said = [candidate("c1", Dimension::Cybercrime), undetermined("c2"), ("c3", Verdict::Abstained, [Some(0.9); 6])];
    let clusters = members(&[("c1", "a"), ("c1", "b"), ("c1", "c"), ("c2", "e"), ("c2", "f")]);
    let found = try_evaluate(&clusters, &said, &labels()).expect("usable tables").abstention;
    let confidences: Vec<f64> = found.points.iter().map(|p| p.confidence).collect();
    assert_eq!((found.clusters, found.answered, found.wrong), (3, 2, 0));
    close(confidences[0], 0.9);
    close(confidences[1], 0.8);
}

#[test]
fn a_verdict_whose_concealment_is_not_stated_answers_nothing() {
    let mut silent = undetermined("c1");
    silent.2[1] = None;
    let clusters = members(&[("c1", "a"), ("c1", "b"), ("c1", "c"), ("c2", "e"), ("c2", "f")]);
    let found = try_evaluate(&clusters, &[silent, undetermined("c2")], &labels()).expect("usable tables").abstention;
    // c1 is the operation, and a stated no would be wrong
    assert_eq!((found.clusters, found.answered, found.wrong, found.risk), (2, 1, 0, Ok(0.0)));
}

fn posts(accounts: &[&str]) -> DataFrame {
    frame(vec![
        Series::new("account_id".into(), accounts),
        Series::new("platform".into(), vec!["x"; accounts.len()]),
        Series::new("lang".into(), vec!["de"; accounts.len()]),
    ])
}

#[test]
fn accounts_outside_clusters_are_ranked_last_and_count() {
    let everybody = posts(&["a", "b", "c", "d", "e", "f", "x", "v", "w", "w"]);
    let said = [candidate("c1", Dimension::Cybercrime), undetermined("c2")];
    let found = try_with_posts(&mixed(), &said, &labels(), Some(&everybody)).expect("usable tables");
    let ranking = found.accounts.expect("posts were given");
    assert_eq!((ranking.accounts, ranking.in_operations), (9, 4));
    // a b c x tie on 0.7: three of four; d has no score, as five others: four of nine
    close(ranking.average_precision.expect("members"), (3.0 * 0.75 + 4.0 / 9.0) / 4.0);
    assert_eq!(ranking.recall, Ok(0.0));
    let everybody = &found.fairness.expect("posts were given").rows[0];
    // e f x v w are of no operation, x is in the candidate
    assert_eq!((everybody.innocent, everybody.in_candidates), (5, 1));
}

#[test]
fn a_run_beside_another_shows_what_was_lost() {
    let whole = try_evaluate(&mixed(), &[candidate("c1", Dimension::Cybercrime)], &labels()).expect("usable tables");
    let lost = try_evaluate(&members(&[("c1", "a"), ("c1", "b")]), &[undetermined("c1")], &labels()).expect("usable");
    let changes = crate::changes(&whole, &lost);
    assert_eq!((changes.len(), changes[0].before.group.as_str()), (1, "op"));
    assert_eq!((changes[0].before.recall, changes[0].after.recall), (0.75, 0.5));
    assert_eq!((crate::mean_recall(&whole), crate::mean_recall(&lost)), (Ok(0.75), Ok(0.5)));
}

#[test]
fn scores_out_of_range_and_unknown_verdicts_are_errors() {
    let wild = ("c1", Verdict::CibCandidate, [Some(1.5), None, None, None, None, None]);
    let error = try_evaluate(&mixed(), &[wild], &labels()).expect_err("1.5 is no index");
    assert_eq!(error.to_string(), "table `scores`: column `own` is missing, holds null or is not a number from 0 to 1");
    let clusters =
        frame(vec![Series::new("cluster_id".into(), ["c1"]), Series::new("verdict".into(), ["guilty as charged"])]);
    let run = RunTables { members: &mixed(), clusters: &clusters, scores: &clusters, priors: None };
    let error = evaluate(&run, &labels(), None).expect_err("no such verdict");
    assert_eq!(error, EvaluateError::UnknownVerdict("guilty as charged".to_owned()));
}
