//! The tests inside scripts: that they pass, and above all that they can fail.

use super::super::script::Script;
use super::script;
use claque_model::Unwatched;

/// The outcome of one test body over the marks script of all posts with more than 3 likes.
fn outcome(test: &str) -> Result<(), String> {
    outcome_of("return posts:filter(col('n_like'):gt(ctx.params.few)):select('post_id', lit(1.0):alias 'value')", test)
}

fn outcome_of(body: &str, test: &str) -> Result<(), String> {
    let source = script(body).replace(
        "requires =",
        &format!(
            "params = {{ few = p.int {{ default = 3, min = 0, max = 100, doc = 'few' }} }}, tests = {{ one = function(t)\n\
             local posts = t:csv('posts', 'post_id,n_like,lang\\na,5,en\\nb,1,\\nc,9,de\\n')\n{test}\nend }}, requires ="
        ),
    );
    let signals = Script::load("demo/main.luau", &source, None).unwrap_or_else(|e| panic!("{e}"));
    let mut tests = signals[0].run_tests();
    assert_eq!((tests.len(), tests[0].name.as_str()), (1, "one"));
    tests.remove(0).outcome
}

#[test]
fn expectations_that_hold_pass() {
    let test = "local out = t:run { posts = posts }
        t:expect(out):has_rows(2):has_columns('post_id', 'value'):equals 'post_id,value\\nc,1\\na,1\\n'
        t:expect(out:at('post_id', 1)):is 'a'
        t:expect(out:at('value', 1)):is(1):near(0.9999, 0.001)
        t:expect(t:run { posts = posts, params = { few = 5 }, seed = 3 }):has_rows(1)
        t:expect(posts:collect():at('lang', 2)):is(nil)
        t:expect({ 1, 'x' }):is({ 1, 'x' })";
    assert_eq!(outcome(test), Ok(()));
}

#[test]
fn expectations_that_do_not_hold_fail_with_what_was_found() {
    let cases = [
        ("t:expect(t:run { posts = posts }):has_rows(3)", "expected 3 rows, got 2"),
        ("t:expect(t:run { posts = posts }):has_columns('post_id')", "expected columns post_id, got post_id, value"),
        (
            "t:expect(t:run { posts = posts }):equals 'post_id,value\\na,1\\nb,1\\n'",
            "frames differ (- wanted, + got)\n    post_id,value\n  - b,1\n  + c,1",
        ),
        ("t:expect(t:run { posts = posts }):equals 'post_id,value\\na,1\\nc,0.999999\\n'", "frames differ"),
        ("t:expect(t:run { posts = posts }):equals 'post_id,value\\na,1\\na,1\\nc,1\\n'", "frames differ"),
        ("t:expect(t:run { posts = posts }):equals 'psot_id\\na\\n'", "unknown column \"psot_id\""),
        ("t:expect(1):is(2)", "expected 2, got 1"),
        ("t:expect('1'):is(1)", "expected 1, got \"1\""),
        ("t:expect({ 1 }):is({ 1, 2 })", "expected {1, 2}, got {1}"),
        ("t:expect(1):near(2, 0.5)", "expected 2 ± 0.5, got 1"),
        ("t:expect(0/0):near(0, 1)", "expected 0 ± 1, got"),
        ("t:expect(3):has_rows(1)", "expected a Frame, got integer"),
    ];
    for (test, expected) in cases {
        let text = outcome(test).expect_err(test);
        assert!(text.starts_with(expected), "{test}\nexpected: {expected}\ngot: {text}");
        assert!(text.contains("\n  demo/main.luau:3:"), "{text}");
    }
}

#[test]
fn a_failed_run_can_be_expected() {
    assert_eq!(outcome("t:fails({ posts = posts, params = { few = 101 } }, 'from 0 to 100')"), Ok(()));
    assert_eq!(outcome("t:fails({ posts = posts, params = { fwe = 1 } }, 'unknown parameter `fwe`')"), Ok(()));
    assert_eq!(outcome("t:fails({}, 'table `posts`')"), Ok(()));
    let text = outcome("t:fails({ posts = posts }, 'anything')").expect_err("it ran");
    assert!(text.starts_with("expected a failure with \"anything\", but it ran"), "{text}");
    let text = outcome("t:fails({}, 'another reason')").expect_err("another message");
    assert!(text.starts_with("expected a failure with \"another reason\", got: table `posts`"), "{text}");
}

#[test]
fn samples_are_typed_and_checked() {
    let cases = [
        ("t:csv('posts', 'post_id,n_like\\na,many\\n')", "`many` in row 1 of column `n_like` is not an integer"),
        (
            "t:csv('posts', 'post_id,n_lkie\\na,1\\n')",
            "unknown column \"n_lkie\" (have: lang, n_like, post_id); did you",
        ),
        ("t:csv('post', 'post_id\\na\\n')", "table \"post\" was not declared in requires; did you mean \"posts\"?"),
        ("t:csv('posts', 'post_id,n_like\\na\\n')", "bad CSV:"),
        ("t:run { post = posts }", "table \"post\" was not declared in requires; did you mean \"posts\"?"),
        ("t:run { posts = 3 }", "expected a Frame, such as t:csv gives, got integer"),
        ("t:run { posts = posts:select('post_id') }", "column `n_like` of `posts`"),
    ];
    for (test, expected) in cases {
        let text = outcome(test).expect_err(test);
        assert!(text.starts_with(expected), "{test}\nexpected: {expected}\ngot: {text}");
    }
}

#[test]
fn the_output_of_a_run_is_checked_in_a_test() {
    let test = "t:run { posts = posts }";
    let text = outcome_of("return posts:select('post_id', lit(2):alias 'value')", test).expect_err("above 1");
    assert!(text.starts_with("bad output: "), "{text}");
    let text = outcome_of("return posts:select(lit('a'):alias 'post_id', (col('n_like') / 9):alias 'value')", test);
    assert!(text.expect_err("the same key").starts_with("bad output: "));
}

#[test]
fn an_expression_lost_by_and_is_an_error_in_a_test() {
    let body =
        "return posts:filter(col('n_like'):gt(3) and col('lang'):eq('en')):select('post_id', lit(1):alias 'value')";
    let text = outcome_of(body, "t:run { posts = posts }").expect_err("a lost comparison");
    assert!(text.starts_with("an expression was built and never used, line"), "{text}");
}

#[test]
fn a_global_written_by_a_run_is_an_error_in_a_test() {
    let text = outcome_of("leak = 1 return posts:select('post_id', lit(1):alias 'value')", "t:run { posts = posts }");
    let text = text.expect_err("a global");
    assert!(text.starts_with("global `leak` was written: missing `local`?\n  demo/main.luau:"), "{text}");
    assert!(text.contains("| \tleak = 1 return") && text.ends_with("^^^^"), "{text}");
}

#[test]
fn a_mistake_in_score_has_its_place_in_the_tests_report() {
    let text = outcome_of("return posts:select('psot_id')", "t:run { posts = posts }").expect_err("a misspelling");
    assert!(text.starts_with("unknown column \"psot_id\""), "{text}");
    assert!(text.contains("^^^^^^^\n  in function 'score'"), "{text}");
}

/// The outcome of a test that reads a file of a folder.
fn of_file(folder: Option<&std::path::Path>, path: &str) -> Result<(), String> {
    let source = script("return posts:select('post_id', lit(1):alias 'value')").replace(
        "requires =",
        &format!("tests = {{ one = function(t) t:expect(t:file('posts', '{path}')):has_rows(1) end }}, requires ="),
    );
    let signals = Script::load("demo/main.luau", &source, folder).unwrap_or_else(|e| panic!("{e}"));
    signals[0].run_tests().remove(0).outcome
}

#[test]
fn a_file_of_a_test_lies_in_the_folder_of_the_script_and_nowhere_else() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path().join("script");
    std::fs::create_dir_all(folder.join("tests")).expect("a folder");
    let table = "post_id,n_like,more\na,5,x\n";
    std::fs::write(folder.join("tests/posts.csv"), table).expect("a file");
    std::fs::write(folder.join("tests/posts.txt"), table).expect("a file");
    std::fs::write(folder.join("tests/bad.parquet"), table).expect("a file");
    std::fs::write(place.path().join("secret.csv"), table).expect("a file");
    #[cfg(unix)]
    std::os::unix::fs::symlink(place.path().join("secret.csv"), folder.join("link.csv")).expect("a link");
    assert_eq!(of_file(Some(&folder), "tests/posts.csv"), Ok(()));
    assert_eq!(of_file(Some(&folder), "./tests/posts.csv"), Ok(()));
    let absolute = place.path().join("secret.csv").display().to_string();
    let below = "give a path below the script's folder";
    for (path, reason) in [
        ("../secret.csv", below),
        ("tests/../../secret.csv", below),
        (absolute.as_str(), below),
        ("", below),
        ("link.csv", "the link leaves the script's folder"),
        ("absent.csv", "there is no such file"),
        ("tests", "only files up to 64 MB"),
        ("tests/posts.txt", "only `.csv` and `.parquet`"),
        ("tests/bad.parquet", "it is no Parquet file"),
    ] {
        let text = of_file(Some(&folder), path).expect_err(path);
        assert!(text.contains(&format!("file \"{path}\": {reason}")), "{path}: {text}");
    }
    let text = of_file(None, "tests/posts.csv").expect_err("no folder");
    assert!(text.contains("this script has no folder"), "{text}");
}

#[test]
fn what_a_test_prints_is_kept_in_order() {
    let source = script("return posts:select('post_id')")
        .replace("requires =", "tests = { one = function(t) print('a', 1) print('b') error('over') end }, requires =");
    let signals = Script::load("demo/main.luau", &source, None).unwrap_or_else(|e| panic!("{e}"));
    let test = signals[0].run_tests().remove(0);
    assert_eq!(test.printed, ["a\t1", "b"]);
    assert!(test.outcome.is_err_and(|why| why.starts_with("over")));
}

#[test]
fn coverage_counts_the_lines_of_score_and_not_of_tests() {
    use super::super::script_tests::TestOptions;
    let source = script("local n = posts:collect():height()\n\tif n > 5 then\n\t\tn = 5\n\tend\n\treturn posts:select('post_id', lit(1):alias 'value')")
        .replace(
            "requires =",
            "tests = { one = function(t)\n t:run { posts = t:csv('posts', 'post_id,n_like\\na,1\\n') }\n if false then\n print(1)\n end end }, requires =",
        );
    let signals = Script::load("demo/main.luau", &source, None).unwrap_or_else(|e| panic!("{e}"));
    let test = signals[0].run_test("one", TestOptions { jit: true, coverage: true }, &Unwatched);
    assert_eq!(test.outcome, Ok(()));
    let lines = test.coverage.expect("it was asked for");
    let missed: Vec<&str> =
        lines.missed().iter().map(|line| source.lines().nth(line - 1).expect("a line").trim()).collect();
    assert_eq!(missed, ["n = 5"]);
    assert!(lines.len() >= 4, "{lines:?}");
}
