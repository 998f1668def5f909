//! The table `clusters`: real groups and matched decoys, which nobody here can tell apart.

use claque_sdk::{Error, Table};
use std::collections::HashMap;

/// Known values of the members, by cluster.
pub(crate) struct Groups<V> {
    /// In the order in which the clusters were first seen.
    found: Vec<(String, Vec<V>)>,
}

impl<V> Groups<V> {
    /// Reads the members whose value is known. A member that is listed twice counts twice, as the engine
    /// lists none twice.
    pub(crate) fn read(clusters: Table, value: impl Fn(&str) -> Option<V>) -> Result<Self, Error> {
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut found: Vec<(String, Vec<V>)> = Vec::new();
        for batch in clusters {
            let batch = batch?;
            let (ids, members) = (batch.strings("cluster_id")?, batch.strings("account_id")?);
            for i in 0..batch.len() {
                let (Some(id), Some(member)) = (ids.get(i), members.get(i)) else { continue };
                let place = if let Some(&place) = places.get(id) {
                    place
                } else {
                    places.insert(id.to_owned(), found.len());
                    found.push((id.to_owned(), Vec::new()));
                    found.len() - 1
                };
                found[place].1.extend(value(member));
            }
        }
        Ok(Self { found })
    }
}

impl<V> IntoIterator for Groups<V> {
    type Item = (String, Vec<V>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.found.into_iter()
    }
}
