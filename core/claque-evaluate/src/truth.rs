//! Clusters and labels, read and checked.

use crate::error::EvaluateError;
use claque_model::Dimension;
use polars::prelude::{BooleanChunked, DataFrame, StringChunked};
use std::collections::{BTreeMap, BTreeSet};

/// Accounts by cluster.
pub(crate) type Clusters = BTreeMap<String, BTreeSet<String>>;

/// One labelled group.
pub(crate) struct Group {
    pub(crate) scenario: String,
    pub(crate) planted: bool,
    pub(crate) expected: Option<Dimension>,
    pub(crate) accounts: BTreeSet<String>,
}

pub(crate) fn known_dimension(word: &str) -> Result<Dimension, EvaluateError> {
    Dimension::parse(word).ok_or_else(|| EvaluateError::UnknownDimension(word.to_owned()))
}

pub(crate) fn texts<'a>(
    frame: &'a DataFrame,
    table: &'static str,
    column: &'static str,
) -> Result<&'a StringChunked, EvaluateError> {
    let unusable = EvaluateError::UnusableColumn { table, column, expected: "text" };
    let found = frame.column(column).ok().and_then(|c| c.str().ok());
    found.filter(|c| c.null_count() == 0).ok_or(unusable)
}

pub(crate) fn flags<'a>(
    frame: &'a DataFrame,
    table: &'static str,
    column: &'static str,
) -> Result<&'a BooleanChunked, EvaluateError> {
    let unusable = EvaluateError::UnusableColumn { table, column, expected: "true or false" };
    let found = frame.column(column).ok().and_then(|c| c.bool().ok());
    found.filter(|c| c.null_count() == 0).ok_or(unusable)
}

pub(crate) fn read_clusters(members: &DataFrame) -> Result<Clusters, EvaluateError> {
    let (ids, accounts) = (texts(members, "members", "cluster_id")?, texts(members, "members", "account_id")?);
    let mut clusters = Clusters::new();
    for (id, account) in ids.iter().flatten().zip(accounts.iter().flatten()) {
        clusters.entry(id.to_owned()).or_default().insert(account.to_owned());
    }
    Ok(clusters)
}

/// Groups by name.
pub(crate) type Groups = BTreeMap<String, Group>;

pub(crate) fn read_groups(labels: &DataFrame) -> Result<Groups, EvaluateError> {
    let column = |name| texts(labels, "labels", name);
    let (accounts, names, scenarios) = (column("account_id")?, column("group")?, column("scenario")?);
    let planted = flags(labels, "labels", "planted")?;
    let unusable = EvaluateError::UnusableColumn { table: "labels", column: "dimension", expected: "text" };
    let dimensions = labels.column("dimension").map_err(|_| unusable)?;
    let mut groups = Groups::new();
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
