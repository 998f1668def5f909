//! Counter-based random numbers: the value at a position depends on key and position alone, so that
//! neither threads nor the order of calls can change a result.

/// Scrambles 64 bits (the finalizer of SplitMix64: Steele et al. 2014, 10.1145/2714064.2660195).
#[must_use]
pub fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A stream of random numbers that is a pure function of its key.
#[derive(Clone, Debug)]
pub struct Counter {
    key: u64,
    position: u64,
}

impl Counter {
    /// The stream of that key.
    #[must_use]
    pub fn new(key: u64) -> Self {
        Self { key: mix(key), position: 0 }
    }

    /// Sixty-four random bits at the next position.
    pub fn bits(&mut self) -> u64 {
        self.position += 1;
        mix(self.key ^ mix(self.position))
    }

    /// Uniform in [0, 1), 53 bits.
    pub fn uniform(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform in 0..bound (bias below bound ÷ 2⁶⁴).
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.bits()) * bound as u128) >> 64) as usize
    }

    /// Fisher–Yates.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, other);
        }
    }
}
