//! Check 13: a panic or exception stops at the border. Only a plugin that offers `claque.selftest/1` can show it.

use super::CheckStep;
use super::base::Base;
use super::subject::Subject;
use crate::native::NativeSignal;
use crate::native::probe::SelfTest;

const CHECK: &str = "panic";

pub(super) fn run(subject: &Subject) -> Vec<CheckStep> {
    subject.each(CHECK, |signal, base| match signal.selftest()? {
        None => Ok("it offers no `claque.selftest/1`, so a panic cannot be tried".into()),
        Some(selftest) => {
            subject.about_to("a panic in `score`");
            in_score(signal, base, selftest)?;
            subject.about_to("a panic in the output stream");
            in_stream(signal, base, selftest)?;
            Ok("in `score` and in the stream".into())
        }
    })
}

fn in_score(signal: &NativeSignal, base: &Base, selftest: SelfTest) -> Result<(), String> {
    selftest.arm_score();
    let mut answer = signal.ask(&base.ask(signal, 1)?);
    answer.pump(usize::MAX);
    if answer.status != claque_abi::ERR_PANIC {
        return Err(format!(
            "asked to panic in `score`, it ended with status {} (\"{}\"), must be CLAQUE_ERR_PANIC ({})",
            answer.status,
            answer.said(),
            claque_abi::ERR_PANIC
        ));
    }
    alive(signal, base)
}

fn in_stream(signal: &NativeSignal, base: &Base, selftest: SelfTest) -> Result<(), String> {
    selftest.arm_stream();
    let mut answer = signal.ask(&base.ask(signal, 1)?);
    let failed = answer.pump(usize::MAX).failed.is_some();
    if !failed && answer.status != claque_abi::ERR_PANIC {
        return Err("asked to panic in its output stream, it ended well".into());
    }
    alive(signal, base)
}

/// The next call is a plain one.
fn alive(signal: &NativeSignal, base: &Base) -> Result<(), String> {
    base.same(signal, &base.ask(signal, 1)?).map_err(|why| format!("after a panic a plain call fails: {why}"))
}
