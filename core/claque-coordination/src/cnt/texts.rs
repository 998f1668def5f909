//! What CNT compares of a text: the normalised text of co_tweet, the token sets of co_similar_tweet, and how
//! alike two such sets are.

use crate::dictionary::{Dictionary, stable_hash};
use rayon::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

/// Lower case, and every `@` deleted with what follows it up to white space, also inside a word.
pub(super) fn without_mentions(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut kept = String::with_capacity(lower.len());
    let mut rest = lower.as_str();
    while let Some(at) = rest.find('@') {
        kept.push_str(&rest[..at]);
        let mention = &rest[at..];
        rest = &mention[mention.find(char::is_whitespace).unwrap_or(mention.len())..];
    }
    kept.push_str(rest);
    kept
}

/// The text that co_tweet compares: without mentions, its pieces joined by single blanks.
pub(super) fn transformed(text: &str) -> String {
    let kept = without_mentions(text);
    let mut joined = String::with_capacity(kept.len());
    for piece in pieces(&kept) {
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(piece);
    }
    joined
}

/// Pieces between white space as Python's `str.split()` sees it: U+001C to U+001F divide as well.
pub(super) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let divides = |c: char| c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c);
    text.split(divides).filter(|piece| !piece.is_empty())
}

/// Tokens of a text without mentions, repeats included: the segments between word boundaries (UAX #29), each
/// without leading blanks and without one leading apostrophe, divided again at white space. Punctuation marks
/// are tokens.
pub(super) fn tokens(kept: &str) -> impl Iterator<Item = &str> {
    let segments = kept.split_word_bounds().flat_map(|segment| {
        let (head, tail) = segment.split_at(misjoined(segment).unwrap_or_default());
        [head, tail]
    });
    segments.flat_map(|segment| {
        let bare = segment.trim_start_matches(is_segment_space);
        pieces(bare.strip_prefix('\'').unwrap_or(bare))
    })
}

/// Where a segment must be divided after all. In `1.`, joiner, emoji the joiner holds the emoji to the mark (rule
/// WB3c), not the mark to the digit; unicode-segmentation 1.13 makes one segment of them.
fn misjoined(segment: &str) -> Option<usize> {
    segment.match_indices('\u{200d}').find_map(|(at, joiner)| {
        let (head, tail) = segment.split_at(at + joiner.len());
        let is_word = |c: char| String::from_iter(['a', c]).split_word_bounds().count() == 1;
        if tail.chars().next().is_none_or(is_word) {
            return None;
        }
        head.split_word_bound_indices().map(|(last, _)| last).max().filter(|last| *last > 0)
    })
}

/// Word_Break = WSegSpace: the white space that joins into one segment.
fn is_segment_space(c: char) -> bool {
    matches!(c, ' ' | '\u{1680}' | '\u{2000}'..='\u{2006}' | '\u{2008}'..='\u{200a}' | '\u{205f}' | '\u{3000}')
}

/// Distinct sets of tokens, by number.
#[derive(Debug)]
pub(super) struct TokenSets {
    tokens: Vec<u32>,
    starts: Vec<u32>,
    /// One bit per token, by its hash.
    marks: Vec<u128>,
}

impl TokenSets {
    /// The sets of texts, and the number of each text's set. Numbers follow first appearance.
    pub(super) fn of(texts: &[&str]) -> (Self, Vec<u32>) {
        let kept: Vec<String> = texts.par_iter().map(|text| without_mentions(text)).collect();
        let of_text: Vec<Vec<&str>> = kept.par_iter().map(|text| tokens(text).collect()).collect();
        let mut dictionary = Dictionary::default();
        let mut numbers: hashbrown::HashMap<Vec<u32>, u32> = hashbrown::HashMap::new();
        let mut sets = Self { tokens: Vec::new(), starts: vec![0], marks: Vec::new() };
        let mut set_of_text = Vec::with_capacity(texts.len());
        for tokens in of_text {
            let mut codes: Vec<u32> = tokens.into_iter().map(|token| dictionary.code(token)).collect();
            codes.sort_unstable();
            codes.dedup();
            let number = sets.marks.len() as u32;
            set_of_text.push(*numbers.entry_ref(codes.as_slice()).or_insert_with(|| {
                sets.tokens.extend_from_slice(&codes);
                sets.starts.push(sets.tokens.len() as u32);
                sets.marks.push(codes.iter().fold(0, |marks, code| marks | mark(*code)));
                number
            }));
        }
        (sets, set_of_text)
    }

    fn set(&self, number: u32) -> &[u32] {
        &self.tokens[self.starts[number as usize] as usize..self.starts[number as usize + 1] as usize]
    }

    /// Number of distinct tokens.
    pub(super) fn size(&self, number: u32) -> u32 {
        self.starts[number as usize + 1] - self.starts[number as usize]
    }

    /// Is the Jaccard index of two sets at least the threshold? Sets with fewer than `min_tokens` have index 0.
    /// Two sets without tokens have none.
    ///
    /// Exact. Sizes and then bitmaps say for most pairs that the threshold is out of reach (bitmap filter:
    /// Sandes, Teodoro and Melo 2020, 10.1016/j.is.2019.101449): bits that differ are at most the tokens that differ.
    pub(super) fn are_similar(&self, a: u32, b: u32, threshold: f64, min_tokens: u32) -> bool {
        let (n_a, n_b) = (self.size(a), self.size(b));
        if n_a.min(n_b) < min_tokens {
            return 0.0 >= threshold;
        }
        if n_a.max(n_b) == 0 {
            return false;
        }
        // rounding is monotone, so an upper bound of the index stays one
        let reaches = |common: u32| f64::from(common) / f64::from(n_a + n_b - common) >= threshold;
        if a == b {
            return reaches(n_a);
        }
        if !reaches(n_a.min(n_b)) {
            return false;
        }
        let differ = (self.marks[a as usize] ^ self.marks[b as usize]).count_ones();
        reaches((n_a + n_b).saturating_sub(differ) / 2) && reaches(n_common(self.set(a), self.set(b)))
    }
}

fn mark(code: u32) -> u128 {
    1 << (stable_hash(&code.to_le_bytes(), 0) % 128)
}

/// Size of the intersection of two sorted sets.
fn n_common(a: &[u32], b: &[u32]) -> u32 {
    let (mut i, mut j, mut common) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        common += u32::from(a[i] == b[j]);
        let (x, y) = (a[i], b[j]);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    common
}
