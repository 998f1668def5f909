//! The order of keys and the first repeated one, on small frames.

use super::*;
use polars::prelude::{IntoColumn, NamedFrom, Series};

#[test]
fn null_comes_first_and_text_goes_by_its_bytes() {
    let texts = Series::new("id".into(), [Some("ä"), Some("a"), None, Some("Z"), Some("a")]);
    let numbers = Series::new("n".into(), [1_u16, 2, 3, 4, 1]);
    let frame = DataFrame::new(5, vec![texts.into_column(), numbers.into_column()]).unwrap();
    let sorted = sort_by_key(&frame, &["id", "n"]).unwrap();
    let order: Vec<u16> = sorted.column("n").unwrap().u16().unwrap().iter().flatten().collect();
    assert_eq!(order, [3, 4, 1, 2, 1]);
    assert_eq!(first_repeated(&sorted, &["id", "n"]).unwrap(), None);
    assert_eq!(first_repeated(&sorted, &["id"]).unwrap(), Some(3));
}

#[test]
fn a_table_without_a_key_keeps_its_order() {
    let frame = DataFrame::new(2, vec![Series::new("n".into(), [2, 1]).into_column()]).unwrap();
    assert!(sort_by_key(&frame, &[]).unwrap().equals(&frame));
    assert_eq!(first_repeated(&frame, &[]).unwrap(), None);
}
