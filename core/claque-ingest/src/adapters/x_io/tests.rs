//! Golden rows of the two samples, and every quirk of the archive on the smallest file that shows it.

use super::*;
use crate::import::tests::{column, imported, sample};
use crate::{ImportOptions, Imported, import};

fn tweets() -> Imported {
    import(&[sample("synthetic_tweets.csv")], &ImportOptions::default()).unwrap()
}

/// A tweets file: one row per list of changed cells.
fn file(rows: &[&[(&str, &str)]]) -> String {
    let usual = [
        ("tweetid", "1"),
        ("userid", "100"),
        ("tweet_text", "hello"),
        ("tweet_time", "2017-08-19 15:13"),
        ("is_retweet", "False"),
        ("account_creation_date", "2016-12-04"),
    ];
    let mut csv = COLUMNS.join(",") + "\n";
    for row in rows {
        let cell = |name: &&str| {
            let given = row
                .iter()
                .find(|(column, _)| column == name)
                .or_else(|| usual.iter().find(|(column, _)| column == name));
            format!("\"{}\"", given.map_or("", |(_, cell)| cell).replace('"', "\"\""))
        };
        csv += &(COLUMNS.iter().map(cell).collect::<Vec<_>>().join(",") + "\n");
    }
    csv
}

fn read(rows: &[&[(&str, &str)]]) -> Imported {
    imported("tweets.csv", &file(rows), &ImportOptions::default())
}

fn one(table: &str, name: &str, cells: &[(&str, &str)]) -> String {
    column(&read(&[cells]), table, name).pop().unwrap()
}

#[test]
fn golden_tweets() {
    let imported = tweets();
    let file = &imported.report.files[0];
    assert_eq!((file.adapter, file.rows_read, file.rows_kept, file.rows_skipped), ("x-io", 6, 6, 0));
    let ids: Vec<String> = [1, 2, 3, 4, 5, 9].iter().map(|n| format!("x:80000000000000000{n}")).collect();
    assert_eq!(column(&imported, "posts", "post_id"), ids);
    assert_eq!(column(&imported, "posts", "kind"), ["post", "repost", "repost", "post", "post", "reply"]);
    assert!(column(&imported, "posts", "created_at_precision").iter().all(|p| p == "min"));
    assert_eq!(column(&imported, "posts", "text")[0], "Hello \"quoted\"\nsecond line");
    assert_eq!(column(&imported, "posts", "text")[1], "same text http://t.co/x");
    assert_eq!(column(&imported, "posts", "repost_of_id")[1..3], ["x:800000000000000009", "x:800000000000000009"]);
    assert_eq!(column(&imported, "posts", "lat"), ["-", "-", "-", "-", "-", "51.5"]);
    assert_eq!(column(&imported, "posts", "n_repost"), ["2"; 6]);
    assert_eq!(column(&imported, "accounts", "is_hashed").iter().filter(|h| *h == "true").count(), 5);
    assert_eq!(column(&imported, "accounts", "account_id").len(), 6);
    let kinds = column(&imported, "links", "kind");
    let count = |kind: &str| kinds.iter().filter(|k| *k == kind).count();
    assert_eq!((count("url"), count("hashtag"), count("mention"), kinds.len()), (6, 4, 1, 11));
    let fifth: Vec<String> = column(&imported, "links", "post_id")
        .into_iter()
        .zip(column(&imported, "links", "target"))
        .filter(|(post, _)| post.ends_with('5'))
        .map(|(_, target)| target)
        .collect();
    assert_eq!(fifth, ["https://example.com/b", "https://example.com/c", "uno", "dos"]);
    assert!(column(&imported, "links", "found_in").iter().all(|found| found == "entity"));
    let acts: Vec<(String, String)> = column(&imported, "interactions", "kind")
        .into_iter()
        .zip(column(&imported, "interactions", "target_account_id"))
        .collect();
    let target = |kind: &str| acts.iter().filter(|(k, _)| k == kind).map(|(_, t)| t.as_str()).collect::<Vec<_>>();
    assert_eq!(target("repost"), ["x:900000000000000009"; 2]);
    assert_eq!(target("reply"), ["x:900000000000000010"]);
    assert_eq!(target("mention"), ["x:900000000000000009"]);
}

#[test]
fn golden_users() {
    let imported = import(&[sample("synthetic_users.csv")], &ImportOptions::default()).unwrap();
    let file = &imported.report.files[0];
    assert_eq!((file.adapter, file.rows_read, file.rows_kept, file.rows_skipped), ("x-io", 6, 6, 0));
    assert_eq!(imported.activity.table("posts").unwrap().height(), 0);
    assert_eq!(column(&imported, "accounts", "account_id").len(), 6);
    assert!(column(&imported, "accounts", "created_at_precision").iter().all(|p| p == "day"));
    let followers: Vec<String> = column(&imported, "accounts", "account_id")
        .into_iter()
        .zip(column(&imported, "accounts", "n_follower"))
        .filter(|(id, _)| id == "x:900000000000000009")
        .map(|(_, n)| n)
        .collect();
    assert_eq!(followers, ["9001"]);
}

#[test]
fn a1_hashed_accounts_have_no_name() {
    let hash = "u4IDDbwryroyqQvy4geoSoVvxfAzt3xICDarb3f0Dxk=";
    let hashed = [("userid", hash), ("user_screen_name", hash), ("user_display_name", hash)];
    assert_eq!(one("accounts", "is_hashed", &hashed), "true");
    assert_eq!(one("accounts", "handle", &hashed), "-");
    assert_eq!(one("accounts", "display_name", &hashed), "-");
    let clear = [("userid", "12"), ("user_screen_name", "page_9"), ("user_display_name", "Page 9")];
    assert_eq!(one("accounts", "is_hashed", &clear), "false");
    assert_eq!(one("accounts", "handle", &clear), "page_9");
}

#[test]
fn a2_hashed_and_clear_ids_are_both_counted() {
    let line =
        "5 accounts are hashed and 1 are not: a hashed account does not join with its clear id in replies and reposts";
    assert!(tweets().report.worth_a_look.iter().any(|found| found == line), "{:?}", tweets().report.worth_a_look);
}

#[test]
fn a3_times_are_minutes_in_utc() {
    assert_eq!(one("posts", "created_at_precision", &[]), "min");
    assert_eq!(one("posts", "created_at_source", &[]), "platform");
    assert_eq!(one("posts", "created_at", &[]), "2017-08-19 15:13:00 UTC");
}

#[test]
fn a4_accounts_are_created_on_a_day() {
    assert_eq!(one("accounts", "created_at_precision", &[]), "day");
    assert_eq!(one("accounts", "created_at", &[]), "2016-12-04 00:00:00 UTC");
}

#[test]
fn a5_lists_are_python_like() {
    let imported = read(&[&[("urls", "[http://a.example/x,y, http://b.example/z]"), ("hashtags", "['Uno', 'dos']")]]);
    assert_eq!(column(&imported, "links", "target"), ["https://a.example/x,y", "https://b.example/z", "uno", "dos"]);
    assert_eq!(column(&imported, "links", "raw")[2], "Uno");
    assert_eq!(column(&imported, "links", "position"), ["0", "1", "2", "3"]);
}

#[test]
fn a6_counts_are_whole() {
    assert_eq!(one("posts", "n_like", &[("like_count", "3.0")]), "3");
    assert_eq!(one("posts", "n_like", &[("like_count", "")]), "-");
    let bad = read(&[&[("like_count", "many")]]);
    assert_eq!(column(&bad, "posts", "n_like"), ["-"]);
    let nulled = &bad.report.files[0].nulled[0];
    assert_eq!(
        (nulled.code, nulled.field.as_deref(), nulled.value.as_str()),
        ("bad_count", Some("like_count"), "\"many\"")
    );
}

#[test]
fn a7_an_absent_place_is_unknown() {
    let imported = read(&[&[("latitude", "absent"), ("longitude", "absent")]]);
    assert_eq!(column(&imported, "posts", "lat"), ["-"]);
    assert!(imported.report.files[0].nulled.is_empty());
    assert_eq!(one("posts", "lat", &[("latitude", "91")]), "-");
}

#[test]
fn a8_truth_values_are_words() {
    assert_eq!(one("posts", "kind", &[("is_retweet", "True")]), "repost");
    assert_eq!(one("posts", "kind", &[("is_retweet", "FALSE")]), "post");
}

#[test]
fn a9_texts_hold_line_breaks_quotes_and_control_characters() {
    let imported = read(&[&[("tweet_text", "a \"b\"\r\nc\0d")]]);
    assert_eq!(column(&imported, "posts", "text"), ["a \"b\"\ncd"]);
    assert!(imported.report.worth_a_look.iter().any(|line| line == "1 control characters were removed from texts"));
}

#[test]
fn a10_parts_are_separate_sources() {
    let parts = [file(&[&[("tweetid", "1")]]), file(&[&[("tweetid", "2")]])];
    let (_folder, paths) =
        crate::import::tests::folder(&[("x_tweets_1.csv", &parts[0]), ("x_tweets_2.csv", &parts[1])]);
    let imported = import(&paths, &ImportOptions::default()).unwrap();
    assert_eq!(imported.activity.table("sources").unwrap().height(), 2);
    assert_eq!(column(&imported, "posts", "post_id"), ["x:1", "x:2"]);
}

#[test]
fn a11_accounts_come_from_tweets_once_per_source() {
    let imported =
        read(&[&[("tweetid", "1")], &[("tweetid", "2")], &[("tweetid", "3"), ("user_screen_name", "renamed")]]);
    assert_eq!(column(&imported, "accounts", "source_row"), ["1", "3"]);
    assert_eq!(column(&imported, "accounts", "handle"), ["-", "renamed"]);
}

#[test]
fn a12_a_retweet_has_the_text_of_its_original() {
    let retweet: &[(&str, &str)] =
        &[("tweetid", "1"), ("is_retweet", "True"), ("retweet_tweetid", "2"), ("tweet_text", "RT @name: a long te…")];
    let original: &[(&str, &str)] = &[("tweetid", "2"), ("tweet_text", "a long text")];
    let together = read(&[retweet, original]);
    assert_eq!(column(&together, "posts", "text"), ["a long text", "a long text"]);
    assert_eq!(column(&together, "posts", "text_truncated"), ["false", "false"]);
    let alone = read(&[retweet]);
    assert_eq!(column(&alone, "posts", "text"), ["a long te…"]);
    assert_eq!(column(&alone, "posts", "text_truncated"), ["true"]);
}

#[test]
fn a12_a_cut_hashtag_is_none() {
    let cut = [("is_retweet", "True"), ("tweet_text", "RT @name: vote #now and #tomor…")];
    assert_eq!(column(&read(&[&cut]), "links", "target"), ["now"]);
}

#[test]
fn a13_short_links_of_the_text_are_those_of_the_list() {
    let listed = [("urls", "['http://a.example/']"), ("tweet_text", "see https://t.co/x and https://b.example/")];
    let imported = read(&[&listed]);
    assert_eq!(column(&imported, "links", "target"), ["https://a.example/", "https://b.example/"]);
    assert_eq!(column(&imported, "links", "found_in"), ["entity", "text"]);
    let unlisted = [("urls", "[]"), ("tweet_text", "see https://t.co/x")];
    assert_eq!(column(&read(&[&unlisted]), "links", "target"), ["https://t.co/x"]);
}

#[test]
fn q5_ids_with_a_fraction_keep_their_digits() {
    let imported = read(&[&[("tweetid", "800000000000000001.0")]]);
    assert_eq!(column(&imported, "posts", "post_id"), ["x:800000000000000001"]);
    assert!(imported.report.worth_a_look.iter().any(|line| line == "1 ids were written with `.0` behind them"));
}

#[test]
fn q15_a_repeated_tweet_has_the_content_of_the_first_and_the_counts_of_the_last() {
    let first: &[(&str, &str)] =
        &[("tweet_text", "first https://a.example/"), ("like_count", "1"), ("reply_count", "4")];
    let last: &[(&str, &str)] = &[("tweet_text", "last https://b.example/"), ("like_count", "9"), ("reply_count", "")];
    let imported = read(&[first, last]);
    assert_eq!(column(&imported, "posts", "text"), ["first https://a.example/"]);
    assert_eq!(column(&imported, "posts", "n_like"), ["9"]);
    assert_eq!(column(&imported, "posts", "n_reply"), ["4"]);
    assert_eq!(column(&imported, "links", "target"), ["https://a.example/"]);
}

#[test]
fn q17_a_time_that_is_absent_is_unknown_and_the_tweet_stays() {
    let imported =
        read(&[&[("tweetid", "1"), ("tweet_time", "absent")], &[("tweetid", "2"), ("tweet_time", "2017-13-40")]]);
    assert_eq!(column(&imported, "posts", "created_at"), ["-", "-"]);
    assert_eq!(column(&imported, "posts", "created_at_precision"), ["-", "-"]);
    assert_eq!(imported.report.files[0].nulled[0].code, "bad_time");
    assert_eq!(imported.report.files[0].nulled[0].count, 1);
}

#[test]
fn an_older_release_without_a_column_is_recognized() {
    let csv = file(&[&[("tweet_client_name", "x")]]).replacen("tweet_client_name", "client", 1);
    let imported = imported("a.csv", &csv, &ImportOptions::default());
    assert_eq!(imported.report.files[0].adapter, "x-io");
    assert_eq!(column(&imported, "posts", "client"), ["-"]);
}

#[test]
fn shuffled_columns_are_recognized() {
    let mut lines = file(&[&[]])
        .lines()
        .map(|line| line.split(',').rev().collect::<Vec<_>>().join(","))
        .collect::<Vec<_>>()
        .join("\n");
    lines.push('\n');
    let imported = imported("a.txt", &lines, &ImportOptions::default());
    assert_eq!(imported.report.files[0].adapter, "x-io");
    assert_eq!(column(&imported, "posts", "text"), ["hello"]);
}
