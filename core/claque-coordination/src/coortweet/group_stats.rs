//! `group_stats`: accounts per object, as CooRTweet counts them and as they are.

use super::StatsLevel;
use super::account_stats::is_counted;
use super::network::{CoorTweetEdge, CoorTweetNetwork};
use crate::dictionary::Dictionary;

/// One object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupStats<'a> {
    /// Object; in [`group_stats`] perhaps a part of one.
    pub object_id: &'a str,
    /// Accounts.
    pub num_accounts: u32,
}

/// `group_stats(coord_graph, weight_threshold)`: distinct accounts at the end `from` alone, so always too few, of
/// every object, descending; ties as edges come. An object id with a comma is torn into its parts, an empty one
/// may vanish. No edge qualifies: empty, where CooRTweet stops. O(objects of edges · log).
#[must_use]
pub fn group_stats<'a>(network: &CoorTweetNetwork<'a>, level: StatsLevel) -> Vec<GroupStats<'a>> {
    count(network, level, |edge, objects, counted| {
        for part in torn(objects) {
            counted(part, edge.from);
        }
    })
}

/// The accounts that took part with an object in any edge that counts, whole objects only, descending; ties as
/// edges come. O(objects of edges · log).
#[must_use]
pub fn corrected_group_stats<'a>(network: &CoorTweetNetwork<'a>, level: StatsLevel) -> Vec<GroupStats<'a>> {
    count(network, level, |edge, objects, counted| {
        for object in objects.iter().flatten() {
            counted(object, edge.from);
            counted(object, edge.to);
        }
    })
}

/// What `strsplit` of the joined ids gives: parts between commas, without an empty one at the end.
fn torn<'a>(objects: &[Option<&'a str>]) -> Vec<&'a str> {
    let mut parts: Vec<&str> = objects.iter().flat_map(|id| id.unwrap_or("NA").split(',')).collect();
    parts.pop_if(|last| last.is_empty());
    parts
}

/// Distinct (object, account) as `visit` names them, counted by object.
fn count<'a>(
    network: &CoorTweetNetwork<'a>,
    level: StatsLevel,
    visit: impl Fn(&CoorTweetEdge<'a>, &[Option<&'a str>], &mut dyn FnMut(&'a str, &'a str)),
) -> Vec<GroupStats<'a>> {
    let (mut objects, mut accounts) = (Dictionary::default(), Dictionary::default());
    let mut taking_part = Vec::new();
    let mut counted = |object, account| taking_part.push((objects.code(object), accounts.code(account)));
    for edge in network.edges.iter().filter(|edge| is_counted(network, edge, level)) {
        let measures = if level == StatsLevel::Fast { edge.fast.as_ref() } else { Some(&edge.full) };
        if let Some(measures) = measures {
            visit(edge, &measures.object_ids, &mut counted);
        }
    }
    taking_part.sort_unstable();
    taking_part.dedup();
    // codes follow first appearance, and so does the order of equal counts
    let by_object = taking_part.chunk_by(|x, y| x.0 == y.0);
    let mut stats: Vec<GroupStats<'a>> = by_object
        .map(|accounts| GroupStats {
            object_id: objects.keys[accounts[0].0 as usize],
            num_accounts: accounts.len() as u32,
        })
        .collect();
    stats.sort_by_key(|object| std::cmp::Reverse(object.num_accounts));
    stats
}
