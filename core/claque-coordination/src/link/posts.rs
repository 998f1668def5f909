//! The posts behind an edge.

use crate::corpus::{Corpus, Layer, Row};
use crate::halves::Part;
use crate::shares::Shares;
use claque_model::{EdgePost, LayerNetwork, TimeWindow};

/// Sharers above which an object is left out, as in the tests.
const MAX_SHARERS: u32 = 400;

/// A post of each account on one object, in time.
#[derive(Clone, Copy, Debug)]
pub(super) struct PostPair {
    object: u32,
    pub(super) a: Row,
    pub(super) b: Row,
}

impl PostPair {
    fn delta_s(&self) -> f64 {
        self.b.at.saturating_sub(self.a.at) as f64 / 1e6
    }
}

/// All post pairs, within a part of the layer, of two accounts on the objects that they shared in time: by
/// object, then by the later post's time.
pub(super) struct PostPairs(Vec<PostPair>);

impl PostPairs {
    pub(super) fn of(layer: &Layer, part: Part<'_>, objects: &[u32], (a, b): (u32, u32), window: TimeWindow) -> Self {
        let mut pairs = Vec::new();
        for &object in objects {
            let rows = || layer.rows_of(object as usize).iter().filter(|row| part.has_row(row));
            let from = pairs.len();
            let of_b: Vec<Row> = rows().filter(|row| row.account == b).copied().collect();
            for own in rows().filter(|row| row.account == a) {
                let first = of_b.partition_point(|other| own.at.saturating_sub(other.at) > window.micros());
                let near = of_b[first..].iter().take_while(|other| other.at.saturating_sub(own.at) <= window.micros());
                pairs.extend(near.map(|other| PostPair { object, a: *own, b: *other }));
            }
            pairs[from..].sort_by_key(|pair| (pair.a.at.max(pair.b.at), pair.a.post, pair.b.post));
        }
        Self(pairs)
    }

    pub(super) fn distinct_posts(&self, side: impl Fn(&PostPair) -> u32) -> u32 {
        let mut posts: Vec<u32> = self.0.iter().map(side).collect();
        posts.sort_unstable();
        posts.dedup();
        posts.len() as u32
    }

    pub(super) fn mean_delta_s(&self) -> f64 {
        self.0.iter().map(|pair| pair.delta_s().abs()).sum::<f64>() / self.0.len().max(1) as f64
    }

    pub(super) fn first_at(&self) -> i64 {
        self.0.iter().map(|pair| pair.a.at.min(pair.b.at)).min().unwrap_or(0)
    }

    pub(super) fn last_at(&self) -> i64 {
        self.0.iter().map(|pair| pair.a.at.max(pair.b.at)).max().unwrap_or(0)
    }
}

/// Objects whose first shares by both accounts lie within the window.
pub(super) fn first_shares_in_time(shares: &Shares, (a, b): (u32, u32), window: TimeWindow) -> Vec<u32> {
    let mut objects = Vec::new();
    shares.each_common(a, b, |group, distance, _| {
        if distance.saturating_abs() <= window.micros() {
            objects.push(shares.objects[group as usize]);
        }
    });
    objects
}

/// The post pairs behind every edge of one layer and window, by (a, b, object, time), at most
/// `cap_per_edge` of each edge. Looks at all posts of the corpus, whichever half found the edge.
#[must_use]
pub fn edge_posts(corpus: &Corpus, layer: &LayerNetwork, cap_per_edge: usize) -> Vec<EdgePost> {
    let Some(rows) = corpus.layer(&layer.layer) else { return Vec::new() };
    if layer.edges.is_empty() {
        return Vec::new();
    }
    let shares = Shares::of(rows, Part::All, corpus.accounts().len(), MAX_SHARERS);
    let behind = |edge: &claque_model::Edge| {
        let (a, b) = (edge.a, edge.b);
        let objects = first_shares_in_time(&shares, (a, b), layer.window);
        let pairs = PostPairs::of(rows, Part::All, &objects, (a, b), layer.window).0.into_iter().take(cap_per_edge);
        pairs.map(move |pair| EdgePost {
            a,
            b,
            object: pair.object,
            post_a: pair.a.post,
            post_b: pair.b.post,
            delta_s: pair.delta_s(),
        })
    };
    layer.edges.iter().flat_map(behind).collect()
}
