//! What the border itself costs in one process: tables of strings, times (64-bit integers) and floats that a signal
//! gives back as they are, beside a copy of the same bytes. The buffers that come back are those that went in.

use super::common::{Nobody, build, given, row, times};
use claque_host::StoredLibrary;
use claque_model::{ParamValue, Signal};
use polars::prelude::{Column, DataFrame, DataType, IntoColumn, NamedFrom, Series, TimeUnit, TimeZone};
use std::path::Path;

const ROWS: usize = 10_000_000;
const CHUNKS: usize = 4;
const CALLS: usize = 31;
const MEMORY_ROWS: usize = 100_000;

/// Half of the texts lie inside their views.
fn text(row: usize) -> String {
    if row.is_multiple_of(2) { format!("x:{row}") } else { format!("https://example.org/a-longer-address/{row:09}") }
}

fn strings(name: &str, rows: usize) -> Column {
    Series::new(name.into(), (0..rows).map(text).collect::<Vec<_>>()).into_column()
}

fn floats(name: &str, rows: usize) -> Column {
    Series::new(name.into(), (0..rows).map(|row| row as f64).collect::<Vec<_>>()).into_column()
}

fn instants(name: &str, rows: usize) -> Column {
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let values = Series::new(name.into(), (0..rows as i64).collect::<Vec<_>>());
    values.cast(&utc).expect("integers are times").into_column()
}

fn chunked(columns: impl Fn(usize) -> Vec<Column>) -> DataFrame {
    let one = || DataFrame::new(ROWS / CHUNKS, columns(ROWS / CHUNKS)).expect("columns of one length");
    let mut whole = one();
    for _ in 1..CHUNKS {
        whole.vstack_mut(&one()).expect("the same columns");
    }
    whole
}

/// Where the values of each chunk of a column lie.
fn addresses(frame: &DataFrame, column: &str) -> Vec<usize> {
    let column = frame.column(column).expect("there").to_physical_repr();
    let series = column.as_materialized_series();
    match series.dtype() {
        DataType::String => {
            series.str().expect("text").downcast_iter().map(|chunk| chunk.views().as_ptr() as usize).collect()
        }
        DataType::Int64 => {
            series.i64().expect("integers").downcast_iter().map(|chunk| chunk.values().as_ptr() as usize).collect()
        }
        _ => series.f64().expect("floats").downcast_iter().map(|chunk| chunk.values().as_ptr() as usize).collect(),
    }
}

/// Pages of this process that lie in memory, in KB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}

/// Growth of this process over 50 calls of a plugin that makes its output anew, after 50 calls to warm up.
fn memory(folder: &Path) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/shouting-c/shouting.c");
    let library = StoredLibrary::store(&build(&source, folder), None, &folder.join("cache")).expect("a library");
    let loaded = library.load().expect("loads");
    let columns = vec![strings("post_id", MEMORY_ROWS), strings("text", MEMORY_ROWS)];
    let posts = DataFrame::new(MEMORY_ROWS, columns).expect("columns of one length");
    let given = given("posts", posts, [("min_letters", ParamValue::Int(20))]);
    let call = || drop(loaded.signals()[0].score(&given, &Nobody).expect("marks"));
    (0..50).for_each(|_| call());
    let before = resident();
    (0..50).for_each(|_| call());
    println!("50 calls over {MEMORY_ROWS} rows: {before} KB in memory before, {} KB after", resident());
}

pub(super) fn print(folder: &Path) {
    let library = build(&Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/border/through.c"), folder);
    let loaded = StoredLibrary::store(&library, None, &folder.join("cache")).expect("a library").load();
    let loaded = loaded.expect("loads");
    let traces =
        chunked(|n| vec![strings("account_id", n), strings("object", n), instants("at", n), strings("post_id", n)]);
    let marks = chunked(|n| vec![strings("post_id", n), floats("value", n)]);
    memory(folder);
    println!("{ROWS} rows in {CHUNKS} chunks, in and out, in this process");
    for (name, table, frame) in [("traces", "trace.in", traces), ("marks", "marks.in", marks)] {
        let signal = loaded.signals().iter().find(|s| s.declaration().id.ends_with(name)).expect("of the library");
        let given = given(table, frame.clone(), []);
        let back = signal.score(&given, &Nobody).expect("given back");
        for column in frame.get_column_names() {
            assert_eq!(addresses(&back, column), addresses(&frame, column), "{column}: the same memory");
        }
        row(&format!("  {name}: through the border"), &times(CALLS, || drop(signal.score(&given, &Nobody))));
        row(
            &format!("  {name}: a copy of its columns"),
            &times(5, || {
                let mut copy = frame.clone();
                copy.rechunk_mut();
            }),
        );
    }
}
