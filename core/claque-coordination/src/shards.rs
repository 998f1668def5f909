//! A dictionary of strings that many threads fill at once, cut into shards by hash so that each lookup stays
//! in the cache. What the strings mean is not known here.

use crate::dictionary::stable_hash;
use polars::prelude::StringChunked;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Number of shards: one holds a few thousand strings per million distinct ones.
pub(crate) const SHARDS: usize = 256;
/// Rows that are dealt out at a time: more would only take memory.
const ROWS_AT_ONCE: usize = 1 << 13;
/// Bits of a code below its shard.
const INDEX_BITS: u32 = 24;
/// The code of a missing string.
pub(crate) const MISSING: u32 = u32::MAX;

/// The shard of a code.
#[inline]
pub(crate) fn shard_of(code: u32) -> usize {
    (code >> INDEX_BITS) as usize
}

/// The place of a code inside its shard.
#[inline]
pub(crate) fn index_of(code: u32) -> usize {
    (code & ((1 << INDEX_BITS) - 1)) as usize
}

/// A string on its way to its shard.
#[derive(Clone, Copy, Default)]
struct Head {
    hash: u64,
    row: u32,
    len: u32,
}

/// Buffers of one column of one part, reused from part to part.
#[derive(Default)]
pub(crate) struct Scratch {
    hashes: Vec<u64>,
    heads: Vec<Head>,
    text: Vec<u8>,
}

/// Lookups that are under way at once, so that their waits for memory overlap.
const BLOCK: usize = 32;

/// Part of the hash and the place: what a lookup reads first.
#[derive(Clone, Copy)]
struct Slot {
    tag: u32,
    index: u32,
}

const FREE: Slot = Slot { tag: 0, index: u32::MAX };

#[inline]
fn tag(hash: u64) -> u32 {
    // bits that neither the shard nor the first slot depends on
    (hash >> 24) as u32
}

#[derive(Clone, Copy, Default)]
struct Entry {
    hash: u64,
    start: u32,
    len: u32,
}

impl Entry {
    fn range(self) -> Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }
}

/// The strings of one shard, each once: open addressing with linear probing, at most three quarters full.
#[derive(Default)]
pub(crate) struct Shard {
    slots: Vec<Slot>,
    entries: Vec<Entry>,
    text: Vec<u8>,
}

impl Shard {
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn bytes(&self, index: usize) -> &[u8] {
        &self.text[self.entries[index].range()]
    }

    /// The places of many strings, in three rounds of independent reads: first slot, entry, text.
    fn index_all(&mut self, heads: &[Head], mut text: &[u8], mut found: impl FnMut(u32, u32)) {
        for block in heads.chunks(BLOCK) {
            self.make_room(block.len());
            let mask = self.slots.len() - 1;
            let mut slots = [FREE; BLOCK];
            for (slot, head) in slots.iter_mut().zip(block) {
                *slot = self.slots[head.hash as usize & mask];
            }
            let mut entries = [Entry::default(); BLOCK];
            for ((entry, slot), head) in entries.iter_mut().zip(&slots).zip(block) {
                if slot.index != FREE.index && slot.tag == tag(head.hash) {
                    *entry = self.entries[slot.index as usize];
                }
            }
            for ((entry, slot), head) in entries.iter().zip(&slots).zip(block) {
                let key;
                (key, text) = text.split_at(head.len as usize);
                let index = if entry.hash == head.hash && &self.text[entry.range()] == key {
                    slot.index
                } else {
                    self.index(head.hash, key)
                };
                found(head.row, index);
            }
        }
    }

    fn index(&mut self, hash: u64, key: &[u8]) -> u32 {
        let mask = self.slots.len() - 1;
        let mut place = hash as usize & mask;
        loop {
            let slot = self.slots[place];
            if slot.index == FREE.index {
                break;
            }
            if slot.tag == tag(hash) && self.bytes(slot.index as usize) == key {
                return slot.index;
            }
            place = (place + 1) & mask;
        }
        let index = self.entries.len() as u32;
        self.slots[place] = Slot { tag: tag(hash), index };
        grow(&mut self.entries, 1);
        self.entries.push(Entry { hash, start: self.text.len() as u32, len: key.len() as u32 });
        grow(&mut self.text, key.len());
        self.text.extend_from_slice(key);
        index
    }

    fn make_room(&mut self, more: usize) {
        let wanted = (4 * (self.entries.len() + more) / 3).next_power_of_two();
        if wanted <= self.slots.len() {
            return;
        }
        self.slots.clear();
        self.slots.resize(wanted, FREE);
        let mask = wanted - 1;
        for (index, entry) in self.entries.iter().enumerate() {
            let mut place = entry.hash as usize & mask;
            while self.slots[place].index != FREE.index {
                place = (place + 1) & mask;
            }
            self.slots[place] = Slot { tag: tag(entry.hash), index: index as u32 };
        }
    }
}

/// Room for more, at least a quarter: doubling leaves up to half of the largest tables idle.
fn grow<T>(items: &mut Vec<T>, more: usize) {
    if items.capacity() - items.len() < more {
        items.reserve_exact(more.max(items.len() / 4));
    }
}

/// The dictionary while it is filled. Codes are provisional: which thread came first decides about them.
pub(crate) struct Shards {
    shards: Vec<Mutex<Shard>>,
}

impl Default for Shards {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl Shards {
    /// The code of every row; [`MISSING`] for null and for the empty string. One look at each string, two
    /// streams through the rows, lookups shard by shard. None when a shard has no codes left.
    pub(crate) fn codes(&self, column: &StringChunked, scratch: &mut Scratch, codes: &mut Vec<u32>) -> Option<()> {
        codes.clear();
        codes.resize(column.len(), MISSING);
        for (piece, codes) in codes.chunks_mut(ROWS_AT_ONCE).enumerate() {
            self.look_up(&column.slice((piece * ROWS_AT_ONCE) as i64, codes.len()), scratch, codes)?;
        }
        Some(())
    }

    fn look_up(&self, column: &StringChunked, scratch: &mut Scratch, codes: &mut [u32]) -> Option<()> {
        let sizes = scratch.hash(column);
        let starts = scratch.deal(column, &sizes);
        let mut text = 0;
        for (number, shard) in self.shards.iter().enumerate() {
            let heads = &scratch.heads[starts[number]..starts[number + 1]];
            if heads.is_empty() {
                continue;
            }
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard.index_all(heads, &scratch.text[text..], |row, index| {
                codes[row as usize] = (number as u32) << INDEX_BITS | index;
            });
            text += sizes[number].bytes;
            // the last code of the last shard means missing
            if shard.len() >= 1 << INDEX_BITS || shard.text.len() > u32::MAX as usize {
                return None;
            }
        }
        Some(())
    }

    /// The shards, filled.
    pub(crate) fn into_shards(self) -> Vec<Shard> {
        self.shards.into_iter().map(|shard| shard.into_inner().unwrap_or_else(PoisonError::into_inner)).collect()
    }
}

/// Rows and bytes that a part has for one shard.
#[derive(Clone, Copy, Default)]
struct Size {
    rows: usize,
    bytes: usize,
}

#[inline]
fn shard_of_hash(hash: u64) -> usize {
    (hash >> (u64::BITS - SHARDS.ilog2())) as usize
}

impl Scratch {
    /// Hashes every string; what is missing gets none.
    fn hash(&mut self, column: &StringChunked) -> Vec<Size> {
        let mut sizes = vec![Size::default(); SHARDS];
        self.hashes.clear();
        self.hashes.reserve(column.len());
        for key in column.downcast_iter().flat_map(|chunk| chunk.iter()) {
            let Some(key) = key.filter(|key| !key.is_empty()) else {
                self.hashes.push(0);
                continue;
            };
            let hash = stable_hash(key.as_bytes(), 0);
            self.hashes.push(hash);
            let size = &mut sizes[shard_of_hash(hash)];
            size.rows += 1;
            size.bytes += key.len();
        }
        sizes
    }

    /// Copies the strings next to those of their shard; returns where each shard's heads start.
    fn deal(&mut self, column: &StringChunked, sizes: &[Size]) -> Vec<usize> {
        let mut starts = Vec::with_capacity(SHARDS + 1);
        let mut next = Vec::with_capacity(SHARDS);
        let mut total = Size::default();
        for size in sizes {
            starts.push(total.rows);
            next.push(total);
            total = Size { rows: total.rows + size.rows, bytes: total.bytes + size.bytes };
        }
        starts.push(total.rows);
        self.heads.resize(total.rows, Head::default());
        self.text.resize(total.bytes, 0);
        let keys = column.downcast_iter().flat_map(|chunk| chunk.iter());
        for (row, (key, &hash)) in keys.zip(&self.hashes).enumerate() {
            let Some(key) = key.filter(|key| !key.is_empty()) else { continue };
            let place = &mut next[shard_of_hash(hash)];
            self.heads[place.rows] = Head { hash, row: row as u32, len: key.len() as u32 };
            self.text[place.bytes..place.bytes + key.len()].copy_from_slice(key.as_bytes());
            place.rows += 1;
            place.bytes += key.len();
        }
        starts
    }
}

/// Final codes of provisional ones.
pub(crate) struct Ranks {
    by_shard: Vec<Vec<u32>>,
}

impl Ranks {
    #[inline]
    pub(crate) fn of(&self, code: u32) -> u32 {
        self.by_shard[shard_of(code)][index_of(code)]
    }

    pub(crate) fn shard(&self, number: usize) -> &[u32] {
        &self.by_shard[number]
    }
}

/// Ranks by hash, shard by shard: an order that knows neither threads nor rows. Also the hashes in that order.
pub(crate) fn rank_by_hash(shards: &[Shard]) -> (Ranks, Vec<Vec<u64>>) {
    let ranked = shards.par_iter().map(|shard| {
        let mut order: Vec<u32> = (0..shard.len() as u32).collect();
        let key = |index: u32| (shard.entries[index as usize].hash, shard.bytes(index as usize));
        order.sort_unstable_by(|&x, &y| key(x).cmp(&key(y)));
        (inverse(&order), order.iter().map(|&index| shard.entries[index as usize].hash).collect())
    });
    let (by_shard, hashes): (Vec<Vec<u32>>, Vec<Vec<u64>>) = ranked.collect::<Vec<_>>().into_iter().unzip();
    (Ranks { by_shard }, hashes)
}

fn inverse(order: &[u32]) -> Vec<u32> {
    let mut rank = vec![0; order.len()];
    for (new, &old) in order.iter().enumerate() {
        rank[old as usize] = new as u32;
    }
    rank
}

/// Strings by code, in one piece of memory.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    text: String,
    ends: Vec<usize>,
}

impl Ids {
    /// Number of strings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Is there none?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The string of a code; the empty string for a code that is none.
    #[must_use]
    pub fn get(&self, code: u32) -> &str {
        let Some(&end) = self.ends.get(code as usize) else { return "" };
        let start = if code == 0 { 0 } else { self.ends[code as usize - 1] };
        self.text.get(start..end).unwrap_or_default()
    }

    /// All strings by code.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).map(|code| self.get(code))
    }
}

/// Ranks by the bytes of the strings, and the strings in that order.
pub(crate) fn rank_by_bytes(shards: &[Shard]) -> (Ranks, Ids) {
    let bytes = |code: u32| shards[shard_of(code)].bytes(index_of(code));
    let codes = shards.iter().enumerate();
    let codes =
        codes.flat_map(|(number, shard)| (0..shard.len() as u32).map(move |i| (number as u32) << INDEX_BITS | i));
    let codes: Vec<u32> = codes.collect();
    let common = common_prefix(&codes, bytes);
    // eight bytes decide nearly every comparison without a look at the strings
    let mut order: Vec<(u64, u32)> = codes.par_iter().map(|&code| (prefix(&bytes(code)[common..]), code)).collect();
    order.par_sort_unstable_by(|x, y| x.0.cmp(&y.0).then_with(|| bytes(x.1).cmp(bytes(y.1))));
    let mut text = String::with_capacity(shards.iter().map(|shard| shard.text.len()).sum());
    let mut ends = Vec::with_capacity(order.len());
    let mut by_shard: Vec<Vec<u32>> = shards.iter().map(|shard| vec![0; shard.len()]).collect();
    for (rank, &(_, code)) in order.iter().enumerate() {
        by_shard[shard_of(code)][index_of(code)] = rank as u32;
        // they came as strings
        text.push_str(std::str::from_utf8(bytes(code)).unwrap_or_default());
        ends.push(text.len());
    }
    (Ranks { by_shard }, Ids { text, ends })
}

/// Length of what all strings begin with.
fn common_prefix<'a>(codes: &[u32], bytes: impl Fn(u32) -> &'a [u8]) -> usize {
    let Some(first) = codes.first().map(|&code| bytes(code)) else { return 0 };
    codes
        .iter()
        .fold(first.len(), |common, &code| first[..common].iter().zip(bytes(code)).take_while(|(x, y)| x == y).count())
}

/// The first eight bytes as a number whose order is that of the bytes.
fn prefix(bytes: &[u8]) -> u64 {
    let mut word = [0; 8];
    let n = bytes.len().min(8);
    word[..n].copy_from_slice(&bytes[..n]);
    u64::from_be_bytes(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(columns: &[&[Option<&str>]]) -> (Vec<Vec<u32>>, Vec<Shard>) {
        let shards = Shards::default();
        let codes = columns.iter().map(|column| {
            let column = column.iter().copied().collect::<StringChunked>();
            let mut codes = Vec::new();
            shards.codes(&column, &mut Scratch::default(), &mut codes).expect("few strings");
            codes
        });
        let codes = codes.collect();
        (codes, shards.into_shards())
    }

    #[test]
    fn equal_strings_of_different_parts_get_equal_codes_and_missing_ones_none() {
        let (codes, shards) = filled(&[&[Some("b"), None, Some("a")], &[Some("a"), Some(""), Some("b"), Some("a")]]);
        assert_eq!(codes[0], [codes[1][2], MISSING, codes[1][0]]);
        assert_eq!(codes[1][1], MISSING);
        assert_eq!(codes[1][3], codes[1][0]);
        assert_eq!(shards.iter().map(Shard::len).sum::<usize>(), 2);
    }

    #[test]
    fn ranks_follow_the_bytes_also_behind_a_long_common_prefix() {
        let words = ["acct_100000001", "acct_10000000", "acct_100000002", "acct_1000000010", "acct_10000000\0"];
        let (codes, shards) = filled(&[&words.map(Some)]);
        let (ranks, ids) = rank_by_bytes(&shards);
        let mut sorted = words.to_vec();
        sorted.sort_unstable();
        assert_eq!(ids.iter().collect::<Vec<_>>(), sorted);
        for (word, &code) in words.iter().zip(&codes[0]) {
            assert_eq!(ids.get(ranks.of(code)), *word);
        }
    }

    #[test]
    fn the_order_by_hash_does_not_know_the_order_of_rows() {
        let hashes = |words: &[Option<&str>]| rank_by_hash(&filled(&[words]).1).1.concat();
        assert_eq!(hashes(&[Some("x"), Some("y"), Some("z")]), hashes(&[Some("z"), Some("x"), Some("y"), Some("x")]));
    }
}
