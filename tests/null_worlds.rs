//! Worlds in which no operation is: times jittered, authors shuffled, or nothing planted but look-alikes. None may give a
//! CIB candidate. `CLAQUE_NULL_WORLDS=240` asks for so many; a few of each kind are in every run.

use crate::support::Desk;
use serde_json::Value;

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
const SIZES: [(u64, u64); 3] = [(5_000, 36_000), (7_500, 48_000), (9_000, 44_000)];

fn asked(number: usize) -> Asked {
    let kind = KINDS[number % KINDS.len()];
    let round = number / KINDS.len();
    let scenarios = if kind == "benign" { BENIGN[round % BENIGN.len()] } else { OPERATIONS[round % OPERATIONS.len()] };
    let (accounts, posts) = SIZES[round % SIZES.len()];
    Asked { kind, scenarios, accounts, posts, seed: 1_000 + number as u64 }
}

/// What a run says of that world.
fn judged(desk: &Desk, number: usize, asked: &Asked) -> Value {
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
    for folder in [world, run] {
        std::fs::remove_dir_all(desk.path(&folder)).expect("a folder");
    }
    serde_json::from_str(&outcome.stdout).expect("one JSON object")
}

#[test]
fn worlds_without_an_operation_give_no_candidate() {
    let wanted = std::env::var("CLAQUE_NULL_WORLDS").ok().and_then(|n| n.parse().ok()).unwrap_or(KINDS.len());
    let desk = Desk::new();
    let mut candidates = Vec::new();
    for number in 0..wanted {
        let asked = asked(number);
        let judged = judged(&desk, number, &asked);
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
    assert!(candidates.is_empty(), "{} of {wanted} worlds: {candidates:#?}", candidates.len());
}
