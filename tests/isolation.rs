//! Compiled plugins that are not trusted: they run in a process of their own, with the same results; one that
//! crashes fails alone; and the user decides which one may run inside the program.

use crate::plugins::{compile, shouting, state, study};
use crate::support::{Desk, contents, repository};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const ID: &str = "org.example.shouting";

fn record(desk: &Desk, run: &str) -> Value {
    let text = std::fs::read_to_string(desk.path(run).join("run.json")).expect("run.json");
    serde_json::from_str(&text).expect("JSON")
}

/// Where a signal ran, and why.
fn ran(desk: &Desk, run: &str, id: &str) -> (String, String) {
    let compiled = &record(desk, run)["compiled"][id];
    let part = |key: &str| compiled[key].as_str().unwrap_or_default().to_owned();
    (part("runs"), part("why"))
}

fn tables(desk: &Desk, run: &str) -> Vec<(String, Vec<u8>)> {
    contents(&desk.path(run).join("tables"))
}

#[test]
fn every_compiled_signal_gives_the_same_bytes_in_a_process_of_its_own() {
    let desk = Desk::new();
    for (name, bytes) in contents(&repository().join("datasets/quickstart")) {
        desk.write(&format!("study/{name}"), bytes);
    }
    // as few draws as may be: only the signals are compared
    let file = desk.path("study/study.toml");
    let text = std::fs::read_to_string(&file).expect("a study");
    std::fs::write(&file, text + "\n[null_model]\ndraws = 200\ncorpus_draws = 19\n").expect("ours");
    shouting(&desk, "plugins/shouting");
    let mut ids = Vec::new();
    for (run, option) in [("here", "--in-process"), ("there", "--isolate")] {
        let outcome = desk.claque(&["run", "study", "-o", run, "--plugins", "plugins", option]);
        assert!(outcome.code <= 1, "{}", outcome.stderr);
        let compiled = record(&desk, run)["compiled"].clone();
        let compiled = compiled.as_object().expect("compiled signals");
        ids = compiled.keys().cloned().collect();
        let expected = if run == "here" { "in the process" } else { "in a child process" };
        for (id, placement) in compiled {
            assert_eq!(placement["runs"], expected, "{id}");
            assert_eq!(placement["why"], "asked for on the command line", "{id}");
        }
    }
    assert!(ids.len() >= 5 && ids.iter().any(|id| id == ID), "{ids:?}");
    for id in &ids {
        assert_eq!(state(&desk, "here", id), state(&desk, "there", id), "{id}");
    }
    assert!(ids.iter().filter(|id| state(&desk, "there", id).0 == "ran").count() >= 4, "most of them had data");
    let (here, there) = (tables(&desk, "here"), tables(&desk, "there"));
    assert_eq!(here.len(), there.len());
    for (one, other) in here.iter().zip(&there) {
        assert!(one == other, "{} differs from {}", one.0, other.0);
    }
}

const CRASHES: &str = r#"#include <claque.h>
#include <stdlib.h>
static const char METADATA[] =
    "{\"id\":\"org.example.crashes\",\"version\":\"1.0.0\",\"api\":\"1\",\"title\":\"Crashes\","
    "\"dimension\":\"disinformation\",\"family\":\"test\",\"emits\":\"marks\",\"cap\":0.3,"
    "\"requires\":{\"posts\":{\"post_id\":\"id\"}},\"innocent\":[\"It is a test.\"],\"disarm\":{}}";
__attribute__((constructor)) static void loaded(void) {
  if (AT_LOAD) abort();
}
static int32_t score(const claque_plugin *self, const claque_host *host, const claque_request *request,
                     struct ArrowArrayStream *out, claque_error *err) {
  (void)self, (void)host, (void)request, (void)out, (void)err;
  *(volatile int *)8 = 1;
  return CLAQUE_OK;
}
static const claque_plugin plugin = {sizeof plugin, 0, METADATA, score, NULL};
static const claque_plugin *const plugins[] = {&plugin};
static const claque_library library = {sizeof library, CLAQUE_ABI_VERSION, 1, 0, plugins};
CLAQUE_EXPORT const claque_library *claque_library_v1(uint32_t host) { (void)host; return &library; }
"#;

const MANIFEST: &str = r#"manifest_version = 1
[plugin]
id = "org.example.crashes"
version = "1.0.0"
kind = "native"
api = "1"
[native]
abi = "1.0"
runtime = "c"
[native.linux_amd64]
path = "lib/linux_amd64/libcrashes.so"
[[signal]]
id = "org.example.crashes"
title = "Crashes"
dimension = "disinformation"
family = "test"
emits = "marks"
cap = 0.3
innocent = ["It is a test."]
disarm = {}
[signal.requires.posts]
post_id = "id"
"#;

fn crashes(desk: &Desk, below: &str, at_load: bool) {
    let source = desk.write("crashes.c", CRASHES.replace("AT_LOAD", if at_load { "1" } else { "0" }));
    desk.write(&format!("{below}/plugin.toml"), MANIFEST);
    compile(&source, desk, &format!("{below}/lib/linux_amd64/libcrashes.so"));
}

#[test]
fn a_plugin_that_crashes_fails_alone() {
    let desk = Desk::new();
    study(&desk);
    shouting(&desk, "study/plugins/shouting");
    desk.done(&["run", "study", "-o", "without"]);
    crashes(&desk, "study/plugins/crashes", false);
    let outcome = desk.claque(&["run", "study", "-o", "with"]);
    assert_eq!(outcome.code, 1, "{}\n{}", outcome.stdout, outcome.stderr);
    let expected = ("failed".to_owned(), "crashed: segmentation fault (signal 11)".to_owned());
    assert_eq!(state(&desk, "with", "org.example.crashes"), expected);
    assert!(outcome.stdout.contains("crashed: segmentation fault"), "{}", outcome.stdout);
    assert_eq!(ran(&desk, "with", ID), ("in a child process".into(), "it is not in trust.toml".into()));
    assert_eq!(tables(&desk, "with"), tables(&desk, "without"), "the others' results stand");
}

#[test]
fn finding_plugins_runs_nothing_of_those_that_are_trusted_either() {
    let desk = Desk::new();
    study(&desk);
    crashes(&desk, "study/plugins/crashes", true);
    // it would end this program, in which it may run
    desk.done(&["plugin", "trust", "org.example.crashes", "--plugins", "study/plugins"]);
    for command in [vec!["plugin", "list"], vec!["plugin", "why", "org.example.crashes"], vec!["signals"]] {
        let told = desk.done(&[command, vec!["--plugins", "study/plugins"]].concat());
        assert!(told.stdout.contains("org.example.crashes"), "{}", told.stdout);
    }
    let why = desk.done(&["plugin", "why", "org.example.crashes", "--plugins", "study/plugins"]).stdout;
    assert!(why.contains("in the process: its file is in trust.toml"), "{why}");
}

#[test]
fn a_signal_that_does_not_promise_the_same_rows_is_named_where_it_runs() {
    let desk = Desk::new();
    study(&desk);
    let source = repository().join("plugins/shouting-c/shouting.c");
    let source = std::fs::read_to_string(source).expect("the example");
    let promise = "CLAQUE_FLAG_THREAD_SAFE | CLAQUE_FLAG_DETERMINISTIC";
    assert!(source.contains(promise), "the example promises it");
    shouting(&desk, "study/plugins/shouting");
    desk.done(&["run", "study", "-o", "promised"]);
    let changed = desk.write("changed.c", source.replace(promise, "CLAQUE_FLAG_THREAD_SAFE"));
    compile(&changed, &desk, "study/plugins/shouting/lib/linux_amd64/libshouting.so");
    desk.done(&["run", "study", "-o", "apart", "--isolate"]);
    desk.done(&["run", "study", "-o", "here", "--in-process"]);
    let named = |run: &str| {
        let read = |name: &str| std::fs::read_to_string(desk.path(run).join(name)).expect("a file of the run");
        ["run.json", "report.html"].map(|name| read(name).contains("does not promise the same rows"))
    };
    assert_eq!((named("promised"), named("apart"), named("here")), ([false; 2], [true; 2], [true; 2]));
}

#[test]
fn finding_plugins_runs_nothing_of_those_that_are_not_trusted() {
    let desk = Desk::new();
    study(&desk);
    crashes(&desk, "study/plugins/crashes", true);
    let listed = desk.done(&["plugin", "list", "--plugins", "study/plugins"]);
    assert!(listed.stdout.contains("org.example.crashes"), "{}", listed.stdout);
    assert_eq!(desk.claque(&["run", "study", "-o", "run"]).code, 1);
    let (failed, why) = state(&desk, "run", "org.example.crashes");
    assert_eq!((failed.as_str(), why.as_str()), ("failed", "crashed: it aborted (signal 6)"));
    let checked = desk.claque(&["plugin", "check", "study/plugins/crashes"]);
    assert_eq!(checked.code, 1, "{}", checked.stderr);
    assert!(checked.stdout.contains("it aborted (signal 6)"), "{}", checked.stdout);
}

#[test]
fn why_names_file_hash_place_and_reason_and_trust_changes_them() {
    let desk = Desk::new();
    study(&desk);
    shouting(&desk, "study/plugins/shouting");
    let why = || desk.done(&["plugin", "why", ID, "--plugins", "study/plugins"]).stdout;
    let untrusted = why();
    for part in ["study/plugins/shouting/lib/linux_amd64/libshouting.so", "in a child process: it is not in trust.toml"]
    {
        assert!(untrusted.contains(part), "{untrusted}");
    }
    let trusted = desk.done(&["plugin", "trust", "study/plugins/shouting"]).stdout;
    assert!(trusted.contains("trusted org.example.shouting 1.0.0"), "{trusted}");
    assert!(why().contains("in the process: its file is in trust.toml"), "{}", why());
    desk.done(&["run", "study", "-o", "trusted"]);
    assert_eq!(ran(&desk, "trusted", ID), ("in the process".into(), "its file is in trust.toml".into()));

    // another file of the same version: rebuilt, or exchanged
    let library = desk.path("study/plugins/shouting/lib/linux_amd64/libshouting.so");
    let mut bytes = std::fs::read(&library).expect("the library");
    bytes.push(0);
    std::fs::write(&library, bytes).expect("ours");
    assert!(why().contains("in a child process: trust.toml names another file of this version"), "{}", why());

    desk.done(&["plugin", "trust", ID, "--plugins", "study/plugins"]);
    assert!(why().contains("in the process"), "{}", why());
    desk.done(&["plugin", "trust", "--revoke", ID]);
    assert!(why().contains("it is not in trust.toml"), "{}", why());
    let again = desk.claque(&["plugin", "trust", "--revoke", ID]);
    assert!(again.code == 2 && again.stderr.contains("is not trusted"), "{}", again.stderr);
}

#[test]
fn a_file_of_trust_that_cannot_be_read_trusts_nothing_and_is_told() {
    let desk = Desk::new();
    study(&desk);
    shouting(&desk, "study/plugins/shouting");
    desk.done(&["plugin", "trust", "study/plugins/shouting"]);
    let file = desk.path(".config/claque/trust.toml");
    let text = std::fs::read_to_string(&file).expect("written by `trust`");
    std::fs::write(&file, text + "[").expect("ours");
    let outcome = desk.done(&["run", "study", "-o", "run"]);
    assert!(outcome.stderr.contains("warning: trust.toml cannot be used"), "{}", outcome.stderr);
    let (runs, why) = ran(&desk, "run", ID);
    assert_eq!(runs, "in a child process");
    assert!(why.starts_with("trust.toml cannot be used: "), "{why}");
}

#[test]
fn one_thread_and_three_give_the_same_bytes_in_a_child() {
    let desk = Desk::new();
    study(&desk);
    shouting(&desk, "study/plugins/shouting");
    for threads in ["1", "3"] {
        desk.done(&["--threads", threads, "run", "study", "-o", threads]);
        assert_eq!(ran(&desk, threads, ID).0, "in a child process");
    }
    assert_eq!(tables(&desk, "1"), tables(&desk, "3"));
}

#[test]
fn why_knows_what_came_along_what_is_hidden_and_what_is_not_there() {
    let desk = Desk::new();
    shouting(&desk, "one/shouting");
    shouting(&desk, ".data/claque/plugins/shouting");
    let why = desk.done(&["plugin", "why", ID, "--plugins", "one"]).stdout;
    assert!(why.contains("hides        the one of ") && why.contains(".data/claque/plugins/shouting"), "{why}");
    assert!(desk.done(&["plugin", "why", "coord.url"]).stdout.contains("it is part of the program"));
    let shipped = desk.done(&["--json", "plugin", "why", "cyb.lookalike"]).stdout;
    let shipped: Value = serde_json::from_str(&shipped).expect("JSON");
    assert_eq!(shipped["signals"][0]["why"], "it came with the program");
    let missing = desk.claque(&["plugin", "why", "cyb.lookalikes"]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("did you mean `cyb.lookalike`?"), "{}", missing.stderr);
}

#[test]
fn a_library_whose_runtime_is_go_never_runs_in_the_process() {
    let desk = Desk::new();
    study(&desk);
    shouting(&desk, "study/plugins/shouting");
    let manifest = desk.path("study/plugins/shouting/plugin.toml");
    let text = std::fs::read_to_string(&manifest).expect("a manifest");
    std::fs::write(&manifest, text.replace("runtime = \"c\"", "runtime = \"go\"")).expect("ours");
    let trusted = desk.done(&["plugin", "trust", "study/plugins/shouting"]);
    assert!(trusted.stderr.contains("stays in a process of its own"), "{}", trusted.stderr);
    let outcome = desk.done(&["run", "study", "-o", "run", "--in-process"]);
    assert!(outcome.stderr.contains("a crash of one ends the run"), "{}", outcome.stderr);
    assert_eq!(ran(&desk, "run", ID), ("in a child process".into(), "the runtime of Go cannot share a process".into()));
    assert_eq!(state(&desk, "run", ID).0, "ran");
}

#[test]
fn a_plugin_is_installed_with_leave_only_and_replaced_by_its_next_version() {
    let desk = Desk::new();
    shouting(&desk, "shouting");
    desk.write("shouting/.git/config", "not a part of it");
    let asked = desk.claque(&["plugin", "install", "shouting"]);
    assert_eq!(asked.code, 2, "{}", asked.stdout);
    assert!(asked.stderr.contains("hint: --yes installs without asking"), "{}", asked.stderr);
    assert!(!desk.path(".data/claque/plugins").exists());

    desk.done(&["plugin", "install", "shouting", "--yes"]);
    let installed = contents(&desk.path(".data/claque/plugins/shouting"));
    let names: Vec<&str> = installed.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["SIGNAL.md", "lib/linux_amd64/libshouting.so", "plugin.toml"]);
    assert!(desk.done(&["plugin", "why", ID]).stdout.contains("it is not in trust.toml"));

    desk.write("shouting/README.md", "new");
    std::fs::remove_file(desk.path("shouting/SIGNAL.md")).expect("there");
    desk.done(&["plugin", "install", "shouting", "--yes", "--trust"]);
    let names: Vec<String> = contents(&desk.path(".data/claque/plugins")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        ["shouting/README.md", "shouting/lib/linux_amd64/libshouting.so", "shouting/plugin.toml"],
        "what the new one does not have is gone, and nothing else is left"
    );
    assert!(desk.done(&["plugin", "why", ID]).stdout.contains("its file is in trust.toml"));
}

#[test]
fn what_cannot_be_used_is_not_installed() {
    let desk = Desk::new();
    desk.write("empty/readme.txt", "");
    shouting(&desk, "linked");
    std::os::unix::fs::symlink("/etc/hostname", desk.path("linked/data")).expect("a link");
    crashes(&desk, "crashes", true);
    for (path, expected) in [
        ("empty", "neither `main.luau` nor `plugin.toml`"),
        ("gone", "`gone` is no plugin folder"),
        ("linked", "is neither a file nor a folder"),
        ("crashes", "it aborted (signal 6)"),
    ] {
        let outcome = desk.claque(&["plugin", "install", path, "--yes"]);
        assert_eq!(outcome.code, 2, "{path}: {}", outcome.stdout);
        assert!(outcome.stderr.contains(expected), "{path}: {}", outcome.stderr);
    }
    assert!(contents(&desk.path(".data")).is_empty(), "nothing was copied");
}

#[test]
fn the_command_for_children_tells_people_that_it_is_not_for_them() {
    let outcome = Desk::new().claque(&["__runner"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("this command is for the program itself"), "{}", outcome.stderr);
}

const WAITS: &str = r#"#define _POSIX_C_SOURCE 200809L
#include <claque.h>
#include <stdio.h>
#include <unistd.h>
static const char METADATA[] =
    "{\"id\":\"org.example.crashes\",\"version\":\"1.0.0\",\"api\":\"1\",\"title\":\"Crashes\","
    "\"dimension\":\"disinformation\",\"family\":\"test\",\"emits\":\"marks\",\"cap\":0.3,"
    "\"requires\":{\"posts\":{\"post_id\":\"id\"}},\"innocent\":[\"It is a test.\"],\"disarm\":{}}";
static int32_t score(const claque_plugin *self, const claque_host *host, const claque_request *request,
                     struct ArrowArrayStream *out, claque_error *err) {
  char text[64];
  (void)self, (void)request, (void)out, (void)err;
  snprintf(text, sizeof text, "waits in process %d;", (int)getpid());
  host->log(host->ctx, 3, text);
  for (;;) sleep(1);
}
static const claque_plugin plugin = {sizeof plugin, 0, METADATA, score, NULL};
static const claque_plugin *const plugins[] = {&plugin};
static const claque_library library = {sizeof library, CLAQUE_ABI_VERSION, 1, 0, plugins};
CLAQUE_EXPORT const claque_library *claque_library_v1(uint32_t host) { (void)host; return &library; }
"#;

/// A run that waits for a plugin, and the number of the process that the plugin waits in.
fn waiting(desk: &Desk) -> (Child, u32) {
    study(desk);
    let source = desk.write("waits.c", WAITS);
    desk.write("study/plugins/crashes/plugin.toml", MANIFEST);
    compile(&source, desk, "study/plugins/crashes/lib/linux_amd64/libcrashes.so");
    let mut run = Command::new(env!("CARGO_BIN_EXE_claque"))
        .args(["-v", "run", "study", "-o", "run"])
        .current_dir(desk.path(""))
        .env("XDG_CACHE_HOME", desk.path(".cache"))
        .env("XDG_CONFIG_HOME", desk.path(".config"))
        .env("XDG_DATA_HOME", desk.path(".data"))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut lines = BufReader::new(run.stderr.take().expect("piped")).lines();
    let said = lines.find_map(|line| {
        let line = line.expect("UTF-8");
        line.split_once("waits in process ").and_then(|(_, rest)| rest.split(';').next()?.parse().ok())
    });
    // whatever else is said must find a reader
    std::thread::spawn(move || lines.for_each(drop));
    (run, said.expect("the plugin says where it waits"))
}

fn signal(process: u32, name: &str) {
    let sent = Command::new("kill").args([name, &process.to_string()]).status().expect("kill starts");
    assert!(sent.success(), "{process} runs");
}

/// Waits for the end of a process that is not ours to wait for.
#[track_caller]
fn ends(process: u32) {
    let is_there = || {
        // a zombie has ended
        let status = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        status.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with('Z'))
    };
    for _ in 0..200 {
        if !is_there() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{process} still runs");
}

#[test]
fn a_child_ends_with_a_program_that_was_killed() {
    let desk = Desk::new();
    let (mut run, child) = waiting(&desk);
    assert_ne!(run.id(), child, "it waits in a process of its own");
    run.kill().expect("it runs");
    run.wait().expect("it ended");
    ends(child);
}

#[test]
fn an_interrupt_ends_the_run_and_a_child_that_does_not_listen() {
    let desk = Desk::new();
    let (mut run, child) = waiting(&desk);
    signal(run.id(), "-INT");
    let status = run.wait().expect("it ended");
    assert_eq!(status.code(), Some(130));
    ends(child);
    assert!(!desk.path("run").exists(), "nothing was written");
}

#[test]
fn a_child_that_is_killed_from_outside_fails_alone() {
    let desk = Desk::new();
    shouting(&desk, "study/plugins/shouting");
    let (mut run, child) = waiting(&desk);
    signal(child, "-KILL");
    assert_eq!(run.wait().expect("it ended").code(), Some(1));
    let (failed, why) = state(&desk, "run", "org.example.crashes");
    assert_eq!(failed, "failed");
    assert!(why.starts_with("crashed: its process was killed from outside (signal 9)"), "{why}");
    assert_eq!(state(&desk, "run", ID).0, "ran", "it comes after the one that was killed");
}
