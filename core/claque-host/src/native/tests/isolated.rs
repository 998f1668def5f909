//! Signals in processes of their own: the same rows as in this process, and a sentence for every way to crash.
//! The child of a test is this test program again, told to run the first test below.

use super::fixture::{Listener, Workshop, given, score};
use crate::native::{IsolatedSignal, Isolation, Refusal, Runner, StoredLibrary, serve_as_child};
use claque_model::{
    Declaration, Fault, Given, LogicalType, NeededColumn, NeededTable, ParamValue, Services, Shape, Signal,
};
use polars::prelude::{Column, DataFrame, DataType, IntoColumn, NamedFrom, Series, TimeUnit, TimeZone, df};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn a_child_of_another_test_serves_it() {
    let stdin = std::io::stdin().as_fd().try_clone_to_owned().expect("standard input");
    if UnixStream::from(stdin).local_addr().is_ok() && std::env::var_os("PATH").is_none() {
        let code = serve_as_child();
        panic!("could not serve: {code:?}");
    }
}

fn isolation() -> Isolation {
    let this = std::env::current_exe().expect("this program");
    let test = "native::tests::isolated::a_child_of_another_test_serves_it";
    Isolation::with(Runner::of(&this, [test, "--exact", "--nocapture", "--test-threads=1"]))
}

fn stored(workshop: &Workshop, source: &str, definitions: &[&str]) -> StoredLibrary {
    let cache = workshop.path().join("cache");
    StoredLibrary::store(&workshop.build(source, definitions), None, &cache).expect("a library")
}

/// The one signal of a library, after a change of its declaration.
fn isolated(library: &StoredLibrary, change: impl FnOnce(&mut Declaration)) -> IsolatedSignal {
    let isolation = isolation();
    let mut declared = isolation.describe(library, None).expect("described");
    let mut declaration = declared.remove(0);
    change(&mut declaration);
    IsolatedSignal::new(declaration, library.clone(), None, isolation)
}

fn crashes(workshop: &Workshop) -> IsolatedSignal {
    isolated(&stored(workshop, "crashes", &[]), |_| {})
}

fn marks() -> DataFrame {
    df!("post_id" => ["x:1", "x:2"], "value" => [0.5, 1.0]).expect("a table")
}

fn in_mode(mode: &str) -> Given {
    let mut given = given("marks.in", marks());
    given.params.insert("mode".into(), ParamValue::Text(mode.into()));
    given.memory_limit = 128_000_000;
    given
}

#[track_caller]
fn check_fault(signal: &IsolatedSignal, mode: &str, expected: &str) {
    let fault = signal.score(&in_mode(mode), &Listener::default()).expect_err("a fault");
    assert_eq!(fault.to_string(), expected, "{mode}");
}

#[test]
fn every_crash_is_a_sentence_and_the_next_call_works() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = crashes(&workshop);
    for (mode, expected) in [
        ("segfault", "crashed: segmentation fault (signal 11)"),
        ("writes_input", "crashed: it wrote to a table that it was given, which is read-only"),
        ("abort", "crashed: it aborted (signal 6); its last words: the words of an assertion"),
        ("exit_0", "crashed: it left its process with exit code 0, without a result"),
        ("exit_3", "crashed: it left its process with exit code 3, without a result"),
        ("memory", "stopped at its memory limit of 128 MB"),
        ("memory_politely", "no memory for the model"),
        ("divides", "crashed: arithmetic exception, such as a whole number divided by zero (signal 8)"),
        ("floods_stdout", "crashed: it wrote more than 320 MB to a file"),
        ("floods", "bad output: in the batch from row 2 on, there are more rows than the input allows"),
    ] {
        check_fault(&signal, mode, expected);
    }
    let Err(Fault::Crashed(stack)) = signal.score(&in_mode("stack"), &Listener::default()) else { panic!("a crash") };
    assert!(stack.starts_with("its stack overflowed"), "{stack}");
    assert_eq!(signal.score(&in_mode("echo"), &Listener::default()).expect("echoed"), marks());
}

#[test]
fn an_output_that_somebody_could_still_change_is_not_read() {
    let Some(workshop) = Workshop::open() else { return };
    let expected = "bad output: a table is still being written to: Device or resource busy (os error 16)";
    check_fault(&crashes(&workshop), "leaves_a_writer", expected);
}

#[test]
fn calls_leave_no_shared_memory_behind() {
    let Some(workshop) = Workshop::open() else { return };
    let held = || {
        let maps = std::fs::read_to_string("/proc/self/maps").expect("Linux");
        let files = std::fs::read_dir("/proc/self/fd").expect("Linux");
        let links = files.filter_map(|file| std::fs::read_link(file.ok()?.path()).ok());
        let links = links.filter(|link| link.to_string_lossy().contains("memfd:claque-")).count();
        links + maps.lines().filter(|line| line.contains("memfd:claque-")).count()
    };
    {
        let signal = crashes(&workshop);
        let outputs: Vec<DataFrame> =
            (0..10).map(|_| signal.score(&in_mode("echo"), &Listener::default()).expect("echoed")).collect();
        assert!(held() >= outputs.len(), "each output is read where it lies");
        for mode in ["segfault", "exit_3", "floods"] {
            signal.score(&in_mode(mode), &Listener::default()).expect_err("a fault");
        }
    }
    // other tests of this process have theirs for a while
    let start = Instant::now();
    while held() > 0 {
        assert!(start.elapsed() < Duration::from_mins(1), "{} pieces are left", held());
        thread::sleep(Duration::from_millis(20));
    }
}

/// Kills the process whose number it is told.
#[derive(Default)]
struct Killer(Listener);

impl Services for Killer {
    fn log(&self, level: claque_model::LogLevel, text: &str) {
        self.0.log(level, text);
        let killed = Command::new("kill").args(["-KILL", text]).status().expect("kill starts");
        assert!(killed.success());
    }
    fn progress(&self, _: f64, _: &str) {}
    fn cancelled(&self) -> bool {
        false
    }
}

#[test]
fn a_plugin_that_is_killed_from_outside_is_a_fault() {
    let Some(workshop) = Workshop::open() else { return };
    let fault = crashes(&workshop).score(&in_mode("says_its_number"), &Killer::default()).expect_err("killed");
    assert!(fault.to_string().starts_with("crashed: its process was killed from outside (signal 9)"), "{fault}");
}

#[test]
fn a_plugin_that_hangs_is_ended_after_its_time() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = crashes(&workshop);
    let mut hanging = in_mode("hangs");
    hanging.time_limit = Duration::from_millis(300);
    for _ in 0..2 {
        assert_eq!(signal.score(&hanging, &Listener::default()), Err(Fault::TimedOut(1)), "and it may be called again");
    }
}

#[test]
fn a_plugin_that_never_stops_talking_is_stopped_in_time() {
    let Some(workshop) = Workshop::open() else { return };
    let mut talking = in_mode("floods_log");
    talking.time_limit = Duration::from_millis(500);
    let listener = Listener::default();
    assert_eq!(crashes(&workshop).score(&talking, &listener), Err(Fault::TimedOut(1)));
    let said = listener.said.into_inner().expect("not poisoned");
    assert_eq!(said.len(), 10_000);
    assert_eq!(said[9_999], "Warn it says too much: what follows is not passed on");
}

#[test]
fn an_interrupt_ends_polite_and_deaf_plugins_within_two_seconds() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = crashes(&workshop);
    for mode in ["stops_politely", "hangs"] {
        let listener = Listener::default();
        let (signal, running) = (&signal, &listener);
        thread::scope(|scope| {
            let call = scope.spawn(move || signal.score(&in_mode(mode), running));
            thread::sleep(Duration::from_millis(300));
            let start = Instant::now();
            running.interrupt.store(true, Ordering::Relaxed);
            assert_eq!(call.join().expect("no panic"), Err(Fault::Cancelled), "{mode}");
            assert!(start.elapsed() < Duration::from_secs(2), "{mode}: {:?}", start.elapsed());
        });
    }
}

#[test]
fn a_child_knows_nothing_of_its_surroundings_and_what_it_prints_is_told() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = crashes(&workshop);
    let said = |mode| {
        let listener = Listener::default();
        signal.score(&in_mode(mode), &listener).expect("echoed");
        listener.said.into_inner().expect("not poisoned")
    };
    let file = std::fs::File::open("/dev/null").expect("always there");
    // SAFETY: a second descriptor for an open file
    let inherited = unsafe { libc::dup(file.as_raw_fd()) };
    assert!(inherited > 2, "one that other programs inherit");
    let expected = ["Info none 2 / 0 0"];
    assert_eq!(said("environment"), expected, "no HOME, two threads, the root folder, nothing to read, no other file");
    // SAFETY: the descriptor above
    unsafe { libc::close(inherited) };
    assert_eq!(said("deaf"), ["Warn it printed, which nobody sees: this would break --json"]);
}

/// The declaration of an echo: the table `input` with these columns, given back as this shape.
fn echo(emits: Shape, columns: &[&str]) -> impl Fn(&mut Declaration) {
    let needed = |column: &&str| {
        let (name, kind) = column.split_once(": ").expect("name: type");
        let logical = LogicalType::parse(kind.trim_end_matches('?')).expect("a type");
        NeededColumn { name: name.into(), kind: logical, optional: kind.ends_with('?') }
    };
    let columns: Vec<NeededColumn> = columns.iter().map(needed).collect();
    move |declaration| {
        declaration.emits = emits;
        declaration.requires = vec![NeededTable { name: "input".into(), columns: columns.clone() }];
    }
}

fn times(name: &str, micros: &[i64]) -> Column {
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    Series::new(name.into(), micros).cast(&utc).expect("integers are times").into_column()
}

#[test]
fn rows_of_every_shape_are_those_of_a_call_in_this_process() {
    let Some(workshop) = Workshop::open() else { return };
    let library = stored(&workshop, "echo", &[]);
    let here = workshop.signal("echo", &[]);
    let long = "https://one.example/a-long-address-that-is-not-inline";
    let marks = df!("post_id" => ["x:1", "x:2"], "value" => [0.25, 1.0], "note" => [Some(long), None]);
    let rates = df!("account_id" => ["x:a", "x:b"], "hits" => [1.0, 0.0], "total" => [4.0, 2.5]);
    let statistics = df!("cluster_id" => ["k1", "k2"], "value" => [-3.5, f64::MAX]);
    let mut traces = df!("account_id" => ["x:a", "x:b"], "object" => [long, "caf\u{e9}"]).expect("a table");
    traces.with_column(times("at", &[0, 1_700_000_000_123_456])).expect("two rows");
    traces.with_column(Series::new("post_id".into(), ["x:1", "x:2"]).into_column()).expect("two rows");
    let cases: [(Shape, &[&str], DataFrame); 4] = [
        (Shape::Marks, &["post_id: id", "value: float", "note: string?"], marks.expect("a table")),
        (Shape::Rates, &["account_id: id", "hits: float", "total: float"], rates.expect("a table")),
        (Shape::Statistics, &["cluster_id: id", "value: float"], statistics.expect("a table")),
        (Shape::Traces, &["account_id: id", "object: string", "at: datetime", "post_id: id"], traces),
    ];
    for (emits, columns, frame) in cases {
        let change = echo(emits, columns);
        let (here, there) = (here.redeclared(&change), isolated(&library, &change));
        let mut chunks = frame.slice(1, 1);
        chunks.vstack_mut(&frame).expect("the same columns");
        for table in [frame.clone(), frame.clear(), chunks] {
            let given = given("input", table);
            let (one, other) = (score(&here, &given), there.score(&given, &Listener::default()));
            let (one, other) = (one.expect("echoed"), other.expect("echoed"));
            assert!(one.equals_missing(&other) && one.dtypes() == other.dtypes(), "{emits:?}: {one} {other}");
        }
    }
}

#[test]
fn faults_of_the_contract_are_told_in_the_same_words() {
    let Some(workshop) = Workshop::open() else { return };
    let definition = &["FLAGS=CLAQUE_FLAG_THREAD_SAFE"];
    let (here, there) =
        (workshop.signal("calls", definition), isolated(&stored(&workshop, "calls", definition), |_| {}));
    let modes = ["status_1", "status_2", "status_3", "status_4", "status_5", "status_6", "status_99", "long_message"];
    for mode in modes.into_iter().chain(["unwritten", "null_get_next", "stream_fails"]) {
        let given = in_mode(mode);
        assert_eq!(there.score(&given, &Listener::default()), score(&here, &given), "{mode}");
    }
    let listener = Listener::default();
    there.score(&in_mode("host_services"), &listener).expect("echoed");
    let said = listener.said.into_inner().expect("not poisoned");
    assert_eq!(said, ["Warn 94fdccebd16cfe09 0 1", "Info ", "0.5 half", "-1 ", "Debug released"]);
    let mut nothing = in_mode("echo");
    nothing.tables.clear();
    assert_eq!(there.score(&nothing, &Listener::default()), score(&here, &nothing));
}

#[test]
fn four_calls_at_once_have_a_process_each() {
    let Some(workshop) = Workshop::open() else { return };
    // this library refuses two calls at once in one process
    let signal = isolated(&stored(&workshop, "calls", &["FLAGS=0"]), |_| {});
    thread::scope(|scope| {
        let call = || signal.score(&in_mode("overlap"), &Listener::default());
        let calls: Vec<_> = (0..4).map(|_| scope.spawn(call)).collect();
        for call in calls {
            assert_eq!(call.join().expect("no panic").expect("echoed"), marks());
        }
    });
}

#[test]
fn a_library_that_breaks_the_contract_is_refused_in_the_words_of_the_loader() {
    let Some(workshop) = Workshop::open() else { return };
    for variant in ["VARIANT=ABI_2", "VARIANT=NULL_PLUGIN", "VARIANT=TWICE"] {
        let expected = workshop.load(&workshop.build("loading", &[variant])).expect_err("refused");
        let library = stored(&workshop, "loading", &[variant]);
        let refused = isolation().describe(&library, None).expect_err("refused");
        assert_eq!((refused.reason, refused.hint), (expected.to_string(), expected.hint()), "{variant}");
    }
    let library = stored(&workshop, "loading", &["VARIANT=GOOD"]);
    let manifest =
        Arc::new([serde_json::json!({ "id": "test.other", "version": "1.0.0", "api": "1", "title": "Other",
        "dimension": "disinformation", "family": "test", "emits": "marks", "cap": 0.5,
        "requires": { "posts": { "post_id": "id" } }, "innocent": ["None."], "disarm": {} })]);
    let Refusal { reason, hint } = isolation().describe(&library, Some(&*manifest)).expect_err("it has other signals");
    assert_eq!(reason, "the library `libloading1.so` has the signals `test.loading`, its manifest names `test.other`");
    let declaration = isolation().describe(&library, None).expect("described").remove(0);
    let signal = IsolatedSignal::new(declaration, library, Some(manifest), isolation());
    let fault = signal.score(&given("posts", df!("post_id" => ["x:1"]).expect("a table")), &Listener::default());
    assert_eq!(fault, Err(Fault::Raised(format!("{reason}\nhint: {}", hint.expect("a hint")))));
}

#[test]
fn a_program_that_does_not_serve_is_a_fault() {
    let Some(workshop) = Workshop::open() else { return };
    let good = crashes(&workshop);
    let library = stored(&workshop, "crashes", &[]);
    for (program, script, expected) in [
        ("/bin/sh", "exit 0", "crashed: it left its process with exit code 0, without a result"),
        ("/no/such/program", "", "no process could be started for it: No such file or directory (os error 2)"),
        ("/bin/sh", "echo nonsense >&0; sleep 1000", "its process cannot be heard: expected value"),
    ] {
        let runner = Runner::of(std::path::Path::new(program), ["-c", script]);
        let signal = IsolatedSignal::new(good.declaration().clone(), library.clone(), None, Isolation::with(runner));
        let fault = signal.score(&in_mode("echo"), &Listener::default()).expect_err("a fault").to_string();
        assert!(fault.starts_with(expected), "{program} {script}: {fault}");
    }
}

#[test]
fn a_plugin_that_was_given_up_in_this_process_runs_in_a_child_afterwards() {
    let Some(workshop) = Workshop::open() else { return };
    let library = stored(&workshop, "crashes", &[]);
    let signal = Arc::clone(&library.load().expect("loads").signals()[0]);
    signal.set_refuge(isolated(&library, |_| {}));
    let mut hanging = in_mode("hangs");
    hanging.time_limit = Duration::from_millis(200);
    assert_eq!(score(&signal, &hanging), Err(Fault::TimedOut(1)));
    let listener = Listener::default();
    assert_eq!(signal.score(&in_mode("echo"), &listener).expect("echoed"), marks());
    let said = listener.said.into_inner().expect("not poisoned");
    assert_eq!(said, ["Warn an earlier call never came back, so it now runs in a process of its own"]);
    let crash = score(&signal, &in_mode("segfault")).expect_err("in the child");
    assert_eq!(crash.to_string(), "crashed: segmentation fault (signal 11)");
}
