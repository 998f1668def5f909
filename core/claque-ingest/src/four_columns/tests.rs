//! The same shares in every form of file, and the clear errors.

use super::*;
use crate::write_table;
use polars::prelude::{DataFrame, DataType, NamedFrom, Series, TimeUnit};

fn read(name: &str, content: &[u8]) -> Result<FourColumns, IngestError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    read_four_columns(&path)
}

fn texts(column: &Column) -> Vec<Option<&str>> {
    column.str().unwrap().iter().collect()
}

fn from_parquet(time: Series, ids: Series) -> Result<FourColumns, IngestError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shares.parquet");
    let columns = vec![
        Series::new("object".into(), [Some("o1"), Some("o2"), None]).into_column(),
        ids.with_name("account".into()).into_column(),
        Series::new("unused".into(), [1, 2, 3]).into_column(),
        time.with_name("ts".into()).into_column(),
    ];
    write_table(&DataFrame::new(3, columns).unwrap(), &path, &[]).unwrap();
    read_four_columns(&path)
}

#[test]
fn csv_ndjson_and_parquet_give_the_same_shares() {
    let csv =
        read("a.csv", b"object_id,account_id,content_id,timestamp_share\no1,1,c1,10\no2,2,,20\n,3,c3,30\n").unwrap();
    let json = b"{\"object\":\"o1\",\"account\":1,\"post_id\":\"c1\",\"at\":10}\n{\"object\":\"o2\",\"account\":2,\"at\":20}\n{\"account\":3,\"at\":30}\n";
    let json = read("a.ndjson", json).unwrap();
    let parquet =
        from_parquet(Series::new("".into(), [10_i64, 20, 30]), Series::new("".into(), [1_i64, 2, 3])).unwrap();
    for shares in [&csv, &json, &parquet] {
        assert_eq!(texts(&shares.object), [Some("o1"), Some("o2")]);
        assert_eq!(texts(&shares.account), [Some("1"), Some("2")]);
        assert_eq!(shares.at, [10_000_000, 20_000_000]);
        assert_eq!(shares.skipped, 1);
    }
    assert_eq!(texts(csv.content.as_ref().unwrap()), [Some("c1"), None]);
    assert!(parquet.content.is_none());
}

#[test]
fn times_come_as_fractions_and_as_datetimes() {
    let ids = || Series::new("".into(), ["a", "b", "c"]);
    let fractions = from_parquet(Series::new("".into(), [10.5, 20.0, 30.0]), ids()).unwrap();
    assert_eq!(fractions.at, [10_500_000, 20_000_000]);
    for unit in [TimeUnit::Milliseconds, TimeUnit::Microseconds, TimeUnit::Nanoseconds] {
        let seconds = Series::new("".into(), [10_i64, 20, 30]);
        let scale = match unit {
            TimeUnit::Milliseconds => 1_000,
            TimeUnit::Microseconds => 1_000_000,
            TimeUnit::Nanoseconds => 1_000_000_000,
        };
        let times = (seconds * scale).cast(&DataType::Datetime(unit, None)).unwrap();
        assert_eq!(from_parquet(times, ids()).unwrap().at, [10_000_000, 20_000_000]);
    }
    let csv = read("a.csv", b"object,account,ts\no,a,2024-05-01T12:00:00.5Z\no,b,\n").unwrap();
    assert_eq!((csv.at, csv.skipped), (vec![1_714_564_800_500_000], 1));
}

#[test]
fn q21_milliseconds_are_known_by_their_size() {
    let csv = read("a.csv", b"object,account,ts\no,a,1714564800000\no,b,1714564800250\n").unwrap();
    assert_eq!(csv.at, [1_714_564_800_000_000, 1_714_564_800_250_000]);
}

#[test]
fn q3_rounded_ids_are_refused() {
    let wrong = read("a.csv", b"object,account,ts\no,a,1\no,7.02874E+17,2\n").unwrap_err();
    assert!(wrong.to_string().ends_with(
        "`account` holds ids in scientific notation (record 2: \"7.02874E+17\"); their last digits are lost"
    ));
    let floats = Series::new("".into(), [1.0, 7.02874e17, 3.0]);
    let wrong = from_parquet(Series::new("".into(), [1_i64, 2, 3]), floats).unwrap_err();
    assert!(matches!(wrong, IngestError::ScientificIds { record: 2, .. }));
}

#[test]
fn what_is_wrong_is_named_with_its_record() {
    let message = |content: &[u8]| read("a.csv", content).unwrap_err().to_string();
    let bad_time = message(b"object,account,ts\no,a,1\no,b,tomorrow\n");
    assert!(bad_time.contains("a.csv`: record 2: `ts` is \"tomorrow\", must be a time"), "{bad_time}");
    let missing = message(b"object_id,acount_id,timestamp_share\no,a,1\n");
    assert!(missing.contains("column `account_id` is missing (4 expected"), "{missing}");
    assert!(missing.contains("nearest: \"acount_id\""), "{missing}");
    assert!(message(b"object,account,ts\no,a\n").ends_with("record 1: 2 cells, the header has 3"));
    assert!(message(b"object,account,ts\n").ends_with("holds no records"));
    assert!(message(b"").ends_with("is empty"));
    let broken = read("a.parquet", b"PAR1 this is none").unwrap_err().to_string();
    assert!(broken.contains("cannot be read as Parquet"), "{broken}");
}

#[test]
fn rows_are_looked_up_by_their_number_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("a.csv");
    // row 1 has no object and is left out; row 3 has no post
    std::fs::write(&csv, "object_id,account_id,content_id,ts\no0,a,c0,10\n,a,c1,11\no2,a,c2,12\no3,b,,13\n").unwrap();
    let parquet = folder.path().join("a.parquet");
    let column = |name: &str, values: [Option<&str>; 4]| Series::new(name.into(), values).into_column();
    let columns = vec![
        column("object_id", [Some("o0"), None, Some("o2"), Some("o3")]),
        column("account_id", [Some("a"), Some("a"), Some("a"), Some("b")]),
        column("content_id", [Some("c0"), Some("c1"), Some("c2"), None]),
        Series::new("ts".into(), [10_i64, 11, 12, 13]).into_column(),
    ];
    write_table(&DataFrame::new(4, columns).unwrap(), &parquet, &[]).unwrap();
    let share = |object: &str, content: Option<&str>| Share { object: object.into(), content: content.map(Into::into) };
    for path in [csv, parquet] {
        let found = read_shares(&path, &[0, 1, 3, 9]).unwrap();
        assert_eq!(found, [(0, share("o0", Some("c0"))), (3, share("o3", None))]);
        let rows: Vec<_> = visit_four_columns(&path, |first, part| (first, part.rows, part.at.len())).unwrap();
        assert_eq!(rows, [(0, Some(vec![0, 2, 3]), 3)]);
    }
}

#[test]
fn a_row_group_without_any_complete_row_is_no_obstacle() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    // two row groups, too large to be read together; nobody acts in the second
    let n = 1 << 16;
    let part = |account: Option<&str>| {
        let columns = vec![
            Series::new("object_id".into(), vec!["o"; n]).into_column(),
            Series::new("account_id".into(), vec![account; n]).into_column(),
            Series::new("ts".into(), vec![10_i64; n]).into_column(),
        ];
        Ok(DataFrame::new(n, columns).unwrap())
    };
    crate::write_table_in_parts([part(Some("a")), part(None)], &path).unwrap();
    let found = read_shares(&path, &[7, n as u32 + 3]).unwrap();
    assert_eq!(found.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [7]);
}
