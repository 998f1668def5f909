//! Step 5: parameters: every bound and every choice must work, and the host must refuse what lies outside.

use super::CheckStep;
use super::output::{self, Base};
use super::trial::{self, Nothing};
use crate::luau::LuauSignal;
use claque_model::{Declaration, ParamDeclaration, ParamKind, ParamValue, Services, Signal};
use std::collections::BTreeMap;

const STEP: &str = "parameters";
/// From here on a Luau number is not exact; who declares no bound means no such number.
const EXACT: i64 = (1 << 53) - 1;
/// A long duration that every script must bear: ten years.
const LONG: i64 = 10 * 365 * 86_400 * 1_000_000;

pub(super) fn step(script: &LuauSignal, bases: &[Base], services: &dyn Services) -> CheckStep {
    let declaration = script.declaration();
    let mut wrong = refused(declaration);
    let mut tried = 0;
    if let Some(base) = output::telling(bases) {
        for param in &declaration.params {
            for value in edges(param) {
                tried += 1;
                let mut params = base.trial.params.clone();
                params.insert(param.name.clone(), value.clone());
                let result = trial::run(script, &base.trial.tables, &params, true, services);
                if let Err(Nothing::Fault(fault)) = result {
                    wrong.push(format!("{}, {} = {}: {fault}", base.trial.name, param.name, shown(&value)));
                }
            }
        }
    }
    let outcome = if wrong.is_empty() {
        Ok(format!("{} declared, {tried} values tried", declaration.params.len()))
    } else {
        Err(wrong.join("\n"))
    };
    CheckStep::new(STEP, format!("{STEP} of {}", script.declaration().id), outcome)
}

/// The values at the edges of what is allowed.
fn edges(param: &ParamDeclaration) -> Vec<ParamValue> {
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

fn shown(value: &ParamValue) -> String {
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

/// What the host accepts although it must not.
fn refused(declaration: &Declaration) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut must_refuse = |name: &str, value: ParamValue| {
        let given = BTreeMap::from([(name.to_owned(), value.clone())]);
        if declaration.resolve_params(&given).is_ok() {
            wrong.push(format!("{name} = {} was accepted", shown(&value)));
        }
    };
    must_refuse("no_such_parameter", ParamValue::Bool(true));
    for param in &declaration.params {
        match &param.kind {
            ParamKind::Int { min, max } => {
                min.checked_sub(1)
                    .into_iter()
                    .chain(max.checked_add(1))
                    .for_each(|v| must_refuse(&param.name, ParamValue::Int(v)));
            }
            ParamKind::Bool => must_refuse(&param.name, ParamValue::Int(1)),
            _ => must_refuse(&param.name, ParamValue::Bool(true)),
        }
    }
    wrong
}
