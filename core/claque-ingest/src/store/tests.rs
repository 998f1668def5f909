//! Writing and reading back, and what is refused on the way.

use super::*;
use polars::prelude::{Column, DataType, IntoColumn, NamedFrom, Series};

fn text(name: &str, cells: &[&str]) -> Column {
    Series::new(name.into(), cells).into_column()
}

fn posts(rows: &[(&str, &str)]) -> DataFrame {
    let height = rows.len();
    let all = |name: &str, cell: &str| text(name, &vec![cell; height]);
    let times = Series::new("created_at".into(), vec![1_714_564_800_000_000_i64; height]);
    let times = times.cast(&claque_model::ColumnType::Time.dtype()).unwrap();
    let columns = vec![
        text("post_id", &rows.iter().map(|(post, _)| *post).collect::<Vec<_>>()),
        text("account_id", &rows.iter().map(|(_, account)| *account).collect::<Vec<_>>()),
        all("platform", "x"),
        all("native_id", "1"),
        all("kind", "post"),
        all("text", "line\nbreak, \"quoted\""),
        all("status", "visible"),
        all("source_id", "s"),
        times.into_column(),
        all("created_at_precision", "min"),
        all("created_at_source", "platform"),
        Series::new("embedded".into(), vec![false; height]).into_column(),
        Series::new("text_truncated".into(), vec![false; height]).into_column(),
        Series::new("source_row".into(), (1..=height as u64).collect::<Vec<_>>()).into_column(),
        Series::new("lat".into(), vec![51.5; height]).into_column(),
    ];
    DataFrame::new(height, columns).unwrap()
}

fn accounts(ids: &[&str]) -> DataFrame {
    let all = |name: &str, cell: &str| text(name, &vec![cell; ids.len()]);
    let columns = vec![
        text("account_id", ids),
        all("platform", "x"),
        all("native_id", "1"),
        all("kind", "user"),
        all("status", "unknown"),
        all("source_id", "s"),
        Series::new("is_hashed".into(), vec![false; ids.len()]).into_column(),
        Series::new("source_row".into(), vec![1_u64; ids.len()]).into_column(),
    ];
    DataFrame::new(ids.len(), columns).unwrap()
}

fn activity(rows: &[(&str, &str)]) -> Activity {
    let accounts = accounts(&["x:a", "x:b"]);
    Activity::try_new([("posts".to_owned(), posts(rows)), ("accounts".to_owned(), accounts)]).unwrap()
}

#[test]
fn what_is_written_is_read_back_in_the_order_of_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("activity");
    write_activity(&activity(&[("x:2", "x:b"), ("x:1", "x:a")]), &target).unwrap();
    let back = read_activity(&target).unwrap();
    let expected = activity(&[("x:1", "x:a"), ("x:2", "x:b")]);
    let (back, expected) = (back.table("posts").unwrap(), expected.table("posts").unwrap());
    // rows were numbered before they were sorted
    assert!(back.drop("source_row").unwrap().equals_missing(&expected.drop("source_row").unwrap()));
    let index: Value = serde_json::from_slice(&fs::read(target.join("activity.json")).unwrap()).unwrap();
    assert_eq!(index["tables"]["posts"]["rows"], 2);
    let hash = logical_hash(back, &["post_id"]).unwrap();
    assert_eq!(index["tables"]["posts"]["logical_hash"], hash);
    assert!(is_activity_folder(&target));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing temporary is left");
}

#[test]
fn a_parquet_file_carries_its_table_and_key() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("activity");
    write_activity(&activity(&[("x:1", "x:a")]), &target).unwrap();
    let (_, meta) = crate::table_file::read_parquet(&target.join("accounts.parquet"), <[String]>::to_vec).unwrap();
    for (key, value) in [
        ("activity.schema", "1"),
        ("activity.table", "accounts"),
        ("activity.key", "account_id,observed_at,source_id,source_row"),
    ] {
        assert!(meta.iter().any(|(k, v)| k == key && v == value), "{key}");
    }
}

#[test]
fn the_csv_twin_reads_back_to_the_same_table() {
    let folder = tempfile::tempdir().unwrap();
    let expected = activity(&[("x:1", "x:a"), ("x:2", "x:b")]);
    for (name, table) in expected.tables() {
        write_table(table, &folder.path().join(format!("{name}.csv")), &[]).unwrap();
    }
    let csv = fs::read_to_string(folder.path().join("posts.csv")).unwrap();
    assert!(csv.contains("2024-05-01T12:00:00Z,min,platform,\"line\nbreak, \"\"quoted\"\"\",false"), "{csv}");
    let back = read_activity(folder.path()).unwrap();
    for (name, table) in expected.tables() {
        assert!(back.table(name).unwrap().equals_missing(table), "{name}");
    }
}

#[test]
fn parts_below_a_folder_are_one_table() {
    let folder = tempfile::tempdir().unwrap();
    for (part, row) in [("x/2024-06", ("x:2", "x:b")), ("x/2024-05", ("x:1", "x:a"))] {
        let below = folder.path().join("posts").join(part);
        fs::create_dir_all(&below).unwrap();
        write_table(&posts(&[row]), &below.join("part-0.parquet"), &[]).unwrap();
    }
    let back = read_activity(folder.path()).unwrap();
    let ids = back.table("posts").unwrap().column("post_id").unwrap().clone();
    assert_eq!(ids.str().unwrap().iter().flatten().collect::<Vec<_>>(), ["x:1", "x:2"]);
    write_table(&posts(&[("x:3", "x:a")]), &folder.path().join("posts.parquet"), &[]).unwrap();
    assert!(matches!(read_activity(folder.path()), Err(IngestError::TableTwice { .. })));
}

#[test]
fn dictionaries_and_narrow_numbers_of_other_writers_are_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let mut table = posts(&[("x:1", "x:a")]);
    let narrow = table.column("source_row").unwrap().cast(&DataType::Int32).unwrap();
    table.replace("source_row", narrow).unwrap();
    table
        .replace(
            "kind",
            text("kind", &["post"]).cast(&DataType::from_categories(polars::prelude::Categories::global())).unwrap(),
        )
        .unwrap();
    write_table(&table, &folder.path().join("posts.parquet"), &[]).unwrap();
    let back = read_activity(folder.path()).unwrap();
    assert_eq!(back.table("posts").unwrap().column("source_row").unwrap().dtype(), &DataType::UInt64);
    let wrong = table.column("post_id").unwrap().clone().with_name("lat".into());
    table.replace("lat", wrong).unwrap();
    write_table(&table, &folder.path().join("posts.parquet"), &[]).unwrap();
    assert!(read_activity(folder.path()).unwrap_err().to_string().ends_with("column `lat` is str, must be a number"));
}

#[test]
fn a_later_schema_is_named() {
    let folder = tempfile::tempdir().unwrap();
    write_table(&posts(&[("x:1", "x:a")]), &folder.path().join("posts.parquet"), &[("activity.schema", "2")]).unwrap();
    let message = read_activity(folder.path()).unwrap_err().to_string();
    assert!(message.ends_with("posts.parquet`: written by activity schema 2, this claque reads 1"), "{message}");
}

#[test]
fn tables_that_break_the_schema_are_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("activity");
    let refused = |activity: &Activity| {
        let message = write_activity(activity, &target).unwrap_err().to_string();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left");
        message
    };
    let twice = refused(&activity(&[("x:1", "x:a"), ("x:1", "x:b")]));
    assert_eq!(twice, "table `posts`: key (post_id) is not unique: \"x:1\"");
    let dangling = refused(&activity(&[("x:1", "x:a"), ("x:2", "x:nobody")]));
    assert_eq!(dangling, "table `posts`: row 2: `account_id` \"x:nobody\" is not in `accounts`");
    let mut table = posts(&[("x:1", "x:a")]);
    table.replace("lat", Series::new("lat".into(), [91.0]).into_column()).unwrap();
    let outside = refused(&Activity::try_new([("posts".to_owned(), table)]).unwrap());
    assert_eq!(outside, "table `posts`: row 1: `lat` is 91.0, must be between -90 and 90");
    fs::create_dir(&target).unwrap();
    assert!(matches!(write_activity(&activity(&[]), &target), Err(IngestError::Exists(_))));
}

#[test]
fn positions_of_links_have_no_gaps() {
    let links = |positions: &[u16]| {
        let n = positions.len();
        let all = |name: &str, cell: &str| text(name, &vec![cell; n]);
        let columns = vec![
            all("post_id", "x:1"),
            Series::new("position".into(), positions.to_vec()).into_column(),
            all("kind", "url"),
            all("raw", "r"),
            all("target", "t"),
            all("found_in", "text"),
            all("normaliser", "url-1"),
        ];
        Activity::try_new([("links".to_owned(), DataFrame::new(n, columns).unwrap())]).unwrap()
    };
    assert!(check::keys(&links(&[1, 0])).is_ok());
    let gap = check::keys(&links(&[0, 2])).unwrap_err().to_string();
    assert_eq!(gap, "table `links`: row 2: `position` is 2 for \"x:1\", must be 1 (no gaps)");
}

#[test]
fn a_folder_without_tables_is_none() {
    let folder = tempfile::tempdir().unwrap();
    assert!(!is_activity_folder(folder.path()));
    assert!(matches!(read_activity(folder.path()), Err(IngestError::NoTables(_))));
    assert!(matches!(read_activity(&folder.path().join("none")), Err(IngestError::NoSuchFile(_))));
}
