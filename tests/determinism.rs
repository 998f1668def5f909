//! Every shipped script gives the same bytes in two processes, with and without native code, and for any number
//! of threads: the whole study is run, and all tables are compared, scripts' own output included.

use crate::support::{Desk, contents, repository, text};
use serde_json::Value;

/// The tables of a run, by name.
fn tables(desk: &Desk, name: &str, options: &[&str]) -> Vec<(String, Vec<u8>)> {
    let study = text(&repository().join("datasets/quickstart"));
    let mut arguments = vec!["run", &study, "-o", name];
    arguments.extend(options);
    desk.done(&arguments);
    contents(&desk.path(name).join("tables"))
}

/// Signals that ship as scripts.
fn scripts(desk: &Desk) -> Vec<String> {
    let listed = desk.done(&["signals", "--json"]);
    let listed: Value = serde_json::from_str(&listed.stdout).expect("one JSON object");
    let signals = listed["signals"].as_array().expect("a list").clone();
    let scripts = signals.into_iter().filter(|signal| signal["kind"] == "luau");
    scripts.map(|signal| signal["id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn every_shipped_script_gives_the_same_in_two_processes_without_native_code_and_for_any_threads() {
    let desk = Desk::new();
    let first = tables(&desk, "first", &["--threads", "2"]);
    let known = scripts(&desk);
    assert!(known.len() >= 8, "{known:?}");
    for id in &known {
        let ran = first.iter().any(|(name, bytes)| name.ends_with(&format!("/{id}.parquet")) && !bytes.is_empty());
        assert!(ran, "{id} gave no table: {:?}", first.iter().map(|table| &table.0).collect::<Vec<_>>());
    }
    // each is a process of its own
    let others =
        [("one thread", vec!["--threads", "1"]), ("three threads, no native code", vec!["--threads", "3", "--no-jit"])];
    for (i, (what, options)) in others.iter().enumerate() {
        let other = tables(&desk, &format!("other-{i}"), options);
        assert_eq!(other.len(), first.len(), "{what}");
        for (a, b) in first.iter().zip(&other) {
            assert!(a == b, "{what}: table `{}` differs from `{}`", b.0, a.0);
        }
    }
}

#[test]
fn another_seed_is_seen_in_the_tables() {
    // the negative control: equal bytes above are not for want of anything that could differ
    let desk = Desk::new();
    desk.done(&["synth", "cloned-media", "petition", "-o", "world", "--seed", "5"]);
    for (name, seed) in [("one", "1"), ("two", "2")] {
        desk.done(&["run", "world", "-o", name, "--seed", seed]);
    }
    assert!(contents(&desk.path("one/tables")) != contents(&desk.path("two/tables")));
}
