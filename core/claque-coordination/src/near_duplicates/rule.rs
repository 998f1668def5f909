//! When two cleaned texts are near-duplicates. Which pairs are looked at is decided elsewhere.

use super::NearDuplicateSettings;
use super::levenshtein::Levenshtein;
use super::shingles::jaccard;

/// Characters, without spaces, that are compared by edit distance; of longer texts, those at the front.
pub(crate) const COMPARED: usize = 10_000;
/// What the whole of a text longer than that must share beside: below the index of random edits of every tenth
/// character (0.42), far above that of unrelated texts.
const JACCARD_OF_LONG: f64 = 0.3;

/// The verification of pairs, with its scratch space.
pub(crate) struct Rule<'a> {
    settings: &'a NearDuplicateSettings,
    levenshtein: Levenshtein,
    letters: [Vec<char>; 2],
}

impl<'a> Rule<'a> {
    pub(crate) fn new(settings: &'a NearDuplicateSettings) -> Self {
        Self { settings, levenshtein: Levenshtein::default(), letters: [Vec::new(), Vec::new()] }
    }

    /// Symmetric. O(⌈n / 64⌉ · n) in the compared length n, O(n log n) in the whole length.
    pub(crate) fn holds(&mut self, a: &str, b: &str) -> bool {
        let settings = self.settings;
        let Some(ratio) = self.ratio(a, b, settings.ratio) else { return false };
        let long = self.letters.iter().any(|letters| letters.len() == COMPARED);
        let close = ratio >= settings.ratio_alone;
        if close && !long {
            return true;
        }
        jaccard(a, b) >= if close { JACCARD_OF_LONG } else { settings.jaccard }
    }

    /// 1 − distance / longer length, of texts without spaces, where it is above `least`.
    pub(crate) fn ratio(&mut self, a: &str, b: &str, least: f64) -> Option<f64> {
        let [left, right] = &mut self.letters;
        for (letters, text) in [(&mut *left, a), (&mut *right, b)] {
            letters.clear();
            letters.reserve(text.len().min(COMPARED));
            for c in text.chars().filter(|&c| c != ' ').take(COMPARED) {
                letters.push(c);
            }
        }
        let longer = left.len().max(right.len());
        let of = |distance: usize| 1.0 - distance as f64 / longer.max(1) as f64;
        let limit = ((1.0 - least) * longer as f64).floor() as usize;
        self.levenshtein.distance(left, right, limit).map(of).filter(|&ratio| ratio > least)
    }
}

/// Can texts of these lengths without spaces have a ratio above `least`? Not if they differ by more than that.
pub(crate) fn lengths_allow(a: u32, b: u32, least: f64) -> bool {
    f64::from(a.min(b)) > least * f64::from(a.max(b))
}
