//! A signal on `claque.hpp`: whatever it throws is a fault with its text, and what it reads and writes is right.

use super::fixture::{Listener, Workshop, given, score};
use crate::native::NativeSignal;
use claque_model::{Fault, Given, ParamValue, Signal};
use polars::prelude::{DataFrame, df};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::Ordering;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Builds the library as the template does: one exported symbol, C++17, no warning.
fn signal(workshop: &Workshop) -> Arc<NativeSignal> {
    let library = workshop.path().join("libthrows.so");
    let output = Command::new("c++")
        .args(["-std=c++17", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-fvisibility=hidden"])
        .arg(format!("-Wl,--version-script={ROOT}/../cli/templates/cpp/all/exports.map"))
        .args(["-Wl,-z,nodelete", "-Wl,-z,defs", "-I"])
        .arg(format!("{ROOT}/../claque-abi/include"))
        .arg("-o")
        .arg(&library)
        .arg(format!("{ROOT}/tests-data/throws.cpp"))
        .output()
        .expect("a C++ compiler stands beside the C compiler");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Arc::clone(&workshop.load(&library).expect("loads").signals()[0])
}

fn marks() -> DataFrame {
    df!("post_id" => ["x:1", "x:2"], "value" => [0.5, 1.0], "note" => [Some("a note of more than twelve bytes"), None])
        .expect("a table")
}

fn in_mode(mode: &str) -> Given {
    let mut given = given("marks.in", marks());
    given.params.insert("mode".into(), ParamValue::Text(mode.into()));
    given.params.insert("words".into(), ParamValue::Texts(vec!["a".into(), "caf\u{e9} \"c\"".into()]));
    given.params.insert("n".into(), ParamValue::Int(-7));
    given.params.insert("x".into(), ParamValue::Float(0.5));
    given.params.insert("on".into(), ParamValue::Bool(true));
    given
}

#[test]
fn whatever_is_thrown_becomes_the_fault_of_its_kind_and_the_next_call_works() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = signal(&workshop);
    for (mode, expected) in [
        ("std::exception", "panicked: exception: row 7 of 3"),
        ("int", "panicked: an exception that is no std::exception"),
        ("bad_alloc", "out of memory"),
        ("params", "refused its parameters: share is -7"),
        ("unsupported", "not supported here: needs AVX-512"),
        ("runtime", "disk full"),
        ("no table", "refused its tables: the table `posts` is not there: declare it in plugin.toml"),
        ("no column", "refused its tables: marks.in has no column weight"),
        (
            "no param",
            "refused its parameters: the parameter `m` is not there: declare it in plugin.toml under `params`",
        ),
        ("another type", "refused its parameters: the parameter `n` is not true or false"),
    ] {
        let fault = score(&signal, &in_mode(mode)).expect_err("a fault");
        assert_eq!(fault.to_string(), expected, "{mode}");
        assert_eq!(score(&signal, &in_mode("echo")).expect("echoed").height(), 2, "after {mode}");
    }
}

#[test]
fn an_exception_in_the_stream_stays_inside_and_is_logged() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = signal(&workshop);
    let listener = Listener::default();
    let fault = signal.score(&in_mode("late"), &listener).expect_err("a fault");
    assert_eq!(fault, Fault::Panicked("exception: too late".into()));
    let said = listener.said.into_inner().expect("not poisoned");
    assert_eq!(said, ["Error exception: too late"]);
}

#[test]
fn rows_come_back_as_they_went_at_once_and_part_by_part() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = signal(&workshop);
    for mode in ["echo", "lazy"] {
        let back = score(&signal, &in_mode(mode)).expect("marks");
        assert!(back.equals_missing(&marks()), "{mode}: {back}");
    }
    let mut twice = in_mode("lazy");
    let mut rows = marks().slice(1, 1);
    rows.vstack_mut(&marks()).expect("the same columns");
    twice.tables.insert("marks.in".into(), rows.clone());
    assert!(score(&signal, &twice).expect("marks").equals_missing(&rows), "sliced and in two chunks");
}

#[test]
fn parameters_random_numbers_log_and_progress_reach_both_sides() {
    let Some(workshop) = Workshop::open() else { return };
    let listener = Listener::default();
    signal(&workshop).score(&in_mode("params read"), &listener).expect("echoed");
    let said = listener.said.into_inner().expect("not poisoned");
    // the number is the third known answer of Philox
    let random = 0x94fd_cceb_d16c_fe09_u64;
    assert_eq!(said, [format!("Info on a caf\u{e9} \"c\" -7 0.500000 2 {random}"), "0.25 ".to_owned()]);
}

#[test]
fn a_signal_that_waits_is_stopped_when_the_host_asks() {
    let Some(workshop) = Workshop::open() else { return };
    let interrupted = Listener::default();
    interrupted.interrupt.store(true, Ordering::Relaxed);
    let signal = signal(&workshop);
    assert_eq!(signal.score(&in_mode("wait"), &interrupted), Err(Fault::Cancelled));
}
