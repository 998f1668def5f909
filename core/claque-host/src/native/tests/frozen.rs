//! A library that was built when ABI 1.0 was complete, as a file that nobody rebuilds: today's host loads it and gets
//! the rows that it got then. See `tests/frozen/README.md`.

use super::fixture::{Listener, given, score};
use crate::native::{Library, NativeSignal};
use claque_model::{Fault, Given, LogicalType, ParamValue, Signal};
use polars::prelude::{DataFrame, DataType, df};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/frozen/libclaque_v1.so");
const SHA256: &str = "59d445ad3fac540335ec46e01878645df100aeed64c1765c9eef64ec1a56a3d6";

/// Its signals: marks, rates, statistics, traces.
fn signals() -> Vec<Arc<NativeSignal>> {
    let folder = tempfile::tempdir().expect("a folder");
    // the hash is part of the test: a file that was rebuilt is another library
    Library::open_pinned(Path::new(FILE), SHA256, folder.path()).expect("loads").signals().to_vec()
}

fn posts() -> DataFrame {
    let mut posts = df!(
        "post_id" => ["x:1", "x:2", "x:3"],
        "text" => [Some("a text of more than twelve bytes"), None, Some("caf\u{e9}")],
        "kind" => [Some("post"), None, Some("reply")],
        "n_like" => [Some(5), None, Some(i64::MIN)],
        "lat" => [Some(0.25), None, Some(1e300)],
        "embedded" => [Some(true), None, Some(false)],
        "created_at" => [Some(1_700_000_000_000_000_i64), None, Some(-1)],
    )
    .expect("a table");
    posts.try_apply("created_at", |at| at.cast(&LogicalType::Datetime.dtype())).expect("whole numbers are times");
    posts
}

fn in_mode(mode: &str, posts: DataFrame) -> Given {
    let mut given = given("posts", posts);
    given.params = [
        ("mode", ParamValue::Text(mode.into())),
        ("whole", ParamValue::Int(3)),
        ("real", ParamValue::Float(0.5)),
        ("sure", ParamValue::Bool(true)),
        ("text", ParamValue::Text("a \"b\"".into())),
        ("words", ParamValue::Texts(vec!["a".into(), "\u{e9}".into()])),
        ("span", ParamValue::Duration(300_000_000)),
        ("from", ParamValue::Datetime(1_717_891_200_000_000)),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    given
}

#[test]
fn it_loads_and_declares_what_it_did() {
    let signals = signals();
    let ids: Vec<&str> = signals.iter().map(|s| s.declaration().id.as_str()).collect();
    assert_eq!(ids, ["frozen.marks", "frozen.rates", "frozen.statistics", "frozen.traces"]);
    assert!(signals.iter().all(|s| s.is_thread_safe() && s.is_deterministic()));
    assert_eq!(signals[0].declaration().params.len(), 8);
    assert_eq!(signals[0].declaration().requires[0].columns.len(), 8);
}

#[test]
fn every_type_of_column_and_parameter_reaches_it_and_its_rows_come_back() {
    let listener = Listener::default();
    let rows = signals()[0].score(&in_mode("rows", posts()), &listener).expect("marks");
    // (random_u64(7, row) >> 11) / 2^53, by a program of its own after Salmon et al. 2011
    let values = [0.064_874_999_861_781_36, 0.413_803_391_371_897_9, 0.908_324_209_013_514_4];
    let texts = |name: &str| -> Vec<String> {
        rows[name].str().expect("texts").iter().map(|text| text.expect("not null").to_owned()).collect()
    };
    assert_eq!(texts("post_id"), ["x:1", "x:2", "x:3"]);
    assert_eq!(rows["value"].f64().expect("floats").iter().flatten().collect::<Vec<_>>(), values);
    // which are null: text, kind, n_like, lat, embedded, created_at, title; then their values, 0 for null
    assert_eq!(
        texts("note"),
        [
            "0000001|a text of more than twelve bytes|post|5|0.25|1|1700000000000000",
            "1111111|||0|0|0|0",
            "0000001|caf\u{e9}|reply|-9223372036854775808|1e+300|0|-1",
        ]
    );
    let said = listener.said.into_inner().expect("not poisoned");
    assert_eq!(
        said,
        [
            "Info {\"from\":1717891200000000,\"mode\":\"rows\",\"real\":0.5,\"span\":300000000,\"sure\":true,\
             \"text\":\"a \\\"b\\\"\",\"whole\":3,\"words\":[\"a\",\"\u{e9}\"]}",
            // the random number is the third known answer of Philox
            "Warn abi 1 seed 299f31d0a4093822 threads 2 tables 1 rows 3 random 94fdccebd16cfe09 extension 0",
            "0.5 half",
            "-1 ",
        ]
    );
}

#[test]
fn its_other_shapes_come_back_too() {
    let signals = signals();
    let posts = given("posts", df!("account_id" => ["x:a", "x:b"]).expect("a table"));
    let rates = score(&signals[1], &posts).expect("rates");
    assert_eq!(rates["total"].f64().expect("floats").iter().flatten().collect::<Vec<_>>(), [2.5, 2.0]);
    assert_eq!(rates.dtypes()[3], DataType::List(Box::new(DataType::String)));
    let lists: Vec<_> = rates["post_ids"].list().expect("lists").iter().map(|l| l.map(|l| l.len())).collect();
    assert_eq!(lists, [None, Some(2)]);
    let clusters = df!("cluster_id" => ["k1"], "account_id" => ["x:a"]).expect("a table");
    let statistics = score(&signals[2], &given("clusters", clusters)).expect("statistics");
    assert_eq!(statistics["value"].f64().expect("floats").get(0), Some(-0.5));
    let traces = score(&signals[3], &posts).expect("traces");
    assert_eq!(traces["object"].str().expect("texts").get(0), Some("https://one.example/"));
    assert_eq!(traces["at"].datetime().expect("times").physical().get(0), Some(1_700_000_000_000_000));
}

#[test]
fn its_failures_are_told_in_its_own_words_and_it_stops_when_asked() {
    let signals = signals();
    let fault = |mode| score(&signals[0], &in_mode(mode, posts())).expect_err("a fault").to_string();
    assert_eq!(fault("fail"), "asked to fail");
    assert_eq!(fault("late"), "asked to fail in the stream");
    let interrupted = Listener::default();
    interrupted.interrupt.store(true, Ordering::Relaxed);
    assert_eq!(signals[0].score(&in_mode("wait", posts()), &interrupted), Err(Fault::Cancelled));
}
