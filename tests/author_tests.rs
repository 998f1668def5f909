//! `claque test`: what passes, what fails and how it is said, golden files, folders of many, machine-readable output.

use crate::authors::json;
use crate::support::{Desk, repository, text};

/// A script of marks with `tests = { … }`.
fn script(id: &str, tests: &str) -> String {
    format!(
        r#"return plugin {{
  id = "{id}", version = "1.0.0", api = "1", title = "Long posts",
  dimension = "disinformation", family = "length", emits = "marks",
  requires = {{ posts = {{ post_id = "id", text = "string" }} }},
  innocent = {{ "Some people write long." }},
  score = function(ctx)
    return ctx:table("posts"):filter(col("text"):str_len():ge(4)):select("post_id", lit(1):alias("value"))
  end,
  tests = {{ {tests} }},
}}
"#
    )
}

const FAILS: &str = r#"
    fails = function(t)
      print("looking at", 2)
      local out = t:run { posts = t:csv("posts", "post_id,text\nx:1,abcdef\nx:2,ab\n") }
      t:expect(out):equals("post_id,value\nx:2,1\n")
    end,
    holds = function(t)
      print("never shown")
      t:expect(1):is(1)
    end,"#;

#[test]
fn a_failing_test_shows_difference_place_and_what_it_printed() {
    let desk = Desk::new();
    desk.write("long/main.luau", script("my.long", FAILS));
    let outcome = desk.claque(&["test", "long"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    for line in ["- x:2,1", "+ x:1,1", "long/main.luau:13:", "looking at\t2", "1 passed, 1 failed in "] {
        assert!(outcome.stdout.contains(line), "`{line}` is missing in {}", outcome.stdout);
    }
    assert!(!outcome.stdout.contains("never shown"), "{}", outcome.stdout);
}

#[test]
fn the_exit_code_tells_passed_from_failed_from_not_run() {
    let desk = Desk::new();
    desk.write("good/main.luau", script("my.good", "holds = function(t) t:expect(1):is(1) end"));
    desk.write("bad/main.luau", script("my.bad", "fails = function(t) t:expect(1):is(2) end"));
    desk.write("empty/main.luau", script("my.empty", ""));
    desk.write("broken/main.luau", "return plugin {");
    desk.write("nothing/readme.md", "no script");
    for (path, code, words) in [
        ("good", 0, "1 passed, 0 failed"),
        ("good/main.luau", 0, "1 passed, 0 failed"),
        ("bad", 1, "expected 2, got 1"),
        ("empty", 1, "there is nothing to test"),
        ("broken", 2, "broken/main.luau:1"),
        ("nothing", 2, "`nothing` holds no plugin"),
        ("absent", 2, "there is no `absent`"),
    ] {
        let outcome = desk.claque(&["test", path]);
        assert_eq!(outcome.code, code, "{path}: {}\n{}", outcome.stdout, outcome.stderr);
        let said = outcome.stdout + &outcome.stderr;
        assert!(said.contains(words), "{path}: {said}");
    }
}

#[test]
fn a_broken_plugin_among_many_stops_none_of_the_others() {
    let desk = Desk::new();
    desk.write("scripts/broken/main.luau", "return plugin {");
    desk.write("scripts/good/main.luau", script("my.good", "holds = function(t) t:expect(1):is(1) end"));
    for path in [&["test", "scripts"][..], &["test"][..]] {
        let tested = json_of(&desk, path);
        let plugins = tested["plugins"].as_array().expect("plugins");
        assert_eq!(plugins.len(), 2);
        assert!(plugins[0]["error"].as_str().is_some_and(|error| error.contains("main.luau:1")), "{tested}");
        assert_eq!((plugins[1]["cases"][0]["ok"].as_bool(), &tested["passed"]), (Some(true), &1.into()));
    }
}

fn json_of(desk: &Desk, arguments: &[&str]) -> serde_json::Value {
    json(desk, 2, arguments)
}

#[test]
fn every_shipped_script_passes_its_tests() {
    let tested = json(&Desk::new(), 0, &["test", &text(&repository().join("scripts"))]);
    assert!(tested["plugins"].as_array().expect("plugins").len() >= 8);
}

#[test]
fn native_code_changes_no_outcome() {
    let scripts = text(&repository().join("scripts"));
    let outcomes = |arguments: &[&str]| {
        let tested = json(&Desk::new(), 0, arguments);
        let plugins = tested["plugins"].as_array().expect("plugins").clone();
        plugins
            .iter()
            .flat_map(|p| p["cases"].as_array().cloned().unwrap_or_default())
            .map(|c| (c["name"].clone(), c["ok"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(outcomes(&["test", &scripts]), outcomes(&["test", &scripts, "--no-jit"]));
}

#[test]
fn the_junit_file_counts_and_quotes() {
    let desk = Desk::new();
    desk.write("long/main.luau", script("my.long", FAILS));
    assert_eq!(desk.claque(&["test", "long", "--junit", "report.xml"]).code, 1);
    let xml = std::fs::read_to_string(desk.path("report.xml")).expect("a report");
    for part in [
        "<testsuites name=\"claque\" tests=\"3\" failures=\"1\" errors=\"0\"",
        "<testcase classname=\"my.long\" name=\"holds\"",
        "<failure message=\"frames differ (- wanted, + got)\">",
        "<system-out>looking at\t2</system-out>",
    ] {
        assert!(xml.contains(part), "`{part}` is missing in {xml}");
    }
    let outcome = desk.claque(&["test", "long", "--junit", "absent/report.xml"]);
    assert_eq!(outcome.code, 2, "{}", outcome.stderr);
}

#[test]
fn a_golden_file_is_written_compared_and_written_again() {
    let desk = Desk::new();
    desk.write("long/main.luau", script("my.long", ""));
    desk.write("long/tests/few/posts.csv", "post_id,text,lang\nx:2,abcdef,en\nx:1,abcd,de\nx:3,a,de\n");
    let outcome = desk.claque(&["test", "long"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stdout.contains("there is no `tests/few.golden.csv`"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("claque test --update"), "{}", outcome.stdout);
    desk.done(&["test", "long", "--update"]);
    let golden = desk.path("long/tests/few.golden.csv");
    assert_eq!(std::fs::read_to_string(&golden).expect("written"), "post_id,value\nx:1,1\nx:2,1\n");
    desk.done(&["test", "long"]);

    std::fs::write(&golden, "post_id,value~0.5\nx:1,0.8\n").expect("a file");
    let outcome = desk.claque(&["test", "long"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stdout.contains("other rows than tests/few.golden.csv says"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("+ x:2,1") && !outcome.stdout.contains("x:1,"), "{}", outcome.stdout);
    desk.done(&["test", "long", "--update"]);
    let kept = "post_id,value~0.5\nx:1,1\nx:2,1\n";
    assert_eq!(std::fs::read_to_string(&golden).expect("written"), kept, "the tolerance stays");
    desk.done(&["test", "long", "--update"]);
    assert_eq!(std::fs::read_to_string(&golden).expect("still there"), kept);
}

#[test]
fn golden_files_that_belong_to_nothing_and_tables_that_are_wrong_are_named() {
    let desk = Desk::new();
    desk.write("long/main.luau", script("my.long", ""));
    desk.write("long/tests/old.golden.csv", "post_id,value\n");
    desk.write("long/tests/a/psots.csv", "post_id,text\nx:1,abcd\n");
    desk.write("long/tests/b/posts.csv", "post_id,txet\nx:1,abcd\n");
    desk.write("long/tests/c/posts.csv", "post_id\nx:1\n");
    let outcome = desk.claque(&["test", "long", "--update"]);
    assert_eq!(outcome.code, 1);
    for words in [
        "`tests/old.golden.csv` belongs to no folder",
        "there is no table `psots`; did you mean `posts`?",
        "the table `posts` has no column `txet`; did you mean `text`?",
        "the tables given are not enough",
    ] {
        assert!(outcome.stdout.contains(words), "`{words}` is missing in {}", outcome.stdout);
    }
    let written = std::fs::read_dir(desk.path("long/tests")).expect("tests").count();
    assert_eq!(written, 4, "nothing was written");
}

#[test]
fn a_table_of_a_test_may_be_a_file_of_the_folder() {
    let desk = Desk::new();
    let test = r#"file = function(t)
      t:expect(t:run { posts = t:file("posts", "tests/posts.csv") }):equals("post_id,value\nx:1,1\n")
    end"#;
    desk.write("long/main.luau", script("my.long", test));
    desk.write("long/tests/posts.csv", "post_id,text,lang\nx:1,abcd,en\nx:2,a,en\n");
    desk.done(&["test", "long"]);
    desk.done(&["test", "long/main.luau"]);
}
