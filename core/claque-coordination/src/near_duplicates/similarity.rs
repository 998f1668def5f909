//! How alike two texts are, as they stand: nothing is cleaned, no threshold is applied.

use super::levenshtein::Levenshtein;
use super::rule::COMPARED;
use super::shingles::jaccard;

/// Measures pairs of texts; keeps its scratch space from pair to pair.
#[derive(Default)]
pub struct TextSimilarity {
    levenshtein: Levenshtein,
    letters: [Vec<char>; 2],
}

impl TextSimilarity {
    /// 1 − Levenshtein distance ÷ characters of the longer text; 1 for two empty texts. Spaces count. Of texts longer
    /// than 10,000 characters, the front is compared. O(⌈n / 64⌉ · n).
    pub fn levenshtein(&mut self, a: &str, b: &str) -> f64 {
        let [left, right] = &mut self.letters;
        for (letters, text) in [(&mut *left, a), (&mut *right, b)] {
            letters.clear();
            letters.extend(text.chars().take(COMPARED));
        }
        let longer = left.len().max(right.len());
        let distance = self.levenshtein.distance(left, right, longer).unwrap_or(longer);
        1.0 - distance as f64 / longer.max(1) as f64
    }

    /// Jaccard index of the sets of 5-character shingles: shared ÷ all. A text of fewer characters is one shingle.
    /// O(n log n).
    #[must_use]
    pub fn jaccard(a: &str, b: &str) -> f64 {
        jaccard(a, b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn textbook_pairs_have_their_ratios() {
        let mut similarity = TextSimilarity::default();
        // kitten to sitting takes three edits of seven characters
        for (a, b, expected) in [
            ("kitten", "sitting", 4.0 / 7.0),
            ("same", "same", 1.0),
            ("", "", 1.0),
            ("", "abc", 0.0),
            ("a b", "ab", 2.0 / 3.0),
            ("投票結果", "投票の成果", 3.0 / 5.0),
        ] {
            assert!((similarity.levenshtein(a, b) - expected).abs() < 1e-12, "{a} {b}");
            assert!((similarity.levenshtein(b, a) - expected).abs() < 1e-12, "{b} {a}");
        }
    }

    #[test]
    fn shingles_are_counted_as_sets() {
        // abcde bcdef | bcdef cdefg: 1 of 3
        assert!((TextSimilarity::jaccard("abcdef", "bcdefg") - 1.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn only_the_front_of_a_very_long_text_is_compared() {
        let (a, b) = ("x".repeat(COMPARED) + "tail", "x".repeat(COMPARED) + "other");
        assert!((TextSimilarity::default().levenshtein(&a, &b) - 1.0).abs() < 1e-12);
    }
}
