//! `claque refit`: weights of families learned from labelled clusters.

use crate::args;
use crate::diagnosis::Failure;
use crate::interrupt::while_writing;
use crate::terminal::{Exit, Terminal};
use claque_study::{CalibrationEntry, RefitFile, RefittedDimension, learn};
use serde_json::json;

pub(crate) fn run(options: &args::Refit, out: &Terminal) -> Result<Exit, Failure> {
    let learned = learn(&options.labels, env!("CARGO_PKG_VERSION"))?;
    while_writing(|| learned.write(&options.output))?;
    let output = options.output.display().to_string();
    for line in lines(&learned) {
        out.say(&line);
    }
    let accepted = learned.accepted().count();
    let of = learned.dimensions.len() + learned.skipped.len();
    out.say(&format!("written to {output}: {accepted} of {of} dimensions accepted"));
    if accepted > 0 {
        out.say(&format!("to use it: refit = \"{output}\" in [scores] of a study, relative to the study"));
    }
    out.object(&json!({ "output": output, "refit": learned }));
    Ok(if learned.is_complete() { Exit::Done } else { Exit::Incomplete })
}

fn lines(learned: &RefitFile) -> Vec<String> {
    let mut lines: Vec<String> = learned.dimensions.iter().flat_map(block).collect();
    for skipped in &learned.skipped {
        lines.extend([format!("{}: skipped", skipped.dimension), format!("  {}", skipped.reason), String::new()]);
    }
    lines
}

/// What was learned about one dimension.
fn block(one: &RefittedDimension) -> Vec<String> {
    let verdict = if one.accepted {
        "accepted: better than the default on campaigns left out".to_owned()
    } else {
        format!("not accepted: {}; the default stays", one.why_not())
    };
    let measure = |name, compared: claque_study::Compared| {
        format!("  {name:<10}{:>9.4}  with the default {:.4}", compared.refit, compared.default)
    };
    let calibration = match &one.calibration {
        CalibrationEntry::Platt { .. } => "Platt".to_owned(),
        CalibrationEntry::Isotonic(steps) => format!("isotonic, {} steps", steps.len()),
    };
    vec![
        format!("{}: {verdict}", one.dimension),
        format!(
            "  {:<10}{} clusters, {} positive and {} negative, of {} campaigns",
            "labels",
            one.labels(),
            one.positive,
            one.negative,
            one.campaigns
        ),
        measure("Cllr", one.held_out.cllr),
        measure("Brier", one.held_out.brier),
        format!("  {:<10}{}", "weights", weights(one)),
        format!("  {:<10}{:.3}, ridge {}, calibration {calibration}", "intercept", one.intercept, one.ridge),
        String::new(),
    ]
}

/// The heaviest first; equal ones by name.
fn weights(one: &RefittedDimension) -> String {
    let mut weights: Vec<(&str, f64)> = one.weights.iter().map(|(family, weight)| (family.as_str(), *weight)).collect();
    weights.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    if weights.is_empty() {
        return "none: no family was measured in any labelled cluster".to_owned();
    }
    weights.iter().map(|(family, weight)| format!("{family} {weight:.3}")).collect::<Vec<_>>().join(", ")
}
