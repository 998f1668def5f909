//! Bad plugins: `claque plugin check` says what is wrong, and ends with 2 where there is nothing to check; a run
//! reports them, goes on, and ends with 1.

use crate::plugins::{compile, state, study};
use crate::support::Desk;

#[track_caller]
fn refused(desk: &Desk, path: &str, words: &[&str]) {
    let outcome = desk.claque(&["plugin", "check", path]);
    assert_eq!(outcome.code, 2, "{}\n{}", outcome.stdout, outcome.stderr);
    for word in words {
        assert!(outcome.stderr.contains(word), "`{word}` is missing in {}", outcome.stderr);
    }
}

/// A library that can be opened is checked as far as that goes.
#[track_caller]
fn failed(desk: &Desk, path: &str, words: &[&str]) {
    let outcome = desk.claque(&["plugin", "check", path]);
    assert_eq!(outcome.code, 1, "{}\n{}", outcome.stdout, outcome.stderr);
    for word in words {
        assert!(outcome.stdout.contains(word), "`{word}` is missing in {}", outcome.stdout);
    }
}

#[test]
fn a_syntax_error_shows_file_line_and_caret() {
    let desk = Desk::new();
    desk.write("bad/main.luau", "local x = 1\nreturn plugin {\n  id = \"my.bad\",,\n}\n");
    refused(&desk, "bad", &["main.luau:3", "id = \"my.bad\",,", "^"]);
}

#[test]
fn a_text_file_named_so_is_no_library() {
    let desk = Desk::new();
    desk.write("libtext.so", "this is not a library\n");
    refused(&desk, "libtext.so", &["libtext.so", "not a"]);
}

#[test]
fn a_library_without_the_symbol_says_which_one_is_missing() {
    let desk = Desk::new();
    let source = desk.write("empty.c", "int unrelated(void) { return 1; }\n");
    compile(&source, &desk, "libempty.so");
    failed(&desk, "libempty.so", &["libempty.so", "claque_library_v1"]);
}

#[test]
fn a_library_of_another_abi_names_both_versions() {
    let desk = Desk::new();
    let source = desk.write(
        "future.c",
        "#include <claque.h>\n\
         static const claque_library library = { sizeof(claque_library), (7u << 16), 0, 0, NULL };\n\
         CLAQUE_EXPORT const claque_library *claque_library_v1(uint32_t host) { (void)host; return &library; }\n",
    );
    compile(&source, &desk, "libfuture.so");
    failed(&desk, "libfuture.so", &["ABI 7.0", "1.0"]);
}

#[test]
fn a_run_survives_every_bad_plugin_and_reports_each() {
    let desk = Desk::new();
    study(&desk);
    desk.write("study/scripts/syntax/main.luau", "return plugin {\n  id = = 1\n}\n");
    desk.write(
        "study/scripts/raises/main.luau",
        MARKS.replace("BODY", "error(\"the moon is missing\")").replace("ID", "my.raises"),
    );
    desk.write(
        "study/scripts/nonsense/main.luau",
        MARKS
            .replace("BODY", "return ctx:table(\"posts\"):select(\"post_id\", lit(7):alias(\"value\"))")
            .replace("ID", "my.nonsense"),
    );
    desk.write("study/plugins/text/plugin.toml", MANIFEST);
    desk.write("study/plugins/text/lib/linux_amd64/libtext.so", "not a library\n");
    let outcome = desk.claque(&["run", "study", "-o", "run"]);
    assert_eq!(outcome.code, 1, "{}\n{}", outcome.stdout, outcome.stderr);
    let (raised, why) = state(&desk, "run", "my.raises");
    assert_eq!(raised, "failed");
    assert!(why.contains("the moon is missing") && why.contains("main.luau:"), "{why}");
    let (nonsense, why) = state(&desk, "run", "my.nonsense");
    assert_eq!(nonsense, "failed");
    assert!(why.contains("value") && why.contains('7'), "{why}");
    let record = std::fs::read_to_string(desk.path("run/run.json")).expect("run.json");
    assert!(record.contains("syntax") && record.contains("libtext.so"), "broken plugins are in the record");
    assert!(outcome.stdout.contains("my.raises"), "{}", outcome.stdout);
    assert!(desk.path("run/report.html").is_file(), "the run went on to its report");
}

const MARKS: &str = r#"return plugin {
  id = "ID", version = "1.0.0", api = "1", title = "A bad one",
  dimension = "disinformation", family = "bad", emits = "marks",
  requires = { posts = { post_id = "id" } },
  innocent = { "It is a test." },
  score = function(ctx)
    BODY
  end,
}
"#;

const MANIFEST: &str = r#"manifest_version = 1
[plugin]
id = "org.example.text"
version = "1.0.0"
kind = "native"
api = "1"
license = "MIT"
[native]
abi = "1.0"
runtime = "c"
[native.linux_amd64]
path = "lib/linux_amd64/libtext.so"
[[signal]]
id = "org.example.text"
title = "Not a library"
dimension = "disinformation"
family = "text"
emits = "marks"
innocent = ["It is a test."]
[signal.requires.posts]
post_id = "id"
"#;
