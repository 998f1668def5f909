//! Check 6: every bound and choice works, a key that nobody declared does no harm, and text that is no JSON is
//! refused with the status for it.

use super::CheckStep;
use super::base::{Base, rows};
use super::edges::{edges, shown};
use super::subject::Subject;
use crate::native::NativeSignal;
use claque_model::{Given, Signal};
use std::ffi::{CStr, CString};

const CHECK: &str = "parameters";

/// Texts that are no JSON object.
const BROKEN: [&CStr; 3] = [c"{broken", c"", c"[1, 2"];

pub(super) fn run(subject: &Subject) -> Vec<CheckStep> {
    subject.each(CHECK, |signal, base| {
        let (mut wrong, mut tried) = (Vec::new(), 0);
        for param in &signal.declaration().params {
            for value in edges(param) {
                tried += 1;
                let name = format!("{} = {}", param.name, shown(&value));
                subject.about_to(&name);
                let mut given = base.given.clone();
                given.params.insert(param.name.clone(), value);
                wrong.extend(works(signal, &given).err().map(|why| format!("{name}: {why}")));
            }
        }
        subject.about_to("a parameter that nobody declared");
        wrong.extend(unknown(signal, base).err());
        for text in BROKEN.into_iter().filter(|_| !signal.declaration().params.is_empty()) {
            subject.about_to(&format!("the parameters `{}`", text.to_string_lossy()));
            wrong.extend(refused(signal, base, text).err());
        }
        let declared = signal.declaration().params.len();
        if wrong.is_empty() { Ok(format!("{declared} declared, {tried} values tried")) } else { Err(wrong.join("\n")) }
    })
}

fn works(signal: &NativeSignal, given: &Given) -> Result<(), String> {
    let ask = signal.usual_ask(given, 1).map_err(|fault| fault.to_string())?;
    rows(signal, &ask, given).map(drop).map_err(|fault| fault.to_string())
}

/// A later host may send more than was declared here.
fn unknown(signal: &NativeSignal, base: &Base) -> Result<(), String> {
    let mut ask = base.ask(signal, 1)?;
    let text = ask.params.to_string_lossy().into_owned();
    let comma = if text.len() > 2 { "," } else { "" };
    let text = format!("{}{comma}\"no_such_parameter\":true}}", text.trim_end_matches('}'));
    ask.params = CString::new(text).unwrap_or_default();
    let answer = signal.ask(&ask);
    match answer.status {
        claque_abi::OK | claque_abi::ERR_PARAMS => {
            let mut answer = answer;
            answer.pump(usize::MAX);
            Ok(())
        }
        other => Err(format!(
            "a parameter that nobody declared gives status {other} (\"{}\"), must be ignored or refused with {}",
            answer.said(),
            claque_abi::ERR_PARAMS
        )),
    }
}

fn refused(signal: &NativeSignal, base: &Base, text: &CStr) -> Result<(), String> {
    let mut ask = base.ask(signal, 1)?;
    text.clone_into(&mut ask.params);
    let mut answer = signal.ask(&ask);
    let status = answer.status;
    answer.pump(usize::MAX);
    if status == claque_abi::ERR_PARAMS {
        return Ok(());
    }
    Err(format!(
        "the parameters `{}`, which are no JSON object, give status {status}, must be CLAQUE_ERR_PARAMS ({})",
        text.to_string_lossy(),
        claque_abi::ERR_PARAMS
    ))
}
