//! Three worked scripts, one per shape, pass their own tests; the shipped one passes with its folder.

use super::super::script::{LuauSignal, Script};
use claque_model::{Shape, Signal};

fn load(name: &str, source: &str) -> LuauSignal {
    Script::load(name, source, None).unwrap_or_else(|e| panic!("{e}")).remove(0)
}

#[track_caller]
fn passes(signal: &LuauSignal, tests: usize) {
    let outcomes = signal.run_tests();
    assert_eq!(outcomes.len(), tests);
    for test in outcomes {
        test.outcome.unwrap_or_else(|text| panic!("{}: {text}", test.name));
    }
}

#[test]
fn traces_of_mention_sets() {
    let signal = load("mention-set/main.luau", include_str!("../../../../../scripts/mention-set/main.luau"));
    assert_eq!(signal.declaration().emits, Shape::Traces);
    assert_eq!(signal.declaration().layer_name(), "mention_set");
    passes(&signal, 2);
}

#[test]
fn marks_of_residue() {
    let signal = load("prompt-residue/main.luau", include_str!("scripts/prompt_residue.luau"));
    assert_eq!(signal.declaration().emits, Shape::Marks);
    passes(&signal, 2);
}

#[test]
fn statistics_of_office_hours() {
    let signal = load("office-hours/main.luau", include_str!("scripts/office_hours.luau"));
    assert_eq!(signal.declaration().emits, Shape::Statistics);
    passes(&signal, 1);
}

#[test]
fn rates_of_questions() {
    let signal = load("questions/main.luau", include_str!("scripts/questions.luau"));
    assert_eq!(signal.declaration().emits, Shape::Rates);
    passes(&signal, 1);
}
