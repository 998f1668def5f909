//! Check 8: the same input, parameters and seed give the same rows: again, at other addresses, with other numbers of
//! threads, in other batches, and from rows in another order. What a signal does not promise is not asked.

use super::CheckStep;
use super::base::{Base, rows};
use super::compare::{near, reordered};
use super::subject::Subject;
use crate::native::NativeSignal;
use claque_model::{Given, Signal};

const CHECK: &str = "determinism";

pub(super) fn run(subject: &Subject) -> Vec<CheckStep> {
    subject.each(CHECK, |signal, base| {
        if !signal.is_deterministic() {
            return Ok("it does not promise to be (CLAQUE_FLAG_DETERMINISTIC), so runs that use it may differ".into());
        }
        compared(subject, signal, base)
    })
}

fn compared(subject: &Subject, signal: &NativeSignal, base: &Base) -> Result<String, String> {
    let mut wrong = Vec::new();
    if !base.is_steady {
        wrong.push(format!("{}: the same call again gives other rows", base.name));
    }
    // each call has its tables at addresses of its own
    for (name, threads, pieces) in [("on 4 threads", 4, 1), ("in 5 batches", 1, 5), ("row by row", 2, usize::MAX)] {
        subject.about_to(name);
        let mut ask = base.ask(signal, pieces)?;
        ask.max_threads = threads;
        wrong.extend(base.same(signal, &ask).err().map(|why| format!("{}, {name}: {why}", base.name)));
    }
    subject.about_to("rows in another order");
    wrong.extend(shuffled(signal, base).err().map(|why| format!("{}, rows in another order: {why}", base.name)));
    if wrong.is_empty() {
        Ok("again, 4 threads, other batches and addresses, other order of rows".into())
    } else {
        Err(wrong.join("\n"))
    }
}

/// Sums of floats may differ in their last digits.
fn shuffled(signal: &NativeSignal, base: &Base) -> Result<(), String> {
    let tables = base.given.tables.iter().map(|(name, rows)| (name.clone(), reordered(rows))).collect();
    let given = Given { tables, ..base.given.clone() };
    let ask = signal.usual_ask(&given, 1).map_err(|fault| fault.to_string())?;
    let output = rows(signal, &ask, &given).map_err(|fault| fault.to_string())?;
    if base.is_steady { near(signal.declaration(), &base.output, &output) } else { Ok(()) }
}
