//! All trace layers, encoded and sorted once. Nothing is tested or counted here.

mod encode;

use crate::actions::Actions;
use claque_model::TimePrecision;
use polars::prelude::DataFrame;
use rayon::prelude::*;
use std::sync::Arc;

/// One trace layer as it comes from a signal.
#[derive(Clone, Debug)]
pub struct LayerInput {
    /// Name of the layer.
    pub name: String,
    /// Weight in fusion, see [`crate::fusion_weight`].
    pub fusion_weight: f64,
    /// `account_id`, `object`, `at`, `post_id`; no nulls.
    pub traces: DataFrame,
    /// Precision of the times, where it is known.
    pub precision: Option<TimePrecision>,
}

/// One action. Ordered by time, then account, then post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Row {
    pub(crate) at: i64,
    pub(crate) account: u32,
    pub(crate) post: u32,
}

/// One encoded layer: the rows of each object in order of (time, account, post).
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    pub(crate) name: String,
    pub(crate) fusion_weight: f64,
    pub(crate) precision: Option<TimePrecision>,
    pub(crate) objects: Vec<String>,
    /// A stable hash per object, the same for every way of encoding.
    pub(crate) hashes: Arc<Vec<u64>>,
    pub(crate) starts: Arc<Vec<u32>>,
    pub(crate) rows: Arc<Vec<Row>>,
}

impl Layer {
    pub(crate) fn n_objects(&self) -> usize {
        self.starts.len() - 1
    }

    /// The same layer at other times: `moved` gives the new time of each row. Names are left behind.
    pub(crate) fn with_times(&self, moved: impl Fn(&Row) -> i64) -> Self {
        let mut rows: Vec<Row> = self.rows.iter().map(|row| Row { at: moved(row), ..*row }).collect();
        for object in self.starts.windows(2) {
            rows[object[0] as usize..object[1] as usize].sort_unstable();
        }
        Self {
            name: self.name.clone(),
            fusion_weight: self.fusion_weight,
            precision: self.precision,
            objects: Vec::new(),
            hashes: Arc::clone(&self.hashes),
            starts: Arc::clone(&self.starts),
            rows: Arc::new(rows),
        }
    }

    pub(crate) fn rows_of(&self, object: usize) -> &[Row] {
        &self.rows[self.starts[object] as usize..self.starts[object + 1] as usize]
    }
}

/// All layers of a run. Codes of accounts, posts and objects ascend with the bytes of their ids, so that
/// order of codes is order of ids.
#[derive(Clone, Debug)]
pub struct Corpus {
    accounts: Vec<String>,
    posts: Vec<String>,
    pub(crate) layers: Vec<Layer>,
}

impl Corpus {
    /// Encodes the layers: dictionaries first, then one sort per layer. O(rows) and O(rows log rows of an object).
    ///
    /// # Errors
    /// A missing or wrongly typed column, a null, a layer given twice, too many rows.
    pub fn encode(layers: &[LayerInput]) -> Result<Self, crate::CoordinationError> {
        encode::encode(layers, &[])
    }

    /// As [`Self::encode`], with codes also for accounts that left no trace.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub fn encode_with(layers: &[LayerInput], accounts: &[&str]) -> Result<Self, crate::CoordinationError> {
        encode::encode(layers, accounts)
    }

    /// The one layer of a four-column input, from its own encoding.
    ///
    /// Accounts keep their codes. Posts are numbered by input row (from 0) and have no names here, nor
    /// have objects: [`Corpus::posts`] and [`Corpus::objects`] are empty.
    #[must_use]
    pub fn from_actions(actions: &Actions, layer: &str) -> Self {
        let n_accounts = actions.accounts().len() as u32;
        let layer = Layer {
            name: layer.to_owned(),
            fusion_weight: crate::fusion_weight(layer),
            precision: None,
            objects: Vec::new(),
            hashes: Arc::clone(&actions.hashes),
            starts: Arc::clone(&actions.starts),
            rows: Arc::clone(&actions.rows),
        };
        Self {
            accounts: (0..n_accounts).into_par_iter().map(|code| actions.accounts().get(code).to_owned()).collect(),
            posts: Vec::new(),
            layers: vec![layer],
        }
    }

    /// Account ids by code.
    #[must_use]
    pub fn accounts(&self) -> &[String] {
        &self.accounts
    }

    /// Post ids by code.
    #[must_use]
    pub fn posts(&self) -> &[String] {
        &self.posts
    }

    /// Object names of a layer by code; none for an unknown layer.
    #[must_use]
    pub fn objects(&self, layer: &str) -> &[String] {
        self.layers.iter().find(|l| l.name == layer).map_or(&[], |l| &l.objects)
    }

    /// Names of the layers, ascending.
    #[must_use]
    pub fn layer_names(&self) -> Vec<&str> {
        self.layers.iter().map(|l| l.name.as_str()).collect()
    }

    pub(crate) fn layer(&self, name: &str) -> Option<&Layer> {
        self.layers.iter().find(|l| l.name == name)
    }
}

#[cfg(test)]
mod tests;
