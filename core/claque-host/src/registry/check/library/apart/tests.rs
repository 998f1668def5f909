//! Ends of processes in words. The ends of real plugins are tested with the program as a whole.

use super::*;

#[test]
fn each_way_to_end_is_its_own_sentence() {
    for (raw, words) in [
        (11, "segmentation fault (signal 11)"),
        (6, "it aborted (signal 6)"),
        (7, "bus error (signal 7)"),
        (14, "its process was ended (signal 14)"),
        (3 << 8, "it ended the process with exit code 3"),
    ] {
        assert_eq!(ending(ExitStatus::from_raw(raw)), words);
    }
    assert!(ending(ExitStatus::from_raw(0)).contains("must not call `exit`"));
}

#[test]
fn an_end_tells_its_place_its_cause_and_what_was_printed() {
    let text = words("aborted (signal 6)", "one row", Some("it is at its limit of memory"), "a\n\nb\nc\nd\ne\nf\ng\n");
    assert_eq!(
        text,
        "aborted (signal 6): it is at its limit of memory\nwhile it was asked for: one row\nit printed: a\nit printed: \
         b\nit printed: c\nit printed: d\nit printed: e\nit printed: f"
    );
}

#[test]
fn lines_that_are_no_json_say_nothing_and_the_last_place_counts() {
    let said = Said::of("{\"at\":\"one\"}\nrubbish\n{\"at\":\"two\"}\n{\"crash\":\"boom\"}\n{\"steps\":[1]}\n");
    assert_eq!((said.at.as_str(), said.crash.as_deref(), said.steps.map(|s| s.len())), ("two", Some("boom"), Some(1)));
}

#[test]
fn an_unknown_check_is_refused_by_name() {
    let error = wanted(Path::new("p"), &["tabels".to_owned()]).expect_err("no such check");
    assert!(error.to_string().contains("`tabels`") && error.hint.expect("a hint").contains("tables"));
}
