//! Discover on one half of the posts, confirm on the other.

use crate::corpus::{Corpus, Layer, Row};
use crate::dictionary::stable_hash;
use claque_graph::mix;

const WEEK: i64 = 7 * 86_400_000_000;
/// Objects with more rows say little about one event.
const HOT: usize = 400;

/// Which posts take part.
///
/// A post lies in one half with all its traces, so that no act both finds a cluster and tests it. Its half is
/// that of its primary object: of all its objects the one with the most rows, hot ones aside; among equals
/// that of the first layer, in the order of [`Corpus::layer_names`], then that with the smallest code. So an
/// event stays whole where its posts share a link but not a text. Objects of a layer are dealt out by week
/// and hash. What follows, and is the price of it:
///
/// - an object whose posts have different primary objects is seen partly in each half;
/// - two posts on such an object that lie in different halves are a pair in neither;
/// - one primary object that a whole campaign shares keeps the whole campaign in one half.
///
/// Where every post has a single trace (all of [`Corpus::from_actions`]), whole objects are dealt out and
/// nothing is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// All of them.
    Whole,
    /// Those on which clusters are found.
    Discover,
    /// Those on which found clusters are tested.
    Confirm,
}

/// A half of a corpus.
#[derive(Debug, PartialEq)]
pub(crate) enum Split {
    /// Everything.
    Whole,
    /// By layer and object: no post has two traces.
    Objects(Vec<Vec<bool>>),
    /// By post.
    Posts(Vec<bool>),
}

/// A half of one layer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part<'a> {
    All,
    Objects(&'a [bool]),
    Posts(&'a [bool]),
}

impl Split {
    /// O(rows + objects log objects); a byte per post, or per object where no post has two traces.
    pub(crate) fn of(corpus: &Corpus, half: Half, seed: u64) -> Self {
        if half == Half::Whole {
            return Self::Whole;
        }
        if one_trace_per_post(corpus) {
            return Self::Objects(corpus.layers.iter().map(|layer| objects_of(layer, half, seed)).collect());
        }
        let mut posts = vec![(0, false); corpus.posts().len()];
        for layer in &corpus.layers {
            for (object, chosen) in objects_of(layer, half, seed).into_iter().enumerate() {
                let rows = layer.rows_of(object);
                // a hot object, such as a campaign's one hashtag, would keep everything in one half
                let rank = if rows.len() > HOT { 1 } else { 1 + rows.len() };
                for row in rows {
                    let primary = &mut posts[row.post as usize];
                    if rank > primary.0 {
                        *primary = (rank, chosen);
                    }
                }
            }
        }
        Self::Posts(posts.into_iter().map(|(_, chosen)| chosen).collect())
    }

    pub(crate) fn part(&self, layer: usize) -> Part<'_> {
        match self {
            Self::Whole => Part::All,
            Self::Objects(layers) => Part::Objects(&layers[layer]),
            Self::Posts(posts) => Part::Posts(posts),
        }
    }
}

impl Part<'_> {
    /// Whether rows of the object may take part.
    #[inline]
    pub(crate) fn has_object(self, object: usize) -> bool {
        match self {
            Self::Objects(chosen) => chosen[object],
            Self::All | Self::Posts(_) => true,
        }
    }

    /// Whether a row takes part, given that its object does.
    #[inline]
    pub(crate) fn has_row(self, row: &Row) -> bool {
        match self {
            Self::Posts(chosen) => chosen[row.post as usize],
            Self::All | Self::Objects(_) => true,
        }
    }
}

/// Every post in the dictionary has a trace, so equal numbers mean one each. No dictionary: a post per row.
fn one_trace_per_post(corpus: &Corpus) -> bool {
    let n_posts = corpus.posts().len();
    n_posts == 0 || corpus.layers.iter().map(|layer| layer.rows.len()).sum::<usize>() == n_posts
}

/// Which objects of a layer belong to the half.
///
/// Objects are ordered by the week of their first share, then by whether anybody else shared them, then by
/// a hash of layer, object and seed; every other one confirms. So both halves have as many objects of each
/// week, and as many that can carry a pair.
pub(crate) fn objects_of(layer: &Layer, half: Half, seed: u64) -> Vec<bool> {
    let salt = mix(stable_hash(layer.name.as_bytes(), seed));
    let mut order: Vec<(i64, bool, u64, u32)> = (0..layer.n_objects())
        .filter_map(|object| {
            let rows = layer.rows_of(object);
            let first = rows.first()?;
            let shared = rows.iter().any(|row| row.account != first.account);
            Some((first.at.div_euclid(WEEK), shared, mix(layer.hashes[object] ^ salt), object as u32))
        })
        .collect();
    order.sort_unstable();
    let mut chosen = vec![false; layer.n_objects()];
    for (position, &(.., object)) in order.iter().enumerate() {
        chosen[object as usize] = (position % 2 == 0) == (half == Half::Discover);
    }
    chosen
}

#[cfg(test)]
mod tests;
