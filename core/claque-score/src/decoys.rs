//! Decoys: matched sets that a `statistics` signal cannot tell from the real groups.

use crate::error::ScoreError;
use crate::frame;
use crate::group::Group;
use crate::matched::MatchedSets;
use crate::population::Population;
use crate::random::{Stream, key};
use crate::resolution::Part;
use polars::prelude::{BooleanChunked, DataFrame, NewChunkedArray, PlSmallStr, Series};
use rayon::prelude::*;

/// Real groups and their decoys under meaningless ids, in random order.
#[derive(Clone, Debug)]
pub struct Decoys {
    /// `cluster_id`, `account_id`; by both. Groups whose pool is too small are not in it.
    pub clusters: DataFrame,
    /// By number in the id.
    owners: Vec<Owner>,
    group_ids: Vec<String>,
    /// By group, number of its sets.
    shown: Vec<u32>,
}

/// What stands behind a meaningless id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Owner {
    pub(crate) group: usize,
    pub(crate) is_real: bool,
}

/// The groups of these parts, and as their decoys the parts' sets, shuffled by the seed.
#[must_use]
pub fn decoys(population: &Population, groups: &[Group], sets: &MatchedSets, parts: &[Part], seed: u64) -> Decoys {
    let shuffle = key(seed, "order of clusters");
    let mut hidden: Vec<(u64, Owner, Vec<u32>)> = parts
        .par_iter()
        .filter_map(|part| sets.of(part.group).ok().map(|matcher| (part, matcher)))
        .flat_map_iter(|(part, matcher)| {
            let group = part.group;
            // one number for the real group and one per decoy, far from those of other groups
            let order = move |draw: u64| Stream::new(shuffle, ((group as u64) << 32) | draw).bits();
            let real = (order(0), Owner { group, is_real: true }, matcher.members().to_vec());
            let decoy = move |(draw, set)| (order(u64::from(draw) + 1), Owner { group, is_real: false }, set);
            std::iter::once(real).chain(matcher.sets(part.draws.clone()).map(decoy))
        })
        .collect();
    hidden.par_sort_unstable_by(|a, b| (a.0, a.1, &a.2).cmp(&(b.0, b.1, &b.2)));
    let ids = population.ids();
    let rows: usize = hidden.iter().map(|(_, _, accounts)| accounts.len()).sum();
    let mut cluster_ids = Vec::with_capacity(rows);
    let mut account_ids = Vec::with_capacity(rows);
    for (number, (_, _, accounts)) in hidden.iter().enumerate() {
        let id = meaningless(number);
        for &account in accounts {
            cluster_ids.push(id.clone());
            account_ids.push(ids[account as usize].as_str());
        }
    }
    let columns = vec![
        Series::from_iter(cluster_ids).with_name(PlSmallStr::from_static("cluster_id")).into(),
        Series::from_iter(account_ids).with_name(PlSmallStr::from_static("account_id")).into(),
    ];
    Decoys {
        clusters: DataFrame::new(rows, columns).expect("two columns of one length"),
        owners: hidden.into_iter().map(|(_, owner, _)| owner).collect(),
        group_ids: groups.iter().map(|group| group.id.clone()).collect(),
        shown: shown(groups.len(), parts),
    }
}

fn shown(groups: usize, parts: &[Part]) -> Vec<u32> {
    let mut shown = vec![0; groups];
    for part in parts {
        shown[part.group] += part.draws.end - part.draws.start;
    }
    shown
}

fn meaningless(number: usize) -> String {
    format!("g{number:07}")
}

impl Decoys {
    /// What stands behind that id.
    pub(crate) fn owner(&self, id: &str) -> Option<Owner> {
        let number: usize = id.strip_prefix('g')?.parse().ok()?;
        self.owners.get(number).copied().filter(|_| meaningless(number) == id)
    }

    /// By group, how many of its sets are among the clusters, if it has any.
    pub(crate) fn shown(&self) -> &[u32] {
        &self.shown
    }

    /// The rows of the real groups, under their own ids, in the order of the groups.
    ///
    /// # Errors
    /// No string column `cluster_id`, or an id that is not one of [`Self::clusters`].
    pub fn real_only(&self, values: &DataFrame) -> Result<DataFrame, ScoreError> {
        let table = "statistics";
        let ids = frame::ids(values, table, "cluster_id")?;
        let mut owners = Vec::with_capacity(ids.len());
        for (row, id) in ids.iter().enumerate() {
            let unknown = || ScoreError::UnknownId { table: table.into(), id: (*id).to_owned(), row: row + 1 };
            owners.push(self.owner(id).ok_or_else(unknown)?);
        }
        let filtering = |source| ScoreError::Filter { table: table.to_owned(), source };
        let mask = BooleanChunked::from_iter_values(PlSmallStr::EMPTY, owners.iter().map(|o| o.is_real));
        let mut kept = values.filter(&mask).map_err(filtering)?;
        let mut groups: Vec<(usize, u32)> = Vec::new();
        for owner in owners.iter().filter(|o| o.is_real) {
            groups.push((owner.group, groups.len() as u32));
        }
        let own_ids: Series = groups.iter().map(|(group, _)| self.group_ids[*group].as_str()).collect();
        kept.with_column(own_ids.with_name(PlSmallStr::from_static("cluster_id")).into()).map_err(filtering)?;
        groups.sort_unstable();
        let order: Vec<u32> = groups.into_iter().map(|(_, row)| row).collect();
        kept.take(&polars::prelude::IdxCa::from_vec(PlSmallStr::EMPTY, order)).map_err(filtering)
    }
}

#[cfg(test)]
mod tests;
