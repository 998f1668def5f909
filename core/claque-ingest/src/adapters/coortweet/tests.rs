//! Four columns to posts with links.

use crate::import::tests::{column, imported, refused};
use crate::{ImportOptions, Imported};

const HEADER: &str = "object_id,account_id,content_id,timestamp_share\n";

fn read(rows: &str) -> Imported {
    imported("shares.csv", &format!("{HEADER}{rows}"), &ImportOptions::default())
}

#[test]
fn k1_objects_become_links_and_ids_are_kept() {
    let imported = read("http://www.quay.example/a?utm_source=x,u1,c1,1714564800\ntopic 7,u2,c2,1714564801\n");
    assert_eq!(column(&imported, "posts", "post_id"), ["other:coortweet:c1", "other:coortweet:c2"]);
    assert_eq!(column(&imported, "posts", "native_id"), ["c1", "c2"]);
    assert_eq!(column(&imported, "posts", "account_id"), ["other:coortweet:u1", "other:coortweet:u2"]);
    assert_eq!(column(&imported, "posts", "text"), ["-", "-"]);
    assert_eq!(column(&imported, "posts", "created_at_precision"), ["s", "s"]);
    assert_eq!(column(&imported, "posts", "extra"), ["-", "{\"object\":\"topic 7\"}"]);
    assert_eq!(column(&imported, "links", "kind"), ["url", "url"]);
    assert_eq!(column(&imported, "links", "target"), ["https://quay.example/a", "topic 7"]);
    assert_eq!(column(&imported, "links", "domain"), ["quay.example", "-"]);
    assert_eq!(column(&imported, "accounts", "account_id"), ["other:coortweet:u1", "other:coortweet:u2"]);
}

#[test]
fn k1_a_platform_may_be_given() {
    let options = ImportOptions { platform: Some("x".into()), ..ImportOptions::default() };
    let imported = imported("a.csv", &format!("{HEADER}o,u1,c1,1714564800\n"), &options);
    assert_eq!(column(&imported, "posts", "post_id"), ["x:c1"]);
    assert_eq!(column(&imported, "posts", "platform"), ["x"]);
}

#[test]
fn k1_text_dates_are_an_error_of_the_record() {
    let imported = read("o,u1,c1,1714564800\no,u2,c2,2024-05-01 12:00:00\n");
    let problem = &imported.report.files[0].rejects[0];
    assert_eq!((problem.code, problem.first_record), ("bad_time", 2));
}

#[test]
fn k2_one_content_on_several_rows_is_one_post_with_several_objects() {
    let imported = read("o1,u1,c1,1714564800\no2,u1,c1,1714564800\no1,u1,c1,1714564800\n");
    assert_eq!(column(&imported, "posts", "post_id"), ["other:coortweet:c1"]);
    assert_eq!(column(&imported, "links", "target"), ["o1", "o2"]);
    assert_eq!(column(&imported, "posts", "extra"), ["{\"object\":[\"o1\",\"o2\"]}"]);
}

#[test]
fn k2_rows_that_differ_in_account_or_time_stay_apart() {
    let imported = read("o1,u2,c1,1714564800\no1,u1,c1,1714564805\no1,u1,c1,1714564800\n");
    assert_eq!(
        column(&imported, "posts", "post_id"),
        ["other:coortweet:c1", "other:coortweet:c1#2", "other:coortweet:c1#3"]
    );
    assert_eq!(column(&imported, "posts", "source_row"), ["3", "1", "2"]);
    assert!(
        imported.report.worth_a_look.iter().any(|line| line.starts_with("2 posts share their content_id")),
        "{:?}",
        imported.report.worth_a_look
    );
}

#[test]
fn without_content_ids_every_record_is_a_post() {
    let imported = imported(
        "shares.csv",
        "object_id,account_id,timestamp_share\no,u1,1714564800\no,u2,1714564801\n",
        &ImportOptions::default(),
    );
    assert_eq!(column(&imported, "posts", "post_id"), ["other:coortweet:shares-1", "other:coortweet:shares-2"]);
}

#[test]
fn q4_numbers_of_json_keep_their_digits() {
    let json = "{\"object_id\":\"o\",\"account_id\":800000000000000001,\"content_id\":9007199254740993,\"timestamp_share\":1714564800}\n";
    let imported = imported("a.ndjson", json, &ImportOptions::default());
    assert_eq!(column(&imported, "posts", "account_id"), ["other:coortweet:800000000000000001"]);
    assert_eq!(column(&imported, "posts", "post_id"), ["other:coortweet:9007199254740993"]);
}

#[test]
fn q21_milliseconds_and_fractions_carry_their_precision() {
    let millis = read("o,u1,c1,1714564800123\no,u2,c2,1714564801000\n");
    assert_eq!(column(&millis, "posts", "created_at_precision"), ["ms", "ms"]);
    assert_eq!(column(&millis, "posts", "created_at")[0], "2024-05-01 12:00:00.123 UTC");
    let fractions = read("o,u1,c1,1714564800.5\no,u2,c2,1714564801\n");
    assert_eq!(column(&fractions, "posts", "created_at_precision"), ["ms", "ms"]);
}

#[test]
fn q25_a_deleted_account_coordinates_with_nobody() {
    let imported = read("o,[deleted],c1,1714564800\no,[deleted],c2,1714564801\n");
    assert_eq!(column(&imported, "posts", "account_id"), ["-", "-"]);
    assert_eq!(column(&imported, "posts", "status"), ["deleted", "deleted"]);
    assert_eq!(imported.activity.table("accounts").unwrap().height(), 0);
}

#[test]
fn years_outside_1990_to_2100_are_bad_times() {
    let imported = read("o,u1,c1,1714564800\no,u2,c2,60\n");
    assert_eq!(imported.report.files[0].rejects[0].code, "bad_time");
    let error = refused("a.csv", &format!("{HEADER}o,u2,c2,60\n"), &ImportOptions::default());
    assert!(error.to_string().contains("none of its 1 records can be used"), "{error}");
}
