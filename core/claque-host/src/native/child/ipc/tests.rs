//! Tables that go through shared memory come out equal, without a copy; what is no table is refused.

use super::*;
use crate::native::codes::IdsAs;
use crate::native::export;
use crate::native::forms::Strings;
use crate::native::handed::Handed;
use crate::native::import::{Caps, drain};
use claque_model::Shape;
use polars::prelude::{Column, DataFrame, DataType, IntoColumn, NamedFrom, Series, TimeUnit, TimeZone, df};
use std::os::unix::fs::FileExt;

fn times(name: &str, micros: &[Option<i64>]) -> Column {
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    Series::new(name.into(), micros).cast(&utc).expect("integers are times").into_column()
}

fn frame() -> DataFrame {
    let mut frame = df!(
        "post_id" => ["x:1", "x:2", "x:3"],
        "text" => [Some("a text that is longer than twelve bytes, caf\u{e9}"), None, Some("")],
        "count" => [Some(i64::MIN), Some(0), None],
        "weight" => [f64::NAN, -0.0, f64::MAX],
        "is_reply" => [Some(true), None, Some(false)],
    )
    .expect("a table");
    frame.with_column(times("created_at", &[Some(-1), None, Some(1_700_000_000_123_456)])).expect("three rows");
    frame
}

/// What the in-process border hands over.
fn batches(stream: abi::ArrowArrayStream) -> Vec<RecordBatch> {
    // SAFETY: as in `write_to`
    let stream = unsafe { mem::transmute::<abi::ArrowArrayStream, FFI_ArrowArrayStream>(stream) };
    let reader = RecordBatchStreamReader::try_new(stream).expect("a schema");
    reader.collect::<Result<_, _>>().expect("batches")
}

fn table(frame: &DataFrame) -> Table {
    Table::open(&write(export::stream(frame.clone(), Strings::View)).expect("written")).expect("read")
}

#[track_caller]
fn check_equal(frame: &DataFrame) {
    let table = table(frame);
    assert_eq!(table.height(), frame.height());
    let shown = |batches: Vec<RecordBatch>| format!("{batches:?}");
    assert_eq!(shown(batches(table.stream())), shown(batches(export::stream(frame.clone(), Strings::View))));
}

#[test]
fn all_types_come_out_as_they_went_in() {
    let whole = frame();
    check_equal(&whole);
    check_equal(&whole.clear());
    check_equal(&whole.slice(1, 1));
    let nulls = whole.columns().iter().map(|c| Column::full_null(c.name().clone(), 9, c.dtype()));
    check_equal(&DataFrame::new(9, nulls.collect()).expect("equally long"));
    let mut chunks = whole.slice(1, 2);
    for from in [0, 2, 1] {
        chunks.vstack_mut(&whole.slice(from, 1)).expect("the same columns");
    }
    check_equal(&chunks);
}

#[test]
fn values_are_read_where_they_lie_and_stay_there_after_the_table_is_gone() {
    let table = table(&frame());
    let memory = table.memory();
    let batches = batches(table.stream());
    let texts = batches[0].column_by_name("text").expect("there").as_string_view();
    let address = texts.data_buffers()[0].as_ptr() as usize;
    assert!(memory.contains(&address), "the table was copied");
    assert!(memory.contains(&(texts.views().as_ptr() as usize)), "the table was copied");
    assert_eq!(texts.value(0), "a text that is longer than twelve bytes, caf\u{e9}");
}

#[test]
fn slices_of_one_table_do_not_each_carry_all_of_its_texts() {
    let texts: Vec<String> = (0..10_000).map(|i| format!("a text that is longer than twelve bytes, {i}")).collect();
    let whole = df!("text" => texts).expect("a table");
    let size = |frame: &DataFrame| {
        let file = write(export::stream(frame.clone(), Strings::View)).expect("written");
        file.metadata().expect("a file").len()
    };
    let mut slices = whole.slice(0, 10);
    for from in 1..1000 {
        slices.vstack_mut(&whole.slice(10 * from, 10)).expect("the same column");
    }
    check_equal(&whole.slice(7, 3));
    assert!(size(&slices) < 5 * size(&whole), "{} bytes instead of {}", size(&slices), size(&whole));
}

fn sealed(bytes: &[u8]) -> File {
    let file = memory_file(c"test").expect("memory");
    file.write_all_at(bytes, 0).expect("not sealed yet");
    seal(&file).expect("sealed");
    file
}

fn bytes_of(frame: &DataFrame) -> Vec<u8> {
    let file = write(export::stream(frame.clone(), Strings::View)).expect("written");
    let mut bytes = vec![0; file.metadata().expect("a file").len() as usize];
    file.read_exact_at(&mut bytes, 0).expect("read");
    bytes
}

#[test]
fn what_is_no_table_is_refused() {
    let whole = bytes_of(&frame());
    for bytes in [&b""[..], b"this is not a table", &[0xff; 4096], &whole[..whole.len() / 2], &whole[..100]] {
        Table::open(&sealed(bytes)).expect_err("no table");
    }
    let mut twice = whole.clone();
    twice.extend(&whole);
    Table::open(&sealed(&twice)).expect_err("something after its end");
}

#[test]
fn a_changed_byte_never_brings_the_reader_down() {
    let marks = df!("post_id" => ["x:1", "x:2"], "value" => [0.0, 1.0], "note" => [None, Some("longer than a view")]);
    let whole = bytes_of(&marks.expect("a table"));
    let caps = Caps { rows: 100, bytes: 1 << 20 };
    let (mut read, mut refused) = (0, 0);
    for at in 0..whole.len() {
        for change in [1, 0x80, 0xff] {
            let mut changed = whole.clone();
            changed[at] ^= change;
            let drained = Table::open(&sealed(&changed)).map_err(|e| e.to_string()).and_then(|table| {
                drain(table.stream(), Shape::Marks, caps, &IdsAs::Texts, &Handed::default(), || false)
                    .map_err(|e| e.to_string())
            });
            // a table or an error, but no crash
            if drained.is_ok() { read += 1 } else { refused += 1 }
        }
    }
    assert!(read > 100 && refused > 100, "{read} read, {refused} refused");
}

#[test]
fn a_text_that_is_no_utf8_is_refused() {
    let mut bytes = bytes_of(&df!("text" => ["a text that is longer than twelve bytes"]).expect("a table"));
    let at = bytes.windows(6).position(|w| w == b"longer").expect("the text");
    bytes[at] = 0xff;
    Table::open(&sealed(&bytes)).expect_err("not UTF-8");
}

#[test]
fn a_stream_that_fails_gives_its_own_words() {
    unsafe extern "C" fn refuse(_: *mut abi::ArrowArrayStream, _: *mut abi::ArrowSchema) -> i32 {
        5
    }
    unsafe extern "C" fn next(_: *mut abi::ArrowArrayStream, _: *mut abi::ArrowArray) -> i32 {
        5
    }
    unsafe extern "C" fn words(_: *mut abi::ArrowArrayStream) -> *const std::ffi::c_char {
        c"the moon is missing".as_ptr()
    }
    unsafe extern "C" fn release(stream: *mut abi::ArrowArrayStream) {
        // SAFETY: the stream of this test
        unsafe { (*stream).release = None };
    }
    let stream = abi::ArrowArrayStream {
        get_schema: Some(refuse),
        get_next: Some(next),
        get_last_error: Some(words),
        release: Some(release),
        private_data: std::ptr::null_mut(),
    };
    let error = write(stream).expect_err("it fails");
    assert!(error.to_string().contains("the moon is missing"), "{error}");
}
