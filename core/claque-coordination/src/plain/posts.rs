//! The posts behind counted edges.

use super::{Pair, Pairs, PlainEdge};
use crate::actions::Actions;
use claque_model::{EdgePost, TimeWindow};

/// The post pairs behind edges of [`plain`](super::plain), at most `cap_per_edge` of each: by (a, b, object, time).
///
/// `edges` are those of this window, in their order. Objects are codes of the encoding, posts are numbers of input
/// rows. O(pairs within the window · log edges).
#[must_use]
pub fn plain_posts(
    actions: &Actions,
    window: TimeWindow,
    min_participation: u32,
    edges: &[PlainEdge],
    cap_per_edge: u32,
) -> Vec<EdgePost> {
    let pairs = Pairs::new(actions, min_participation);
    let mut kept = vec![0u32; edges.len()];
    let mut found: Vec<(u32, EdgePost)> = Vec::new();
    pairs.each_pair(&(0..pairs.rows.len()), &[window.micros()], |pair, _| {
        let (a, b) = pair.accounts();
        let Ok(edge) = edges.binary_search_by_key(&(a, b), |edge| (edge.a, edge.b)) else { return };
        if kept[edge] < cap_per_edge {
            kept[edge] += 1;
            found.push((edge as u32, behind(&pair)));
        }
    });
    // objects and times are in order already
    found.sort_by_key(|(edge, _)| *edge);
    found.into_iter().map(|(_, posts)| posts).collect()
}

fn behind(pair: &Pair) -> EdgePost {
    let (a, b) =
        if pair.earlier.account < pair.later.account { (pair.earlier, pair.later) } else { (pair.later, pair.earlier) };
    EdgePost {
        a: a.account,
        b: b.account,
        object: pair.object,
        post_a: a.post,
        post_b: b.post,
        delta_s: b.at.saturating_sub(a.at) as f64 / 1e6,
    }
}
