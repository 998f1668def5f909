//! What scripts may ask of other stages. The host does not know those stages: whoever runs scripts hands the kernels
//! in, and a script that is run without them is told so.

use polars::prelude::StringChunked;
use std::fmt::Debug;

/// The kernels of other stages, for scripts. All are functions of their input: no seed, no clock, no files.
pub trait Kernels: Debug + Send + Sync {
    /// Counts post pairs of different accounts on the same object within a window, without a null model: what
    /// `coordinate --method plain` counts.
    ///
    /// # Errors
    /// More pairs than allowed, or an input that cannot be encoded.
    fn co_activity(&self, actions: &CoActions<'_>, rule: &CoActivityRule) -> Result<CoActivity, KernelError>;

    /// The group of copies of each text, numbered from 0; none for a text that is missing, too short or alone.
    fn near_duplicates(&self, texts: &[Option<&str>], rule: &CopyRule) -> Vec<Option<u32>>;

    /// How alike the texts of each row are, in [0, 1]; null where one is. Both columns have the same length.
    fn similarity(&self, a: &StringChunked, b: &StringChunked, measure: Similarity) -> Vec<Option<f64>>;

    /// The canonical form of a web address; nothing when it is none.
    fn canonical_url(&self, text: &str) -> Option<WebAddress>;

    /// The registrable domain of a host name in lower case.
    fn registrable_domain(&self, host: &str) -> Option<String>;
}

/// Borrowed columns of actions, of one length. Rows without object or account take no part.
#[derive(Clone, Copy, Debug)]
pub struct CoActions<'a> {
    /// What was acted on.
    pub object: &'a StringChunked,
    /// Who acted.
    pub account: &'a StringChunked,
    /// When, microseconds since 1970 UTC.
    pub at_micros: &'a [i64],
}

/// Which pairs count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CoActivityRule {
    /// Greatest |Δt| in microseconds, inclusive; one second to thirty days.
    pub window_micros: i64,
    /// Least weight of an edge.
    pub min_weight: u32,
    /// Accounts with fewer rows are left out first.
    pub min_participation: u32,
    /// Pairs that may be visited.
    pub max_pairs: u64,
}

/// A network of counted pairs.
#[derive(Clone, Debug, PartialEq)]
pub struct CoActivity {
    /// Ids of the accounts that have an edge, ascending by their bytes.
    pub accounts: Vec<String>,
    /// Edges (a, b, weight) of positions in `accounts`, a < b, ascending.
    pub edges: Vec<(u32, u32, f64)>,
    /// Times look cut to minutes, so that windows below two minutes mean "in the same minute".
    pub cut_to_minutes: bool,
}

/// Why a kernel gave nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KernelError {
    /// So many pairs lie within the window.
    TooManyPairs(u64),
    /// In the words of the stage.
    Refused(String),
}

/// When two texts are copies of each other; what is not set is as in the program's own layer `text`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CopyRule {
    /// Shorter texts, in characters after cleaning, are in no group.
    pub min_chars: Option<usize>,
    /// Least Jaccard index of the sets of 5-character shingles.
    pub jaccard: Option<f64>,
    /// The Levenshtein ratio must be above this.
    pub ratio: Option<f64>,
}

/// A measure of likeness of two texts as they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Similarity {
    /// 1 − Levenshtein distance ÷ characters of the longer text.
    Levenshtein,
    /// Shared ÷ all of the 5-character shingles.
    Jaccard,
}

/// A web address in canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebAddress {
    /// The whole address.
    pub target: String,
    /// Its host.
    pub host: String,
    /// Registrable domain of the host; none for addresses of machines and for bare suffixes.
    pub domain: Option<String>,
}
