//! The fourteen checks of `claque plugin check` for compiled plugins. For each there are bad plugins in
//! `tests/bad_plugins`: the right signal of `skeleton.h` with one fault in it; those in Rust are in `rust_checks.rs`.
//! Where a check alone must catch one, all fourteen are run.

use crate::support::{Desk, repository, text};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const MANIFEST: &str = r#"manifest_version = 1
[plugin]
id = "test.density"
version = "1.0.0"
kind = "native"
api = "1"
[native]
abi = "1.0"
runtime = "c"
[native.linux_amd64]
path = "lib/libdensity.so"
[native.linux_arm64]
path = "lib/libdensity.so"
[[signal]]
id = "test.density"
title = "Density"
doc = "For tests."
dimension = "disinformation"
family = "test"
emits = "marks"
cap = 0.3
innocent = ["It is a test."]
disarm = {}
requires = { posts = { post_id = "id", text = "string" } }
params = { least = { type = "int", default = 3, min = 0, max = 1000, doc = "shortest text" } }
"#;

pub(crate) const SPECIFICATION: &str = "# Density

## What it measures
The share of a text that is not white space.
## Why it may matter
It does not.
## Innocent explanations
- It is a test.
## Needs
- `posts`: `post_id`, `text`.
## Parameters
- `least` (3): shortest text that is measured.
## Example
```csv posts
post_id,text
p1,abcd
p2,a cd
p3,ab
```
## Expected
```csv test.density
post_id,value
p1,1
p2,0.75
p3,0
```
";

/// Compiles a bad plugin on the desk.
fn built(desk: &Desk, name: &str) -> PathBuf {
    let library = desk.path(&format!("lib{name}.so"));
    compile(&repository().join(format!("tests/bad_plugins/{name}.c")), &library, &[]);
    library
}

pub(crate) fn compile(source: &Path, library: &Path, options: &[&str]) {
    let status = Command::new("cc")
        .args(["-std=gnu11", "-O1", "-w", "-fPIC", "-shared", "-fvisibility=hidden", "-Wl,-z,nodelete"])
        .arg("-I")
        .arg(repository().join("core/claque-abi/include"))
        .arg("-o")
        .arg(library)
        .arg(source)
        .args(options)
        .status();
    assert!(status.expect("a C compiler").success(), "{} compiles", source.display());
}

/// The skeleton as a whole plugin.
fn folder(desk: &Desk, name: &str) {
    desk.write("plugin/plugin.toml", MANIFEST);
    desk.write("plugin/SIGNAL.md", SPECIFICATION);
    let library = std::fs::read(built(desk, name)).expect("the library");
    desk.write("plugin/lib/libdensity.so", library);
}

/// The checks that failed, each once, and all that was said.
pub(crate) fn failed(desk: &Desk, path: &str, options: &[&str]) -> (Vec<String>, Value) {
    let outcome = desk.claque(&[&["--json", "plugin", "check", path], options].concat());
    let said: Value = serde_json::from_str(&outcome.stdout).unwrap_or_else(|e| panic!("{e}: {}", outcome.stderr));
    let wrong = said["checks"].as_array().expect("checks").iter().filter(|check| check["ok"] == false);
    let mut checks: Vec<String> = wrong.filter_map(|check| check["step"].as_str().map(str::to_owned)).collect();
    checks.dedup();
    assert_eq!(outcome.code, i32::from(!checks.is_empty()), "{said:#}");
    (checks, said)
}

#[track_caller]
pub(crate) fn must_say(said: &Value, words: &str) {
    let details: Vec<&str> =
        said["checks"].as_array().expect("checks").iter().filter_map(|check| check["detail"].as_str()).collect();
    assert!(details.join("\n").contains(words), "`{words}` is missing in {said:#}");
}

/// Of all fourteen checks this one fails and no other.
#[track_caller]
fn alone(check: &str, name: &str, words: &str) {
    let desk = Desk::new();
    let (checks, said) = failed(&desk, &text(&built(&desk, name)), &[]);
    assert_eq!(checks, [check], "{name}: {said:#}");
    must_say(&said, words);
}

/// This check fails; others may fail too, and are not run.
#[track_caller]
fn caught(check: &str, name: &str, words: &str) {
    caught_with(check, name, words, &[]);
}

#[track_caller]
fn caught_with(check: &str, name: &str, words: &str, options: &[&str]) {
    let desk = Desk::new();
    let options = [&["--check", check], options].concat();
    let (checks, said) = failed(&desk, &text(&built(&desk, name)), &options);
    assert_eq!(checks, [check], "{name}: {said:#}");
    must_say(&said, words);
}

#[test]
fn the_skeleton_itself_passes_as_a_library_and_as_a_folder() {
    let desk = Desk::new();
    let (checks, said) = failed(&desk, &text(&built(&desk, "right")), &[]);
    assert!(checks.is_empty(), "{said:#}");
    folder(&desk, "right");
    let (checks, said) = failed(&desk, "plugin", &[]);
    assert!(checks.is_empty(), "{said:#}");
    must_say(&said, "as SIGNAL.md says");
    must_say(&said, "1 declared, as in plugin.toml");
}

#[test]
fn manifest_catches_another_file_than_the_pinned_one() {
    let desk = Desk::new();
    folder(&desk, "right");
    let pinned = MANIFEST.replace("libdensity.so\"", &format!("libdensity.so\"\nsha256 = \"{}\"", "0".repeat(64)));
    desk.write("plugin/plugin.toml", pinned);
    let (checks, said) = failed(&desk, "plugin", &[]);
    assert_eq!(checks, ["manifest"], "{said:#}");
    must_say(&said, "its manifest says `0000");
}

#[test]
fn manifest_catches_an_example_that_does_not_come_out_and_a_heading_that_is_missing() {
    let desk = Desk::new();
    folder(&desk, "right");
    desk.write("plugin/SIGNAL.md", SPECIFICATION.replace("p2,0.75", "p2,0.5"));
    let (checks, said) = failed(&desk, "plugin", &[]);
    assert_eq!(checks, ["manifest"], "{said:#}");
    must_say(&said, "gives other rows than SIGNAL.md says");
    desk.write("plugin/SIGNAL.md", SPECIFICATION.replace("## Needs", "## Wants"));
    let (checks, said) = failed(&desk, "plugin", &["--check", "manifest"]);
    assert_eq!(checks, ["manifest"], "{said:#}");
    must_say(&said, "`## Needs` is missing");
}

#[test]
fn manifest_catches_unknown_keys_and_paths_that_leave_the_folder() {
    let desk = Desk::new();
    folder(&desk, "right");
    for (manifest, words) in [
        (MANIFEST.replace("runtime =", "runtimes ="), "unknown field `runtimes`"),
        (MANIFEST.replace("lib/libdensity.so", "../libdensity.so"), "leaves the plugin's folder"),
        (MANIFEST.replace("lib/libdensity.so", "lib/libother.so"), "libother.so"),
    ] {
        desk.write("plugin/plugin.toml", manifest);
        let (checks, said) = failed(&desk, "plugin", &[]);
        assert_eq!(checks, ["manifest"], "{said:#}");
        must_say(&said, words);
    }
}

#[test]
fn symbols_catches_what_is_exported_missing_or_unresolved() {
    alone("symbols", "extra_symbol", "it exports `density_of` besides `claque_library_v1`");
    alone("symbols", "no_symbol", "does not export `claque_library_v1`");
    alone("symbols", "unresolved", "undefined symbol: nobody_has_this_function");
}

#[test]
fn symbols_catches_a_library_that_brings_others_along() {
    let desk = Desk::new();
    let source = repository().join("tests/bad_plugins/right.c");
    compile(&source, &desk.path("librunpath.so"), &["-Wl,-rpath,/opt/density/lib"]);
    let (checks, said) = failed(&desk, "librunpath.so", &[]);
    assert_eq!(checks, ["symbols"], "{said:#}");
    must_say(&said, "it looks for libraries in `/opt/density/lib`");
    let other = desk.write("other.c", "int other(void) { return 1; }\n");
    compile(&other, &desk.path("libother.so"), &[]);
    let here = text(&desk.path(""));
    compile(&source, &desk.path("libneeds.so"), &["-Wl,--no-as-needed", "-L", &here, "-lother"]);
    let (checks, said) = failed(&desk, "libneeds.so", &[]);
    assert_eq!(checks, ["symbols"], "{said:#}");
    must_say(&said, "it needs the library `libother.so`: a plugin is one file");
}

#[test]
fn versions_catches_older_and_newer_libraries() {
    alone("versions", "newer_abi", "speaks ABI 2.0, this build speaks ABI 1.0");
    caught("versions", "older_abi", "speaks ABI 0.7, this build speaks ABI 1.0");
    alone("versions", "exact_abi", "it refuses a host of ABI 1.1");
}

#[test]
fn versions_catches_a_read_past_the_end_of_the_hosts_struct() {
    alone("versions", "reads_past_host", "read past the end of a struct of the host");
}

#[test]
fn metadata_catches_a_library_that_claims_something_else_than_its_manifest() {
    let desk = Desk::new();
    folder(&desk, "lying_metadata");
    let (checks, said) = failed(&desk, "plugin", &[]);
    assert_eq!(checks, ["metadata"], "{said:#}");
    must_say(&said, "`cap` of signal `test.density` is `2.5` in the library");
}

#[test]
fn tables_catches_wrong_readings_of_arrow() {
    alone("tables", "ignores_offset", "sliced out of longer tables");
    alone("tables", "trusts_null_count", "NULL\nwhile it was asked for: with a null_count of -1");
    alone("tables", "wrong_status", "must be CLAQUE_ERR_SCHEMA (2)");
}

#[test]
fn parameters_catches_a_bound_that_breaks_it_and_nonsense_that_does_not() {
    alone("parameters", "divides_by_parameter", "least = 0: bad output");
    alone("parameters", "accepts_nonsense", "must be CLAQUE_ERR_PARAMS (1)");
}

#[test]
fn output_catches_whatever_breaks_the_shape() {
    alone("output", "out_of_range", "`value` is 2, must be from 0 to 1");
    caught("output", "gives_nan", "`value` is NaN");
    caught("output", "wrong_schema", "the column `valeu` is not one of the shape `marks`");
    caught("output", "bad_utf8", "utf-8");
    caught("output", "bad_offsets", "offsets that fall, from 60 to 59 at row 1");
}

#[test]
fn output_catches_the_end_of_its_process_in_every_way() {
    alone("output", "segfault", "segmentation fault (signal 11)");
    caught("output", "aborts", "it aborted (signal 6)\nwhile it was asked for: test.density on the made-up tables");
    caught("output", "aborts", "it printed: density: cannot go on");
    caught("output", "exits", "a plugin must not call `exit`");
    caught("output", "eats_memory", "it is at its limit of memory");
    caught_with("output", "hangs", "killed after 2 s", &["--time-limit", "2"]);
}

#[test]
fn determinism_catches_what_a_result_must_not_depend_on() {
    alone("determinism", "counts_its_calls", "the same call again gives other rows");
    alone("determinism", "depends_on_threads", "on 4 threads");
    alone("determinism", "depends_on_order", "rows in another order");
}

#[test]
fn threads_catches_a_shared_state() {
    alone("threads", "shares_its_state", "of 4 calls at once one went wrong");
}

#[test]
fn cancel_catches_deaf_and_slow_signals() {
    alone("cancel", "never_stops", "although it was told to stop after the first");
    caught("cancel", "slow_to_stop", "after it was told to stop; at most 2 s are borne");
}

#[test]
fn broken_input_catches_errors_that_nobody_looked_at() {
    alone("broken-input", "ignores_errors", "it ended well, as if the input had ended");
}

#[test]
fn releases_catches_what_is_released_never_twice_or_without_a_mark() {
    alone("releases", "never_marks_released", "the output stream is not marked as released");
    caught("releases", "never_releases_a_batch", "batch 1 of `posts` was never released");
    caught("releases", "moves_without_mark", "the stream of `posts` was released 2 times");
    caught("releases", "frees_twice", "segmentation fault (signal 11)");
}

#[test]
fn releases_catches_every_misuse_of_the_input() {
    alone("releases", "writes_to_input", "it wrote to its input, which is read-only");
    alone("releases", "reads_past_input", "past the end of a buffer, or after the release");
    alone("releases", "reads_past_texts", "past the end of a buffer, or after the release");
    alone("releases", "reads_after_release", "past the end of a buffer, or after the release");
}

#[test]
fn panic_catches_an_abort_and_a_wrong_status() {
    alone("panic", "dies_of_exceptions", "it aborted (signal 6)\nwhile it was asked for: a panic in `score`");
    alone("panic", "wrong_panic_status", "must be CLAQUE_ERR_PANIC (5)");
}

#[test]
fn memory_catches_what_is_left_behind() {
    alone("memory", "leaks_state", "something is not freed");
    caught("memory", "leaks_pages", "runs each makes the process grow by");
    caught("memory", "leaves_a_file_open", "files were left open: /dev/null");
    alone("memory", "leaves_an_event_open", "50 runs left 50 descriptors open");
}

#[test]
fn memory_catches_every_change_of_what_a_plugin_shares() {
    alone("memory", "changes_folder", "the current folder was changed to `/`");
    alone("memory", "prints", "bytes to stdout or stderr");
    caught("memory", "changes_locale", "the locale was changed to `C.UTF-8`");
    caught("memory", "changes_environment", "the environment variable `DENSITY_THREADS` was changed");
    caught("memory", "changes_handlers", "the handler of signal 2 was changed");
    if cfg!(target_arch = "x86_64") {
        caught("memory", "changes_floats", "the floating-point mode was changed");
    }
}

#[test]
fn every_bad_plugin_is_caught_by_a_test() {
    let tests = std::fs::read_to_string(repository().join("tests/library_checks.rs")).expect("this file");
    let mut named = 0;
    for entry in std::fs::read_dir(repository().join("tests/bad_plugins")).expect("a folder") {
        let path = entry.expect("an entry").path();
        let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
        if path.extension().is_some_and(|ending| ending == "c") {
            assert!(tests.contains(&format!("\"{stem}\"")), "no test names {stem}");
            named += 1;
        }
    }
    assert!(named >= 40, "{named}");
}

#[test]
fn only_failed_leaves_the_others_out_and_junit_keeps_them() {
    let desk = Desk::new();
    let library = text(&built(&desk, "wrong_status"));
    let outcome = desk.claque(&["plugin", "check", &library, "--only-failed", "--junit", "report.xml"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    assert!(!outcome.stdout.contains("ok   ") && outcome.stdout.contains("failed  tables of test.density"));
    let xml = std::fs::read_to_string(desk.path("report.xml")).expect("a report");
    for check in [
        "manifest",
        "symbols",
        "versions",
        "metadata",
        "tables",
        "parameters",
        "output",
        "determinism",
        "threads",
        "cancel",
        "broken-input",
        "releases",
        "panic",
        "memory",
    ] {
        assert!(xml.contains(&format!("classname=\"{check}\"")), "{check} is missing in {xml}");
    }
    assert!(xml.contains("failures=\"1\"") && xml.contains("skipped=\"1\""), "{xml}");
}

#[test]
fn one_check_can_be_run_in_this_process() {
    let desk = Desk::new();
    let library = text(&built(&desk, "wrong_status"));
    let (checks, said) = failed(&desk, &library, &["--check", "tables", "--in-process"]);
    assert_eq!(checks, ["tables"], "{said:#}");
    assert_eq!(said["checks"].as_array().map(Vec::len), Some(1));
    let outcome = desk.claque(&["plugin", "check", &library, "--check", "tabels"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("there is no check `tabels`"), "{}", outcome.stderr);
}

#[test]
fn what_is_no_plugin_could_not_be_checked() {
    let desk = Desk::new();
    desk.write("empty/readme.txt", "nothing here");
    for path in ["missing", "empty"] {
        assert_eq!(desk.claque(&["plugin", "check", path]).code, 2, "{path}");
    }
}
