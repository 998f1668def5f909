//! A producer that can be told to break every rule, and counts what of its structs is still held.

use claque_abi as abi;
use std::any::Any;
use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Structs that were handed out and not released.
#[derive(Clone, Default)]
pub(super) struct Counts(Arc<AtomicI64>);

impl Counts {
    pub(super) fn live(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    fn up(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn down(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// An array in the making; every number can be overwritten with a lie.
pub(super) struct Array {
    /// What it really holds.
    pub(super) rows: usize,
    length: i64,
    offset: i64,
    null_count: i64,
    n_buffers: Option<i64>,
    buffers: Vec<*const c_void>,
    children: Vec<Array>,
    /// Format and values.
    dictionary: Option<(&'static str, Box<Array>)>,
    item_format: &'static str,
    memory: Vec<Box<dyn Any>>,
}

impl Array {
    fn new(length: usize) -> Self {
        Self {
            rows: length,
            length: length as i64,
            offset: 0,
            null_count: 0,
            n_buffers: None,
            buffers: vec![ptr::null()],
            children: Vec::new(),
            dictionary: None,
            item_format: "",
            memory: Vec::new(),
        }
    }

    fn buffer<T: 'static>(mut self, values: Vec<T>) -> Self {
        self.buffers.push(values.as_ptr().cast());
        self.memory.push(Box::new(values));
        self
    }

    /// Buffers after the validity bitmap, of which each begins `shift` bytes into its memory.
    pub(super) fn of_bytes(length: usize, buffers: Vec<Vec<u8>>, shift: usize) -> Self {
        let mut array = Self::new(length);
        for bytes in buffers {
            array.buffers.push(bytes[shift..].as_ptr().cast());
            array.memory.push(Box::new(bytes));
        }
        array
    }

    /// Lists over items of some format.
    pub(super) fn with_items(mut self, format: &'static str, items: Array) -> Self {
        self.children.push(items);
        self.item_format = format;
        self
    }

    /// A validity bitmap of any length.
    pub(super) fn with_bitmap(mut self, bits: Vec<u8>) -> Self {
        self.buffers[0] = bits.as_ptr().cast();
        self.memory.push(Box::new(bits));
        self
    }

    pub(super) fn n_buffers(&self) -> usize {
        self.buffers.len()
    }

    /// Numbers, times or keys.
    pub(super) fn flat<T: 'static>(values: Vec<T>) -> Self {
        Self::new(values.len()).buffer(values)
    }

    /// Strings from raw offsets and data.
    pub(super) fn texts_of<O: 'static>(offsets: Vec<O>, data: Vec<u8>) -> Self {
        Self::new(offsets.len() - 1).buffer(offsets).buffer(data)
    }

    pub(super) fn large_texts(texts: &[String]) -> Self {
        let mut offsets = vec![0_i64];
        for text in texts {
            offsets.push(offsets[offsets.len() - 1] + text.len() as i64);
        }
        Self::texts_of(offsets, texts.concat().into_bytes())
    }

    /// Raw views, without data buffers.
    pub(super) fn views_of(views: Vec<[u8; 16]>) -> Self {
        Self::new(views.len()).buffer(views).buffer(Vec::<i64>::new())
    }

    /// Texts of at most 12 bytes.
    pub(super) fn views(texts: &[&str]) -> Self {
        let view = |text: &&str| {
            let mut view = [0; 16];
            view[0] = text.len() as u8;
            view[4..4 + text.len()].copy_from_slice(text.as_bytes());
            view
        };
        Self::views_of(texts.iter().map(view).collect())
    }

    /// Texts in views, long ones in one data buffer.
    pub(super) fn long_views(texts: &[String]) -> Self {
        let mut data: Vec<u8> = Vec::new();
        let mut views: Vec<[u8; 16]> = Vec::new();
        for text in texts {
            let mut view = [0; 16];
            view[..4].copy_from_slice(&(text.len() as u32).to_le_bytes());
            if text.len() <= 12 {
                view[4..4 + text.len()].copy_from_slice(text.as_bytes());
            } else {
                view[4..8].copy_from_slice(&text.as_bytes()[..4]);
                view[12..].copy_from_slice(&(data.len() as u32).to_le_bytes());
                data.extend(text.as_bytes());
            }
            views.push(view);
        }
        let sizes = vec![data.len() as i64];
        Self::new(views.len()).buffer(views).buffer(data).buffer(sizes)
    }

    /// Lists from raw offsets; the items are large texts.
    pub(super) fn lists_of<O: 'static>(offsets: Vec<O>, items: Array) -> Self {
        let mut lists = Self::new(offsets.len() - 1).buffer(offsets);
        lists.children.push(items);
        lists.item_format = "U";
        lists
    }

    pub(super) fn with_range(mut self, offset: i64, length: i64) -> Self {
        (self.offset, self.length) = (offset, length);
        self
    }

    pub(super) fn with_nulls(mut self, null_count: i64, bits: Option<u8>) -> Self {
        self.null_count = null_count;
        if let Some(bits) = bits {
            let bytes = vec![bits];
            self.buffers[0] = bytes.as_ptr().cast();
            self.memory.push(Box::new(bytes));
        }
        self
    }

    pub(super) fn with_buffers(mut self, n_buffers: i64) -> Self {
        self.n_buffers = Some(n_buffers);
        self
    }

    pub(super) fn without_buffer(mut self, i: usize) -> Self {
        self.buffers[i] = ptr::null();
        self
    }

    pub(super) fn with_dictionary(mut self, format: &'static str, values: Array) -> Self {
        self.dictionary = Some((format, Box::new(values)));
        self
    }

    fn build(mut self, counts: &Counts) -> abi::ArrowArray {
        counts.up();
        let boxed = |array: Array| Box::into_raw(Box::new(array.build(counts)));
        let mut held = Box::new(HeldArray {
            children: std::mem::take(&mut self.children).into_iter().map(boxed).collect(),
            dictionary: self.dictionary.take().map_or(ptr::null_mut(), |(_, values)| boxed(*values)),
            array: self,
            counts: counts.clone(),
        });
        abi::ArrowArray {
            length: held.array.length,
            null_count: held.array.null_count,
            offset: held.array.offset,
            n_buffers: held.array.n_buffers.unwrap_or(held.array.buffers.len() as i64),
            n_children: held.children.len() as i64,
            buffers: held.array.buffers.as_mut_ptr(),
            children: held.children.as_mut_ptr(),
            dictionary: held.dictionary,
            release: Some(release_array),
            private_data: Box::into_raw(held).cast(),
        }
    }
}

struct HeldArray {
    array: Array,
    children: Vec<*mut abi::ArrowArray>,
    dictionary: *mut abi::ArrowArray,
    counts: Counts,
}

unsafe extern "C" fn release_array(array: *mut abi::ArrowArray) {
    // SAFETY: an array of `build`, released once
    let held = unsafe {
        (*array).release = None;
        Box::from_raw((*array).private_data.cast::<HeldArray>())
    };
    for child in held.children.into_iter().chain((!held.dictionary.is_null()).then_some(held.dictionary)) {
        // SAFETY: boxes of `build`
        let mut child = unsafe { Box::from_raw(child) };
        if let Some(release) = child.release {
            // SAFETY: not released yet
            unsafe { release(&raw mut *child) }
        }
    }
    held.counts.down();
}

/// A struct batch; length, offset and the number of nulls can be lies.
pub(super) struct Batch {
    pub(super) length: i64,
    pub(super) offset: i64,
    pub(super) null_count: i64,
    pub(super) bitmap: Option<Vec<u8>>,
    columns: Vec<Array>,
}

impl Batch {
    pub(super) fn of(columns: Vec<Array>) -> Self {
        Self { length: columns[0].rows as i64, offset: 0, null_count: 0, bitmap: None, columns }
    }
}

/// A whole stream in the making.
pub(super) struct Produced {
    types: Vec<(&'static str, &'static str)>,
    batches: Vec<Batch>,
    counts: Counts,
}

impl Produced {
    /// Names and formats of the columns; formats of items and dictionaries are taken from the first batch.
    pub(super) fn new(types: Vec<(&'static str, &'static str)>, batches: Vec<Batch>) -> Self {
        Self { types, batches, counts: Counts::default() }
    }

    pub(super) fn counts(&self) -> Counts {
        self.counts.clone()
    }

    pub(super) fn into_stream(mut self) -> abi::ArrowArrayStream {
        self.counts.up();
        self.batches.reverse();
        abi::ArrowArrayStream {
            get_schema: Some(get_schema),
            get_next: Some(get_next),
            get_last_error: Some(get_last_error),
            release: Some(release),
            private_data: Box::into_raw(Box::new(self)).cast(),
        }
    }

    fn schema(&self) -> abi::ArrowSchema {
        let first = &self.batches.last().expect("a batch").columns;
        let column = |(i, (name, format)): (usize, &(&str, &str))| {
            let array = first.get(i);
            let items = array
                .filter(|a| !a.children.is_empty())
                .map(|a| field("item", a.item_format, vec![], None, &self.counts));
            let words = array.and_then(|a| a.dictionary.as_ref());
            let words = words.map(|(format, _)| field("", format, vec![], None, &self.counts));
            field(name, format, items.into_iter().collect(), words, &self.counts)
        };
        field("", "+s", self.types.iter().enumerate().map(column).collect(), None, &self.counts)
    }
}

struct HeldSchema {
    name: CString,
    format: CString,
    children: Vec<*mut abi::ArrowSchema>,
    dictionary: *mut abi::ArrowSchema,
    counts: Counts,
}

fn field(
    name: &str,
    format: &str,
    children: Vec<abi::ArrowSchema>,
    dictionary: Option<abi::ArrowSchema>,
    counts: &Counts,
) -> abi::ArrowSchema {
    counts.up();
    let boxed = |schema| Box::into_raw(Box::new(schema));
    let mut held = Box::new(HeldSchema {
        name: CString::new(name).expect("no NUL"),
        format: CString::new(format).expect("no NUL"),
        children: children.into_iter().map(boxed).collect(),
        dictionary: dictionary.map_or(ptr::null_mut(), boxed),
        counts: counts.clone(),
    });
    abi::ArrowSchema {
        format: held.format.as_ptr(),
        name: held.name.as_ptr(),
        metadata: ptr::null(),
        flags: abi::FLAG_NULLABLE,
        n_children: held.children.len() as i64,
        children: held.children.as_mut_ptr(),
        dictionary: held.dictionary,
        release: Some(release_schema),
        private_data: Box::into_raw(held).cast(),
    }
}

unsafe extern "C" fn release_schema(schema: *mut abi::ArrowSchema) {
    // SAFETY: a schema of `field`, released once
    let held = unsafe {
        (*schema).release = None;
        Box::from_raw((*schema).private_data.cast::<HeldSchema>())
    };
    for child in held.children.into_iter().chain((!held.dictionary.is_null()).then_some(held.dictionary)) {
        // SAFETY: boxes of `field`
        let mut child = unsafe { Box::from_raw(child) };
        if let Some(release) = child.release {
            // SAFETY: not released yet
            unsafe { release(&raw mut *child) }
        }
    }
    held.counts.down();
}

unsafe extern "C" fn get_schema(stream: *mut abi::ArrowArrayStream, out: *mut abi::ArrowSchema) -> c_int {
    // SAFETY: a stream of `into_stream`, and an empty struct
    unsafe { ptr::write(out, (*(*stream).private_data.cast::<Produced>()).schema()) };
    0
}

unsafe extern "C" fn get_next(stream: *mut abi::ArrowArrayStream, out: *mut abi::ArrowArray) -> c_int {
    // SAFETY: as above
    let produced = unsafe { &mut *(*stream).private_data.cast::<Produced>() };
    let batch = produced.batches.pop().map_or_else(abi::ArrowArray::empty, |batch| {
        let mut root = Array::new(0);
        (root.length, root.offset, root.children) = (batch.length, batch.offset, batch.columns);
        root.null_count = batch.null_count;
        if let Some(bits) = batch.bitmap {
            root = root.with_bitmap(bits);
        }
        root.build(&produced.counts)
    });
    // SAFETY: as above
    unsafe { ptr::write(out, batch) };
    0
}

unsafe extern "C" fn get_last_error(_: *mut abi::ArrowArrayStream) -> *const c_char {
    ptr::null()
}

unsafe extern "C" fn release(stream: *mut abi::ArrowArrayStream) {
    // SAFETY: a stream of `into_stream`, released once
    let produced = unsafe {
        (*stream).release = None;
        Box::from_raw((*stream).private_data.cast::<Produced>())
    };
    produced.counts.down();
}
