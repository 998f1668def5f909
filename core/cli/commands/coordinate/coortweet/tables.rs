//! CooRTweet's results as tables: its columns in its order, the corrected ones behind them.

use super::super::{column, internal};
use crate::diagnosis::Failure;
use claque_coordination::coortweet::{
    AccountMeans, AccountStats, CoorTweetGroups, CoorTweetNetwork, CorrectedEdge, EdgeMeasures, GroupStats,
};
use polars::prelude::{Column, DataFrame};

fn table(height: usize, columns: Vec<Column>) -> Result<DataFrame, Failure> {
    DataFrame::new(height, columns).map_err(|e| internal(&e))
}

pub(super) fn groups(groups: &CoorTweetGroups<'_>) -> Result<DataFrame, Failure> {
    let mut columns = vec![
        column("object_id", groups.iter().map(|g| g.object_id).collect::<Vec<_>>()),
        column("content_id", groups.iter().map(|g| g.content_id).collect::<Vec<_>>()),
        column("content_id_y", groups.iter().map(|g| g.content_id_y).collect::<Vec<_>>()),
        column("time_delta", groups.iter().map(|g| g.time_delta).collect::<Vec<_>>()),
        column("account_id", groups.iter().map(|g| g.account_id).collect::<Vec<_>>()),
        column("account_id_y", groups.iter().map(|g| g.account_id_y).collect::<Vec<_>>()),
    ];
    if let Some(window) = groups.fast_window() {
        let flags: Vec<Option<i64>> = groups.iter().map(|g| g.fast.map(i64::from)).collect();
        columns.push(column(&format!("time_window_{window}"), flags));
    }
    table(groups.len(), columns)
}

pub(super) fn edges(network: &CoorTweetNetwork<'_>, objects: bool, corrected: bool) -> Result<DataFrame, Failure> {
    let edges = &network.edges;
    let full = Attributes::of(edges.iter().map(|edge| Some(&edge.full)), if network.is_fast { "_full" } else { "" });
    // with objects the columns are those of igraph's table of edges, without them those of the groups' accounts
    let [from, to] = if objects { ["from", "to"] } else { ["account_id", "account_id_y"] };
    let mut columns = vec![
        column(from, edges.iter().map(|edge| edge.from).collect::<Vec<_>>()),
        column(to, edges.iter().map(|edge| edge.to).collect::<Vec<_>>()),
    ];
    if network.is_fast {
        // full and fast by turns, but the counts of contents, which stand by twos
        let fast = Attributes::of(edges.iter().map(|edge| edge.fast.as_ref()), "_fast");
        columns.extend([full.weight(), fast.weight(), full.delta(), fast.delta()]);
        columns.extend(full.contents().into_iter().chain(fast.contents()));
        columns.extend([full.symmetry(), fast.symmetry()]);
        if objects {
            columns.extend([full.objects(), fast.objects()]);
        }
        columns.extend([full.threshold(), fast.threshold()]);
        if corrected {
            columns.extend(full.corrected().into_iter().chain(fast.corrected()));
        }
    } else {
        columns.extend([full.weight(), full.delta()]);
        columns.extend(full.contents());
        columns.push(full.symmetry());
        if objects {
            columns.push(full.objects());
        }
        columns.push(full.threshold());
        if corrected {
            columns.extend(full.corrected());
        }
    }
    table(edges.len(), columns)
}

/// The attributes of all edges, full or fast, as columns.
struct Attributes<'e, 'a> {
    edges: Vec<Option<&'e EdgeMeasures<'a>>>,
    ending: &'static str,
}

impl<'e, 'a> Attributes<'e, 'a> {
    fn of(edges: impl Iterator<Item = Option<&'e EdgeMeasures<'a>>>, ending: &'static str) -> Self {
        Self { edges: edges.collect(), ending }
    }

    fn integers(&self, name: &str, value: impl Fn(&EdgeMeasures<'a>) -> u32) -> Column {
        let values: Vec<Option<i64>> = self.edges.iter().map(|edge| edge.map(|edge| i64::from(value(edge)))).collect();
        column(&format!("{name}{}", self.ending), values)
    }

    fn doubles(&self, name: &str, value: impl Fn(&EdgeMeasures<'a>) -> f64) -> Column {
        let values: Vec<Option<f64>> = self.edges.iter().map(|edge| edge.map(&value)).collect();
        column(&format!("{name}{}", self.ending), values)
    }

    fn weight(&self) -> Column {
        self.integers("weight", |edge| edge.weight)
    }

    fn delta(&self) -> Column {
        self.doubles("avg_time_delta", |edge| edge.avg_time_delta)
    }

    fn contents(&self) -> [Column; 2] {
        let older = format!("n_content_id{}", self.ending);
        let newer = format!("n_content_id_y{}", self.ending);
        [
            self.integers("n_content_id", |edge| edge.n_content_id).with_name(older.into()),
            self.integers("n_content_id_y", |edge| edge.n_content_id_y).with_name(newer.into()),
        ]
    }

    fn symmetry(&self) -> Column {
        self.doubles("edge_symmetry_score", |edge| edge.edge_symmetry_score)
    }

    fn objects(&self) -> Column {
        let joined: Vec<Option<String>> =
            self.edges.iter().map(|edge| edge.map(EdgeMeasures::joined_objects)).collect();
        column(&format!("object_ids{}", self.ending), joined)
    }

    fn threshold(&self) -> Column {
        self.integers("weight_threshold", |edge| u32::from(edge.weight_threshold))
    }

    fn corrected(&self) -> [Column; 4] {
        let count = |name: &str, value: fn(&CorrectedEdge) -> u32| self.integers(name, |edge| value(&edge.corrected));
        [
            count("corrected_n_content_from", |right| right.n_content_from),
            count("corrected_n_content_to", |right| right.n_content_to),
            self.doubles("corrected_edge_symmetry_score", |edge| edge.corrected.edge_symmetry_score),
            count("corrected_n_objects", |right| right.n_objects),
        ]
    }
}

pub(super) fn accounts(stats: &[AccountStats<'_>], is_fast: bool, corrected: bool) -> Result<DataFrame, Failure> {
    let mut columns = vec![column("account_id", stats.iter().map(|a| a.account_id).collect::<Vec<_>>())];
    let means: Vec<(&str, Vec<Option<AccountMeans>>)> = if is_fast {
        let full = stats.iter().map(|account| Some(account.full)).collect();
        vec![("_full", full), ("_fast", stats.iter().map(|account| account.fast).collect())]
    } else {
        vec![("", stats.iter().map(|account| Some(account.full)).collect())]
    };
    let mut add = |name: &str, value: fn(AccountMeans) -> f64| {
        for (ending, means) in &means {
            let values: Vec<Option<f64>> = means.iter().map(|means| means.map(value)).collect();
            columns.push(column(&format!("{name}{ending}"), values));
        }
    };
    add("avg_time_delta", |means| means.avg_time_delta);
    add("avg_edge_symmetry_score", |means| means.avg_edge_symmetry_score);
    if corrected {
        add("corrected_avg_time_delta", |means| means.corrected.avg_time_delta);
        add("corrected_avg_edge_symmetry_score", |means| means.corrected.avg_edge_symmetry_score);
    }
    let shares: Vec<i64> = stats.iter().map(|account| i64::from(account.unique_shares_count)).collect();
    // behind CooRTweet's own means, before the corrected ones
    let place = if is_fast { 5 } else { 3 };
    columns.insert(place, column("unique_shares_count", shares));
    table(stats.len(), columns)
}

/// With the right counts: beside CooRTweet's rows, and below them the objects that it lost at a comma.
pub(super) fn objects(stats: &[GroupStats<'_>], right: Option<Vec<GroupStats<'_>>>) -> Result<DataFrame, Failure> {
    let mut ids: Vec<&str> = stats.iter().map(|object| object.object_id).collect();
    let mut theirs: Vec<Option<i64>> = stats.iter().map(|object| Some(i64::from(object.num_accounts))).collect();
    let Some(mut right) = right else {
        return table(ids.len(), vec![column("object_id", ids), column("num_accounts", theirs)]);
    };
    let mut corrected = vec![None; ids.len()];
    let mut places: Vec<(&str, usize)> = ids.iter().copied().zip(0..).collect();
    places.sort_unstable();
    right.retain(|object| {
        let found = places.binary_search_by_key(&object.object_id, |(id, _)| id);
        if let Ok(at) = found {
            corrected[places[at].1] = Some(i64::from(object.num_accounts));
        }
        found.is_err()
    });
    ids.extend(right.iter().map(|object| object.object_id));
    theirs.resize(ids.len(), None);
    corrected.extend(right.iter().map(|object| Some(i64::from(object.num_accounts))));
    let columns = vec![
        column("object_id", ids.as_slice()),
        column("num_accounts", theirs),
        column("corrected_num_accounts", corrected),
    ];
    table(ids.len(), columns)
}

pub(super) fn vertices(network: &CoorTweetNetwork<'_>) -> Result<DataFrame, Failure> {
    let columns = vec![
        column("name", network.vertices.iter().map(|vertex| vertex.name).collect::<Vec<_>>()),
        column("color_v", network.vertices.iter().map(|vertex| i64::from(vertex.color_v)).collect::<Vec<_>>()),
    ];
    table(network.vertices.len(), columns)
}
