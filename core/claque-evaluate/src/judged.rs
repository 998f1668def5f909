//! What a run says about each cluster, read from its tables and checked.

use crate::calibration::Forecast;
use crate::error::EvaluateError;
use crate::truth::{flags, known_dimension, texts};
use claque_model::{Dimension, Verdict};
use polars::prelude::{DataFrame, Float64Chunked};
use std::collections::BTreeMap;

/// The priors that are in a run's numbers, 0..1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Priors([f64; 6]);

impl Priors {
    /// Of indices: of K, and of I and each dimension.
    #[must_use]
    pub fn declared(coordination: f64, others: f64) -> Self {
        Self(Dimension::ALL.map(|d| if d == Dimension::Coordination { coordination } else { others }))
    }

    /// With that of a statement whose number comes from a refit: the share of its labels for which it holds.
    #[must_use]
    pub fn with(mut self, dimension: Dimension, prior: f64) -> Self {
        self.0 = std::array::from_fn(|at| if Dimension::ALL[at] == dimension { prior } else { self.0[at] });
        self
    }

    fn of(self, dimension: Dimension) -> f64 {
        Dimension::ALL.iter().zip(self.0).filter(|(d, _)| **d == dimension).map(|(_, prior)| prior).sum()
    }
}

/// A cluster, its verdict, and what is stated about it; abstained scores are not there.
pub(crate) struct Judged {
    pub(crate) verdict: Verdict,
    stated: BTreeMap<Dimension, Statement>,
}

#[derive(Clone, Copy)]
struct Statement {
    own: f64,
    score: f64,
}

/// An index and the statement that bounds it, whose prior is the one in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Index {
    pub(crate) value: f64,
    bound_by: Dimension,
}

impl Index {
    fn least(self, other: Self) -> Self {
        if other.value < self.value { other } else { self }
    }

    pub(crate) fn forecast(self, priors: Option<Priors>, came_true: bool) -> Forecast {
        Forecast { score: self.value, prior: priors.map(|p| p.of(self.bound_by)), came_true }
    }
}

impl Judged {
    fn own(&self, dimension: Dimension) -> Option<Index> {
        self.stated.get(&dimension).map(|s| Index { value: s.own, bound_by: dimension })
    }

    /// min(K, S_d), if it is stated.
    pub(crate) fn dimension(&self, dimension: Dimension) -> Option<Index> {
        let stated = self.stated.get(&dimension)?;
        let bound_by = if stated.score < stated.own { Dimension::Coordination } else { dimension };
        Some(Index { value: stated.score, bound_by })
    }

    /// max_d min(K, S_d, I), by which clusters are sorted, if I and a dimension are stated.
    pub(crate) fn headline(&self) -> Option<Index> {
        let concealment = self.own(Dimension::Concealment)?;
        let bounded = Dimension::INTERFERENCE.iter().filter_map(|d| self.dimension(*d)).map(|i| i.least(concealment));
        bounded.reduce(|best, one| if one.value > best.value { one } else { best })
    }

    /// min(K, I), on which the verdict rests.
    pub(crate) fn both(&self) -> Option<f64> {
        Some(self.own(Dimension::Coordination)?.least(self.own(Dimension::Concealment)?).value)
    }

    /// The dimension with the highest score, the first among equals.
    pub(crate) fn top_dimension(&self) -> Option<Dimension> {
        let stated = Dimension::INTERFERENCE.iter().filter_map(|d| Some((*d, self.dimension(*d)?.value)));
        stated.reduce(|best, one| if one.1 > best.1 { one } else { best }).map(|best| best.0)
    }
}

fn shares<'a>(frame: &'a DataFrame, column: &'static str) -> Result<&'a Float64Chunked, EvaluateError> {
    let unusable = EvaluateError::UnusableColumn { table: "scores", column, expected: "a number from 0 to 1" };
    let found = frame.column(column).ok().and_then(|c| c.f64().ok());
    let usable = |c: &&Float64Chunked| c.iter().all(|value| value.is_some_and(|v| (0.0..=1.0).contains(&v)));
    found.filter(usable).ok_or(unusable)
}

/// Clusters by id, from the tables `clusters` (`cluster_id`, `verdict`) and `scores` (`cluster_id`, `dimension`, `own`,
/// `score`, `abstained`).
pub(crate) fn read(clusters: &DataFrame, scores: &DataFrame) -> Result<BTreeMap<String, Judged>, EvaluateError> {
    let (ids, words) = (texts(clusters, "clusters", "cluster_id")?, texts(clusters, "clusters", "verdict")?);
    let mut judged = BTreeMap::new();
    for (id, word) in ids.iter().flatten().zip(words.iter().flatten()) {
        let verdict = Verdict::parse(word).ok_or_else(|| EvaluateError::UnknownVerdict(word.to_owned()))?;
        judged.insert(id.to_owned(), Judged { verdict, stated: BTreeMap::new() });
    }
    let (of, dimensions) = (texts(scores, "scores", "cluster_id")?, texts(scores, "scores", "dimension")?);
    let (own, score, abstained) =
        (shares(scores, "own")?, shares(scores, "score")?, flags(scores, "scores", "abstained")?);
    for row in 0..scores.height() {
        let (Some(id), Some(word), Some(own), Some(score), Some(false)) =
            (of.get(row), dimensions.get(row), own.get(row), score.get(row), abstained.get(row))
        else {
            continue;
        };
        let dimension = known_dimension(word)?;
        if let Some(cluster) = judged.get_mut(id) {
            cluster.stated.insert(dimension, Statement { own, score });
        }
    }
    Ok(judged)
}
