//! The layers on tables small enough to check by hand.

use super::*;
use claque_model::{ParamValue, Shape, Unwatched};
use polars::prelude::{Column, DataType, IntoColumn, NamedFrom, Series};
use std::collections::BTreeMap;
use std::time::Duration;

type Row<'a> = Vec<Option<&'a str>>;

/// The tables of a signal as the engine hands them over: declared columns and types, absent ones null.
fn given(signal: &dyn Signal, tables: &[(&str, &[&str], &[Row<'_>])], params: &[(&str, ParamValue)]) -> Given {
    let declaration = signal.declaration();
    let handed = declaration.requires.iter().map(|needed| {
        let (_, names, rows) = tables.iter().find(|(name, ..)| *name == needed.name).expect("the table is given");
        let columns: Vec<Column> = needed
            .columns
            .iter()
            .map(|column| {
                let place = names.iter().position(|name| *name == column.name);
                assert!(place.is_some() || column.optional, "{} lacks {}", needed.name, column.name);
                let cells: Vec<Option<&str>> = rows.iter().map(|row| place.and_then(|place| row[place])).collect();
                let numbers = || cells.iter().map(|cell| cell.and_then(|c| c.parse::<i64>().ok())).collect::<Vec<_>>();
                let series = match column.kind.dtype() {
                    DataType::String => Series::new(column.name.as_str().into(), cells),
                    DataType::Boolean => {
                        let flags: Vec<Option<bool>> = cells.iter().map(|cell| cell.map(|c| c == "true")).collect();
                        Series::new(column.name.as_str().into(), flags)
                    }
                    kind => Series::new(column.name.as_str().into(), numbers()).cast(&kind).expect("numbers cast"),
                };
                series.into_column()
            })
            .collect();
        (needed.name.clone(), DataFrame::new(rows.len(), columns).expect("columns of one length"))
    });
    let params = params.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Given {
        tables: handed.collect(),
        params: declaration.resolve_params(&params).expect("declared parameters"),
        seed: 1,
        time_limit: Duration::from_secs(10),
        memory_limit: usize::MAX,
        max_threads: 1,
    }
}

/// Account, object, post and time of every trace.
fn traces_of(
    id: &str,
    tables: &[(&str, &[&str], &[Row<'_>])],
    params: &[(&str, ParamValue)],
) -> Vec<(String, String, String, i64)> {
    let signals = trace_signals();
    let signal = signals.iter().find(|signal| signal.declaration().id == id).expect("a built-in layer");
    let frame = signal.score(&given(signal.as_ref(), tables, params), &Unwatched).expect("it scores");
    assert_eq!(frame.get_column_names(), ["account_id", "object", "at", "post_id"]);
    let column = |name| text_column(&frame, name).expect("a string").iter().map(|v| v.expect("no null").to_owned());
    let at = frame.column("at").and_then(|c| c.datetime()).expect("a time").physical().clone();
    let rows = column("account_id").zip(column("object")).zip(column("post_id")).zip(at.iter());
    rows.map(|(((account, object), post), at)| (account, object, post, at.expect("no null"))).collect()
}

fn row(cells: &str) -> Row<'_> {
    cells.split('|').map(|cell| Some(cell.trim()).filter(|cell| *cell != "-")).collect()
}

fn trace(account: &str, object: &str, post: &str, at: i64) -> (String, String, String, i64) {
    (account.into(), object.into(), post.into(), at)
}

#[test]
fn links_are_named_by_where_they_lead_and_once_per_post() {
    let posts = ["p1|a|10", "p2|b|20", "p3|-|30", "p4|c|-"].map(row);
    let links = [
        "p1|url|https://ln.example/1|https://harbourpost.example/x",
        "p2|url|https://harbourpost.example/x|-",
        "p2|url|https://harbourpost.example/x|-",
        "p2|hashtag|harbour|-",
        "p3|url|https://harbourpost.example/x|-",
        "p4|url|https://harbourpost.example/x|-",
    ]
    .map(row);
    let found = traces_of(
        "coord.url",
        &[
            ("posts", &["post_id", "account_id", "created_at"], &posts),
            ("links", &["post_id", "kind", "target", "final_url"], &links),
        ],
        &[],
    );
    let page = "https://harbourpost.example/x";
    assert_eq!(found, [trace("a", page, "p1", 10), trace("b", page, "p2", 20)]);
}

#[test]
fn reposts_quotes_and_replies_are_named_by_the_other_post() {
    for (id, column) in
        [("coord.repost", "repost_of_id"), ("coord.quote", "quote_of_id"), ("coord.reply", "reply_to_id")]
    {
        let posts = ["p2|b|20|o|-", "p1|a|10|o|false", "p3|c|30|-|-", "p4|d|5|o|true"].map(row);
        let names = ["post_id", "account_id", "created_at", column, "embedded"];
        let found = traces_of(id, &[("posts", &names, &posts)], &[]);
        assert_eq!(found, [trace("a", "o", "p1", 10), trace("b", "o", "p2", 20)], "{id}");
    }
}

#[test]
fn tags_in_the_same_order_share_an_object_and_four_are_too_few() {
    // signals.md, C4, first test; positions need not be in row order
    let posts = ["p1|a|1|post", "p2|b|2|post", "p3|c|3|post", "p4|d|4|post", "p5|e|5|repost"].map(row);
    let tags = |post: &'static str, tags: &'static str| {
        tags.split(' ').enumerate().map(move |(at, tag)| (post, at, tag)).collect::<Vec<_>>()
    };
    let mut links = tags("p1", "tide port vote quay lamp");
    links.extend(tags("p2", "Tide port vote quay lamp"));
    links.extend(tags("p3", "lamp quay vote port tide"));
    links.extend(tags("p4", "tide port vote quay"));
    links.extend(tags("p5", "tide port vote quay lamp"));
    links.reverse();
    let positions: Vec<String> = links.iter().map(|link| link.1.to_string()).collect();
    let rows: Vec<Row<'_>> = links
        .iter()
        .zip(&positions)
        .map(|((post, _, tag), position)| vec![Some(*post), Some("hashtag"), Some(*tag), Some(position.as_str())])
        .collect();
    let tables: [(&str, &[&str], &[Row<'_>]); 2] = [
        ("posts", &["post_id", "account_id", "created_at", "kind"], &posts),
        ("links", &["post_id", "kind", "target", "position"], &rows),
    ];
    let found = traces_of("coord.hashtag_seq", &tables, &[]);
    let (forth, back) = ("tide port vote quay lamp", "lamp quay vote port tide");
    assert_eq!(found, [trace("a", forth, "p1", 1), trace("b", forth, "p2", 2), trace("c", back, "p3", 3)]);
    let shorter = traces_of("coord.hashtag_seq", &tables, &[("min_tags", ParamValue::Int(4))]);
    assert_eq!(shorter.len(), 4);
}

#[test]
fn a_day_of_tags_is_one_object_at_its_last_post() {
    let posts: Vec<String> = (0..5).map(|n| format!("p{n}|a|{n}|post")).collect();
    let links: Vec<String> = (0..5).map(|n| format!("p{n}|hashtag|t{n}|0")).collect();
    let posts: Vec<Row<'_>> = posts.iter().map(|line| row(line)).collect();
    let links: Vec<Row<'_>> = links.iter().map(|line| row(line)).collect();
    let tables: [(&str, &[&str], &[Row<'_>]); 2] = [
        ("posts", &["post_id", "account_id", "created_at", "kind"], &posts),
        ("links", &["post_id", "kind", "target", "position"], &links),
    ];
    let day = [("mode", ParamValue::Text("day".into()))];
    assert_eq!(traces_of("coord.hashtag_seq", &tables, &day), [trace("a", "t0 t1 t2 t3 t4", "p4", 4)]);
    assert!(traces_of("coord.hashtag_seq", &tables, &[]).is_empty());
}

#[test]
fn near_duplicate_texts_share_an_object_named_by_their_leader() {
    // signals.md, C5, first test
    let posts = [
        "p1|a|1|post|They are counting the ballots behind closed doors in Quayham, share before it is deleted! https://harbourpost.example/x|false",
        "p2|b|2|post|They are counting the ballots behind closed doors in Quayham - share before it is deleted|false",
        "p3|c|3|reply|@reader they are counting the ballots behind CLOSED doors in Quayham!! share it before it is deleted|false",
        "p4|d|4|post|Counting in Quayham is public: anyone may watch the ballots being counted tonight|false",
        "p5|e|5|post|Closed doors.|false",
        "p6|f|6|repost|They are counting the ballots behind closed doors in Quayham - share before it is deleted|false",
        "p7|g|7|post|They are counting the ballots behind closed doors in Quayham - share before it is deleted|true",
        "p8|h|8|post|-|false",
        "p9|i|9|post|🙂 https://harbourpost.example/x|false",
    ]
    .map(row);
    let names = ["post_id", "account_id", "created_at", "kind", "text", "text_truncated"];
    let of = |posts: &[Row<'_>]| traces_of("coord.text_dup", &[("posts", &names, posts)], &[]);
    let found = of(&posts);
    let ids: Vec<&str> = found.iter().map(|trace| trace.2.as_str()).collect();
    assert_eq!(ids, ["p1", "p2", "p3", "p4"]);
    assert!(found[0].1 == found[1].1 && found[1].1 == found[2].1 && found[2].1 != found[3].1);
    assert!(found[0].1.len() == 16 && found[0].1.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let mut reversed = posts.to_vec();
    reversed.reverse();
    assert_eq!(of(&reversed), found, "the row order changes nothing");
}

#[test]
fn declarations_are_complete_and_name_their_layers() {
    let layers: BTreeMap<String, (String, f64)> = trace_signals()
        .iter()
        .map(|signal| {
            let declaration = signal.declaration();
            assert_eq!(declaration.emits, Shape::Traces);
            assert!(!declaration.innocent.is_empty() && !declaration.disarm.inferred.is_empty());
            assert!(declaration.requires.iter().all(|table| !table.is_optional()));
            (declaration.layer_name().to_owned(), (declaration.family.clone(), declaration.cap))
        })
        .collect();
    let expected = [
        ("hashtag_sequence", "trace", 1.6),
        ("quote", "trace", 4.0),
        ("reply", "trace", 4.0),
        ("repost", "trace", 4.0),
        ("text", "text", 2.3),
        ("url", "trace", 4.0),
    ];
    let expected = expected.map(|(layer, family, cap)| (layer.to_owned(), (family.to_owned(), cap)));
    assert_eq!(layers, BTreeMap::from(expected));
}
