//! Tables that are written part by part.

use super::*;
use polars::prelude::{Column, IntoColumn, NamedFrom, PolarsError, Series};

fn part(rows: std::ops::Range<i64>) -> DataFrame {
    let numbers: Vec<i64> = rows.clone().collect();
    let texts: Vec<String> = rows.map(|row| format!("t{}", row % 7)).collect();
    let columns: Vec<Column> =
        vec![Series::new("n".into(), numbers).into_column(), Series::new("t".into(), texts).into_column()];
    DataFrame::new(columns[0].len(), columns).unwrap()
}

#[test]
fn parts_make_one_table_with_row_groups_of_the_usual_size() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    write_table_in_parts([part(0..10), part(10..300_000), part(300_000..300_001)].map(Ok), &path).unwrap();
    assert!(read_table(&path).unwrap().equals(&part(0..300_001)));
    let metadata = ParquetReader::new(File::open(&path).unwrap()).get_metadata().unwrap().clone();
    let mut rows = Vec::new();
    for group in &metadata.row_groups {
        rows.push(group.num_rows());
    }
    assert_eq!(rows, [10, ROW_GROUP, ROW_GROUP, 299_990 - 2 * ROW_GROUP, 1]);
}

#[test]
fn a_part_that_fails_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    let broken = || Err(PolarsError::NoData("gone".into()));
    assert!(write_table_in_parts([Ok(part(0..10)), broken()], &path).is_err());
    assert!(matches!(write_table_in_parts([], &path), Err(IngestError::NoRecords(_))));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
