//! `claque coordinate` on real and generated input.

use crate::support::{Desk, reference, text};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

#[test]
fn a_real_retweet_sample_holds_nothing_beyond_chance() {
    let Some(file) = reference("data/parity/russian_coord_tweets.csv") else { return };
    let desk = Desk::new();
    let outcome = desk.done(&["coordinate", &text(&file), "-o", "edges.csv", "--window", "10s,60s"]);
    assert!(outcome.stdout.contains("nothing exceeds chance"), "{}", outcome.stdout);
    let edges = std::fs::read_to_string(desk.path("edges.csv")).expect("a file");
    assert_eq!(edges.lines().count(), 1, "the header only");
}

#[test]
fn coortweet_mode_gives_the_reference_edges_of_the_real_sample() {
    let Some(file) = reference("data/parity/russian_coord_tweets.csv") else { return };
    let Some(expected) = reference("data/parity/russian_coord_tweets.edges_w60_p2_q0.5.csv") else { return };
    let desk = Desk::new();
    let arguments = ["--method", "coortweet", "--window", "60s", "--min-participation", "2"];
    desk.done(&[&["coordinate", &text(&file), "-o", "edges.csv"], &arguments[..]].concat());
    let found =
        edge_rows(&std::fs::read_to_string(desk.path("edges.csv")).expect("a file"), "account_id", "account_id_y");
    let expected = edge_rows(&std::fs::read_to_string(expected).expect("the reference"), "from", "to");
    assert_eq!(found.len(), 3_721);
    assert_eq!(found, expected);
}

/// Unordered pair to (weight, mean delta, contents, contents, symmetry, above threshold).
fn edge_rows(csv: &str, a: &str, b: &str) -> BTreeMap<(String, String), String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let at = |name: &str| header.iter().position(|h| h == name).unwrap_or_else(|| panic!("no column {name}"));
    let columns =
        ["weight", "avg_time_delta", "n_content_id", "n_content_id_y", "edge_symmetry_score", "weight_threshold"];
    let mut rows = BTreeMap::new();
    for record in reader.records() {
        let cells = record.expect("a record");
        let (x, y) = (cells[at(a)].to_owned(), cells[at(b)].to_owned());
        let pair = if x < y { (x, y) } else { (y, x) };
        let mut shown = String::new();
        for column in columns {
            let value: f64 = cells[at(column)].parse().expect("a number");
            write!(shown, "{value:.9} ").expect("a string");
        }
        rows.insert(pair, shown);
    }
    rows
}

/// 100,000 shares: 12 groups of 8 accounts that share 40 objects within 20 s, in a crowd with heavy tails.
fn planted_world(moved: impl Fn(u64, i64, bool) -> i64, shuffled: bool) -> String {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = move |bound: u64| {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    };
    let span = 30 * 86_400;
    let mut rows: Vec<(String, u64, i64)> = Vec::new();
    for _ in 0..96_160 {
        // square of a uniform: popular objects, busy accounts
        let object = next(10_000) * next(10_000) / 20_000;
        let account = next(5_000) * next(5_000) / 6_250;
        let birth = (object * 7_919 % span) as i64;
        rows.push((format!("u{account}"), object, birth + next(200_000) as i64));
    }
    for group in 0..12 {
        for _ in 0..40 {
            let (object, start) = (next(5_000), next(span) as i64);
            for member in 0..8 {
                rows.push((format!("p{group}x{member}"), object, start + next(20) as i64));
            }
        }
    }
    if shuffled {
        for at in (1..rows.len()).rev() {
            let other = next(at as u64 + 1) as usize;
            let account = rows[at].0.clone();
            rows[at].0 = std::mem::replace(&mut rows[other].0, account);
        }
    }
    let mut csv = String::from("object_id,account_id,content_id,timestamp_share\n");
    for (row, (account, object, at)) in rows.iter().enumerate() {
        let at = 1_700_000_000 + moved(next(u64::MAX), *at, account.starts_with('p'));
        writeln!(csv, "https://ex.test/p/{object},{account},c{row},{at}").expect("a string");
    }
    csv
}

fn accounts_of_edges(desk: &Desk, csv: &str) -> BTreeSet<String> {
    desk.write("shares.csv", csv);
    desk.done(&["coordinate", "shares.csv", "-o", "edges.csv", "--window", "60s"]);
    let edges = std::fs::read_to_string(desk.path("edges.csv")).expect("a file");
    let header: Vec<&str> = edges.lines().next().expect("a header").split(',').collect();
    let at = |name: &str| header.iter().position(|h| *h == name).expect("a column");
    let cells = |line: &str, column: usize| line.split(',').nth(column).expect("a cell").to_owned();
    edges.lines().skip(1).flat_map(|l| [cells(l, at("account_a")), cells(l, at("account_b"))]).collect()
}

#[test]
fn planted_groups_are_found_among_a_hundred_thousand_shares() {
    let found = accounts_of_edges(&Desk::new(), &planted_world(|_, at, _| at, false));
    let planted = found.iter().filter(|a| a.starts_with('p')).count() as f64;
    assert!(planted / 96.0 >= 0.95, "recall {planted} of 96");
    assert!(planted / found.len() as f64 >= 0.95, "precision {planted} of {}", found.len());
}

#[test]
fn jittered_times_keep_no_cluster() {
    let jitter = |random: u64, at: i64, _| at + (random % 7_200) as i64 - 3_600;
    let found = accounts_of_edges(&Desk::new(), &planted_world(jitter, false));
    assert!(found.len() < 3, "{found:?}");
}

#[test]
fn shuffled_accounts_keep_no_cluster() {
    let found = accounts_of_edges(&Desk::new(), &planted_world(|_, at, _| at, true));
    assert!(found.len() < 3, "{found:?}");
}

#[test]
fn a_plain_count_warns_that_it_says_nothing_about_chance() {
    let desk = Desk::new();
    desk.write("s.csv", "object_id,account_id,content_id,timestamp_share\no,a,1,10\no,b,2,12\no2,a,3,50\no2,b,4,50\n");
    let outcome = desk.done(&["coordinate", "s.csv", "-o", "e.csv", "--method", "plain", "--window", "10s"]);
    assert!(outcome.stdout.contains("says nothing about chance"), "{}", outcome.stdout);
    let edges = std::fs::read_to_string(desk.path("e.csv")).expect("a file");
    assert_eq!(edges, "account_a,account_b,weight\na,b,2\n");
}

#[test]
fn every_edge_opens_to_its_posts_up_to_the_stated_number() {
    let desk = Desk::new();
    // row 2 has no account and is left out, so that numbers of rows and places differ
    desk.write(
        "s.csv",
        "object_id,account_id,content_id,timestamp_share\no,a,p1,10\no,,p2,11\no,b,p3,12\no2,a,p4,50\no2,b,,50\n",
    );
    for method in ["plain", "null"] {
        let arguments =
            ["coordinate", "s.csv", "-o", "e.csv", "--posts", "p.csv", "--window", "10s", "--method", method];
        let outcome = desk.done(&arguments);
        assert!(outcome.stdout.contains("at most 20 of each"), "{}", outcome.stdout);
        let posts = std::fs::read_to_string(desk.path("p.csv")).expect("a file");
        let expected = "10,a,b,o,p1,p3,2\n10,a,b,o2,p4,row 5,0\n";
        assert_eq!(posts, format!("window_s,account_a,account_b,object,post_a,post_b,delta_s\n{expected}"));
    }
}

#[test]
fn whether_there_is_any_cluster_at_all_is_answered_first() {
    let desk = Desk::new();
    desk.write("s.csv", "object_id,account_id,content_id,timestamp_share\no,a,1,10\no,b,2,12\no2,a,3,50\no2,b,4,50\n");
    let outcome = desk.done(&["coordinate", "s.csv", "-o", "e.csv", "--draws", "19"]);
    // two accounts exceed chance, but a cluster has three
    assert!(outcome.stdout.starts_with("is there any cluster at all? no"), "{}", outcome.stdout);
}
