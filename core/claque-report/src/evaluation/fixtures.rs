//! Evaluations to tell: one with everything in it, one with nothing.

use super::*;

pub(super) const fn stated(value: f64) -> Number {
    Number { value: Some(value), reason: None }
}

pub(super) const fn absent(reason: &'static str) -> Number {
    Number { value: None, reason: Some(reason) }
}

fn group(name: &str, planted: bool, verdict: Option<(&'static str, &'static str)>) -> GroupLine {
    GroupLine {
        group: name.to_owned(),
        scenario: name.to_owned(),
        planted,
        n_accounts: 26,
        cluster: verdict.map(|_| format!("c-{name}")),
        precision: 0.96,
        recall: 0.9,
        f1: 0.929,
        verdict: verdict.map(|v| v.0),
        verdict_words: verdict.map(|v| v.1),
        top_dimension: planted.then_some("ai_use"),
        top_dimension_words: planted.then_some("use of AI"),
        expected_dimension: planted.then_some("ai_use"),
        as_expected: verdict.is_some() == planted,
    }
}

fn calibration(of: &'static str, title: &'static str, n: [u64; 10], came_true: [u64; 10]) -> CalibrationLine {
    let bin = |at: usize| BinLine {
        low: at as f64 / 10.0,
        high: (at + 1) as f64 / 10.0,
        n: n[at],
        came_true: came_true[at],
        mean_score: (n[at] > 0).then(|| at as f64 / 10.0 + 0.06),
        interval: (n[at] > 0).then(|| {
            let share = came_true[at] as f64 / n[at] as f64;
            ((share - 0.2).max(0.0), (share + 0.2).min(1.0))
        }),
    };
    CalibrationLine {
        of,
        title,
        stated: n.iter().sum::<u64>() as usize,
        abstained: 4,
        came_true: came_true.iter().sum::<u64>() as usize,
        brier: stated(0.081),
        ece: stated(0.132),
        cllr: stated(0.412),
        bins: (0..10).map(bin).collect(),
    }
}

fn false_alarms(by: &'static str, title: &'static str, value: Option<&str>, posts: Option<(u64, u64)>) -> FairnessLine {
    FairnessLine {
        by,
        title,
        value: value.map(str::to_owned),
        posts,
        innocent: 1_240,
        in_candidates: 3,
        rate: 0.0024,
        interval: (0.0008, 0.0071),
    }
}

/// Two operations, one of them missed, a benign group, a false candidate.
pub(super) fn full() -> EvaluationView {
    EvaluationView {
        study: Some("A month before a vote".to_owned()),
        run: "first".to_owned(),
        labels: "labels.csv".to_owned(),
        claque: "0.1.0".to_owned(),
        scenarios: vec![
            group("cloned-media", true, Some(("cib_candidate", "CIB candidate"))),
            group("portal-network", true, None),
            group("petition", false, None),
        ],
        weighted_precision: stated(0.94),
        b_cubed: BCubedLine { precision: Some(0.95), recall: Some(0.91), f1: Some(0.93), reason: None },
        best_match_f1: stated(0.465),
        innocent_in_clusters: 7,
        innocent_in_candidates: 2,
        false_candidates: vec!["c9".to_owned()],
        accounts: AccountsLine {
            n: Some(7_500),
            in_operations: Some(106),
            average_precision: stated(0.887),
            recall: stated(0.901),
            false_positive_rate: 0.001,
        },
        calibration: vec![
            calibration(
                "headline",
                "largest min(K, D, I)",
                [4, 3, 0, 1, 0, 2, 0, 3, 2, 6],
                [0, 0, 0, 0, 0, 1, 0, 2, 2, 6],
            ),
            calibration(
                "all_dimensions",
                "min(K, D), all four",
                [30, 11, 6, 5, 4, 6, 3, 5, 6, 8],
                [1, 0, 1, 1, 2, 2, 2, 4, 5, 8],
            ),
            calibration("ai_use", "use of AI", [9, 4, 0, 0, 0, 0, 0, 0, 1, 3], [0, 0, 0, 0, 0, 0, 0, 0, 1, 3]),
        ],
        abstention: AbstentionLine {
            clusters: 20,
            answered: 16,
            wrong: 3,
            risk: stated(0.1875),
            aurc: stated(0.061),
            points: [(0.95, 6, 0), (0.8, 9, 0), (0.7, 12, 1), (0.6, 14, 2), (0.5, 16, 3)]
                .map(|(confidence, taken, wrong)| CurvePoint {
                    confidence,
                    coverage: f64::from(taken) / 20.0,
                    risk: f64::from(wrong) / f64::from(taken),
                })
                .to_vec(),
        },
        fairness: FairnessLines {
            rows: vec![
                false_alarms("everybody", "everybody", None, None),
                false_alarms("language", "language", Some("de"), None),
                false_alarms("language", "language", None, None),
                false_alarms("platform", "platform", Some("x"), None),
                false_alarms("activity_decile", "tenth of activity", Some("1"), Some((1, 1))),
                false_alarms("activity_decile", "tenth of activity", Some("10"), Some((19, 240))),
            ],
            small: 2,
            least: 5,
            reason: None,
        },
        against: Some(AgainstLines {
            run: "before".to_owned(),
            rows: vec![ChangeLine {
                group: "cloned-media".to_owned(),
                recall_before: 1.0,
                recall: 0.9,
                f1_before: 1.0,
                f1: 0.929,
                verdict_before: Some("CIB candidate"),
                verdict: None,
            }],
            recall_before: stated(1.0),
            recall: stated(0.9),
        }),
    }
}

/// No clusters, no labels, no posts.
pub(super) fn nothing() -> EvaluationView {
    let mut view = full();
    view.scenarios.clear();
    view.false_candidates.clear();
    view.against = None;
    view.weighted_precision = absent("the run has no cluster");
    view.best_match_f1 = absent("the labels name no operation");
    view.b_cubed = BCubedLine { precision: None, recall: None, f1: None, reason: Some("no account is labelled") };
    let no_posts = absent("no posts were given");
    view.accounts = AccountsLine {
        n: None,
        in_operations: None,
        average_precision: no_posts,
        recall: no_posts,
        false_positive_rate: 0.001,
    };
    view.fairness = FairnessLines { rows: Vec::new(), small: 0, least: 5, reason: Some("no posts were given") };
    for line in &mut view.calibration {
        let empty = calibration(line.of, line.title, [0; 10], [0; 10]);
        let silent = absent("every score abstains");
        *line = CalibrationLine { abstained: 0, brier: silent, ece: silent, cllr: silent, ..empty };
    }
    let silent = absent("the run has no cluster");
    view.abstention =
        AbstentionLine { clusters: 0, answered: 0, wrong: 0, risk: silent, aurc: silent, points: Vec::new() };
    view
}
