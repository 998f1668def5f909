//! Groups that the user names, from the study to the results; and clusters beside the edges of `coordinate`.

use crate::support::{Desk, text};
use serde_json::Value;
use std::fmt::Write;

/// A small world with two planted groups; the study names groups by the table that is given.
fn desk_with(groups: &str) -> Desk {
    let desk = Desk::new();
    desk.done(&[
        "synth",
        "cloned-media",
        "petition",
        "-o",
        "world",
        "--seed",
        "5",
        "--accounts",
        "2000",
        "--posts",
        "13000",
    ]);
    let mut study = std::fs::read_to_string(desk.path("world/study.toml")).expect("a study");
    study.push_str("\n[groups]\npath = \"groups.csv\"\n\n[null_model]\ncorpus_draws = 19\n");
    desk.write("world/study.toml", study);
    desk.write("world/groups.csv", groups);
    desk
}

#[test]
fn the_groups_of_the_user_are_scored_as_given_and_those_of_four_are_refused() {
    let desk = desk_with("");
    let labels = std::fs::read_to_string(desk.path("world/truth/labels.csv")).expect("labels");
    // extra columns are left out
    let mut groups = labels.clone();
    let members: Vec<&str> = labels.lines().skip(1).take(4).filter_map(|line| line.split(',').next()).collect();
    for id in members {
        writeln!(groups, "{id},four friends,,,").expect("a string");
    }
    groups.push_str("x:999,petition,,,\n");
    desk.write("world/groups.csv", groups);
    let outcome = desk.claque(&["run", "world", "-o", "run", "--json"]);
    assert_eq!(outcome.code, 1, "a group was left out\n{}", outcome.stderr);
    let view: Value = serde_json::from_str(&outcome.stdout).expect("one JSON object");
    let found: Vec<(&str, &str, bool)> = view["clusters"]
        .as_array()
        .expect("clusters")
        .iter()
        .map(|c| (c["id"].as_str().unwrap_or(""), c["verdict"].as_str().unwrap_or(""), c["confirmed"] == true))
        .collect();
    // in a world this small nobody is left to compare concealment with
    let undetermined = "coordinated_authenticity_undetermined";
    assert_eq!(found, [("cloned-media", undetermined, true), ("petition", undetermined, true)]);
    let warnings = view["warnings"].to_string();
    for words in ["1 of 53 accounts have no post", "group `four friends` is not scored: 4", "the groups were given"] {
        assert!(warnings.contains(words), "`{words}` is missing in {warnings}");
    }
    for table in ["members", "extent", "clusters"] {
        assert!(desk.path(&format!("run/tables/{table}.parquet")).is_file(), "{table}");
    }
    let page = std::fs::read_to_string(desk.path("run/report.html")).expect("a report");
    assert!(!page.contains("confirming half") && !page.contains("did not find"), "nothing was split");
    assert!(page.contains("extent of coordination of cloned-media"));
}

#[test]
fn groups_that_are_all_too_small_or_unknown_stop_the_run_with_a_hint() {
    let desk = desk_with("account_id,group\nnobody,mine\nx:1,mine\n");
    let outcome = desk.claque(&["run", "world", "-o", "run"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("none of 1 groups has 5 accounts in the data (the largest has 0; 2 accounts"));
    assert!(outcome.stderr.contains("hint: accounts are named as in the table `posts`"), "{}", outcome.stderr);
    assert!(!desk.path("run").exists());
}

#[test]
fn coordinate_writes_the_clusters_among_its_edges() {
    let desk = Desk::new();
    let mut shares = String::from("object_id,account_id,content_id,timestamp_share\n");
    // six accounts on eight objects within ten seconds each, in a crowd that shares them hours apart
    for row in 0..8 {
        for account in 0..6 {
            writeln!(shares, "o{row},crew{account},c{row}-{account},{}", 100_000 * row + account).expect("a string");
        }
        for account in 0..20 {
            let at = 100_000 * row + 1_500 * (account + 1) + 37 * account * row;
            writeln!(shares, "o{row},crowd{account},d{row}-{account},{at}").expect("a string");
        }
    }
    let input = text(&desk.write("shares.csv", shares));
    let outcome = desk.done(&["coordinate", &input, "-o", "edges.csv", "--clusters", "members.csv"]);
    assert!(outcome.stdout.contains("1 clusters, unconfirmed; 6 members"), "{}", outcome.stdout);
    let members = std::fs::read_to_string(desk.path("members.csv")).expect("members");
    let rows: Vec<Vec<&str>> = members.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0], ["cluster_id", "account_id", "weight", "centrality"]);
    let accounts: Vec<&str> = rows[1..].iter().map(|row| row[1]).collect();
    assert_eq!(accounts, ["crew0", "crew1", "crew2", "crew3", "crew4", "crew5"]);
    assert!(rows[1..].iter().all(|row| row[3].parse::<f64>().is_ok_and(|centrality| centrality > 0.99)), "{members}");
    let refused = desk.claque(&["coordinate", &input, "-o", "e.csv", "--clusters", "m.csv", "--method", "plain"]);
    assert_eq!(refused.code, 2, "{}", refused.stdout);
}
