//! MinHash: a sketch of fixed size whose equal lanes estimate the Jaccard index of two texts.

use super::shingles::shingles_into;
use claque_graph::mix;

/// Permutations.
pub(crate) const LANES: usize = 128;
/// Lanes worked on at once: their minima stay in registers.
const BLOCK: usize = 16;

/// The lowest 16 bits of each permutation's smallest value (b-bit minwise hashing: Li and König 2010,
/// 10.1145/1772690.1772759): 256 bytes a text. Two different minima agree by accident in 1 of 65,536 lanes.
pub(crate) type Sketch = [u16; LANES];

/// One permutation per lane: shingle hash (low, high) to `low · factor + high` mod 2³². The shingle hashes are
/// mixed, so that every lane alone is a random order; two lanes are pairwise independent.
pub(crate) struct Permutations([u32; LANES]);

impl Permutations {
    pub(crate) fn new() -> Self {
        Self(std::array::from_fn(|lane| mix(lane as u64 ^ 0x7465_7874) as u32 | 1))
    }

    /// The sketch of a text; `hashes` is scratch. O(shingles · lanes), any length.
    pub(crate) fn sketch(&self, text: &str, hashes: &mut Vec<u64>) -> Sketch {
        shingles_into(text, hashes);
        self.of_shingles(hashes)
    }

    pub(crate) fn of_shingles(&self, hashes: &[u64]) -> Sketch {
        let mut sketch = [0; LANES];
        for (factors, out) in self.0.as_chunks::<BLOCK>().0.iter().zip(sketch.as_chunks_mut::<BLOCK>().0) {
            let mut least = [u32::MAX; BLOCK];
            for &hash in hashes {
                let (low, high) = (hash as u32, (hash >> 32) as u32);
                for (least, &factor) in least.iter_mut().zip(factors) {
                    *least = (*least).min(low.wrapping_mul(factor).wrapping_add(high));
                }
            }
            *out = least.map(|least| (least ^ least >> 16) as u16);
        }
        sketch
    }
}

/// Lanes in which two sketches agree; over [`LANES`] it estimates the Jaccard index J with standard error
/// √(J (1 − J) / 128) ≤ 0.044.
pub(crate) fn agreeing(a: &Sketch, b: &Sketch) -> u16 {
    a.iter().zip(b).map(|(a, b)| u16::from(a == b)).sum()
}
