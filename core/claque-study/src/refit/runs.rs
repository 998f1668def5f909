//! A run folder as lessons: which clusters it has, what their families say, and which priors it declares.

use crate::record::{PRIOR, PRIOR_COORDINATION};
use claque_ingest::read_table;
use claque_model::Dimension;
use polars::prelude::{DataFrame, PolarsResult, StringChunked};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// L_f by family.
type Nats = BTreeMap<String, f64>;

/// What a run says about its clusters.
pub(super) struct LabelledRun {
    prior: f64,
    prior_coordination: f64,
    /// Hashes of the inputs with posts, sorted; empty where the record has none.
    data: Vec<String>,
    /// Every cluster, also one without any evidence.
    clusters: BTreeMap<String, BTreeMap<Dimension, Nats>>,
}

impl LabelledRun {
    /// Reads `run.json` and two tables, or says what is wrong with them.
    pub(super) fn read(folder: &Path) -> Result<Self, String> {
        if !folder.is_dir() {
            return Err("no such folder".to_owned());
        }
        let table = |name: &str| {
            read_table(&folder.join("tables").join(format!("{name}.parquet"))).map_err(|error| error.to_string())
        };
        let (clusters, families) = (table("clusters")?, table("families")?);
        let ids = column(&clusters, "cluster_id").map_err(|error| format!("`clusters.parquet`: {error}"))?;
        let ids = ids.iter().flatten().map(|id| (id.to_owned(), BTreeMap::new()));
        let record = record(folder)?;
        let (prior, prior_coordination) = priors(&record)?;
        let mut run = Self { prior, prior_coordination, data: data(&record), clusters: ids.collect() };
        run.add(&families).map_err(|error| format!("`families.parquet`: {error}"))?;
        Ok(run)
    }

    fn add(&mut self, families: &DataFrame) -> Result<(), String> {
        let text = |name: &str| column(families, name).map_err(|error| error.to_string());
        let (ids, dimensions, names) = (text("cluster_id")?, text("dimension")?, text("family")?);
        let nats = families.column("nats").and_then(|nats| nats.f64().cloned()).map_err(|error| error.to_string())?;
        for row in 0..families.height() {
            let of = || Some((ids.get(row)?, dimensions.get(row).and_then(Dimension::parse)?, names.get(row)?));
            let known = of().zip(nats.get(row).filter(|nats| nats.is_finite()));
            let Some(((id, dimension, family), nats)) = known else {
                return Err(format!("row {} cannot be used", row + 1));
            };
            let Some(cluster) = self.clusters.get_mut(id) else {
                return Err(format!("row {}: there is no cluster `{id}`", row + 1));
            };
            cluster.entry(dimension).or_default().insert(family.to_owned(), nats);
        }
        Ok(())
    }

    /// What the families say about a cluster; none of them did where nothing was measured. `None` for no cluster of this run.
    pub(super) fn nats(&self, cluster: &str, dimension: Dimension) -> Option<Nats> {
        Some(self.clusters.get(cluster)?.get(&dimension).cloned().unwrap_or_default())
    }

    /// Were both made of the same posts?
    pub(super) fn shares_data_with(&self, other: &Self) -> bool {
        !self.data.is_empty() && self.data == other.data
    }

    pub(super) fn prior(&self, dimension: Dimension) -> f64 {
        if dimension == Dimension::Coordination { self.prior_coordination } else { self.prior }
    }
}

fn column(table: &DataFrame, name: &str) -> PolarsResult<StringChunked> {
    table.column(name)?.str().cloned()
}

fn record(folder: &Path) -> Result<Value, String> {
    let text = std::fs::read_to_string(folder.join("run.json")).map_err(|error| format!("`run.json`: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("`run.json`: {error}"))
}

/// Lists and other tables of the user may differ between runs of one data set.
fn data(record: &Value) -> Vec<String> {
    let inputs = record["inputs"].as_array().map(Vec::as_slice).unwrap_or_default();
    let with_posts = inputs.iter().filter(|input| input["rows"]["posts"].as_u64().is_some_and(|rows| rows > 0));
    let mut hashes: Vec<String> = with_posts.filter_map(|input| input["sha256"].as_str().map(str::to_owned)).collect();
    hashes.sort_unstable();
    hashes
}

fn priors(record: &Value) -> Result<(f64, f64), String> {
    let prior = |name: &str| {
        let shown = record["settings"][name].as_str().and_then(|text| text.parse::<f64>().ok());
        shown.filter(|p| *p > 0.0 && *p < 1.0).ok_or_else(|| format!("`run.json` does not tell the {name}"))
    };
    Ok((prior(PRIOR)?, prior(PRIOR_COORDINATION)?))
}
