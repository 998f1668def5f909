//! Tables that cross the border twice come back equal, in all four shapes and all types.

use super::fixture::{Workshop, define, given, score};
use claque_model::Fault;
use polars::prelude::{
    Column, DataFrame, DataType, IntoColumn, NamedFrom, Series, StringChunked, TimeUnit, TimeZone, df,
};

fn metadata(emits: &str, table: &str, columns: &str) -> String {
    define(
        "METADATA",
        &format!(
            "{{\"id\":\"test.echo\",\"version\":\"1.0.0\",\"api\":\"1\",\"title\":\"Echo\",\"doc\":\"For tests.\",\
             \"dimension\":\"disinformation\",\"family\":\"test\",\"emits\":\"{emits}\",\"cap\":0.5,\
             \"requires\":{{\"{table}\":{{{columns}}}}},\"innocent\":[\"None.\"],\"disarm\":{{}}}}"
        ),
    )
}

fn times(name: &str, micros: &[i64]) -> Column {
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    Series::new(name.into(), micros).cast(&utc).expect("integers are times").into_column()
}

fn traces() -> DataFrame {
    let mut frame = df!(
        "account_id" => ["x:a", "x:b"],
        "object" => ["https://one.example/a-long-address-that-is-not-inline", "caf\u{e9}"],
    )
    .expect("a table");
    frame.with_column(times("at", &[0, 1_700_000_000_123_456])).expect("two rows");
    frame.with_column(Series::new("post_id".into(), ["x:1", "x:2"]).into_column()).expect("two rows");
    frame
}

#[test]
fn all_four_shapes_come_back_as_they_went() {
    let Some(workshop) = Workshop::open() else { return };
    let marks = df!("post_id" => ["x:1", "x:2"], "value" => [0.25, 1.0], "note" => [Some("typo, harbourpost"), None])
        .expect("a table");
    let rates = df!("account_id" => ["x:a", "x:b"], "hits" => [1.0, 0.0], "total" => [4.0, 2.5]).expect("a table");
    let statistics = df!("cluster_id" => ["k1", "k2"], "value" => [-3.5, f64::MAX]).expect("a table");
    let text = "\"post_id\":\"id\",\"value\":\"float\",\"note\":\"string?\"";
    let cases = [
        ("marks", "marks.in", text, marks),
        ("rates", "marks.in", "\"account_id\":\"id\",\"hits\":\"float\",\"total\":\"float\"", rates),
        ("statistics", "clusters", "\"cluster_id\":\"id\",\"value\":\"float\"", statistics),
        (
            "traces",
            "marks.in",
            "\"account_id\":\"id\",\"object\":\"string\",\"at\":\"datetime\",\"post_id\":\"id\"",
            traces(),
        ),
    ];
    for (emits, table, columns, frame) in cases {
        let signal = workshop.signal("echo", &[&metadata(emits, table, columns)]);
        let given = given(table, frame.clone());
        let back = score(&signal, &given).expect("echoed");
        let in_order = back.select(frame.get_column_names_owned()).expect("the same columns");
        assert!(in_order.equals_missing(&frame), "{emits}: {back}");
        let empty = score(&signal, &super::fixture::given(table, frame.clear())).expect("echoed");
        assert_eq!(empty.height(), 0, "{emits}");
        assert_eq!(empty.dtypes(), back.dtypes(), "{emits}");
    }
}

fn marks_signal(workshop: &Workshop) -> std::sync::Arc<crate::native::NativeSignal> {
    workshop.signal("echo", &[&metadata("marks", "marks.in", "\"post_id\":\"id\",\"value\":\"float\"")])
}

#[test]
fn an_id_column_that_is_handed_through_is_not_copied() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = marks_signal(&workshop);
    let address = |frame: &DataFrame| {
        let ids: &StringChunked = frame.column("post_id").expect("there").as_materialized_series().str().expect("text");
        ids.downcast_iter().map(|chunk| chunk.views().as_ptr() as usize).collect::<Vec<_>>()
    };
    let one = df!("post_id" => ["x:1", "x:2", "x:3"], "value" => [0.0, 0.5, 1.0]).expect("a table");
    let mut two = one.slice(1, 2);
    two.vstack_mut(&one).expect("the same columns");
    let back = score(&signal, &given("marks.in", two.clone())).expect("echoed");
    assert_eq!(address(&back), address(&two));
    assert_eq!(address(&back).len(), 2, "two chunks in, two out");
    assert!(back.equals_missing(&two), "sliced and in two chunks: {back}");
}

#[test]
fn columns_are_cast_to_what_was_declared_and_absent_ones_are_null() {
    let Some(workshop) = Workshop::open() else { return };
    let columns = "\"note\":\"string?\",\"post_id\":\"id\",\"value\":\"float\"";
    let signal = workshop.signal("echo", &[&metadata("marks", "marks.in", columns)]);
    let frame = df!("other" => [true, false], "value" => [0_u64, 1], "post_id" => ["x:1", "x:2"]).expect("a table");
    let back = score(&signal, &given("marks.in", frame)).expect("echoed");
    let note: [Option<&str>; 2] = [None, None];
    let expected = df!("note" => note, "post_id" => ["x:1", "x:2"], "value" => [0.0, 1.0]).expect("a table");
    let in_order = back.select(["note", "post_id", "value"]).expect("the shape's columns");
    assert!(in_order.equals_missing(&expected), "{back}");
    assert_eq!(in_order.dtypes(), expected.dtypes());
}

#[test]
fn a_number_too_large_for_its_declared_type_is_refused_by_name() {
    let Some(workshop) = Workshop::open() else { return };
    let columns = "\"post_id\":\"id\",\"value\":\"int\"";
    let signal = workshop.signal("echo", &[&metadata("marks", "marks.in", columns)]);
    let frame = df!("post_id" => ["x:1"], "value" => [u64::MAX]).expect("a table");
    let Err(Fault::Raised(text)) = score(&signal, &given("marks.in", frame)) else { panic!("refused") };
    assert!(text.starts_with("the table `marks.in` cannot be handed over") && text.contains("value"), "{text}");
}

#[test]
fn columns_that_the_shape_has_not_or_misses_are_named() {
    let Some(workshop) = Workshop::open() else { return };
    for (columns, expected) in [
        ("\"post_id\":\"id\",\"score\":\"float?\"", "the column `score` is not one of the shape `marks`"),
        ("\"post_id\":\"id\"", "the column `value` of the shape `marks` is missing"),
        ("\"post_id\":\"id\",\"value\":\"string?\"", "the column `value` has the Arrow format `vu`, must be a number"),
        ("\"post_id\":\"id\",\"value\":\"bool?\"", "the column `value` has the Arrow format `b`, which no shape has"),
    ] {
        let signal = workshop.signal("echo", &[&metadata("marks", "marks.in", columns)]);
        let frame = df!("post_id" => ["x:1"]).expect("a table");
        let fault = score(&signal, &given("marks.in", frame)).expect_err("another shape");
        assert!(matches!(&fault, Fault::BadOutput(text) if text.contains(expected)), "{fault}");
    }
}

#[test]
fn rows_and_bytes_of_the_output_are_capped() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = marks_signal(&workshop);
    let frame = df!("post_id" => ["x:1", "x:2"], "value" => [0.0, 1.0]).expect("a table");
    let mut small = given("marks.in", frame);
    small.memory_limit = 8;
    assert_eq!(score(&signal, &small), Err(Fault::OutOfMemory(0)));
}
