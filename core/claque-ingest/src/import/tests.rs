//! Whole imports: golden rows, order and repetition, clear refusals.

use super::*;
use crate::{is_activity_folder, read_activity, write_activity};
use polars::prelude::DataFrame;
use proptest::prelude::*;

/// A folder with files of these names and contents.
pub(crate) fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Vec<PathBuf>) {
    let folder = tempfile::tempdir().unwrap();
    let paths = files.iter().map(|(name, content)| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    });
    let paths = paths.collect();
    (folder, paths)
}

pub(crate) fn imported(name: &str, content: &str, options: &ImportOptions) -> Imported {
    let (_folder, paths) = folder(&[(name, content)]);
    import(&paths, options).unwrap()
}

pub(crate) fn refused(name: &str, content: &str, options: &ImportOptions) -> IngestError {
    let (_folder, paths) = folder(&[(name, content)]);
    import(&paths, options).unwrap_err()
}

/// One column as text, null as `-`.
pub(crate) fn column(imported: &Imported, table: &str, column: &str) -> Vec<String> {
    let cells = imported.activity.table(table).unwrap().column(column).unwrap();
    (0..cells.len())
        .map(|row| match cells.get(row).unwrap() {
            polars::prelude::AnyValue::Null => "-".to_owned(),
            value => value.get_str().map_or_else(|| value.to_string(), str::to_owned),
        })
        .collect()
}

pub(crate) fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests-data/twitter_io").join(name)
}

pub(crate) fn mapping(pairs: &[(&str, &str)]) -> ImportOptions {
    let map = pairs.iter().map(|(column, source)| ((*column).to_owned(), (*source).to_owned())).collect();
    ImportOptions { map, ..ImportOptions::default() }
}

fn message(error: &IngestError) -> String {
    let text = error.to_string();
    // the folder of a test has a name of its own
    let start = text.find('`').map_or(0, |at| at + 1);
    let end = text[start..].find('`').map_or(start, |at| start + at);
    let name = text[start..end].rsplit('/').next().unwrap_or_default().to_owned();
    format!("{}{name}{}", &text[..start], &text[end..])
}

const SHARES: &str = "object_id,account_id,content_id,timestamp_share\n\
                      https://quay.example/a,u1,c1,1714564800\n\
                      https://quay.example/a,u2,c2,1714564805\n";

fn everything(imported: &Imported) -> Vec<(&'static str, DataFrame)> {
    imported.activity.tables().map(|(name, table)| (name, table.clone())).collect()
}

fn assert_same(a: &Imported, b: &Imported) {
    for ((name, left), (_, right)) in everything(a).iter().zip(&everything(b)) {
        assert!(left.equals_missing(right), "{name}:\n{left}\n{right}");
    }
}

#[test]
fn what_was_imported_is_written_and_read_back() {
    let files = [sample("synthetic_tweets.csv"), sample("synthetic_users.csv")];
    let imported = import(&files, &ImportOptions::default()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("activity");
    write_activity(&imported.activity, &target).unwrap();
    assert!(is_activity_folder(&target));
    let back = read_activity(&target).unwrap();
    for (name, table) in imported.activity.tables() {
        assert!(back.table(name).unwrap().equals_missing(table), "{name}");
    }
}

#[test]
fn q15_order_and_repetition_of_files_make_no_difference() {
    let a = SHARES.to_owned();
    let b = "object_id,account_id,content_id,timestamp_share\nplain,u1,c1,1714564800\nplain,u9,c1,1714564801\nplain,u3,c3,1714564802\n";
    let (_folder, paths) = folder(&[("a.csv", &a), ("b.csv", b)]);
    let [a, b] = [paths[0].clone(), paths[1].clone()];
    let forward = import(&[a.clone(), b.clone()], &ImportOptions::default()).unwrap();
    let backward = import(&[b.clone(), a.clone()], &ImportOptions::default()).unwrap();
    let twice = import(&[a.clone(), a, b], &ImportOptions::default()).unwrap();
    assert_same(&forward, &backward);
    assert_same(&forward, &twice);
    assert_eq!(
        column(&forward, "posts", "post_id"),
        ["other:coortweet:c1", "other:coortweet:c1#2", "other:coortweet:c2", "other:coortweet:c3"]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn overlapping_collections_give_the_same_tables_in_any_order(
        a in proptest::collection::vec((0..4_u8, 0..3_u8, 0..5_u8, 0..4_u8), 1..12),
        b in proptest::collection::vec((0..4_u8, 0..3_u8, 0..5_u8, 0..4_u8), 1..12),
        mapped in any::<bool>(),
    ) {
        let csv = |rows: &[(u8, u8, u8, u8)]| rows.iter().fold("object_id,account_id,content_id,timestamp_share\n".to_owned(), |csv, (o, a, c, t)| {
            csv + &format!("https://quay.example/{o},u{a},c{c},171456480{t}\n")
        });
        let options = if mapped {
            mapping(&[("account_id", "account_id"), ("post_id", "content_id"), ("created_at", "timestamp_share"), ("n_like", "timestamp_share"), ("links", "object_id|space")])
        } else {
            ImportOptions::default()
        };
        let (_folder, paths) = folder(&[("a.csv", &csv(&a)), ("b.csv", &csv(&b))]);
        let [a, b] = [paths[0].clone(), paths[1].clone()];
        let forward = import(&[a.clone(), b.clone()], &options).unwrap();
        let backward = import(&[b.clone(), a.clone()], &options).unwrap();
        let twice = import(&[a.clone(), a, b], &options).unwrap();
        assert_same(&forward, &backward);
        assert_same(&forward, &twice);
        let out = tempfile::tempdir().unwrap();
        write_activity(&forward.activity, &out.path().join("activity")).unwrap();
    }

    #[test]
    fn cutting_a_file_anywhere_loses_at_most_the_last_record(cut in 60..220_usize) {
        let whole = imported("a.csv", &rows(6), &ImportOptions::default());
        let content = &rows(6)[..cut.min(rows(6).len())];
        let complete = content.matches('\n').count().saturating_sub(1);
        let (_folder, paths) = folder(&[("a.csv", content)]);
        if let Ok(cut) = import(&paths, &ImportOptions::default()) {
            let kept = column(&cut, "posts", "post_id");
            prop_assert!(kept.len() >= complete, "{} of {}", kept.len(), complete);
            let ids = column(&whole, "posts", "post_id");
            prop_assert!(kept[..complete].iter().all(|id| ids.contains(id)));
        }
    }
}

fn rows(n: usize) -> String {
    (0..n).fold("object_id,account_id,content_id,timestamp_share\n".to_owned(), |csv, at| {
        csv + &format!("o{at},u{at},c{at},171456480{at}\n")
    })
}

#[test]
fn encoding_and_line_ends_change_only_the_sources() {
    let plain = "object_id,account_id,content_id,timestamp_share\n\"täg\none\",u1,c1,1714564800\n";
    let (folder, paths) = folder(&[("a.csv", plain)]);
    let expected = import(&paths, &ImportOptions::default()).unwrap();
    let utf16: Vec<u8> =
        "\u{feff}".chars().chain(plain.chars()).collect::<String>().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = format!("\u{feff}{plain}").into_bytes();
    for bytes in [utf16, marked, plain.replace(",1714564800\n", ",1714564800\r\n").into_bytes()] {
        let path = folder.path().join("b.csv");
        std::fs::write(&path, bytes).unwrap();
        let other = import(&[path], &ImportOptions::default()).unwrap();
        for table in ["posts", "links", "accounts"] {
            let without = |imported: &Imported| {
                let table = imported.activity.table(table).unwrap().clone();
                table.drop("source_id").unwrap_or(table)
            };
            assert!(without(&other).equals_missing(&without(&expected)), "{table}");
        }
    }
}

#[test]
fn rejected_records_are_counted_and_listed_and_do_not_stop() {
    let csv = format!(
        "{SHARES}https://quay.example/b,u3,c3,yesterday\nx,u4\n,u5,c5,1714564800\no,u6,7.02874E+17,1714564800\n"
    );
    // an id in scientific notation among the first records refuses the file; behind them it rejects a record
    let early = refused("a.csv", &csv, &ImportOptions::default());
    assert!(
        message(&early)
            .starts_with("`a.csv`: `content_id` holds ids in scientific notation (record 6: \"7.02874E+17\")"),
        "{early}"
    );
    let many = (0..200).fold(SHARES.to_owned(), |csv, at| csv + &format!("o,u{at},d{at},1714564800\n"));
    let csv = csv.replace(SHARES, &many);
    let imported = imported("a.csv", &csv, &ImportOptions::default());
    let file = &imported.report.files[0];
    assert_eq!((file.rows_read, file.rows_kept, file.rows_skipped, file.rows_rejected), (206, 202, 0, 4));
    let codes: Vec<(&str, u64, u64)> = file.rejects.iter().map(|r| (r.code, r.count, r.first_record)).collect();
    assert_eq!(codes, [("bad_csv", 1, 204), ("bad_time", 1, 203), ("id_scientific", 1, 206), ("no_id", 1, 205)]);
    assert_eq!(column(&imported, "rejects", "code"), ["bad_time", "bad_csv", "no_id", "id_scientific"]);
    assert_eq!(column(&imported, "rejects", "sample"), ["yesterday", "-", "-", "7.02874E+17"]);
    let lines = imported.report.lines().join("\n");
    assert!(lines.contains("bad_time              1  `timestamp_share`  first: "), "{lines}");
    assert!(lines.contains("record 203: \"yesterday\""), "{lines}");
}

#[test]
fn refusals_read_as_the_design_has_them() {
    let none = ImportOptions::default();
    let missing = import(&[PathBuf::from("data/tweets.csv")], &none).unwrap_err();
    assert_eq!(missing.to_string(), "`data/tweets.csv`: no such file");
    assert_eq!(missing.hint().unwrap(), "the path is relative to the folder in which claque was started");
    let empty = refused("export.csv", "", &none);
    assert_eq!(message(&empty), "`export.csv` is empty");
    assert_eq!(empty.hint().unwrap(), "an export that broke off often leaves an empty file; fetch it again");
    let unknown = refused("export.csv", "msg,usr,when\na,b,c\n", &none);
    assert_eq!(message(&unknown), "`export.csv`: no adapter recognises this file (columns: msg, usr, when)");
    assert!(unknown.hint().unwrap().starts_with("name the format with --as, or map the columns: claque import "));
    let header = std::fs::read_to_string(sample("synthetic_tweets.csv")).unwrap();
    let renamed = refused("tweets.csv", &header.replacen("tweetid", "tweet_id", 1), &none);
    let expected = "`tweets.csv`: column `tweetid` is missing (31 expected for x-io, 30 found; nearest: \"tweet_id\")";
    assert_eq!(message(&renamed), expected);
    assert_eq!(renamed.hint().unwrap(), "rename it, or use --as map --map post_id=tweet_id …");
    let both = "tweetid,userid,tweet_client_name,tweet_text,tweet_time,object_id,account_id,timestamp_share\n1,2,c,t,2020-01-01 10:00,o,a,1714564800\n";
    let both = refused("posts.csv", both, &none);
    assert_eq!(message(&both), "`posts.csv` fits two formats: x-io (1 of 1 records), coortweet (1 of 1 records)");
    assert_eq!(both.hint().unwrap(), "choose one with --as x-io or --as coortweet");
    let hopeless = refused("a.csv", "object_id,account_id,timestamp_share\no,a,now\no,b,then\n", &none);
    assert_eq!(
        message(&hopeless),
        "`a.csv`: none of its 2 records can be used; first: record 1, bad_time in `timestamp_share`: \"now\""
    );
    assert_eq!(message(&refused("a.csv", "object_id,account_id,timestamp_share\n", &none)), "`a.csv` holds no records");
}

#[test]
fn options_that_are_none_are_named() {
    let refused = |options: ImportOptions| refused("a.csv", SHARES, &options).to_string();
    let adapter = refused(ImportOptions { adapter: Some("x-iq".into()), ..Default::default() });
    assert_eq!(adapter, "unknown adapter `x-iq` (have: x-io, coortweet, map)");
    assert_eq!(
        refused(ImportOptions { tz: Some("Berlin".into()), ..Default::default() }),
        "unknown time zone `Berlin`"
    );
    let platform = refused(ImportOptions { platform: Some("myspace".into()), ..Default::default() });
    assert!(platform.starts_with("unknown platform `myspace` (have: x, facebook, "), "{platform}");
    let layout = super::tests::refused(
        "a.json",
        "{\"tweetid\": 1}",
        &ImportOptions { adapter: Some("x-io".into()), ..Default::default() },
    );
    assert_eq!(message(&layout), "`a.json`: x-io reads CSV, this is JSON");
}

#[test]
fn detection_looks_at_content_and_gives_reasons() {
    let imported = imported("no-ending", SHARES, &ImportOptions::default());
    let file = &imported.report.files[0];
    assert_eq!(file.adapter, "coortweet");
    assert_eq!(
        file.because,
        ["it has the columns `object_id`, `account_id` and `timestamp_share`", "2 of 2 records fit"]
    );
    for nothing in ["[]", "street,town\nmain,x\n"] {
        assert!(import(&folder(&[("a", nothing)]).1, &ImportOptions::default()).is_err(), "{nothing}");
    }
}

#[test]
fn times_on_full_minutes_are_written_down_as_minutes() {
    let header = "object_id,account_id,content_id,timestamp_share\n".to_owned();
    let csv = |step: u32| {
        (0..120).fold(header.clone(), |csv, at| csv + &format!("o,u{at},c{at},{}\n", 1_714_564_800 + at * step))
    };
    let minutes = imported("a.csv", &csv(60), &ImportOptions::default());
    assert!(column(&minutes, "posts", "created_at_precision").iter().all(|p| p == "min"));
    assert!(
        minutes.report.worth_a_look.iter().any(|line| line.contains("120 of 120 times lie on second 00")),
        "{:?}",
        minutes.report.worth_a_look
    );
    assert!(
        minutes.report.lines().iter().any(|line| line.contains("precision min (windows below 120 s cannot be tested)"))
    );
    let seconds = imported("a.csv", &csv(7), &ImportOptions::default());
    assert!(column(&seconds, "posts", "created_at_precision").iter().all(|p| p == "s"));
}

#[test]
fn stored_paths_are_never_absolute() {
    let imported = imported("a.csv", SHARES, &ImportOptions::default());
    assert_eq!(column(&imported, "sources", "path"), ["a.csv"]);
    assert_eq!(stored_path(Path::new("data/a.csv")), "data/a.csv");
}

#[test]
fn a_folder_stands_for_its_files() {
    let (folder, _) = folder(&[("b.csv", SHARES), ("a.csv", &rows(2)), (".hidden", "x")]);
    let imported = import(&[folder.path().to_owned()], &ImportOptions::default()).unwrap();
    let names: Vec<_> = imported.report.files.iter().map(|f| f.path.file_name().unwrap().to_owned()).collect();
    assert_eq!(names, ["a.csv", "b.csv"]);
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(import(&[empty.path().to_owned()], &ImportOptions::default()), Err(IngestError::EmptyFolder(_))));
}
