//! Weights learned from labelled clusters: labels and the runs they speak of in, `refit.json` out, and back into a run.
//! What is fitted and when it is accepted is decided in `claque-score`.

mod fault;
mod file;
mod labels;
mod runs;

use crate::data::hex;
use claque_model::Dimension;
use claque_report::Calibrated;
use claque_score::{LabelledCluster, Refit, ScoreSettings, refit};
pub use fault::RefitFault;
pub use file::{CalibrationEntry, Compared, HeldOutEntry, RefitFile, RefittedDimension, SkippedDimension};
use labels::Label;
use runs::LabelledRun;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Learns weights for every dimension in a file of labels: columns `run` (a run folder, relative to the file's), `cluster_id`,
/// `campaign`, `dimension`, `positive`. `version` is that of the program. Dimensions that cannot be learned are skipped.
///
/// # Errors
/// A file that cannot be read, a label of nothing, runs of different priors, or no dimension at all that can be learned.
pub fn learn(labels: &Path, version: &str) -> Result<RefitFile, RefitFault> {
    let (bytes, read) = labels::read(labels)?;
    let folder = labels.parent().unwrap_or(Path::new(""));
    let mut lessons = Lessons { path: labels, folder, runs: BTreeMap::new(), seen: BTreeMap::new() };
    let mut by_dimension: BTreeMap<Dimension, Lesson> = BTreeMap::new();
    for label in &read {
        lessons.add(label, &mut by_dimension)?;
    }
    let mut learned = RefitFile::new(version, hex(&Sha256::digest(&bytes)), ScoreSettings::default().rho);
    for (dimension, lesson) in &by_dimension {
        match refit(&lesson.clusters, lesson.prior, learned.rho) {
            Ok(found) => learned.dimensions.push(RefittedDimension::new(*dimension, lesson, &found)),
            Err(why) => learned.skipped.push(SkippedDimension::new(*dimension, &why)),
        }
    }
    if learned.dimensions.is_empty() {
        return Err(RefitFault::NothingLearned { path: labels.to_owned(), skipped: learned.skipped });
    }
    Ok(learned)
}

/// What is known of one dimension.
struct Lesson {
    /// As declared by the runs, with the first that did.
    prior: f64,
    prior_of: PathBuf,
    clusters: Vec<LabelledCluster>,
}

impl Lesson {
    fn positive(&self) -> usize {
        self.clusters.iter().filter(|cluster| cluster.is_positive).count()
    }

    fn campaigns(&self) -> usize {
        self.clusters.iter().map(|cluster| cluster.campaign.as_str()).collect::<BTreeSet<_>>().len()
    }
}

/// Runs that labels speak of, and which labels were seen.
struct Lessons<'a> {
    path: &'a Path,
    folder: &'a Path,
    /// By folder as it is on disk, so that two ways to one run are one run; each with the way that was written.
    runs: BTreeMap<PathBuf, (PathBuf, LabelledRun)>,
    /// Record by folder, cluster and dimension.
    seen: BTreeMap<(PathBuf, String, Dimension), u64>,
}

impl Lessons<'_> {
    fn add(&mut self, label: &Label, to: &mut BTreeMap<Dimension, Lesson>) -> Result<(), RefitFault> {
        let Label { record, dimension, .. } = *label;
        let given = self.folder.join(&label.run);
        let folder = given.canonicalize().unwrap_or_else(|_| given.clone());
        let key = (folder.clone(), label.cluster_id.clone(), dimension);
        if let Some(first) = self.seen.insert(key, record) {
            return Err(RefitFault::Twice {
                path: self.path.to_owned(),
                record,
                first,
                run: label.run.clone(),
                cluster: label.cluster_id.clone(),
                dimension,
            });
        }
        if !self.runs.contains_key(&folder) {
            let not_read =
                |what| RefitFault::NoRun { path: self.path.to_owned(), record, run: label.run.clone(), what };
            let run = LabelledRun::read(&given).map_err(not_read)?;
            if let Some((other, _)) = self.runs.values().find(|(_, other)| run.shares_data_with(other)) {
                let (path, run) = (self.path.to_owned(), label.run.clone());
                return Err(RefitFault::SameData { path, record, run, other: other.clone() });
            }
            self.runs.insert(folder.clone(), (label.run.clone(), run));
        }
        let (_, run) = &self.runs[&folder];
        let Some(nats) = run.nats(&label.cluster_id, dimension) else {
            let (path, run, cluster) = (self.path.to_owned(), label.run.clone(), label.cluster_id.clone());
            return Err(RefitFault::NoCluster { path, record, run, cluster });
        };
        let prior = run.prior(dimension);
        let new = || Lesson { prior, prior_of: label.run.clone(), clusters: Vec::new() };
        let lesson = to.entry(dimension).or_insert_with(new);
        if lesson.prior.to_bits() != prior.to_bits() {
            return Err(RefitFault::MixedPriors {
                path: self.path.to_owned(),
                record,
                dimension,
                one: (lesson.prior_of.clone(), lesson.prior),
                other: (label.run.clone(), prior),
            });
        }
        let (campaign, is_positive) = (label.campaign.clone(), label.positive);
        lesson.clusters.push(LabelledCluster { campaign, is_positive, nats });
        Ok(())
    }
}

/// The refit that a study names.
pub(crate) struct StudyRefit {
    /// As the study gives it.
    pub(crate) path: String,
    pub(crate) sha256: String,
    pub(crate) file: RefitFile,
}

impl StudyRefit {
    pub(crate) fn read(root: &Path, path: &str) -> Result<Self, RefitFault> {
        let full = root.join(path);
        let bytes = std::fs::read(&full).map_err(|source| RefitFault::unreadable(&full, &source))?;
        let file = RefitFile::parse(&bytes).map_err(|what| RefitFault::NoRefit { path: full, what })?;
        Ok(Self { path: path.to_owned(), sha256: hex(&Sha256::digest(&bytes)), file })
    }

    /// What a run may use.
    pub(crate) fn accepted(&self) -> BTreeMap<Dimension, Refit> {
        self.file.accepted().collect()
    }

    /// As it stands among the settings, which name the run.
    pub(crate) fn in_words(&self) -> String {
        let used: Vec<&str> = self.file.accepted().map(|(dimension, _)| dimension.name()).collect();
        let used = if used.is_empty() { "nothing".to_owned() } else { used.join(", ") };
        format!("{} for {used}; sha256 {}", self.path, self.sha256)
    }

    pub(crate) fn record(&self) -> serde_json::Value {
        json!({ "path": self.path, "sha256": self.sha256, "file": self.file })
    }

    /// What the report says of the statements that it is used for.
    pub(crate) fn calibrated(&self) -> Vec<Calibrated> {
        let used = self.file.dimensions.iter().filter(|one| one.accepted);
        let line = |one: &RefittedDimension| {
            Some(Calibrated {
                dimension: Dimension::parse(&one.dimension)?,
                labels: one.labels() as u64,
                positive: one.positive as u64,
                campaigns: one.campaigns as u64,
                cllr: one.held_out.cllr.refit,
                brier: one.held_out.brier.refit,
            })
        };
        used.filter_map(line).collect()
    }

    /// What a reader of the run should know: which refits are not used, and which families have no weight.
    pub(crate) fn warnings(&self, families: &[claque_model::FamilyNats]) -> Vec<String> {
        let path = &self.path;
        let refused = self.file.dimensions.iter().filter(|one| !one.accepted).map(|one| {
            format!("`{path}`: the refit of {} was not accepted ({}): the default stays", one.dimension, one.why_not())
        });
        let mut unknown: Vec<(Dimension, &str)> = Vec::new();
        for (dimension, refit) in self.file.accepted() {
            let of = families.iter().filter(|f| f.dimension == dimension && !refit.weights.contains_key(&f.family));
            unknown.extend(of.map(|f| (dimension, f.family.as_str())));
        }
        unknown.sort_unstable();
        unknown.dedup();
        let unknown = unknown.into_iter().map(|(dimension, family)| {
            format!(
                "`{path}`: family `{family}` was in no labelled cluster, so it adds nothing to {}",
                dimension.name()
            )
        });
        refused.chain(unknown).collect()
    }
}

#[cfg(test)]
mod tests;
