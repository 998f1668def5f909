//! Signals called through their C functions.

use crate::testing::{Input, Trial};
use crate::{Call, Error, Exported, Lazy, Level, Library, Marks, Rates, Signal, Statistics, Traces};
use claque_abi as abi;
use std::ffi::CStr;
use std::sync::OnceLock;

fn posts() -> Input {
    Input::new()
        .texts("post_id", ["x:1", "x:2", "x:3"])
        .texts("text", [Some("a text of more than twelve bytes"), None, Some("caf\u{e9}")])
        .floats("weight", [Some(0.25), None, Some(1.0)])
        .ints("n", [Some(i64::MIN), Some(0), None])
        .times("at", [0, 1, 1_700_000_000_000_000])
        .bools("seen", [Some(true), Some(false), None])
}

/// Writes every column into the note.
struct Reader;

impl Signal for Reader {
    const ID: &'static str = "test.reader";
    type Output = Marks;

    fn score(call: &Call) -> Result<Marks, Error> {
        let mut marks = Marks::new();
        for batch in call.table("posts")? {
            let batch = batch?;
            let (ids, texts) = (batch.strings("post_id")?, batch.strings("text")?);
            let (weights, counts) = (batch.floats("weight")?, batch.ints("n")?);
            let (times, seen) = (batch.times("at")?, batch.bools("seen")?);
            for i in 0..batch.len() {
                let row = (texts.get(i), weights.get(i), counts.get(i), times.get(i), seen.get(i));
                marks.push_noted(ids.get(i).unwrap_or_default(), 1.0, &format!("{row:?}"));
            }
        }
        Ok(marks)
    }
}

#[test]
fn every_type_of_column_is_read_with_its_nulls() {
    let rows = Trial::new().table("posts", posts()).run::<Reader>().expect("read");
    assert_eq!(rows.texts("post_id"), ["x:1", "x:2", "x:3"]);
    assert_eq!(
        rows.texts("note"),
        [
            "(Some(\"a text of more than twelve bytes\"), Some(0.25), Some(-9223372036854775808), Some(0), Some(true))",
            "(None, None, Some(0), Some(1), Some(false))",
            "(Some(\"caf\u{e9}\"), Some(1.0), None, Some(1700000000000000), None)",
        ]
    );
}

/// Does what the parameter `mode` says.
struct Modes;

impl Signal for Modes {
    const ID: &'static str = "test.modes";
    type Output = Lazy<Marks>;

    fn score(call: &Call) -> Result<Lazy<Marks>, Error> {
        let host = call.host();
        let mut part = 0;
        match call.text("mode")? {
            "params" => Err(Error::Params(format!("share is {}", call.float("share")?))),
            "texts" => Err(Error::runtime(call.texts("words")?.join("+"))),
            "table" => call.table("no_such_table").map(|_| Lazy::new(|| Ok(None))),
            "twice" => {
                drop(call.table("posts")?);
                call.table("posts").map(|_| Lazy::new(|| Ok(None)))
            }
            "type" => {
                let batches = call.table("posts")?.read()?;
                batches[0].floats("text").map(|_| Lazy::new(|| Ok(None)))
            }
            "column" => {
                let batches = call.table("posts")?.read()?;
                batches[0].floats("no_such_column").map(|_| Lazy::new(|| Ok(None)))
            }
            "unsupported" => Err(Error::Unsupported("needs AVX-512".into())),
            "cancelled" => host.check_cancelled().map(|()| Lazy::new(|| Ok(None))),
            "panic" => {
                host.log(Level::Warn, "about to panic");
                panic!("asked to panic")
            }
            "panic elsewhere" => std::thread::scope(|scope| {
                let thread = scope.spawn(move || host.hears(|| panic!("asked to panic on a thread")));
                thread.join().map_err(|_| Error::runtime("a thread panicked"))
            }),
            "late panic" => Ok(Lazy::new(move || {
                part += 1;
                assert!(part < 2, "asked to panic in the stream");
                Ok(Some(Marks::new()))
            })),
            "late error" => Ok(Lazy::new(move || {
                part += 1;
                if part < 2 { Ok(Some(Marks::new())) } else { Err(Error::runtime("disk full")) }
            })),
            "changing columns" => Ok(Lazy::new(move || {
                part += 1;
                let mut marks = Marks::new();
                if part == 2 {
                    marks.push_noted("x:1", 1.0, "only now");
                }
                Ok((part < 3).then_some(marks))
            })),
            "handed" => Ok(call.table("posts")?.map(|mut batch| {
                let values = batch.floats("weight")?.iter().map(|w| w.unwrap_or(0.0)).collect();
                let ids = batch.take("post_id")?;
                assert!(batch.take("post_id").is_err() && batch.strings("post_id").is_err(), "moved out");
                Marks::of(ids, values)
            })),
            other => Err(Error::Params(other.to_owned())),
        }
    }
}

fn mode(mode: &str) -> Trial {
    Trial::new().table("posts", posts()).param("mode", mode).param("share", 0.5).param("words", vec!["a", "b"])
}

#[track_caller]
fn check_failure(trial: Trial, status: i32, expected: &str) -> Vec<String> {
    let failure = trial.run::<Modes>().err().expect("a failure");
    assert_eq!(failure.status, status, "{}", failure.text);
    assert!(failure.text.contains(expected), "{}", failure.text);
    failure.log
}

#[test]
fn errors_become_the_status_of_their_kind_with_their_text() {
    check_failure(mode("params"), abi::ERR_PARAMS, "share is 0.5");
    check_failure(mode("texts"), abi::ERR_RUNTIME, "a+b");
    check_failure(mode("table"), abi::ERR_SCHEMA, "the table `no_such_table` is not there");
    check_failure(mode("twice"), abi::ERR_SCHEMA, "the table `posts` was taken before");
    check_failure(mode("type"), abi::ERR_SCHEMA, "has the Arrow format `U`, but a float was asked for");
    check_failure(mode("column"), abi::ERR_SCHEMA, "the table `posts` has no column `no_such_column`");
    check_failure(mode("unsupported"), abi::ERR_UNSUPPORTED, "AVX-512");
    check_failure(mode("cancelled").cancelled(), abi::ERR_CANCELLED, "cancelled");
    check_failure(Trial::new(), abi::ERR_PARAMS, "the parameter `mode` is not there");
}

#[test]
fn a_panic_in_score_becomes_status_5_with_its_place_and_goes_to_the_log() {
    let log = check_failure(mode("panic"), abi::ERR_PANIC, "asked to panic (");
    assert_eq!(log[0], "about to panic");
    assert!(log[1].starts_with("panic: asked to panic (") && log[1].contains("tests.rs:"), "{}", log[1]);
}

#[test]
fn a_panic_on_a_thread_of_the_signal_goes_to_the_log() {
    let log = check_failure(mode("panic elsewhere"), abi::ERR_RUNTIME, "a thread panicked");
    assert!(log[0].starts_with("panic: asked to panic on a thread (") && log[0].contains("tests.rs:"), "{}", log[0]);
}

#[test]
fn a_panic_in_the_stream_becomes_the_streams_error() {
    check_failure(mode("late panic"), abi::OK, "panic: asked to panic in the stream (");
    check_failure(mode("late error"), abi::OK, "disk full");
}

#[test]
fn the_host_is_asked_between_batches_whether_to_stop() {
    check_failure(mode("late error").cancelled(), abi::OK, "cancelled");
}

#[test]
fn parts_with_other_columns_are_refused() {
    check_failure(mode("changing columns"), abi::OK, "different optional columns");
}

#[test]
fn a_column_that_is_handed_through_comes_back_and_cannot_be_used_again() {
    let rows = mode("handed").run::<Modes>().expect("handed through");
    assert_eq!(rows.texts("post_id"), ["x:1", "x:2", "x:3"]);
    assert_eq!(rows.floats("value"), [0.25, 0.0, 1.0]);
}

struct AllRates;

impl Signal for AllRates {
    const ID: &'static str = "test.rates";
    type Output = Rates;

    fn score(_: &Call) -> Result<Rates, Error> {
        let mut rates = Rates::new();
        rates.push("x:a", 0.0, 2.0);
        rates.push_with_posts("x:b", 2.0, 2.0, &["x:1", "x:2"]);
        rates.push("x:c", 0.0, 1.0);
        Ok(rates)
    }
}

struct AllStatistics;

impl Signal for AllStatistics {
    const ID: &'static str = "test.statistics";
    type Output = Statistics;

    fn score(_: &Call) -> Result<Statistics, Error> {
        let mut statistics = Statistics::new();
        statistics.push("k1", -0.5);
        Ok(statistics)
    }
}

struct AllTraces;

impl Signal for AllTraces {
    const ID: &'static str = "test.traces";
    type Output = Traces;

    fn score(_: &Call) -> Result<Traces, Error> {
        let mut traces = Traces::new();
        traces.push("x:a", "https://one.example/", 1_700_000_000_000_000, "x:1");
        Ok(traces)
    }
}

#[test]
fn the_other_shapes_carry_what_was_pushed() {
    let rates = Trial::new().run::<AllRates>().expect("rates");
    assert_eq!(rates.texts("account_id"), ["x:a", "x:b", "x:c"]);
    assert_eq!(rates.lists("post_ids"), [vec![], vec!["x:1".to_owned(), "x:2".to_owned()], vec![]]);
    assert_eq!((rates.floats("hits"), rates.floats("total")), (vec![0.0, 2.0, 0.0], vec![2.0, 2.0, 1.0]));
    let statistics = Trial::new().run::<AllStatistics>().expect("statistics");
    assert_eq!((statistics.texts("cluster_id"), statistics.floats("value")), (vec!["k1".to_owned()], vec![-0.5]));
    let traces = Trial::new().run::<AllTraces>().expect("traces");
    assert_eq!(traces.texts("object"), ["https://one.example/"]);
    assert_eq!(traces.times("at"), [1_700_000_000_000_000]);
}

/// Asks every service of the host, on threads of its own.
struct Services;

impl Signal for Services {
    const ID: &'static str = "test.services";
    type Output = Marks;

    fn score(call: &Call) -> Result<Marks, Error> {
        let host = call.host();
        let drawn: Vec<u64> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4_u64).map(|n| scope.spawn(move || host.random(7, n % 2))).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        assert!(
            drawn[0] == drawn[2] && drawn[1] == drawn[3] && drawn[0] != drawn[1],
            "a function of stream and counter"
        );
        host.progress(0.5);
        host.progress_noted(-1.0, "a\0note");
        host.log(Level::Info, "for the log of the program");
        host.log(Level::Warn, "two\0words");
        let mut marks = Marks::new();
        marks.push("x:1", f64::from(u32::try_from(call.max_threads()).expect("few")) + call.seed() as f64);
        Ok(marks)
    }
}

#[test]
fn log_progress_random_numbers_seed_and_threads_reach_the_signal_and_back() {
    let rows = Trial::new().seed(40).threads(2).run::<Services>().expect("a mark");
    assert_eq!(rows.progress, [(0.5, String::new()), (-1.0, "a note".to_owned())]);
    assert_eq!(rows.log, ["two words"], "warnings and errors");
    assert_eq!(rows.floats("value"), [42.0]);
}

#[test]
fn at_most_a_thousand_posts_stand_behind_a_row() {
    struct Many;
    impl Signal for Many {
        const ID: &'static str = "test.many";
        type Output = Rates;

        fn score(_: &Call) -> Result<Rates, Error> {
            let mut rates = Rates::new();
            let posts: Vec<String> = (0..1_001).map(|n| format!("x:{n}")).collect();
            rates.push_with_posts("x:a", 1_001.0, 2_000.0, &posts);
            Ok(rates)
        }
    }
    let rows = Trial::new().run::<Many>().expect("rates");
    assert_eq!(rows.lists("post_ids")[0].len(), 1_000);
    assert_eq!(rows.lists("post_ids")[0][999], "x:999");
}

const MANIFEST: &str = "[plugin]\nversion = \"1.0.0\"\n[[signal]]\nid = \"test.reader\"\n";

#[test]
fn the_exported_structs_carry_every_signal_with_its_metadata() {
    static ONCE: OnceLock<Library> = OnceLock::new();
    let signals = [Exported::of::<Reader>(), Exported::of::<Modes>()];
    assert!(Library::serve(&ONCE, 2 << 16, MANIFEST, &signals).is_null(), "a host of ABI 2");
    let library = Library::serve(&ONCE, abi::ABI_VERSION, MANIFEST, &signals);
    assert_eq!(library, Library::serve(&ONCE, abi::ABI_VERSION, MANIFEST, &signals), "static");
    // SAFETY: static structs of this crate
    let texts: Vec<&CStr> = unsafe {
        let plugins = std::slice::from_raw_parts((*library).plugins, (*library).n_plugins as usize);
        plugins.iter().map(|plugin| CStr::from_ptr((**plugin).metadata_json)).collect()
    };
    assert_eq!(texts[0], c"{\"id\":\"test.reader\",\"version\":\"1.0.0\"}");
    assert_eq!(texts[1], c"plugin.toml: no [[signal]] has the id `test.modes`");
}
