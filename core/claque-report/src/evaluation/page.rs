//! An evaluation as one page that opens offline and has no script. Pictures are drawn in `svg`.

use super::{EvaluationView, headline::headline};
use crate::html::{ReportError, environment, policy, safe};
use crate::svg;
use minijinja::context;
use minijinja::value::{Serde, Value};

const STYLE: &str = concat!(include_str!("../../templates/style.css"), include_str!("../../templates/evaluation.css"));

/// Most scores of one dimension are few; these are drawn small, beside the one of all dimensions.
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
    let page = environment.get_template("evaluation.html")?.render(context! {
        view => Value::from(Serde(&view)),
        headline => headline(&view),
        all_right => view.false_candidates.is_empty() && view.scenarios.iter().all(|g| g.as_expected),
        reliability => main.map(|line| safe(svg::reliability(line))),
        plots,
        curve => safe(svg::risk_coverage(&view.abstention)),
        shown,
        whiskers => view.fairness.rows.iter().map(|row| safe(svg::interval(row))).collect::<Vec<_>>(),
        unstated => view.unstated(),
        style => safe(STYLE.to_owned()),
        policy => safe(policy::without_script()),
    })?;
    Ok(page)
}
