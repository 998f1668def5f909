//! `claque repl` with lines from a pipe; how lines are typed is the library's business.

use crate::support::{Desk, repository, text};

fn data() -> String {
    text(&repository().join("datasets/quickstart/activity"))
}

#[test]
fn piped_lines_are_answered_in_order() {
    let desk = Desk::new();
    let lines = "n = posts:select('post_id'):collect():height()\n\
                 =n > 0\n\
                 posts:group_by('kind'):agg(count():alias('n')):sort('n', { descending = true }):head(1):select('kind')\n\
                 print('said')\n";
    let outcome = desk.claque_with(lines, &["repl", &data()]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert_eq!(outcome.stdout, "true\nkind\npost\nsaid\n");
    assert_eq!(outcome.stderr, "");
}

#[test]
fn an_entry_over_several_lines_and_the_commands() {
    let desk = Desk::new();
    let outcome = desk.claque_with(
        "function first(frame)\n  return frame:head(1)\nend\n:t first(posts)\n:quit\nerror('not reached')\n",
        &["repl", &data()],
    );
    assert_eq!((outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()), (0, "Frame\n", ""));
}

#[test]
fn a_wrong_entry_goes_to_stderr_and_the_next_one_runs() {
    let desk = Desk::new();
    let outcome = desk.claque_with("posts:fliter(1)\n=1 + 1\n", &["repl", &data()]);
    assert_eq!(outcome.code, 1);
    assert_eq!(outcome.stdout, "2\n");
    assert!(outcome.stderr.starts_with("error: attempt to call missing method 'fliter'"), "{}", outcome.stderr);
}

#[test]
fn an_entry_that_never_ends_is_a_failure_not_a_hang() {
    let desk = Desk::new();
    let outcome = desk.claque_with("function f(\n", &["repl", &data()]);
    assert_eq!(outcome.code, 1);
    assert!(outcome.stderr.contains("the last entry is not complete"), "{}", outcome.stderr);
}

#[test]
fn a_shipped_script_is_loaded_and_scores_the_data() {
    let desk = Desk::new();
    let script = text(&repository().join("scripts/mention-set/main.luau"));
    let outcome = desk.claque_with(":schema score(ctx)\n", &["repl", &data(), "--load", &script]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.contains("=score(ctx) runs it") && outcome.stdout.contains("object"), "{}", outcome.stdout);
}

#[test]
fn under_json_every_answer_is_one_object() {
    let desk = Desk::new();
    let outcome = desk.claque_with("=1\nx(\n)\n", &["repl", &data(), "--json"]);
    let lines: Vec<serde_json::Value> =
        outcome.stdout.lines().map(|line| serde_json::from_str(line).expect("one object")).collect();
    assert_eq!(lines[0]["shown"], "1");
    assert!(lines[1]["error"].as_str().is_some_and(|text| text.contains("attempt to call a nil value")), "{lines:?}");
}

#[test]
fn no_data_is_an_error() {
    let desk = Desk::new();
    let outcome = desk.claque_with("", &["repl", "nowhere"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.starts_with("error: "), "{}", outcome.stderr);
}

#[test]
fn a_study_brings_the_tables_of_its_user_and_a_script_may_be_a_folder() {
    let desk = Desk::new();
    let script = text(&repository().join("scripts/lowcred"));
    let study = text(&repository().join("datasets/quickstart"));
    let outcome = desk.claque_with("=lists:height() > 0\n", &["repl", &study]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, "true\n"), "{}", outcome.stderr);
    let outcome = desk.claque_with(":schema lists\n", &["repl", &study, "--load", &script]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stdout.contains("key_type"), "{}", outcome.stdout);
}
