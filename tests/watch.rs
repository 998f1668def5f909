//! `claque watch`: what one run shows, and that a save makes another run.

use crate::plugins::study;
use crate::support::Desk;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

const MARKS: &str = r#"return plugin {
  id = "my.img", version = "1.0.0", api = "1", title = "Images",
  dimension = "disinformation", family = "images", emits = "marks",
  requires = { posts = { post_id = "id", text = "string" } },
  innocent = { "It is a test." },
  score = function(ctx)
    print("picture of", PICTURE)
    return ctx:table("posts"):filter(col("text"):str_contains("picture")):select("post_id", lit(1):alias("value"))
  end,
  tests = { one = function(t) t:expect(1):is(1) end },
}
"#;

const TRACES: &str = r#"return plugin {
  id = "my.image_name", version = "1.0.0", api = "1", title = "The same image name",
  dimension = "coordination", family = "images", emits = "traces",
  requires = { posts = { post_id = "id", account_id = "id", created_at = "datetime", text = "string" } },
  innocent = { "A news picture has one name wherever it is posted." },
  score = function(ctx)
    return ctx:table("posts")
      :with_columns(col("text"):str_extract("(img[0-9]+)"):alias("object"))
      :filter(col("object"):is_not_null())
      :select("account_id", "object", col("created_at"):alias("at"), "post_id")
  end,
  tests = { one = function(t) t:expect(1):is(2) end },
}
"#;

#[test]
fn one_run_shows_rows_tests_and_what_the_engine_sees() {
    let desk = Desk::new();
    study(&desk);
    desk.write("mine/main.luau", MARKS.replace("PICTURE", "7"));
    for data in ["study", "study/activity"] {
        let text = desk.done(&["watch", "mine", data, "--once"]).stdout;
        // 24 images by 6 members each; the readers write of a harbor
        for words in [
            "data      ",
            "posts 1344",
            "load      my.img",
            "| picture of\t7",
            "score     my.img: posts 1344 in, 144 out",
            "post_id",
            "engine    144 of 1344 posts marked, by 6 of 126 accounts",
            "tests     1 passed, 0 failed",
        ] {
            assert!(text.contains(words), "`{words}` is missing in {text}");
        }
    }
}

#[test]
fn for_traces_it_counts_objects_pairs_and_edges_beyond_chance_and_a_failing_test_is_an_error() {
    let desk = Desk::new();
    study(&desk);
    desk.write("mine.luau", TRACES);
    let outcome = desk.claque(&["watch", "mine.luau", "study", "--once"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    // 40 images of the readers and 24 of the crew; the crew has 15 pairs
    for words in
        ["engine    64 objects, 64 shared", "15 edges exceed chance", "0 passed, 1 failed", "expected 2, got 1"]
    {
        assert!(outcome.stdout.contains(words), "`{words}` is missing in {}", outcome.stdout);
    }
}

#[test]
fn statistics_are_tried_on_made_up_groups() {
    let desk = Desk::new();
    study(&desk);
    desk.done(&["plugin", "new", "mine", "--emits", "statistics"]);
    let path = desk.path("mine/main.luau");
    let script = std::fs::read_to_string(&path).expect("a script");
    let of_posts = script
        .replace("accounts = { account_id", "posts = { account_id")
        .replace("table(\"accounts\")", "table(\"posts\")");
    desk.write("mine/main.luau", of_posts.split("\ttests = {").next().expect("a first part").to_owned() + "})\n");
    let text = desk.claque(&["watch", "mine", "study", "--once"]).stdout;
    assert!(text.contains("engine    13 made-up groups of 10 accounts have a value"), "{text}");
}

#[test]
fn mistakes_are_shown_and_end_nothing() {
    let desk = Desk::new();
    study(&desk);
    desk.write("mine/main.luau", MARKS.replace("PICTURE", "}"));
    let outcome = desk.claque(&["watch", "mine", "study", "--once"]);
    assert_eq!(outcome.code, 1);
    assert!(
        outcome.stdout.contains("load      failed") && outcome.stdout.contains("main.luau:7"),
        "{}",
        outcome.stdout
    );
    desk.write("mine/main.luau", MARKS.replace("PICTURE", "nothing.here"));
    let outcome = desk.claque(&["watch", "mine", "study", "--once"]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stdout.contains("my.img: failed") && outcome.stdout.contains("main.luau:7"), "{}", outcome.stdout);
    for (arguments, words) in [
        (["watch", "absent", "study", "--once"], "there is no `absent`"),
        (["watch", "mine", "absent", "--once"], "absent"),
        (["watch", "study", "mine", "--once"], "`mine` is a script, not data"),
    ] {
        let outcome = desk.claque(&arguments);
        assert_eq!(outcome.code, 2);
        assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
    }
}

#[test]
fn a_save_makes_another_run() {
    let desk = Desk::new();
    study(&desk);
    desk.write("mine/main.luau", MARKS.replace("PICTURE", "1"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_claque"))
        .args(["watch", "mine", "study"])
        .current_dir(desk.path(""))
        .env("XDG_CACHE_HOME", desk.path(".cache"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let stdout = child.stdout.take().expect("a pipe");
    let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
    // each call waits for as long as it takes; without the line the program ends and so does the iterator
    let mut until = |words: &str| lines.any(|line| line.contains(words));
    let first = until("| picture of\t1") && until("waiting for mine to be saved");
    desk.write("mine/main.luau", MARKS.replace("PICTURE", "\"the second run\""));
    let second = until("| picture of\tthe second run");
    child.kill().expect("it still runs");
    child.wait().expect("it ends");
    assert!(first && second);
}
