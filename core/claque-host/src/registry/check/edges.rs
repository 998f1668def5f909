//! The values of a parameter at which a signal must still work.

use claque_model::{ParamDeclaration, ParamKind, ParamValue};

/// From here on a number of a script is not exact; who declares no bound means no such number.
const EXACT: i64 = (1 << 53) - 1;
/// A long duration that every signal must bear: ten years.
const LONG: i64 = 10 * 365 * 86_400 * 1_000_000;

/// The values at the edges of what is allowed.
pub(super) fn edges(param: &ParamDeclaration) -> Vec<ParamValue> {
    match &param.kind {
        ParamKind::Int { min, max } => [(*min).max(-EXACT), (*max).min(EXACT)].map(ParamValue::Int).to_vec(),
        ParamKind::Float { min, max } => [*min, *max].map(ParamValue::Float).to_vec(),
        ParamKind::Bool => [false, true].map(ParamValue::Bool).to_vec(),
        ParamKind::Text { max_length } => [String::new(), "x".repeat(*max_length)].map(ParamValue::Text).to_vec(),
        ParamKind::Choice { of } => of.iter().cloned().map(ParamValue::Text).collect(),
        ParamKind::Texts { .. } => vec![ParamValue::Texts(Vec::new())],
        ParamKind::Duration { min, max } => [*min, (*max).min(LONG)].map(ParamValue::Duration).to_vec(),
        ParamKind::Datetime => [0, 4_102_444_800_000_000].map(ParamValue::Datetime).to_vec(),
    }
}

/// A value in a message.
pub(super) fn shown(value: &ParamValue) -> String {
    match value {
        ParamValue::Int(whole) => whole.to_string(),
        ParamValue::Float(real) => real.to_string(),
        ParamValue::Bool(truth) => truth.to_string(),
        ParamValue::Text(text) if text.len() > 40 => format!("a text of {} characters", text.chars().count()),
        ParamValue::Text(text) => format!("\"{text}\""),
        ParamValue::Texts(texts) => format!("{texts:?}"),
        ParamValue::Duration(micros) => claque_model::format_duration(*micros),
        ParamValue::Datetime(micros) => format!("{micros} µs since 1970"),
    }
}
