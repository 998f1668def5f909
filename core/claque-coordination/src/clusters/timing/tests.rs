//! A group of three and a stranger, counted by hand.

use super::*;
use crate::corpus::LayerInput;
use crate::worlds::traces;

const HOUR: i64 = 3600;
const A_DAY: i64 = 24 * HOUR;

/// Accounts a, b, c and x on five objects; seconds.
const SHARES: [(&str, &str, i64); 13] = [
    ("a", "o1", 0),
    ("x", "o1", -3),
    ("b", "o1", 5),
    ("a", "o2", A_DAY),
    ("c", "o2", A_DAY + 8),
    ("b", "o3", 3 * A_DAY + HOUR),
    ("a", "o3", 3 * A_DAY + HOUR + 30),
    // not in time
    ("a", "o4", 9 * A_DAY),
    ("b", "o4", 9 * A_DAY + 2 * HOUR),
    ("x", "o4", 9 * A_DAY + 1),
    // at the same moment
    ("b", "o5", 3 * A_DAY + 2 * HOUR),
    ("c", "o5", 3 * A_DAY + 2 * HOUR),
    // a second share of an object counts for nothing
    ("c", "o1", 2 * A_DAY),
];

fn timing() -> (Timing, [u32; 3]) {
    let posts: Vec<String> = (0..SHARES.len()).map(|row| format!("p{row:02}")).collect();
    let traces = traces(
        SHARES.iter().map(|share| share.0),
        SHARES.iter().map(|share| share.1),
        SHARES.iter().map(|share| share.2 * 1_000_000),
        posts.iter().map(String::as_str),
    );
    let layer = LayerInput { name: "url".into(), fusion_weight: 1.0, traces, precision: None };
    let corpus = Corpus::encode(&[layer]).expect("it encodes");
    assert_eq!(corpus.accounts(), ["a", "b", "c", "x"]);
    (Timing::new(&corpus, &["url"], Some(TimeWindow::parse("60s").expect("a window"))), [0, 1, 2])
}

fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() < 1e-12
}

#[test]
fn synchronicity_is_objects_in_time_of_objects_shared_by_the_joined_pairs() {
    // a and b share o1, o3 in time and o4 two hours apart; b and c share o5 in time, o1 two days apart
    let edge = |a, b| FusedEdge { a, b, weight: 1.0, layers: vec![0] };
    let (timing, _) = timing();
    assert!(near(timing.synchronicity(&[&edge(0, 1)]), 2.0 / 3.0));
    assert!(near(timing.synchronicity(&[&edge(0, 1), &edge(1, 2)]), 3.0 / 5.0));
    assert!(near(timing.synchronicity(&[]), 0.0));
}

#[test]
fn a_group_that_meets_on_three_of_four_days_has_persistence_three_quarters() {
    // o1 on day 0, o2 on day 1, o3 and o5 on day 3; o4 is no meeting
    let (timing, members) = timing();
    assert!(near(timing.seeding(&members).persistence, 0.75));
}

#[test]
fn who_is_first_how_often_gives_share_and_gini_of_seeding() {
    // the stranger is not asked: a is first on o1 and o2, b on o3, b and c together on o5: 2, 1.5, 0.5;
    // Gini: 2 · (1 + 1.5 + 0.5) ÷ (2 · 3 · 4)
    let (timing, members) = timing();
    let seeding = timing.seeding(&members);
    assert!(near(seeding.share, 0.5), "{seeding:?}");
    assert!(near(seeding.gini, 0.25), "{seeding:?}");
}

#[test]
fn members_who_never_met_have_no_seeding_and_no_persistence() {
    // a and x shared o1 within seconds; c and x shared it two days apart
    let (timing, _) = timing();
    assert_eq!(timing.seeding(&[2, 3]), Seeding::default());
    assert!(near(timing.seeding(&[0, 3]).share, 0.5), "x on o1, a on o4");
}

#[test]
fn gini_is_nought_among_equals_and_all_but_one_nth_where_one_has_everything() {
    assert!(near(gini(vec![3.0; 7]), 0.0));
    assert!(near(gini(vec![0.0, 0.0, 9.0, 0.0]), 0.75));
    assert!(near(gini(vec![0.0; 3]), 0.0));
}

#[test]
fn persistence_counts_days_from_the_first_meeting() {
    let hours = |hours: &[i64]| persistence(&hours.iter().map(|hour| hour * HOUR * 1_000_000).collect::<Vec<_>>());
    assert!(near(hours(&[]), 0.0) && near(hours(&[7]), 1.0));
    assert!(near(hours(&[30, 23]), 1.0), "across midnight, within a day of each other");
    assert!(near(hours(&[-24, 0, 239]), 3.0 / 11.0));
}
