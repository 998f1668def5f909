//! What comes back from compiled plugins: C streams with lies in them, and damaged Arrow IPC in shared memory.
//! `README.md` says how to run it.
#![no_main]

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringViewArray, TimestampMicrosecondArray};
use arrow_ipc::writer::StreamWriter;
use claque_host::{Caps, read_shared, read_stream};
use claque_model::{Fault, Shape};
use libfuzzer_sys::fuzz_target;
use std::fs::File;
use std::io::Write;
use std::os::fd::FromRawFd;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

#[path = "../../src/native/import/tests/hostile.rs"]
mod hostile;
#[path = "../../src/native/import/tests/raw.rs"]
#[allow(dead_code, reason = "the tests of the crate build more by hand")]
mod raw;

const CAPS: Caps = Caps { rows: 1_000, bytes: 1 << 20 };

/// How often anything panicked. Instead of libFuzzer's hook, which ends the process also where a panic is caught.
static PANICS: LazyLock<Arc<AtomicU64>> = LazyLock::new(|| {
    let panics = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&panics);
    std::panic::set_hook(Box::new(move |panic| {
        LAST.lock().unwrap_or_else(PoisonError::into_inner).replace(panic.to_string());
        counted.fetch_add(1, Ordering::Relaxed);
    }));
    panics
});

static LAST: Mutex<Option<String>> = Mutex::new(None);

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    let before = PANICS.load(Ordering::Relaxed);
    let is_shared = kind % 4 == 0;
    let read = std::panic::catch_unwind(|| if is_shared { shared(bytes) } else { stream(bytes) });
    // arrow-ipc panics over damaged messages, which is caught where it is called; nothing else may
    let is_calm = is_shared || PANICS.load(Ordering::Relaxed) == before;
    let Some(read) = read.ok().filter(|_| is_calm) else {
        eprintln!("{:?}", LAST.lock());
        std::process::abort();
    };
    match read {
        Ok(rows) if rows <= CAPS.rows => {}
        Err(Fault::BadOutput(_) | Fault::OutOfMemory(_) | Fault::Raised(_)) => {}
        other => {
            eprintln!("{other:?}");
            std::process::abort();
        }
    }
});

fn stream(bytes: &[u8]) -> Result<usize, Fault> {
    let (shape, produced) = hostile::stream(bytes);
    let counts = produced.counts();
    // SAFETY: the producer is ours, and its buffers are as long as it says
    let read = unsafe { read_stream(produced.into_stream(), shape, CAPS) }.map(|rows| rows.height());
    assert_eq!(counts.live(), 0, "everything is released once");
    read
}

/// A well-formed stream of each shape but `rates`, whose columns are of the same types.
static GOOD: LazyLock<Vec<(Shape, Vec<u8>)>> = LazyLock::new(|| {
    let long = "a text that is longer than twelve bytes";
    let texts = || Arc::new(StringViewArray::from(vec![Some("x:1"), Some(long), None, Some("ä")])) as ArrayRef;
    let floats = || Arc::new(Float64Array::from(vec![Some(0.5), None, Some(f64::NAN), Some(1.0)])) as ArrayRef;
    let times = Arc::new(TimestampMicrosecondArray::from(vec![1, 2, 3, 4]).with_timezone("UTC")) as ArrayRef;
    let traces = vec![("account_id", texts()), ("object", texts()), ("at", times), ("post_id", texts())];
    let marks = vec![("post_id", texts()), ("value", floats()), ("note", texts())];
    [(Shape::Traces, traces), (Shape::Marks, marks)].map(|(shape, columns)| (shape, written(columns))).into()
});

fn written(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).expect("a writer");
    for _ in 0..2 {
        writer.write(&batch).expect("written");
    }
    writer.into_inner().expect("finished")
}

/// A good stream with some bytes overwritten, and now and then cut off.
fn shared(bytes: &[u8]) -> Result<usize, Fault> {
    let Some((first, changes)) = bytes.split_first() else { return Ok(0) };
    let (shape, good) = &GOOD[usize::from(*first) % GOOD.len()];
    let mut damaged = good.clone();
    for change in changes.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]]));
        match at % (damaged.len() + 64) {
            at if at < damaged.len() => damaged[at] = change[2],
            past => damaged.truncate(damaged.len().saturating_sub(8 * (past % 64))),
        }
        if damaged.is_empty() {
            break;
        }
    }
    read_shared(&memory(&damaged), *shape, CAPS, || false).map(|rows| rows.height())
}

fn memory(bytes: &[u8]) -> File {
    // SAFETY: the name is a C string; the descriptor is new and ours
    let mut file = unsafe {
        let descriptor = libc::memfd_create(c"damaged".as_ptr(), libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING);
        assert!(descriptor >= 0, "no shared memory");
        File::from_raw_fd(descriptor)
    };
    file.write_all(bytes).expect("written");
    file
}
