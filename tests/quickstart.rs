//! The first command of the README, seen through its results, and the same bytes for any thread count.

use crate::support::{Desk, contents, repository, text};
use serde_json::Value;

fn run_quickstart(desk: &Desk, extra: &[&str]) -> Value {
    let study = text(&repository().join("datasets/quickstart"));
    let mut arguments = vec!["run", &study, "--json"];
    arguments.extend(extra);
    let outcome = desk.done(&arguments);
    serde_json::from_str(&outcome.stdout).expect("one JSON object")
}

#[test]
fn every_planted_operation_is_a_candidate_and_no_benign_group_is() {
    let desk = Desk::new();
    run_quickstart(&desk, &["-o", "run"]);
    let labels = text(&repository().join("datasets/quickstart/truth/labels.csv"));
    let evaluated = desk.done(&["evaluate", "run", &labels, "--json"]);
    let rows: Value = serde_json::from_str(&evaluated.stdout).expect("one JSON object");
    let rows = rows["scenarios"].as_array().expect("rows").clone();
    assert!(rows.iter().filter(|r| r["planted"] == true).count() >= 3, "{rows:?}");
    assert!(rows.iter().filter(|r| r["planted"] == false).count() >= 3, "{rows:?}");
    for row in rows {
        if row["planted"] == true {
            assert_eq!(row["verdict"], "cib_candidate", "{row}");
            assert_eq!(row["top_dimension"], row["expected_dimension"], "{row}");
            assert!(row["f1"].as_f64().expect("a number") >= 0.9, "{row}");
        } else {
            assert_ne!(row["verdict"], "cib_candidate", "{row}");
        }
    }
}

#[test]
fn the_summary_says_what_was_found_and_what_was_not_assessed() {
    let desk = Desk::new();
    let study = text(&repository().join("datasets/quickstart"));
    let outcome = desk.done(&["run", &study, "-o", "run"]);
    for words in [
        "CIB candidate",
        "authenticity undetermined",
        "not assessed",
        "innocent",
        "evidence ind",
        "report: run/report.html",
    ] {
        assert!(outcome.stdout.contains(words), "`{words}` is missing in\n{}", outcome.stdout);
    }
    let page = std::fs::read_to_string(desk.path("run/report.html")).expect("a report");
    assert!(page.contains("Content-Security-Policy") && !page.contains("src=\"http"), "the page is offline");
}

#[test]
fn one_and_two_threads_write_the_same_tables() {
    let desk = Desk::new();
    desk.done(&["synth", "cloned-media", "petition", "-o", "world", "--seed", "5"]);
    desk.done(&["run", "world", "-o", "one", "--threads", "1"]);
    desk.done(&["run", "world", "-o", "two", "--threads", "2"]);
    let (one, two) = (contents(&desk.path("one/tables")), contents(&desk.path("two/tables")));
    assert!(one.len() >= 7, "all result tables are there");
    let names = |tables: &[(String, Vec<u8>)]| tables.iter().map(|t| t.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&one), names(&two));
    for (a, b) in one.iter().zip(&two) {
        assert!(a.1 == b.1, "table `{}` differs", a.0);
    }
}
