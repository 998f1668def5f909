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
fn tables_with_lists_say_what_they_are_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    let lists = [Some(vec!["p1", "p2"]), None, Some(vec![])].map(|ids| ids.map(|ids| Series::new("".into(), ids)));
    let frame = DataFrame::new(3, vec![Series::new("post_ids".into(), lists).into_column()]).unwrap();
    write_table(&frame, &path, &[("activity.table", "t")]).unwrap();
    let (read, metadata) = read_parquet(&path, <[String]>::to_vec).unwrap();
    assert!(read.equals_missing(&frame));
    let keys: Vec<&str> = metadata.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["activity.table", "ARROW:schema"]);
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

#[test]
fn rows_made_when_they_are_written_are_the_table_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (made, whole) = (folder.path().join("made.parquet"), folder.path().join("whole.parquet"));
    let rows = |range: std::ops::Range<usize>| Ok(part(range.start as i64..range.end as i64));
    for height in [0, 1, ROW_GROUP, 9 * ROW_GROUP + 5] {
        write_table_of(height, rows, &made, &[("activity.table", "t")]).unwrap();
        write_table(&part(0..height as i64), &whole, &[("activity.table", "t")]).unwrap();
        assert!(read_table(&made).unwrap().equals(&part(0..height as i64)), "{height} rows");
        assert!(std::fs::read(&made).unwrap() == std::fs::read(&whole).unwrap(), "{height} rows");
    }
    let csv = folder.path().join("made.csv");
    write_table_of(2, rows, &csv, &[]).unwrap();
    assert_eq!(std::fs::read_to_string(&csv).unwrap(), "n,t\n0,t0\n1,t1\n");
}

#[test]
fn rows_that_cannot_be_made_leave_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.parquet");
    let rows = |range: std::ops::Range<usize>| {
        if range.start > 0 { Err(PolarsError::NoData("gone".into())) } else { Ok(part(0..range.end as i64)) }
    };
    assert!(write_table_of(3 * ROW_GROUP, rows, &path, &[]).is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn polars_wrote_the_same_table_before() {
    // the library's own writer, which compresses one page after the other
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) = (folder.path().join("ours.parquet"), folder.path().join("theirs.parquet"));
    let mut frame = part(0..ROW_GROUP as i64);
    write_table(&frame, &ours, &[]).unwrap();
    ParquetWriter::new(File::create(&theirs).unwrap())
        .with_compression(ParquetCompression::Zstd(None))
        .with_statistics(StatisticsOptions::full())
        .finish(&mut frame)
        .unwrap();
    let sizes = |path: &Path| {
        let metadata = ParquetReader::new(File::open(path).unwrap()).get_metadata().unwrap().clone();
        metadata.row_groups.iter().map(|group| (group.num_rows(), group.compressed_size())).collect::<Vec<_>>()
    };
    assert_eq!(sizes(&ours), sizes(&theirs));
    assert!(read_table(&ours).unwrap().equals(&read_table(&theirs).unwrap()));
}
