//! `claque synth shares`: a table of any size, its planted truth beside it, and what is refused.

use crate::bad_input::refused;
use crate::support::{Desk, contents};
use std::collections::BTreeSet;

#[test]
fn a_table_of_shares_is_the_same_for_a_seed_and_any_number_of_threads() {
    let desk = Desk::new();
    let small = ["synth", "shares", "--rows", "20000", "--hot"];
    for (folder, seed, threads) in [("a", "7", "1"), ("b", "7", "2"), ("c", "8", "2")] {
        let outcome = desk.done(&[&small[..], &["-o", folder, "--seed", seed, "--threads", threads]].concat());
        assert!(outcome.stdout.contains("generated 70000 shares"), "{}", outcome.stdout);
    }
    let [a, b, c] = ["a", "b", "c"].map(|folder| contents(&desk.path(folder)));
    let names: Vec<&str> = a.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["shares.parquet", "truth/labels.csv"]);
    assert!(a == b, "the same seed");
    assert!(a[0].1 != c[0].1, "another seed");
}

#[test]
fn planted_accounts_of_a_table_are_found_and_hardly_others() {
    let desk = Desk::new();
    desk.done(&["synth", "shares", "-o", "shares", "--rows", "100000", "--seed", "1"]);
    desk.done(&["coordinate", "shares/shares.parquet", "-o", "edges.csv", "--window", "60s"]);
    let read = |name: &str| std::fs::read_to_string(desk.path(name)).expect("a file");
    let (labels, edges) = (read("shares/truth/labels.csv"), read("edges.csv"));
    assert!(labels.starts_with("account_id,group,kind,spread\n"));
    let cells = |line: &'_ str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
    let planted: BTreeSet<String> = labels.lines().skip(1).map(|line| cells(line)[0].clone()).collect();
    let shown = |line: &&str| {
        let cells = cells(line);
        ["link", "repost", "reply"].contains(&cells[2].as_str()) && ["5", "20", "45"].contains(&cells[3].as_str())
    };
    let to_find: BTreeSet<String> = labels.lines().skip(1).filter(shown).map(|line| cells(line)[0].clone()).collect();
    let header = cells(edges.lines().next().expect("a header"));
    let at = |name: &str| header.iter().position(|column| column == name).expect("a column");
    let (a, b) = (at("account_a"), at("account_b"));
    let found: BTreeSet<String> =
        edges.lines().skip(1).flat_map(|line| [cells(line)[a].clone(), cells(line)[b].clone()]).collect();
    let recall = to_find.intersection(&found).count() as f64 / to_find.len() as f64;
    let precision = found.intersection(&planted).count() as f64 / found.len() as f64;
    assert!(to_find.len() > 50 && recall >= 0.99, "recall {recall} of {}", to_find.len());
    assert!(precision >= 0.99, "precision {precision} of {}", found.len());
}

#[test]
fn options_of_another_kind_of_world_are_refused() {
    let desk = Desk::new();
    let table = ["synth", "shares", "-o", "out"];
    refused(&desk, &["synth", "all", "-o", "out", "--rows", "20000"], &["--rows", "synth shares"]);
    refused(&desk, &["synth", "petition", "-o", "out", "--hot"], &["--hot", "synth shares"]);
    refused(&desk, &["synth", "shares", "petition", "-o", "out"], &["`shares`"]);
    refused(&desk, &[&table[..], &["--accounts", "100"]].concat(), &["`shares`"]);
    for rows in ["0", "9999", "4000000001"] {
        refused(&desk, &[&table[..], &["--rows", rows]].concat(), &[rows, "10000 to 4000000000"]);
    }
    desk.write("out/mine.txt", "mine");
    refused(&desk, &table, &["`out` exists already"]);
}
