//! What a signal is run on in a check, and one run of it.

use super::made_up;
use crate::contract;
use crate::spec::Inputs;
use claque_model::{Declaration, Fault, Given, MissingReason, Params, Services, Signal};
use polars::prelude::DataFrame;
use std::collections::BTreeMap;
use std::time::Duration;

/// Rows of the made-up tables on which most steps run.
pub(super) const SMALL: usize = 60;
/// Time for one run of a step.
pub(super) const LIMIT: Duration = Duration::from_secs(10);

/// Tables and parameters with a name.
#[derive(Clone)]
pub(super) struct Trial {
    pub(super) name: &'static str,
    pub(super) tables: BTreeMap<String, DataFrame>,
    pub(super) params: Params,
}

/// The example of SIGNAL.md, if there is one, and made-up tables.
pub(super) fn all(declaration: &Declaration, example: Option<&Inputs>) -> Vec<Trial> {
    let mut trials = Vec::new();
    if let Some(given) = example.and_then(|inputs| inputs.given(declaration).ok()) {
        trials.push(Trial { name: "example", tables: given.tables, params: given.params });
    }
    let tables = made_up::tables(declaration, SMALL);
    trials.push(Trial { name: "made-up tables", tables, params: defaults(declaration) });
    trials
}

/// Every parameter at its default.
pub(super) fn defaults(declaration: &Declaration) -> Params {
    declaration.params.iter().map(|p| (p.name.clone(), p.default.clone())).collect()
}

/// What a signal is given of made-up tables.
pub(super) fn made_up(declaration: &Declaration, rows: usize) -> Result<Given, MissingReason> {
    given(declaration, &made_up::tables(declaration, rows), defaults(declaration))
}

/// What a signal is given of tables.
pub(super) fn given(
    declaration: &Declaration,
    tables: &BTreeMap<String, DataFrame>,
    params: Params,
) -> Result<Given, MissingReason> {
    Ok(Given {
        tables: contract::prepare_from(declaration, |name| tables.get(name))?,
        params,
        seed: 1,
        time_limit: LIMIT,
        memory_limit: contract::Limits::default().memory,
        max_threads: 1,
    })
}

/// Why a run gave nothing.
pub(super) enum Nothing {
    /// The host found that the tables do not suffice; the script was not asked.
    Missing(MissingReason),
    Fault(Fault),
}

impl Nothing {
    pub(super) fn sentence(&self) -> String {
        match self {
            Self::Missing(reason) => reason.sentence(),
            Self::Fault(fault) => fault.to_string(),
        }
    }
}

/// Runs a signal with the full check of its output.
pub(super) fn run(
    signal: &dyn Signal,
    tables: &BTreeMap<String, DataFrame>,
    params: &Params,
    jit: bool,
    services: &dyn Services,
) -> Result<DataFrame, Nothing> {
    let given = given(signal.declaration(), tables, params.clone()).map_err(Nothing::Missing)?;
    contract::score(signal, &given, jit, services).map_err(Nothing::Fault)
}
