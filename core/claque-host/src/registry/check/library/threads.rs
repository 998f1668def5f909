//! Check 9: four calls at once, for a signal that says that it bears them. The calls wait for each other where they
//! read their input, so that they really overlap.

use super::CheckStep;
use super::base::{Base, rows};
use super::subject::Subject;
use crate::native::NativeSignal;
use crate::native::probe::Meeting;
use claque_model::Signal;
use std::sync::Arc;
use std::thread;

const CHECK: &str = "threads";
const CALLS: usize = 4;

pub(super) fn run(subject: &Subject) -> Vec<CheckStep> {
    subject.each(CHECK, |signal, base| {
        if !signal.is_thread_safe() {
            return Ok("it wants one call at a time (no CLAQUE_FLAG_THREAD_SAFE)".into());
        }
        subject.about_to("four calls at once");
        at_once(signal, base)
    })
}

fn at_once(signal: &NativeSignal, base: &Base) -> Result<String, String> {
    let mut ask = base.ask(signal, 3)?;
    let meetings = (Arc::new(Meeting::of(CALLS)), Arc::new(Meeting::of(CALLS)));
    ask.meetings = Some(meetings.clone());
    let results: Vec<Result<(), String>> = thread::scope(|scope| {
        let call = || {
            let output = rows(signal, &ask, &base.given).map_err(|fault| fault.to_string())?;
            base.equal(signal.declaration(), &output)
        };
        let calls: Vec<_> = (0..CALLS).map(|_| scope.spawn(call)).collect();
        let joined = calls.into_iter().map(|call| call.join().unwrap_or_else(|_| Err("the host panicked".into())));
        joined.collect()
    });
    if let Some(why) = results.into_iter().find_map(Result::err) {
        return Err(format!("of {CALLS} calls at once one went wrong: {why}"));
    }
    let really = meetings.0.took_place() || meetings.1.took_place();
    Ok(if really { format!("{CALLS} calls at once") } else { format!("{CALLS} calls, which it lets in one by one") })
}
