//! The CSV twin of a table, read back.

use super::*;
use polars::prelude::{IntoColumn, NamedFrom, Series};

fn csv(columns: Vec<Column>) -> String {
    let frame = DataFrame::new(columns[0].len(), columns).unwrap();
    let mut out = Vec::new();
    write(&frame, &mut out).unwrap().unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn floats_are_short_and_read_back_to_the_same_bits() {
    let values = [0.1, 1.0, -0.0, 1e21, 1.5e-7, 0.1 + 0.2, f64::MIN_POSITIVE];
    let written = csv(vec![Series::new("x".into(), values).into_column()]);
    assert_eq!(written.lines().nth(2), Some("1"));
    for (line, value) in written.lines().skip(1).zip(values) {
        assert_eq!(line.parse::<f64>().unwrap().to_bits(), value.to_bits(), "{line}");
    }
}

#[test]
fn quotes_stand_only_where_needed_and_null_is_empty() {
    let texts = Series::new("t".into(), [Some("plain"), Some("a,b"), Some("say \"x\""), Some("=1+1"), None]);
    let truths = Series::new("b".into(), [Some(true), Some(false), None, None, None]);
    let numbers = Series::new("n".into(), [-1_i32, 2, 3, 4, 5]);
    let written = csv(vec![texts.into_column(), truths.into_column(), numbers.into_column()]);
    assert_eq!(written, "t,b,n\nplain,true,-1\n\"a,b\",false,2\n\"say \"\"x\"\"\",,3\n=1+1,,4\n,,5\n");
}

#[test]
fn a_table_with_a_list_has_no_csv_form() {
    let list = Series::new("l".into(), [Series::new("".into(), [1, 2])]).into_column();
    let frame = DataFrame::new(1, vec![list]).unwrap();
    assert!(matches!(write(&frame, Vec::new()), Err(IngestError::NotFlat { .. })));
}
