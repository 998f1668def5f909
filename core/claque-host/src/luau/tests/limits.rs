//! Time, cancelling, memory and messages of running signals.

use super::super::script::Quiet;
use super::super::vm;
use super::super::watchdog::{Stop, guarded};
use super::{Recorder, given, machine, script, signal};
use claque_model::{Fault, LogLevel, Signal};
use mlua::Value;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

#[test]
fn every_way_to_run_for_ever_is_stopped() {
    let cases = [
        ("tight loop", "local s = 0 while true do s += 1 end"),
        ("pcall swallows", "while true do pcall(function() while true do end end) end"),
        ("pattern bomb", "return string.find(string.rep('a', 28), string.rep('a?', 28) .. string.rep('a', 28) .. 'b')"),
        ("coroutine", "local co = coroutine.wrap(function() while true do end end) co()"),
        ("metamethod", "local t = setmetatable({}, { __index = function() while true do end end }) return t.x"),
        (
            "table.sort comparator",
            "local t = {} for i = 1, 100 do t[i] = i end table.sort(t, function() while true do end end)",
        ),
        ("gsub callback", "return string.gsub('aaaa', 'a', function() while true do end end)"),
        ("xpcall handler", "xpcall(function() error('x') end, function() while true do end end)"),
        ("print", "while true do print('again') end"),
        ("a plan that never runs", "local f = frame while true do local g = f:head(1) end"),
    ];
    for (what, code) in cases {
        let frame = super::table("a\n1\n", &["int"]);
        let (lua, _) = machine(code, |lua| lua.globals().set("frame", super::super::frame::Frame::of(frame)));
        let run = || vm::compile(&lua, "test/main.luau", code)?.call::<Value>(());
        let started = Instant::now();
        let stop = guarded(&lua, Duration::from_millis(200), &Quiet, run).expect_err("it never ends");
        assert!(matches!(stop, Stop::TimedOut), "{what}: {stop:?}");
        // generous: this machine may be busy; the point is that it ends
        assert!(started.elapsed() < Duration::from_secs(20), "{what}: {:?}", started.elapsed());
    }
}

#[test]
fn a_script_in_time_is_not_touched() {
    let code = "local s = 0 for i = 1, 1e6 do s += i end return s";
    let (lua, _) = machine(code, |_| Ok(()));
    let run = || vm::compile(&lua, "test/main.luau", code)?.call::<f64>(());
    assert_eq!(guarded(&lua, Duration::from_secs(30), &Quiet, run).expect("in time").to_string(), "500000500000");
}

#[test]
fn a_signal_over_its_time_says_so() {
    let mut given = given();
    given.time_limit = Duration::from_secs(1);
    let fault = signal(&script("while true do end")).score(&given, &Quiet).expect_err("it never ends");
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
    assert_eq!(bomb.score(&given(), &Quiet), Err(Fault::OutOfMemory(64)));
    let fine = signal(&script("return posts:select('post_id', lit(1):alias 'value')"));
    assert_eq!(fine.score(&given(), &Quiet).expect("a fresh VM").height(), 3);
}

#[test]
fn frames_count_against_the_memory_limit() {
    let mut given = given();
    given.memory_limit = 4 << 20;
    // 81 posts on one constant, three times: 531,441 rows of 8 bytes
    let body = "local f = posts:select((col('n_like') * 0):alias 'k') \
                local g = f:join(f, { on = 'k' }):join(f, { on = 'k' }):join(f, { on = 'k' }):collect() \
                return g:join(g, { on = 'k' }):join(g, { on = 'k' }):collect()";
    assert_eq!(signal(&script(body)).score(&given, &Quiet), Err(Fault::OutOfMemory(4)));
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
