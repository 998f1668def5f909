//! Scores per cluster and statement, and the verdict.

use crate::dimension::Dimension;
use crate::finding::Finding;
pub use claque_statistics::Searched;

/// Why no score is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AbstainReason {
    /// Cap-weighted share of families with their columns below 0.4.
    Coverage,
    /// Fewer than 5 accounts.
    FewAccounts,
    /// Fewer than 50 posts.
    FewPosts,
    /// No matched pool is large enough.
    PoolTooSmall,
    /// The 5–95 % interval is wider than 0.4.
    IntervalTooWide,
    /// Fewer than 30 shared objects in the confirming half.
    Exploratory,
}

impl AbstainReason {
    /// Stable code for tables.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Coverage => "coverage",
            Self::FewAccounts => "few_accounts",
            Self::FewPosts => "few_posts",
            Self::PoolTooSmall => "pool_too_small",
            Self::IntervalTooWide => "interval_too_wide",
            Self::Exploratory => "exploratory",
        }
    }

    /// A sentence for people.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Coverage => "fewer than 40 % of the evidence that could speak to this was available",
            Self::FewAccounts => "the group has fewer than 5 accounts",
            Self::FewPosts => "the group has fewer than 50 posts",
            Self::PoolTooSmall => "too few comparable accounts outside the group",
            Self::IntervalTooWide => "the interval is wider than 0.4",
            Self::Exploratory => "exploratory, unconfirmed: too few shared objects were left for confirmation",
        }
    }
}

/// One statement about one cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Which statement.
    pub dimension: Dimension,
    /// K, I or S_d itself, 0..1: an evidence index with a stated prior.
    pub own: f64,
    /// Headline: min(K, S_d) for the four dimensions, `own` for K and I.
    pub score: f64,
    /// max(0, K + S_d − 1) for the four dimensions, `own` for K and I.
    pub lower_bound: f64,
    /// 5 % point of the headline over bootstraps of accounts and days.
    pub ci_low: f64,
    /// 95 % point.
    pub ci_high: f64,
    /// Headline with the prior at 0.01.
    pub prior_low: f64,
    /// Headline with the prior at 0.15.
    pub prior_high: f64,
    /// Headline without the strongest family.
    pub without_best: f64,
    /// Cap-weighted share of families that could be assessed.
    pub coverage: f64,
    /// No score is stated, and why.
    pub abstained: Option<AbstainReason>,
}

/// What is said about a cluster as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// K and I.
    CibCandidate,
    /// K without I.
    CoordinatedAuthenticityUndetermined,
    /// Not confirmed.
    Exploratory,
    /// Nothing can be said.
    Abstained,
}

impl Verdict {
    /// The word used in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CibCandidate => "cib_candidate",
            Self::CoordinatedAuthenticityUndetermined => "coordinated_authenticity_undetermined",
            Self::Exploratory => "exploratory",
            Self::Abstained => "abstained",
        }
    }

    /// Reads the word used in tables.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::CibCandidate, Self::CoordinatedAuthenticityUndetermined, Self::Exploratory, Self::Abstained]
            .into_iter()
            .find(|verdict| verdict.name() == word)
    }

    /// The words for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::CibCandidate => "CIB candidate",
            Self::CoordinatedAuthenticityUndetermined => "coordinated; authenticity undetermined",
            Self::Exploratory => "exploratory, unconfirmed",
            Self::Abstained => "abstained",
        }
    }
}

/// The scores of one cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterScores {
    /// Cluster.
    pub cluster_id: String,
    /// Verdict.
    pub verdict: Verdict,
    /// Was coordination confirmed on the other half?
    pub confirmed: bool,
    /// Its evidence of concealment, without caps and prior, among that of all confirmed clusters: a candidate's stands
    /// that search. `None` where the cluster is not confirmed or nothing was measured.
    pub concealment: Option<Searched>,
    /// Most that the rules let K be, 1 where they do not limit it.
    pub k_limit: f64,
    /// The six statements, in the order of [`Dimension::ALL`].
    pub scores: Vec<Score>,
}

impl ClusterScores {
    /// The statement of that dimension.
    #[must_use]
    pub fn of(&self, dimension: Dimension) -> Option<&Score> {
        self.scores.iter().find(|s| s.dimension == dimension)
    }

    /// The interference dimension with the highest headline, if any was scored.
    #[must_use]
    pub fn top_dimension(&self) -> Option<&Score> {
        let scored =
            self.scores.iter().filter(|s| Dimension::INTERFERENCE.contains(&s.dimension) && s.abstained.is_none());
        scored.fold(None, |best: Option<&Score>, s| match best {
            Some(b) if b.score >= s.score => Some(b),
            _ => Some(s),
        })
    }
}

/// What one family of signals adds to one statement about one cluster: log-odds of the statement's index are those of
/// its prior plus the sum of `nats · discount`; under a refit those of its intercept plus that sum, before calibration.
#[derive(Clone, Debug, PartialEq)]
pub struct FamilyNats {
    /// Cluster.
    pub cluster_id: String,
    /// Statement.
    pub dimension: Dimension,
    /// Signals that share inputs.
    pub family: String,
    /// L_f, capped, in nats.
    pub nats: f64,
    /// ρ^(k−1) for the k-th largest that speaks for the statement, 1 for what speaks against it; under a refit the
    /// family's weight.
    pub discount: f64,
}

/// Findings and scores of a whole run.
#[derive(Clone, Debug, Default)]
pub struct Scorecard {
    /// By cluster, in the order in which they are shown: verdict, then the largest min(K, S_d, I).
    pub clusters: Vec<ClusterScores>,
    /// By cluster, then signal id.
    pub findings: Vec<Finding>,
    /// By cluster, dimension, family: those with a measured signal.
    pub families: Vec<FamilyNats>,
}
