//! The reference files to the last row, and the traps beside their corrected numbers.

mod corrected;
mod properties;

use super::*;
use crate::coortweet::public_sample;
use crate::error::CoordinationError;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests-data/parity");

#[derive(Default)]
struct Table {
    /// message_id, user_id, repost_id, reply_id, message, urls.
    texts: [StringChunked; 6],
    timestamp: Float64Chunked,
}

impl Table {
    /// Rows of message_id, user_id, repost_id, reply_id, message, timestamp, urls.
    fn of(rows: &[[&str; 7]]) -> Self {
        let text = |column: usize| rows.iter().map(|row| Some(row[column])).collect();
        Self { texts: [0, 1, 2, 3, 4, 6].map(text), timestamp: rows.iter().map(|row| row[5].parse().ok()).collect() }
    }

    fn read(path: &Path) -> Self {
        let mut reader = csv::Reader::from_path(path).expect("the input is there");
        let records: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("well-formed")).collect();
        let rows: Vec<[&str; 7]> = records.iter().map(|r| [0, 1, 3, 4, 5, 6, 7].map(|at| &r[at])).collect();
        Self::of(&rows)
    }

    fn borrow(&self) -> CntTable<'_> {
        let [message_id, user_id, repost_id, reply_id, message, urls] = &self.texts;
        CntTable { message_id, user_id, repost_id, reply_id, message, timestamp: &self.timestamp, urls }
    }

    fn load(&self, loader: CntLoader) -> CntMessages<'_> {
        CntMessages::load(&self.borrow(), loader).expect("columns of one length")
    }
}

/// Source, target, weight.
type Row = (String, String, u64);

fn rows_of(messages: &CntMessages<'_>, edges: &[CntEdge]) -> Vec<Row> {
    let name = |user: u32| messages.users()[user as usize].clone();
    edges.iter().map(|edge| (name(edge.user), name(edge.user_y), u64::from(edge.weight))).collect()
}

/// Edges and self loops of one call.
fn network(
    messages: &CntMessages<'_>,
    kind: CntType,
    settings: &CntSettings,
) -> Result<(Vec<Row>, Vec<Row>), CoordinationError> {
    let all = KeyedMessages::new(messages, kind).edges(settings)?;
    let (loops, edges): (Vec<CntEdge>, Vec<CntEdge>) = all.into_iter().partition(|edge| edge.is_loop());
    Ok((rows_of(messages, &edges), rows_of(messages, &loops)))
}

fn kind(name: &str) -> CntType {
    CntType::ALL.into_iter().find(|kind| kind.name() == name).expect("a type")
}

fn call(step: &Value) -> (CntType, CntSettings) {
    let settings = CntSettings {
        time_window: step["time_window"].as_f64().expect("a window"),
        min_edge_weight: step["min_edge_weight"].as_u64().expect("a weight") as u32,
        similarity_threshold: step["similarity_threshold"].as_f64().unwrap_or(f64::NAN),
        min_tokens: step["min_tokens"].as_u64().unwrap_or(0) as u32,
    };
    (kind(step["type"].as_str().expect("a type")), settings)
}

fn json(below: &str) -> Value {
    let text = std::fs::read_to_string(Path::new(DATA).join(below)).expect("the file is there");
    serde_json::from_str(&text).expect("the file is JSON")
}

fn entries<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().unwrap_or_else(|| panic!("no list `{name}`"))
}

#[test]
fn every_case_of_the_larger_input_is_equal_to_the_last_row() {
    let manifest = json("cnt/manifest.json");
    let table = Table::read(&Path::new(DATA).join("messages_4k.csv"));
    let messages = table.load(CntLoader::Csv);
    let mut compared = BTreeSet::new();
    for case in entries(&manifest, "cases") {
        let name = case["case"].as_str().expect("a name");
        assert_eq!(
            (&case["input"], &case["call"]["loader"]),
            (&"messages_4k.csv".into(), &"preprocess_csv_files".into())
        );
        let (kind, settings) = call(&case["call"]);
        let path = Path::new(DATA).join(case["output"].as_str().expect("a file"));
        let mut reader = csv::Reader::from_path(path).expect("the output is there");
        let expected: Vec<Row> = reader.deserialize().map(|row| row.expect("well-formed")).collect();
        assert_eq!(expected.len() as u64, case["rows"].as_u64().expect("a number"), "{name}");
        let (edges, loops) = network(&messages, kind, &settings).expect("no text lacks tokens");
        assert_eq!(edges.iter().map(|row| row.2).sum::<u64>(), case["sum_of_weights"].as_u64().expect("a number"));
        assert!(edges == expected, "{name}: {} edges, expected {}", edges.len(), expected.len());
        assert_eq!(loops.len() as u64, case["self_loops_left_out"].as_u64().expect("a number"), "{name}");
        compared.insert(name);
    }
    assert_eq!(compared.len(), 24);
}

#[test]
fn clean_lists_of_urls_give_the_same_links_where_no_cell_is_empty() {
    let table = Table::read(&Path::new(DATA).join("messages_4k.csv"));
    let settings = CntSettings { time_window: 60.0, ..CntSettings::default() };
    let of = |loader| network(&table.load(loader), CntType::CoLink, &settings).expect("no texts");
    assert_eq!(of(CntLoader::Api), of(CntLoader::Csv));
}

#[test]
fn every_step_of_every_toy_gives_what_the_tool_gave() {
    let manifest = json("cnt/manifest.json");
    let (mut runs, mut steps, mut texts) = (0, 0, 0);
    for toy in entries(&manifest, "toys") {
        let (file, place) = toy["output"].as_str().and_then(|at| at.split_once("#/runs/")).expect("a place");
        let run = &json(file)["runs"][place.parse::<usize>().expect("a number")];
        assert_eq!(run["tool"], "CNT");
        let name = toy["case"].as_str().expect("a name");
        let table = Table::read(&Path::new(DATA).join("toys").join(run["input"].as_str().expect("an input")));
        let loader = match run["loader"].as_str() {
            Some("csv") => CntLoader::Csv,
            Some("api") => CntLoader::Api,
            other => panic!("{name}: loader {other:?}"),
        };
        let messages = table.load(loader);
        for step in entries(run, "steps") {
            compare_step(&messages, step, name);
            steps += 1;
        }
        texts += compare_texts(&messages, run, name);
        runs += 1;
    }
    // 18 inputs, one of them through both loaders; 67 steps; texts of t31, t32 (two tables), t33 and t36 (two),
    // stored URLs of t30 (two) and t34
    assert_eq!((runs, steps, texts), (19, 67, 9));
}

fn compare_step(messages: &CntMessages<'_>, step: &Value, toy: &str) {
    let (kind, settings) = call(step);
    let found = network(messages, kind, &settings);
    if step["status"] == "error" {
        let message_id = "m1".to_owned();
        let stopped = found.expect_err("the tool stops").to_string();
        assert_eq!(stopped, CoordinationError::TextWithoutTokens { message_id }.to_string());
        return;
    }
    let (edges, loops) = found.expect("the tool does not stop");
    let expected: Vec<Row> = serde_json::from_value(step["rows"].clone()).expect("rows");
    assert_eq!(edges, expected, "{toy} {kind:?} {settings:?}");
    let expected: Vec<(String, u64)> = serde_json::from_value(step["loops"].clone()).expect("loops");
    let loops: Vec<(String, u64)> = loops.into_iter().map(|(user, _, weight)| (user, weight)).collect();
    assert_eq!(loops, expected, "{toy} {kind:?} {settings:?}: loops");
}

/// Compares the tables of normalised texts, token sets and URLs that the tool stored; says how many there were.
fn compare_texts(messages: &CntMessages<'_>, run: &Value, toy: &str) -> usize {
    let own = messages.messages.iter().filter(|m| m.repost == messages::NA);
    let mut compared = 0;
    for (name, normalise) in
        [("transformed_message", texts::transformed as fn(&str) -> String), ("token_set", stored_token_set)]
    {
        let Some(table) = run["texts"].get(name) else { continue };
        let expected: Vec<(String, String)> = serde_json::from_value(table["rows"].clone()).expect("rows");
        let mut found: Vec<(String, String)> = own.clone().map(|m| (m.id.to_owned(), normalise(m.text))).collect();
        found.sort();
        let sorted = |stored: &str| texts::pieces(stored).map(str::to_owned).collect::<BTreeSet<_>>();
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found.0, expected.0, "{toy} {name}");
            if name == "token_set" {
                assert_eq!(sorted(&found.1), sorted(&expected.1), "{toy} {name} {}", found.0);
            } else {
                assert_eq!(found.1, expected.1, "{toy} {name} {}", found.0);
            }
        }
        assert_eq!(found.len(), expected.len(), "{toy} {name}");
        compared += 1;
    }
    if let Some(table) = run.get("stored_urls") {
        let expected: Vec<(String, String, f64, String)> = serde_json::from_value(table["rows"].clone()).expect("rows");
        let mut found: Vec<(String, String, f64, String)> = messages
            .shared
            .iter()
            .map(|url| {
                let id = messages.messages[url.message as usize].id.to_owned();
                (id, messages.urls[url.url as usize].to_owned(), url.at, messages.users()[url.user as usize].clone())
            })
            .collect();
        found.sort_by(|x, y| (&x.0, &x.1).cmp(&(&y.0, &y.1)));
        assert_eq!(found, expected, "{toy} stored URLs");
        compared += 1;
    }
    compared
}

/// Tokens as the tool stores them; it divides them at white space again before it compares.
fn stored_token_set(text: &str) -> String {
    let kept = texts::without_mentions(text);
    let set: BTreeSet<&str> = texts::tokens(&kept).collect();
    set.into_iter().collect::<Vec<_>>().join(" ")
}

/// As CNT was fed: content_id is the message, object_id the repost, the first row of a content_id wins.
#[test]
fn the_public_sample_has_its_published_retweet_edges() {
    let Some(input) = public_sample("russian_coord_tweets.csv") else { return };
    let output = public_sample("russian_coord_tweets.cnt_co_retweet_w60_m2.csv").expect("beside its input");
    let mut reader = csv::Reader::from_path(input).expect("readable");
    let records: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("well-formed")).collect();
    let rows: Vec<[&str; 7]> = records.iter().map(|r| [&r[2], &r[1], &r[0], "", "", &r[3], ""]).collect();
    let table = Table::of(&rows);
    let settings = CntSettings { time_window: 60.0, min_edge_weight: 2, ..CntSettings::default() };
    let (edges, _) = network(&table.load(CntLoader::Csv), CntType::CoRetweet, &settings).expect("no texts");
    let mut expected: Vec<Row> = csv::Reader::from_path(output)
        .expect("readable")
        .records()
        .map(|row| row.expect("well-formed"))
        .map(|r| (r[0].to_owned(), r[1].to_owned(), r[2].parse().expect("a weight")))
        .collect();
    expected.sort();
    assert_eq!(edges.len(), 95);
    assert_eq!(edges, expected);
}

/// Expected values from CNT 1.5.2's own tokenizer.
#[test]
fn a_joiner_holds_an_emoji_to_the_mark_before_it() {
    let tokens = |text| texts::tokens(text).collect::<Vec<_>>();
    assert_eq!(tokens("1.\u{200d}👨"), ["1", ".\u{200d}👨"]);
    assert_eq!(tokens("a:\u{200d}™ b"), ["a", ":\u{200d}™", "b"]);
    assert_eq!(tokens("a.\u{200d}b"), ["a.\u{200d}b"]);
    assert_eq!(tokens("👨\u{200d}👩\u{200d}👧 x"), ["👨\u{200d}👩\u{200d}👧", "x"]);
}
