//! Step 8: a run that is told to stop ends soon. Scripts are stopped by the host; only one long operation of the
//! host's own (a plan over many rows) can hold it up.

use super::{CheckStep, CheckTools, limits, trial};
use crate::contract;
use crate::luau::LuauSignal;
use claque_model::{Fault, LogLevel, Services, Signal};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

const STEP: &str = "cancel";
/// What a user waits for after Ctrl-C.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often the watchdog asks before it is told to stop: some 0.2 s, so that a plan is being worked on.
const ASKED: u32 = 10;

/// Says after a while that it should stop.
#[derive(Default)]
struct Stopping(AtomicU32);

impl Services for Stopping {
    fn log(&self, _: LogLevel, _: &str) {}
    fn progress(&self, _: f64, _: &str) {}
    fn cancelled(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) >= ASKED
    }
}

pub(super) fn step(script: &LuauSignal, tools: &CheckTools) -> CheckStep {
    let given = match trial::made_up(script.declaration(), limits::ROWS) {
        Ok(given) => given,
        Err(reason) => {
            return CheckStep::new(
                STEP,
                format!("{STEP} of {}", script.declaration().id),
                Ok(format!("not run: {}", reason.sentence())),
            );
        }
    };
    let start = (tools.clock)();
    let result = contract::score(script, &given, true, &Stopping::default());
    let took = (tools.clock)().saturating_sub(start);
    let ms = took.as_millis();
    let outcome = match result {
        _ if took > PATIENCE => Err(format!(
            "it went on for {ms} ms on {} made-up rows although it was told to stop; at most 2 s are borne. \
             Split the plan: `:collect()` in between is a place where it can stop",
            limits::ROWS
        )),
        Ok(_) => Ok(format!("it was done in {ms} ms")),
        Err(Fault::Cancelled) => Ok(format!("stopped after {ms} ms")),
        // why is the business of other steps
        Err(other) => Ok(format!("it ended by itself: {other}")),
    };
    CheckStep::new(STEP, format!("{STEP} of {}", script.declaration().id), outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Script;
    use crate::registry::SearchPath;
    use std::sync::atomic::AtomicU64;

    const SCRIPT: &str = r#"return plugin {
  id = "my.loop", version = "1.0.0", api = "1", title = "It loops",
  dimension = "disinformation", family = "f", emits = "marks",
  requires = { posts = { post_id = "id" } },
  innocent = { "It is a test." },
  score = function(ctx) while true do end end,
}"#;

    /// The step with a clock that goes on by so many milliseconds between two looks.
    fn outcome(between_looks: u64) -> Result<String, String> {
        let now = AtomicU64::new(0);
        let clock = || Duration::from_millis(now.fetch_add(between_looks, Ordering::Relaxed));
        let script = Script::load("loop.luau", SCRIPT, None).expect("a script").remove(0);
        let tools = CheckTools { search: &SearchPath::default(), clock: &clock, services: &Stopping::default() };
        step(&script, &tools).outcome
    }

    #[test]
    fn an_endless_loop_is_stopped() {
        assert_eq!(outcome(400), Ok("stopped after 400 ms".to_owned()));
    }

    #[test]
    fn what_goes_on_for_longer_than_a_user_waits_is_wrong() {
        let why = outcome(2_001).expect_err("too long");
        assert!(why.starts_with("it went on for 2001 ms"), "{why}");
    }
}
