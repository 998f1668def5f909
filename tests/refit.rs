//! `claque refit` from labels to a file, and a run that uses it. Run folders to learn from are made by hand.

use crate::bad_input::refused;
use crate::support::{Desk, contents, repository};
use claque_ingest::read_table;
use polars::prelude::{DataFrame, df};
use polars_io::parquet::write::ParquetWriter;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;

const HEADER: &str = "run,cluster_id,campaign,dimension,positive\n";
const RUNS: usize = 3;
const EACH: usize = 60;

fn write_parquet(desk: &Desk, below: &str, mut frame: DataFrame) {
    let path = desk.write(below, "");
    let file = std::fs::File::create(path).expect("a file");
    ParquetWriter::new(file).finish(&mut frame).expect("written");
}

/// A run of clusters `c0` …; rows are cluster, dimension, family, nats.
fn write_run(desk: &Desk, run: &str, rows: &[(String, &str, &str, f64)]) {
    let ids: Vec<String> = (0..EACH).map(|at| format!("c{at}")).collect();
    write_parquet(desk, &format!("{run}/tables/clusters.parquet"), df!("cluster_id" => ids).expect("a table"));
    let families = df!(
        "cluster_id" => rows.iter().map(|r| r.0.as_str()).collect::<Vec<_>>(),
        "dimension" => rows.iter().map(|r| r.1).collect::<Vec<_>>(),
        "family" => rows.iter().map(|r| r.2).collect::<Vec<_>>(),
        "nats" => rows.iter().map(|r| r.3).collect::<Vec<_>>(),
    );
    write_parquet(desk, &format!("{run}/tables/families.parquet"), families.expect("a table"));
    let settings = json!({ "prior of each dimension and of concealment": "0.05", "prior of coordination": "0.1" });
    desk.write(&format!("{run}/run.json"), json!({ "settings": settings }).to_string());
}

/// Does the statement hold for a cluster? A quarter of them.
fn holds(at: usize) -> bool {
    at.is_multiple_of(4)
}

/// Three runs, and labels of three campaigns for disinformation (of which `procedure` knows nine tenths, `lists` half of
/// those for which it holds) and for AI use (by lot).
fn teach(desk: &Desk) {
    let mut labels = HEADER.to_owned();
    for run in 0..RUNS {
        let name = format!("runs/{run}");
        let mut rows = Vec::new();
        for at in 0..EACH {
            let seen = holds(at) != (at % 10 == 3);
            let listed = at % 8 == 0 || at % 9 == 2;
            rows.push((format!("c{at}"), "ai_use", "style", if (at * 7 + run) % 2 == 0 { 1.5 } else { -0.5 }));
            rows.push((format!("c{at}"), "disinformation", "lists", if listed { 2.0 } else { -0.1 }));
            rows.push((format!("c{at}"), "disinformation", "procedure", if seen { 2.7 } else { -0.6 }));
            writeln!(labels, "{name},c{at},campaign {run},disinformation,{}", holds(at)).expect("a string");
            writeln!(labels, "{name},c{at},campaign {run},ai_use,{}", holds(at * 5 + at / 4)).expect("a string");
        }
        write_run(desk, &format!("work/{name}"), &rows);
    }
    desk.write("work/labels.csv", labels);
}

fn refit_file(desk: &Desk, below: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(desk.path(below)).expect("a file")).expect("JSON")
}

/// Own number and headline by cluster and dimension.
type Numbers = BTreeMap<(String, String), (f64, f64)>;

/// L_f of disinformation by cluster and family.
fn families(desk: &Desk, run: &str) -> BTreeMap<String, BTreeMap<String, f64>> {
    let table = read_table(&desk.path(run).join("tables/families.parquet")).expect("families");
    let text = |name: &str| table.column(name).and_then(|c| c.str()).expect("text").clone();
    let (ids, dimensions, names) = (text("cluster_id"), text("dimension"), text("family"));
    let nats = table.column("nats").and_then(|c| c.f64()).expect("numbers").clone();
    let mut found: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    for row in (0..table.height()).filter(|row| dimensions.get(*row) == Some("disinformation")) {
        let (id, name) = (ids.get(row).expect("an id").to_owned(), names.get(row).expect("a name").to_owned());
        found.entry(id).or_default().insert(name, nats.get(row).expect("a number"));
    }
    found
}

fn scores(desk: &Desk, run: &str) -> Numbers {
    let table = read_table(&desk.path(run).join("tables/scores.parquet")).expect("scores");
    let text = |name: &str| table.column(name).and_then(|c| c.str()).expect("text").clone();
    let number = |name: &str| table.column(name).and_then(|c| c.f64()).expect("numbers").clone();
    let (ids, dimensions, own, score) = (text("cluster_id"), text("dimension"), number("own"), number("score"));
    (0..table.height())
        .map(|row| {
            let key = (ids.get(row).expect("an id").to_owned(), dimensions.get(row).expect("a word").to_owned());
            (key, (own.get(row).expect("a number"), score.get(row).expect("a number")))
        })
        .collect()
}

#[test]
fn labels_that_families_explain_are_accepted_and_labels_by_lot_are_not() {
    let desk = Desk::new();
    teach(&desk);
    let outcome = desk.claque(&["refit", "work/labels.csv", "-o", "refit.json"]);
    assert_eq!(outcome.code, 1, "one dimension is not accepted\n{}\n{}", outcome.stdout, outcome.stderr);
    for words in [
        "disinformation: accepted: better than the default on campaigns left out",
        "180 clusters, 45 positive and 135 negative, of 3 campaigns",
        "ai_use: not accepted: Cllr ",
        "is not below 1, which knowing nothing costs",
        "1 of 2 dimensions accepted",
    ] {
        assert!(outcome.stdout.contains(words), "`{words}` is missing in\n{}", outcome.stdout);
    }
    let file = refit_file(&desk, "refit.json");
    let [ai_use, disinformation] = [0, 1].map(|at| {
        let all = file["dimensions"].as_array().expect("dimensions");
        all.iter().find(|one| one["dimension"] == ["ai_use", "disinformation"][at]).expect("it is there").clone()
    });
    assert_eq!((&ai_use["accepted"], &disinformation["accepted"]), (&json!(false), &json!(true)));
    let weight = |family: &str| disinformation["weights"][family].as_f64().expect("a number");
    assert!(weight("procedure") > weight("lists") && weight("lists") > 0.1, "{disinformation}");
    assert_eq!(file["format"], 1);
    // the same labels give the same bytes, on one thread as well
    let again = desk.claque(&["refit", "work/labels.csv", "-o", "again.json", "--threads", "1", "--json"]);
    let object: Value = serde_json::from_str(&again.stdout).expect("one JSON object");
    assert_eq!((&object["refit"], &object["output"]), (&file, &json!("again.json")));
    assert!(
        std::fs::read(desk.path("again.json")).expect("a file")
            == std::fs::read(desk.path("refit.json")).expect("a file")
    );
}

#[test]
fn a_run_with_a_refit_has_its_values_and_says_so() {
    let desk = Desk::new();
    teach(&desk);
    for (name, bytes) in contents(&repository().join("datasets/quickstart")) {
        desk.write(&format!("study/{name}"), bytes);
    }
    let study = std::fs::read_to_string(desk.path("study/study.toml")).expect("a study")
        + "\n[null_model]\ncorpus_draws = 19\n";
    desk.write("study/study.toml", &study);
    desk.done(&["run", "study", "-o", "without"]);
    assert_eq!(desk.claque(&["refit", "work/labels.csv", "-o", "study/refit.json"]).code, 1);
    desk.write("study/study.toml", study + "\n[scores]\nrefit = \"refit.json\"\n");
    let outcome = desk.done(&["run", "study", "-o", "with"]);
    for words in [
        "scores but for disinformation are evidence indices with a stated prior of 5 %",
        "is a probability, calibrated on",
        "the refit of ai_use was not accepted",
    ] {
        let flat = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(words), "`{words}` is missing in\n{}", outcome.stdout);
    }
    let page = std::fs::read_to_string(desk.path("with/report.html")).expect("a report");
    assert!(page.contains("is a probability, calibrated on 180 labelled clusters (45 positive) of 3 campaigns"));

    let refit = refit_file(&desk, "study/refit.json");
    let all = refit["dimensions"].as_array().expect("dimensions");
    let learned = all.iter().find(|one| one["dimension"] == "disinformation").expect("it is there");
    let (with, without, nats) = (scores(&desk, "with"), scores(&desk, "without"), families(&desk, "with"));
    assert!(with.keys().eq(without.keys()) && with.len() >= 6 * 4, "the same clusters");
    let number = |value: &Value| value.as_f64().expect("a number");
    let none = BTreeMap::new();
    let mut moved = Vec::new();
    for ((cluster, dimension), &(own, score)) in &with {
        let (before, _) = without[&(cluster.clone(), dimension.clone())];
        if dimension != "disinformation" {
            assert!(own.to_bits() == before.to_bits(), "{cluster} {dimension}: {own} was {before}");
            continue;
        }
        let weighed = nats
            .get(cluster)
            .unwrap_or(&none)
            .iter()
            .map(|(family, l)| learned["weights"].get(family).map_or(0.0, number) * l);
        let log_odds = number(&learned["intercept"]) + weighed.sum::<f64>();
        let platt = &learned["calibration"]["platt"];
        let by_hand = 1.0 / (1.0 + (-(number(&platt["a"]) * log_odds + number(&platt["b"]))).exp());
        assert!((own - by_hand).abs() < 1e-12, "{cluster}: {own} is not {by_hand}");
        let (k, _) = with[&(cluster.clone(), "coordination".to_owned())];
        assert!((score - own.min(k)).abs() < 1e-12, "{cluster}: {score} is not the least of {own} and {k}");
        moved.push((own - before).abs());
    }
    assert!(moved.iter().any(|by| *by > 0.01), "the default would have given the same: {moved:?}");

    let names = |run: &str| refit_file(&desk, &format!("{run}/run.json"))["settings"]["refit"].clone();
    assert_eq!(names("without"), Value::Null);
    let named = names("with");
    assert!(named.as_str().is_some_and(|n| n.starts_with("refit.json for disinformation; sha256 ")), "{named}");

    // what it says of disinformation holds the share of its labels, 45 of 180, and not the declared prior
    let costs = |run: &str| {
        let told = desk.claque(&["evaluate", run, "study/truth/labels.csv", "--json"]).stdout;
        let object: Value = serde_json::from_str(&told).expect("one JSON object");
        let lines = object["calibration"].as_array().expect("lines").clone();
        lines.into_iter().map(|line| (line["of"].to_string(), line["cllr"].clone())).collect::<BTreeMap<_, _>>()
    };
    let known = costs("with");
    let mut record = refit_file(&desk, "with/run.json");
    record["refit"] = Value::Null;
    desk.write("with/run.json", record.to_string());
    let forgotten = costs("with");
    for (of, cost) in &known {
        let is_learned = of.contains("disinformation") || of.contains("headline") || of.contains("all");
        assert!(is_learned || *cost == forgotten[of], "{of}: {cost} was {}", forgotten[of]);
    }
    let of = known.keys().find(|of| of.contains("disinformation")).expect("a line");
    assert_ne!(known[of], forgotten[of], "{known:?}");
}

#[test]
fn another_refit_gives_a_run_another_name() {
    let desk = Desk::new();
    teach(&desk);
    desk.done(&["synth", "petition", "-o", "world", "--seed", "5", "--accounts", "2000", "--posts", "13000"]);
    let study = std::fs::read_to_string(desk.path("world/study.toml")).expect("a study")
        + "\n[null_model]\ncorpus_draws = 19\n\n[scores]\nrefit = \"refit.json\"\n";
    desk.write("world/study.toml", study);
    let name = |labels: &str| {
        assert_eq!(desk.claque(&["refit", labels, "-o", "world/refit.json"]).code, 1);
        let outcome = desk.claque(&["run", "world", "-o", &format!("of-{}", labels.replace('/', "-")), "--json"]);
        let view: Value = serde_json::from_str(&outcome.stdout).expect("one JSON object");
        view["run_id"].as_str().expect("a name").to_owned()
    };
    let first = name("work/labels.csv");
    let fewer = std::fs::read_to_string(desk.path("work/labels.csv")).expect("labels");
    let fewer: Vec<&str> = fewer.lines().take(1 + 2 * (RUNS * EACH - 1)).collect();
    desk.write("work/fewer.csv", fewer.join("\n"));
    assert_ne!(name("work/fewer.csv"), first);
}

#[test]
fn bad_labels_and_bad_refits_are_refused_with_file_record_and_hint() {
    let desk = Desk::new();
    teach(&desk);
    let good = "runs/0,c0,k,disinformation,true\n";
    for (content, words) in [
        ("run,cluster_id,dimension,positive\n".to_owned(), ["`work/bad.csv`", "column `campaign` is missing"]),
        (format!("{HEADER}{good}runs/0,c1,k,lies,true\n"), ["record 2", "unknown dimension `lies`"]),
        (format!("{HEADER}{good}runs/0,c999,k,disinformation,true\n"), ["record 2", "has no cluster `c999`"]),
        (format!("{HEADER}runs/9,c0,k,disinformation,true\n"), ["record 1", "run `runs/9` cannot be used"]),
        (format!("{HEADER}{good}"), ["nothing can be learned", "1 positive and 0 negative clusters of 1 campaigns"]),
    ] {
        desk.write("work/bad.csv", content);
        refused(&desk, &["refit", "work/bad.csv", "-o", "refit.json"], &words);
    }
    refused(&desk, &["refit", "none.csv", "-o", "refit.json"], &["`none.csv`", "no such file"]);
    desk.write(
        "study/study.toml",
        "[study]\nid = \"s\"\ntitle = \"S\"\n[[input]]\nname = \"a\"\npath = \"a\"\n[scores]\nrefit = \"refit.json\"\n",
    );
    refused(&desk, &["run", "study"], &["`study/refit.json`", "no such file"]);
    desk.write("study/refit.json", "{\"format\": 7}");
    refused(&desk, &["run", "study"], &["`study/refit.json`", "it has format 7, this claque reads 1"]);
}
