//! The reference files, to the last row.

use super::*;
use crate::error::CoordinationError;
use serde_json::Value;
use std::path::{Path, PathBuf};

const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests-data/parity");

struct Table {
    object: StringChunked,
    account: StringChunked,
    content: StringChunked,
    at: Float64Chunked,
}

impl Table {
    /// The cell `NA` is missing; an empty cell is the empty string.
    fn read(path: &Path) -> Self {
        let mut reader = csv::Reader::from_path(path).expect("the input is there");
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("well-formed")).collect();
        let text = |column: usize| rows.iter().map(|row| Some(&row[column]).filter(|cell| *cell != "NA")).collect();
        let at = rows.iter().map(|row| row[3].parse().ok()).collect();
        Self { object: text(0), account: text(1), content: text(2), at }
    }

    fn borrow(&self) -> CoorTweetTable<'_> {
        CoorTweetTable {
            object_id: &self.object,
            account_id: &self.account,
            content_id: &self.content,
            timestamp_share: &self.at,
        }
    }
}

fn groups(table: &Table, window: f64, participation: u32, loops: bool) -> CoorTweetGroups<'_> {
    let settings = GroupSettings { time_window: window, min_participation: participation, remove_loops: !loops };
    detect_groups(&table.borrow(), &settings).expect("somebody takes part")
}

/// Rows as text, numbers in their shortest form that reads back.
fn group_rows(groups: &CoorTweetGroups<'_>) -> Vec<Vec<String>> {
    let cell = |value: Option<&str>| value.unwrap_or("").to_owned();
    let row = |g: CoorTweetGroup<'_>| {
        vec![
            cell(g.object_id),
            cell(g.content_id),
            cell(g.content_id_y),
            g.time_delta.to_string(),
            cell(g.account_id),
            cell(g.account_id_y),
        ]
    };
    groups.iter().map(row).collect()
}

fn read_rows(path: PathBuf) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).expect("the output is there");
    reader.records().map(|row| row.expect("well-formed").iter().map(str::to_owned).collect()).collect()
}

#[test]
fn groups_of_the_larger_input_are_equal_in_content_and_order() {
    let table = Table::read(&Path::new(DATA).join("actions_6k.csv"));
    for (name, window, participation, loops) in [
        ("groups_w10_p1", 10.0, 1, false),
        ("groups_w10_p1_loops", 10.0, 1, true),
        ("groups_w10_p2", 10.0, 2, false),
        ("groups_w60_p2", 60.0, 2, false),
    ] {
        let mut expected = read_rows(Path::new(DATA).join(format!("coortweet/{name}.csv")));
        // back into the tool's own order
        expected.sort_by_key(|row| row[6].parse::<u32>().expect("a row number"));
        for row in &mut expected {
            row.truncate(6);
        }
        assert_eq!(group_rows(&groups(&table, window, participation, loops)), expected, "{name}");
    }
}

#[test]
fn edges_of_the_larger_input_are_equal_to_the_last_digit() {
    let table = Table::read(&Path::new(DATA).join("actions_6k.csv"));
    for (window, participation) in [(10, 1), (10, 2), (10, 5), (60, 1), (60, 2), (60, 5)] {
        let groups = groups(&table, f64::from(window), participation, false);
        let (half, ninety) = (coordinated_network(&groups, 0.5), coordinated_network(&groups, 0.9));
        let found: Vec<Vec<String>> = half
            .iter()
            .zip(&ninety)
            .map(|(edge, other)| {
                vec![
                    edge.account_id.to_owned(),
                    edge.account_id_y.to_owned(),
                    edge.weight.to_string(),
                    edge.avg_time_delta.to_string(),
                    edge.n_content_id.to_string(),
                    edge.n_content_id_y.to_string(),
                    edge.edge_symmetry_score.to_string(),
                    u8::from(edge.weight_threshold).to_string(),
                    u8::from(other.weight_threshold).to_string(),
                ]
            })
            .collect();
        let name = format!("edges_w{window}_p{participation}");
        let mut expected = read_rows(Path::new(DATA).join(format!("coortweet/{name}.csv")));
        for row in &mut expected {
            row.truncate(9);
            for cell in [3, 6] {
                // the same double, written our way
                row[cell] = row[cell].parse::<f64>().expect("a number").to_string();
            }
        }
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn every_toy_gives_what_the_tool_gave() {
    let folder = Path::new(DATA).join("toys");
    let entries = std::fs::read_dir(&folder).expect("the toys are there");
    let mut toys: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    toys.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    toys.sort();
    let mut compared = 0;
    for toy in toys {
        let text = std::fs::read_to_string(&toy).expect("the toy reads");
        let toy: Value = serde_json::from_str(&text).expect("the toy is JSON");
        for run in toy["runs"].as_array().expect("runs") {
            if run["tool"] == "CooRTweet" && run["collation"] == "code point" {
                compared += compare_run(&folder, run);
            }
        }
    }
    assert!(compared > 100, "only {compared} steps were compared");
}

fn compare_run(folder: &Path, run: &Value) -> usize {
    let input = run["input"].as_str().expect("an input");
    let table = Table::read(&folder.join(input));
    let settings = GroupSettings {
        time_window: run["time_window"].as_f64().expect("a window"),
        min_participation: run["min_participation"].as_u64().expect("a participation") as u32,
        remove_loops: run["remove_loops"].as_bool().expect("a flag"),
    };
    let found = detect_groups(&table.borrow(), &settings);
    let mut compared = 0;
    for step in run["steps"].as_array().expect("steps") {
        let name = step["step"].as_str().expect("a name");
        let at = format!("{input} {settings:?} {name}");
        match (&found, name.strip_prefix("edges_q")) {
            (Err(error), _) => {
                assert_eq!(step["status"], "error", "{at}");
                assert!(matches!(error, CoordinationError::NobodyParticipates { .. }), "{at}");
            }
            (Ok(groups), _) if name == "groups" => compare_groups(groups, step, &at),
            (Ok(groups), Some(quantile)) => compare_edges(groups, quantile, step, &at),
            _ => continue,
        }
        compared += 1;
    }
    compared
}

fn compare_groups(groups: &CoorTweetGroups<'_>, step: &Value, at: &str) {
    let expected =
        rows_by_column(step, &["object_id", "content_id", "content_id_y", "time_delta", "account_id", "account_id_y"]);
    let text = |value: Option<&str>| value.map_or(Value::Null, Value::from);
    let found: Vec<Vec<Value>> = groups
        .iter()
        .map(|g| {
            vec![
                text(g.object_id),
                text(g.content_id),
                text(g.content_id_y),
                g.time_delta.into(),
                text(g.account_id),
                text(g.account_id_y),
            ]
        })
        .collect();
    assert_rows(&found, &expected, at);
}

fn compare_edges(groups: &CoorTweetGroups<'_>, quantile: &str, step: &Value, at: &str) {
    let (quantile, only_above) = match quantile.split_once('_') {
        Some((quantile, rest)) => (quantile, rest == "subgraph1"),
        None => (quantile, false),
    };
    let edges = coordinated_network(groups, quantile.parse().expect("a quantile"));
    let found: Vec<Vec<Value>> = edges
        .iter()
        .filter(|edge| edge.weight_threshold || !only_above)
        .map(|edge| {
            vec![
                edge.account_id.into(),
                edge.account_id_y.into(),
                edge.weight.into(),
                edge.avg_time_delta.into(),
                edge.n_content_id.into(),
                edge.n_content_id_y.into(),
                edge.edge_symmetry_score.into(),
                u8::from(edge.weight_threshold).into(),
            ]
        })
        .collect();
    let columns = [
        "from",
        "to",
        "weight",
        "avg_time_delta",
        "n_content_id",
        "n_content_id_y",
        "edge_symmetry_score",
        "weight_threshold",
    ];
    let mut expected = rows_by_column(step, &columns);
    for row in &mut expected {
        if row[0].as_str() > row[1].as_str() {
            row.swap(0, 1);
        }
    }
    expected.sort_by_key(|row| (row[0].to_string(), row[1].to_string()));
    let mut found = found;
    found.sort_by_key(|row| (row[0].to_string(), row[1].to_string()));
    assert_rows(&found, &expected, at);
}

fn rows_by_column(step: &Value, wanted: &[&str]) -> Vec<Vec<Value>> {
    let rows = step["rows"].as_array().expect("rows");
    if rows.is_empty() {
        return Vec::new();
    }
    let columns: Vec<&str> = step["columns"].as_array().expect("columns").iter().filter_map(Value::as_str).collect();
    let place = |name: &&str| columns.iter().position(|column| column == name).expect("the column is there");
    let places: Vec<usize> = wanted.iter().map(place).collect();
    rows.iter().map(|row| places.iter().map(|&place| row[place].clone()).collect()).collect()
}

/// Numbers within one unit of the last place, because the JSON reader rounds no better; all else equal.
fn assert_rows(found: &[Vec<Value>], expected: &[Vec<Value>], at: &str) {
    assert_eq!(found.len(), expected.len(), "{at}: number of rows");
    for (found, expected) in found.iter().zip(expected) {
        let same = found.iter().zip(expected).all(|(x, y)| match (x.as_f64(), y.as_f64()) {
            (Some(x), Some(y)) => (x - y).abs() <= y.abs() * f64::EPSILON,
            _ => x == y,
        });
        assert!(same, "{at}: {found:?} is not {expected:?}");
    }
}

/// The published sample that cannot be part of the repository; must be there in CI.
pub(crate) fn public_sample(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/parity").join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var("CI").is_err(), "{} must be there in CI", path.display());
    eprintln!("skipped: {} is not there", path.display());
    None
}

#[test]
fn the_public_sample_has_its_published_edges() {
    let Some(input) = public_sample("russian_coord_tweets.csv") else { return };
    let table = Table::read(&input);
    for (window, n_edges) in [(60, 3721), (10, 442)] {
        let edges = coordinated_network(&groups(&table, f64::from(window), 2, false), 0.5);
        assert_eq!(edges.len(), n_edges);
        let path = public_sample(&format!("russian_coord_tweets.edges_w{window}_p2_q0.5.csv"));
        let mut expected = read_rows(path.expect("beside its input"));
        for row in &mut expected {
            if row[0] > row[1] {
                row.swap(0, 1);
            }
            row.remove(7);
        }
        expected.sort();
        assert_eq!(expected.len(), n_edges);
        for (edge, row) in edges.iter().zip(&expected) {
            let number = |cell: usize| row[cell].parse::<f64>().expect("a number");
            assert_eq!([edge.account_id, edge.account_id_y], [row[0].as_str(), row[1].as_str()]);
            let found = [
                f64::from(edge.weight),
                edge.avg_time_delta,
                f64::from(edge.n_content_id),
                f64::from(edge.n_content_id_y),
                edge.edge_symmetry_score,
                f64::from(u8::from(edge.weight_threshold)),
            ];
            for (cell, value) in found.into_iter().enumerate() {
                // the file has 15 significant digits
                assert!((value - number(cell + 2)).abs() <= 1e-14 * value.abs(), "{row:?}: {found:?}");
            }
        }
    }
}
