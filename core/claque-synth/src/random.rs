//! Counter-based random numbers: SplitMix64 (Steele, Lea and Flood 2014, 10.1145/2660193.2660195) with a key per
//! purpose and index, so that no order of calls elsewhere can change a stream. No operating-system randomness.

const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// An endless sequence of numbers that depends on seed, purpose and index only.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    key: u64,
    counter: u64,
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Stream {
    /// The stream of one purpose (`"account"`) and index (its number).
    pub(crate) fn new(seed: u64, purpose: &str, index: u64) -> Self {
        let named = purpose.bytes().fold(mix(seed ^ GAMMA), |key, byte| mix(key ^ u64::from(byte)).wrapping_add(GAMMA));
        Self { key: mix(named ^ mix(index.wrapping_add(GAMMA))), counter: 0 }
    }

    /// 64 uniform bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.counter = self.counter.wrapping_add(1);
        mix(self.key.wrapping_add(self.counter.wrapping_mul(GAMMA)))
    }

    /// Uniform in 0..n; 0 when n is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with probability p.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// Uniform whole number, both ends included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as usize) as i64
    }

    /// One of the items, which may not be empty.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// Index below n, small ones more often: density falls as the square root of the rank.
    pub(crate) fn skewed(&mut self, n: usize) -> usize {
        let u = self.unit();
        ((u * u * n as f64) as usize).min(n.saturating_sub(1))
    }

    /// n different indices below `weights.len()`, heavier ones more often, in ascending order
    /// (keys u^(1/w): Efraimidis and Spirakis 2006, 10.1016/j.ipl.2005.11.003).
    pub(crate) fn weighted_subset(&mut self, weights: &[f64], n: usize) -> Vec<usize> {
        let mut keyed: Vec<(f64, usize)> =
            weights.iter().enumerate().map(|(i, w)| (self.unit().powf(1.0 / w), i)).collect();
        keyed.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut chosen: Vec<usize> = keyed.into_iter().take(n).map(|(_, i)| i).collect();
        chosen.sort_unstable();
        chosen
    }

    /// Lower-case hexadecimal digits.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        let blocks: Vec<String> = (0..digits.div_ceil(16)).map(|_| format!("{:016x}", self.bits())).collect();
        blocks.concat()[..digits].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::Stream;

    #[test]
    fn a_stream_depends_on_seed_purpose_and_index() {
        let first = |seed, purpose, index| Stream::new(seed, purpose, index).bits();
        assert_eq!(first(1, "a", 0), first(1, "a", 0));
        let others = [first(1, "a", 0), first(2, "a", 0), first(1, "b", 0), first(1, "a", 1), first(1, "aa", 0)];
        let distinct: std::collections::BTreeSet<u64> = others.into_iter().collect();
        assert_eq!(distinct.len(), others.len());
    }

    #[test]
    fn heavier_items_are_chosen_more_often_and_never_twice() {
        let mut stream = Stream::new(7, "subset", 0);
        let weights = [0.5, 1.5, 0.5, 1.5];
        let mut heavy = 0;
        for _ in 0..1000 {
            let chosen = stream.weighted_subset(&weights, 2);
            assert!(chosen[0] < chosen[1]);
            heavy += chosen.iter().filter(|i| **i % 2 == 1).count();
        }
        // expected share of draws on the heavy half: 0.73 (sequential sampling by hand), 2000 draws
        assert!((1370..1550).contains(&heavy), "{heavy}");
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let mut stream = Stream::new(3, "range", 0);
        for _ in 0..1000 {
            assert!((-2..=2).contains(&stream.between(-2, 2)));
            assert!(stream.below(3) < 3);
            assert!(stream.skewed(5) < 5);
        }
        assert_eq!(stream.hex(20).len(), 20);
    }
}
