//! Check 11: an input that fails in its middle is the end of the call, with an error, and nothing is left behind.

use super::CheckStep;
use super::base::Base;
use super::releases::few;
use super::subject::Subject;
use crate::native::NativeSignal;
use crate::native::probe::Trouble;

const CHECK: &str = "broken-input";
/// Batches of each table.
const BATCHES: usize = 4;

pub(super) fn run(subject: &Subject) -> Vec<CheckStep> {
    subject.each(CHECK, |signal, base| {
        let (mut wrong, mut met, mut silent) = (Vec::new(), 0, false);
        let ask = base.ask(signal, BATCHES)?;
        for table in 0..ask.feeds.len() {
            for trouble in [Trouble::Schema, Trouble::After(0), Trouble::After(2)] {
                let name = format!("`{}` {}", ask.feeds[table].name, told(trouble));
                subject.about_to(&name);
                match failing(signal, base, table, trouble) {
                    Ok(None) => {}
                    Ok(Some(words)) => {
                        met += 1;
                        silent |= words.is_empty();
                    }
                    Err(why) => wrong.push(format!("{name}: {why}")),
                }
            }
        }
        match (wrong.is_empty(), met) {
            (false, _) => Err(wrong.join("\n")),
            (true, 0) => Ok("it reads no input".into()),
            (true, _) if silent => Err("an input failed, and its own error has no text".into()),
            (true, _) => Ok(format!("{met} failing streams")),
        }
    })
}

fn told(trouble: Trouble) -> String {
    match trouble {
        Trouble::Schema => "fails before its schema".into(),
        Trouble::After(batches) => format!("fails after {batches} batches"),
    }
}

/// The signal's words, if it met the trouble.
fn failing(signal: &NativeSignal, base: &Base, table: usize, trouble: Trouble) -> Result<Option<String>, String> {
    let mut ask = base.ask(signal, BATCHES)?;
    ask.feeds[table].trouble = Some(trouble);
    let mut answer = signal.ask(&ask);
    let pumped = answer.pump(usize::MAX);
    let left = answer.unbalanced();
    if !left.is_empty() {
        return Err(few(&left));
    }
    if !answer.met_trouble() {
        return Ok(None);
    }
    match (answer.status, pumped.failed) {
        (claque_abi::OK, Some(ending)) if ending.errno != libc::ECANCELED => Ok(Some(ending.text)),
        (claque_abi::ERR_RUNTIME, _) => Ok(Some(answer.text)),
        (claque_abi::OK, None) => {
            Err("it ended well, as if the input had ended: look at what `get_schema` and `get_next` return".into())
        }
        (claque_abi::OK, Some(_)) => Err("its stream says that it was cancelled, which nobody asked".into()),
        (other, _) => Err(format!(
            "it ended with status {other} (\"{}\"), must be CLAQUE_ERR_RUNTIME ({}) or an error of its stream",
            answer.said(),
            claque_abi::ERR_RUNTIME
        )),
    }
}
