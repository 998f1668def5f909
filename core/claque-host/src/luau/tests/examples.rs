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

/// The fenced blocks of a language in a text.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let open = format!("```{language}\n");
    text.split(&open).skip(1).map(|rest| rest.split("```").next().expect("a first part")).collect()
}

#[test]
fn the_readme_shows_a_script_that_works_and_an_error_that_comes() {
    let readme = include_str!("../../../../../scripts/README.md");
    let source = blocks(readme, "lua")[0];
    passes(&load("long-words/main.luau", source), 1);

    let shown =
        blocks(readme, "").into_iter().find(|block| block.contains("did you mean")).expect("the readme shows an error");
    let misspelt = load("long-words/main.luau", &source.replace("col(\"text\")", "col(\"txet\")"));
    assert_eq!(misspelt.run_tests().remove(0).outcome, Err(shown.trim_end().to_owned()));
}

#[test]
fn the_example_of_the_worked_script_gives_what_it_says() {
    let spec = crate::spec::parse_spec(include_str!("../../../../../scripts/mention-set/SIGNAL.md"));
    let spec = spec.unwrap_or_else(|e| panic!("{e}"));
    let signal = load("mention-set/main.luau", include_str!("../../../../../scripts/mention-set/main.luau"));
    assert_eq!(spec.signals().collect::<Vec<_>>(), ["coord.mention_set"]);
    crate::spec::run_spec(&spec, &signal).unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn the_worked_script_has_at_most_forty_lines_of_code() {
    let source = include_str!("../../../../../scripts/mention-set/main.luau");
    let before_tests = source.split("\ttests = {").next().expect("a first part");
    let code = before_tests.lines().filter(|l| !l.trim().is_empty() && !l.trim_start().starts_with("--"));
    assert!(code.count() <= 40);
}
