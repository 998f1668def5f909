//! Calls of a C signal that does what its parameter says.

use super::fixture::{Listener, Workshop, given, score};
use crate::native::NativeSignal;
use claque_model::{Fault, Given, ParamValue, Signal};
use polars::prelude::{DataFrame, df};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

const THREAD_SAFE: &str = "FLAGS=CLAQUE_FLAG_THREAD_SAFE";

fn marks() -> DataFrame {
    df!("post_id" => ["x:1", "x:2"], "value" => [0.5, 1.0]).expect("a table")
}

fn in_mode(mode: &str) -> Given {
    let mut given = given("marks.in", marks());
    given.params.insert("mode".into(), ParamValue::Text(mode.into()));
    given
}

#[track_caller]
fn check_fault(signal: &NativeSignal, mode: &str, expected: &str) {
    let fault = score(signal, &in_mode(mode)).expect_err("a fault");
    assert_eq!(fault.to_string(), expected);
}

#[test]
fn every_status_becomes_the_fault_that_the_contract_says() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = workshop.signal("calls", &[THREAD_SAFE]);
    for (mode, expected) in [
        ("status_1", "refused its parameters: the plugin's own words"),
        ("status_2", "refused its tables: the plugin's own words"),
        ("status_3", "the plugin's own words"),
        ("status_4", "says that it was cancelled, but nobody asked: the plugin's own words"),
        ("status_5", "panicked: the plugin's own words"),
        ("status_6", "not supported here: the plugin's own words"),
        ("status_99", "unknown status 99: the plugin's own words"),
        ("status_-1", "unknown status -1: the plugin's own words"),
    ] {
        check_fault(&signal, mode, expected);
    }
    let Err(Fault::Raised(text)) = score(&signal, &in_mode("long_message")) else { panic!("a fault") };
    assert_eq!(text, "x".repeat(4096), "a text without a NUL ends with the buffer");
}

#[test]
fn broken_output_streams_are_bad_output() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = workshop.signal("calls", &[THREAD_SAFE]);
    check_fault(&signal, "unwritten", "bad output: the output stream was not written, or was already released");
    check_fault(&signal, "null_get_next", "bad output: the callback `get_next` of the output stream is NULL");
    check_fault(
        &signal,
        "null_get_last_error",
        "bad output: the callback `get_last_error` of the output stream is NULL",
    );
    check_fault(&signal, "stream_fails", "disk \u{fffd} on fire");
}

#[test]
fn the_output_is_released_once_whatever_happens() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = workshop.signal("calls", &[THREAD_SAFE]);
    for (mode, releases) in [("echo", 1), ("null_get_next", 1), ("stream_fails", 1), ("unwritten", 0), ("status_3", 0)]
    {
        let listener = Listener::default();
        drop(signal.score(&in_mode(mode), &listener));
        let said = listener.said.into_inner().expect("not poisoned");
        assert_eq!(said.iter().filter(|s| *s == "Debug released").count(), releases, "{mode}");
    }
}

#[test]
fn log_progress_and_random_numbers_reach_the_plugin_and_back() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = workshop.signal("calls", &[THREAD_SAFE]);
    let listener = Listener::default();
    signal.score(&in_mode("host_services"), &listener).expect("echoed");
    let said = listener.said.into_inner().expect("not poisoned");
    // the number is the third known answer of Philox; no extension; ABI 1
    assert_eq!(said, ["Warn 94fdccebd16cfe09 0 1", "Info ", "0.5 half", "-1 ", "Debug released"]);
}

#[test]
fn a_table_that_was_not_given_is_named() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = workshop.signal("calls", &[THREAD_SAFE]);
    let mut nothing = in_mode("echo");
    nothing.tables.clear();
    assert_eq!(score(&signal, &nothing), Err(Fault::Raised("the table `marks.in` was not given".into())));
    let no_id = given("marks.in", df!("value" => [1.0]).expect("a table"));
    let fault = score(&signal, &no_id).expect_err("no id");
    assert_eq!(fault.to_string(), "the column `post_id` of `marks.in` was not given");
}

#[test]
fn a_plugin_that_hangs_is_given_up_and_not_called_again() {
    let Some(workshop) = Workshop::open() else { return };
    for mode in ["hangs", "stream_hangs"] {
        let signal = workshop.signal("calls", &[THREAD_SAFE]);
        let mut hanging = in_mode(mode);
        hanging.time_limit = Duration::from_millis(200);
        let start = Instant::now();
        assert_eq!(score(&signal, &hanging), Err(Fault::TimedOut(1)), "{mode}");
        assert!(start.elapsed() < Duration::from_secs(20), "{mode}: the thread was left, not joined");
        check_fault(&signal, "echo", "an earlier call never came back, so it is not called again");
    }
}

#[test]
fn a_plugin_that_looks_at_cancelled_stops_in_time_and_may_be_called_again() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = workshop.signal("calls", &["FLAGS=0"]);
    for mode in ["stops_politely", "stream_cancels"] {
        let mut slow = in_mode(mode);
        slow.time_limit = Duration::from_millis(100);
        assert_eq!(score(&signal, &slow), Err(Fault::TimedOut(1)), "{mode}");
        let interrupted = Listener::default();
        interrupted.interrupt.store(true, Ordering::Relaxed);
        assert_eq!(signal.score(&in_mode(mode), &interrupted), Err(Fault::Cancelled), "{mode}");
    }
    assert_eq!(score(&signal, &in_mode("echo")).expect("echoed").height(), 2);
}

#[test]
fn calls_of_a_plugin_that_is_not_thread_safe_take_turns() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = workshop.signal("calls", &["FLAGS=0"]);
    assert!(!signal.is_thread_safe() && !signal.is_deterministic());
    thread::scope(|scope| {
        let calls: Vec<_> = (0..4).map(|_| scope.spawn(|| score(&signal, &in_mode("overlap")))).collect();
        for call in calls {
            call.join().expect("no panic").expect("one call at a time");
        }
    });
}

#[cfg(target_os = "linux")]
#[test]
fn fifty_calls_leave_the_resident_memory_flat() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = workshop.signal("calls", &[THREAD_SAFE]);
    let ids: Vec<String> = (0..50_000).map(|i| format!("x:a-rather-long-post-id-{i}")).collect();
    let values = vec![0.5; ids.len()];
    let big = given("marks.in", df!("post_id" => ids, "value" => values).expect("a table"));
    let resident = || {
        let statm = std::fs::read_to_string("/proc/self/statm").expect("Linux");
        statm.split(' ').nth(1).expect("resident pages").parse::<usize>().expect("a number") * 4096
    };
    for _ in 0..5 {
        score(&signal, &big).expect("echoed");
    }
    let before = resident();
    for _ in 0..50 {
        score(&signal, &big).expect("echoed");
    }
    // a leak of the ids alone would be 50 times 1.6 MB; other tests of this process run meanwhile
    let grown = resident().saturating_sub(before);
    assert!(grown < 40 << 20, "grew by {} MB", grown >> 20);
}
