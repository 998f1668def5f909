//! Groups of texts that are copies of each other up to small edits, in any language and script. Texts in, group
//! numbers out; who wrote them when is not known here.
//!
//! **Clean** ([`clean::clean`]) → **collapse** equal texts → **sketch** by MinHash over 5-character shingles →
//! **candidates** by bands → **verify** each candidate pair → **stars**.
//!
//! *What is a near-duplicate.* The ratio is 1 − Levenshtein distance / length of the longer text, on cleaned texts
//! without spaces, as D3lta computes it (Richard et al. 2023, arXiv:2312.17338; `similarity_levenshtein` of its
//! reference code; not rapidfuzz's `ratio`, which counts a substitution as two). A pair passes with a ratio above
//! 0.693, the threshold D3lta publishes, **and** either a Jaccard index ≥ 0.6 of the shingle sets or a ratio ≥ 0.85.
//! So it is never laxer than D3lta. An index ≥ 0.7 alone, as often set, is too strict: an edit breaks up to five
//! shingles, so random edits of every tenth character leave an index near 0.9⁵ / (2 − 0.9⁵) = 0.42, and of every tenth
//! word near 0.7. Share of pairs that pass on generated texts in eight scripts, with exactly a tenth edited (short:
//! 8 to 13 words, else 12 to 35), and of pairs of headlines of one pattern filled at random, by pattern:
//!
//! | rule, beside ratio > 0.693 | words, short | words | characters | headlines |
//! |---|---|---|---|---|
//! | index ≥ 0.7 | | 0.76 to 0.82 | 0.005 | 0.01 to 0.06 |
//! | index ≥ 0.7 or ratio ≥ 0.85 | 0.948 | 0.987 | 0.999 | 0.01 to 0.09 |
//! | index ≥ 0.7 or ratio ≥ 0.8 | 0.986 | 1.000 | 1.000 | 0.02 to 0.25 |
//! | **index ≥ 0.6 or ratio ≥ 0.85** | 0.990 | 0.996 | 0.999 | 0.03 to 0.19 |
//! | nothing (D3lta) | | | | 0.09 to 0.52 |
//!
//! Headlines of one pattern with no fact in common are not joined. Two copies whose original is
//! missing differ by the edits of both: of pairs with a tenth of the words edited in each, 0.67 pass, of the
//! characters 0.05; with a twentieth of the characters in each, 0.997.
//!
//! *Which pairs are looked at.* 192 permutations in 64 bands of 3: a pair with a Jaccard index of 0.42 is looked at
//! with probability 0.99, one of 0.05 with 0.008. (16 bands of 8 would look at 1.5 % of pairs with an index of 0.42,
//! and at 74 % with 0.73.) An estimate below 0.22 ends it there.
//!
//! *What a group guarantees.* Every text of a group was verified against the group's leader itself, so two texts of
//! a group are at most two such steps apart: nothing is joined by chaining. The leader is the text that covers most
//! posts; in a campaign that is mostly the original. Texts that pass only with followers split off.
//!
//! *Order.* Texts are numbered by content (most posts first, then digest, then bytes), so that neither the order of
//! rows nor the number of threads can change a group. Other texts can: a group is a statement about a whole corpus.
//!
//! *Length.* 30 characters are code points, spaces included, in every script, as D3lta counts. 30 characters of
//! Chinese say as much as 60 or more of English: lower `min_chars` for such data; 15 leave 11 shingles.
//!
//! *Not done.* Letters of another script that look alike are not folded; rewording and translation are not found.

mod candidates;
mod clean;
mod levenshtein;
mod rule;
mod shingles;
mod similarity;
mod sketch;
mod stars;

use candidates::Sketched;
use rayon::prelude::*;
use rule::Rule;
pub use similarity::TextSimilarity;
use sketch::{Permutations, Sketch};

/// When two texts are near-duplicates.
#[derive(Clone, Debug, PartialEq)]
pub struct NearDuplicateSettings {
    /// Shorter texts, in characters after cleaning, are in no group. Texts without any never are.
    pub min_chars: usize,
    /// Least Jaccard index of the sets of 5-character shingles, in [0, 1].
    pub jaccard: f64,
    /// The Levenshtein ratio must be above this, in [0, 1).
    pub ratio: f64,
    /// From this ratio on, the Jaccard index is not asked for; above 1 it always is.
    pub ratio_alone: f64,
}

impl Default for NearDuplicateSettings {
    fn default() -> Self {
        Self { min_chars: 30, jaccard: 0.6, ratio: 0.693, ratio_alone: 0.85 }
    }
}

/// Which texts are near-duplicates of each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearDuplicates {
    /// Group of each text, in the order given; none for a text that is too short or alone.
    pub groups: Vec<Option<u32>>,
    /// Digest of each group's leading text after cleaning: the same for any order of the texts.
    pub leaders: Vec<u64>,
}

/// Groups of near-duplicates, identical texts included. Groups are numbered from 0 by their leaders' canonical
/// order.
///
/// Identical texts are compared once. Time O(characters · 192) for sketches, O(64 · texts · log texts) for bands, and
/// per band and text at most 48 sketches read, however large a bucket; a pair costs at most 10,000² / 64 word
/// operations. Of texts longer than 10,000 characters the front is compared by ratio and the whole by Jaccard index
/// (≥ 0.3 where the ratio is enough otherwise). Memory: the cleaned texts, 384 bytes per different text, 8 bytes per
/// candidate pair: 0.7 GB beside the texts for a million posts, in 28 s of processor time.
#[must_use]
pub fn near_duplicates(texts: &[&str], settings: &NearDuplicateSettings) -> NearDuplicates {
    let texts: Vec<Option<&str>> = texts.iter().copied().map(Some).collect();
    let families = families(&texts, settings);
    let mut posts = vec![0_u32; families.leaders.len()];
    for &family in families.of.iter().flatten() {
        posts[family as usize] += 1;
    }
    let mut leaders = Vec::new();
    let numbers: Vec<Option<u32>> = posts
        .iter()
        .zip(&families.leaders)
        .map(|(&posts, &leader)| (posts > 1).then(|| leaders.push(leader)).map(|()| leaders.len() as u32 - 1))
        .collect();
    let groups = families.of.iter().map(|family| family.and_then(|family| numbers[family as usize])).collect();
    NearDuplicates { groups, leaders }
}

/// Groups together with the texts that are alone.
pub(crate) struct Families {
    /// Family of each text; none for a missing or short text.
    pub(crate) of: Vec<Option<u32>>,
    /// Digest of each family's leading text.
    pub(crate) leaders: Vec<u64>,
}

/// A cleaned text that is long enough, once, however often it was posted.
pub(crate) struct Distinct {
    text: String,
    digest: u64,
    posts: u32,
    /// Characters without spaces.
    letters: u32,
}

pub(crate) fn families(texts: &[Option<&str>], settings: &NearDuplicateSettings) -> Families {
    let (distinct, of) = collapse(texts, settings);
    let leader = if distinct.len() < 2 { vec![0; distinct.len()] } else { leaders(&distinct, settings) };
    let mut number = vec![0; distinct.len()];
    let mut digests = Vec::new();
    for (text, &leader) in leader.iter().enumerate() {
        if leader as usize == text {
            number[text] = digests.len() as u32;
            digests.push(distinct[text].digest);
        }
    }
    let family = |text: u32| number[leader[text as usize] as usize];
    Families { of: of.into_iter().map(|text| text.map(family)).collect(), leaders: digests }
}

/// The different texts in canonical order, and the number of each row's text.
fn collapse(texts: &[Option<&str>], settings: &NearDuplicateSettings) -> (Vec<Distinct>, Vec<Option<u32>>) {
    let mut cleaned: Vec<Option<(u64, String)>> = texts
        .par_iter()
        .map(|text| {
            let text = clean::clean((*text)?);
            let enough = !text.is_empty() && text.chars().count() >= settings.min_chars;
            enough.then(|| (digest(&text), text))
        })
        .collect();
    let mut rows: Vec<(u64, &str, u32)> = cleaned
        .iter()
        .zip(0..)
        .filter_map(|(cleaned, row)| cleaned.as_ref().map(|(digest, text)| (*digest, text.as_str(), row)))
        .collect();
    rows.par_sort_unstable();
    let mut equal: Vec<&[(u64, &str, u32)]> = rows.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).collect();
    equal.par_sort_unstable_by_key(|rows| (usize::MAX - rows.len(), rows[0].0, rows[0].1));
    let mut of = vec![None; texts.len()];
    for (rows, number) in equal.iter().zip(0..) {
        rows.iter().for_each(|row| of[row.2 as usize] = Some(number));
    }
    let firsts: Vec<(u32, u32)> = equal.iter().map(|rows| (rows[0].2, rows.len() as u32)).collect();
    drop(equal);
    drop(rows);
    let distinct = firsts.into_iter().filter_map(|(row, posts)| {
        let (digest, text) = cleaned[row as usize].take()?;
        let letters = text.chars().filter(|&c| c != ' ').count() as u32;
        Some(Distinct { text, digest, posts, letters })
    });
    let distinct = distinct.collect();
    (distinct, of)
}

/// The first eight bytes of BLAKE3.
fn digest(text: &str) -> u64 {
    let bytes = blake3::hash(text.as_bytes());
    bytes.as_bytes()[..8].iter().fold(0, |digest, &byte| digest << 8 | u64::from(byte))
}

/// The leader of each different text.
fn leaders(distinct: &[Distinct], settings: &NearDuplicateSettings) -> Vec<u32> {
    let permutations = Permutations::new();
    let sketch = |hashes: &mut Vec<u64>, text: &Distinct| permutations.sketch(&text.text, hashes);
    let sketches: Vec<Sketch> = distinct.par_iter().map_init(Vec::new, sketch).collect();
    let sketched = Sketched { texts: distinct, sketches: &sketches, least_ratio: settings.ratio };
    let mut pairs = sketched.pairs();
    let text = |number: u32| distinct[number as usize].text.as_str();
    let passed: Vec<bool> =
        pairs.par_iter().map_init(|| Rule::new(settings), |rule, &(a, b)| rule.holds(text(a), text(b))).collect();
    let mut passed = passed.into_iter();
    pairs.retain(|_| passed.next() == Some(true));
    let posts: Vec<u32> = distinct.iter().map(|text| text.posts).collect();
    let mut rule = Rule::new(settings);
    stars::stars(&posts, &pairs, |a, b| sketched.promising(a, b) && rule.holds(text(a), text(b)))
}

#[cfg(test)]
mod tests;
