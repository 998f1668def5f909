//! Worlds with every operation that `claque synth` knows, beside its look-alike: what was planted is found and named, also
//! where half of it is missing or times are coarse. `CLAQUE_PLANTED_WORLDS=20` asks for more seeds than one.

use crate::support::Desk;
use serde_json::Value;

/// A run over a world, and its groups as `claque evaluate` sees them.
struct Evaluated {
    groups: Vec<Value>,
    summary: String,
}

fn evaluated(seed: u64, twin: Option<&str>) -> Evaluated {
    let desk = Desk::new();
    let seed = seed.to_string();
    let mut arguments = vec!["synth", "all", "-o", "world", "--seed", &seed];
    arguments.extend(twin.iter().flat_map(|twin| ["--twin", twin]));
    desk.done(&arguments);
    let summary = desk.done(&["run", "world", "-o", "run", "--seed", &seed]).stdout;
    let outcome = desk.claque(&["evaluate", "run", "world/truth/labels.csv", "--json"]);
    let object: Value = serde_json::from_str(&outcome.stdout).expect("one JSON object");
    assert_eq!(object["false_candidates"].as_array().map(Vec::len), Some(0), "{object}");
    Evaluated { groups: object["scenarios"].as_array().expect("groups").clone(), summary }
}

impl Evaluated {
    fn groups(&self, planted: bool) -> impl Iterator<Item = &Value> {
        self.groups.iter().filter(move |group| group["planted"] == planted)
    }
}

fn number(group: &Value, key: &str) -> f64 {
    group[key].as_f64().unwrap_or_else(|| panic!("`{key}` of {group}"))
}

fn seeds() -> std::ops::Range<u64> {
    let wanted = std::env::var("CLAQUE_PLANTED_WORLDS").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    11..11 + wanted
}

#[test]
fn every_operation_is_found_with_its_own_dimension_on_top_and_look_alikes_stay_undetermined() {
    for seed in seeds() {
        let found = evaluated(seed, None);
        assert!(found.groups(true).count() >= 4 && found.groups(false).count() >= 3);
        for group in found.groups(true) {
            println!("seed {seed} {group}");
            assert!(number(group, "f1") >= 0.95, "seed {seed}: {group}");
            assert_eq!(group["verdict"], "cib_candidate", "seed {seed}: {group}");
            assert_eq!(group["top_dimension"], group["expected_dimension"], "seed {seed}: {group}");
        }
        for group in found.groups(false) {
            println!("seed {seed} {group}");
            let verdict = group["verdict"].as_str().unwrap_or("not clustered");
            assert_ne!(verdict, "cib_candidate", "seed {seed}: {group}");
        }
        assert!(found.summary.contains("authenticity undetermined"), "seed {seed}: {}", found.summary);
    }
}

#[test]
fn with_half_of_its_actions_an_operation_is_still_found() {
    for seed in seeds() {
        for group in evaluated(seed, Some("diluted")).groups(true) {
            println!("seed {seed} diluted {group}");
            assert!(number(group, "recall") >= 0.8, "seed {seed}: {group}");
        }
    }
}

#[test]
fn times_of_whole_minutes_are_tested_at_a_wider_window_that_is_named_and_operations_are_found() {
    for seed in seeds() {
        let found = evaluated(seed, Some("rounded"));
        for group in found.groups(true) {
            println!("seed {seed} rounded {group}");
            assert!(number(group, "recall") >= 0.8, "seed {seed}: {group}");
        }
        assert!(found.summary.contains("tested at 2m instead"), "seed {seed}: {}", found.summary);
    }
}
