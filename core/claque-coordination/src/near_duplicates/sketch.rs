//! MinHash: a sketch of fixed size whose equal lanes estimate the Jaccard index of two texts.

use super::shingles::shingles_into;
use claque_graph::mix;

/// Permutations.
pub(crate) const LANES: usize = 192;
/// Lanes worked on at once: their minima stay in registers.
const BLOCK: usize = 16;

/// The lowest 16 bits of each permutation's smallest value (b-bit minwise hashing: Li and König 2010,
/// 10.1145/1772690.1772759): 384 bytes a text. Two different minima agree by accident in 1 of 65,536 lanes.
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
/// √(J (1 − J) / 192) ≤ 0.036.
pub(crate) fn agreeing(a: &Sketch, b: &Sketch) -> u16 {
    a.iter().zip(b).map(|(a, b)| u16::from(a == b)).sum()
}

#[cfg(test)]
mod tests {
    use super::super::candidates::{BANDS, ROWS};
    use super::*;

    /// Two sets of `each` hashes of which `common` are the same.
    fn sets(each: u64, common: u64, seed: u64) -> [Vec<u64>; 2] {
        let hash = |n: u64| mix(n ^ mix(seed));
        [(0..each).map(hash).collect(), (each - common..2 * each - common).map(hash).collect()]
    }

    #[test]
    fn the_share_of_agreeing_lanes_estimates_the_index() {
        let permutations = Permutations::new();
        for (each, common) in [(100, 10), (100, 40), (60, 45), (300, 280), (12, 6)] {
            let expected = common as f64 / (2 * each - common) as f64;
            let runs = 400;
            let estimates: Vec<f64> = (0..runs)
                .map(|seed| {
                    let [a, b] = sets(each, common, seed).map(|set| permutations.of_shingles(&set));
                    f64::from(agreeing(&a, &b)) / LANES as f64
                })
                .collect();
            let mean = estimates.iter().sum::<f64>() / runs as f64;
            let error = (expected * (1.0 - expected) / LANES as f64).sqrt();
            let spread = (estimates.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / (runs - 1) as f64).sqrt();
            // four standard errors of the mean; the spread is that of independent lanes
            assert!((mean - expected).abs() < 4.0 * error / (runs as f64).sqrt(), "{mean} for {expected}");
            assert!((0.8..1.2).contains(&(spread / error)), "{each} {common}: spread {spread}, expected {error}");
        }
    }

    #[test]
    fn bands_find_pairs_as_often_as_independent_lanes_would() {
        // 1 − (1 − J³)⁶⁴: 0.03 at J = 0.08, 0.63 at 0.25 (the knee, 64^(−1/3)), 0.99 at 0.42
        let permutations = Permutations::new();
        for (each, common) in [(54, 8), (90, 36), (71, 42), (66, 50)] {
            let index = common as f64 / (2 * each - common) as f64;
            let runs = 1000;
            let found = (0..runs).filter(|&seed| {
                let [a, b] = sets(each, common, seed + 5000).map(|set| permutations.of_shingles(&set));
                (0..BANDS).any(|band| a[band * ROWS..(band + 1) * ROWS] == b[band * ROWS..(band + 1) * ROWS])
            });
            let found = found.count() as f64 / runs as f64;
            let expected = 1.0 - (1.0 - index.powi(ROWS as i32)).powi(BANDS as i32);
            let error = (expected * (1.0 - expected) / runs as f64).sqrt().max(0.002);
            assert!((found - expected).abs() < 4.0 * error, "J {index}: {found}, expected {expected}");
        }
    }

    #[test]
    fn repeated_shingles_and_their_order_do_not_matter() {
        let permutations = Permutations::new();
        let a = permutations.of_shingles(&[mix(1), mix(2), mix(3)]);
        assert_eq!(a, permutations.of_shingles(&[mix(3), mix(1), mix(2), mix(1), mix(3)]));
        assert_eq!(permutations.sketch("abcdefg", &mut Vec::new()), permutations.sketch("abcdefg", &mut vec![7]));
    }
}
