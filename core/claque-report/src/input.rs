//! What a report is made of: the results of a run, borrowed from the stages that computed them.

use claque_model::{Cluster, Confirmation, Dimension, Network, Scorecard, TimeWindow};

/// Everything that a report says something about.
#[derive(Clone, Debug)]
pub struct ReportInput<'a> {
    /// Title of the report.
    pub title: &'a str,
    /// Id of the study.
    pub study_id: &'a str,
    /// The question that the study asks, if it states one.
    pub question: Option<&'a str>,
    /// Fingerprint of the run.
    pub run_id: &'a str,
    /// Version of the program.
    pub claque_version: &'a str,
    /// What was read.
    pub inputs: &'a [InputLine],
    /// What is in it.
    pub corpus: CorpusSummary,
    /// Time windows asked for, ascending.
    pub windows: Vec<TimeWindow>,
    /// Edges that exceed chance, and what was tested for them.
    pub network: &'a Network,
    /// Account ids by code.
    pub account_ids: &'a [String],
    /// Were the groups named by the user, and not found?
    pub groups_given: bool,
    /// Clusters.
    pub clusters: &'a [Cluster],
    /// Their confirmations, by position.
    pub confirmations: &'a [Confirmation],
    /// Scores and findings.
    pub scorecard: &'a Scorecard,
    /// N5: is there any group at all? Printed first.
    pub corpus_p: f64,
    /// Permutations behind it, 0 when it was not run.
    pub corpus_draws: u32,
    /// Every signal asked for.
    pub signals: &'a [SignalStatus],
    /// Posts behind the findings, in the order in which they are shown.
    pub evidence: &'a [EvidencePost],
    /// Posts of each cluster over time.
    pub activity: &'a [ClusterActivity],
    /// What a reader should know besides.
    pub warnings: &'a [String],
    /// Parameters and priors as printed.
    pub settings: Vec<(String, String)>,
    /// Statements whose number is a probability.
    pub calibrated: Vec<Calibrated>,
}

/// A statement whose weights were learned from labels, and accepted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibrated {
    /// Statement.
    pub dimension: Dimension,
    /// Labelled clusters.
    pub labels: u64,
    /// Those for which it holds.
    pub positive: u64,
    /// Campaigns that they come from.
    pub campaigns: u64,
    /// Cost of the log-likelihood ratio on campaigns left out, bits.
    pub cllr: f64,
    /// Mean squared error on campaigns left out.
    pub brier: f64,
}

/// One input file, folder or table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputLine {
    /// Its name in the study.
    pub name: String,
    /// Its path as the study gives it.
    pub path: String,
    /// Rows per table.
    pub rows: Vec<(String, u64)>,
    /// SHA-256 in hex.
    pub sha256: String,
}

/// What the data hold, and how much of it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CorpusSummary {
    /// Posts.
    pub n_posts: u64,
    /// Accounts with at least one post.
    pub n_accounts: u64,
    /// Earliest post, microseconds.
    pub first_at: Option<i64>,
    /// Latest post, microseconds.
    pub last_at: Option<i64>,
    /// Precision of times, as the word of `created_at_precision`.
    pub precision: Option<String>,
    /// Share of known values per column, 0..1.
    pub known: Vec<(String, f64)>,
    /// Languages, as the data write them.
    pub languages: Vec<String>,
    /// Objects with more sharers than the cap, on the layer that has most of them.
    pub hot_objects: u64,
}

/// A signal and how it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignalStatus {
    /// Id.
    pub id: String,
    /// Version.
    pub version: String,
    /// Title for people.
    pub title: String,
    /// Statement that it feeds.
    pub dimension: Dimension,
    /// Where it comes from.
    pub home: String,
    /// How it went.
    pub state: SignalState,
}

/// How a signal went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignalState {
    /// It gave so many rows.
    Ran { rows: u64 },
    /// It could not be asked; the reason as a sentence.
    Missing(String),
    /// It failed; the reason in its own words.
    Failed(String),
}

/// A post behind a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EvidencePost {
    /// Cluster.
    pub cluster_id: String,
    /// Signal.
    pub signal_id: String,
    /// Post.
    pub post_id: String,
    /// Its account, empty when unknown.
    pub account_id: String,
    /// Its time, microseconds.
    pub at: Option<i64>,
    /// Beginning of its text.
    pub text: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// The object shared.
    pub object: Option<String>,
    /// What the signal noted.
    pub note: Option<String>,
}

/// Posts of a cluster over time. The bins of all clusters have the same starts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterActivity {
    /// Cluster.
    pub cluster_id: String,
    /// Start of the bin in microseconds, and posts in it.
    pub bins: Vec<(i64, u64)>,
}
