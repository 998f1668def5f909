//! The fourteen checks of `claque plugin check` on plugins in Rust: `tests/bad_plugins/density.rs`, right by default,
//! and with one fault for every check such as a programmer of Rust would make. Compiled without cargo, in a fraction of a
//! second each. The faults of C are in `library_checks.rs`.

use crate::library_checks::{MANIFEST, SPECIFICATION, failed, must_say};
use crate::support::{Desk, repository, text};
use std::process::Command;

fn rustc(arguments: &[&str]) {
    let program = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let status = Command::new(program).args(["--edition", "2024", "--cap-lints", "allow"]).args(arguments).status();
    assert!(status.expect("rustc starts").success(), "{arguments:?}");
}

/// A desk with the raw types of the contract.
fn desk() -> Desk {
    let desk = Desk::new();
    let (abi, source) = (desk.path("libclaque_abi.rlib"), repository().join("core/claque-abi/src/lib.rs"));
    rustc(&["--crate-type", "rlib", "--crate-name", "claque_abi", "-o", &text(&abi), &text(&source)]);
    desk
}

/// The library with these options of the compiler.
fn built(desk: &Desk, options: &[&str]) -> String {
    let library = text(&desk.path("libdensity.so"));
    let known = format!("claque_abi={}", text(&desk.path("libclaque_abi.rlib")));
    let source = text(&repository().join("tests/bad_plugins/density.rs"));
    rustc(&[&["--crate-type", "cdylib", "--extern", &known, "-o", &library, &source], options].concat());
    library
}

fn with_fault(desk: &Desk, fault: &str) -> String {
    built(desk, &["--cfg", &format!("fault=\"{fault}\"")])
}

/// The library as a whole plugin.
fn folder(desk: &Desk, library: &str, manifest: &str) {
    desk.write("plugin/plugin.toml", manifest);
    desk.write("plugin/SIGNAL.md", SPECIFICATION);
    desk.write("plugin/lib/libdensity.so", std::fs::read(library).expect("the library"));
}

/// With each fault its check fails, of all fourteen alone where that is said, and says so.
#[track_caller]
fn caught(check: &str, faults: &[(&str, bool, &str)]) {
    let desk = desk();
    for (fault, is_alone, words) in faults {
        let options: &[&str] = if *is_alone { &[] } else { &["--check", check] };
        let (checks, said) = failed(&desk, &with_fault(&desk, fault), options);
        assert_eq!(checks, [check], "{fault}: {said:#}");
        must_say(&said, words);
    }
}

#[test]
fn a_right_plugin_in_rust_passes_as_a_library_and_as_a_folder() {
    let desk = desk();
    let library = built(&desk, &[]);
    let (checks, said) = failed(&desk, &library, &[]);
    assert!(checks.is_empty(), "{said:#}");
    folder(&desk, &library, MANIFEST);
    let (checks, said) = failed(&desk, "plugin", &[]);
    assert!(checks.is_empty(), "{said:#}");
    must_say(&said, "as SIGNAL.md says");
}

#[test]
fn manifest_and_metadata_catch_another_library_than_the_one_described() {
    let desk = desk();
    let library = built(&desk, &[]);
    let pinned = MANIFEST.replace("libdensity.so\"", &format!("libdensity.so\"\nsha256 = \"{}\"", "0".repeat(64)));
    folder(&desk, &library, &pinned);
    let (checks, said) = failed(&desk, "plugin", &[]);
    assert_eq!(checks, ["manifest"], "{said:#}");
    must_say(&said, "its manifest says `0000");
    folder(&desk, &with_fault(&desk, "claims_more"), MANIFEST);
    let (checks, said) = failed(&desk, "plugin", &[]);
    assert_eq!(checks, ["metadata"], "{said:#}");
    must_say(&said, "`cap` of signal `test.density` is `2.5` in the library");
}

#[test]
fn symbols_and_versions_catch_what_the_library_shows_and_asks() {
    caught("symbols", &[("exports_more", true, "it exports `density_helper`")]);
    caught(
        "versions",
        &[
            ("newer_abi", true, "speaks ABI 2.0, this build speaks ABI 1.0"),
            ("longer_host", true, "read past the end of a struct of the host"),
        ],
    );
}

#[test]
fn tables_and_parameters_catch_what_was_not_looked_at() {
    caught(
        "tables",
        &[
            ("ignores_offset", true, "sliced out of longer tables"),
            ("unwraps", true, "without `posts`: status 5 (\"panic: see the log\"), must be CLAQUE_ERR_SCHEMA (2)"),
        ],
    );
    caught(
        "parameters",
        &[("divides_by_parameter", true, "least = 0"), ("invents_parameters", true, "must be CLAQUE_ERR_PARAMS (1)")],
    );
}

#[test]
fn output_catches_what_breaks_the_shape() {
    caught(
        "output",
        &[
            ("beyond_one", true, "`value` is 2, must be from 0 to 1"),
            ("other_column", false, "the column `share` is not one of the shape `marks`"),
            ("unchecked_text", false, "invalid utf-8"),
            ("falling_offsets", false, "offsets that fall, from 60 to 59 at row 1"),
        ],
    );
}

#[test]
fn output_catches_the_end_of_the_process() {
    caught(
        "output",
        &[
            ("segfault", true, "segmentation fault (signal 11)"),
            ("aborts", false, "it printed: density: cannot go on"),
            ("exits", false, "a plugin must not call `exit`"),
            ("eats_memory", false, "memory allocation of"),
        ],
    );
    let desk = desk();
    let (checks, said) = failed(&desk, &with_fault(&desk, "hangs"), &["--check", "output", "--time-limit", "2"]);
    assert_eq!(checks, ["output"], "{said:#}");
    must_say(&said, "killed after 2 s");
}

#[test]
fn determinism_and_threads_catch_what_a_result_must_not_depend_on() {
    caught(
        "determinism",
        &[("hash_order", true, "the same call again gives other rows"), ("counts_threads", true, "on 4 threads")],
    );
    caught("threads", &[("one_for_all", true, "of 4 calls at once one went wrong")]);
}

#[test]
fn cancel_and_broken_input_catch_what_the_host_was_not_asked() {
    caught("cancel", &[("deaf", true, "although it was told to stop after the first")]);
    caught("broken-input", &[("takes_errors_for_the_end", true, "it ended well, as if the input had ended")]);
}

#[test]
fn releases_catches_every_misuse_of_the_input() {
    caught(
        "releases",
        &[
            ("forgets_the_batch", false, "batch 1 of `posts` was never released"),
            ("releases_twice", false, "the stream of `posts` was released 2 times"),
            ("takes_without_a_mark", false, "or after the release"),
            ("writes_to_input", false, "it wrote to its input, which is read-only"),
        ],
    );
}

#[test]
fn panic_catches_what_crosses_the_border() {
    let panics = "it aborted (signal 6)\nwhile it was asked for: a panic in `score`";
    caught("panic", &[("unguarded", true, panics), ("unguarded", false, "panic in a function that cannot unwind")]);
    let desk = desk();
    let (checks, said) = failed(&desk, &built(&desk, &["-C", "panic=abort"]), &[]);
    assert_eq!(checks, ["panic"], "{said:#}");
    must_say(&said, "asked to panic in score");
}

#[test]
fn memory_catches_what_is_left_behind_and_changed() {
    caught(
        "memory",
        &[
            ("leaks", true, "something is not freed"),
            ("leaves_a_file_open", true, "files were left open: /dev/null"),
            ("prints", true, "bytes to stdout or stderr"),
            ("changes_folder", true, "the current folder was changed to `/`"),
        ],
    );
}

#[test]
fn every_fault_of_the_source_is_caught_by_a_test() {
    let tests = std::fs::read_to_string(repository().join("tests/rust_checks.rs")).expect("this file");
    let source = std::fs::read_to_string(repository().join("tests/bad_plugins/density.rs")).expect("the source");
    let named = source.split("fault!(").skip(1).filter_map(|rest| rest.split(')').next());
    let faults: std::collections::BTreeSet<&str> =
        named.flat_map(|names| names.split('"').skip(1).step_by(2)).filter(|name| !name.is_empty()).collect();
    assert!(faults.len() >= 29, "{faults:?}");
    for fault in faults {
        assert!(tests.contains(&format!("\"{fault}\"")), "no test names {fault}");
    }
}
