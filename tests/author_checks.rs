//! `claque plugin check`: for each of its steps a script that is wrong in that one way, and is caught by that step.

use crate::authors::json;
use crate::support::Desk;
use serde_json::Value;
use std::collections::BTreeSet;

/// A script of marks that is right with the body `RIGHT`, and has no other test than that one row comes out.
fn script(params: &str, body: &str) -> String {
    format!(
        r#"return plugin {{
  id = "my.one", version = "1.0.0", api = "1", title = "One",
  doc = "A test.", dimension = "disinformation", family = "one", emits = "marks",
  requires = {{ posts = {{ post_id = "id", account_id = "id", created_at = "datetime", text = "string" }} }},
  params = {{ {params} }},
  innocent = {{ "It is a test." }},
  score = function(ctx)
    local posts = ctx:table("posts")
    {body}
  end,
  tests = {{
    one = function(t)
      local posts = t:csv("posts", "post_id,account_id,created_at,text\nx:1,x:a,2024-06-01T10:00:00Z,abcdef\n")
      t:expect(t:run {{ posts = posts }}):has_rows(1)
    end,
  }},
}}
"#
    )
}

const RIGHT: &str = "return posts:select(\"post_id\", lit(1):alias(\"value\"))";

/// The steps that failed, and all checks.
fn failed(source: &str) -> (Vec<String>, Value) {
    let desk = Desk::new();
    desk.write("one.luau", source);
    let outcome = desk.claque(&["--json", "plugin", "check", "one.luau"]);
    let checked: Value = serde_json::from_str(&outcome.stdout).unwrap_or_else(|e| panic!("{e}: {}", outcome.stderr));
    let checks = checked["checks"].as_array().expect("checks");
    let failed = checks.iter().filter(|check| check["ok"] == false);
    let mut steps: Vec<String> = failed.filter_map(|check| check["step"].as_str().map(str::to_owned)).collect();
    steps.dedup();
    assert_eq!(outcome.code, i32::from(!steps.is_empty()), "{checked}");
    (steps, checked)
}

/// Exactly this step fails, with these words.
#[track_caller]
fn caught(source: &str, step: &str, words: &str) {
    let (steps, checked) = failed(source);
    assert_eq!(steps, [step], "{checked:#}");
    assert!(checked.to_string().contains(words), "`{words}` is missing in {checked:#}");
}

#[test]
fn a_right_script_passes_every_step() {
    let (steps, checked) = failed(&script("", RIGHT));
    assert!(steps.is_empty(), "{checked:#}");
}

#[test]
fn techniques_named_by_shipped_scripts_exist() {
    // the framework's table is not ours to ship, so `check` looks at the form of an id only
    let Some(table) = crate::support::reference("disarm/techniques.tsv") else { return };
    let table = std::fs::read_to_string(table).expect("the techniques");
    let known: BTreeSet<&str> = table.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
    let mut named = 0;
    for entry in std::fs::read_dir(crate::support::repository().join("scripts")).expect("the scripts") {
        let Ok(text) = std::fs::read_to_string(entry.expect("an entry").path().join("main.luau")) else { continue };
        let words = text.split('"').filter(|word| word.len() >= 5 && word.starts_with('T'));
        let ids = words.filter(|word| word[1..].bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
        for id in ids {
            assert!(known.contains(id), "{id}");
            named += 1;
        }
    }
    assert!(named >= 10, "{named}");
}

#[test]
fn code_catches_a_leaked_global_with_its_line_that_no_test_reaches() {
    let body = format!("if ctx.seed == 1 and posts:collect():height() > 1 then\n  totl = 3\nend\n{RIGHT}");
    caught(&script("", &body), "code", "one.luau:10:3");
}

#[test]
fn code_catches_an_expression_that_nothing_uses() {
    let body = "local many = posts:collect():height() > 1\n\
                local lost = many and (col(\"text\"):is_null() and col(\"post_id\"):is_null())\n\
                if lost then posts = posts:filter(lost:not_()) end\n"
        .to_owned()
        + RIGHT;
    caught(&script("", &body), "code", "an expression was built and never used, line 10");
}

#[test]
fn code_notes_pairs_over_what_may_have_no_order() {
    let body = format!("local t = {{}}\nfor k in pairs(t) do print(k) end\n{RIGHT}");
    let (steps, checked) = failed(&script("", &body));
    assert!(steps.is_empty(), "{checked:#}");
    assert!(checked.to_string().contains("one.luau:10: `pairs` has no fixed order"), "{checked:#}");
}

#[test]
fn tests_catches_a_failing_test_and_that_there_is_none() {
    caught(&script("", RIGHT).replace("has_rows(1)", "has_rows(2)"), "tests", "expected 2 rows, got 1");
    let without = script("", RIGHT).split("  tests = {").next().expect("a first part").to_owned() + "}\n";
    caught(&without, "tests", "there are none");
}

#[test]
fn tests_notes_the_lines_that_no_test_runs() {
    let body = format!("if ctx.seed > 5000000000 then\n  print(\"never\")\nend\n{RIGHT}");
    let (steps, checked) = failed(&script("", &body));
    assert!(steps.is_empty(), "{checked:#}");
    assert!(checked.to_string().contains("no test runs line 10"), "{checked:#}");
}

#[test]
fn tables_catches_a_script_that_does_not_bear_unknown_values() {
    let body = "return posts:select(\"post_id\", (col(\"text\"):str_len() / 1000):clip(0, 1):alias(\"value\"))";
    caught(&script("", body), "tables", "every second `text` of `posts` unknown");
}

#[test]
fn parameters_catches_a_bound_at_which_the_script_breaks() {
    let params = "least = p.int { default = 10, min = 0, max = 100, doc = \"least\" }";
    let body = "local share = lit(ctx.params.least) / ctx.params.least\n\
                return posts:select(\"post_id\", share:alias(\"value\"))";
    caught(&script(params, body), "parameters", "least = 0");
}

#[test]
fn output_catches_ids_that_were_not_given() {
    let body = "local id = when(col(\"post_id\"):eq(\"x:1\")):then_(col(\"post_id\")):otherwise(lit(\"x:nowhere\"))\n\
                return posts:select(id:alias(\"post_id\"), lit(1):alias(\"value\"))";
    caught(&script("", body), "output", "x:nowhere");
}

#[test]
fn determinism_catches_dependence_on_the_order_of_rows() {
    let body = "return posts:group_by(\"account_id\"):agg(col(\"post_id\"):first():alias(\"post_id\"))\n\
                :select(\"post_id\", lit(1):alias(\"value\"))";
    caught(&script("", body), "determinism", "rows in another order");
}

#[test]
fn determinism_catches_addresses_which_differ_between_processes() {
    let body = "return posts:select(\"post_id\", lit(1):alias(\"value\"), lit(tostring(print)):alias(\"note\"))";
    let (steps, checked) = failed(&script("", body));
    assert!(steps.contains(&"determinism".to_owned()), "{checked:#}");
    assert!(checked.to_string().contains("another process with 1 threads gives another output"), "{checked:#}");
}

#[test]
fn limits_catches_memory_that_grows_with_the_rows() {
    let body = format!(
        "local n, kept = posts:collect():height(), {{}}\n\
         for i = 1, n do kept[i] = string.rep(\"x\", 60000) .. i end\n{RIGHT}"
    );
    caught(&script("", &body), "limits", "memory limit of 256 MB");
}

#[test]
fn a_missing_signal_md_and_one_whose_example_is_wrong_fail() {
    let desk = Desk::new();
    desk.done(&["plugin", "new", "mine", "--emits", "marks"]);
    let path = desk.path("mine/SIGNAL.md");
    let text = std::fs::read_to_string(&path).expect("a SIGNAL.md");
    desk.write("mine/SIGNAL.md", text.replace("x:4,1", "x:2,1"));
    let checked = json(&desk, 1, &["plugin", "check", "mine"]);
    assert!(checked.to_string().contains("gives other rows than SIGNAL.md says"), "{checked:#}");
    std::fs::remove_file(path).expect("removed");
    let checked = json(&desk, 1, &["plugin", "check", "mine"]);
    assert!(checked.to_string().contains("the file is missing"), "{checked:#}");
}

#[test]
fn the_junit_file_of_a_check_has_its_steps_as_classes() {
    let desk = Desk::new();
    desk.write("one.luau", script("", RIGHT));
    desk.done(&["plugin", "check", "one.luau", "--junit", "report.xml"]);
    let xml = std::fs::read_to_string(desk.path("report.xml")).expect("a report");
    for step in ["declaration", "code", "tests", "tables", "parameters", "output", "determinism", "cancel", "limits"] {
        assert!(xml.contains(&format!("classname=\"{step}\"")), "{step} is missing in {xml}");
    }
    assert!(xml.contains("failures=\"0\""), "{xml}");
}
