//! Signals of the SDK behind the host, in one process: what one side writes the other one reads.

use super::fixture::{Listener, given, score};
use crate::native::{Forms, NativeSignal, loader};
use claque_model::{Fault, Given, ParamValue, Signal as _};
use claque_sdk::{Call, Error, Exported, Lazy, Library, Marks, Rates, Signal, Statistics, Traces};
use polars::prelude::{DataFrame, DataType, StringChunked, df};
use std::sync::{Arc, OnceLock};

const MANIFEST: &str = r#"
[plugin]
version = "1.0.0"
api = "1"

[[signal]]
id = "test.modes"
title = "Modes"
dimension = "disinformation"
family = "test"
emits = "marks"
innocent = ["None."]
requires = { posts = { post_id = "id", lat = "float?", text = "string?", embedded = "bool?" } }
params = { mode = { type = "string", default = "echo" } }

[[signal]]
id = "test.rates"
title = "Rates"
dimension = "disinformation"
family = "test"
emits = "rates"
innocent = ["None."]
requires = { posts = { post_id = "id" } }

[[signal]]
id = "test.statistics"
title = "Statistics"
dimension = "disinformation"
family = "test"
emits = "statistics"
innocent = ["None."]
requires = { posts = { post_id = "id" } }

[[signal]]
id = "test.traces"
title = "Traces"
dimension = "disinformation"
family = "test"
emits = "traces"
innocent = ["None."]
requires = { posts = { post_id = "id" } }
"#;

/// Does what the parameter `mode` says; values are taken from the column `lat`.
struct Modes;

impl Signal for Modes {
    const ID: &'static str = "test.modes";
    const DETERMINISTIC: bool = false;
    type Output = Lazy<Marks>;

    fn score(call: &Call) -> Result<Lazy<Marks>, Error> {
        let mode = call.text("mode")?.to_owned();
        assert!(mode != "panic", "asked to panic");
        if mode == "services" {
            call.host().progress(0.5);
            call.host().progress_noted(-1.0, "half way");
            call.host().log(claque_sdk::Level::Debug, "a word");
        }
        let random = call.host().random(0x0370_7344_1319_8a2e, 0x85a3_08d3_243f_6a88);
        Ok(call.table("posts")?.map(move |mut batch| {
            assert!(mode != "late panic", "asked to panic in the stream");
            let values: Vec<f64> = batch.floats("lat")?.iter().map(|v| v.unwrap_or(0.0)).collect();
            if mode == "hand through" {
                return Marks::of(batch.take("post_id")?, values);
            }
            let (ids, texts, seen) = (batch.strings("post_id")?, batch.strings("text")?, batch.bools("embedded")?);
            let mut marks = Marks::new();
            for (i, value) in values.into_iter().enumerate() {
                let note = format!("{:?} {:?} {random:x}", texts.get(i), seen.get(i));
                marks.push_noted(ids.get(i).unwrap_or_default(), value, &note);
            }
            Ok(marks)
        }))
    }
}

struct SomeRates;

impl Signal for SomeRates {
    const ID: &'static str = "test.rates";
    type Output = Rates;

    fn score(_: &Call) -> Result<Rates, Error> {
        let mut rates = Rates::new();
        rates.push("x:a", 0.0, 2.5);
        rates.push_with_posts("x:b", 2.0, 2.0, &["x:1", "x:2"]);
        rates.push_with_posts("x:c", 0.0, 1.0, &[] as &[&str]);
        Ok(rates)
    }
}

struct NoStatistics;

impl Signal for NoStatistics {
    const ID: &'static str = "test.statistics";
    type Output = Statistics;

    fn score(_: &Call) -> Result<Statistics, Error> {
        Ok(Statistics::new())
    }
}

struct OneTrace;

impl Signal for OneTrace {
    const ID: &'static str = "test.traces";
    type Output = Traces;

    fn score(_: &Call) -> Result<Traces, Error> {
        let mut traces = Traces::new();
        traces.push("x:a", "https://one.example/", 1_700_000_000_000_000, "x:1");
        Ok(traces)
    }
}

/// The signals in the order of the manifest.
fn signals() -> Vec<Arc<NativeSignal>> {
    static ONCE: OnceLock<Library> = OnceLock::new();
    claque_sdk::testing::keep_panic_messages();
    let exported = [
        Exported::of::<Modes>(),
        Exported::of::<SomeRates>(),
        Exported::of::<NoStatistics>(),
        Exported::of::<OneTrace>(),
    ];
    let library = Library::serve(&ONCE, claque_abi::ABI_VERSION, MANIFEST, &exported);
    loader::signals_of("test", Forms::default(), library).expect("four signals")
}

fn input() -> DataFrame {
    df!(
        "post_id" => ["x:1", "x:2", "x:3"],
        "lat" => [Some(0.25), None, Some(1.0)],
        "text" => [Some("short"), None, Some("caf\u{e9} and more than twelve bytes")],
        "embedded" => [Some(true), Some(false), None],
    )
    .expect("a table")
}

fn in_mode(mode: &str, frame: DataFrame) -> Given {
    let mut given = given("posts", frame);
    given.params.insert("mode".into(), ParamValue::Text(mode.into()));
    given
}

#[test]
fn flags_and_declarations_cross_the_border() {
    let signals = signals();
    assert!(!signals[0].is_deterministic() && signals[1].is_deterministic() && signals[0].is_thread_safe());
    assert_eq!(signals[1].declaration().title, "Rates");
    assert_eq!(signals[0].declaration().version, "1.0.0");
}

#[test]
fn log_and_progress_of_the_sdk_reach_the_listener() {
    let listener = Listener::default();
    signals()[0].score(&in_mode("services", input()), &listener).expect("marks");
    assert_eq!(listener.said.into_inner().expect("not poisoned"), ["0.5 ", "-1 half way", "Debug a word"]);
}

#[test]
fn string_views_nulls_slices_and_chunks_are_read_by_the_sdk() {
    let mut frame = input().slice(1, 2);
    frame.vstack_mut(&input()).expect("the same columns");
    let output = score(&signals()[0], &in_mode("read", frame)).expect("marks");
    let random = "94fdccebd16cfe09"; // the third known answer of Philox
    let note = |text: &str| format!("{text} {random}");
    let expected = df!(
        "post_id" => ["x:2", "x:3", "x:1", "x:2", "x:3"],
        "value" => [0.0, 1.0, 0.25, 0.0, 1.0],
        "note" => [
            note("None Some(false)"),
            note("Some(\"caf\u{e9} and more than twelve bytes\") None"),
            note("Some(\"short\") Some(true)"),
            note("None Some(false)"),
            note("Some(\"caf\u{e9} and more than twelve bytes\") None"),
        ],
    )
    .expect("a table");
    assert!(output.equals(&expected), "{output}");
}

#[test]
fn ids_that_the_sdk_hands_through_keep_their_address() {
    let frame = input();
    let output = score(&signals()[0], &in_mode("hand through", frame.clone())).expect("marks");
    let address = |frame: &DataFrame| {
        let ids: &StringChunked = frame["post_id"].as_materialized_series().str().expect("text");
        ids.downcast_iter().map(|chunk| chunk.views().as_ptr() as usize).collect::<Vec<_>>()
    };
    assert_eq!(address(&output), address(&frame));
}

#[test]
fn panics_in_score_and_stream_are_faults_with_text_and_the_next_call_works() {
    let signals = signals();
    for (mode, expected) in [("panic", "asked to panic ("), ("late panic", "asked to panic in the stream (")] {
        let listener = Listener::default();
        let fault = signals[0].score(&in_mode(mode, input()), &listener).expect_err("a panic");
        assert!(matches!(&fault, Fault::Panicked(text) if text.starts_with(expected)), "{fault:?}");
        let said = listener.said.into_inner().expect("not poisoned");
        assert!(said[0].starts_with("Error panic: asked to panic"), "{said:?}");
        assert_eq!(score(&signals[0], &in_mode("read", input())).expect("marks").height(), 3);
    }
}

#[test]
fn the_builders_of_the_other_shapes_give_their_tables() {
    let signals = signals();
    let input = given("posts", input());
    let rates = score(&signals[1], &input).expect("rates");
    assert_eq!(rates.dtypes()[3], DataType::List(Box::new(DataType::String)));
    let posts: Vec<_> = rates["post_ids"].list().expect("lists").iter().map(|l| l.map(|l| l.len())).collect();
    assert_eq!(posts, [None, Some(2), Some(0)]);
    assert_eq!(rates["total"].f64().expect("floats").iter().flatten().collect::<Vec<_>>(), [2.5, 2.0, 1.0]);
    let statistics = score(&signals[2], &input).expect("statistics");
    assert_eq!((statistics.height(), statistics.dtypes()), (0, vec![DataType::String, DataType::Float64]));
    let traces = score(&signals[3], &input).expect("traces");
    assert_eq!(traces["at"].datetime().expect("times").physical().get(0), Some(1_700_000_000_000_000));
}
