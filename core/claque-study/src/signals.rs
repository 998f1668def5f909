//! Which signals a study runs, in which order, and what each gave back. One that fails is kept as failed
//! with its reason: it never sinks the run.

use crate::config::{SignalChoice, StudyFile, param_value};
use crate::error::StudyError;
use claque_host::{Limits, Registered, Registry, RunFault, RunsIn, Tables, nearest, order, run as run_signal};
use claque_model::{Declaration, Fault, MissingReason, Origin, ParamValue, Services, Shape};
use claque_report::{SignalState, SignalStatus};
use polars::prelude::DataFrame;
use std::collections::{BTreeMap, BTreeSet};

/// Most nats that a signal may give which is neither built in nor shipped, unless the study raises it.
const THIRD_PARTY_CAP: f64 = 1.1;

/// A signal of this study.
pub(crate) struct Chosen<'a> {
    pub(crate) registered: &'a Registered,
    /// As declared, with the cap that applies here.
    pub(crate) declaration: Declaration,
    pub(crate) params: BTreeMap<String, ParamValue>,
}

/// What a signal gave.
pub(crate) enum Given {
    /// The checked table.
    Output(DataFrame),
    /// Not assessed.
    Missing(MissingReason),
    /// It failed; the reason in its own words.
    Failed(Fault),
}

/// The signals of a study, those first whose output others read.
pub(crate) fn choose<'a>(registry: &'a Registry, file: &StudyFile) -> Result<Vec<Chosen<'a>>, StudyError> {
    let mut chosen = Vec::new();
    for registered in registry.signals() {
        let id = registered.signal.declaration().id.as_str();
        let asked = file.signal.iter().find(|choice| choice.id == id);
        let is_layer =
            registered.signal.declaration().emits == Shape::Traces && registered.signal.origin() == Origin::BuiltIn;
        if asked.is_some() || file.signal.is_empty() || is_layer {
            chosen.push(choice(registered, asked)?);
        }
    }
    for asked in &file.signal {
        if registry.find(&asked.id).is_none() {
            let known: Vec<&str> = registry.signals().iter().map(|r| r.signal.declaration().id.as_str()).collect();
            let nearest = nearest(&asked.id, known.iter().copied()).map(str::to_owned);
            return Err(StudyError::UnknownSignal { id: asked.id.clone(), nearest });
        }
    }
    check_layers(&chosen, file)?;
    let declarations: Vec<&Declaration> = chosen.iter().map(|c| &c.declaration).collect();
    let order = order(&declarations).map_err(|cycle| StudyError::Cycle(cycle.to_string()))?;
    let mut slots: Vec<Option<Chosen<'a>>> = chosen.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|at| slots[at].take()).collect())
}

/// Why bytes of a run may differ when it is repeated.
pub(crate) fn unrepeatable(ran: &[(Chosen, Given)]) -> impl Iterator<Item = String> {
    let differs = |(chosen, given): &&(Chosen, Given)| {
        matches!(given, Given::Output(_)) && !chosen.registered.signal.is_deterministic()
    };
    ran.iter().filter(differs).map(|(chosen, _)| {
        let id = &chosen.declaration.id;
        format!("`{id}` does not promise the same rows for the same input: repeated, this run may come out otherwise")
    })
}

fn choice<'a>(registered: &'a Registered, asked: Option<&SignalChoice>) -> Result<Chosen<'a>, StudyError> {
    let mut declaration = registered.signal.declaration().clone();
    let mut params = BTreeMap::new();
    for (name, value) in asked.iter().flat_map(|choice| &choice.params) {
        let wrong = |message| StudyError::SignalParameter { id: declaration.id.clone(), message };
        let value =
            param_value(value).ok_or_else(|| wrong(format!("parameter `{name}` has a type that no parameter has")))?;
        params.insert(name.clone(), value);
    }
    declaration
        .resolve_params(&params)
        .map_err(|error| StudyError::SignalParameter { id: declaration.id.clone(), message: error.to_string() })?;
    if registered.is_third_party() {
        declaration.cap = declaration.cap.min(asked.and_then(|choice| choice.cap).unwrap_or(THIRD_PARTY_CAP));
    }
    Ok(Chosen { registered, declaration, params })
}

fn check_layers(chosen: &[Chosen], file: &StudyFile) -> Result<(), StudyError> {
    let known: BTreeSet<&str> = layers_of(chosen).collect();
    for layer in file.coordination.traces.iter().flatten() {
        if !known.contains(layer.as_str()) {
            let known = known.into_iter().collect::<Vec<_>>().join(", ");
            return Err(StudyError::UnknownLayer { layer: layer.clone(), known });
        }
    }
    Ok(())
}

fn layers_of<'c>(chosen: &'c [Chosen]) -> impl Iterator<Item = &'c str> {
    chosen.iter().filter(|c| c.declaration.emits == Shape::Traces).map(|c| c.declaration.layer_name())
}

/// Runs one signal on the tables; its checked output becomes a table for later signals.
pub(crate) fn run_one(
    chosen: &Chosen,
    tables: &mut Tables,
    seed: u64,
    limits: &Limits,
    services: &dyn Services,
) -> Given {
    let declaration = &chosen.declaration;
    let limits = chosen.registered.expected.within(limits);
    let result = run_signal(chosen.registered.signal.as_ref(), tables, &chosen.params, seed, &limits, services);
    match result {
        Ok(output) => {
            match declaration.emits {
                Shape::Traces => tables.insert(format!("trace.{}", declaration.layer_name()), output.clone()),
                Shape::Marks => tables.insert(format!("marks.{}", declaration.id), output.clone()),
                Shape::Rates | Shape::Statistics => {}
            }
            tracing::info!(signal = %declaration.id, rows = output.height(), "signal ran");
            Given::Output(output)
        }
        Err(RunFault::Missing(reason)) => Given::Missing(reason),
        Err(RunFault::Params(error)) => Given::Failed(Fault::Raised(error.to_string())),
        Err(RunFault::Fault(Fault::Unsupported(why))) => Given::Missing(MissingReason::Failed(why)),
        Err(RunFault::Fault(fault)) => {
            tracing::warn!(signal = %declaration.id, error = %fault, "signal failed");
            Given::Failed(fault)
        }
    }
}

impl Given {
    /// Why there is no finding, in the terms of a finding.
    pub(crate) fn missing(&self) -> Option<MissingReason> {
        match self {
            Self::Output(_) => None,
            Self::Missing(reason) => Some(reason.clone()),
            Self::Failed(fault) => Some(MissingReason::Failed(fault.to_string())),
        }
    }

    pub(crate) fn output(&self) -> Option<&DataFrame> {
        if let Self::Output(frame) = self { Some(frame) } else { None }
    }
}

/// Where it comes from, and whether it ran apart.
fn home(registered: &Registered) -> String {
    let home = &registered.home;
    match &registered.compiled {
        Some(compiled) if compiled.placement.place == RunsIn::Child => format!("{home}, in a process of its own"),
        _ => home.clone(),
    }
}

/// The line of a signal in the report.
pub(crate) fn status(chosen: &Chosen, given: &Given) -> SignalStatus {
    SignalStatus {
        id: chosen.declaration.id.clone(),
        version: chosen.declaration.version.clone(),
        title: chosen.declaration.title.clone(),
        dimension: chosen.declaration.dimension,
        home: home(chosen.registered),
        state: match given {
            Given::Output(frame) => SignalState::Ran { rows: frame.height() as u64 },
            Given::Missing(reason) => SignalState::Missing(reason.sentence()),
            Given::Failed(fault) => SignalState::Failed(fault.to_string()),
        },
    }
}
