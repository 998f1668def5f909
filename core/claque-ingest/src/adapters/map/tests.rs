//! Mappings by hand: what they fill, what they propose, and how they fail.

use crate::import::tests::{column, imported, mapping, refused};
use crate::{ImportOptions, IngestError};

const POSTS: &str = "Unique UserID,Timestamp,Post Content\n\
                     u1,2024-05-01 14:00:00,see https://quay.example/a #Vote @Some_One\n\
                     u2,2024-05-01 14:00:05,plain\n";

fn usual() -> ImportOptions {
    mapping(&[("account_id", "Unique UserID"), ("created_at", "Timestamp"), ("text", "Post Content")])
}

#[test]
fn k6_columns_are_mapped_by_hand() {
    let imported = imported("posts.csv", POSTS, &usual());
    assert_eq!(imported.report.files[0].adapter, "map");
    assert_eq!(column(&imported, "posts", "post_id"), ["other:map:posts-1", "other:map:posts-2"]);
    assert_eq!(column(&imported, "posts", "account_id"), ["other:map:u1", "other:map:u2"]);
    assert_eq!(column(&imported, "posts", "text")[1], "plain");
    assert_eq!(column(&imported, "links", "kind"), ["url", "hashtag", "mention"]);
    assert_eq!(column(&imported, "links", "target"), ["https://quay.example/a", "vote", "other:map:@some_one"]);
    assert_eq!(column(&imported, "links", "found_in"), ["text"; 3]);
    assert_eq!(column(&imported, "interactions", "kind"), ["mention"]);
}

#[test]
fn k6_a_mapping_is_proposed_with_examples() {
    let error = refused("posts.csv", POSTS, &ImportOptions { adapter: Some("map".into()), ..Default::default() });
    let hint = error.hint().unwrap();
    let wanted = "--map account_id=\"Unique UserID\" --map created_at=Timestamp --map text=\"Post Content\"";
    assert!(hint.contains(wanted), "{hint}");
    assert!(hint.contains("account_id from \"Unique UserID\": u1 · u2"), "{hint}");
    let named_oddly = "a,b\nu1,2024-05-01\n";
    let error = refused("posts.csv", named_oddly, &ImportOptions { adapter: Some("map".into()), ..Default::default() });
    assert!(error.hint().unwrap().contains("--map created_at=b"), "{error:?}");
}

#[test]
fn q19_times_without_a_zone_say_that_theirs_was_assumed() {
    let berlin = ImportOptions { tz: Some("Europe/Berlin".into()), ..usual() };
    let there = imported("posts.csv", POSTS, &berlin);
    assert_eq!(column(&there, "posts", "created_at")[0], "2024-05-01 12:00:00 UTC");
    assert_eq!(column(&there, "posts", "created_at_source"), ["assumed_tz"; 2]);
    assert_eq!(column(&there, "sources", "tz_assumed"), ["Europe/Berlin"]);
    let nowhere = imported("posts.csv", POSTS, &usual());
    assert_eq!(column(&nowhere, "posts", "created_at")[0], "2024-05-01 14:00:00 UTC");
    assert_eq!(column(&nowhere, "sources", "tz_assumed"), ["UTC"]);
    assert!(
        nowhere.report.worth_a_look.iter().any(|line| line == "2 times had no zone; they were read in UTC (--tz)"),
        "{:?}",
        nowhere.report.worth_a_look
    );
    let zoned = imported("posts.csv", &POSTS.replace(":00,see", ":00Z,see").replace(":05,", ":05Z,"), &berlin);
    assert_eq!(column(&zoned, "posts", "created_at_source"), ["platform"; 2]);
    assert_eq!(column(&zoned, "sources", "tz_assumed"), ["-"]);
}

#[test]
fn a_missing_time_and_a_bad_one_reject_the_record() {
    let csv = "id,user,when\n1,u1,\n2,u2,soon\n3,u3,2024-05-01T12:00:00Z\n";
    let imported =
        imported("a.csv", csv, &mapping(&[("post_id", "id"), ("account_id", "user"), ("created_at", "when")]));
    assert_eq!(column(&imported, "rejects", "code"), ["no_time", "bad_time"]);
    assert_eq!(column(&imported, "posts", "post_id"), ["other:map:3"]);
}

#[test]
fn q10_and_q11_wrapped_objects_and_paths() {
    let map = mapping(&[
        ("account_id", "user.id"),
        ("post_id", "id"),
        ("created_at", "ts"),
        ("links", "urls"),
        ("platform", "'x'"),
    ]);
    let record = |id: u8| {
        format!(
            "{{\"id\":{id},\"user\":{{\"id\":800000000000000001}},\"ts\":1714564800{id}00,\"urls\":[\"https://quay.example/{id}\"]}}"
        )
    };
    let forms = [
        format!("{}\n{}\n", record(1), record(2)),
        format!("[{},\n{}]", record(1), record(2)),
        format!("{{\"data\":[{},{}]}}\n", record(1), record(2)),
        format!("{{\"items\":[{}]}}\n{{\"items\":[{}]}}\n", record(1), record(2)),
    ];
    for form in forms {
        let imported = imported("a.json", &form, &map);
        assert_eq!(column(&imported, "posts", "post_id"), ["x:1", "x:2"], "{form}");
        assert_eq!(column(&imported, "posts", "source_row"), ["1", "2"], "{form}");
        assert_eq!(column(&imported, "posts", "account_id"), ["x:800000000000000001"; 2]);
        assert_eq!(column(&imported, "posts", "created_at_precision"), ["ms"; 2]);
        assert_eq!(column(&imported, "links", "target"), ["https://quay.example/1", "https://quay.example/2"]);
    }
}

#[test]
fn q17_q18_q25_q26_values_of_all_kinds() {
    let csv = "id,user,likes,views,verified,lang\n1,[deleted],1.2K,-1,yes,nan\n2,u2,\"1,234\",0,perhaps,de\n";
    let map = mapping(&[
        ("post_id", "id"),
        ("account_id", "user"),
        ("n_like", "likes"),
        ("n_view", "views"),
        ("verified", "verified"),
        ("lang", "lang"),
    ]);
    let imported = imported("a.csv", csv, &map);
    assert_eq!(column(&imported, "posts", "n_like"), ["1200", "1234"]);
    assert_eq!(column(&imported, "posts", "n_view"), ["-", "0"]);
    assert_eq!(column(&imported, "posts", "lang"), ["-", "de"]);
    assert_eq!(column(&imported, "posts", "account_id"), ["-", "other:map:u2"]);
    assert_eq!(column(&imported, "posts", "status"), ["deleted", "unknown"]);
    assert_eq!(column(&imported, "accounts", "verified"), ["-"]);
    assert!(imported.report.worth_a_look.iter().any(|line| line.starts_with("1 counts were abbreviated")));
    assert_eq!(imported.report.files[0].nulled[0].code, "bad_truth");
}

#[test]
fn q28_invisible_characters_go_in_handles_and_stay_in_text() {
    let csv = "user,name,text\nu1,@So\u{200b}me,a\u{200f}b #ta\u{200b}g\n";
    let imported = imported(
        "a.csv",
        csv,
        &mapping(&[("account_id", "user"), ("handle", "name"), ("text", "text"), ("hashtags", "'#Vo\u{200b}te'")]),
    );
    assert_eq!(column(&imported, "accounts", "handle"), ["Some"]);
    assert_eq!(column(&imported, "posts", "text"), ["a\u{200f}b #ta\u{200b}g"]);
    assert_eq!(column(&imported, "links", "target")[0], "vote");
    assert!(imported.report.worth_a_look.iter().any(|line| line.starts_with("1 handles held invisible characters")));
}

#[test]
fn q6_semicolons_and_decimal_commas() {
    let csv = "user;lat;n\nu1;51,5;1.234\n";
    let imported = imported("a.csv", csv, &mapping(&[("account_id", "user"), ("lat", "lat"), ("n_like", "n")]));
    assert_eq!(column(&imported, "posts", "lat"), ["51.5"]);
    assert_eq!(column(&imported, "posts", "n_like"), ["1234"]);
}

#[test]
fn q9_and_q16_survive_a_whole_import() {
    let bytes = b"user,text\nu1,caf\xe9\nuser,text\nu2,plain\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, bytes).unwrap();
    let imported = crate::import(&[path], &mapping(&[("account_id", "user"), ("text", "text")])).unwrap();
    assert_eq!(column(&imported, "posts", "text"), ["café", "plain"]);
    let file = &imported.report.files[0];
    assert_eq!((file.rows_read, file.rows_kept, file.rows_skipped, file.rows_rejected), (3, 2, 1, 0));
    assert!(imported.report.worth_a_look.iter().any(|line| line.starts_with("1 records were not UTF-8")));
}

#[test]
fn reposts_replies_and_quotes_are_kinds_and_interactions() {
    let csv = "id,user,rt,rtu,re,q\n1,u1,9,u9,,\n2,u2,,,8,\n3,u3,,,,7\n4,u4,,,,\n";
    let map = mapping(&[
        ("post_id", "id"),
        ("account_id", "user"),
        ("repost_of_id", "rt"),
        ("repost_of_account", "rtu"),
        ("reply_to_id", "re"),
        ("quote_of_id", "q"),
    ]);
    let imported = imported("a.csv", csv, &map);
    assert_eq!(column(&imported, "posts", "kind"), ["repost", "reply", "quote", "post"]);
    let mut acts: Vec<String> = column(&imported, "interactions", "kind")
        .into_iter()
        .zip(column(&imported, "interactions", "target_account_id"))
        .zip(column(&imported, "interactions", "target_post_id"))
        .map(|((kind, account), post)| format!("{kind} {account} {post}"))
        .collect();
    acts.sort();
    assert_eq!(acts, ["quote - other:map:7", "reply - other:map:8", "repost other:map:u9 other:map:9"]);
}

#[test]
fn lists_in_cells_have_their_form() {
    let csv = "user,urls\nu1,https://a.example/ https://b.example/\n";
    let imported = imported("a.csv", csv, &mapping(&[("account_id", "user"), ("links", "urls|space")]));
    assert_eq!(column(&imported, "links", "target"), ["https://a.example/", "https://b.example/"]);
}

#[test]
fn a_mapping_that_does_not_fit_is_named() {
    let error = |pairs: &[(&str, &str)]| refused("posts.csv", POSTS, &mapping(pairs));
    let column = error(&[("acount_id", "Unique UserID")]);
    assert_eq!(
        column.to_string(),
        "`--map acount_id=Unique UserID`: unknown column `acount_id` (nearest: `account_id`)"
    );
    let source = error(&[("account_id", "UniqueUserID")]).to_string();
    assert!(
        source.ends_with("`--map account_id=UniqueUserID`: there is no `UniqueUserID` (nearest: \"Unique UserID\")"),
        "{source}"
    );
    assert!(matches!(error(&[("text", "Post Content")]), IngestError::MapLacks("account_id")));
    let platform = error(&[("account_id", "Unique UserID"), ("platform", "'myspace'")]);
    assert!(platform.to_string().starts_with("unknown platform `myspace`"));
    let json = refused("a.json", "{\"user\":1}", &mapping(&[("account_id", "usr")])).to_string();
    assert!(json.ends_with("there is no `usr` (nearest: \"user\")"), "{json}");
}

#[test]
fn two_files_of_one_name_do_not_share_ids() {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for (below, text) in [("a", "one"), ("b", "two")] {
        let path = folder.path().join(below);
        std::fs::create_dir(&path).unwrap();
        std::fs::write(path.join("posts.csv"), format!("user,text\nu,{text}\n")).unwrap();
        paths.push(path.join("posts.csv"));
    }
    let imported = crate::import(&paths, &mapping(&[("account_id", "user"), ("text", "text")])).unwrap();
    assert_eq!(imported.activity.table("posts").unwrap().height(), 2);
}
