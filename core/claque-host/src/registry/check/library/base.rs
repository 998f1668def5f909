//! What a plain call of a signal gives: what every odd call is held against.

use super::compare;
use super::subject::Subject;
use super::trial::{self, Trial};
use crate::contract;
use crate::native::NativeSignal;
use crate::native::probe::{Answer, Ask};
use crate::spec::Inputs;
use claque_model::{Declaration, Fault, Given, Signal};
use polars::prelude::DataFrame;

/// Rows of an output per row of the input, at most; more is a plugin that does not end.
const MOST_PER_ROW: usize = 64;

/// A trial, and what came of it.
pub(super) struct Base {
    pub(super) name: &'static str,
    pub(super) given: Given,
    pub(super) output: DataFrame,
    /// Does the same call give the same again? Otherwise there is nothing to compare with.
    pub(super) is_steady: bool,
}

impl Base {
    /// The first trial that gives rows, else the first that works.
    pub(super) fn of(subject: &Subject, signal: &NativeSignal) -> Result<Self, Fault> {
        let mut best: Option<Self> = None;
        let mut first_fault = None;
        for trial in trials(subject, signal.declaration()) {
            match Self::try_one(signal, &trial) {
                Ok(base) if base.output.height() > 0 => return Ok(base),
                Ok(base) => best = best.or(Some(base)),
                Err(fault) => first_fault = first_fault.or(Some(fault)),
            }
        }
        let nothing = || Fault::Raised("there are no tables to try it on".into());
        best.ok_or_else(|| first_fault.unwrap_or_else(nothing))
    }

    fn try_one(signal: &NativeSignal, trial: &Trial) -> Result<Self, Fault> {
        let declaration = signal.declaration();
        let given = trial::given(declaration, &trial.tables, trial.params.clone())
            .map_err(|missing| Fault::Raised(missing.sentence()))?;
        let output = rows(signal, &signal.usual_ask(&given, 1)?, &given)?;
        let again = rows(signal, &signal.usual_ask(&given, 1)?, &given);
        let is_steady = again.is_ok_and(|again| compare::difference(declaration, &output, &again, "").is_ok());
        Ok(Self { name: trial.name, given, output, is_steady })
    }

    /// A plain call of the same, in so many batches.
    pub(super) fn ask(&self, signal: &NativeSignal, pieces: usize) -> Result<Ask, String> {
        signal.usual_ask(&self.given, pieces).map_err(|fault| fault.to_string())
    }

    /// Must this be the same output, to the last bit?
    pub(super) fn same(&self, signal: &NativeSignal, ask: &Ask) -> Result<(), String> {
        let output = rows(signal, ask, &self.given).map_err(|fault| fault.to_string())?;
        self.equal(signal.declaration(), &output)
    }

    /// The same for rows that are there already.
    pub(super) fn equal(&self, declaration: &Declaration, output: &DataFrame) -> Result<(), String> {
        if self.is_steady { compare::difference(declaration, &self.output, output, "a plain call") } else { Ok(()) }
    }
}

/// The example of SIGNAL.md and made-up tables.
pub(super) fn trials(subject: &Subject, declaration: &Declaration) -> Vec<Trial> {
    let example: Option<&Inputs> = subject.spec.as_ref().and_then(|spec| spec.as_ref().ok()).map(|spec| &spec.inputs);
    trial::all(declaration, example)
}

/// Calls a signal and checks what comes back, as a run does.
pub(super) fn rows(signal: &NativeSignal, ask: &Ask, given: &Given) -> Result<DataFrame, Fault> {
    checked(signal, &mut signal.ask(ask), given)
}

/// The rows of a call that has returned.
pub(super) fn checked(signal: &NativeSignal, answer: &mut Answer, given: &Given) -> Result<DataFrame, Fault> {
    let declaration = signal.declaration();
    let most = given.tables.values().map(DataFrame::height).sum::<usize>().saturating_mul(MOST_PER_ROW);
    let output = answer.rows(declaration.emits, most)?;
    contract::check_output(declaration, given, output)
}
