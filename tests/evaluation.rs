//! `claque evaluate` with everything that it measures, on a world and on one from which half was taken.

use crate::support::{Desk, text};
use serde_json::Value;

/// A small world with two operations, and its run in the folder `run`.
fn ran() -> Desk {
    let desk = Desk::new();
    desk.done(&["synth", "cloned-media", "false-procedure", "petition", "-o", "world", "--seed", "3"]);
    desk.done(&["run", "world", "-o", "run"]);
    desk
}

const ASKED: [&str; 5] = ["evaluate", "run", "world/truth/labels.csv", "--posts", "world/activity"];

#[test]
fn a_world_is_evaluated_with_every_measure_and_a_page() {
    let desk = ran();
    let mut asked = ASKED.to_vec();
    asked.extend(["--html", "pages/evaluation.html", "--json"]);
    let evaluated: Value = serde_json::from_str(&desk.done(&asked).stdout).expect("one JSON object");
    let number =
        |path: &str| evaluated.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("{path}: {evaluated:#}"));
    for path in [
        "/weighted_precision/value",
        "/b_cubed/f1",
        "/best_match_f1/value",
        "/accounts/average_precision/value",
        "/accounts/recall/value",
    ] {
        assert!((0.9..=1.0).contains(&number(path)), "{path} is {}", number(path));
    }
    assert!((number("/accounts/n") - 7500.0).abs() < 1e-9);
    let kinds: Vec<&str> = evaluated["calibration"]
        .as_array()
        .expect("kinds of scores")
        .iter()
        .map(|c| c["of"].as_str().expect("a word"))
        .collect();
    assert_eq!(kinds, ["headline", "all_dimensions", "disinformation", "foreign_interference", "ai_use", "cybercrime"]);
    assert!((0.0..0.25).contains(&number("/calibration/1/brier/value")), "worse than always one half");
    assert!((0.0..1.0).contains(&number("/calibration/1/cllr/value")), "worse than saying nothing");
    assert!(number("/abstention/risk/value").abs() < 1e-9);
    let rows = evaluated["fairness"]["rows"].as_array().expect("rows");
    for by in ["everybody", "language", "platform", "activity_decile"] {
        let of: Vec<&Value> = rows.iter().filter(|r| r["by"] == by).collect();
        assert!(!of.is_empty(), "{by}");
        assert!(
            of.iter().all(|r| r["in_candidates"] == 0 && r["interval"][1].as_f64().expect("an end") > 0.0),
            "{of:?}"
        );
    }
    let page = std::fs::read_to_string(desk.path("pages/evaluation.html")).expect("a page");
    assert!(
        page.contains("Content-Security-Policy") && page.matches("class=\"plot\"").count() == 7,
        "six kinds and a curve"
    );
    assert_eq!(desk.names(), ["pages", "run", "world"]);
}

#[test]
fn no_account_is_named_in_an_evaluation() {
    let desk = ran();
    let labels = std::fs::read_to_string(desk.path("world/truth/labels.csv")).expect("labels");
    let accounts: Vec<&str> = labels.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert!(accounts.len() > 50);
    let mut asked = ASKED.to_vec();
    asked.extend(["--html", "page.html"]);
    let told = desk.done(&asked).stdout;
    asked.truncate(ASKED.len());
    asked.push("--json");
    let object = desk.done(&asked).stdout;
    let page = std::fs::read_to_string(desk.path("page.html")).expect("a page");
    for account in accounts {
        assert!(![&told, &object, &page].iter().any(|form| form.contains(account)), "{account}");
    }
}

#[test]
fn what_was_not_given_is_said_and_not_guessed() {
    let desk = ran();
    let told = desk.done(&ASKED[..3]).stdout;
    assert_eq!(
        told.matches("not asked: it needs every account of the study, and no posts were given (--posts)").count(),
        2,
        "{told}"
    );
    let object = desk.done(&["evaluate", "run", "world/truth/labels.csv", "--json"]).stdout;
    let evaluated: Value = serde_json::from_str(&object).expect("one JSON object");
    assert!(
        evaluated["accounts"]["average_precision"]["value"].is_null()
            && evaluated["fairness"]["rows"] == Value::Array(vec![])
    );
}

#[test]
fn half_of_the_planted_posts_stand_beside_all_of_them() {
    let desk = ran();
    desk.done(&[
        "synth",
        "cloned-media",
        "false-procedure",
        "petition",
        "-o",
        "half",
        "--seed",
        "3",
        "--twin",
        "diluted",
    ]);
    desk.done(&["run", "half", "-o", "half-run"]);
    let asked = ["evaluate", "half-run", "half/truth/labels.csv", "--against", "run", "--json"];
    let outcome = desk.claque(&asked);
    let evaluated: Value = serde_json::from_str(&outcome.stdout).expect("one JSON object");
    let against = &evaluated["against"];
    assert_eq!(
        (against["run"].as_str(), against["rows"].as_array().map(Vec::len)),
        (Some("run"), Some(2)),
        "{}",
        outcome.stderr
    );
    assert!(against["recall_before"]["value"].as_f64() >= Some(0.95), "{against}");
}

#[test]
fn a_page_is_never_written_over_a_file() {
    let desk = ran();
    let page = desk.write("page.html", "mine");
    let refused = desk.claque(&["evaluate", "run", "world/truth/labels.csv", "--html", &text(&page)]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("exists already") && refused.stderr.contains("--html"), "{}", refused.stderr);
    assert_eq!(std::fs::read_to_string(page).expect("still there"), "mine");
    let no_posts = desk.claque(&["evaluate", "run", "world/truth/labels.csv", "--posts", "world/truth"]);
    assert_eq!(no_posts.code, 2);
    assert!(no_posts.stderr.contains("hint: a folder of canonical tables"), "{}", no_posts.stderr);
}
