//! Every call of the manifest, on the larger input and on the toys, compared to what CooRTweet gave.

use super::found::Found;
use super::*;
use serde_json::Value;

/// The calls of one case, as the manifest names them.
#[derive(Debug, Default)]
struct Calls {
    groups: GroupSettings,
    /// Least rows and seconds of `flag_speed_share`.
    flag: Option<(u32, f64)>,
    /// `edge_weight` as written, `fast_net`, `subgraph`.
    network: Option<(Vec<String>, bool, u64)>,
    stats: Option<(bool, StatsLevel)>,
    wants_vertices: bool,
}

impl Calls {
    fn add(&mut self, call: &Value) {
        let number = |name: &str| call[name].as_f64().expect(name);
        match call["function"].as_str() {
            Some("detect_groups") => {
                self.groups = GroupSettings {
                    time_window: number("time_window"),
                    min_participation: number("min_participation") as u32,
                    remove_loops: call["remove_loops"].as_bool().expect("a flag"),
                };
            }
            Some("flag_speed_share") => {
                self.flag = Some((number("min_participation") as u32, number("time_window")));
            }
            Some("generate_coordinated_network") => {
                let quantiles = match &call["edge_weight"] {
                    Value::Array(several) => several.iter().map(ToString::to_string).collect(),
                    one => vec![one.to_string()],
                };
                let subgraph = call["subgraph"].as_u64().unwrap_or(0);
                self.network = Some((quantiles, call["fast_net"].as_bool().unwrap_or(false), subgraph));
            }
            Some(name @ ("account_stats" | "group_stats")) => {
                self.stats = Some((name == "account_stats", level(&call["weight_threshold"])));
            }
            other => panic!("unknown function {other:?}"),
        }
    }

    fn network<'a>(&self, groups: &CoorTweetGroups<'a>, at: usize) -> Result<CoorTweetNetwork<'a>, CoordinationError> {
        let (quantiles, fast_net, subgraph) = self.network.as_ref().expect("a network");
        let subgraph = match subgraph {
            0 => Subgraph::Whole,
            1 => Subgraph::AboveThreshold,
            2 => Subgraph::FastAboveThreshold,
            _ => Subgraph::FastNeighbourhood,
        };
        let edge_weight = quantiles[at].parse().expect("a quantile");
        generate_coordinated_network(groups, &NetworkSettings { edge_weight, fast_net: *fast_net, subgraph })
    }

    fn groups<'a>(&self, table: &'a Table) -> Result<CoorTweetGroups<'a>, CoordinationError> {
        let groups = detect_groups(&table.borrow(), &self.groups)?;
        match self.flag {
            Some((least, window)) => flag_speed_share(&table.borrow(), &groups, least, window),
            None => Ok(groups),
        }
    }

    fn found(&self, table: &Table) -> Result<Found, CoordinationError> {
        let groups = self.groups(table)?;
        if self.network.is_none() {
            return Ok(Found::groups(&groups));
        }
        let network = self.network(&groups, 0)?;
        Ok(match self.stats {
            Some((true, level)) => Found::accounts(&network, &account_stats(&network, &groups, level)),
            Some((false, level)) => Found::objects(&group_stats(&network, level)),
            None if self.wants_vertices => Found::vertices(&network),
            None => {
                let quantiles = &self.network.as_ref().expect("a network").0;
                let every = (0..quantiles.len()).map(|at| Ok((quantiles[at].clone(), self.network(&groups, at)?)));
                Found::edges(&network, &every.collect::<Result<Vec<_>, CoordinationError>>()?)
            }
        })
    }
}

fn level(word: &Value) -> StatsLevel {
    match word.as_str() {
        Some("none") => StatsLevel::All,
        Some("full") => StatsLevel::Full,
        Some("fast") => StatsLevel::Fast,
        other => panic!("unknown level {other:?}"),
    }
}

fn json_file(below: &str) -> Value {
    let text = std::fs::read_to_string(Path::new(DATA).join(below)).expect("the file is there");
    serde_json::from_str(&text).expect("JSON")
}

/// An empty cell is a missing value; what reads as a number is one.
fn csv_table(below: &str) -> Found {
    let mut reader = csv::Reader::from_path(Path::new(DATA).join(below)).expect("the output is there");
    let columns = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let cell = |cell: &str| match cell.parse::<f64>() {
        _ if cell.is_empty() => Value::Null,
        Ok(number) => number.into(),
        Err(_) => cell.into(),
    };
    let rows = reader.records().map(|row| row.expect("well-formed").iter().map(cell).collect()).collect();
    Found { columns, rows, tolerance: 0.0 }
}

#[test]
fn every_case_of_the_larger_input_is_equal_in_content_and_order() {
    let manifest = json_file("coortweet/manifest.json");
    let cases = manifest["cases"].as_array().expect("cases");
    let table = Table::read(&Path::new(DATA).join("actions_6k.csv"));
    let mut compared = 0;
    for case in cases {
        let name = case["case"].as_str().expect("a name");
        assert_eq!(case["input"], "actions_6k.csv");
        let mut calls = Calls { wants_vertices: name.contains("vertices"), ..Calls::default() };
        match &case["call"] {
            Value::Array(several) => several.iter().for_each(|call| calls.add(call)),
            one => calls.add(one),
        }
        let found = calls.found(&table);
        if name == "fast_subgraph1_error" {
            assert!(matches!(found, Err(CoordinationError::SubgraphOfPlainNetwork)), "{name}: {found:?}");
        } else {
            let mut found = found.expect(name);
            if let Some(rows) = case["rows_in_tool_table"].as_u64() {
                // the file holds the fast rows alone
                assert_eq!(found.rows.len() as u64, rows, "{name}");
                found.rows.retain(|row| row.last() == Some(&1.into()));
            }
            let expected = csv_table(case["output"].as_str().expect("a file"));
            assert_eq!(case["rows"].as_u64(), Some(expected.rows.len() as u64), "{name}");
            found.assert_is(&expected, name);
        }
        compared += 1;
    }
    assert_eq!((compared, cases.len()), (31, 31), "cases compared, cases there");
}

#[test]
fn every_step_of_every_toy_gives_what_the_tool_gave() {
    let manifest = json_file("coortweet/manifest.json");
    let runs = manifest["toys"].as_array().expect("toys");
    let (mut steps_compared, mut errors) = (0, 0);
    for entry in runs {
        let output = entry["output"].as_str().expect("an output");
        let (file, pointer) = output.split_once('#').expect("a file and a place in it");
        let run = json_file(file).pointer(pointer).expect("the run is there").clone();
        let table = Table::read(&Path::new(DATA).join(entry["input"].as_str().expect("an input")));
        let steps = run["steps"].as_array().expect("steps");
        assert_eq!(steps.len(), entry["steps"].as_array().expect("steps").len(), "{output}");
        for step in steps {
            let at = format!("{output} {}", step["step"]);
            let calls = calls_of(&run, step["step"].as_str().expect("a name"));
            errors += usize::from(step["status"] == "error");
            compare_step(&calls, &table, &run, step, &at);
            steps_compared += 1;
        }
    }
    // both numbers were counted in the manifest by another program
    assert_eq!((runs.len(), steps_compared, errors), (59, 214, 20), "runs, steps and errors of the tool");
}

/// `edges_q0.5_subgraph1`, `fast_account_stats_q0_full`, … as calls.
fn calls_of(run: &Value, step: &str) -> Calls {
    let mut calls = Calls {
        groups: GroupSettings {
            time_window: run["time_window"].as_f64().expect("a window"),
            min_participation: run["min_participation"].as_u64().expect("a participation") as u32,
            remove_loops: run["remove_loops"].as_bool().expect("a flag"),
        },
        ..Calls::default()
    };
    let is_fast = step.starts_with("fast_");
    if is_fast || step == "flagged" {
        let window = run["flag_window"].as_f64().expect("a second window");
        calls.flag = Some((calls.groups.min_participation, window));
    }
    let Some((what, rest)) = step.split_once("_q") else {
        assert!(matches!(step, "groups" | "flagged"), "unknown step {step}");
        return calls;
    };
    let (quantile, tail) = rest.split_once('_').unwrap_or((rest, ""));
    let subgraph = tail.strip_prefix("subgraph").map_or(0, |n| n.parse().expect("a subgraph"));
    calls.network = Some((vec![quantile.to_owned()], is_fast, subgraph));
    if what.ends_with("_stats") {
        calls.stats = Some((what.ends_with("account_stats"), level(&tail.into())));
    }
    calls
}

fn compare_step(calls: &Calls, table: &Table, run: &Value, step: &Value, at: &str) {
    let found = calls.found(table);
    if step["status"] == "error" {
        let is_refused = matches!(&found, Err(CoordinationError::SubgraphOfPlainNetwork));
        assert!(is_refused || found.expect(at).rows.is_empty(), "{at}: neither refused nor empty");
        return;
    }
    let expected = json_table(step);
    if run["collation"] == "code point" {
        found.expect(at).assert_is(&expected, at);
        if step.get("vertices").is_some() {
            let vertices = Calls { wants_vertices: true, network: calls.network.clone(), ..calls_of(run, "flagged") };
            vertices.found(table).expect(at).assert_is(&json_table(&step["vertices"]), at);
        }
    } else {
        compare_turned(calls, table, run, &expected, at);
    }
}

fn json_table(step: &Value) -> Found {
    let cells = |value: &Value| value.as_array().expect("an array").clone();
    let columns = cells(&step["columns"]).iter().map(|name| name.as_str().expect("a name").to_owned()).collect();
    Found { columns, rows: cells(&step["rows"]).iter().map(cells).collect(), tolerance: f64::EPSILON }
}

/// Another order of strings only turns edges, and with them which end group_stats counts.
fn compare_turned(calls: &Calls, table: &Table, run: &Value, expected: &Found, at: &str) {
    let groups = calls.groups(table).expect(at);
    if calls.network.is_none() {
        return Found::groups(&groups).assert_is(expected, at);
    }
    let steps = run["steps"].as_array().expect("steps");
    let edges = steps.iter().find(|step| step["step"] == "edges_q0.5").expect("the run has edges");
    let edges = json_table(edges);
    let mut network = calls.network(&groups, 0).expect(at);
    assert_eq!(network.edges.len(), edges.rows.len(), "{at}");
    let mut turned = 0;
    for (edge, row) in network.edges.iter_mut().zip(&edges.rows) {
        if row[1] == edge.to {
            (edge.from, edge.to) = (edge.to, edge.from);
            turned += 1;
        }
        assert!(row[1] == edge.from && row[2] == edge.to, "{at}: {row:?} is no edge between {edge:?}");
    }
    assert!(turned > 0, "{at}: the order of strings shows");
    match calls.stats {
        None => Found::edges(&network, &[]),
        Some((true, level)) => Found::accounts(&network, &account_stats(&network, &groups, level)),
        Some((false, level)) => Found::objects(&group_stats(&network, level)),
    }
    .assert_is(expected, at);
}
