//! Columns as Arrow buffers of our own, in every legal form: at an offset, with and without a bitmap, the number of
//! nulls untold, in memory that faults when it is misused.

use super::feed::Form;
use super::ledger::{Ledger, Thing};
use super::memory::{Block, Region};
use crate::native::forms::Strings;
use claque_abi as abi;
use polars::prelude::{AnyValue, Column, DataType};
use std::ffi::{CStr, c_void};
use std::ptr;

/// Stands in the rows before the offset, which nobody may read.
const BEFORE: &str = "before";

/// Arrow format of a declared type.
pub(super) fn format_of(dtype: &DataType, strings: Strings) -> &'static CStr {
    match dtype {
        DataType::Int64 => c"l",
        DataType::Float64 => c"g",
        DataType::Boolean => c"b",
        DataType::Datetime(..) => c"tsu:UTC",
        DataType::UInt32 => c"I",
        _ if strings == Strings::LargeUtf8 => c"U",
        _ => c"vu",
    }
}

/// Buffers under construction.
struct Made {
    form: Form,
    blocks: Vec<Block>,
    pointers: Vec<*const c_void>,
}

impl Made {
    /// Values of a width of 8 bytes or more, or offsets.
    fn push(&mut self, bytes: &[u8]) {
        self.push_aligned(bytes, 8);
    }

    /// Bits, or the bytes of texts: where they end the next page begins, and who reads on faults.
    fn push_bytes(&mut self, bytes: &[u8]) {
        self.push_aligned(bytes, 1);
    }

    fn push_aligned(&mut self, bytes: &[u8], align: usize) {
        let block = self.form.guarded.then(|| Block::with(Region::Input, bytes, align)).flatten();
        let pointer = match block {
            Some(block) => {
                block.seal();
                self.blocks.push(block);
                block.data()
            }
            None => leaked(bytes),
        };
        self.pointers.push(pointer.cast_const().cast());
    }
}

/// A copy that is aligned to 16 and never freed.
pub(super) fn leaked(bytes: &[u8]) -> *mut u8 {
    let room: &'static mut [u128] = Box::leak(vec![0_u128; bytes.len() / 16 + 1].into_boxed_slice());
    let start = room.as_mut_ptr().cast::<u8>();
    // SAFETY: the new memory is longer than the bytes, and nobody else knows of it
    unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), start, bytes.len()) };
    start
}

/// One column of a batch.
pub(super) fn array(column: &Column, form: Form, strings: Strings, ledger: &Ledger, what: String) -> abi::ArrowArray {
    let values: Vec<AnyValue> = column.as_materialized_series().iter().collect();
    let nulls = values.iter().filter(|value| value.is_null()).count();
    let mut made = Made { form, blocks: Vec::new(), pointers: Vec::new() };
    if nulls > 0 || form.bitmaps {
        made.push_bytes(&bits(form.offset, values.iter().map(|value| !value.is_null())));
    } else {
        made.pointers.push(ptr::null());
    }
    match column.dtype() {
        DataType::Int64 | DataType::Datetime(..) => {
            made.push(&words(
                form.offset,
                values.iter().map(|value| value.extract::<i64>().unwrap_or(0).to_le_bytes()),
            ));
        }
        DataType::Float64 => {
            made.push(&words(
                form.offset,
                values.iter().map(|value| value.extract::<f64>().unwrap_or(0.0).to_le_bytes()),
            ));
        }
        DataType::UInt32 => {
            made.push_aligned(
                &words(form.offset, values.iter().map(|value| value.extract::<u32>().unwrap_or(0).to_le_bytes())),
                4,
            );
        }
        DataType::Boolean => {
            let truth = |value: &AnyValue| matches!(value, AnyValue::Boolean(true));
            made.push_bytes(&bits(form.offset, values.iter().map(truth)));
        }
        _ if strings == Strings::LargeUtf8 => {
            let (offsets, data) = offsets(form.offset, values.iter().map(|value| value.get_str().unwrap_or_default()));
            made.push(&offsets);
            made.push_bytes(&data);
        }
        _ => {
            let texts = values.iter().map(|value| value.get_str().unwrap_or_default());
            let (views, data) = views(form.offset, texts);
            made.push(&views);
            made.push_bytes(&data);
            made.push(&(data.len() as i64).to_le_bytes());
        }
    }
    let thing = ledger.enter(what, made.blocks);
    let buffers: &'static mut [*const c_void] = Box::leak(made.pointers.into_boxed_slice());
    abi::ArrowArray {
        length: values.len() as i64,
        null_count: if form.nulls_untold { -1 } else { nulls as i64 },
        offset: form.offset as i64,
        n_buffers: buffers.len() as i64,
        buffers: buffers.as_mut_ptr(),
        release: Some(release),
        private_data: ptr::from_ref(thing).cast_mut().cast(),
        ..abi::ArrowArray::empty()
    }
}

/// A batch of columns.
pub(super) fn batch(columns: Vec<abi::ArrowArray>, length: usize, ledger: &Ledger, what: String) -> abi::ArrowArray {
    let children: Vec<*mut abi::ArrowArray> =
        columns.into_iter().map(|c| ptr::from_mut(Box::leak(Box::new(c)))).collect();
    let children: &'static mut [*mut abi::ArrowArray] = Box::leak(children.into_boxed_slice());
    let buffers: &'static mut [*const c_void] = Box::leak(vec![ptr::null()].into_boxed_slice());
    abi::ArrowArray {
        length: length as i64,
        n_buffers: 1,
        buffers: buffers.as_mut_ptr(),
        n_children: children.len() as i64,
        children: children.as_mut_ptr(),
        release: Some(release),
        private_data: ptr::from_ref(ledger.enter(what, Vec::new())).cast_mut().cast(),
        ..abi::ArrowArray::empty()
    }
}

/// Releases what was not moved out, then itself.
unsafe extern "C" fn release(array: *mut abi::ArrowArray) {
    // SAFETY: by Arrow's contract a struct with this callback, which `array` or `batch` filled
    let array = unsafe { &mut *array };
    for i in 0..array.n_children as usize {
        // SAFETY: `n_children` pointers to leaked structs
        let child = unsafe { &mut **array.children.add(i) };
        if let Some(release) = child.release {
            // SAFETY: a child that was not moved out
            unsafe { release(child) }
        }
    }
    // SAFETY: things are never freed
    unsafe { &*array.private_data.cast::<Thing>() }.release();
    array.release = None;
}

/// Bits, with rows before them that are set.
fn bits(offset: usize, values: impl Iterator<Item = bool>) -> Vec<u8> {
    let all: Vec<bool> = std::iter::repeat_n(true, offset).chain(values).collect();
    let byte = |bits: &[bool]| bits.iter().enumerate().fold(0_u8, |byte, (i, bit)| byte | (u8::from(*bit) << i));
    all.chunks(8).map(byte).collect()
}

/// Words of N bytes, with rows before them that are no sensible value.
fn words<const N: usize>(offset: usize, values: impl Iterator<Item = [u8; N]>) -> Vec<u8> {
    std::iter::repeat_n([0x7b; N], offset).chain(values).flatten().collect()
}

/// Offsets of eight bytes and the texts that lie between them.
fn offsets<'t>(offset: usize, texts: impl Iterator<Item = &'t str>) -> (Vec<u8>, Vec<u8>) {
    let (mut offsets, mut data) = (0_i64.to_le_bytes().to_vec(), Vec::new());
    for text in std::iter::repeat_n(BEFORE, offset).chain(texts) {
        data.extend_from_slice(text.as_bytes());
        offsets.extend_from_slice(&(data.len() as i64).to_le_bytes());
    }
    (offsets, data)
}

/// String views and the one buffer with what does not fit into them.
fn views<'t>(offset: usize, texts: impl Iterator<Item = &'t str>) -> (Vec<u8>, Vec<u8>) {
    let (mut views, mut data) = (Vec::new(), Vec::new());
    for text in std::iter::repeat_n(BEFORE, offset).chain(texts) {
        let mut view = [0_u8; 16];
        view[..4].copy_from_slice(&(text.len() as u32).to_le_bytes());
        if text.len() <= 12 {
            view[4..4 + text.len()].copy_from_slice(text.as_bytes());
        } else {
            view[4..8].copy_from_slice(&text.as_bytes()[..4]);
            view[12..].copy_from_slice(&(data.len() as u32).to_le_bytes());
            data.extend_from_slice(text.as_bytes());
        }
        views.extend_from_slice(&view);
    }
    (views, data)
}
