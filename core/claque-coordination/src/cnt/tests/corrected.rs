//! The corrected numbers beside the traps, worked out by hand.

use super::*;

/// (user, user_y): weight, then corrected objects, messages and messages of the other side.
fn beside(table: &Table, kind: CntType, settings: &CntSettings) -> Vec<(String, u64, Option<u32>, u32, u32)> {
    let messages = table.load(CntLoader::Csv);
    let keyed = KeyedMessages::new(&messages, kind);
    let edges = keyed.edges(settings).expect("every text has tokens, or few are asked for");
    let corrected = keyed.corrected(settings, &edges);
    rows_of(&messages, &edges)
        .into_iter()
        .zip(corrected)
        .map(|((x, y, weight), c)| (x + &y, weight, c.n_objects, c.n_messages, c.n_messages_y))
        .collect()
}

fn within(time_window: f64) -> CntSettings {
    CntSettings { time_window, min_edge_weight: 1, ..CntSettings::default() }
}

fn row(shown: &str, weight: u64, n_objects: Option<u32>, n: u32, n_y: u32) -> (String, u64, Option<u32>, u32, u32) {
    (shown.to_owned(), weight, n_objects, n, n_y)
}

#[test]
fn messages_without_a_link_share_none() {
    let table = Table::of(&[
        ["m1", "a", "", "", "x", "0", ""],
        ["m2", "b", "", "", "y", "5", ""],
        ["m3", "c", "", "", "z", "6", "u1"],
        ["m4", "d", "", "", "z", "7", "u1"],
    ]);
    let found = beside(&table, CntType::CoLink, &within(60.0));
    let crossing: Vec<_> = found.into_iter().filter(|row| row.0[..1] != row.0[1..]).collect();
    assert_eq!(
        crossing,
        [
            row("ab", 1, Some(0), 0, 0),
            row("ba", 1, Some(0), 0, 0),
            row("cd", 1, Some(1), 1, 1),
            row("dc", 1, Some(1), 1, 1)
        ]
    );
    let messages = table.load(CntLoader::Csv);
    assert_eq!(KeyedMessages::new(&messages, CntType::CoLink).n_without_object(), 2);
    let messages = table.load(CntLoader::Api);
    assert_eq!(KeyedMessages::new(&messages, CntType::CoLink).n_without_object(), 0);
}

#[test]
fn texts_without_words_share_none() {
    let table = Table::of(&[
        ["m1", "a", "", "", "@x", "0", ""],
        ["m2", "b", "", "", "@y ", "5", ""],
        ["m3", "a", "", "", "word", "6", ""],
        ["m4", "b", "", "", "@z WORD", "7", ""],
    ]);
    let expected = [
        row("aa", 2, Some(0), 0, 0),
        row("ab", 2, Some(1), 1, 1),
        row("ba", 2, Some(1), 1, 1),
        row("bb", 2, Some(0), 0, 0),
    ];
    assert_eq!(beside(&table, CntType::CoTweet, &within(60.0)), expected);
    // as sets of words the empty ones have no edge at all
    let similar = beside(&table, CntType::CoSimilarTweet, &within(60.0));
    assert_eq!(similar[1], row("ab", 1, Some(1), 1, 1));
}

#[test]
fn a_text_without_tokens_stops_as_there_unless_a_least_number_is_set() {
    let table = Table::of(&[["m1", "a", "", "", "@x", "0", ""], ["m2", "b", "", "", "word", "900", ""]]);
    let messages = table.load(CntLoader::Csv);
    let keyed = KeyedMessages::new(&messages, CntType::CoSimilarTweet);
    let stopped = keyed.edges(&CntSettings { min_tokens: 0, ..within(60.0) });
    assert!(matches!(stopped, Err(CoordinationError::TextWithoutTokens { message_id }) if message_id == "m1"));
    // the tool never looks at users with fewer messages than the weight
    assert!(keyed.edges(&CntSettings { min_tokens: 0, min_edge_weight: 2, ..within(60.0) }).is_ok());
    assert_eq!(keyed.edges(&within(60.0)).expect("a least number").len(), 1);
}

#[test]
fn distinct_objects_are_the_same_in_both_directions() {
    // toy t37: two common URLs in one pair of messages, one URL three times on one side
    let table = Table::of(&[
        ["m1", "a", "", "", "x1", "0", "u1 u2"],
        ["m2", "b", "", "", "x2", "5", "u1 u2"],
        ["m3", "a", "", "", "x3", "100", "u3"],
        ["m5", "b", "", "", "x5", "130", "u3"],
        ["m6", "b", "", "", "x6", "160", "u3"],
        ["m7", "b", "", "", "x7", "161", "u3"],
    ]);
    let found = beside(&table, CntType::CoLink, &within(60.0));
    let expected = [
        row("aa", 2, Some(0), 0, 0),
        row("ab", 2, Some(3), 2, 3),
        row("ba", 3, Some(3), 3, 2),
        // m5, m6 and m7 match each other, m2 only itself
        row("bb", 4, Some(1), 3, 3),
    ];
    assert_eq!(found, expected);
    let posts = beside(&table, CntType::CoPost, &within(60.0));
    assert_eq!(posts[1], row("ab", 2, None, 2, 3));
}

#[test]
fn a_url_that_a_repeated_id_brings_belongs_to_nobody() {
    // toy t34: m1 is a's; its second row gives b a URL that b never posted
    let table = Table::of(&[
        ["m1", "a", "", "", "x", "0", "u1"],
        ["m1", "b", "", "", "x", "5", "u1 u2"],
        ["m2", "c", "", "", "y", "6", "u2"],
    ]);
    let found = beside(&table, CntType::CoLink, &within(60.0));
    assert_eq!(found[1], row("bb", 1, Some(0), 0, 0));
    assert_eq!(found[2], row("bc", 1, Some(0), 0, 0));
}

#[test]
fn rounding_lets_one_direction_in_and_the_corrected_count_both() {
    // toy t15: 0.8 - 0.2 is a hair above 0.6, 0.6 + 0.2 is 0.8
    let table = Table::of(&[["m1", "a", "r", "", "", "0.6", ""], ["m2", "b", "r", "", "", "0.8", ""]]);
    let found = beside(&table, CntType::CoRetweet, &within(0.2));
    assert_eq!(found.len(), 3, "both loops and one direction");
    assert_eq!(found[1], row("ab", 1, Some(1), 1, 1));
}

#[test]
fn a_text_repeated_many_times_is_one_object() {
    let mut rows = Vec::new();
    let ids: Vec<String> = (0..6).map(|id| format!("m{id}")).collect();
    for (number, id) in ids.iter().enumerate() {
        let user = if number < 3 { "a" } else { "b" };
        rows.push([id.as_str(), user, "", "", "the same five words here", "0", ""]);
    }
    let found = beside(&Table::of(&rows), CntType::CoSimilarTweet, &within(60.0));
    assert_eq!(found[1], row("ab", 3, Some(1), 3, 3));
}

#[test]
fn an_empty_table_has_no_edges() {
    let messages = Table::of(&[]);
    let messages = messages.load(CntLoader::Csv);
    for kind in CntType::ALL {
        let keyed = KeyedMessages::new(&messages, kind);
        let edges = keyed.edges(&CntSettings::default()).expect("no text");
        assert_eq!((edges.len(), keyed.corrected(&CntSettings::default(), &edges).len()), (0, 0));
    }
}

#[test]
fn columns_of_different_lengths_are_refused() {
    let mut table = Table::of(&[["m1", "a", "", "", "x", "0", ""]]);
    table.texts[5] = StringChunked::default();
    let refused = CntMessages::load(&table.borrow(), CntLoader::Csv).expect_err("one URL cell is missing");
    assert_eq!(refused.to_string(), "column `urls` has 0 rows, the others have 1");
}
