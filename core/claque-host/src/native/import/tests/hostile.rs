//! Streams made from bytes: columns of a shape, of which now and then a length, an offset, a count, a format, a
//! buffer or what stands in it is a lie. The same bytes make the same stream, so that a fuzzer can steer.
//!
//! One lie is left out, since nobody can find it: a buffer shorter than its array claims. Every buffer here has
//! [`ROOM`] for whatever the numbers beside it ask for, unless they ask for what is refused unread.

use super::raw::{Array, Batch, Produced};
use claque_model::Shape;

/// Bytes of every buffer.
const ROOM: usize = 8192;
/// Bytes below it are texts.
const ASCII: usize = 128;
/// Rows, and rows before the first one.
const MOST: usize = 100;
/// Buffers that every array really has, for counts that are too high.
const BUFFERS: usize = 8;
/// What a column may claim to be whatever it is. Not `u`, `U` and lists: bytes of something else, read as offsets,
/// would ask for more than any room.
const FORMATS: [&str; 22] = [
    "vu",
    "c",
    "C",
    "s",
    "S",
    "i",
    "I",
    "l",
    "L",
    "f",
    "g",
    "tsu:UTC",
    "tss:UTC",
    "tsn:UTC",
    "tsu:",
    "tsu:Europe/Berlin",
    "+s",
    "+w:4",
    "b",
    "n",
    "",
    "vz",
];
const NUMBERS: [(&str, usize); 10] =
    [("c", 1), ("C", 1), ("s", 2), ("S", 2), ("i", 4), ("I", 4), ("l", 8), ("L", 8), ("f", 4), ("g", 8)];
const TIMES: [&str; 4] = ["tsu:UTC", "tss:UTC", "tsm:UTC", "tsn:UTC"];
const LIES: [i64; 8] = [-1, -2, i64::MIN, i64::MAX, i64::MAX / 16, 1 << 40, 0, 1];

/// Choices taken from bytes; when they run out, always the first.
struct Choices<'a>(&'a [u8]);

impl Choices<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn below(&mut self, n: usize) -> usize {
        usize::from(self.byte()) % n
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// A full buffer: a few chosen bytes below `end` over and over; now and then one is any byte.
    fn bytes(&mut self, end: usize) -> Vec<u8> {
        let pattern: Vec<u8> = (0..=self.below(8)).map(|_| self.below(end) as u8).collect();
        let mut bytes: Vec<u8> = pattern.iter().copied().cycle().take(ROOM).collect();
        if self.one_in(8) {
            let at = self.below(256) * 3;
            bytes[at] = self.byte();
        }
        bytes
    }
}

/// A shape, and a stream that claims to have it.
pub(crate) fn stream(bytes: &[u8]) -> (Shape, Produced) {
    let mut choices = Choices(bytes);
    let shape = choices.pick(&[Shape::Traces, Shape::Marks, Shape::Rates, Shape::Statistics]);
    let mut names = names(shape).to_vec();
    match choices.below(16) {
        13 => names.truncate(2),
        14 => names.push("post_id"),
        15 => names[0] = "nowhere",
        _ => {}
    }
    let mut types = Vec::new();
    let batches: Vec<Batch> = (0..=choices.below(3)).map(|_| batch(&mut choices, &names, &mut types)).collect();
    (shape, Produced::new(types, batches))
}

fn names(shape: Shape) -> &'static [&'static str] {
    match shape {
        Shape::Traces => &["account_id", "object", "at", "post_id"],
        Shape::Marks => &["post_id", "value", "note"],
        Shape::Rates => &["account_id", "hits", "total", "post_ids"],
        Shape::Statistics => &["cluster_id", "value", "post_ids"],
    }
}

/// One batch; the first one also decides the types, which the others may break.
fn batch(choices: &mut Choices, names: &[&'static str], types: &mut Vec<(&'static str, &'static str)>) -> Batch {
    let rows = choices.below(MOST);
    let is_first = types.is_empty();
    let mut columns = Vec::new();
    for (i, name) in names.iter().enumerate() {
        // a later batch is laid out as the first one: anything else would be a buffer that is too short
        let known = types.get(i).filter(|_| !is_first).map(|(_, format)| *format);
        let (format, array) = column(choices, name, rows, known);
        if is_first {
            types.push((name, if choices.one_in(64) { choices.pick(&FORMATS) } else { format }));
        }
        columns.push(array);
    }
    let mut batch = Batch::of(columns);
    match choices.below(32) {
        30 => batch.length = choices.pick(&LIES),
        31 => batch.offset = choices.pick(&LIES),
        29 => batch.null_count = choices.pick(&LIES),
        28 => {
            batch.null_count = -1;
            batch.bitmap = Some(choices.bytes(256));
        }
        _ => {}
    }
    batch
}

fn column(choices: &mut Choices, name: &str, rows: usize, known: Option<&'static str>) -> (&'static str, Array) {
    let format = known.unwrap_or_else(|| match name {
        "value" | "hits" | "total" => choices.pick(&NUMBERS).0,
        "at" => choices.pick(&TIMES),
        "post_ids" => choices.pick(&["+l", "+L"]),
        _ => choices.pick(&["vu", "u", "U", "S"]),
    });
    let array = match format {
        "vu" => views(choices, rows),
        "u" => texts::<4>(choices, rows),
        "U" => texts::<8>(choices, rows),
        "+l" => lists::<4>(choices, rows),
        "+L" => lists::<8>(choices, rows),
        // names that are no numbers have keys of a dictionary
        _ if !matches!(name, "value" | "hits" | "total" | "at") => {
            let words = texts::<8>(choices, MOST);
            keys(choices, rows).with_dictionary("U", words)
        }
        _ => plain(choices, rows),
    };
    (format, array)
}

fn plain(choices: &mut Choices, rows: usize) -> Array {
    let values = choices.bytes(256);
    finished(choices, rows, vec![values])
}

/// Keys of 16 bits, of which the first [`MOST`] have words.
fn keys(choices: &mut Choices, rows: usize) -> Array {
    let mut keys = choices.bytes(MOST);
    for key in keys.chunks_exact_mut(2).skip(choices.below(256)) {
        key[1] = 0;
    }
    finished(choices, rows, vec![keys])
}

/// Offsets of `WIDTH` bytes that rise, or nearly so, up to what the room allows.
fn offsets<const WIDTH: usize>(choices: &mut Choices) -> Vec<u8> {
    let step = choices.below(ROOM / (2 * MOST + 2));
    let mut bytes = Vec::with_capacity(ROOM);
    for i in 0..ROOM / WIDTH {
        let offset = (i.min(2 * MOST + 1) * step) as i64;
        bytes.extend(&offset.to_le_bytes()[..WIDTH]);
    }
    if choices.one_in(8) {
        let at = choices.below(2 * MOST) * WIDTH;
        // low bytes, or the sign: never a large end
        bytes[at] = choices.byte();
        if choices.one_in(4) {
            bytes[at + WIDTH - 1] = 0xff;
        }
    }
    bytes
}

fn texts<const WIDTH: usize>(choices: &mut Choices, rows: usize) -> Array {
    let (offsets, data) = (offsets::<WIDTH>(choices), choices.bytes(ASCII));
    finished(choices, rows, vec![offsets, data])
}

/// Views with arbitrary lengths, indices and places, over data buffers of arbitrary sizes that fit.
fn views(choices: &mut Choices, rows: usize) -> Array {
    let (mut views, data) = (choices.bytes(ASCII), choices.below(3));
    for (i, view) in views.chunks_exact_mut(16).enumerate() {
        // choices are few: most texts are empty
        if i % 16 > 0 {
            view.fill(0);
            continue;
        }
        view[1..4].fill(0);
        match choices.below(32) {
            // inside its view, or inside a data buffer; other bytes stay as they are
            0..=23 => view[0] %= 13,
            24..=29 => {
                view[4..].fill(0);
                view[12] = choices.byte();
            }
            _ => view[1..].fill(choices.byte()),
        }
    }
    let mut sizes = vec![0; ROOM];
    for size in sizes.chunks_exact_mut(8).take(data) {
        let chosen = if choices.one_in(32) { -1 } else { 128 + choices.below(256) as i64 };
        size.copy_from_slice(&chosen.to_le_bytes());
    }
    let mut buffers = vec![views];
    buffers.extend((0..data).map(|_| choices.bytes(ASCII)));
    buffers.push(sizes);
    finished(choices, rows, buffers)
}

fn lists<const WIDTH: usize>(choices: &mut Choices, rows: usize) -> Array {
    let offsets = offsets::<WIDTH>(choices);
    let lists = finished(choices, rows, vec![offsets]);
    let items = texts::<8>(choices, MOST);
    lists.with_items("U", items)
}

/// The array with its lies.
fn finished(choices: &mut Choices, rows: usize, buffers: Vec<Vec<u8>>) -> Array {
    let honest = buffers.len() + 1;
    let shift = usize::from(choices.one_in(32));
    let padding = (honest..BUFFERS).map(|_| vec![0; ROOM]);
    let mut array = Array::of_bytes(rows, buffers.into_iter().chain(padding).collect(), shift);
    let nulls = choices.below(4);
    if nulls == 3 {
        array = array.with_bitmap(choices.bytes(256));
    }
    array = array.with_nulls(if nulls == 0 { 0 } else { -1 }, None).with_buffers(honest as i64);
    match choices.below(128) {
        24 => array.with_nulls(choices.pick(&LIES), None),
        25 => array.with_range(choices.pick(&[-1, i64::MIN, i64::MAX, i64::MAX / 16]), rows as i64),
        26 => array.with_range(0, choices.pick(&[-1, i64::MIN, i64::MAX])),
        27 => array.with_range(choices.below(MOST) as i64, rows as i64),
        28 => {
            // not the honest number less one for views: their data would be read as sizes
            let counts: Vec<usize> = (0..4).chain(honest + 1..=array.n_buffers()).collect();
            array.with_buffers(choices.pick(&counts) as i64)
        }
        29 => array.with_buffers(choices.pick(&[-1, i64::MIN])),
        30 => array.without_buffer(1 + choices.below(BUFFERS - 1)),
        _ => array,
    }
}
