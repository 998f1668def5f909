//! What an evaluation says in its three forms, and that hostile names stay names.

use super::fixtures::{full, nothing};
use super::*;

fn page(view: &EvaluationView) -> String {
    evaluation_html(view).expect("the template fits the view")
}

/// The elements of a page in order, without text and attributes' values.
fn skeleton(page: &str) -> Vec<String> {
    let from = page.find("</style>").expect("a style");
    let elements = page[from..].split('<').skip(1);
    elements.map(|e| e[..e.find(|c: char| c == '>' || c.is_whitespace()).unwrap_or(e.len())].to_owned()).collect()
}

fn with_text(text: &str) -> EvaluationView {
    let mut view = full();
    let set = |name: &mut String| text.clone_into(name);
    view.study.iter_mut().for_each(set);
    [&mut view.run, &mut view.labels].into_iter().for_each(set);
    for group in &mut view.scenarios {
        [&mut group.group, &mut group.scenario].into_iter().for_each(set);
        group.cluster.iter_mut().for_each(set);
    }
    view.false_candidates.iter_mut().for_each(set);
    view.fairness.rows.iter_mut().filter_map(|r| r.value.as_mut()).for_each(set);
    if let Some(against) = &mut view.against {
        set(&mut against.run);
        against.rows.iter_mut().map(|r| &mut r.group).for_each(set);
    }
    view
}

#[test]
fn hostile_names_add_no_element_to_the_page() {
    let harmless = skeleton(&page(&with_text("harmless")));
    for hostile in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</style></svg><svg onload=1>",
        "{{ 12345 * 6789 }}",
        "<!--",
    ] {
        let page = page(&with_text(hostile));
        assert_eq!(skeleton(&page), harmless, "{hostile}");
        assert!(!page.contains("83810205"), "templates in text are not run");
    }
}

#[test]
fn hostile_names_drive_no_terminal() {
    let text = evaluation_terminal(&with_text("a\u{1b}[31m\u{202e}b\nc"));
    assert!(text.contains("a⟨U+001B⟩[31m⟨U+202E⟩b c"), "{text}");
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
}

#[test]
fn the_page_loads_nothing_and_runs_nothing() {
    let page = page(&full());
    assert!(page.starts_with("<!doctype html>"));
    for forbidden in ["http://", "https://", " src=", "@import", "<script", "<iframe", "onclick"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    assert!(page.contains("content=\"default-src &#x27;none&#x27;;") || page.contains("content=\"default-src 'none';"));
    assert!(!page.contains("script-src"), "without script, the default forbids all");
}

#[test]
fn the_page_has_both_plots_and_says_how_to_read_them() {
    let page = page(&full());
    for part in ["reliability of min(K, D), all four", "risk by coverage", "How to read it", "What it does not say"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(page.contains("evidence indices with a stated prior"));
    assert!(!page.to_lowercase().contains("probabilit"), "the word is for calibrated runs");
    assert!(page.contains("3 of 20") || page.contains("16 of 20 clusters"));
}

#[test]
fn what_is_not_stated_has_its_reason_in_every_form() {
    let view = nothing();
    let (text, page, json) = (evaluation_terminal(&view), page(&view), evaluation_json(&view));
    for form in [&text, &page] {
        assert!(form.contains("risk and its area: the run has no cluster"), "{form}");
        assert!(form.contains("not asked: no posts were given") || form.contains("Not asked: no posts were given"));
    }
    assert!(text.contains("Brier, ECE, Cllr of use of AI: every score abstains"), "{text}");
    assert!(json["abstention"]["aurc"]["value"].is_null());
    assert_eq!(json["abstention"]["aurc"]["reason"], "the run has no cluster");
    assert!(json["b_cubed"]["f1"].is_null());
    for form in [text, page, json.to_string()] {
        assert!(!form.contains("NaN") && !form.contains("inf "), "{form}");
    }
}

#[test]
fn json_keeps_the_keys_that_others_read() {
    let json = evaluation_json(&full());
    let row = &json["scenarios"][0];
    assert_eq!((&row["planted"], &row["verdict"]), (&Value::from(true), &Value::from("cib_candidate")));
    assert_eq!(row["top_dimension"], row["expected_dimension"]);
    assert_eq!(json["b_cubed"]["precision"], 0.95);
    assert_eq!(json["innocent_in_candidates"], 2);
    assert_eq!(json["false_candidates"][0], "c9");
    assert_eq!(json["fairness"]["rows"][4]["by"], "activity_decile");
}

#[test]
fn the_first_sentence_counts_groups_and_false_candidates() {
    let said = |view: &EvaluationView| super::headline::headline(view);
    assert_eq!(said(&full()), "1 of 2 operations and 1 of 1 benign groups came out as they must; 1 candidate is false");
    assert_eq!(said(&nothing()), "the labels name no group; no candidate is false");
}

#[test]
fn values_are_shown_with_what_they_stand_for() {
    let shown: Vec<String> = full().fairness.rows.iter().map(FairnessLine::shown).collect();
    assert_eq!(shown, ["", "de", "unknown", "x", "1 (1 post)", "10 (19–240 posts)"]);
}

#[test]
fn the_columns_of_a_block_stand_under_each_other() {
    let text = evaluation_terminal(&full());
    let start = text.find("  score ").expect("the calibration block");
    let block: Vec<&str> = text[start..].lines().take(4).collect();
    assert!(block.iter().all(|line| line.chars().count() == block[0].chars().count()), "{block:#?}");
}

#[test]
#[ignore = "writes pages to look at into the temporary folder"]
fn pages_to_look_at() {
    for (name, view) in [("full", full()), ("nothing", nothing())] {
        let path = std::env::temp_dir().join(format!("claque-evaluation-{name}.html"));
        std::fs::write(path, page(&view)).expect("written");
    }
}
