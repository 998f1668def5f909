//! Cells as they stand in the file, and the clear errors.

use super::*;

fn read(content: &str) -> Result<Messages, IngestError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("messages.csv");
    std::fs::write(&path, content).unwrap();
    read_messages(&path)
}

fn texts(column: &Column) -> Vec<&str> {
    column.str().unwrap().iter().flatten().collect()
}

#[test]
fn cells_stay_as_they_are_written() {
    let messages = read(
        "message_id,user_id,username,repost_id,reply_id,message,timestamp,urls\n\
         m1,a,A,,p1,\"two\r\nlines, \"\"quoted\"\"\",-1.5,u1  u2 \n\
         m1,,B,r1,,  @x ,1e3,\n",
    )
    .unwrap();
    assert_eq!(texts(&messages.message_id), ["m1", "m1"]);
    assert_eq!(texts(&messages.user_id), ["a", ""]);
    assert_eq!(texts(&messages.repost_id), ["", "r1"]);
    assert_eq!(texts(&messages.reply_id), ["p1", ""]);
    assert_eq!(texts(&messages.message), ["two\nlines, \"quoted\"", "  @x "]);
    assert_eq!(messages.timestamp, [-1.5, 1000.0]);
    assert_eq!(texts(&messages.urls), ["u1  u2 ", ""]);
}

#[test]
fn columns_are_found_by_name_in_any_order() {
    let messages = read("urls,timestamp,message,reply_id,repost_id,user_id,message_id\nu1,5,text,,,a,m1\n").unwrap();
    assert_eq!(texts(&messages.message_id), ["m1"]);
    assert_eq!(texts(&messages.urls), ["u1"]);
}

#[test]
fn what_is_wrong_is_named() {
    let header = "message_id,user_id,username,repost_id,reply_id,message,timestamp,urls\n";
    let message = |content: &str| read(content).unwrap_err().to_string();
    let with = |row: &str| message(&format!("{header}m0,a,A,,,x,1,\n{row}\n"));
    assert!(
        with("m1,a,A,,,x,2024-05-01,u")
            .contains("record 2: `timestamp` is \"2024-05-01\", must be a number of seconds")
    );
    for at in ["", "nan", "inf"] {
        assert!(with(&format!("m1,a,A,,,x,{at},u")).contains("must be a number of seconds"), "{at}");
    }
    assert!(with("m1,7.02874E+17,A,,,x,1,u").contains("`user_id` holds ids in scientific notation (record 2"));
    assert!(with("m1,a,A,,,x,1").ends_with("record 2: 7 cells, the header has 8"));
    assert!(message(header).ends_with("holds no records"));
    assert!(message("").ends_with("is empty"));
    assert!(message("[{\"message_id\":1}]").ends_with("--method cnt reads CSV, this is JSON"));
    let wrong = read("message_id,userid,repost_id,reply_id,message,timestamp,urls\nm1,a,,,x,1,u\n").unwrap_err();
    assert!(
        wrong
            .to_string()
            .ends_with("column `user_id` is missing (7 expected for messages, 6 found; nearest: \"userid\")"),
        "{wrong}"
    );
    let hint = wrong.hint().unwrap();
    assert!(hint.contains("message_id, user_id, repost_id"), "{hint}");
}
