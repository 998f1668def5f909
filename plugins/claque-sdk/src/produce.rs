//! Columns of our own as Arrow arrays and schemas: who allocates frees, through the release callbacks.

use crate::table::Array;
use claque_abi as abi;
use std::any::Any;
use std::borrow::Cow;
use std::ffi::{CStr, CString, c_void};
use std::ptr;

/// A column that goes out, with its name.
pub(crate) struct Column {
    pub(crate) name: Cow<'static, CStr>,
    pub(crate) values: Values,
}

impl Column {
    pub(crate) fn new(name: &'static CStr, values: Values) -> Self {
        Self { name: Cow::Borrowed(name), values }
    }
}

/// Values of a column, and how they lie in memory.
pub(crate) enum Values {
    Texts(Texts),
    Floats(Vec<f64>, Bits),
    Ints(Vec<i64>, Bits),
    Times(Vec<i64>, Bits),
    Bools(Bits, Bits),
    Lists(Lists),
    /// An array that came from elsewhere, moved through, and its format: a string column of the input, or a frame's.
    Handed(Array, CString),
}

/// Packed bits; as a validity bitmap it is only handed out when there are nulls.
#[derive(Default)]
pub(crate) struct Bits {
    bytes: Vec<u8>,
    length: usize,
    zeros: usize,
}

impl Bits {
    pub(crate) fn push(&mut self, bit: bool) {
        if self.length.is_multiple_of(8) {
            self.bytes.push(0);
        }
        self.bytes[self.length / 8] |= u8::from(bit) << (self.length % 8);
        self.length += 1;
        self.zeros += usize::from(!bit);
    }

    pub(crate) fn ones(length: usize) -> Self {
        Self { bytes: vec![0xff; length.div_ceil(8)], length, zeros: 0 }
    }
}

/// Strings with 64-bit offsets (`U`).
pub(crate) struct Texts {
    offsets: Vec<i64>,
    data: Vec<u8>,
    validity: Bits,
}

impl Default for Texts {
    fn default() -> Self {
        Self { offsets: vec![0], data: Vec::new(), validity: Bits::default() }
    }
}

impl Texts {
    pub(crate) fn push(&mut self, text: Option<&str>) {
        self.data.extend_from_slice(text.unwrap_or_default().as_bytes());
        self.offsets.push(self.data.len() as i64);
        self.validity.push(text.is_some());
    }

    pub(crate) fn len(&self) -> usize {
        self.validity.length
    }
}

/// Lists of strings (`+L` of `U`).
pub(crate) struct Lists {
    offsets: Vec<i64>,
    items: Texts,
    validity: Bits,
}

impl Default for Lists {
    fn default() -> Self {
        Self { offsets: vec![0], items: Texts::default(), validity: Bits::default() }
    }
}

impl Lists {
    pub(crate) fn push<'a>(&mut self, items: Option<impl IntoIterator<Item = &'a str>>) {
        self.validity.push(items.is_some());
        for item in items.into_iter().flatten() {
            self.items.push(Some(item));
        }
        self.offsets.push(self.items.len() as i64);
    }
}

impl Values {
    /// Arrow's format string.
    pub(crate) fn format(&self) -> &CStr {
        match self {
            Self::Texts(_) => c"U",
            Self::Floats(..) => c"g",
            Self::Ints(..) => c"l",
            Self::Times(..) => c"tsu:UTC",
            Self::Bools(..) => c"b",
            Self::Lists(_) => c"+L",
            Self::Handed(_, format) => format,
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Texts(texts) => texts.len(),
            Self::Floats(_, validity)
            | Self::Ints(_, validity)
            | Self::Times(_, validity)
            | Self::Bools(_, validity) => validity.length,
            Self::Lists(lists) => lists.validity.length,
            Self::Handed(array, _) => array.0.length as usize,
        }
    }

    fn into_array(self) -> abi::ArrowArray {
        match self {
            Self::Texts(texts) => text_array(texts),
            Self::Floats(values, validity) => flat_array(values, validity),
            Self::Ints(values, validity) | Self::Times(values, validity) => flat_array(values, validity),
            Self::Bools(values, validity) => flat_array(values.bytes, validity),
            Self::Lists(Lists { offsets, items, validity }) => {
                array(validity, &[pointer(&offsets)], vec![text_array(items)], Box::new(offsets))
            }
            Self::Handed(mut handed, _) => std::mem::replace(&mut handed.0, abi::ArrowArray::empty()),
        }
    }
}

fn pointer<T>(values: &[T]) -> *const c_void {
    values.as_ptr().cast()
}

fn flat_array<T: 'static>(values: Vec<T>, validity: Bits) -> abi::ArrowArray {
    array(validity, &[pointer(&values)], Vec::new(), Box::new(values))
}

fn text_array(texts: Texts) -> abi::ArrowArray {
    let Texts { offsets, data, validity } = texts;
    array(validity, &[pointer(&offsets), pointer(&data)], Vec::new(), Box::new((offsets, data)))
}

/// What stands behind an exported array.
struct HeldArray {
    buffers: Vec<*const c_void>,
    children: Vec<*mut abi::ArrowArray>,
    /// What `buffers` points into.
    memory: Box<dyn Any>,
}

fn array(
    validity: Bits,
    buffers: &[*const c_void],
    children: Vec<abi::ArrowArray>,
    memory: Box<dyn Any>,
) -> abi::ArrowArray {
    let (length, null_count) = (validity.length as i64, validity.zeros as i64);
    let bitmap = if validity.zeros == 0 { ptr::null() } else { pointer(&validity.bytes) };
    let mut held = Box::new(HeldArray {
        buffers: [&[bitmap], buffers].concat(),
        children: children.into_iter().map(|child| Box::into_raw(Box::new(child))).collect(),
        memory: Box::new((validity, memory)),
    });
    abi::ArrowArray {
        length,
        null_count,
        offset: 0,
        n_buffers: held.buffers.len() as i64,
        n_children: held.children.len() as i64,
        buffers: held.buffers.as_mut_ptr(),
        children: held.children.as_mut_ptr(),
        dictionary: ptr::null_mut(),
        release: Some(release_array),
        private_data: Box::into_raw(held).cast(),
    }
}

unsafe extern "C" fn release_array(array: *mut abi::ArrowArray) {
    // SAFETY: by Arrow's contract called once, with an array of ours
    let array = unsafe { &mut *array };
    // SAFETY: the box of `array`
    let held = unsafe { Box::from_raw(array.private_data.cast::<HeldArray>()) };
    array.release = None;
    for child in held.children {
        // SAFETY: the boxes of `array`; a child that was moved out is an empty struct by now
        drop(Array(*unsafe { Box::from_raw(child) }));
    }
    drop(held.memory);
}

/// A struct batch of these columns, which are equally long.
pub(crate) fn batch(columns: Vec<Column>) -> abi::ArrowArray {
    let length = columns.first().map_or(0, |column| column.values.len());
    let children = columns.into_iter().map(|column| column.values.into_array()).collect();
    array(Bits::ones(length), &[], children, Box::new(()))
}

/// Name and Arrow format of a column.
pub(crate) type FieldType = (Cow<'static, CStr>, CString);

/// What stands behind an exported schema.
struct HeldSchema {
    format: CString,
    name: Cow<'static, CStr>,
    children: Vec<*mut abi::ArrowSchema>,
}

/// The schema of struct batches with these columns.
pub(crate) fn schema(columns: &[FieldType]) -> abi::ArrowSchema {
    let children = columns.iter().map(|(name, format)| match format.as_bytes() {
        b"+L" => field(name.clone(), format, vec![field(Cow::Borrowed(c"item"), c"U", Vec::new())]),
        _ => field(name.clone(), format, Vec::new()),
    });
    let mut root = field(Cow::Borrowed(c""), c"+s", children.collect());
    root.flags = 0;
    root
}

fn field(name: Cow<'static, CStr>, format: &CStr, children: Vec<abi::ArrowSchema>) -> abi::ArrowSchema {
    let mut held = Box::new(HeldSchema {
        format: format.to_owned(),
        name,
        children: children.into_iter().map(|child| Box::into_raw(Box::new(child))).collect(),
    });
    abi::ArrowSchema {
        format: held.format.as_ptr(),
        name: held.name.as_ptr(),
        metadata: ptr::null(),
        flags: abi::FLAG_NULLABLE,
        n_children: held.children.len() as i64,
        children: held.children.as_mut_ptr(),
        dictionary: ptr::null_mut(),
        release: Some(release_schema),
        private_data: Box::into_raw(held).cast(),
    }
}

unsafe extern "C" fn release_schema(schema: *mut abi::ArrowSchema) {
    // SAFETY: by Arrow's contract called once, with a schema of ours
    let schema = unsafe { &mut *schema };
    // SAFETY: the box of `schema`
    let held = unsafe { Box::from_raw(schema.private_data.cast::<HeldSchema>()) };
    schema.release = None;
    for child in held.children {
        // SAFETY: the boxes of `schema`; a child that was moved out is an empty struct by now
        let mut child = *unsafe { Box::from_raw(child) };
        if let Some(release) = child.release {
            // SAFETY: not released or moved
            unsafe { release(&raw mut child) }
        }
    }
}
