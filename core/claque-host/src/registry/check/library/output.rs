//! Check 7: what comes out of a plain call: the columns of the shape, buffers that hold what they claim, ids that
//! were given, values in range, no key twice. Every run is checked so; here on the example and on made-up tables.

use super::CheckStep;
use super::base::{rows, trials};
use super::subject::Subject;
use super::trial;
use crate::native::NativeSignal;
use claque_model::Signal;

const CHECK: &str = "output";

pub(super) fn run(subject: &Subject) -> Vec<CheckStep> {
    subject.each_signal(CHECK, |signal, name| step(subject, signal, name))
}

fn step(subject: &Subject, signal: &NativeSignal, name: String) -> CheckStep {
    let declaration = signal.declaration();
    let (mut said, mut wrong, mut total) = (Vec::new(), Vec::new(), 0);
    for trial in trials(subject, declaration) {
        subject.about_to(&format!("{} on the {}", declaration.id, trial.name));
        let given = match trial::given(declaration, &trial.tables, trial.params) {
            Ok(given) => given,
            Err(missing) => {
                said.push(format!("not run on the {}: {}", trial.name, missing.sentence()));
                continue;
            }
        };
        match signal.usual_ask(&given, 1).and_then(|ask| rows(signal, &ask, &given)) {
            Ok(output) => {
                total += output.height();
                said.push(format!("{} rows from the {}", output.height(), trial.name));
            }
            Err(fault) => wrong.push(format!("on the {}: {fault}", trial.name)),
        }
    }
    let outcome = if wrong.is_empty() { Ok(said.join(", ")) } else { Err(wrong.join("\n")) };
    let notes = if outcome.is_ok() && total == 0 {
        vec!["nothing came out, so that other checks compare nothing with nothing".to_owned()]
    } else {
        Vec::new()
    };
    CheckStep::new(CHECK, name, outcome).with_notes(notes)
}
