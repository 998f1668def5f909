//! Every oddity of CSV files, on the smallest file that shows it.

use super::*;
use std::path::PathBuf;

fn document(bytes: &[u8]) -> Document {
    Document { path: PathBuf::from("t.csv"), size: 0, encoding: "utf-8", bytes: bytes.to_vec() }
}

fn read(bytes: &[u8]) -> Vec<String> {
    let document = document(bytes);
    let dialect = Dialect::of(&document).unwrap();
    let mut records = CsvRecords::new(&document.bytes, &dialect);
    let mut out = Vec::new();
    while let Some(step) = records.advance() {
        out.push(match step {
            Step::Record(number, Row::Cells(cells)) => {
                format!("{number}:{}", cells.iter().collect::<Vec<_>>().join("|"))
            }
            Step::Record(..) => unreachable!("CSV gives cells"),
            Step::Skipped => "skipped".to_owned(),
            Step::Rejected(number, why) => format!("{number}!{}: {}", why.code, why.message),
        });
    }
    out
}

#[test]
fn q1_a_mark_inside_a_concatenated_file_is_dropped() {
    assert_eq!(read("a,b\n1,2\n\u{feff}a,b\n\u{feff}3,4\n".as_bytes()), ["1:1|2", "skipped", "3:3|4"]);
}

#[test]
fn q6_semicolons_and_tabs_separate() {
    assert_eq!(read(b"a;b\n1,5;2\n3,5;4\n"), ["1:1,5|2", "2:3,5|4"]);
    assert_eq!(read(b"a\tb\n1, or so\t2\n"), ["1:1, or so|2"]);
}

#[test]
fn q7_line_breaks_and_both_escapes_of_quotes() {
    assert_eq!(read(b"a,b\n\"x \"\"y\"\"\nz\",2\n"), ["1:x \"y\"\nz|2"]);
    assert_eq!(read(b"a,b\n\"x \\\"y\\\", z\",2\n\"\\\"\",3\n"), ["1:x \"y\", z|2", "2:\"|3"]);
    // a backslash before the closing quote of a file that doubles its quotes
    assert_eq!(read(b"a,b\n\"c:\\\",2\n\"d:\\\",3\n"), ["1:c:\\|2", "2:d:\\|3"]);
}

#[test]
fn q9_a_record_in_windows_1252_is_read() {
    assert_eq!(
        read(b"a,b\n1,caf\xe9\n2,\xc3\xa9\n3,\x81\n"),
        ["1:1|café", "2:2|é", "3!bad_encoding: bytes are neither UTF-8 nor Windows-1252"]
    );
}

#[test]
fn q12_all_line_ends_end_a_record() {
    assert_eq!(read(b"a,b\r1,2\r\n3,4\n5,6"), ["1:1|2", "2:3|4", "3:5|6"]);
}

#[test]
fn q16_a_repeated_header_is_skipped() {
    assert_eq!(read(b"a,b\n1,2\na,b\n3,4\n"), ["1:1|2", "skipped", "3:3|4"]);
}

#[test]
fn a_wrong_number_of_cells_costs_one_record() {
    assert_eq!(
        read(b"a,b\n1,2\n3\n4,5,6\n7,8\n"),
        ["1:1|2", "2!bad_csv: 1 cell, the header has 2", "3!bad_csv: 3 cells, the header has 2", "4:7|8"]
    );
}

#[test]
fn a_record_over_two_lines_with_a_cell_too_many_is_one_record() {
    assert_eq!(read(b"a,b\n1,\"x\ny\",3\n4,5\n"), ["1!bad_csv: 3 cells, the header has 2", "2:4|5"]);
}

#[test]
fn stray_quotes_inside_a_cell_are_left_to_the_reader() {
    assert_eq!(
        read(b"a,b\n1,\"says \"hi\" to\nall\"\n2,y\n"),
        ["1:1|says hi\" to", "2!bad_csv: 1 cell, the header has 2", "3:2|y"]
    );
    assert_eq!(read(b"a,b\n1,6\" pipe\n2,y\n"), ["1:1|6\" pipe", "2:2|y"]);
}

#[test]
fn an_unclosed_quote_does_not_swallow_the_records_behind_it() {
    assert_eq!(read(b"a,b\n\"x,1\n2,3\n4,5\n"), ["1!bad_csv: a quote does not close", "2:2|3", "3:4|5"]);
    assert_eq!(read(b"a,b\n1,\"x\n2,3\n4,5\n"), ["1!bad_csv: a quote does not close", "2:2|3", "3:4|5"]);
    assert_eq!(read(b"a,b\n\"x,1\n2,3\n4,\"y\"\n"), ["1!bad_csv: a quote does not close", "2:2|3", "3:4|y"]);
    // the swallowed cells happen to be as many as the header's
    assert_eq!(read(b"a,b\n1,\"x\n2,\"y\"\n3,z\n"), ["1!bad_csv: a quote does not close", "2:2|y", "3:3|z"]);
    assert_eq!(read(b"a,b\n1,2\n3,\"x"), ["1:1|2", "2!bad_csv: a quote does not close"]);
}
