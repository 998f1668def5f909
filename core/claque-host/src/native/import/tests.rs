//! Arrays that break Arrow's rules, built by hand: each is refused by column and reason, none crashes, and
//! everything is released.

mod hostile;
mod raw;

use super::{Caps, drain};
use crate::native::codes::IdsAs;
use crate::native::handed::Handed;
use claque_model::{Fault, Shape};
use polars::prelude::{DataFrame, DataType, df};
use proptest::collection::vec;
use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use raw::{Array, Batch, Produced};

const CAPS: Caps = Caps { rows: 1_000, bytes: 1 << 20 };

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::with_cases(2_000) })]

    /// Many more of them, steered by what they reach: `core/claque-host/fuzz`.
    #[test]
    fn hostile_streams_are_read_or_refused_and_released_once(bytes in vec(any::<u8>(), 0..400)) {
        let (shape, produced) = hostile::stream(&bytes);
        let counts = produced.counts();
        match drain(produced.into_stream(), shape, CAPS, &IdsAs::Texts, &Handed::default(), || false) {
            Ok(rows) => prop_assert!(rows.height() <= CAPS.rows),
            Err(fault) => prop_assert!(matches!(fault, Fault::BadOutput(_)), "{fault:?}"),
        }
        prop_assert_eq!(counts.live(), 0);
    }
}

#[test]
fn hostile_streams_come_far() {
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let read = (0..500).filter(|_| {
        let bytes = vec(any::<u8>(), 0..400).new_tree(&mut runner).expect("bytes").current();
        let (shape, produced) = hostile::stream(&bytes);
        drain(produced.into_stream(), shape, CAPS, &IdsAs::Texts, &Handed::default(), || false).is_ok()
    });
    let read = read.count();
    assert!((50..450).contains(&read), "{read} of 500 were read, the others refused");
}

/// Marks whose ids are well formed and whose values are the given column.
fn with_value(format: &'static str, value: Array) -> Produced {
    let ids: Vec<String> = (0..value.rows).map(|i| format!("x:{i}")).collect();
    Produced::new(vec![("post_id", "U"), ("value", format)], vec![Batch::of(vec![Array::large_texts(&ids), value])])
}

/// Marks whose ids are the given column and whose values are well formed.
fn with_ids(format: &'static str, ids: Array) -> Produced {
    let values = Array::flat(vec![0.5_f64; ids.rows]);
    Produced::new(vec![("post_id", format), ("value", "g")], vec![Batch::of(vec![ids, values])])
}

fn read(produced: Produced) -> Result<DataFrame, Fault> {
    drain(produced.into_stream(), Shape::Marks, CAPS, &IdsAs::Texts, &Handed::default(), || false)
}

#[track_caller]
fn check_refused(produced: Produced, expected: &str) {
    let counts = produced.counts();
    match drain(produced.into_stream(), Shape::Marks, CAPS, &IdsAs::Texts, &Handed::default(), || false) {
        Err(Fault::BadOutput(text)) => assert!(text.contains(expected), "{text}"),
        other => panic!("not refused: {other:?}"),
    }
    assert_eq!(counts.live(), 0, "everything was released, once");
}

#[test]
fn lengths_offsets_and_buffers_out_of_range_are_refused() {
    let value = || Array::flat(vec![0.1_f64, 0.2, 0.3]);
    check_refused(with_value("g", value().with_range(0, -1)), "has -1 rows, the batch 3");
    check_refused(with_value("g", value().with_range(-1, 3)), "from the offset -1");
    check_refused(with_value("g", value().with_range(i64::MAX, 3)), "from the offset");
    check_refused(with_value("g", value().without_buffer(1)), "has a NULL for buffer 1");
    check_refused(with_value("g", value().with_buffers(1)), "has 1 buffers, must have 2");
    check_refused(with_value("g", value().with_buffers(0)), "has 0 buffers");
    check_refused(with_ids("vu", Array::views(&["a", "b"]).with_buffers(2)), "has 2 buffers, must have 3");
}

#[test]
fn a_batch_fits_its_schema() {
    let two = || vec![Array::large_texts(&["x:1".into()]), Array::flat(vec![1.0_f64])];
    let types = || vec![("post_id", "U"), ("value", "g")];
    let short = Batch::of(vec![Array::large_texts(&["x:1".into()])]);
    check_refused(Produced::new(types(), vec![short]), "the batch has 1 columns, its schema 2");
    let mut sliced = Batch::of(two());
    sliced.offset = 1;
    check_refused(Produced::new(types(), vec![sliced]), "offset 0 and no nulls of its own");
    let mut longer = Batch::of(two());
    longer.length = 2;
    check_refused(Produced::new(types(), vec![longer]), "the column `post_id` has 1 rows, the batch 2");
    let mut huge = Batch::of(two());
    huge.length = 1_001;
    check_refused(Produced::new(types(), vec![huge]), "more rows than the input allows");
    let many = (0..1_001).map(|_| Batch::of(two())).collect();
    check_refused(Produced::new(types(), many), "in the batch from row 1000 on, there are more rows");
}

#[test]
fn null_counts_are_counted_and_not_believed() {
    let value = |null_count, bits: Option<u8>| Array::flat(vec![0.1_f64, 0.2, 0.3]).with_nulls(null_count, bits);
    let nulls = |produced| read(produced).expect("well formed").column("value").expect("there").null_count();
    assert_eq!(nulls(with_value("g", value(-1, None))), 0, "not computed, and no bitmap");
    assert_eq!(nulls(with_value("g", value(-1, Some(0b101)))), 1, "not computed, with a bitmap");
    assert_eq!(nulls(with_value("g", value(1, Some(0b101)))), 1);
    check_refused(with_value("g", value(2, None)), "has 2 nulls but no validity bitmap");
    check_refused(with_value("g", value(0, Some(0b101))), "has 1 nulls in its bitmap, but says 0");
    check_refused(with_value("g", value(-2, None)), "null_count");
}

#[test]
fn a_batch_has_no_nulls_of_its_own() {
    let with = |null_count, bitmap: Option<u8>| {
        let columns = vec![Array::large_texts(&["x:1".into(), "x:2".into()]), Array::flat(vec![1.0_f64, 0.5])];
        let mut batch = Batch::of(columns);
        (batch.null_count, batch.bitmap) = (null_count, bitmap.map(|bits| vec![bits]));
        Produced::new(vec![("post_id", "U"), ("value", "g")], vec![batch])
    };
    for (null_count, bitmap) in [(0, None), (-1, None), (0, Some(0b11)), (-1, Some(0b11))] {
        assert_eq!(read(with(null_count, bitmap)).expect("well formed").height(), 2, "{null_count} {bitmap:?}");
    }
    for null_count in [1, -7] {
        check_refused(with(null_count, None), "no nulls of its own");
    }
    for null_count in [-1, 0] {
        check_refused(with(null_count, Some(0b01)), "the batch has nulls of its own in its bitmap");
    }
}

#[test]
fn what_lies_under_a_null_is_not_looked_at() {
    let undefined = [0xff_u8; 16];
    let known = [3, 0, 0, 0, b'o', b'n', b'e', 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let notes = [
        ("vu", Array::views_of(vec![known, undefined])),
        ("u", Array::texts_of(vec![0_i32, 3, 5], b"one\xff\xfe".to_vec())),
        ("U", Array::texts_of(vec![0_i64, 3, 5], b"one\xff\xfe".to_vec())),
    ];
    for (format, notes) in notes {
        let ids = Array::large_texts(&["x:1".into(), "x:2".into()]);
        let columns = vec![ids, Array::flat(vec![1.0_f64, 0.5]), notes.with_nulls(1, Some(0b01))];
        let types = vec![("post_id", "U"), ("value", "g"), ("note", format)];
        let frame = read(Produced::new(types, vec![Batch::of(columns)])).expect("well formed");
        let notes: Vec<Option<&str>> = frame["note"].str().expect("text").iter().collect();
        assert_eq!(notes, [Some("one"), None], "{format}");
    }
    // where there is no null it is
    let columns = vec![
        Array::large_texts(&["x:1".into(), "x:2".into()]),
        Array::flat(vec![1.0_f64, 0.5]),
        Array::texts_of(vec![0_i32, 3, 5], b"one\xff\xfe".to_vec()).with_nulls(1, Some(0b10)),
    ];
    let types = vec![("post_id", "U"), ("value", "g"), ("note", "u")];
    check_refused(
        Produced::new(types, vec![Batch::of(columns)]),
        "the column `note` has a text that is no UTF-8 in row 1",
    );
}

#[test]
fn strings_are_utf8_inside_their_buffers_with_rising_offsets() {
    check_refused(
        with_ids("vu", Array::views_of(vec![[2, 0, 0, 0, 0xff, 0xfe, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]])),
        "utf8",
    );
    let beyond = [20, 0, 0, 0, b'a', b'b', b'c', b'd', 7, 0, 0, 0, 0, 0, 0, 0];
    check_refused(with_ids("vu", Array::views_of(vec![beyond])), "a text outside its buffers in row 0");
    let falling = Array::texts_of(vec![0_i32, 5, 2], b"abcde".to_vec());
    check_refused(with_ids("u", falling), "has offsets that fall, from 5 to 2 at row 2");
    let negative = Array::texts_of(vec![-1_i32, 2], b"ab".to_vec());
    check_refused(with_ids("u", negative), "has offsets that fall, from 0 to -1 at row 0");
    check_refused(with_ids("U", Array::texts_of(vec![0_i64, 2], vec![0xff, 0xfe])), "the column `post_id` is broken");
    check_refused(with_ids("u", Array::texts_of(vec![0_i32, 1, 2], "\u{e9}".into())), "is broken");
}

#[test]
fn every_layout_of_strings_reads_the_same() {
    let expected = df!("post_id" => ["a", "caf\u{e9} and more than twelve bytes"]).expect("a table");
    let texts: Vec<String> = expected["post_id"].str().expect("text").iter().flatten().map(str::to_owned).collect();
    let keys = |format| match format {
        "c" => Array::flat(vec![0_i8, 1]),
        "S" => Array::flat(vec![0_u16, 1]),
        "l" => Array::flat(vec![0_i64, 1]),
        _ => Array::flat(vec![0_u32, 1]),
    };
    let mut cases = vec![
        with_ids("U", Array::large_texts(&texts)),
        with_ids("u", Array::texts_of(vec![0_i32, 1, texts.concat().len() as i32], texts.concat().into_bytes())),
        with_ids("vu", Array::long_views(&texts)),
    ];
    for format in ["c", "S", "l", "I"] {
        cases.push(with_ids(format, keys(format).with_dictionary("U", Array::large_texts(&texts))));
    }
    for produced in cases {
        let counts = produced.counts();
        let frame = read(produced).expect("well formed");
        assert!(frame.select(["post_id"]).expect("there").equals(&expected), "{frame}");
        assert_eq!(frame.dtypes(), [DataType::String, DataType::Float64]);
        assert!(counts.live() > 0, "the values are shared, so their batch is held");
        drop(frame);
        assert_eq!(counts.live(), 0, "and released with the table");
    }
}

#[test]
fn dictionary_keys_out_of_range_are_refused_unless_null() {
    let words = || Array::large_texts(&["a".into(), "b".into()]);
    check_refused(
        with_ids("i", Array::flat(vec![0_i32, 2]).with_dictionary("U", words())),
        "key out of range in row 1",
    );
    check_refused(with_ids("i", Array::flat(vec![-1_i32]).with_dictionary("U", words())), "key out of range in row 0");
    let null = Array::flat(vec![1_i32, 77]).with_nulls(1, Some(0b01)).with_dictionary("U", words());
    assert_eq!(read(with_ids("i", null)).expect("a null row has no key")["post_id"].null_count(), 1);
    let lone = Array::flat(vec![0_i32]);
    check_refused(Produced::new(vec![("post_id", "i")], vec![Batch::of(vec![lone])]), "has the Arrow format `i`");
}

#[test]
fn numbers_of_every_width_become_floats() {
    for (format, value) in [
        ("g", Array::flat(vec![1.0_f64])),
        ("f", Array::flat(vec![1.0_f32])),
        ("c", Array::flat(vec![1_i8])),
        ("C", Array::flat(vec![1_u8])),
        ("s", Array::flat(vec![1_i16])),
        ("S", Array::flat(vec![1_u16])),
        ("i", Array::flat(vec![1_i32])),
        ("I", Array::flat(vec![1_u32])),
        ("l", Array::flat(vec![1_i64])),
        ("L", Array::flat(vec![1_u64])),
    ] {
        let frame = read(with_value(format, value)).expect("a number");
        assert_eq!(frame["value"].f64().expect("floats").get(0), Some(1.0), "{format}");
    }
}

fn traces(format: &'static str, at: Array) -> Result<DataFrame, Fault> {
    let text = || Array::large_texts(&["x:1".into()]);
    let types = vec![("account_id", "U"), ("object", "U"), ("at", format), ("post_id", "U")];
    let produced = Produced::new(types, vec![Batch::of(vec![text(), text(), at, text()])]);
    drain(produced.into_stream(), Shape::Traces, CAPS, &IdsAs::Texts, &Handed::default(), || false)
}

#[test]
fn times_of_every_unit_become_microseconds_and_need_a_zone() {
    for (format, at, expected) in
        [("tss:UTC", -1_i64, -1_000_000), ("tsm:UTC", 1_500, 1_500_000), ("tsu:UTC", 7, 7), ("tsn:UTC", -1, -1)]
    {
        let frame = traces(format, Array::flat(vec![at])).expect("a time");
        let micros = frame["at"].datetime().expect("times").physical().get(0);
        assert_eq!(micros, Some(expected), "{format}");
    }
    for (format, expected) in
        [("tsu:", "without a zone"), ("tsu:Europe/Berlin", "must be UTC"), ("tdD", "which no shape has")]
    {
        let Err(Fault::BadOutput(text)) = traces(format, Array::flat(vec![0_i64])) else { panic!("refused") };
        assert!(text.contains("`at`") && text.contains(expected), "{text}");
    }
    let Err(Fault::BadOutput(text)) = traces("tss:UTC", Array::flat(vec![i64::MAX])) else { panic!("refused") };
    assert!(text.contains("a time out of range in row 0"), "{text}");
}

fn statistics(format: &'static str, lists: Array) -> Result<DataFrame, Fault> {
    let rows = lists.rows;
    let ids: Vec<String> = (0..rows).map(|i| format!("k{i}")).collect();
    let types = vec![("cluster_id", "U"), ("value", "g"), ("post_ids", format)];
    let columns = vec![Array::large_texts(&ids), Array::flat(vec![1.0_f64; rows]), lists];
    let produced = Produced::new(types, vec![Batch::of(columns)]);
    drain(produced.into_stream(), Shape::Statistics, CAPS, &IdsAs::Texts, &Handed::default(), || false)
}

#[test]
fn lists_of_strings_are_read_and_their_offsets_checked() {
    let items = || Array::large_texts(&["x:1".into(), "x:2".into(), "x:3".into()]);
    let frame = statistics("+L", Array::lists_of(vec![0_i64, 2, 2, 3], items())).expect("lists");
    assert_eq!(frame.dtypes()[2], DataType::List(Box::new(DataType::String)));
    let lengths: Vec<_> = frame["post_ids"].list().expect("lists").iter().map(|l| l.map(|l| l.len())).collect();
    assert_eq!(lengths, [Some(2), Some(0), Some(1)]);
    let narrow = statistics("+l", Array::lists_of(vec![0_i32, 2, 2, 3], items())).expect("lists");
    assert!(narrow.equals(&frame), "{narrow}");

    for (lists, expected) in [
        (Array::lists_of(vec![0_i64, 4], items()), "has 3 items, but offsets up to 4"),
        (Array::lists_of(vec![0_i64, 3, 1], items()), "has offsets that fall"),
        (Array::lists_of(vec![0_i64, 1], items().with_buffers(1)), "has items that has 1 buffers"),
    ] {
        let Err(Fault::BadOutput(text)) = statistics("+L", lists) else { panic!("refused") };
        assert!(text.contains("`post_ids`") && text.contains(expected), "{text}");
    }
}

#[test]
fn an_interrupt_ends_the_reading_between_batches() {
    let produced = with_value("g", Array::flat(vec![0.5_f64]));
    let counts = produced.counts();
    assert_eq!(
        drain(produced.into_stream(), Shape::Marks, CAPS, &IdsAs::Texts, &Handed::default(), || true),
        Err(Fault::Cancelled)
    );
    assert_eq!(counts.live(), 0);
}

#[test]
fn a_column_twice_is_refused() {
    let two = || Array::flat(vec![1.0_f64]);
    let types = vec![("post_id", "U"), ("value", "g"), ("value", "g")];
    let batch = Batch::of(vec![Array::large_texts(&["x:1".into()]), two(), two()]);
    check_refused(Produced::new(types, vec![batch]), "the column `value` is there twice");
}
