//! Dense codes for strings, without an allocation per row.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

const FOLD: u64 = 0x9E37_79B9_7F4A_7C15;
/// Longer strings do not fit into one packed number.
const MAX_PACKED: usize = 15;
/// What stands for a long string among the packed ones.
const LONG: u128 = 0;

fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

/// A hash of bytes that is the same on every machine and in every version of this program.
///
/// Eight bytes at a time, each folded by a 128-bit product. Not cryptographic: dictionaries compare the
/// strings themselves.
pub(crate) fn stable_hash(bytes: &[u8], seed: u64) -> u64 {
    let mut state = seed ^ FOLD.wrapping_mul(bytes.len() as u64 + 1);
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        state = fold(state ^ u64::from_le_bytes(*word), 0xD6E8_FEB8_6659_FD93);
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    fold(fold(state ^ u64::from_le_bytes(last), FOLD) ^ FOLD, 0xBF58_476D_1CE4_E5B9)
}

/// A short string as one number, its length + 1 in the highest byte.
fn pack(bytes: &[u8]) -> u128 {
    if bytes.len() > MAX_PACKED {
        return LONG;
    }
    let mut packed = [0; 16];
    packed[..bytes.len()].copy_from_slice(bytes);
    packed[MAX_PACKED] = bytes.len() as u8 + 1;
    u128::from_le_bytes(packed)
}

/// Part of the hash and the code: what a lookup reads first, in one cache line.
#[derive(Clone, Copy)]
struct Slot {
    tag: u32,
    code: u32,
}

/// Codes in order of first appearance; the strings stay where they are.
#[derive(Default)]
pub(crate) struct Dictionary<'a> {
    table: HashTable<Slot>,
    packed: Vec<u128>,
    pub(crate) keys: Vec<&'a str>,
    pub(crate) hashes: Vec<u64>,
}

impl<'a> Dictionary<'a> {
    pub(crate) fn code(&mut self, key: &'a str) -> u32 {
        let hash = stable_hash(key.as_bytes(), 0);
        let (tag, short) = (hash as u32, pack(key.as_bytes()));
        let (keys, packed, hashes) = (&mut self.keys, &mut self.packed, &mut self.hashes);
        let same = |slot: &Slot| {
            let code = slot.code as usize;
            slot.tag == tag && packed[code] == short && (short != LONG || keys[code] == key)
        };
        match self.table.entry(hash, same, |slot| hashes[slot.code as usize]) {
            Entry::Occupied(found) => found.get().code,
            Entry::Vacant(free) => {
                let code = keys.len() as u32;
                free.insert(Slot { tag, code });
                packed.push(short);
                keys.push(key);
                hashes.push(hash);
                code
            }
        }
    }

    /// New codes in ascending byte order: the sorted strings, their hashes, and the new code of each old one.
    pub(crate) fn sorted(self) -> Sorted {
        let mut order: Vec<u32> = (0..self.keys.len() as u32).collect();
        order.sort_unstable_by_key(|&code| self.keys[code as usize].as_bytes());
        let mut rank = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            rank[old as usize] = new as u32;
        }
        Sorted {
            names: order.iter().map(|&old| self.keys[old as usize].to_owned()).collect(),
            hashes: order.iter().map(|&old| self.hashes[old as usize]).collect(),
            rank,
        }
    }
}

/// A dictionary whose code order is id order.
pub(crate) struct Sorted {
    pub(crate) names: Vec<String>,
    pub(crate) hashes: Vec<u64>,
    pub(crate) rank: Vec<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_follow_first_appearance_and_ranks_follow_bytes() {
        let mut dictionary = Dictionary::default();
        let codes: Vec<u32> = ["b", "a", "b", "", "Z"].into_iter().map(|key| dictionary.code(key)).collect();
        assert_eq!(codes, [0, 1, 0, 2, 3]);
        let sorted = dictionary.sorted();
        assert_eq!(sorted.names, ["", "Z", "a", "b"]);
        assert_eq!(sorted.rank, [3, 2, 0, 1]);
    }

    #[test]
    fn strings_that_differ_in_length_or_tail_hash_apart() {
        let texts = ["", "\0", "\0\0", "abcdefgh", "abcdefgh\0", "abcdefgi", "hgfedcba"];
        let mut hashes: Vec<u64> = texts.iter().map(|text| stable_hash(text.as_bytes(), 0)).collect();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), texts.len());
    }
}
