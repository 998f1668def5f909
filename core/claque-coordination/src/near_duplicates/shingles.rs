//! Shingles of five characters and the exact Jaccard index of two sets of them. Estimates live in `sketch`.

use claque_graph::mix;

/// Characters of a shingle: short enough for one word, long enough not to be met in every text of a language.
pub(crate) const SHINGLE: usize = 5;

/// One hash per position of the text; a text shorter than a shingle is one shingle of its own.
///
/// Five code points of 21 bits are 105 bits: packed without loss into two words, then mixed.
pub(crate) fn shingles_into(text: &str, hashes: &mut Vec<u64>) {
    hashes.clear();
    let mut window = [0_u64; SHINGLE];
    let mut seen = 0;
    let hash = |w: &[u64; SHINGLE]| mix(mix(w[0] | w[1] << 21 | w[2] << 42) ^ (w[3] | w[4] << 21));
    for c in text.chars() {
        window = [window[1], window[2], window[3], window[4], u64::from(u32::from(c))];
        seen += 1;
        if seen >= SHINGLE {
            hashes.push(hash(&window));
        }
    }
    if hashes.is_empty() && seen > 0 {
        hashes.push(hash(&window));
    }
}

/// |A ∩ B| / |A ∪ B| of the shingle sets of two texts. O(n log n) in their lengths.
pub(crate) fn jaccard(a: &str, b: &str) -> f64 {
    let (a, b) = (set(a), set(b));
    let (mut at, mut other, mut common) = (0, 0, 0);
    while at < a.len() && other < b.len() {
        let order = a[at].cmp(&b[other]);
        common += usize::from(order.is_eq());
        at += usize::from(order.is_le());
        other += usize::from(order.is_ge());
    }
    let all = a.len() + b.len() - common;
    if all == 0 { 1.0 } else { common as f64 / all as f64 }
}

fn set(text: &str) -> Vec<u64> {
    let mut hashes = Vec::new();
    shingles_into(text, &mut hashes);
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

#[cfg(test)]
mod tests {
    use super::super::clean::clean;
    use super::*;

    #[test]
    fn the_index_of_hand_counted_sets() {
        // abcde bcdef | bcdef cdefg: 1 of 3
        assert!((jaccard("abcdef", "bcdefg") - 1.0 / 3.0).abs() < 1e-12);
        assert!((jaccard("aaaaaaa", "aaaaa") - 1.0).abs() < 1e-12);
        assert!(jaccard("abcd", "abcde").abs() < 1e-12);
        assert!((jaccard("投票結果は", "投票結果は") - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_first_test_of_the_signal_has_its_printed_indices() {
        // signals.md, C5: 0.87, 0.80, 0.80 and 0.18 (0.868, 0.800, 0.800, 0.175 by an independent Python script)
        let texts = [
            "They are counting the ballots behind closed doors in Quayham, share before it is deleted! https://harbourpost.example/x",
            "They are counting the ballots behind closed doors in Quayham - share before it is deleted",
            "@reader they are counting the ballots behind CLOSED doors in Quayham!! share it before it is deleted",
            "Counting in Quayham is public: anyone may watch the ballots being counted tonight",
        ]
        .map(clean);
        for (a, b, expected) in [(0, 1, 0.868), (0, 2, 0.800), (1, 2, 0.800), (0, 3, 0.175)] {
            let found = jaccard(&texts[a], &texts[b]);
            assert!((found - expected).abs() < 5e-4, "{a} {b}: {found}");
        }
    }
}
