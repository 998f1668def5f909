//! What `coordinate` does at its limits: very popular objects, absurd options, repeated rows.

use crate::bad_input::refused;
use crate::bad_shares::{NO_EDGE, PAIR_EDGE, T0, counted, pair, pair_times, series, tested, write_shares};
use crate::support::Desk;
use std::fmt::Write;

const HEADER: &str = "object_id,account_id,content_id,timestamp_share\n";

/// A crew of two that meets on `meetings` objects, and an object with so many sharers within the hour, each of
/// whom shares something else too.
fn hot(sharers: usize, meetings: i64) -> String {
    let mut csv = HEADER.to_owned();
    for row in 0..sharers {
        writeln!(csv, "hot,u{row},h{row},{}", T0 + row as i64 * 3_600 / sharers as i64).expect("a string");
        writeln!(csv, "own{row},u{row},i{row},{}", T0 + row as i64 * 7_919 % 500_000).expect("a string");
    }
    for meeting in 0..meetings {
        for (late, account) in [(0, "p1"), (3, "p2")] {
            writeln!(csv, "met{meeting},{account},m,{}", T0 + meeting * 9_973 + late).expect("a string");
        }
    }
    csv
}

#[test]
fn an_object_over_the_cap_is_left_out_of_the_tests_and_counted() {
    let desk = Desk::new();
    desk.write("shares.csv", hot(401, 20));
    let (edges, outcome) = tested(&desk, "shares.csv", "60s");
    assert!(outcome.stdout.contains("1 hot object"), "{}", outcome.stdout);
    assert!(edges.len() == 1 && edges[0].starts_with("p1 p2 20 "), "{edges:?}");
    let machine = desk.done(&["coordinate", "shares.csv", "-o", "e.csv", "--window", "60s", "--json"]);
    assert!(machine.stdout.contains("hot"), "{}", machine.stdout);
}

#[test]
fn an_object_at_the_cap_is_tested() {
    let desk = Desk::new();
    desk.write("shares.csv", hot(400, 20));
    let (edges, outcome) = tested(&desk, "shares.csv", "60s");
    assert!(!outcome.stdout.contains("hot"), "{}", outcome.stdout);
    assert!(edges.len() == 1 && edges[0].starts_with("p1 p2 20 "), "{edges:?}");
}

/// 200,000 sharers of one object have 2·10¹⁰ pairs, and over a year 76,000 of them within 60 s.
#[test]
fn an_object_costs_its_pairs_in_time_and_not_the_square_of_its_sharers() {
    let desk = Desk::new();
    let sharers = 200_000_i64;
    let mut object = vec!["hot".to_owned(); sharers as usize];
    let mut account: Vec<String> = (0..sharers).map(|row| format!("u{row}")).collect();
    let mut at: Vec<i64> = (0..sharers).map(|row| T0 + (row as u64 * 2_654_435_761 % 31_536_000) as i64).collect();
    // everybody shares something else too, and so takes part
    object.extend((0..sharers).map(|row| format!("own{row}")));
    account.extend((0..sharers).map(|row| format!("u{row}")));
    at.extend((0..sharers).map(|row| T0 + row));
    object.extend(["a", "a", "b", "b"].map(str::to_owned));
    account.extend(["u0", "u1", "u0", "u1"].map(str::to_owned));
    at.extend([T0, T0 + 60, T0 + 1_000, T0 + 940]);
    write_shares(&desk, series(object), series(account), series(at), 64 * 1024);
    let (edges, _) = counted(&desk, "shares.parquet");
    assert!(edges.contains("\nu0,u1,2\n"), "the planted pair");
    assert!(edges.lines().count() < 50, "{}", edges.lines().count());
    let (_, outcome) = tested(&desk, "shares.parquet", "60s");
    assert!(outcome.stdout.contains("1 hot object"), "{}", outcome.stdout);
}

#[test]
fn absurd_windows_are_refused_with_the_range() {
    let desk = Desk::new();
    desk.write("shares.csv", format!("{HEADER}o,a,1,10\no,b,2,12\n"));
    for window in ["10000d", "31d", "0s", "999ms", "1e300d", "99999999999999999999s", "60s,0s"] {
        refused(&desk, &["coordinate", "shares.csv", "-o", "e.csv", "--window", window], &["`", "window"]);
    }
    for window in ["-5s", "NaNs", "infs", "60", "s", "", "60 parsecs"] {
        let window = format!("--window={window}");
        refused(&desk, &["coordinate", "shares.csv", "-o", "e.csv", &window], &["duration"]);
    }
}

#[test]
fn the_widest_window_at_the_ends_of_time_does_not_overflow() {
    let desk = Desk::new();
    let at = [i64::MAX, i64::MAX - 1, i64::MIN, i64::MIN + 1];
    write_shares(&desk, series(["o", "o", "o", "o"]), series(["a", "b", "a", "b"]), series(at), 128);
    let plain = ["coordinate", "shares.parquet", "-o", "e.csv", "--method", "plain", "--window", "30d"];
    desk.done(&plain);
    assert_eq!(std::fs::read_to_string(desk.path("e.csv")).expect("a file"), PAIR_EDGE);
    desk.done(&["coordinate", "shares.parquet", "-o", "n.csv", "--window", "1s,30d"]);
}

#[test]
fn least_weights_of_any_size_are_understood() {
    let desk = Desk::new();
    let [object, account] = pair();
    write_shares(&desk, series(object), series(account), series(pair_times()), 128);
    let with = |option: &str, value: &str| {
        let arguments = ["coordinate", "shares.parquet", "-o", "e.csv", "--method", "plain", "--window", "60s"];
        desk.done(&[&arguments[..], &[option, value]].concat());
        std::fs::read_to_string(desk.path("e.csv")).expect("a file")
    };
    for least in ["0", "1", "2"] {
        assert_eq!(with("--min-weight", least), PAIR_EDGE, "{least}");
    }
    assert_eq!(with("--min-weight", "4294967295"), NO_EDGE);
    for least in ["0", "1", "2"] {
        assert_eq!(with("--min-participation", least), PAIR_EDGE, "{least}");
    }
    assert_eq!(with("--min-participation", "4294967295"), NO_EDGE);
    for value in ["4294967296", "-1", "two"] {
        let value = format!("--min-weight={value}");
        let outcome = desk.claque(&["coordinate", "shares.parquet", "-o", "x.csv", "--method", "plain", &value]);
        assert_eq!(outcome.code, 2, "{value}");
    }
}

#[test]
fn repeated_rows_count_as_posts_and_change_no_test() {
    let desk = Desk::new();
    let once = hot(50, 20);
    let rows = once.strip_prefix(HEADER).expect("a header").to_owned();
    desk.write("once.csv", &once);
    desk.write("twice.csv", format!("{once}{rows}"));
    let (expected, _) = tested(&desk, "once.csv", "10s,60s");
    let (found, _) = tested(&desk, "twice.csv", "10s,60s");
    assert_eq!(expected.len(), 2, "{expected:?}");
    assert_eq!(found, expected);
    // 20 meetings of two posts each side: 4 pairs of posts per meeting
    let edges = counted(&desk, "twice.csv").0;
    assert!(edges.contains("\np1,p2,80\n"), "{edges}");
}
