//! Worlds in which no operation is: times jittered, authors shuffled, or nothing planted but look-alikes. None may give a
//! CIB candidate. `CLAQUE_NULL_WORLDS=240` asks for so many; a few of each kind are in every run.

use crate::support::Desk;
use claque_ingest::read_table;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// One world and what it was asked for, as arguments of `claque synth`.
struct Asked {
    kind: &'static str,
    scenarios: &'static [&'static str],
    accounts: u64,
    posts: u64,
    seed: u64,
}

const KINDS: [&str; 3] = ["jittered", "shuffled", "benign"];
const OPERATIONS: [&[&str]; 4] = [
    &["all"],
    &["cloned-media", "syndication"],
    &["false-procedure", "laundered-story"],
    &["portal-network", "party-day", "petition"],
];
const BENIGN: [&[&str]; 4] = [
    &["party-day", "syndication", "petition"],
    &["party-day"],
    &["petition", "syndication"],
    &["petition", "party-day"],
];
/// Accounts and posts: enough that groups have a pool to be compared with.
const SIZES: [(u64, u64); 3] = [(5_000, 36_000), (7_500, 48_000), (9_000, 60_000)];

fn asked(number: usize) -> Asked {
    let kind = KINDS[number % KINDS.len()];
    let round = number / KINDS.len();
    let scenarios = if kind == "benign" { BENIGN[round % BENIGN.len()] } else { OPERATIONS[round % OPERATIONS.len()] };
    let (accounts, posts) = SIZES[round % SIZES.len()];
    Asked { kind, scenarios, accounts, posts, seed: 1_000 + number as u64 }
}

/// What a run says of that world, and its corpus-level p; copies as strong as the data are dealt out at random, so that it
/// is uniform where only chance is left, and not only never too small.
fn judged(desk: &Desk, number: usize, asked: &Asked) -> (Value, f64) {
    let (world, run) = (format!("world{number}"), format!("run{number}"));
    let [accounts, posts, seed] = [asked.accounts, asked.posts, asked.seed].map(|n| n.to_string());
    let mut arguments = vec!["synth"];
    arguments.extend(asked.scenarios);
    arguments.extend(["-o", &world, "--accounts", &accounts, "--posts", &posts, "--seed", &seed]);
    if asked.kind != "benign" {
        arguments.extend(["--twin", asked.kind]);
    }
    desk.done(&arguments);
    let outcome = desk.done(&["run", &world, "-o", &run, "--seed", &seed, "--json"]);
    let record = std::fs::read_to_string(desk.path(&run).join("run.json")).expect("a record");
    let record: Value = serde_json::from_str(&record).expect("JSON");
    for folder in [world, run] {
        std::fs::remove_dir_all(desk.path(&folder)).expect("a folder");
    }
    let number = |key: &str| record["corpus_level"][key].as_f64().expect("a number");
    let uniform = (scrambled(asked.seed) >> 11) as f64 / (1_u64 << 53) as f64;
    let p = number("p") - (1.0 - uniform) * (number("ties") + 1.0) / (number("draws") + 1.0);
    (serde_json::from_str(&outcome.stdout).expect("one JSON object"), p)
}

/// P(D ≥ d) of Kolmogorov and Smirnov, with Stephens' correction for small n (Stephens 1970,
/// 10.1111/j.2517-6161.1970.tb00821.x), for the largest distance of the values from uniform.
fn kolmogorov_smirnov(mut p: Vec<f64>) -> f64 {
    p.sort_by(f64::total_cmp);
    let n = p.len() as f64;
    let steps = p.iter().enumerate().map(|(i, p)| (p - i as f64 / n).abs().max((p - (i + 1) as f64 / n).abs()));
    let x = (n.sqrt() + 0.12 + 0.11 / n.sqrt()) * steps.fold(0.0, f64::max);
    let term = |i: i32| (if i % 2 == 1 { 2.0 } else { -2.0 }) * (-2.0 * f64::from(i * i) * x * x).exp();
    (1..=100).map(term).sum::<f64>().clamp(0.0, 1.0)
}

#[test]
fn worlds_without_an_operation_give_no_candidate() {
    let wanted = std::env::var("CLAQUE_NULL_WORLDS").ok().and_then(|n| n.parse().ok()).unwrap_or(KINDS.len());
    let desk = Desk::new();
    let mut candidates = Vec::new();
    let mut answers: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for number in 0..wanted {
        let asked = asked(number);
        let (judged, p) = judged(&desk, number, &asked);
        answers.entry(asked.kind).or_default().push(p);
        let (answer, clusters) = (&judged["answer"], judged["clusters"].as_array().expect("clusters"));
        let verdicts: Vec<&str> = clusters.iter().filter_map(|c| c["verdict"].as_str()).collect();
        assert_eq!(verdicts.len(), clusters.len(), "every cluster has a verdict");
        println!(
            "{number} {} {} seed {} p {} {}",
            asked.kind,
            asked.scenarios.join("+"),
            asked.seed,
            answer["p"],
            verdicts.join(",")
        );
        if answer["n_candidates"] != 0 || verdicts.contains(&"cib_candidate") {
            candidates.push(format!("{number} {} {:?} seed {}", asked.kind, asked.scenarios, asked.seed));
        }
    }
    println!("{} of {wanted} worlds with a candidate", candidates.len());
    for (kind, p) in &answers {
        let small = p.iter().filter(|p| **p <= 0.05).count();
        println!("{kind}: {small} of {} p <= 0.05, Kolmogorov-Smirnov {:.3}", p.len(), kolmogorov_smirnov(p.clone()));
    }
    assert!(candidates.is_empty(), "{} of {wanted} worlds: {candidates:#?}", candidates.len());
    // benign groups do act together; and bursts of strangers are left where only authors are shuffled
    let chance = kolmogorov_smirnov(answers["jittered"].clone());
    assert!(chance > 0.01, "the corpus-level p of jittered worlds is not uniform: {chance}, {:?}", answers["jittered"]);
}

/// The finalizer of SplitMix64: a fixed disorder.
fn scrambled(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Groups of accounts drawn at random, none twice.
fn lots(desk: &Desk, groups: usize, size: usize) -> String {
    let posts = read_table(&desk.path("world/activity/posts.parquet")).expect("posts");
    let accounts = posts.column("account_id").and_then(|c| c.str()).expect("ids");
    let distinct: BTreeSet<&str> = accounts.iter().flatten().collect();
    let mut drawn: Vec<(u64, &str)> =
        distinct.into_iter().enumerate().map(|(at, id)| (scrambled(at as u64), id)).collect();
    drawn.sort_unstable();
    assert!(drawn.len() >= groups * size);
    let mut csv = String::from("account_id,group\n");
    for (at, (_, id)) in drawn.into_iter().take(groups * size).enumerate() {
        writeln!(csv, "{id},g{:03}", at / size).expect("a string");
    }
    csv
}

#[test]
fn signals_give_groups_drawn_by_lot_small_p_values_no_more_often_than_chance() {
    const GROUPS: usize = 150;
    let desk = Desk::new();
    desk.done(&["synth", "party-day", "syndication", "petition", "-o", "world", "--seed", "77"]);
    desk.write("world/groups.csv", lots(&desk, GROUPS, 10));
    let study = std::fs::read_to_string(desk.path("world/study.toml")).expect("a study");
    let settings = "\n[groups]\npath = \"groups.csv\"\n\n[null_model]\ndraws = 200\ncorpus_draws = 19\n";
    desk.write("world/study.toml", study + settings);
    desk.done(&["run", "world", "-o", "run"]);
    let findings = read_table(&desk.path("run/tables/findings.parquet")).expect("findings");
    let text = |name: &str| findings.column(name).and_then(|c| c.str()).expect("text").clone();
    let (signals, models, p) = (text("signal_id"), text("null_model"), findings.column("p").and_then(|c| c.f64()));
    let p = p.expect("numbers");
    let mut by_signal: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for row in (0..findings.height()).filter(|row| models.get(*row) == Some("N3")) {
        let (small, all) = by_signal.entry(signals.get(row).expect("an id").to_owned()).or_default();
        *all += 1;
        *small += usize::from(p.get(row).expect("a p-value") <= 0.05);
    }
    let (small, all) = by_signal.values().fold((0, 0), |(s, a), (small, all)| (s + small, a + all));
    println!("{small} of {all} have p <= 0.05: {by_signal:?}");
    assert!(by_signal.len() >= 8 && all >= 1_000, "{by_signal:?}");
    assert!(small as f64 <= 0.06 * all as f64, "{small} of {all}");
    for (signal, (small, all)) in &by_signal {
        // three standard errors above one in twenty
        let most = 0.05 * *all as f64 + 3.0 * (0.0475 * *all as f64).sqrt();
        assert!(*small as f64 <= most, "{signal}: {small} of {all}");
    }
}
