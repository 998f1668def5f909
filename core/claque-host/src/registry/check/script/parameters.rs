//! Step 5: parameters: every bound and every choice must work, and the host must refuse what lies outside.

use super::CheckStep;
use super::edges::{edges, shown};
use super::output::{self, Base};
use super::trial::{self, Nothing};
use crate::luau::LuauSignal;
use claque_model::{Declaration, ParamKind, ParamValue, Services, Signal};
use std::collections::BTreeMap;

const STEP: &str = "parameters";

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
