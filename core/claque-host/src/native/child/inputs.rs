//! Input tables in shared memory: written once, and given to every child that asks for the same columns.

use super::ipc::{self, IpcError};
use crate::native::export;
use crate::native::forms::Strings;
use claque_abi as abi;
use polars::prelude::DataFrame;
use std::collections::VecDeque;
use std::fs::File;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes of tables that are kept for later calls. A larger one is kept alone.
const KEPT: u64 = 512 << 20;

/// Tables that were written before, the latest last.
#[derive(Debug, Default)]
pub(super) struct Inputs(Mutex<VecDeque<Written>>);

#[derive(Debug)]
struct Written {
    /// Where the columns lie. Their memory cannot become that of others while `frame` is kept.
    place: Vec<usize>,
    strings: Strings,
    frame: DataFrame,
    file: Arc<File>,
    bytes: u64,
}

impl Inputs {
    /// The table in sealed memory, its texts in that form.
    pub(super) fn sealed(&self, frame: &DataFrame, strings: Strings) -> Result<Arc<File>, IpcError> {
        let place = place(frame);
        let is_same = |written: &&Written| {
            written.place == place && written.strings == strings && written.frame.schema() == frame.schema()
        };
        // the lock is held while a table is written: who wants the same one waits for it
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(written) = kept.iter().find(is_same) {
            return Ok(Arc::clone(&written.file));
        }
        let file = Arc::new(ipc::write(export::stream(frame.clone(), strings))?);
        let bytes = file.metadata().map_or(u64::MAX, |data| data.len());
        kept.push_back(Written { place, strings, frame: frame.clone(), file: Arc::clone(&file), bytes });
        while kept.len() > 1 && kept.iter().map(|written| written.bytes).sum::<u64>() > KEPT {
            kept.pop_front();
        }
        Ok(file)
    }
}

/// Lengths, offsets and addresses of all buffers, as they would be handed over.
fn place(frame: &DataFrame) -> Vec<usize> {
    let mut place = vec![frame.height(), frame.width()];
    let mut stream = export::stream(frame.clone(), Strings::View);
    let (Some(next), Some(release)) = (stream.get_next, stream.release) else { return place };
    loop {
        let mut batch = abi::ArrowArray::empty();
        // SAFETY: a stream of ours, not released, and an empty struct to fill
        if unsafe { next(&raw mut stream, &raw mut batch) } != 0 || batch.release.is_none() {
            break;
        }
        // SAFETY: a batch of ours
        unsafe { add(&mut place, &batch) };
        if let Some(release) = batch.release {
            // SAFETY: as above, and it is not used any more
            unsafe { release(&raw mut batch) };
        }
    }
    // SAFETY: not used any more
    unsafe { release(&raw mut stream) };
    place
}

/// # Safety
/// An array that keeps Arrow's contract.
unsafe fn add(place: &mut Vec<usize>, array: &abi::ArrowArray) {
    place.extend([array.length as usize, array.offset as usize, array.n_buffers as usize]);
    // only texts have more than two buffers; their last one holds sizes, and is made anew for each export
    let lasting = array.n_buffers as usize - usize::from(array.n_buffers > 2);
    for i in 0..lasting {
        // SAFETY: there are that many
        place.push(unsafe { *array.buffers.add(i) } as usize);
    }
    for i in 0..array.n_children as usize {
        // SAFETY: there are that many
        unsafe { add(place, &**array.children.add(i)) };
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::native::child::ipc::Table;
    use polars::prelude::df;

    #[test]
    fn a_table_is_written_once_however_often_it_is_given() {
        let inputs = Inputs::default();
        let file = |frame: &DataFrame| inputs.sealed(frame, Strings::View).expect("written");
        let long = ["a text that is longer than twelve bytes", "and another one, just as long"];
        let frame = df!("post_id" => ["x:1", "x:2"], "text" => long).expect("a table");
        let first = file(&frame);
        assert!(Arc::ptr_eq(&first, &file(&frame)), "the same columns");
        let columns = frame.columns().to_vec();
        let rebuilt = DataFrame::new(2, columns).expect("two rows");
        assert!(Arc::ptr_eq(&first, &file(&rebuilt)), "the same columns in another table");
        for other in [
            frame.slice(0, 1),
            frame.slice(1, 1),
            frame.select(["text", "post_id"]).expect("both"),
            frame.select(["text"]).expect("one"),
            df!("post_id" => ["x:1", "x:3"], "text" => long).expect("a table"),
        ] {
            let other_file = file(&other);
            assert!(!Arc::ptr_eq(&first, &other_file));
            assert_eq!(Table::open(&other_file).expect("a table").height(), other.height());
        }
        let mut renamed = frame;
        renamed.rename("text", "words".into()).expect("there");
        assert!(!Arc::ptr_eq(&first, &file(&renamed)), "other names are another table");
    }

    #[test]
    fn columns_that_are_gone_are_not_mistaken_for_new_ones() {
        let inputs = Inputs::default();
        for round in 0..200_i64 {
            // the allocator likes to give the same memory again
            let frame = df!("count" => [round, round + 1]).expect("a table");
            let table = Table::open(&inputs.sealed(&frame, Strings::View).expect("written")).expect("read");
            let batch = format!("{table:?}");
            assert!(batch.contains(&format!("{round},")), "{batch}");
        }
    }
}
