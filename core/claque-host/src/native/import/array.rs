//! The walk over the raw structs of a batch, before polars sees them: everything that its importer would
//! take for granted, unwrap, or compute sizes from.

use super::schema::{Layout, OutputColumn};
use crate::native::handed::Handed;
use claque_abi as abi;
use polars_arrow::array::Array;
use std::ffi::c_void;

/// Texts up to this many bytes lie inside their view.
const LONGEST_INLINE: u32 = 12;

/// The rows of a batch, and by column the host's own array where that is what came back.
type Checked = (usize, Vec<Option<Box<dyn Array>>>);

/// Checks a batch against the columns of its stream. Counts nulls where a bitmap is, and sets 0 where none is: the
/// producer's count is not believed.
pub(super) fn check_batch(
    columns: &[OutputColumn],
    batch: &mut abi::ArrowArray,
    most_rows: usize,
    handed: &Handed,
) -> Result<Checked, String> {
    let Some(length) = usize::try_from(batch.length).ok() else {
        return Err(format!("the batch has {} rows", batch.length));
    };
    if length > most_rows {
        return Err("there are more rows than the input allows".into());
    }
    let has_buffer = batch.n_buffers == 1 && !batch.buffers.is_null() && batch.buffers.is_aligned();
    if batch.offset != 0 || !has_buffer || !(-1..=0).contains(&batch.null_count) {
        return Err("the batch must have one buffer, offset 0 and no nulls of its own".into());
    }
    if (0..length).any(|row| !is_valid(batch, row)) {
        return Err("the batch has nulls of its own in its bitmap".into());
    }
    batch.null_count = 0;
    if batch.n_children != columns.len() as i64 || batch.children.is_null() {
        return Err(format!("the batch has {} columns, its schema {}", batch.n_children, columns.len()));
    }
    if length == 0 {
        return Ok((0, Vec::new()));
    }
    let mut known = Vec::with_capacity(columns.len());
    for (i, column) in columns.iter().enumerate() {
        let in_column = |problem: String| format!("the column `{}` {problem}", column.name);
        // SAFETY: by Arrow's contract there are `n_children` pointers
        let child = unsafe { *batch.children.add(i) };
        // SAFETY: NULL or a child that lives as long as its batch, which is borrowed mutably
        let Some(child) = (unsafe { child.as_mut() }) else { return Err(in_column("is NULL".into())) };
        // before anything is read: a length of its own could reach far beyond its buffers
        if child.length != batch.length {
            return Err(in_column(format!("has {} rows, the batch {length}", child.length)));
        }
        check_buffers(&column.layout, child).map_err(in_column)?;
        let own = handed.recognise(&column.layout.dtype(), child);
        match &own {
            Some(own) => child.null_count = own.null_count() as i64,
            None => check_values(&column.layout, child).map_err(in_column)?,
        }
        known.push(own);
    }
    Ok((length, known))
}

fn check(layout: &Layout, array: &mut abi::ArrowArray) -> Result<(), String> {
    check_buffers(layout, array)?;
    check_values(layout, array)
}

/// Numbers and pointers of the struct alone.
fn check_buffers(layout: &Layout, array: &abi::ArrowArray) -> Result<(), String> {
    // every layout has a validity bitmap, and values, views or offsets; texts have data besides
    let (least, most) = match layout {
        Layout::View => (3, 1 << 20),
        Layout::Utf8 | Layout::LargeUtf8 => (3, 3),
        _ => (2, 2),
    };
    if !(least..=most).contains(&array.n_buffers) || array.buffers.is_null() {
        return Err(format!("has {} buffers, must have {least}", array.n_buffers));
    }
    let end = array.offset.checked_add(array.length);
    // an end that, in bytes, wraps around the address space would
    if array.length < 0 || array.offset < 0 || end.is_none_or(|end| end > i64::MAX / 32) {
        return Err(format!("has the length {} from the offset {} on", array.length, array.offset));
    }
    if !array.buffers.is_aligned() {
        return Err("has a table of buffers that is not aligned".into());
    }
    let has_children = matches!(layout, Layout::List(_) | Layout::LargeList(_));
    if array.n_children != i64::from(has_children) || (has_children && array.children.is_null()) {
        return Err(format!("has {} children", array.n_children));
    }
    if matches!(layout, Layout::Dictionary(..)) == array.dictionary.is_null() {
        return Err("has a dictionary in its schema or its array, but not in both".into());
    }
    Ok(())
}

/// What lies behind them. O(bytes).
fn check_values(layout: &Layout, array: &mut abi::ArrowArray) -> Result<(), String> {
    count_nulls(array)?;
    if array.length > 0 && buffer(array, 1).is_null() {
        return Err("has a NULL for buffer 1".into());
    }
    match layout {
        Layout::View => check_views(array),
        Layout::Utf8 => last_offset::<i32>(array).and_then(|end| check_data(array, end)),
        Layout::LargeUtf8 => last_offset::<i64>(array).and_then(|end| check_data(array, end)),
        Layout::List(items) => {
            let end = last_offset::<i32>(array)?;
            check_items(items, array, end)
        }
        Layout::LargeList(items) => {
            let end = last_offset::<i64>(array)?;
            check_items(items, array, end)
        }
        Layout::Dictionary(_, values) => {
            // SAFETY: not NULL (above), and by Arrow's contract alive and ours while the array is
            check(values, unsafe { &mut *array.dictionary })
                .map_err(|problem| format!("has a dictionary that {problem}"))
        }
        Layout::Integer(_) | Layout::Float32 | Layout::Float64 | Layout::Time(_) => Ok(()),
    }
}

fn buffer(array: &abi::ArrowArray, i: usize) -> *const c_void {
    // SAFETY: the callers stay below `n_buffers`, and the table of buffers is aligned and not NULL
    unsafe { *array.buffers.add(i) }
}

fn count_nulls(array: &mut abi::ArrowArray) -> Result<(), String> {
    let bits = buffer(array, 0).cast::<u8>();
    if array.null_count < -1 {
        return Err(format!("has the null_count {}", array.null_count));
    }
    if bits.is_null() {
        if array.null_count > 0 {
            return Err(format!("has {} nulls but no validity bitmap", array.null_count));
        }
        array.null_count = 0;
        return Ok(());
    }
    let nulls = (0..array.length as usize).filter(|&i| !is_valid(array, i)).count() as i64;
    if array.null_count >= 0 && array.null_count != nulls {
        return Err(format!("has {nulls} nulls in its bitmap, but says {}", array.null_count));
    }
    array.null_count = nulls;
    Ok(())
}

/// Sizes of the data buffers of string views come last; each view of a known text lies inside its buffer.
fn check_views(array: &abi::ArrowArray) -> Result<(), String> {
    let n_data = array.n_buffers as usize - 3;
    let sizes = buffer(array, array.n_buffers as usize - 1).cast::<i64>();
    if n_data > 0 && (sizes.is_null() || !sizes.is_aligned()) {
        return Err("has no sizes of its string view buffers in its last buffer".into());
    }
    // SAFETY: not NULL, aligned, and by Arrow's contract one size per data buffer
    let sizes = if n_data == 0 { &[] } else { unsafe { std::slice::from_raw_parts(sizes, n_data) } };
    for (i, &size) in sizes.iter().enumerate() {
        if size < 0 || (size > 0 && buffer(array, 2 + i).is_null()) {
            return Err(format!("has {size} bytes in string view buffer {i}"));
        }
    }
    let views = buffer(array, 1).cast::<[u32; 4]>();
    for row in 0..array.length as usize {
        // SAFETY: by Arrow's contract there are offset + length views
        let [length, _, index, start] = unsafe { views.add(array.offset as usize + row).read_unaligned() };
        let end = i64::from(start) + i64::from(length);
        let is_inside = length <= LONGEST_INLINE || sizes.get(index as usize).is_some_and(|&size| end <= size);
        if !is_inside && is_valid(array, row) {
            return Err(format!("has a text outside its buffers in row {row}"));
        }
    }
    Ok(())
}

/// Is row `i` not null? The buffers were seen to be there.
fn is_valid(array: &abi::ArrowArray, i: usize) -> bool {
    let (bits, at) = (buffer(array, 0).cast::<u8>(), array.offset as usize + i);
    // SAFETY: by Arrow's contract the bitmap covers offset + length bits
    bits.is_null() || unsafe { *bits.add(at / 8) } >> (at % 8) & 1 == 1
}

/// Offsets start at 0 or above and never fall; polars takes the size of the data from the last one.
fn last_offset<T: Copy + Into<i64>>(array: &abi::ArrowArray) -> Result<i64, String> {
    let offsets = buffer(array, 1).cast::<T>();
    if offsets.is_null() || !offsets.is_aligned() {
        return Err("has no aligned offsets (even an empty array has one)".into());
    }
    let mut last = 0;
    for i in 0..=array.length as usize {
        // SAFETY: aligned, not NULL, and by Arrow's contract offset + length + 1 long
        let offset = unsafe { *offsets.add(array.offset as usize + i) }.into();
        if offset < last {
            return Err(format!("has offsets that fall, from {last} to {offset} at row {i}"));
        }
        last = offset;
    }
    Ok(last)
}

fn check_data(array: &abi::ArrowArray, end: i64) -> Result<(), String> {
    if end > 0 && buffer(array, 2).is_null() { Err("has a NULL for buffer 2".into()) } else { Ok(()) }
}

fn check_items(items: &Layout, array: &abi::ArrowArray, end: i64) -> Result<(), String> {
    // SAFETY: `check` saw one child pointer
    let child = unsafe { *array.children };
    // SAFETY: NULL or a child that lives as long as its parent, which is borrowed mutably by the caller
    let Some(child) = (unsafe { child.as_mut() }) else { return Err("has a NULL for its items".into()) };
    check(items, child).map_err(|problem| format!("has items that {problem}"))?;
    if end > child.length {
        return Err(format!("has {} items, but offsets up to {end}", child.length));
    }
    Ok(())
}
