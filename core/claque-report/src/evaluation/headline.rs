//! The first sentence of an evaluation.

use super::{EvaluationView, GroupLine};
use crate::number::counted;

/// How many groups came out as they must, and how many candidates are false.
pub(super) fn headline(view: &EvaluationView) -> String {
    let part = |planted: bool, name: &str| {
        let of: Vec<&GroupLine> = view.scenarios.iter().filter(|g| g.planted == planted).collect();
        let right = of.iter().filter(|g| g.as_expected).count();
        (!of.is_empty()).then(|| format!("{right} of {} {name}", of.len()))
    };
    let parts: Vec<String> = [part(true, "operations"), part(false, "benign groups")].into_iter().flatten().collect();
    let groups = if parts.is_empty() {
        "the labels name no group".to_owned()
    } else {
        format!("{} came out as they must", parts.join(" and "))
    };
    let alarms = match view.false_candidates.len() {
        0 => "no candidate is false".to_owned(),
        n => format!("{} false", counted(n as u64, "candidate is", "candidates are")),
    };
    format!("{groups}; {alarms}")
}
