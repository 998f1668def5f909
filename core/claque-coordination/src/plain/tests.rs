//! Against all pairs of all rows.

use super::*;
use crate::actions::{ActionTable, encode_actions};
use polars::prelude::StringChunked;
use proptest::prelude::*;
use std::collections::BTreeMap;

type Rows = Vec<(u8, u8, i64)>;

fn encode(rows: &Rows) -> Actions {
    let object: StringChunked = rows.iter().map(|row| Some(format!("o{}", row.0))).collect();
    let account: StringChunked = rows.iter().map(|row| Some(format!("a{}", row.1))).collect();
    let at: Vec<i64> = rows.iter().map(|row| row.2 * 500_000).collect();
    encode_actions(&ActionTable { object: &object, account: &account, at_micros: &at, rows: None })
        .expect("columns of one length")
}

fn by_comparing_all(rows: &Rows, window: i64, participation: u32, weight: u32) -> Vec<(String, String, u32)> {
    let mut count = BTreeMap::new();
    for row in rows {
        *count.entry(row.1).or_insert(0) += 1;
    }
    let rows: Vec<_> = rows.iter().filter(|row| count[&row.1] >= participation).collect();
    let mut edges: BTreeMap<(String, String), u32> = BTreeMap::new();
    for (i, x) in rows.iter().enumerate() {
        for y in &rows[i + 1..] {
            if x.0 == y.0 && x.1 != y.1 && ((x.2 - y.2) * 500_000).abs() <= window {
                let (a, b) = (format!("a{}", x.1), format!("a{}", y.1));
                *edges.entry(if a < b { (a, b) } else { (b, a) }).or_default() += 1;
            }
        }
    }
    edges.into_iter().filter(|(_, n)| *n >= weight).map(|((a, b), n)| (a, b, n)).collect()
}

proptest! {
    #[test]
    fn weights_are_those_of_comparing_all_rows(
        rows in prop::collection::vec((0u8..5, 0u8..13, -60i64..60), 0..80),
        seconds in prop::collection::vec(1i64..30, 1..11), participation in 0u32..5, weight in 1u32..4,
    ) {
        let windows: Vec<_> = seconds.iter().map(|s| TimeWindow::from_micros(s * 1_000_000).expect("in bounds")).collect();
        let actions = encode(&rows);
        let name = |code: u32| actions.accounts().get(code).to_owned();
        for window in &windows {
            // the weights of all edges, however light, are all pairs
            let all: u64 = by_comparing_all(&rows, window.micros(), participation, 1).iter().map(|e| u64::from(e.2)).sum();
            prop_assert_eq!(pairs_in_time(&actions, *window, participation), all);
        }
        let distinct = seconds.iter().collect::<std::collections::BTreeSet<_>>().len();
        let found = plain(&actions, &windows, participation, weight);
        prop_assert_eq!(found.len(), distinct);
        for (window, edges) in found {
            let edges: Vec<_> = edges.into_iter().map(|edge| (name(edge.a), name(edge.b), edge.weight)).collect();
            prop_assert_eq!(edges, by_comparing_all(&rows, window.micros(), participation, weight));
        }
    }
}

#[test]
fn the_window_is_inclusive_and_slides_over_every_edge_of_a_minute() {
    let window = TimeWindow::parse("60s").expect("a window");
    // times are in half seconds: 59.5 s and 119.5 s are 60 s apart, in different minutes
    let rows = vec![(0, 0, 119), (0, 1, 239), (1, 0, 0), (1, 1, 121)];
    assert_eq!(plain(&encode(&rows), &[window], 2, 1), [(window, vec![PlainEdge { a: 0, b: 1, weight: 1 }])]);
}

#[test]
fn the_posts_behind_an_edge_are_those_that_were_counted() {
    let window = TimeWindow::parse("10s").expect("a window");
    // in half seconds: a0 and a1 meet on o0 by rows 0-1 and 0-3, on o1 by rows 4-5; row 2 is too late
    let actions = encode(&vec![(0, 0, 0), (0, 1, 4), (0, 1, 90), (0, 1, 20), (1, 1, 7), (1, 0, 9), (1, 2, 9)]);
    let edges = vec![PlainEdge { a: 0, b: 1, weight: 3 }];
    assert_eq!(plain(&actions, &[window], 2, 2), [(window, edges.clone())]);
    let posts = |cap| -> Vec<(u32, u32)> {
        let mut posts: Vec<_> =
            plain_posts(&actions, window, 2, &edges, cap).iter().map(|p| (p.post_a, p.post_b)).collect();
        posts.sort_unstable();
        posts
    };
    assert_eq!(posts(9), [(0, 1), (0, 3), (5, 4)]);
    assert_eq!(posts(2).len(), 2);
    let signed: f64 = plain_posts(&actions, window, 2, &edges, 9).iter().map(|p| p.delta_s).sum();
    assert!((signed - (2.0 + 10.0 - 1.0)).abs() < 1e-12);
}
