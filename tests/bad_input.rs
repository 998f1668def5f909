//! Bad input is a clear error with file, record and hint, exit code 2, and nothing half-written.

use crate::support::Desk;

#[track_caller]
pub(crate) fn refused(desk: &Desk, arguments: &[&str], words: &[&str]) {
    let before = desk.names();
    let outcome = desk.claque(arguments);
    assert_eq!(outcome.code, 2, "claque {}\n{}\n{}", arguments.join(" "), outcome.stdout, outcome.stderr);
    assert!(outcome.stderr.starts_with("error: "), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("\nhint: "), "no hint in {}", outcome.stderr);
    for word in words {
        assert!(outcome.stderr.contains(word), "`{word}` is missing in {}", outcome.stderr);
    }
    assert_eq!(desk.names(), before, "nothing is left behind");
}

const HEADER: &str = "object_id,account_id,content_id,timestamp_share\n";

#[test]
fn a_missing_file_is_named() {
    let desk = Desk::new();
    refused(&desk, &["coordinate", "none.csv", "-o", "e.parquet"], &["`none.csv`", "no such file"]);
    refused(&desk, &["import", "none.csv", "-o", "activity"], &["`none.csv`", "no such file"]);
    refused(&desk, &["run", "none"], &["`none`"]);
}

#[test]
fn an_empty_file_is_refused() {
    let desk = Desk::new();
    desk.write("empty.csv", "");
    refused(&desk, &["coordinate", "empty.csv", "-o", "e.parquet"], &["`empty.csv`", "is empty"]);
    refused(&desk, &["import", "empty.csv", "-o", "activity"], &["`empty.csv`", "is empty"]);
}

#[test]
fn wrong_columns_are_listed() {
    let desk = Desk::new();
    desk.write("wrong.csv", "msg,usr,when\na,b,c\n");
    refused(&desk, &["coordinate", "wrong.csv", "-o", "e.parquet"], &["`wrong.csv`", "`object_id` is missing"]);
    refused(&desk, &["import", "wrong.csv", "-o", "activity"], &["`wrong.csv`", "no adapter", "msg, usr, when"]);
}

#[test]
fn ids_in_scientific_notation_are_refused_with_the_record() {
    let desk = Desk::new();
    desk.write("ids.csv", format!("{HEADER}o1,7.02874E+17,c1,10\no1,7.02875E+17,c2,12\n"));
    refused(
        &desk,
        &["coordinate", "ids.csv", "-o", "e.parquet"],
        &["`ids.csv`", "scientific", "record 1", "7.02874E+17"],
    );
    refused(&desk, &["import", "ids.csv", "-o", "activity"], &["`ids.csv`", "scientific", "record 1", "7.02874E+17"]);
}

#[test]
fn broken_utf8_is_refused_with_the_record() {
    let desk = Desk::new();
    let mut bytes = format!("{HEADER}o1,a,c1,10\n").into_bytes();
    bytes.extend(b"o1,\xff\xfe\x81,c2,12\n");
    desk.write("broken.csv", bytes);
    refused(&desk, &["coordinate", "broken.csv", "-o", "e.parquet"], &["`broken.csv`", "record 2", "UTF-8"]);
}

#[test]
fn a_time_that_is_not_one_is_refused_with_the_record() {
    let desk = Desk::new();
    desk.write("times.csv", format!("{HEADER}o1,a,c1,10\no1,b,c2,yesterday\n"));
    refused(&desk, &["coordinate", "times.csv", "-o", "e.parquet"], &["`times.csv`", "record 2", "yesterday"]);
}

#[test]
fn a_study_with_a_misspelt_key_names_line_and_key() {
    let desk = Desk::new();
    desk.write("s/study.toml", "[study]\nid = \"a\"\ntitel = \"A\"\n[[input]]\nname = \"a\"\npath = \"a.csv\"\n");
    refused(&desk, &["run", "s"], &["study.toml", "line 3", "titel"]);
}

#[test]
fn an_unknown_signal_is_answered_with_the_nearest() {
    let desk = Desk::new();
    desk.write("s.csv", format!("{HEADER}o1,a,c1,1700000000\n"));
    desk.write("s/study.toml", "[study]\nid = \"a\"\ntitle = \"A\"\n[[input]]\nname = \"a\"\npath = \"../s.csv\"\n[[signal]]\nid = \"dis.lowcret\"\n");
    refused(&desk, &["run", "s"], &["`dis.lowcret`", "did you mean `dis.lowcred`"]);
}

#[test]
fn an_output_that_exists_is_never_overwritten() {
    let desk = Desk::new();
    desk.write("s.csv", format!("{HEADER}o1,a,c1,10\n"));
    desk.write("taken/keep.txt", "mine");
    refused(&desk, &["import", "s.csv", "-o", "taken"], &["`taken` exists already"]);
    assert_eq!(std::fs::read_to_string(desk.path("taken/keep.txt")).expect("still there"), "mine");
}
