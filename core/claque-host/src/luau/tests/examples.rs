//! Three worked scripts, one per shape, pass their own tests; the shipped one passes with its folder.

use super::super::script::{LuauSignal, Script};
use super::super::verb::script_api;
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

const README: &str = include_str!("../../../../../scripts/README.md");
const FIRST_PAGE: &str = include_str!("../../../../../README.md");

/// The fenced blocks of a language in a text; a block inside a longer fence belongs to that one.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut lines = text.lines();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let fence = &line[..line.len() - line.trim_start_matches('`').len()];
        if fence.len() < 3 {
            continue;
        }
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != fence).collect();
        if line[fence.len()..] == *language {
            found.push(body.join("\n") + "\n");
        }
    }
    found
}

/// The scripts that a text shows, each by the name of its folder.
fn shown_scripts(text: &str) -> Vec<(String, String)> {
    let scripts = blocks(text, "lua").into_iter().filter(|block| block.contains("return plugin"));
    scripts
        .map(|source| {
            let id = source.split("id = \"my.").nth(1).and_then(|rest| rest.split('"').next()).expect("an id");
            (id.replace('_', "-"), source)
        })
        .collect()
}

#[test]
fn every_script_that_the_readme_shows_passes_its_tests() {
    let scripts = shown_scripts(README);
    let mut shapes = Vec::new();
    for (name, source) in &scripts {
        let signal = load(&format!("{name}/main.luau"), source);
        passes(&signal, 1);
        assert!(source.lines().count() <= 45, "{name} is not short");
        shapes.push(signal.declaration().emits);
    }
    assert_eq!(scripts.len(), 6, "the ten minutes and five examples");
    for shape in [Shape::Traces, Shape::Marks, Shape::Rates, Shape::Statistics] {
        assert!(shapes.contains(&shape), "no example of {shape:?}");
    }
}

#[test]
fn a_script_in_the_readme_whose_test_is_wrong_would_be_found() {
    let (name, source) = shown_scripts(README).remove(0);
    let wrong = source.replace("x:a,1,2", "x:a,2,2");
    assert_ne!(wrong, source);
    assert!(load(&name, &wrong).run_tests().remove(0).outcome.is_err());
}

#[test]
fn the_script_on_the_first_page_loads_and_gives_its_columns() {
    let (name, source) = shown_scripts(FIRST_PAGE).remove(0);
    let test = r#"tests = { one = function(t)
      local posts = t:csv("posts", [[
post_id,account_id,created_at,client
x:1,x:a,2024-06-01T10:00:00Z,Press
x:2,x:b,2024-06-01T10:00:00Z,
]])
      t:expect(t:run { posts = posts }):equals("account_id,object,at,post_id\nx:a,Press,2024-06-01T10:00:00Z,x:1\n")
    end },
    score = "#;
    passes(&load(&format!("{name}/main.luau"), &source.replace("score = ", test)), 1);
}

#[test]
fn the_error_that_the_readme_shows_is_the_one_that_comes() {
    let shown = blocks(README, "").into_iter().find(|block| block.contains("did you mean")).expect("an error");
    let (name, source) = shown_scripts(README).remove(0);
    let misspelt = source.replace("col(\"created_at\"):is_not", "col(\"created_att\"):is_not");
    assert_ne!(misspelt, source);
    let outcome = load(&format!("my-study/scripts/{name}/main.luau"), &misspelt).run_tests().remove(0).outcome;
    assert_eq!(outcome, Err(shown.trim_end().to_owned()));
}

#[test]
fn the_readme_names_every_verb_of_a_frame() {
    let page = README.split("## The language in one page").nth(1).expect("the page");
    let frame = script_api().type_named("Frame").expect("frames");
    for verb in frame.methods() {
        assert!(page.contains(verb), "`{verb}` is missing");
    }
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
