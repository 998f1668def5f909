//! A call in a child beside the same call in this process, for few and for many rows; and beside one plain write and
//! read of the same table as Arrow IPC. The signal is `plugins/shouting-c`.

use super::calling::{Nobody, build, given, row, times};
use arrow_array::builder::StringViewBuilder;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use claque_host::{IsolatedSignal, Isolation, StoredLibrary};
use claque_model::{Given, ParamValue, Signal};
use polars::prelude::{Column, DataFrame};
use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, Write};
use std::path::Path;
use std::sync::Arc;

const FEW: usize = 1_000;
/// About 560 MB: an id of 24 and a text of 43 bytes, each with a view of 16.
const MANY: usize = 5_600_000;
const CHUNKS: usize = 4;
const CALLS_OF_FEW: usize = 101;
const CALLS_OF_MANY: usize = 5;

fn id(row: usize) -> String {
    format!("x:a-longer-post-id-{row:07}")
}

fn text(row: usize) -> &'static str {
    if row.is_multiple_of(3) {
        "A RATHER LONGER TEXT THAT CANNOT BE INLINED"
    } else {
        "a rather longer text that cannot be inlined"
    }
}

fn chunks(rows: usize) -> impl Iterator<Item = std::ops::Range<usize>> {
    (0..CHUNKS).map(move |chunk| rows * chunk / CHUNKS..rows * (chunk + 1) / CHUNKS)
}

fn frame(rows: usize) -> DataFrame {
    let chunk = |range: std::ops::Range<usize>| {
        let ids: Vec<String> = range.clone().map(id).collect();
        let texts: Vec<&str> = range.clone().map(text).collect();
        let columns = vec![Column::new("post_id".into(), ids), Column::new("text".into(), texts)];
        DataFrame::new(range.len(), columns).expect("columns of one length")
    };
    let mut frames = chunks(rows).map(chunk);
    let mut whole = frames.next().expect("a chunk");
    for next in frames {
        whole.vstack_mut(&next).expect("the same columns");
    }
    whole
}

fn posts(rows: usize) -> Given {
    given("posts", frame(rows), [("min_letters", ParamValue::Int(20))])
}

/// The same table for the plain write.
fn batches(rows: usize) -> Vec<RecordBatch> {
    let chunk = |range: std::ops::Range<usize>| {
        let (mut ids, mut texts) = (StringViewBuilder::new(), StringViewBuilder::new());
        for row in range {
            ids.append_value(id(row));
            texts.append_value(text(row));
        }
        let columns: [(&str, ArrayRef); 2] = [("post_id", Arc::new(ids.finish())), ("text", Arc::new(texts.finish()))];
        RecordBatch::try_from_iter(columns).expect("columns of one length")
    };
    chunks(rows).map(chunk).collect()
}

pub(super) fn print(folder: &Path) {
    let rows = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(MANY);
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/shouting-c/shouting.c");
    let library = StoredLibrary::store(&build(&source, folder), None, &folder.join("cache")).expect("a library");
    let here = Arc::clone(&library.load().expect("loads").signals()[0]);
    let isolation = Isolation::default();
    let declaration = isolation.describe(&library, None).expect("described").remove(0);
    let there =
        |isolation: &Isolation| IsolatedSignal::new(declaration.clone(), library.clone(), None, isolation.clone());
    let score = |signal: &dyn Signal, given: &Given| drop(signal.score(given, &Nobody).expect("marks"));

    // first the large table: children are started by a parent that holds it
    let many = posts(rows);
    println!("{FEW} rows, in a parent that holds a large table");
    let few = posts(FEW);
    assert_eq!(
        here.score(&few, &Nobody).expect("marks"),
        there(&isolation).score(&few, &Nobody).expect("marks"),
        "the same rows"
    );
    let inside = row("  in this process", &times(CALLS_OF_FEW, || score(&*here, &few)));
    let apart = row("  in a child", &times(CALLS_OF_FEW, || score(&there(&Isolation::default()), &few)));
    println!("  difference of the medians {:.2} ms", apart - inside);

    let plain = batches(rows);
    let shared = if Path::new("/dev/shm").is_dir() { Path::new("/dev/shm") } else { folder };
    let bytes = write(&plain, shared).1;
    println!("{rows} rows, {} MB as Arrow IPC", bytes / 1_000_000);
    let plain_time = row(
        "  one plain write and read in memory",
        &times(CALLS_OF_MANY, || {
            let (file, _) = write(&plain, shared);
            let read = StreamReader::try_new(BufReader::new(file), None).expect("a stream");
            assert_eq!(read.map(|batch| batch.expect("a batch").num_rows()).sum::<usize>(), rows);
        }),
    );
    drop(plain);
    row("  in this process", &times(CALLS_OF_MANY, || score(&*here, &many)));
    // a new one each time: nothing was handed over before
    let first = row("  in a child", &times(CALLS_OF_MANY, || score(&there(&Isolation::default()), &many)));
    let again = there(&isolation);
    let later = row("  in a child, the table handed over before", &times(CALLS_OF_MANY, || score(&again, &many)));
    println!("  in a child / plain {:.2}, later calls {:.2}", first / plain_time, later / plain_time);
}

/// Writes the table to a file in memory; gives the file at its start, and its size.
fn write(batches: &[RecordBatch], folder: &Path) -> (File, u64) {
    let file = tempfile::tempfile_in(folder).expect("a file");
    let writer = BufWriter::with_capacity(1 << 20, file);
    let mut writer = StreamWriter::try_new(writer, &batches[0].schema()).expect("a schema");
    for batch in batches {
        writer.write(batch).expect("written");
    }
    writer.finish().expect("written");
    let mut buffered = writer.into_inner().expect("finished");
    buffered.flush().expect("written");
    let mut file = buffered.into_inner().expect("flushed");
    file.rewind().expect("a file");
    let bytes = file.metadata().expect("a file").len();
    (file, bytes)
}
