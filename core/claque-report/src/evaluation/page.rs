//! An evaluation as one page that opens offline and has no script. Pictures are drawn in `svg`.

use super::{EvaluationView, headline::headline};
use crate::html::{ReportError, environment, policy, safe};
use crate::svg;
use claque_model::Verdict;
use minijinja::context;
use minijinja::value::{Serde, Value};

const STYLE: &str = concat!(include_str!("../../templates/style.css"), include_str!("../../templates/evaluation.css"));

/// The scores that are drawn large; those of one dimension are few and drawn small.
const ALL_DIMENSIONS: &str = "all_dimensions";

/// The evaluation as one HTML file.
///
/// # Errors
/// Only if template and view disagree, which would be a bug.
pub fn evaluation_html(view: &EvaluationView) -> Result<String, ReportError> {
    let view = view.readable();
    let environment = environment()?;
    let plots: Vec<Value> = view
        .calibration
        .iter()
        .filter(|line| line.of != ALL_DIMENSIONS)
        .map(|line| context! { title => line.title, stated => line.stated, svg => safe(svg::reliability(line)) })
        .collect();
    let main = view.calibration.iter().find(|line| line.of == ALL_DIMENSIONS);
    let shown: Vec<String> = view.fairness.rows.iter().map(super::FairnessLine::shown).collect();
    let end = svg::rates_end(&view.fairness.rows);
    let page = environment.get_template("evaluation.html")?.render(context! {
        view => Value::from(Serde(&view)),
        headline => headline(&view),
        state => state(&view),
        has_candidates => !view.false_candidates.is_empty()
            || view.scenarios.iter().any(|g| g.verdict == Some(Verdict::CibCandidate.name())),
        reliability => main.map(|line| safe(svg::reliability(line))),
        plots,
        curve => safe(svg::risk_coverage(&view.abstention)),
        shown,
        whiskers => view.fairness.rows.iter().map(|row| safe(svg::interval(row, end))).collect::<Vec<_>>(),
        rates_end => end,
        unstated => view.unstated(),
        style => safe(STYLE.to_owned()),
        policy => safe(policy::without_script()),
    })?;
    Ok(page)
}

/// The class that colors the answer.
fn state(view: &EvaluationView) -> &'static str {
    if view.scenarios.is_empty() {
        "not_assessed"
    } else if view.false_candidates.is_empty() && view.scenarios.iter().all(|g| g.as_expected) {
        "nothing"
    } else {
        "doubtful"
    }
}
