//! The loop of an author: start from a template, test, check, read the page. Every template is a plugin that works.

use crate::support::{Desk, contents, repository, text};
use serde_json::Value;

pub(crate) const SHAPES: [&str; 4] = ["traces", "marks", "rates", "statistics"];

/// The one object that a command prints with `--json`.
#[track_caller]
pub(crate) fn json(desk: &Desk, code: i32, arguments: &[&str]) -> Value {
    let outcome = desk.claque(&[&["--json"], arguments].concat());
    assert_eq!(outcome.code, code, "{}\n{}", outcome.stdout, outcome.stderr);
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|e| panic!("{e}: {}", outcome.stdout))
}

#[test]
fn a_new_plugin_of_every_shape_passes_its_tests_and_the_check() {
    for shape in SHAPES {
        let desk = Desk::new();
        desk.done(&["plugin", "new", "night-posts", "--lang", "luau", "--emits", shape]);
        let tested = json(&desk, 0, &["test", "night-posts"]);
        let cases = tested["plugins"][0]["cases"].as_array().expect("cases");
        let kinds: Vec<&str> = cases.iter().filter_map(|case| case["kind"].as_str()).collect();
        assert_eq!(kinds, ["test", "test", "example", "golden"], "{shape}");
        assert_eq!(tested["plugins"][0]["signals"][0], "my.night_posts");
        let checked = json(&desk, 0, &["plugin", "check", "night-posts"]);
        let steps: Vec<&str> =
            checked["checks"].as_array().expect("checks").iter().filter_map(|c| c["step"].as_str()).collect();
        for step in
            ["declaration", "code", "tests", "tables", "parameters", "output", "determinism", "cancel", "limits"]
        {
            assert!(steps.contains(&step), "{shape}: no {step} in {steps:?}");
        }
        let script = std::fs::read_to_string(desk.path("night-posts/main.luau")).expect("a script");
        assert!(script.contains("title = \"Night posts\"") && !script.contains("TITLE"), "{script}");
    }
}

#[test]
fn every_template_passes_as_it_stands() {
    let templates = repository().join("core/cli/templates/luau");
    let found: Vec<String> = contents(&templates).into_iter().map(|(name, _)| name).collect();
    let scripts: Vec<&String> = found.iter().filter(|name| name.ends_with("main.luau")).collect();
    assert_eq!(scripts.len(), SHAPES.len(), "{found:?}");
    let tested = json(&Desk::new(), 0, &["test", &text(&templates)]);
    assert_eq!((tested["passed"].as_u64(), tested["failed"].as_u64()), (Some(16), Some(0)));
}

#[test]
fn a_template_names_the_innocent_explanations_that_its_script_prints() {
    for shape in SHAPES {
        let folder = repository().join("core/cli/templates/luau").join(shape);
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a file of the template");
        let (script, prose) = (read("main.luau"), read("SIGNAL.md"));
        let innocent = script.split("innocent = {").nth(1).expect("a list").split('}').next().expect("its end");
        for sentence in innocent.lines().filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\",")) {
            assert!(prose.contains(&format!("- {sentence}")), "{shape}: {sentence}");
        }
        assert!(innocent.contains('"'), "{shape}");
    }
}

#[test]
fn a_new_plugin_never_overwrites_and_its_name_is_an_id() {
    let desk = Desk::new();
    desk.write("mine/keep.txt", "kept");
    let outcome = desk.claque(&["plugin", "new", "mine", "--emits", "marks"]);
    assert_eq!(outcome.code, 2);
    assert!(
        outcome.stderr.contains("`mine` exists already") && outcome.stderr.contains("hint: "),
        "{}",
        outcome.stderr
    );
    assert_eq!(contents(&desk.path("mine")).len(), 1);
    for name in ["Mine", "../mine", "a_b", "9lives", ""] {
        let outcome = desk.claque(&["plugin", "new", name, "--emits", "marks"]);
        assert_eq!(outcome.code, 2, "{name}: {}", outcome.stderr);
        assert!(outcome.stderr.contains("is no name of a plugin"), "{}", outcome.stderr);
    }
    assert_eq!(desk.names(), ["mine"]);
}

#[test]
fn the_page_of_a_plugin_says_what_it_declares_and_what_its_prose_adds() {
    let desk = Desk::new();
    desk.done(&["plugin", "new", "night-posts", "--emits", "rates"]);
    let page = desk.done(&["plugin", "doc", "night-posts"]).stdout;
    for line in [
        "# Night posts",
        "`my.night_posts` 0.1.0 (luau)",
        "| gives | rates: so many of so many, for this account |",
        "| `posts` | `account_id` | id | yes |",
        "| `min_replies` | 5 | a whole number from 1 to 1000 | fewest replies of an account that counts |",
        "- Fans point newcomers to the same pages.",
        "## Why it may matter",
        "x:b,0,2,",
    ] {
        assert!(page.lines().any(|found| found == line), "`{line}` is missing in\n{page}");
    }
    desk.done(&["plugin", "doc", "night-posts", "-o", "page.md"]);
    assert_eq!(std::fs::read_to_string(desk.path("page.md")).expect("a page").trim_end(), page.trim_end());
}

#[test]
fn every_shipped_script_has_a_page() {
    let desk = Desk::new();
    for entry in std::fs::read_dir(repository().join("scripts")).expect("scripts") {
        let path = entry.expect("an entry").path();
        if path.join("main.luau").is_file() {
            let page = desk.done(&["plugin", "doc", &text(&path)]).stdout;
            assert!(page.starts_with("# ") && page.contains("\n## Innocent explanations\n"), "{page}");
        }
    }
}
