//! What changes the logical hash of a table and what does not.

use super::*;
use polars::prelude::{IntoColumn, NamedFrom, Series, TimeZone};

fn frame() -> DataFrame {
    let times = [Some(1_767_225_600_000_000_i64), None, Some(1_767_225_600_000_001)];
    let times = Series::new("at".into(), times).cast(&DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)));
    let columns = vec![
        Series::new("id".into(), ["b", "a", "ä"]).into_column(),
        Series::new("n".into(), [Some(-1_i64), None, Some(7)]).into_column(),
        Series::new("x".into(), [-0.0, f64::NAN, 1.5]).into_column(),
        Series::new("ok".into(), [Some(true), Some(false), None]).into_column(),
        times.unwrap().into_column(),
    ];
    DataFrame::new(3, columns).unwrap()
}

// both vectors: studies-and-sharing.md, section 5
const THREE_ROWS: &str = "lh1:c8f00cd208b9498d42a20aa0b9fc2ec646cc769837e3ac490964f95a9be1bb75";

#[test]
fn published_vectors_hold() {
    assert_eq!(logical_hash(&frame(), &["id"]).unwrap(), THREE_ROWS);
    let empty = DataFrame::new(0, vec![Series::new_empty("id".into(), &DataType::String).into_column()]).unwrap();
    let expected = "lh1:7860de0e27be5e13c4b3eb9532a99d3458dcef72f08a34f68d227f05b79e9879";
    assert_eq!(logical_hash(&empty, &["id"]).unwrap(), expected);
}

#[test]
fn order_of_rows_and_widths_of_numbers_do_not_matter() {
    let mut other = frame().reverse();
    let narrow = other.column("n").unwrap().cast(&DataType::Int16).unwrap();
    other.replace("n", narrow).unwrap();
    assert_eq!(logical_hash(&other, &["id"]).unwrap(), THREE_ROWS);
}

#[test]
fn a_key_that_is_not_unique_and_a_nested_column_have_no_hash() {
    let ids = Series::new("id".into(), ["a", "a"]).into_column();
    let twice = DataFrame::new(2, vec![ids]).unwrap();
    assert!(matches!(logical_hash(&twice, &["id"]), Err(IngestError::DuplicateKey { value, .. }) if value == "\"a\""));
    let naive = Series::new("t".into(), [1_i64]).cast(&DataType::Datetime(TimeUnit::Microseconds, None)).unwrap();
    let naive = DataFrame::new(1, vec![naive.into_column()]).unwrap();
    assert!(matches!(logical_hash(&naive, &[]), Err(IngestError::NotFlat { .. })));
}
