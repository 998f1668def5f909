//! `account_stats`: means over the edges of an account, and its contents in the groups.

use super::arithmetic::mean;
use super::network::{CoorTweetEdge, CoorTweetNetwork, EdgeMeasures};
use super::{CoorTweetGroups, StatsLevel};

/// One account.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AccountStats<'a> {
    /// Account.
    pub account_id: &'a str,
    /// Over its edges (`_full` in a fast network).
    pub full: AccountMeans,
    /// Over its fast edges; none when it has none.
    pub fast: Option<AccountMeans>,
    /// Distinct contents of the account in all groups rows; in the fast ones alone at [`StatsLevel::Fast`].
    pub unique_shares_count: u32,
}

/// Means of one account as CooRTweet takes them: edges with equal attributes count once.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AccountMeans {
    /// Mean of the edges' mean |Δt|, seconds.
    pub avg_time_delta: f64,
    /// Mean of the edges' symmetry scores.
    pub avg_edge_symmetry_score: f64,
    /// Over every edge.
    pub corrected: CorrectedMeans,
}

/// Means over every edge of an account.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CorrectedMeans {
    /// Mean of the edges' mean |Δt|, seconds.
    pub avg_time_delta: f64,
    /// Mean of the edges' corrected symmetry scores.
    pub avg_edge_symmetry_score: f64,
}

/// `account_stats(coord_graph, result, weight_threshold)`, by account id.
///
/// `groups` are those the network was made of. At [`StatsLevel::Fast`] a network without fast edges is taken as a
/// whole, as there. No edge qualifies: empty, where CooRTweet sometimes stops. O((edges + rows) log).
#[must_use]
pub fn account_stats<'a>(
    network: &CoorTweetNetwork<'a>,
    groups: &CoorTweetGroups<'a>,
    level: StatsLevel,
) -> Vec<AccountStats<'a>> {
    let contents = n_contents(groups, if network.is_fast { level } else { StatsLevel::All });
    let mut ends: Vec<End<'_, 'a>> = Vec::new();
    for edge in network.edges.iter().filter(|edge| is_counted(network, edge, level)) {
        ends.push(End::of(edge.from, edge));
        if edge.from != edge.to {
            ends.push(End::of(edge.to, edge));
        }
    }
    ends.sort_by_key(|end| (end.account, end.equal_when));
    let accounts = ends.chunk_by(|x, y| x.account == y.account);
    let stats = accounts.filter_map(|ends| {
        let account_id = ends[0].account;
        let at = contents.binary_search_by_key(&account_id, |(account, _)| account).ok()?;
        let full = means(ends, |edge| Some(&edge.full))?;
        let fast = means(ends, |edge| edge.fast.as_ref());
        Some(AccountStats { account_id, full, fast, unique_shares_count: contents[at].1 })
    });
    stats.collect()
}

/// Does an edge count at this level?
pub(super) fn is_counted(network: &CoorTweetNetwork<'_>, edge: &CoorTweetEdge<'_>, level: StatsLevel) -> bool {
    match level {
        StatsLevel::Full => edge.full.weight_threshold,
        StatsLevel::Fast if network.is_fast => edge.fast.as_ref().is_some_and(|fast| fast.weight_threshold),
        StatsLevel::All | StatsLevel::Fast => true,
    }
}

/// One end of an edge, and the bits by which edges of an account are equal to CooRTweet.
struct End<'e, 'a> {
    account: &'a str,
    equal_when: [Option<u64>; 4],
    edge: &'e CoorTweetEdge<'a>,
}

impl<'e, 'a> End<'e, 'a> {
    fn of(account: &'a str, edge: &'e CoorTweetEdge<'a>) -> Self {
        let fast = edge.fast.as_ref();
        let equal_when = [
            Some(edge.full.avg_time_delta),
            fast.map(|fast| fast.avg_time_delta),
            Some(edge.full.edge_symmetry_score),
            fast.map(|fast| fast.edge_symmetry_score),
        ];
        Self { account, equal_when: equal_when.map(|value| value.map(f64::to_bits)), edge }
    }
}

/// Means over the edges of one account that have these measures.
fn means<'a>(
    ends: &[End<'_, 'a>],
    measures: impl for<'e> Fn(&'e CoorTweetEdge<'a>) -> Option<&'e EdgeMeasures<'a>>,
) -> Option<AccountMeans> {
    let every: Vec<&EdgeMeasures<'_>> = ends.iter().filter_map(|end| measures(end.edge)).collect();
    if every.is_empty() {
        return None;
    }
    let different = ends.chunk_by(|x, y| x.equal_when == y.equal_when);
    let different: Vec<&EdgeMeasures<'_>> = different.filter_map(|equal| measures(equal[0].edge)).collect();
    Some(AccountMeans {
        avg_time_delta: mean(different.iter().map(|edge| edge.avg_time_delta)),
        avg_edge_symmetry_score: mean(different.iter().map(|edge| edge.edge_symmetry_score)),
        corrected: CorrectedMeans {
            avg_time_delta: mean(every.iter().map(|edge| edge.avg_time_delta)),
            avg_edge_symmetry_score: mean(every.iter().map(|edge| edge.corrected.edge_symmetry_score)),
        },
    })
}

/// Distinct contents of every account, by account id; a missing account has none.
fn n_contents<'a>(groups: &CoorTweetGroups<'a>, level: StatsLevel) -> Vec<(&'a str, u32)> {
    let rows = groups.rows_at(level);
    let mut shares: Vec<(u32, u32)> =
        rows.flat_map(|row| [(row.account, row.content), (row.account_y, row.content_y)]).collect();
    shares.sort_unstable();
    shares.dedup();
    let accounts = shares.chunk_by(|x, y| x.0 == y.0);
    let mut counted: Vec<(&str, u32)> =
        accounts.filter_map(|shares| Some((groups.account(shares[0].0)?, shares.len() as u32))).collect();
    counted.sort_unstable();
    counted
}
