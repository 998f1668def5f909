//! Groups of texts that are copies of each other up to small edits, in any language and script. Texts in, group
//! numbers out; who wrote them when is not known here.
//!
//! **Clean** ([`clean::clean`]) → **collapse** equal texts → **sketch** by MinHash over 5-character shingles →
//! **candidates** by bands → **verify** each candidate pair → **stars**.
//!
//! *What is a near-duplicate.* The ratio is 1 − Levenshtein distance / length of the longer text, on cleaned texts
//! without spaces, as D3lta computes it (Richard et al. 2023, arXiv:2312.17338; its `similarity_levenshtein`; not
//! rapidfuzz's indel ratio). A pair passes with ratio > 0.693, the threshold D3lta publishes, **and** either a
//! Jaccard index ≥ 0.7 of the shingle sets or a ratio ≥ 0.8. The second way is needed: an edit breaks up to five
//! shingles, so random edits of every tenth character leave a Jaccard index of 0.9⁵ / (2 − 0.9⁵) ≈ 0.42, and of
//! every tenth word ≈ 0.7. The first alone finds few of these copies, see the figures in the tests.
//!
//! *What a group guarantees.* Every text of a group was verified against the group's leader itself, so two texts of
//! a group are at most two such steps apart: nothing is joined by chaining. The leader is the text that covers most
//! posts; in a campaign that is the original.
//!
//! *Order.* Texts are numbered by content (most posts first, then digest, then bytes), so that neither the order of
//! rows nor the number of threads can change a group.
//!
//! *Length.* 30 characters are code points, spaces included, in every script, as D3lta counts. 30 characters of
//! Chinese say as much as 60 or more of English: lower `min_chars` for such data; 15 leave 11 shingles.

mod candidates;
mod clean;
mod levenshtein;
mod rule;
mod shingles;
mod sketch;
mod stars;

use candidates::Sketched;
use rayon::prelude::*;
use rule::Rule;
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
        Self { min_chars: 30, jaccard: 0.7, ratio: 0.693, ratio_alone: 0.8 }
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
/// Time O(characters · 128) for sketches, O(42 · texts · log texts) for bands, and per band and text at most 48
/// sketches read (see the module's text); a pair of texts costs at most 10,000² / 64 word operations. Memory: the
/// cleaned texts, 256 bytes per different text, 8 bytes per candidate pair.
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
    let cleaned: Vec<Option<(u64, String)>> = texts
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
    let distinct = equal.iter().zip(0..).map(|(rows, number)| {
        let (digest, text, _) = rows[0];
        rows.iter().for_each(|row| of[row.2 as usize] = Some(number));
        let letters = text.chars().filter(|&c| c != ' ').count() as u32;
        Distinct { text: text.to_owned(), digest, posts: rows.len() as u32, letters }
    });
    let distinct = distinct.collect();
    (distinct, of)
}

/// The first eight bytes of BLAKE3.
fn digest(text: &str) -> u64 {
    let (first, _) = blake3::hash(text.as_bytes()).as_bytes().split_first_chunk::<8>().map_or(([0; 8], ()), |f| (*f.0, ()));
    u64::from_be_bytes(first)
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
