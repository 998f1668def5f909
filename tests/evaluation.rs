//! `claque evaluate` with everything that it measures, on a world and on one from which half was taken.

use crate::support::Desk;
use serde_json::Value;

const LABELS: &str = "world/truth/labels.csv";
const POSTS: [&str; 5] = ["evaluate", "run", LABELS, "--posts", "world/activity"];

/// A world in which scores are stated, and its run in the folder `run`.
fn ran() -> Desk {
    let desk = Desk::new();
    desk.done(&["synth", "cloned-media", "false-procedure", "petition", "-o", "world", "--seed", "3"]);
    desk.done(&["run", "world", "-o", "run"]);
    desk
}

/// A world so small that groups have nobody to be compared with: they are found, and their scores abstain.
fn small(desk: &Desk, folder: &str, twin: &[&str]) {
    let size = ["--seed", "3", "--accounts", "2500", "--posts", "16500"];
    let mut synth = vec!["synth", "cloned-media", "false-procedure", "petition", "-o", folder];
    synth.extend(size.iter().chain(twin));
    desk.done(&synth);
}

#[track_caller]
fn number(object: &Value, path: &str) -> f64 {
    object.pointer(path).and_then(Value::as_f64).unwrap_or_else(|| panic!("`{path}` of {object:#}"))
}

fn object(stdout: &str) -> Value {
    serde_json::from_str(stdout).expect("one JSON object")
}

#[test]
fn a_world_is_evaluated_with_every_measure_and_a_page_and_no_account_is_named() {
    let desk = ran();
    let with = |more: &[&'static str]| [&POSTS[..], more].concat();
    let printed = desk.done(&with(&["--json"])).stdout;
    let evaluated = object(&printed);
    for path in [
        "/weighted_precision/value",
        "/b_cubed/f1",
        "/best_match_f1/value",
        "/accounts/average_precision/value",
        "/accounts/recall/value",
    ] {
        assert!((0.9..=1.0).contains(&number(&evaluated, path)), "{path} is {}", number(&evaluated, path));
    }
    assert!((number(&evaluated, "/accounts/n") - 7500.0).abs() < 0.5);
    let kinds: Vec<&Value> = evaluated["calibration"].as_array().expect("kinds").iter().map(|c| &c["of"]).collect();
    assert_eq!(kinds, ["headline", "all_dimensions", "disinformation", "foreign_interference", "ai_use", "cybercrime"]);
    assert!(number(&evaluated, "/calibration/1/brier/value") < 0.25, "always one half would be better");
    assert!(number(&evaluated, "/calibration/1/cllr/value") < 1.0, "saying nothing would be better");
    assert!(number(&evaluated, "/abstention/risk/value").abs() < 1e-12);
    let rows = evaluated["fairness"]["rows"].as_array().expect("rows");
    for by in ["everybody", "language", "platform", "activity_decile"] {
        let of: Vec<&Value> = rows.iter().filter(|r| r["by"] == by).collect();
        assert!(!of.is_empty(), "{by}");
        assert!(of.iter().all(|r| r["in_candidates"] == 0 && number(r, "/interval/1") > 0.0), "{of:?}");
    }
    let told = desk.done(&with(&["--html", "pages/evaluation.html"])).stdout;
    let page = std::fs::read_to_string(desk.path("pages/evaluation.html")).expect("a page");
    assert!(page.contains("Content-Security-Policy"));
    assert_eq!(page.matches("class=\"plot\"").count(), 7, "six kinds of scores and a curve");
    assert_eq!(desk.names(), ["pages", "run", "world"]);

    let labels = std::fs::read_to_string(desk.path(LABELS)).expect("labels");
    let accounts: Vec<&str> = labels.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert!(accounts.len() > 50);
    for account in accounts {
        assert!(![&told, &printed, &page].iter().any(|form| form.contains(account)), "{account} is named");
    }
}

#[test]
fn what_is_not_given_or_not_stated_is_said_and_not_guessed() {
    let desk = Desk::new();
    small(&desk, "world", &[]);
    desk.done(&["run", "world", "-o", "run"]);
    // operations whose scores abstain do not come out as they must
    let outcome = desk.claque(&POSTS[..3]);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    let not_asked = "not asked: it needs every account of the study, and no posts were given (--posts)";
    assert_eq!(outcome.stdout.matches(not_asked).count(), 2, "{}", outcome.stdout);
    assert!(outcome.stdout.contains("Brier, ECE, Cllr of use of AI: every score abstains"), "{}", outcome.stdout);
    let evaluated = object(&desk.claque(&["evaluate", "run", LABELS, "--json"]).stdout);
    assert!(evaluated["accounts"]["average_precision"]["value"].is_null(), "{evaluated}");
    assert_eq!(evaluated["calibration"][1]["brier"]["reason"], "every score abstains");
    assert_eq!(evaluated["fairness"]["rows"], Value::Array(Vec::new()));

    desk.write("page.html", "mine");
    let refused = desk.claque(&["evaluate", "run", LABELS, "--html", "page.html"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("`page.html` exists already\nhint: "), "{}", refused.stderr);
    assert_eq!(std::fs::read_to_string(desk.path("page.html")).expect("still there"), "mine");
    let no_posts = desk.claque(&["evaluate", "run", LABELS, "--posts", "world/truth"]);
    assert_eq!(no_posts.code, 2);
    assert!(no_posts.stderr.contains("hint: a folder of canonical tables"), "{}", no_posts.stderr);
}

#[test]
fn a_run_of_half_of_the_planted_posts_stands_beside_one_of_all() {
    let desk = Desk::new();
    small(&desk, "world", &[]);
    small(&desk, "half", &["--twin", "diluted"]);
    desk.done(&["run", "world", "-o", "run"]);
    desk.done(&["run", "half", "-o", "half-run"]);
    let evaluated = object(&desk.claque(&["evaluate", "half-run", LABELS, "--against", "run", "--json"]).stdout);
    let against = &evaluated["against"];
    assert_eq!((against["run"].as_str(), against["rows"].as_array().map(Vec::len)), (Some("run"), Some(2)));
    assert!(number(against, "/recall_before/value") >= 0.95, "{against}");
    assert!(number(against, "/recall/value") >= 0.8, "{against}");
    let told = desk.claque(&["evaluate", "half-run", LABELS, "--against", "run"]).stdout;
    assert!(told.contains("beside run: what is still found"), "{told}");
}
