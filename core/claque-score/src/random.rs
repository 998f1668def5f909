//! Counter-based random numbers: a draw is a function of its coordinates, never of what ran before or of
//! the thread it runs on. The mixer is SplitMix64 (Steele, Lea & Flood 2014, 10.1145/2660193.2660195).

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A key from a seed and a name.
pub(crate) fn key(seed: u64, name: &str) -> u64 {
    name.bytes().fold(mix(seed ^ GOLDEN), |state, byte| mix(state ^ u64::from(byte)).wrapping_add(GOLDEN))
}

/// The stream of one draw.
pub(crate) struct Stream {
    state: u64,
}

impl Stream {
    /// The stream number `draw` under `key`.
    pub(crate) fn new(key: u64, draw: u64) -> Self {
        Self { state: mix(key.wrapping_add(mix(draw.wrapping_add(GOLDEN)))) }
    }

    /// 64 random bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// A number below `n`, which must be positive (multiply and shift: the bias is below n / 2⁶⁴).
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_below_n_are_even() {
        let mut counts = [0_u32; 7];
        for draw in 0..70_000 {
            counts[Stream::new(key(1, "c1"), draw).below(7)] += 1;
        }
        // 10,000 expected each, standard deviation 93
        assert!(counts.iter().all(|&c| (9_600..=10_400).contains(&c)), "{counts:?}");
    }

    #[test]
    fn names_and_seeds_give_different_streams() {
        let first = |seed, name: &str| Stream::new(key(seed, name), 0).bits();
        assert_ne!(first(1, "c1"), first(2, "c1"));
        assert_ne!(first(1, "c1"), first(1, "c2"));
        assert_ne!(first(1, "ab"), first(1, "ba"));
    }
}
