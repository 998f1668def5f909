//! The page against hostile text, and what it may and may not hold.

use super::*;
use crate::fixtures::{Measured, Run, groups, nothing};
use crate::view::view;
use claque_model::{Searched, Verdict};

fn page(run: &Run) -> String {
    html(&view(&run.input())).expect("templates fit the view")
}

/// The elements of a page in order, without text and attributes' values.
fn skeleton(page: &str) -> Vec<String> {
    let from = page.find("</style>").expect("a style");
    let to = page.rfind("<script>").expect("a script");
    let elements = page[from..to].split('<').skip(1);
    elements.map(|e| e[..e.find(|c: char| c == '>' || c.is_whitespace()).unwrap_or(e.len())].to_owned()).collect()
}

/// Every text that others wrote replaced by one of the given kind.
fn with_text(text: &str) -> Run {
    let mut run = groups();
    let all = |list: &mut Vec<String>| list.iter_mut().for_each(|t| text.clone_into(t));
    run.title = text.into();
    run.question = Some(text.into());
    all(&mut run.account_ids);
    all(&mut run.warnings);
    all(&mut run.corpus.languages);
    run.corpus.known.iter_mut().for_each(|(column, _)| text.clone_into(column));
    for input in &mut run.inputs {
        (input.name, input.path, input.sha256) = (text.into(), text.into(), text.into());
        input.rows.iter_mut().for_each(|(table, _)| text.clone_into(table));
    }
    for layer in &mut run.network.layers {
        layer.layer = text.into();
    }
    run.network.skipped.iter_mut().for_each(|s| text.clone_into(&mut s.layer));
    for at in 0..run.clusters.len() {
        let id = format!("{text}{at}");
        let old = std::mem::replace(&mut run.clusters[at].id, id.clone());
        run.clusters[at].measures.layers = vec![text.into()];
        run.scorecard
            .clusters
            .iter_mut()
            .filter(|s| s.cluster_id == old)
            .for_each(|s| id.clone_into(&mut s.cluster_id));
        run.scorecard
            .findings
            .iter_mut()
            .filter(|f| f.cluster_id == old)
            .for_each(|f| id.clone_into(&mut f.cluster_id));
        run.evidence.iter_mut().filter(|e| e.cluster_id == old).for_each(|e| id.clone_into(&mut e.cluster_id));
        run.activity.iter_mut().filter(|a| a.cluster_id == old).for_each(|a| id.clone_into(&mut a.cluster_id));
        run.confirmations[at].layers.iter_mut().for_each(|l| text.clone_into(&mut l.layer));
    }
    for finding in &mut run.scorecard.findings {
        (finding.title, finding.family, finding.signal_version) = (text.into(), text.into(), text.into());
        all(&mut finding.innocent);
        all(&mut finding.caveats);
        all(&mut finding.support_objects);
    }
    for post in &mut run.evidence {
        (post.post_id, post.account_id) = (text.into(), text.into());
        (post.text, post.url, post.object, post.note) =
            (Some(text.into()), Some(text.into()), Some(text.into()), Some(text.into()));
    }
    for signal in &mut run.signals {
        (signal.title, signal.home, signal.version) = (text.into(), text.into(), text.into());
    }
    run
}

#[test]
fn hostile_text_adds_no_element_and_survives_only_as_text() {
    let harmless = skeleton(&page(&with_text("harmless")));
    for hostile in [
        "<script>alert(1)</script>",
        "</script><script>alert(1)",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</title></style></svg><svg onload=alert(1)>",
        "{{ 12345 * 6789 }}{% include \"page.html\" %}",
        "<!--",
        "]]><a href=\"javascript:alert(1)\">",
    ] {
        let page = page(&with_text(hostile));
        assert_eq!(skeleton(&page), harmless, "{hostile}");
        assert!(!page.contains(hostile) || hostile.starts_with("{{"), "{hostile}");
        assert!(!page.contains("83810205"), "templates in text are not run");
        assert!(!page.contains("javascript:"));
    }
}

#[test]
fn what_cannot_be_seen_is_seen_on_the_page() {
    let page = page(&with_text("pay\u{202e}fdp\0\u{1b}[31m"));
    assert!(page.contains("pay⟨U+202E⟩fdp⟨U+0000⟩⟨U+001B⟩[31m"));
    assert!(page.chars().all(|c| !matches!(c, '\0' | '\u{1b}' | '\u{202e}')));
}

#[test]
fn addresses_are_text_that_leads_nowhere() {
    let page = page(&with_text("https://harbour-courier.example/a"));
    assert!(page.contains("hxxps:&#x2f;&#x2f;harbour-courier[.]example&#x2f;a"));
    assert!(!page.contains("https:") && !page.contains("harbour-courier.example"));
}

#[test]
fn the_page_loads_nothing() {
    let page = page(&groups());
    for forbidden in ["http://", "https://", " src=", "@import", "srcset", "<iframe", "<object", "<embed", "fetch("] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    for target in page.split("href=\"").skip(1) {
        assert!(target.starts_with('#') || target.starts_with("data:,\""), "{}", &target[..20]);
    }
    for target in page.split("url(").skip(1) {
        assert!(target.starts_with("#hatch)"), "{}", &target[..20]);
    }
}

#[test]
fn the_policy_admits_the_script_that_is_there_and_no_other() {
    let page = page(&groups());
    let (start, end) = (page.find("<script>").expect("a script") + 8, page.find("</script>").expect("its end"));
    assert!(page.contains(&policy::content(&page[start..end])));
    assert_eq!(page.matches("<script").count(), 1);
    assert!(page.find("Content-Security-Policy").expect("a policy") < page.find("<style>").expect("a style"));
    assert!(SCRIPT.len() <= 5 * 1024);
}

#[test]
fn a_score_that_is_not_stated_is_hatched_and_never_zero() {
    let mut run = nothing();
    run.add_group(12, Verdict::CoordinatedAuthenticityUndetermined, true, [0.9, 0.2, 0.3, -1.0, 0.2, 0.2]);
    let page = page(&run);
    let row = page.split("<tr class=\"abstained\">").nth(1).expect("the abstained row");
    let row = &row[..row.find("</tr>").expect("its end")];
    assert!(row.contains("foreign interference") && row.contains("class=\"hatched\""));
    assert!(row.contains("fewer than 40 % of the evidence"));
    assert!(!row.contains("0.00") && !row.contains("class=\"fill\""));
    assert_eq!(page.matches("<tr class=\"abstained\">").count(), 1);
}

#[test]
fn a_coordination_that_a_rule_holds_and_why_a_group_is_exploratory_are_said() {
    let mut run = nothing();
    for (verdict, confirmed) in [
        (Verdict::CoordinatedAuthenticityUndetermined, true),
        (Verdict::Exploratory, true),
        (Verdict::Exploratory, false),
        (Verdict::Exploratory, false),
    ] {
        run.add_group(12, verdict, confirmed, [0.7, 0.1, 0.1, 0.1, 0.1, 0.1]);
    }
    run.scorecard.clusters[0].k_limit = 0.7;
    run.confirmations[3].n_accounts = 0;
    let page = page(&run);
    let means: Vec<&str> = page.split("<p class=\"means\">").skip(1).filter_map(|p| p.split("</p>").next()).collect();
    let held = "K is held at 0.70, however strong its evidence: one layer alone shows it";
    let why =
        ["too little is known for a statement", "not confirmed in the other", "found only in the data as a whole"];
    assert!(means[0].contains(held) && !means[1].contains("K is held"), "{means:?}");
    for (means, why) in means[1..].iter().zip(why) {
        assert!(means.to_lowercase().contains(why), "{means} does not say {why}");
    }
}

#[test]
fn evidence_of_concealment_is_said_with_what_a_candidate_needs_below_the_verdict() {
    let mut run = nothing();
    for verdict in [Verdict::CibCandidate, Verdict::CoordinatedAuthenticityUndetermined, Verdict::Exploratory] {
        run.add_group(12, verdict, true, [0.9, 0.3, 0.3, 0.2, 0.2, 0.2]);
    }
    let searched = |e, stands| Some(Searched { e, needed: 40.0, stands });
    run.scorecard.clusters[0].concealment = searched(362.0, true);
    run.scorecard.clusters[1].concealment = searched(9.5, false);
    let page = page(&run);
    let means: Vec<&str> = page.split("<p class=\"means\">").skip(1).filter_map(|p| p.split("</p>").next()).collect();
    let stands = "Its evidence of concealment, e = 362, stands the search over 2 groups, which asked for 40.";
    let luck =
        "Its evidence of concealment, e = 9.50, may be the luck of a search over 2 groups: a candidate needs 40.";
    assert!(means[0].ends_with(stands) && means[1].ends_with(luck), "{means:?}");
    assert!(!means[2].contains("concealment"), "{means:?}");
}

#[test]
fn nothing_beyond_chance_is_said_with_what_was_tested_and_what_was_not() {
    let page = page(&nothing());
    for part in [
        "Nothing beyond chance",
        "40,674 tests of pairs",
        "This is a result, and a common one.",
        "needs table <code>media</code>",
        "ai.provenance",
        "times are too coarse for this window; tested at 2m instead",
        "18,277",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("class=\"card"));
    assert!(page.len() < 300_000, "an empty report has {} bytes", page.len());
}

#[test]
fn groups_of_fewer_than_five_accounts_appear_only_as_a_count() {
    let page = page(&groups());
    assert!(page.contains("1 group of fewer than 5 accounts is not shown"));
    assert!(page.contains("x:7040066") && !page.contains("x:7040067"), "members of c4 are listed, those of c5 are not");
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    assert_eq!(page(&groups()), page(&groups()));
}

#[test]
fn a_large_run_stays_within_its_budget_and_says_what_it_left_out() {
    let mut run = nothing();
    for _ in 0..130 {
        let id = run.add_group(40, Verdict::CibCandidate, true, [0.9, 0.5, 0.6, 0.3, 0.2, 0.2]);
        run.add_finding(&id, &Measured { posts: 20, ..Measured::default() });
    }
    let page = page(&run);
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    assert!(page.contains("Drawn are 1,500 of 5,200 linked accounts"));
    assert!(page.contains("Cards are shown for the first 100 groups"));
    assert_eq!(page.matches("<blockquote").count(), 2000);
    assert!(
        page.contains("240 posts, listed in <code>tables/evidence.parquet</code>")
            || page.matches("class=\"card").count() == 100
    );
}

#[test]
#[ignore = "writes pages to look at into the temporary folder"]
fn pages_to_look_at() {
    for (name, run) in [("groups", groups()), ("nothing", nothing())] {
        std::fs::write(std::env::temp_dir().join(format!("claque-{name}.html")), page(&run)).expect("written");
    }
}
