//! `claque coordinate --method cnt` from file to file.

use crate::support::{Desk, reference, repository, text};

const TOYS: &str = "core/claque-coordination/tests-data/parity/toys";

fn toy(name: &str) -> String {
    text(&repository().join(TOYS).join(format!("{name}.messages.csv")))
}

/// Runs with these arguments behind `--method cnt` and gives the edges file.
fn edges(desk: &Desk, input: &str, arguments: &[&str]) -> String {
    desk.done(&[&["coordinate", input, "-o", "edges.csv", "--method", "cnt"], arguments].concat());
    std::fs::read_to_string(desk.path("edges.csv")).expect("a file")
}

#[test]
fn the_real_sample_has_its_reference_edges_from_four_columns() {
    let Some(file) = reference("data/parity/russian_coord_tweets.csv") else { return };
    let Some(expected) = reference("data/parity/russian_coord_tweets.cnt_co_retweet_w60_m2.csv") else { return };
    let arguments = ["--type", "co_retweet", "--window", "60s", "--min-weight", "2"];
    let found = edges(&Desk::new(), &text(&file), &arguments);
    let mut reader = csv::Reader::from_path(expected).expect("the reference");
    let rows = reader.records().map(|row| row.expect("a row"));
    let mut expected: Vec<String> = rows.map(|row| format!("{},{},{}", &row[0], &row[1], &row[2])).collect();
    expected.sort();
    assert_eq!(expected.len(), 95);
    assert_eq!(found, format!("user_id,user_id_y,weight\n{}\n", expected.join("\n")));
}

#[test]
fn corrected_columns_stand_beside_unchanged_ones() {
    let desk = Desk::new();
    // toy t37: what the tool gave is in its JSON, the corrected numbers are counted by hand
    let input = toy("t37_cnt_distinct_messages");
    let arguments = ["--type", "co_link", "--window", "60s", "--min-weight", "1"];
    assert_eq!(edges(&desk, &input, &arguments), "user_id,user_id_y,weight\na,b,2\nb,a,3\n");
    let corrected = edges(&desk, &input, &[&arguments[..], &["--corrected", "--include-self-loops"]].concat());
    assert_eq!(
        corrected,
        "user_id,user_id_y,weight,corrected_n_objects,corrected_n_messages,corrected_n_messages_y\n\
         a,a,2,0,0,0\na,b,2,3,2,3\nb,a,3,3,3,2\nb,b,5,1,3,3\nc,c,1,0,0,0\n"
    );
}

#[test]
fn messages_without_a_link_are_said_and_can_be_read_as_such() {
    let desk = Desk::new();
    let input = desk.write(
        "messages.csv",
        "message_id,user_id,username,repost_id,reply_id,message,timestamp,urls\nm1,a,A,,,x,0,\nm2,b,B,,,y,5,\n",
    );
    let arguments = ["coordinate", &text(&input), "-o", "edges.csv", "--method", "cnt", "--type", "co_link"];
    let arguments = [&arguments[..], &["--window", "60s", "--min-weight", "1"]].concat();
    let said = desk.done(&arguments).stdout;
    assert!(said.contains("2 directed edges"), "{said}");
    assert!(said.contains("2 messages without a link share the empty one, as there"), "{said}");
    let said = desk.done(&[&arguments[..], &["--clean-urls"]].concat()).stdout;
    assert!(said.contains("0 directed edges") && !said.contains("share the empty one"), "{said}");
}

#[test]
fn where_the_tool_stops_there_is_a_warning_and_a_result() {
    let desk = Desk::new();
    let input = toy("t32_cnt_empty_text_similarity_error");
    let arguments = ["coordinate", &input, "-o", "edges.csv", "--method", "cnt", "--type", "co_similar_tweet"];
    let outcome = desk.done(&[&arguments[..], &["--window", "60s", "--min-weight", "1", "--min-tokens", "0"]].concat());
    assert!(outcome.stderr.contains("the text of message `m1` has no token"), "{}", outcome.stderr);
    let found = std::fs::read_to_string(desk.path("edges.csv")).expect("a file");
    assert_eq!(found, "user_id,user_id_y,weight\nb,c,1\nc,b,1\n");
}

#[test]
fn what_is_missing_is_said_with_what_to_do() {
    let desk = Desk::new();
    let input = toy("t37_cnt_distinct_messages");
    let shares = text(&desk.write("shares.csv", "object_id,account_id,content_id,timestamp_share\no,a,c,1\n"));
    let refused = |input: &str, arguments: &[&str]| {
        let all = [&["coordinate", input, "-o", "edges.csv", "--method", "cnt", "--window", "60s"], arguments].concat();
        let outcome = desk.claque(&all);
        assert_eq!(outcome.code, 2, "{}", outcome.stderr);
        outcome.stderr
    };
    let said = refused(&input, &[]);
    assert!(said.contains("what two messages must have in common\nhint: --type co_retweet"), "{said}");
    let said = refused(&input, &["--type", "co_similar_tweet", "--similarity", "80"]);
    assert!(said.contains("--similarity 80 must be above 0 and at most 1"), "{said}");
    let said = refused(&shares, &["--type", "co_tweet"]);
    assert!(said.contains("column `message_id` is missing") && said.contains("hint: the header must name"), "{said}");
    assert!(!desk.names().contains(&"edges.csv".to_owned()));
}
