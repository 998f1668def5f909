//! An evaluation as aligned text, block by block.

use super::{EvaluationView, Number, headline::headline};
use crate::foreign::defang;
use crate::number::{count, decimals, fine_percent, percent};
use std::fmt::Write;

const NAME: usize = 24;

/// The evaluation for a terminal, without color, ending without a line break.
#[must_use]
pub fn evaluation_terminal(view: &EvaluationView) -> String {
    let view = &view.readable();
    let mut out = String::new();
    groups(view, &mut out);
    agreement(view, &mut out);
    accounts(view, &mut out);
    calibration(view, &mut out);
    abstention(view, &mut out);
    fairness(view, &mut out);
    against(view, &mut out);
    let unstated = view.unstated();
    if !unstated.is_empty() {
        title("not stated", &mut out);
        for (name, reason) in unstated {
            line(format_args!("  {name}: {reason}"), &mut out);
        }
    }
    line(format_args!("\n{}", headline(view)), &mut out);
    defang(out.trim_end())
}

fn line(text: std::fmt::Arguments, out: &mut String) {
    out.write_fmt(text).and_then(|()| out.write_char('\n')).expect("writing to a string cannot fail");
}

fn title(text: &str, out: &mut String) {
    line(format_args!("\n{text}"), out);
}

fn stated(number: Number) -> String {
    number.value.map_or_else(|| "n/s".to_owned(), decimals)
}

fn row(name: &str, number: Number, means: &str, out: &mut String) {
    line(format_args!("  {name:<NAME$}{:>7}  {means}", stated(number)), out);
}

fn groups(view: &EvaluationView, out: &mut String) {
    line(
        format_args!(
            "{:<20}{:<9}{:>9}{:>11}{:>8}{:>7}  {:<42}{:<22}as it must",
            "group", "planted", "accounts", "precision", "recall", "f1", "verdict", "top dimension"
        ),
        out,
    );
    for group in &view.scenarios {
        line(
            format_args!(
                "{:<20}{:<9}{:>9}{:>11.2}{:>8.2}{:>7.2}  {:<42}{:<22}{}",
                group.group,
                if group.planted { "yes" } else { "no" },
                group.n_accounts,
                group.precision,
                group.recall,
                group.f1,
                group.verdict_words.unwrap_or("not clustered"),
                group.top_dimension_words.unwrap_or("-"),
                if group.as_expected { "yes" } else { "NO" },
            ),
            out,
        );
    }
}

fn agreement(view: &EvaluationView, out: &mut String) {
    title("clusters against groups", out);
    let b_cubed = |value| Number { value, reason: view.b_cubed.reason };
    row(
        "weighted precision",
        view.weighted_precision,
        "clustered accounts that are of their cluster's main group",
        out,
    );
    row("B-cubed precision", b_cubed(view.b_cubed.precision), "of an account's cluster, the share of its group", out);
    row("B-cubed recall", b_cubed(view.b_cubed.recall), "of an account's group, the share in its cluster", out);
    row("B-cubed F1", b_cubed(view.b_cubed.f1), "harmonic mean of the two", out);
    row("best-match F1", view.best_match_f1, "mean over operations", out);
    line(
        format_args!(
            "  {} innocent accounts in clusters, {} of them in candidates; {} false candidates",
            count(view.innocent_in_clusters as u64),
            count(view.innocent_in_candidates as u64),
            view.false_candidates.len()
        ),
        out,
    );
}

fn accounts(view: &EvaluationView, out: &mut String) {
    title("accounts, by the largest score of their clusters; none is listed", out);
    let accounts = &view.accounts;
    let (Some(n), Some(in_operations)) = (accounts.n, accounts.in_operations) else {
        not_asked(accounts.average_precision.reason, out);
        return;
    };
    let of = format!("{} accounts, {} of them in operations", count(n as u64), count(in_operations as u64));
    row("average precision", accounts.average_precision, &of, out);
    let at = format!("at a false-positive rate of {}", accounts.false_positive_rate);
    row("recall", accounts.recall, &at, out);
}

fn not_asked(reason: Option<&str>, out: &mut String) {
    line(format_args!("  not asked: {} (--posts)", reason.unwrap_or_default()), out);
}

fn calibration(view: &EvaluationView, out: &mut String) {
    title("calibration: do scores, which are evidence indices with a stated prior, mean what they say?", out);
    line(
        format_args!(
            "  {:<NAME$}{:>7}{:>11}{:>11}{:>8}{:>8}{:>8}",
            "score", "stated", "abstained", "came true", "Brier", "ECE", "Cllr"
        ),
        out,
    );
    for of in &view.calibration {
        line(
            format_args!(
                "  {:<NAME$}{:>7}{:>11}{:>11}{:>8}{:>8}{:>8}",
                of.title,
                of.stated,
                of.abstained,
                of.came_true,
                stated(of.brier),
                stated(of.ece),
                stated(of.cllr)
            ),
            out,
        );
    }
    line(format_args!("  Brier: mean squared gap between a score and what came true, 0 to 1, 0 is best"), out);
    line(format_args!("  ECE: gap between score and share that came true, in ten bins, 0 to 1, 0 is best"), out);
    line(format_args!("  Cllr: cost of the likelihood ratios in bits, 0 is best, saying nothing costs 1"), out);
}

fn abstention(view: &EvaluationView, out: &mut String) {
    title("abstention: are sure verdicts right?", out);
    let abstention = &view.abstention;
    line(
        format_args!(
            "  {} of {} clusters answered, candidate or not; {} answers wrong",
            abstention.answered, abstention.clusters, abstention.wrong
        ),
        out,
    );
    row("risk", abstention.risk, "share of answers that are wrong", out);
    row("AURC", abstention.aurc, "the same, mean over the surest one, two, … answers", out);
}

fn fairness(view: &EvaluationView, out: &mut String) {
    title("false alarms: innocent accounts in candidates, and whom they are", out);
    if view.fairness.reason.is_some() {
        not_asked(view.fairness.reason, out);
        return;
    }
    line(
        format_args!("  {:<18}{:<22}{:>10}{:>15}{:>8}   95 % interval", "by", "", "innocent", "in candidates", "rate"),
        out,
    );
    for row in &view.fairness.rows {
        line(
            format_args!(
                "  {:<18}{:<22}{:>10}{:>15}{:>8}   {} to {}",
                row.title,
                row.shown(),
                count(row.innocent),
                count(row.in_candidates),
                percent(row.rate),
                fine_percent(row.interval.0),
                fine_percent(row.interval.1)
            ),
            out,
        );
    }
    if view.fairness.small > 0 {
        let (small, least) = (view.fairness.small, view.fairness.least);
        line(format_args!("  {small} further values have fewer than {least} innocent accounts and no row"), out);
    }
}

fn against(view: &EvaluationView, out: &mut String) {
    let Some(against) = &view.against else { return };
    title(&format!("beside {}: what is still found", against.run), out);
    line(
        format_args!(
            "  {:<20}{:>15}{:>7}{:>12}{:>7}  {:<42}verdict now",
            "operation", "recall before", "now", "f1 before", "now", "verdict before"
        ),
        out,
    );
    for row in &against.rows {
        line(
            format_args!(
                "  {:<20}{:>15.2}{:>7.2}{:>12.2}{:>7.2}  {:<42}{}",
                row.group,
                row.recall_before,
                row.recall,
                row.f1_before,
                row.f1,
                row.verdict_before.unwrap_or("not clustered"),
                row.verdict.unwrap_or("not clustered")
            ),
            out,
        );
    }
    row("mean recall before", against.recall_before, "over operations", out);
    row("mean recall now", against.recall, "over operations", out);
}
