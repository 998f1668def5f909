//! `claque coordinate` without usable times: by structure, and by timing.

use crate::support::Desk;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The finalizer of SplitMix64: a fixed disorder.
fn scrambled(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// 300 accounts with about four objects each, and five that share twelve, each on days of its own. No time of day.
fn shares() -> String {
    let mut csv = String::from("object_id,account_id,content_id,timestamp_share\n");
    for stub in 0..1200_u64 {
        let (account, object, day) = (stub % 300, scrambled(stub) % 300, stub % 29);
        writeln!(csv, "o{object:03},u{account:03},c{stub},{}", 1_767_225_600 + day * 86_400).expect("a string");
    }
    for (member, event) in (0..5_u64).flat_map(|member| (0..12_u64).map(move |event| (member, event))) {
        let day = (event * 2 + member * 5) % 29;
        writeln!(csv, "q{event:02},x{member},d{member}{event:02},{}", 1_767_225_600 + day * 86_400).expect("a string");
    }
    csv
}

#[test]
fn structure_finds_a_group_that_never_acts_at_once_and_says_what_it_tested() {
    let desk = Desk::new();
    desk.write("shares.csv", shares());
    let arguments = ["coordinate", "shares.csv", "-o", "edges.csv", "--method", "structure", "--min-objects", "2"];
    let outcome = desk.done(&arguments);
    // 305 · 304 ÷ 2 pairs
    assert!(
        outcome.stdout.contains("10 edges exceed chance; 46360 pairs tested, all of 305 accounts"),
        "{}",
        outcome.stdout
    );
    let edges = std::fs::read_to_string(desk.path("edges.csv")).expect("a file");
    assert!(edges.starts_with("layer,account_a,account_b,n_objects,expected,p,q,weight\n"), "{edges}");
    let ends: BTreeSet<&str> = edges.lines().skip(1).flat_map(|line| line.split(',').skip(1).take(2)).collect();
    assert_eq!(ends, BTreeSet::from(["x0", "x1", "x2", "x3", "x4"]));
}

#[test]
fn timing_finds_nothing_in_times_without_a_time_of_day() {
    let desk = Desk::new();
    desk.write("shares.csv", shares());
    let outcome = desk.done(&["coordinate", "shares.csv", "-o", "edges.csv"]);
    assert!(outcome.stdout.contains("time_precision"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("nothing exceeds chance"), "{}", outcome.stdout);
}
