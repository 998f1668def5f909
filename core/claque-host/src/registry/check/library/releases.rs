//! Check 12: everything that is handed out is released exactly once, whoever holds it at the end, however much of
//! the output is read; what is handed back obeys Arrow's rules; and the input is only read, within its buffers and
//! before its release, since it lies in memory that faults otherwise.

use super::CheckStep;
use super::base::{Base, checked};
use super::subject::Subject;
use crate::native::NativeSignal;
use crate::native::probe::Ask;
use claque_model::Signal;

const CHECK: &str = "releases";
/// Batches of each table.
const BATCHES: usize = 3;
/// Things that are named of many.
const NAMED: usize = 4;

pub(super) fn run(subject: &Subject) -> Vec<CheckStep> {
    subject.each(CHECK, |signal, base| {
        let mut wrong = Vec::new();
        for (name, at_most) in [("read to its end", usize::MAX), ("left after the first batch", 1), ("left unread", 0)]
        {
            subject.about_to(&format!("the output is {name}"));
            wrong.extend(by_hand(signal, base, at_most).err().map(|why| format!("the output is {name}: {why}")));
        }
        subject.about_to("the output is used after the input is gone");
        wrong.extend(as_in_a_run(signal, base).err().map(|why| format!("the output is used: {why}")));
        subject.about_to("a call that is refused");
        wrong.extend(refused(signal, base).err().map(|why| format!("the call is refused: {why}")));
        if wrong.is_empty() { Ok("everything once, the input was only read".into()) } else { Err(wrong.join("\n")) }
    })
}

/// Some of many sentences.
pub(super) fn few(sentences: &[String]) -> String {
    let shown = sentences.iter().take(NAMED).cloned().collect::<Vec<_>>().join("; ");
    if sentences.len() > NAMED { format!("{shown}; and {} more", sentences.len() - NAMED) } else { shown }
}

/// The input in guarded memory.
fn ask(signal: &NativeSignal, base: &Base) -> Result<Ask, String> {
    let mut ask = base.ask(signal, BATCHES)?;
    for feed in &mut ask.feeds {
        feed.form.guarded = true;
    }
    Ok(ask)
}

fn by_hand(signal: &NativeSignal, base: &Base, at_most: usize) -> Result<(), String> {
    let mut answer = signal.ask(&ask(signal, base)?);
    let pumped = answer.pump(at_most);
    let wrong: Vec<String> = pumped.wrong.into_iter().chain(answer.unbalanced()).collect();
    if wrong.is_empty() { Ok(()) } else { Err(few(&wrong)) }
}

fn as_in_a_run(signal: &NativeSignal, base: &Base) -> Result<(), String> {
    let mut answer = signal.ask(&ask(signal, base)?);
    let output = checked(signal, &mut answer, &base.given).map_err(|fault| fault.to_string())?;
    base.equal(signal.declaration(), &output)?;
    drop(output);
    let left = answer.unbalanced();
    if left.is_empty() { Ok(()) } else { Err(few(&left)) }
}

/// A table too few: the others must not leak.
fn refused(signal: &NativeSignal, base: &Base) -> Result<(), String> {
    let mut ask = ask(signal, base)?;
    ask.feeds.pop();
    let mut answer = signal.ask(&ask);
    answer.pump(usize::MAX);
    let left = answer.unbalanced();
    if left.is_empty() { Ok(()) } else { Err(few(&left)) }
}
