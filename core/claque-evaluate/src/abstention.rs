//! Is a run right where it is sure? Verdicts in the order of their confidence, and how often they are wrong as more of
//! them are taken.
//!
//! The question put to a cluster is: is it an operation? "CIB candidate" answers yes with confidence min(K, I),
//! "coordinated; authenticity undetermined" answers no with 1 − min(K, I), where both are stated. Where I is not, and
//! where the verdict is "exploratory" or "abstained", nothing is answered: that is never right and never wrong, and the
//! curve ends before it.

use crate::absent::{Absent, Figure};

/// Risk by coverage.
#[derive(Clone, Debug, PartialEq)]
pub struct RiskCoverage {
    /// Clusters in all.
    pub clusters: usize,
    /// Those with an answer.
    pub answered: usize,
    /// Answers that are wrong.
    pub wrong: usize,
    /// Share of wrong answers when all of them are taken: the right end of the curve.
    pub risk: Figure,
    /// Area under the curve: mean over k of the risk of the k most confident answers (Geifman, Uziel & El-Yaniv 2019,
    /// 10.48550/arXiv.1805.08206).
    pub aurc: Figure,
    /// One point per distinct confidence, the most confident first.
    pub points: Vec<CoveragePoint>,
}

/// What taking all answers down to some confidence gives (Geifman & El-Yaniv 2017, 10.48550/arXiv.1705.08500).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoveragePoint {
    /// Least confidence that is taken.
    pub confidence: f64,
    /// Answers taken, as a share of all clusters.
    pub coverage: f64,
    /// Share of them that is wrong: the selective risk.
    pub risk: f64,
}

/// A verdict that says yes or no.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) confidence: f64,
    pub(crate) is_wrong: bool,
}

/// The curve of the answers given on `clusters` clusters. Among equal confidences the area takes the mean over all
/// orders. O(n log n).
pub(crate) fn risk_coverage(clusters: usize, mut answers: Vec<Answer>) -> RiskCoverage {
    answers.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let (mut taken, mut wrong, mut area) = (0, 0, 0.0);
    let mut points = Vec::new();
    for tied in answers.chunk_by(|a, b| a.confidence.total_cmp(&b.confidence).is_eq()) {
        let wrong_here = tied.iter().filter(|a| a.is_wrong).count();
        let rate = wrong_here as f64 / tied.len() as f64;
        area += (1..=tied.len()).map(|k| (wrong as f64 + rate * k as f64) / (taken + k) as f64).sum::<f64>();
        taken += tied.len();
        wrong += wrong_here;
        points.push(CoveragePoint {
            confidence: tied[0].confidence,
            coverage: taken as f64 / clusters as f64,
            risk: wrong as f64 / taken as f64,
        });
    }
    let nothing = if clusters == 0 { Absent::NoClusters } else { Absent::NothingAnswered };
    let over_answers = |sum: f64| if taken > 0 { Ok(sum / taken as f64) } else { Err(nothing) };
    RiskCoverage {
        clusters,
        answered: taken,
        wrong,
        risk: over_answers(wrong as f64),
        aurc: over_answers(area),
        points,
    }
}

#[cfg(test)]
mod tests;
