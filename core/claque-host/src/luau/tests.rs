//! Tests of the script host.

mod verbs;

use super::Script;

#[test]
fn the_worked_example_passes_its_own_tests() {
    let source = include_str!("../../../../scripts/mention-set/main.luau");
    let signals = Script::load("mention-set/main.luau", source, None).unwrap_or_else(|e| panic!("{e}"));
    for test in signals[0].run_tests() {
        test.outcome.unwrap_or_else(|text| panic!("{}: {text}", test.name));
    }
}
