//! Bad input of `coordinate` on files of shares: what is missing, coarse, extreme or repeated ends in a clear
//! error or in the right edges, and is said. Bad files of other commands: `bad_input.rs`.

use crate::bad_input::refused;
use crate::support::{Desk, Outcome};
use polars::prelude::{
    BooleanChunked, Categories, Column, DataFrame, DataType, IntoColumn, NamedFrom, Series, TimeUnit,
};
use polars_io::parquet::write::ParquetWriter;
use std::fmt::Write;
use std::fs::File;

const HEADER: &str = "object_id,account_id,content_id,timestamp_share\n";
pub(crate) const T0: i64 = 1_714_564_800;

/// Writes `shares.parquet` with row groups of so many rows.
pub(crate) fn write_shares(desk: &Desk, object: Series, account: Series, at: Series, row_group: usize) {
    let rows = at.len();
    let content: Vec<String> = (0..rows).map(|row| format!("c{row}")).collect();
    let columns: Vec<Column> = vec![
        object.with_name("object_id".into()).into_column(),
        account.with_name("account_id".into()).into_column(),
        Series::new("content_id".into(), content).into_column(),
        at.with_name("timestamp_share".into()).into_column(),
    ];
    let mut frame = DataFrame::new(rows, columns).expect("columns of one length");
    let file = File::create(desk.path("shares.parquet")).expect("a file");
    ParquetWriter::new(file).with_row_group_size(Some(row_group)).finish(&mut frame).expect("written");
}

pub(crate) fn series<T, Phantom: ?Sized>(values: T) -> Series
where
    Series: NamedFrom<T, Phantom>,
{
    Series::new("".into(), values)
}

/// Two accounts that meet on two objects, and a third that is late: the one edge is `a,b,2`.
pub(crate) fn pair() -> [Vec<&'static str>; 2] {
    [vec!["7", "7", "8", "8", "7", "8"], vec!["a", "b", "a", "b", "z", "z"]]
}

pub(crate) fn pair_times() -> Vec<i64> {
    vec![T0, T0 + 5, T0 + 900, T0 + 890, T0 + 500, T0 + 5_000]
}

pub(crate) const PAIR_EDGE: &str = "account_a,account_b,weight\na,b,2\n";
pub(crate) const NO_EDGE: &str = "account_a,account_b,weight\n";

/// The edges of `--method plain` within 60 s, and what was printed.
#[track_caller]
pub(crate) fn counted(desk: &Desk, input: &str) -> (String, Outcome) {
    let outcome = desk.done(&["coordinate", input, "-o", "edges.csv", "--method", "plain", "--window", "60s"]);
    let edges = std::fs::read_to_string(desk.path("edges.csv")).expect("a file");
    (edges, outcome)
}

/// Accounts, objects, window and p of the edges of `--method null`, and what was printed.
#[track_caller]
pub(crate) fn tested(desk: &Desk, input: &str, window: &str) -> (Vec<String>, Outcome) {
    let outcome = desk.done(&["coordinate", input, "-o", "edges.csv", "--window", window]);
    let edges = std::fs::read_to_string(desk.path("edges.csv")).expect("a file");
    let header: Vec<&str> = edges.lines().next().expect("a header").split(',').collect();
    let at = |name: &str| header.iter().position(|h| *h == name).expect("a column");
    let pair = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        ["account_a", "account_b", "n_objects", "window_s", "p"].map(|name| cells[at(name)]).join(" ")
    };
    (edges.lines().skip(1).map(pair).collect(), outcome)
}

/// Every `--method` ends well, or with an error that names the file; never a panic.
#[track_caller]
fn survives_every_method(desk: &Desk, input: &str) {
    for method in ["plain", "null", "coortweet"] {
        let outcome = desk.claque(&["coordinate", input, "-o", "any.csv", "--method", method, "--window", "60s"]);
        assert!(outcome.code == 0 || outcome.code == 2, "{method}: {}\n{}", outcome.code, outcome.stderr);
        assert!(outcome.code == 0 || outcome.stderr.starts_with("error: `shares."), "{method}: {}", outcome.stderr);
        assert!(!outcome.stderr.contains("panicked"), "{method}: {}", outcome.stderr);
    }
}

// --- what is missing

#[test]
fn shares_without_object_account_or_time_are_left_out_and_counted() {
    let desk = Desk::new();
    let object = [Some("7"), Some("7"), Some("8"), Some("8"), None, None, Some("7"), Some("7")];
    let account = [Some("a"), Some("b"), Some("a"), Some("b"), Some("a"), Some("b"), None, Some("c")];
    let at = [Some(T0), Some(T0 + 5), Some(T0 + 9), Some(T0 + 9), Some(T0), Some(T0), Some(T0), None];
    write_shares(&desk, series(object), series(account), series(at), 128);
    let (edges, outcome) = counted(&desk, "shares.parquet");
    assert_eq!(edges, PAIR_EDGE);
    assert!(outcome.stderr.contains("4 rows"), "{}", outcome.stderr);
    let mut csv = HEADER.to_owned();
    for ((object, account), at) in object.iter().zip(account).zip(at) {
        let at = at.map(|at| at.to_string()).unwrap_or_default();
        writeln!(csv, "{},{},c,{at}", object.unwrap_or_default(), account.unwrap_or_default()).expect("a string");
    }
    desk.write("shares.csv", csv);
    let (edges, outcome) = counted(&desk, "shares.csv");
    assert_eq!(edges, PAIR_EDGE);
    assert!(outcome.stderr.contains("4 rows"), "{}", outcome.stderr);
}

#[test]
fn empty_strings_are_never_one_giant_group() {
    let desk = Desk::new();
    let account: Vec<String> = (0..900).map(|row| format!("u{}", row % 300)).collect();
    let object: Vec<String> = (0..900).map(|row| if row < 600 { String::new() } else { format!("o{row}") }).collect();
    write_shares(&desk, series(object), series(account), series(vec![T0; 900]), 128);
    for method in ["plain", "null"] {
        let arguments = ["coordinate", "shares.parquet", "-o", "edges.csv", "--window", "60s", "--method", method];
        let outcome = desk.done(&arguments);
        let edges = std::fs::read_to_string(desk.path("edges.csv")).expect("a file");
        assert_eq!(edges.lines().count(), 1, "{method}: {edges}");
        assert!(outcome.stderr.contains("600 rows"), "{method}: {}", outcome.stderr);
    }
}

#[test]
fn empty_accounts_are_nobody() {
    let desk = Desk::new();
    desk.write("shares.csv", format!("{HEADER}o,,1,10\no,b,2,10\no2,,3,50\no2,b,4,50\n"));
    let (edges, outcome) = counted(&desk, "shares.csv");
    assert_eq!(edges, NO_EDGE);
    assert!(outcome.stderr.contains("2 rows"), "{}", outcome.stderr);
}

#[test]
fn a_file_of_nulls_alone_holds_no_edge_and_says_so() {
    let desk = Desk::new();
    let nothing = || series([None::<&str>; 5]);
    write_shares(&desk, nothing(), nothing(), series([None::<i64>; 5]), 2);
    let outcome =
        desk.claque(&["coordinate", "shares.parquet", "-o", "edges.csv", "--method", "plain", "--window", "60s"]);
    assert!(outcome.code == 2 || outcome.stderr.contains("5 rows"), "{}", outcome.stderr);
    survives_every_method(&desk, "shares.parquet");
}

#[test]
fn a_parquet_file_without_rows_is_refused() {
    let desk = Desk::new();
    write_shares(&desk, series([""; 0]), series([""; 0]), series([0_i64; 0]), 128);
    refused(&desk, &["coordinate", "shares.parquet", "-o", "e.csv"], &["`shares.parquet`", "holds no records"]);
}

#[test]
fn a_single_account_meets_nobody() {
    let desk = Desk::new();
    let at: Vec<i64> = (0..50).map(|row| T0 + row).collect();
    write_shares(&desk, series(["o"; 50]), series(["a"; 50]), series(at), 128);
    assert_eq!(counted(&desk, "shares.parquet").0, NO_EDGE);
    assert!(tested(&desk, "shares.parquet", "60s").0.is_empty());
    survives_every_method(&desk, "shares.parquet");
}

// --- forms of the columns

#[test]
fn row_groups_of_any_size_give_the_same_edges() {
    let desk = Desk::new();
    let object: Vec<String> = (0..600_u32).map(|row| format!("https://ex.test/{}", row * row % 97)).collect();
    let account: Vec<String> = (0..600_u32).map(|row| format!("u{}", row * 31 % 41)).collect();
    let at: Vec<i64> = (0..600).map(|row| T0 + row * 7 % 501).collect();
    let mut all = Vec::new();
    for rows in [1, 7, 64, 100_000] {
        write_shares(&desk, series(&object), series(&account), series(&at), rows);
        all.push((counted(&desk, "shares.parquet").0, tested(&desk, "shares.parquet", "10s,60s").0));
    }
    assert!(all[0].0.lines().count() > 20, "{}", all[0].0);
    assert!(all.windows(2).all(|two| two[0] == two[1]));
}

#[test]
fn ids_of_any_kind_give_the_same_edges() {
    let desk = Desk::new();
    let [object, account] = pair();
    let text = series(&object);
    let categorical = DataType::from_categories(Categories::global());
    let kinds = [DataType::Int64, DataType::Int32, DataType::UInt64, DataType::UInt8, DataType::Float64, categorical];
    for kind in kinds {
        let ids = match &kind {
            DataType::Categorical(..) => text.cast(&kind).expect("categories"),
            kind => text.cast(&DataType::Int64).expect("digits").cast(kind).expect("small numbers"),
        };
        write_shares(&desk, ids, series(&account), series(pair_times()), 2);
        assert_eq!(counted(&desk, "shares.parquet").0, PAIR_EDGE, "{kind}");
    }
    let accounts = series(&account).cast(&DataType::from_categories(Categories::global())).expect("categories");
    write_shares(&desk, text, accounts, series(pair_times()), 4);
    assert_eq!(counted(&desk, "shares.parquet").0, PAIR_EDGE);
}

#[test]
fn the_largest_ids_keep_every_digit() {
    let desk = Desk::new();
    let account = [u64::MAX, u64::MAX - 1, u64::MAX, u64::MAX - 1];
    write_shares(&desk, series(["o", "o", "p", "p"]), series(account), series([T0, T0, T0, T0]), 128);
    let expected = "account_a,account_b,weight\n18446744073709551614,18446744073709551615,2\n";
    assert_eq!(counted(&desk, "shares.parquet").0, expected);
}

#[test]
fn columns_that_can_be_no_id_or_time_are_refused() {
    let desk = Desk::new();
    let [object, account] = pair();
    let flags = BooleanChunked::from_iter([true, false, true, true, false, true].map(Some)).into_column();
    let flags = flags.as_materialized_series().clone();
    write_shares(&desk, flags.clone(), series(&account), series(pair_times()), 128);
    let arguments = ["coordinate", "shares.parquet", "-o", "e.csv"];
    refused(&desk, &arguments, &["`shares.parquet`", "`object_id`"]);
    write_shares(&desk, series(&object), series(&account), flags, 128);
    refused(&desk, &arguments, &["`shares.parquet`", "`timestamp_share`"]);
}

// --- times

#[test]
fn times_before_1970_count_like_all_others() {
    let desk = Desk::new();
    desk.write("shares.csv", format!("{HEADER}o,a,1,-30\no,b,2,30\np,a,3,-1000\np,b,4,-1060\nq,a,5,-31\nq,b,6,30\n"));
    // 60 s and 60 s apart; the third pair is 61 s apart
    assert_eq!(counted(&desk, "shares.csv").0, PAIR_EDGE);
    let at = [-30_i64, 30, -1000, -1060, -31, 30];
    write_shares(&desk, series(["o", "o", "p", "p", "q", "q"]), series(["a", "b", "a", "b", "a", "b"]), series(at), 4);
    assert_eq!(counted(&desk, "shares.parquet").0, PAIR_EDGE);
}

#[test]
fn extreme_times_never_wrap_around() {
    let desk = Desk::new();
    let ids = || (series(["o", "o", "p", "p"]), series(["a", "b", "a", "b"]));
    for at in [
        [i64::MIN, i64::MAX, i64::MAX, i64::MIN],
        [T0, i64::MAX, i64::MIN, T0],
        [i64::MAX - 5, i64::MIN + 5, i64::MAX, i64::MIN],
    ] {
        let (object, account) = ids();
        write_shares(&desk, object, account, series(at), 128);
        survives_every_method(&desk, "shares.parquet");
        let arguments = ["coordinate", "shares.parquet", "-o", "x.csv", "--method", "plain", "--window", "60s"];
        if at[0] == T0 {
            // seconds and what can be none
            refused(&desk, &arguments, &["`shares.parquet`", "record 2"]);
        } else {
            desk.done(&arguments);
            assert_eq!(std::fs::read_to_string(desk.path("x.csv")).expect("a file"), NO_EDGE, "{at:?}");
        }
    }
    // in milliseconds, times 1,000 modulo 2⁶⁴ these would be the time of the other post
    let wrapping = 1_i64 << 61;
    let at = series([T0 * 1000, T0 * 1000 + wrapping, T0 * 1000, T0 * 1000 - wrapping]);
    let at = at.cast(&DataType::Datetime(TimeUnit::Milliseconds, None)).expect("times");
    let (object, account) = ids();
    write_shares(&desk, object, account, at, 128);
    let outcome = desk.claque(&["coordinate", "shares.parquet", "-o", "y.csv", "--method", "plain", "--window", "60s"]);
    // they are no times in microseconds, and left out
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("2 rows"), "{}", outcome.stderr);
    assert_eq!(std::fs::read_to_string(desk.path("y.csv")).expect("a file"), NO_EDGE);
}

#[test]
fn a_time_that_overflows_is_named_with_its_record() {
    let desk = Desk::new();
    write_shares(&desk, series(["o", "o"]), series(["a", "b"]), series([T0, i64::MAX]), 128);
    let arguments = ["coordinate", "shares.parquet", "-o", "e.csv"];
    refused(&desk, &arguments, &["`shares.parquet`", "record 2", "9223372036854775807"]);
    desk.write("shares.csv", format!("{HEADER}o,a,1,{T0}\no,b,2,9223372036854775807\n"));
    refused(&desk, &["coordinate", "shares.csv", "-o", "e.csv"], &["`shares.csv`", "record 2", "9223372036854775807"]);
}

/// Seconds read as milliseconds would put half a day into a window of 60 s, and milliseconds read as seconds
/// would take pairs apart.
#[test]
fn seconds_and_milliseconds_in_one_column_are_refused() {
    let desk = Desk::new();
    let milliseconds = T0 * 1000;
    for (at, record) in [
        ([milliseconds, T0, T0 + 43_000, milliseconds + 9], "record 2"),
        ([T0, milliseconds, milliseconds + 9, T0], "record 2"),
        ([T0 * 1_000_000, T0 * 1_000_000 + 1, milliseconds, T0], "record 3"),
    ] {
        let mut csv = HEADER.to_owned();
        for (row, at) in at.iter().enumerate() {
            writeln!(csv, "o,{},c{row},{at}", ["a", "b"][row % 2]).expect("a string");
        }
        desk.write("shares.csv", csv);
        refused(&desk, &["coordinate", "shares.csv", "-o", "e.csv"], &["`shares.csv`", record]);
        write_shares(&desk, series(["o"; 4]), series(["a", "b", "a", "b"]), series(at), 128);
        refused(&desk, &["coordinate", "shares.parquet", "-o", "e.csv"], &["`shares.parquet`", record]);
    }
}

#[test]
fn times_that_are_no_number_are_left_out_and_counted() {
    let desk = Desk::new();
    let object = ["o", "o", "p", "p", "o", "p", "o"];
    let account = ["a", "b", "a", "b", "c", "c", "d"];
    let t = T0 as f64;
    let mut at = [t, t + 5.5, t + 9.0, t + 9.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
    write_shares(&desk, series(object), series(account), series(at), 3);
    let arguments = ["coordinate", "shares.parquet", "-o", "e.csv", "--method", "plain", "--window", "60s"];
    let outcome = desk.claque(&arguments);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("3 rows"), "{}", outcome.stderr);
    assert_eq!(std::fs::read_to_string(desk.path("e.csv")).expect("a file"), PAIR_EDGE);
    // a number that is no time in seconds is an error, not a gap
    at[6] = 1e300;
    write_shares(&desk, series(object), series(account), series(at), 3);
    refused(&desk, &arguments, &["`shares.parquet`", "record 7"]);
    for cell in ["NaN", "inf", "-inf", "1e300"] {
        desk.write("shares.csv", format!("{HEADER}o,a,1,10\no,b,2,{cell}\n"));
        refused(&desk, &["coordinate", "shares.csv", "-o", "x.csv"], &["`shares.csv`", "record 2", cell]);
        desk.write("shares.csv", format!("{HEADER}o,a,1,{cell}\no,b,2,10\n"));
        refused(&desk, &["coordinate", "shares.csv", "-o", "x.csv"], &["`shares.csv`", "record 1", cell]);
    }
}

/// Posts of one minute that were spread over it by their source look as if they were simultaneous.
#[test]
fn times_of_minute_precision_widen_the_window_and_it_is_said() {
    let desk = Desk::new();
    let mut csv = HEADER.to_owned();
    let mut exact = HEADER.to_owned();
    for row in 0..400_i64 {
        let at = T0 + row * 977;
        for (member, account) in ["a", "b"].into_iter().enumerate() {
            let shifted = at + member as i64 * 4;
            writeln!(csv, "o{row},{account},c,{}", shifted - shifted % 60).expect("a string");
            writeln!(exact, "o{row},{account},c,{shifted}").expect("a string");
        }
    }
    desk.write("minutes.csv", csv);
    desk.write("seconds.csv", exact);
    let (edges, outcome) = tested(&desk, "minutes.csv", "10s,60s");
    assert!(outcome.stdout.contains("not tested at 10s (time_precision)"), "{}", outcome.stdout);
    assert!(edges.iter().all(|edge| !edge.contains(" 10 ")), "{edges:?}");
    let (edges, outcome) = tested(&desk, "seconds.csv", "10s,60s");
    assert!(!outcome.stdout.contains("time_precision"), "{}", outcome.stdout);
    assert_eq!(edges.len(), 2, "{edges:?}");
}

#[test]
fn a_count_of_minute_times_warns_that_short_windows_mean_the_same_minute() {
    let desk = Desk::new();
    let mut csv = HEADER.to_owned();
    for row in 0..200_i64 {
        writeln!(csv, "o{},u{},c,{}", row / 2, row % 2, T0 + row / 2 * 600).expect("a string");
    }
    desk.write("shares.csv", csv);
    let outcome = desk.done(&["coordinate", "shares.csv", "-o", "e.csv", "--method", "plain", "--window", "10s"]);
    assert!(outcome.stderr.contains("minute"), "{}", outcome.stderr);
}
