//! What is the host's own is known again, whole or in part; a struct that says anything else about it is not.

use super::*;
use crate::native::export::produce;
use crate::native::forms::Strings;
use polars::prelude::{DataFrame, DataType, IntoColumn, NamedFrom, Series, TimeUnit as Unit, TimeZone, df};
use polars_arrow::array::PrimitiveArray;
use std::ffi::c_void;

const TEXT: usize = 0;
const NUMBER: usize = 1;
const TIME: usize = 2;

fn frame() -> DataFrame {
    let long = ["a text that is longer than its view", "b", "c text that is longer than its view", "d"];
    let mut frame =
        df!("text" => long, "number" => [Some(0.5), None, Some(1.5), Some(2.5)]).expect("columns of one length");
    let utc = DataType::Datetime(Unit::Microseconds, Some(TimeZone::UTC));
    let times = Series::new("time".into(), [1_i64, 2, 3, 4]).cast(&utc).expect("integers are times");
    frame.with_column(times.into_column()).expect("four rows");
    frame
}

fn types() -> [ArrowDataType; 3] {
    [
        ArrowDataType::Utf8View,
        ArrowDataType::Float64,
        ArrowDataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
    ]
}

/// A batch as a plugin holds it; released when dropped.
struct Received {
    stream: abi::ArrowArrayStream,
    batch: abi::ArrowArray,
    handed: Handed,
}

impl Received {
    fn of(frame: DataFrame) -> Self {
        let handed = Handed::default();
        let mut stream = produce(frame, Strings::View, Some(handed.clone()));
        let mut batch = abi::ArrowArray::empty();
        let next = stream.get_next.expect("a stream of ours");
        // SAFETY: an open stream, and an empty struct to fill
        assert_eq!(unsafe { next(&raw mut stream, &raw mut batch) }, 0);
        Self { stream, batch, handed }
    }

    /// A struct of the plugin's own with the same numbers and buffers.
    fn column(&self, i: usize) -> abi::ArrowArray {
        // SAFETY: the batch has three children and is not released
        unsafe { std::ptr::read(*self.batch.children.add(i)) }
    }

    fn knows(&self, i: usize, change: impl FnOnce(&mut abi::ArrowArray)) -> Option<Box<dyn Array>> {
        let mut column = self.column(i);
        change(&mut column);
        self.handed.recognise(&types()[i], &column)
    }

    /// Its buffers, to be changed and put into a struct.
    fn buffers(&self, i: usize) -> Vec<*const c_void> {
        let column = self.column(i);
        (0..column.n_buffers as usize).map(|i| address(&column, i) as *const c_void).collect()
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        let (array, stream) = (self.batch.release.expect("not released"), self.stream.release.expect("not released"));
        // SAFETY: both are ours and are not used afterwards
        unsafe {
            array(&raw mut self.batch);
            stream(&raw mut self.stream);
        }
    }
}

#[test]
fn a_column_that_was_handed_in_is_the_hosts_own_when_it_comes_back() {
    let received = Received::of(frame());
    for i in [TEXT, NUMBER, TIME] {
        let own = received.knows(i, |_| ()).expect("known");
        assert_eq!((own.len(), own.dtype()), (4, &types()[i]));
        assert!(received.knows(i, |column| column.null_count = -1).is_some(), "not counted is legal");
    }
    let numbers = received.knows(NUMBER, |_| ()).expect("known");
    let numbers: &PrimitiveArray<f64> = numbers.as_any().downcast_ref().expect("floats");
    assert_eq!(numbers.values().as_ptr() as usize, received.buffers(NUMBER)[1] as usize, "not copied");
    assert_eq!(numbers.null_count(), 1);
}

#[test]
fn a_part_of_a_column_is_known_too() {
    let received = Received::of(frame());
    let part = received.knows(TEXT, |column| (column.offset, column.length) = (1, 2)).expect("known");
    let part: &Utf8ViewArray = part.as_any().downcast_ref().expect("texts");
    assert_eq!(part.iter().flatten().collect::<Vec<_>>(), ["b", "c text that is longer than its view"]);
}

#[test]
fn of_a_slice_no_more_is_known_than_was_handed_in() {
    let received = Received::of(frame().slice(1, 2));
    for i in [TEXT, NUMBER, TIME] {
        let offset = received.column(i).offset;
        assert_eq!(received.knows(i, |_| ()).expect("known").len(), 2);
        if offset > 0 {
            assert!(received.knows(i, |column| column.offset = offset - 1).is_none(), "the row before it");
        }
        assert!(received.knows(i, |column| column.length = 3).is_none(), "the row after it");
    }
}

#[test]
fn a_struct_that_says_anything_else_is_not_known() {
    let received = Received::of(frame());
    assert!(received.knows(TEXT, |column| column.length = 5).is_none());
    assert!(received.knows(TEXT, |column| column.length = -1).is_none());
    assert!(received.knows(TEXT, |column| column.offset = -1).is_none());
    assert!(received.knows(TEXT, |column| column.offset = i64::MAX).is_none());
    assert!(received.knows(TEXT, |column| column.null_count = 1).is_none(), "it has no null");
    assert!(received.knows(NUMBER, |column| column.null_count = 0).is_none(), "it has one");
    assert!(received.knows(TEXT, |column| column.n_buffers = 3).is_none(), "without its data");
    let column = received.column(NUMBER);
    assert!(received.handed.recognise(&types()[TIME], &column).is_none(), "numbers are no times");
    assert!(Handed::default().recognise(&types()[NUMBER], &column).is_none(), "of another call");
}

#[test]
fn other_buffers_are_not_known() {
    let received = Received::of(frame());
    let bits = [0b1111_u8];
    let (mut sizes, mut more) = ([0_i64], received.buffers(TEXT));
    // without its bitmap, the null would be a number
    let mut without = received.buffers(NUMBER);
    without[0] = std::ptr::null();
    assert!(received.knows(NUMBER, |column| column.buffers = without.as_mut_ptr()).is_none());
    let mut other = received.buffers(NUMBER);
    other[0] = bits.as_ptr().cast();
    assert!(received.knows(NUMBER, |column| column.buffers = other.as_mut_ptr()).is_none());
    // the host's views over other data, or over data of another length
    let mut data = received.buffers(TEXT);
    data[2] = bits.as_ptr().cast();
    assert!(received.knows(TEXT, |column| column.buffers = data.as_mut_ptr()).is_none());
    more[3] = sizes.as_mut_ptr().cast::<c_void>();
    assert!(received.knows(TEXT, |column| column.buffers = more.as_mut_ptr()).is_none());
    more[3] = std::ptr::null();
    assert!(received.knows(TEXT, |column| column.buffers = more.as_mut_ptr()).is_none());
    // sizes of the plugin's own, if they are right
    sizes[0] = data_of(received.knows(TEXT, |_| ()).expect("known").as_ref())[0];
    more[3] = sizes.as_mut_ptr().cast::<c_void>();
    assert!(received.knows(TEXT, |column| column.buffers = more.as_mut_ptr()).is_some());
}
