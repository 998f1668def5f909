//! Tables that cross the border twice come back equal, in all four shapes and all types.

use super::fixture::{Workshop, given, score};
use crate::native::NativeSignal;
use claque_model::{Fault, LogicalType, NeededColumn, NeededTable, Shape};
use polars::prelude::{
    Column, DataFrame, DataType, IntoColumn, NamedFrom, Series, StringChunked, TimeUnit, TimeZone, df,
};

/// A signal that gives the table `input` back as this shape; columns as `name: type`, `?` for optional.
fn echo(workshop: &Workshop, emits: Shape, columns: &[&str]) -> NativeSignal {
    let needed = |column: &&str| {
        let (name, kind) = column.split_once(": ").expect("name: type");
        let kind_name = kind.trim_end_matches('?');
        let logical = LogicalType::parse(kind_name).expect("a type");
        NeededColumn { name: name.into(), kind: logical, optional: kind.ends_with('?') }
    };
    workshop.signal("echo", &[]).redeclared(|declaration| {
        declaration.emits = emits;
        declaration.requires =
            vec![NeededTable { name: "input".into(), columns: columns.iter().map(needed).collect() }];
    })
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
    let cases: [(Shape, &[&str], DataFrame); 4] = [
        (Shape::Marks, &["post_id: id", "value: float", "note: string?"], marks),
        (Shape::Rates, &["account_id: id", "hits: float", "total: float"], rates),
        (Shape::Statistics, &["cluster_id: id", "value: float"], statistics),
        (Shape::Traces, &["account_id: id", "object: string", "at: datetime", "post_id: id"], traces()),
    ];
    for (emits, columns, frame) in cases {
        let signal = echo(&workshop, emits, columns);
        let back = score(&signal, &given("input", frame.clone())).expect("echoed");
        let in_order = back.select(frame.get_column_names_owned()).expect("the same columns");
        assert!(in_order.equals_missing(&frame), "{emits:?}: {back}");
        let empty = score(&signal, &given("input", frame.clear())).expect("echoed");
        assert_eq!(empty.height(), 0, "{emits:?}");
        assert_eq!(empty.dtypes(), back.dtypes(), "{emits:?}");
    }
}

fn marks_signal(workshop: &Workshop) -> NativeSignal {
    echo(workshop, Shape::Marks, &["post_id: id", "value: float"])
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
    let back = score(&signal, &given("input", two.clone())).expect("echoed");
    assert_eq!(address(&back), address(&two));
    assert_eq!(address(&back).len(), 2, "two chunks in, two out");
    assert!(back.equals_missing(&two), "sliced and in two chunks: {back}");
}

#[test]
fn columns_are_cast_to_what_was_declared_and_absent_ones_are_null() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = echo(&workshop, Shape::Marks, &["note: string?", "post_id: id", "value: float"]);
    let frame = df!("other" => [true, false], "value" => [0_u64, 1], "post_id" => ["x:1", "x:2"]).expect("a table");
    let back = score(&signal, &given("input", frame)).expect("echoed");
    let note: [Option<&str>; 2] = [None, None];
    let expected = df!("note" => note, "post_id" => ["x:1", "x:2"], "value" => [0.0, 1.0]).expect("a table");
    let in_order = back.select(["note", "post_id", "value"]).expect("the shape's columns");
    assert!(in_order.equals_missing(&expected), "{back}");
    assert_eq!(in_order.dtypes(), expected.dtypes());
}

#[test]
fn a_number_too_large_for_its_declared_type_is_refused_by_name() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = echo(&workshop, Shape::Marks, &["post_id: id", "value: int"]);
    let frame = df!("post_id" => ["x:1"], "value" => [u64::MAX]).expect("a table");
    let Err(Fault::Raised(text)) = score(&signal, &given("input", frame)) else { panic!("refused") };
    assert!(text.starts_with("the table `input` cannot be handed over") && text.contains("value"), "{text}");
}

#[test]
fn columns_that_the_shape_has_not_or_misses_are_named() {
    let Some(workshop) = Workshop::open() else { return };
    let cases: [(&[&str], &str); 4] = [
        (&["post_id: id", "score: float?"], "the column `score` is not one of the shape `marks`"),
        (&["post_id: id"], "the column `value` of the shape `marks` is missing"),
        (&["post_id: id", "value: string?"], "the column `value` has the Arrow format `vu`, must be a number"),
        (&["post_id: id", "value: bool?"], "the column `value` has the Arrow format `b`, which no shape has"),
    ];
    for (columns, expected) in cases {
        let signal = echo(&workshop, Shape::Marks, columns);
        let frame = df!("post_id" => ["x:1"]).expect("a table");
        let fault = score(&signal, &given("input", frame)).expect_err("another shape");
        assert!(matches!(&fault, Fault::BadOutput(text) if text.contains(expected)), "{fault}");
    }
}

#[test]
fn rows_and_bytes_of_the_output_are_capped() {
    let Some(workshop) = Workshop::open() else { return };
    let signal = marks_signal(&workshop);
    let frame = df!("post_id" => ["x:1", "x:2"], "value" => [0.0, 1.0]).expect("a table");
    let mut small = given("input", frame);
    small.memory_limit = 8;
    assert_eq!(score(&signal, &small), Err(Fault::OutOfMemory(0)));
}
