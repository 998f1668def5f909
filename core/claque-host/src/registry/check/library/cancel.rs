//! Check 10: told to stop after the first batch of its input, a signal stops within two seconds and says so.

use super::CheckStep;
use super::subject::Subject;
use super::trial;
use crate::native::NativeSignal;
use claque_model::Signal;
use std::time::Duration;

const CHECK: &str = "cancel";
/// Rows of each made-up table, and batches in which they come.
const ROWS: usize = 3_200;
const BATCHES: usize = 64;
/// What a user waits for after Ctrl-C.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn run(subject: &Subject) -> Vec<CheckStep> {
    subject.each(CHECK, |signal, _| {
        subject.about_to("being told to stop after the first batch");
        stopped(signal)
    })
}

fn stopped(signal: &NativeSignal) -> Result<String, String> {
    let given = trial::made_up(signal.declaration(), ROWS).map_err(|missing| missing.sentence())?;
    let mut ask = signal.usual_ask(&given, BATCHES).map_err(|fault| fault.to_string())?;
    ask.cancel_after = Some(1);
    let mut answer = signal.ask(&ask);
    let pumped = answer.pump(usize::MAX);
    let Some(took) = answer.since_cancelled() else {
        return Ok("it reads no input, so nothing can be stopped".into());
    };
    let ms = took.as_millis();
    if took > PATIENCE {
        return Err(format!("it went on for {ms} ms after it was told to stop; at most 2 s are borne"));
    }
    match (answer.status, pumped.failed) {
        (claque_abi::ERR_CANCELLED, _) => Ok(format!("stopped after {ms} ms")),
        (claque_abi::OK, Some(ending)) if ending.errno == libc::ECANCELED => Ok(format!("stopped after {ms} ms")),
        (claque_abi::OK, None) => Err(format!(
            "it went on to its end, through {} batches, although it was told to stop after the first: ask `cancelled` \
             at least once per batch",
            answer.batches_read()
        )),
        (claque_abi::OK, Some(ending)) => Err(format!(
            "told to stop, its stream failed with error {} (\"{}\"), must be ECANCELED ({})",
            ending.errno,
            ending.text,
            libc::ECANCELED
        )),
        (other, _) => Err(format!(
            "told to stop, it ended with status {other} (\"{}\"), must be CLAQUE_ERR_CANCELLED ({})",
            answer.said(),
            claque_abi::ERR_CANCELLED
        )),
    }
}
