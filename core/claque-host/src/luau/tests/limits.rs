//! Time, cancelling, memory and messages of running signals.

use super::super::vm;
use super::super::watchdog::{Limit, Stop, guarded};
use super::{Recorder, given, machine, script, signal};
use claque_model::{Fault, LogLevel, Signal, Unwatched};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

#[test]
fn a_script_in_time_is_not_touched() {
    let code = "local s = 0 for i = 1, 1e6 do s += i end return s";
    let (lua, _) = machine(code, |_| Ok(()));
    let run = || vm::compile(&lua, "test/main.luau", code)?.call::<f64>(());
    assert_eq!(guarded(&lua, Duration::from_secs(30), &Unwatched, run).expect("in time").to_string(), "500000500000");
}

#[test]
fn loading_counts_work_and_not_waiting() {
    let limit = Limit::Worked(Duration::from_millis(50));
    let waits = || {
        std::thread::sleep(Duration::from_millis(200));
        Ok(())
    };
    let (lua, _) = machine("", |_| Ok(()));
    guarded(&lua, limit, &Unwatched, waits).expect("a wait is no work");
    let elapsed = Limit::Elapsed(Duration::from_millis(50));
    assert!(matches!(guarded(&lua, elapsed, &Unwatched, waits), Err(Stop::TimedOut)));
    let endless = || vm::compile(&lua, "test/main.luau", "while true do end")?.call::<()>(());
    assert!(matches!(guarded(&lua, limit, &Unwatched, endless), Err(Stop::TimedOut)));
}

#[test]
fn a_signal_over_its_time_says_so() {
    let mut given = given();
    given.time_limit = Duration::from_secs(1);
    let fault = signal(&script("while true do end")).score(&given, &Unwatched).expect_err("it never ends");
    assert_eq!(fault, Fault::TimedOut(1));
}

#[test]
fn an_interrupted_run_ends_at_once() {
    let services = Recorder::default();
    services.cancel.store(true, Ordering::Relaxed);
    let started = Instant::now();
    let fault = signal(&script("while true do end")).score(&given(), &services).expect_err("it never ends");
    assert_eq!(fault, Fault::Cancelled);
    assert!(started.elapsed() < given().time_limit, "long before the limit");
}

#[test]
fn a_script_sees_that_it_is_cancelled() {
    let services = Recorder::default();
    services.cancel.store(true, Ordering::Relaxed);
    let body = "while not ctx:cancelled() do end ctx:log('warn', 'seen')";
    assert_eq!(signal(&script(body)).score(&given(), &services), Err(Fault::Cancelled));
}

#[test]
fn a_memory_bomb_is_that_signals_fault_and_the_next_run_works() {
    let bomb = signal(&script("local t = {} for i = 1, 1e9 do t[i] = string.rep('x', 1000) .. i end"));
    assert_eq!(bomb.score(&given(), &Unwatched), Err(Fault::OutOfMemory(64)));
    let fine = signal(&script("return posts:select('post_id', lit(1):alias 'value')"));
    assert_eq!(fine.score(&given(), &Unwatched).expect("a fresh VM").height(), 3);
}

#[test]
fn a_join_that_multiplies_is_refused_with_its_place_and_advice() {
    let mut given = given();
    given.memory_limit = 4 << 20;
    // three posts on one constant: 3, 9, 27, … rows, at last 531,441 of 8 bytes
    let body = "local f = posts:select((col('n_like') * 0):alias 'k') \
                local g = f:join(f, { on = 'k' }):join(f, { on = 'k' }):join(f, { on = 'k' }):collect() \
                return g:join(g, { on = 'k' }):join(g, { on = 'k' }):collect()";
    let fault = signal(&script(body)).score(&given, &Unwatched).expect_err("too large");
    let Fault::Raised(text) = fault else { panic!("{fault:?}") };
    assert!(text.starts_with("this join would give 531441 rows, 9 MB; the limit is 4 MB. hint: "), "{text}");
    assert!(text.contains("demo/main.luau:3:"), "{text}");
    given.memory_limit = 64 << 20;
    let counted = format!(
        "{body} :group_by('k'):agg(count():alias('n')):select(lit('x'):alias('post_id'), col('n'):alias('value'))"
    );
    let rows = signal(&script(&counted)).score(&given, &Unwatched).expect("it fits");
    assert_eq!(super::rows(&rows), "x,531441");
}

#[test]
fn frames_count_against_the_memory_limit() {
    let mut given = given();
    given.memory_limit = 4 << 20;
    // one text of 5 MB
    let body = "return posts:select(lit(string.rep('x', 5e6)):alias('long'))";
    assert_eq!(signal(&script(body)).score(&given, &Unwatched), Err(Fault::OutOfMemory(4)));
}

#[test]
fn messages_reach_the_services_in_order_and_have_an_end() {
    let services = Recorder::default();
    let body = "print('first', 2) ctx:log('debug', 'second') ctx:progress(0.5, 'half') \
                for i = 1, 5000 do print(i) end return posts:select('post_id', lit(1):alias 'value')";
    signal(&script(body)).score(&given(), &services).expect("it runs");
    let lines = services.lines.lock().expect("not poisoned");
    assert_eq!(lines[0], (LogLevel::Info, "first\t2".to_owned()));
    assert_eq!(lines[1], (LogLevel::Debug, "second".to_owned()));
    assert_eq!(lines.len(), 1001);
    assert_eq!(lines[1000].1, "more than 1000 lines; the rest is left out");
    assert_eq!(*services.fractions.lock().expect("not poisoned"), [0.5]);
}

#[test]
fn an_expression_lost_by_and_is_a_warning_in_a_run() {
    let services = Recorder::default();
    let body = "return posts:filter(col('n_like'):gt(3) and col('lang'):eq('en'))\
                :select('post_id', lit(1):alias 'value')";
    signal(&script(body)).score(&given(), &services).expect("it runs");
    let lines = services.lines.lock().expect("not poisoned");
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0].0, LogLevel::Warn);
    assert!(lines[0].1.starts_with("an expression was built and never used, line 3: `and` and `or`"), "{}", lines[0].1);
}
