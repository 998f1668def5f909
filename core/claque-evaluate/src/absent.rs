//! Numbers that may not be there, and why they are not.

/// Why a number is not stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// The run has no cluster.
    NoClusters,
    /// Nobody is labelled and nobody is in a cluster.
    NoAccounts,
    /// No operation is labelled.
    NoOperations,
    /// Every score abstains.
    NothingStated,
    /// No cluster got a verdict that says yes or no.
    NothingAnswered,
    /// Nothing that was measured is an operation.
    NoPositives,
    /// Everything that was measured is an operation.
    NoNegatives,
    /// A score of 0 or 1 was wrong, and a cost in bits has no bound there.
    NoBound,
    /// The run does not say which priors are in its scores.
    NoPriors,
    /// The posts of the study were not given.
    NoPosts,
}

impl Absent {
    /// The reason, to stand after a colon.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NoClusters => "the run has no cluster",
            Self::NoAccounts => "no account is labelled or in a cluster",
            Self::NoOperations => "the labels name no operation",
            Self::NothingStated => "every score abstains",
            Self::NothingAnswered => "no cluster got a verdict that says yes or no",
            Self::NoPositives => "none of what was measured is an operation",
            Self::NoNegatives => "all of what was measured are operations",
            Self::NoBound => "a score of 0 or 1 was wrong, and its cost has no bound",
            Self::NoPriors => "the run does not record the priors of its scores",
            Self::NoPosts => "it needs every account of the study, and no posts were given",
        }
    }
}

/// A number, or why there is none. Never NaN, never infinite.
pub type Figure = Result<f64, Absent>;
