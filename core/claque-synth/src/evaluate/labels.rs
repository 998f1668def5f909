//! The input of an evaluation, read and checked: clusters and labels.

use crate::world::SynthError;
use claque_model::Dimension;
use polars::prelude::{BooleanChunked, DataFrame, StringChunked};
use std::collections::{BTreeMap, BTreeSet};

/// Accounts by cluster.
pub(super) type Clusters = BTreeMap<String, BTreeSet<String>>;

/// One labelled group.
pub(super) struct Group {
    pub(super) scenario: String,
    pub(super) planted: bool,
    pub(super) expected: Option<Dimension>,
    pub(super) accounts: BTreeSet<String>,
}

fn known_dimension(word: &str) -> Result<Dimension, SynthError> {
    Dimension::parse(word).ok_or_else(|| SynthError::UnknownDimension(word.to_owned()))
}

fn texts<'a>(frame: &'a DataFrame, table: &'static str, column: &'static str) -> Result<&'a StringChunked, SynthError> {
    let unusable = SynthError::UnusableColumn { table, column, expected: "text" };
    let found = frame.column(column).ok().and_then(|c| c.str().ok());
    found.filter(|c| c.null_count() == 0).ok_or(unusable)
}

fn flags<'a>(
    frame: &'a DataFrame,
    table: &'static str,
    column: &'static str,
) -> Result<&'a BooleanChunked, SynthError> {
    let unusable = SynthError::UnusableColumn { table, column, expected: "true or false" };
    let found = frame.column(column).ok().and_then(|c| c.bool().ok());
    found.filter(|c| c.null_count() == 0).ok_or(unusable)
}

pub(super) fn read_clusters(members: &DataFrame) -> Result<Clusters, SynthError> {
    let (ids, accounts) = (texts(members, "members", "cluster_id")?, texts(members, "members", "account_id")?);
    let mut clusters = Clusters::new();
    for (id, account) in ids.iter().flatten().zip(accounts.iter().flatten()) {
        clusters.entry(id.to_owned()).or_default().insert(account.to_owned());
    }
    Ok(clusters)
}

pub(super) fn read_groups(labels: &DataFrame) -> Result<BTreeMap<String, Group>, SynthError> {
    let column = |name| texts(labels, "labels", name);
    let (accounts, names, scenarios) = (column("account_id")?, column("group")?, column("scenario")?);
    let planted = flags(labels, "labels", "planted")?;
    let unusable = SynthError::UnusableColumn { table: "labels", column: "dimension", expected: "text" };
    let dimensions = labels.column("dimension").map_err(|_| unusable)?;
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for row in 0..labels.height() {
        let (Some(account), Some(name), Some(scenario), Some(planted)) =
            (accounts.get(row), names.get(row), scenarios.get(row), planted.get(row))
        else {
            continue;
        };
        // in a table of benign groups alone the column may have lost its type: all null
        let word = dimensions.str().ok().and_then(|d| d.get(row));
        let expected = word.map(known_dimension).transpose()?;
        let empty = || Group { scenario: scenario.to_owned(), planted, expected, accounts: BTreeSet::new() };
        groups.entry(name.to_owned()).or_insert_with(empty).accounts.insert(account.to_owned());
    }
    Ok(groups)
}
