//! What a call was given, so that it is known when it comes back. A column whose buffers are those that the host
//! exported is replaced by the host's own: it needs no walk, no check and no trust in who holds its memory. What is
//! not recognised is for `import` to walk.

use claque_abi as abi;
use polars_arrow::array::{Array, Utf8ViewArray};
use polars_arrow::datatypes::{ArrowDataType, TimeUnit};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Columns that were exported during one call, by the address of their values.
#[derive(Clone, Debug, Default)]
pub(super) struct Handed(Arc<Mutex<HashMap<usize, Vec<Exported>>>>);

/// One column of one batch, with what its struct said when it left.
#[derive(Debug)]
struct Exported {
    array: Box<dyn Array>,
    offset: i64,
    /// Addresses of the validity bitmap, the values or views, and the data of views; without the sizes of these.
    buffers: Vec<usize>,
}

impl Handed {
    /// Keeps the columns of a batch that was just exported as `batch`, those at least that may come back as they are.
    /// O(columns).
    ///
    /// # Safety
    /// `batch` is the exported struct array of `columns`, and was not released.
    pub(super) unsafe fn record(&self, columns: &[Box<dyn Array>], batch: &abi::ArrowArray) {
        let mut known = self.lock();
        for (i, array) in columns.iter().enumerate().filter(|(_, array)| may_come_back(array.dtype())) {
            // SAFETY: an exported struct array has one child for each of its columns
            let child = unsafe { &**batch.children.add(i) };
            let exported = Exported {
                array: array.clone(),
                offset: child.offset,
                buffers: (0..2 + data_of(array.as_ref()).len()).map(|i| address(child, i)).collect(),
            };
            known.entry(exported.buffers[1]).or_default().push(exported);
        }
    }

    /// The host's own column, if that is what `returned` is: the whole or a part of it, of this type.
    ///
    /// `returned` has a table of `n_buffers` ≥ 2 buffers, no child and no dictionary. O(columns at one address).
    pub(super) fn recognise(&self, dtype: &ArrowDataType, returned: &abi::ArrowArray) -> Option<Box<dyn Array>> {
        let known = self.lock();
        let found = known.get(&address(returned, 1))?.iter().find_map(|exported| exported.part(dtype, returned))?;
        let nulls = found.null_count() as i64;
        (returned.null_count == -1 || returned.null_count == nulls).then_some(found)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<usize, Vec<Exported>>> {
        // a panic of another thread leaves whole entries only
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Exported {
    fn part(&self, dtype: &ArrowDataType, returned: &abi::ArrowArray) -> Option<Box<dyn Array>> {
        let is_same = self.array.dtype() == dtype
            && self.has_buffers_of(returned)
            && (0..self.buffers.len()).all(|i| self.buffers[i] == address(returned, i));
        let start = usize::try_from(returned.offset.checked_sub(self.offset)?).ok().filter(|_| is_same)?;
        let length = usize::try_from(returned.length).ok()?;
        let is_inside = start.checked_add(length).is_some_and(|end| end <= self.array.len());
        is_inside.then(|| self.array.sliced(start, length))
    }

    /// As many buffers, and for views the sizes that their data have here.
    fn has_buffers_of(&self, returned: &abi::ArrowArray) -> bool {
        if *self.array.dtype() != ArrowDataType::Utf8View {
            return returned.n_buffers == self.buffers.len() as i64;
        }
        let data = data_of(self.array.as_ref());
        if returned.n_buffers != self.buffers.len() as i64 + 1 {
            return false;
        }
        let sizes = address(returned, self.buffers.len()) as *const i64;
        data.is_empty()
            || (!sizes.is_null() && sizes.is_aligned() && {
                // SAFETY: not NULL, aligned, and by Arrow's contract one size per data buffer
                let sizes = unsafe { std::slice::from_raw_parts(sizes, data.len()) };
                sizes == data.as_slice()
            })
    }
}

/// The types that the engine takes as they are, and that have no children.
fn may_come_back(dtype: &ArrowDataType) -> bool {
    matches!(
        dtype,
        ArrowDataType::Utf8View | ArrowDataType::Float64 | ArrowDataType::Timestamp(TimeUnit::Microsecond, _)
    )
}

/// Sizes of the data buffers of views.
fn data_of(array: &dyn Array) -> Vec<i64> {
    let views = array.as_any().downcast_ref::<Utf8ViewArray>();
    views.map(Utf8ViewArray::variadic_buffer_lengths).unwrap_or_default()
}

fn address(array: &abi::ArrowArray, i: usize) -> usize {
    // SAFETY: the callers stay below `n_buffers`, and the table of buffers is aligned and not NULL
    unsafe { *array.buffers.add(i) as usize }
}

#[cfg(test)]
mod tests;
