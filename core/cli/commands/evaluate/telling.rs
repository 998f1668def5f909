//! From the numbers of an evaluation to the view that is told: names and words are put beside them, and nothing
//! is computed.

use super::reading::{Run, name_of};
use claque_evaluate::{
    Absent, Calibration, Evaluation, FALSE_POSITIVE_RATE, Fairness, FalseAlarms, Figure, GroupOutcome, Of,
    RiskCoverage, SMALLEST, Trait, changes, mean_recall,
};
use claque_model::{Dimension, Verdict};
use claque_report::{
    AbstentionLine, AccountsLine, AgainstLines, BCubedLine, BinLine, CalibrationLine, ChangeLine, CurvePoint,
    EvaluationView, FairnessLine, FairnessLines, GroupLine, Number,
};
use std::path::Path;

pub(super) fn tell(
    evaluation: &Evaluation,
    run: &Run,
    labels: &Path,
    before: Option<(&Evaluation, &Run)>,
) -> EvaluationView {
    let agreement = evaluation.agreement;
    EvaluationView {
        study: run.title.clone(),
        run: run.name(),
        labels: name_of(labels),
        claque: env!("CARGO_PKG_VERSION").to_owned(),
        scenarios: evaluation.planted.iter().chain(&evaluation.benign).map(group).collect(),
        weighted_precision: number(agreement.weighted_precision),
        b_cubed: BCubedLine {
            precision: agreement.b_cubed.ok().map(|b| b.precision),
            recall: agreement.b_cubed.ok().map(|b| b.recall),
            f1: agreement.b_cubed.ok().map(|b| b.f1),
            reason: agreement.b_cubed.err().map(Absent::sentence),
        },
        best_match_f1: number(agreement.best_match_f1),
        innocent_in_clusters: evaluation.innocent_in_clusters,
        innocent_in_candidates: evaluation.innocent_in_candidates,
        false_candidates: evaluation.false_candidates.clone(),
        accounts: accounts(evaluation),
        calibration: evaluation.calibration.iter().map(calibration).collect(),
        abstention: abstention(&evaluation.abstention),
        fairness: fairness(evaluation.fairness.as_ref()),
        against: before.map(|(before, other)| against(before, evaluation, other.name())),
    }
}

fn number(figure: Figure) -> Number {
    figure.map_err(Absent::sentence).into()
}

fn group(outcome: &GroupOutcome) -> GroupLine {
    GroupLine {
        group: outcome.group.clone(),
        scenario: outcome.scenario.clone(),
        planted: outcome.planted,
        n_accounts: outcome.n_accounts,
        cluster: outcome.cluster.clone(),
        precision: outcome.precision,
        recall: outcome.recall,
        f1: outcome.f1,
        verdict: outcome.verdict.map(Verdict::name),
        verdict_words: outcome.verdict.map(Verdict::title),
        top_dimension: outcome.top_dimension.map(Dimension::name),
        // the highest of four low numbers accuses nobody
        top_dimension_words: outcome
            .top_dimension
            .filter(|_| outcome.planted || outcome.verdict == Some(Verdict::CibCandidate))
            .map(Dimension::title),
        expected_dimension: outcome.expected.map(Dimension::name),
        as_expected: outcome.as_expected(),
    }
}

fn accounts(evaluation: &Evaluation) -> AccountsLine {
    let ranking = evaluation.accounts;
    AccountsLine {
        n: ranking.ok().map(|r| r.accounts),
        in_operations: ranking.ok().map(|r| r.in_operations),
        average_precision: number(ranking.and_then(|r| r.average_precision)),
        recall: number(ranking.and_then(|r| r.recall)),
        false_positive_rate: FALSE_POSITIVE_RATE,
    }
}

fn calibration(of: &Calibration) -> CalibrationLine {
    let (name, title) = match of.of {
        Of::Headline => ("headline", "largest min(K, D, I)"),
        Of::AllDimensions => ("all_dimensions", "min(K, D), all four"),
        Of::Dimension(dimension) => (dimension.name(), dimension.title()),
    };
    CalibrationLine {
        of: name,
        title,
        stated: of.stated,
        abstained: of.abstained,
        came_true: of.came_true,
        brier: number(of.brier),
        ece: number(of.ece),
        cllr: number(of.cllr),
        bins: of
            .bins
            .iter()
            .map(|b| BinLine {
                low: b.low,
                high: b.high,
                n: b.n,
                came_true: b.came_true,
                mean_score: b.mean_score,
                interval: b.interval,
            })
            .collect(),
    }
}

fn abstention(curve: &RiskCoverage) -> AbstentionLine {
    AbstentionLine {
        clusters: curve.clusters,
        answered: curve.answered,
        wrong: curve.wrong,
        risk: number(curve.risk),
        aurc: number(curve.aurc),
        points: curve
            .points
            .iter()
            .map(|p| CurvePoint { confidence: p.confidence, coverage: p.coverage, risk: p.risk })
            .collect(),
    }
}

fn fairness(found: Result<&Fairness, &Absent>) -> FairnessLines {
    FairnessLines {
        rows: found.map(|f| f.rows.iter().map(false_alarms).collect()).unwrap_or_default(),
        small: found.map_or(0, |f| f.small),
        least: SMALLEST,
        reason: found.err().map(|absent| absent.sentence()),
    }
}

fn false_alarms(row: &FalseAlarms) -> FairnessLine {
    let (by, title) = match row.by {
        Trait::Everybody => ("everybody", "everybody"),
        Trait::Language => ("language", "language"),
        Trait::Platform => ("platform", "platform"),
        Trait::ActivityDecile => ("activity_decile", "tenth of activity"),
    };
    FairnessLine {
        by,
        title,
        value: row.value.clone(),
        posts: row.posts,
        innocent: row.innocent,
        in_candidates: row.in_candidates,
        rate: row.rate,
        interval: row.interval,
    }
}

fn against(before: &Evaluation, after: &Evaluation, run: String) -> AgainstLines {
    AgainstLines {
        run,
        recall_before: number(mean_recall(before)),
        recall: number(mean_recall(after)),
        rows: changes(before, after)
            .iter()
            .map(|c| ChangeLine {
                group: c.before.group.clone(),
                recall_before: c.before.recall,
                recall: c.after.recall,
                f1_before: c.before.f1,
                f1: c.after.f1,
                verdict_before: c.before.verdict.map(Verdict::title),
                verdict: c.after.verdict.map(Verdict::title),
            })
            .collect(),
    }
}
