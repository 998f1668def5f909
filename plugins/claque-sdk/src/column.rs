//! Columns of a batch, read in place: strings in all of Arrow's layouts, numbers, bits. Null is `None`.

use claque_abi as abi;
use std::ffi::CStr;

fn format(schema: &abi::ArrowSchema) -> &[u8] {
    // SAFETY: by Arrow's contract a NUL-terminated string
    unsafe { CStr::from_ptr(schema.format) }.to_bytes()
}

/// The buffer as an array of `T`.
fn buffer<T>(array: &abi::ArrowArray, i: usize) -> *const T {
    // SAFETY: callers ask for buffers that the array's layout has
    unsafe { *array.buffers.add(i) }.cast()
}

/// Bit `i` of a packed buffer.
///
/// # Safety
/// The buffer holds more than `i` bits.
unsafe fn bit(bits: *const u8, i: usize) -> bool {
    // SAFETY: as above
    unsafe { *bits.add(i / 8) >> (i % 8) & 1 == 1 }
}

fn is_valid(array: &abi::ArrowArray, i: usize) -> bool {
    let bits = buffer::<u8>(array, 0);
    // SAFETY: callers stay below the length, and the bitmap covers offset + length
    bits.is_null() || unsafe { bit(bits, array.offset as usize + i) }
}

/// One value of a buffer, wherever it is aligned.
///
/// # Safety
/// The buffer holds more than `i` values.
unsafe fn value<T: Copy>(values: *const T, i: usize) -> T {
    // SAFETY: as above
    unsafe { values.add(i).read_unaligned() }
}

#[derive(Clone, Copy)]
enum Layout {
    View,
    Utf8,
    LargeUtf8,
}

impl Layout {
    fn of(schema: &abi::ArrowSchema) -> Option<Self> {
        match format(schema) {
            b"vu" => Some(Self::View),
            b"u" => Some(Self::Utf8),
            b"U" => Some(Self::LargeUtf8),
            _ => None,
        }
    }

    /// Element `i` of an array of this layout; nulls are not looked at.
    fn text(self, array: &abi::ArrowArray, i: usize) -> &str {
        let k = array.offset as usize + i;
        // SAFETY: the host checked the array, `i` is below its length, and text in Arrow is UTF-8
        unsafe {
            let bytes = match self {
                Self::View => view(array, k),
                Self::Utf8 => {
                    let offsets = buffer::<i32>(array, 1);
                    between(array, value(offsets, k) as usize, value(offsets, k + 1) as usize)
                }
                Self::LargeUtf8 => {
                    let offsets = buffer::<i64>(array, 1);
                    between(array, value(offsets, k) as usize, value(offsets, k + 1) as usize)
                }
            };
            std::str::from_utf8_unchecked(bytes)
        }
    }
}

/// # Safety
/// `from..to` lies inside the third buffer.
unsafe fn between(array: &abi::ArrowArray, from: usize, to: usize) -> &[u8] {
    if from == to {
        return &[];
    }
    // SAFETY: as above
    unsafe { std::slice::from_raw_parts(buffer::<u8>(array, 2).add(from), to - from) }
}

/// A view of 16 bytes: the length, then up to 12 bytes of text, or prefix, buffer and offset.
///
/// # Safety
/// `k` is a row of the array, counted from the start of its buffers.
unsafe fn view(array: &abi::ArrowArray, k: usize) -> &[u8] {
    // SAFETY: as above
    unsafe {
        let view = buffer::<[u32; 4]>(array, 1).add(k);
        let [length, _, index, offset] = view.read_unaligned().map(|word| word as usize);
        let start = if length <= 12 { view.cast::<u8>().add(4) } else { buffer::<u8>(array, 2 + index).add(offset) };
        std::slice::from_raw_parts(start, length)
    }
}

/// A column of strings.
#[derive(Clone, Copy)]
pub struct Strings<'a> {
    array: &'a abi::ArrowArray,
    layout: Layout,
    /// Keys and values, when the strings lie in a dictionary.
    dictionary: Option<(u8, &'a abi::ArrowArray)>,
}

// SAFETY: by Arrow's contract buffers are read-only for the consumer
unsafe impl Send for Strings<'_> {}
// SAFETY: as above
unsafe impl Sync for Strings<'_> {}

impl<'a> Strings<'a> {
    pub(crate) fn new(schema: &'a abi::ArrowSchema, array: &'a abi::ArrowArray) -> Option<Self> {
        if schema.dictionary.is_null() {
            return Some(Self { array, layout: Layout::of(schema)?, dictionary: None });
        }
        // SAFETY: not NULL, and by Arrow's contract alive while its owner is
        let (values_schema, values) = unsafe { (&*schema.dictionary, &*array.dictionary) };
        let [keys @ (b'c' | b'C' | b's' | b'S' | b'i' | b'I' | b'l' | b'L')] = *format(schema) else { return None };
        Some(Self { array, layout: Layout::of(values_schema)?, dictionary: Some((keys, values)) })
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.array.length as usize
    }

    /// No rows?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The text in row `i`.
    ///
    /// # Panics
    /// `i` is not a row of the batch.
    #[must_use]
    pub fn get(&self, i: usize) -> Option<&'a str> {
        assert!(i < self.len(), "row {i} of a batch of {}", self.len());
        if !is_valid(self.array, i) {
            return None;
        }
        let Some((keys, values)) = self.dictionary else { return Some(self.layout.text(self.array, i)) };
        let k = self.array.offset as usize + i;
        // SAFETY: `k` is a row of the keys, whose width the format says
        let key = unsafe {
            match keys {
                b'c' => value(buffer::<i8>(self.array, 1), k) as usize,
                b'C' => usize::from(value(buffer::<u8>(self.array, 1), k)),
                b's' => value(buffer::<i16>(self.array, 1), k) as usize,
                b'S' => usize::from(value(buffer::<u16>(self.array, 1), k)),
                b'i' => value(buffer::<i32>(self.array, 1), k) as usize,
                b'I' => value(buffer::<u32>(self.array, 1), k) as usize,
                _ => value(buffer::<u64>(self.array, 1), k) as usize,
            }
        };
        assert!(key < values.length as usize, "dictionary key {key} of {}", values.length);
        is_valid(values, key).then(|| self.layout.text(values, key))
    }

    /// All rows in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<&'a str>> + use<'a> {
        let column = *self;
        (0..column.len()).map(move |i| column.get(i))
    }
}

/// A column of 64-bit values.
macro_rules! values {
    ($(#[$doc:meta])* $name:ident, $type:ty, $formats:pat) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name<'a>(&'a abi::ArrowArray);

        // SAFETY: by Arrow's contract buffers are read-only for the consumer
        unsafe impl Send for $name<'_> {}
        // SAFETY: as above
        unsafe impl Sync for $name<'_> {}

        impl<'a> $name<'a> {
            pub(crate) fn new(schema: &abi::ArrowSchema, array: &'a abi::ArrowArray) -> Option<Self> {
                (schema.dictionary.is_null() && matches!(format(schema), $formats)).then_some(Self(array))
            }

            /// Number of rows.
            #[must_use]
            pub fn len(&self) -> usize {
                self.0.length as usize
            }

            /// No rows?
            #[must_use]
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }

            /// The value in row `i`.
            ///
            /// # Panics
            /// `i` is not a row of the batch.
            #[must_use]
            pub fn get(&self, i: usize) -> Option<$type> {
                assert!(i < self.len(), "row {i} of a batch of {}", self.len());
                // SAFETY: `i` is a row, and the format says that this is the type of the values
                is_valid(self.0, i).then(|| unsafe { Self::at(self.0, self.0.offset as usize + i) })
            }

            /// All rows in order.
            pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<$type>> + use<'a> {
                let column = *self;
                (0..column.len()).map(move |i| column.get(i))
            }
        }
    };
}

values!(
    /// A column of whole numbers or times.
    Ints, i64, b"l" | b"tsu:UTC" | b"tDu"
);
values!(
    /// A column of floats.
    Floats, f64, b"g"
);
values!(
    /// A column of truth values.
    Bools, bool, b"b"
);

impl Ints<'_> {
    /// # Safety
    /// `k` is a row, counted from the start of the buffer.
    unsafe fn at(array: &abi::ArrowArray, k: usize) -> i64 {
        // SAFETY: as above
        unsafe { value(buffer::<i64>(array, 1), k) }
    }
}

impl Floats<'_> {
    /// # Safety
    /// `k` is a row, counted from the start of the buffer.
    unsafe fn at(array: &abi::ArrowArray, k: usize) -> f64 {
        // SAFETY: as above
        unsafe { value(buffer::<f64>(array, 1), k) }
    }
}

impl Bools<'_> {
    /// # Safety
    /// `k` is a row, counted from the start of the buffer.
    unsafe fn at(array: &abi::ArrowArray, k: usize) -> bool {
        // SAFETY: as above
        unsafe { bit(buffer::<u8>(array, 1), k) }
    }
}

/// A column of lists of strings, as shapes have it; tests read it back.
pub(crate) struct Lists<'a> {
    array: &'a abi::ArrowArray,
    items: Strings<'a>,
}

impl<'a> Lists<'a> {
    pub(crate) fn new(schema: &'a abi::ArrowSchema, array: &'a abi::ArrowArray) -> Option<Self> {
        // SAFETY: by Arrow's contract a list has one child in schema and array
        let items = (format(schema) == b"+L").then(|| unsafe { Strings::new(&**schema.children, &**array.children) });
        Some(Self { array, items: items.flatten()? })
    }

    pub(crate) fn get(&self, i: usize) -> Option<Vec<&'a str>> {
        let offsets = buffer::<i64>(self.array, 1);
        let k = self.array.offset as usize + i;
        // SAFETY: callers stay below the length, and there is one more offset than rows
        let range = unsafe { value(offsets, k) as usize..value(offsets, k + 1) as usize };
        is_valid(self.array, i).then(|| range.filter_map(|k| self.items.get(k)).collect())
    }
}
