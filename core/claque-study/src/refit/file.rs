//! `refit.json`: what was learned, and how well. Numbers are written so that they are read back bit by bit.

use super::fault::RefitFault;
use super::{Lesson, Path};
use claque_model::Dimension;
use claque_score::{Calibration, HeldOut, KNOWING_NOTHING, Refit, RefitError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::Write;

/// Version of the file's layout.
const FORMAT: u32 = 1;

/// The whole file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefitFile {
    /// Version of this layout.
    pub format: u32,
    /// Version of the program that wrote it.
    pub claque: String,
    /// SHA-256 of the labels, in hex.
    pub labels_sha256: String,
    /// Discount of the default that had to be beaten.
    pub rho: f64,
    /// What was learned, in the order of the scorecard.
    pub dimensions: Vec<RefittedDimension>,
    /// What was not, in the same order.
    pub skipped: Vec<SkippedDimension>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefittedDimension {
    /// Its word, such as `disinformation`.
    pub dimension: String,
    /// Is it better than the default on campaigns left out? Only then a run uses it.
    pub accepted: bool,
    /// Labelled clusters for which the statement holds.
    pub positive: usize,
    /// Labelled clusters for which it does not.
    pub negative: usize,
    /// Campaigns that they come from.
    pub campaigns: usize,
    /// Prior of the default that had to be beaten.
    pub prior: f64,
    /// Log-odds without any evidence, before calibration.
    pub intercept: f64,
    /// By family: what its nats are multiplied by, at least 0.
    pub weights: BTreeMap<String, f64>,
    /// Strength of the ridge.
    pub ridge: f64,
    /// From log-odds to the value.
    pub calibration: CalibrationEntry,
    /// On campaigns left out.
    pub held_out: HeldOutEntry,
}

/// A rising function of log-odds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum CalibrationEntry {
    /// 1 ÷ (1 + e^−(a x + b)).
    Platt {
        /// Slope.
        a: f64,
        /// Log-odds at x = 0.
        b: f64,
    },
    /// Log-odds from which on a value holds, and the value.
    Isotonic(Vec<(f64, f64)>),
}

/// Predictions for clusters whose campaign was left out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldOutEntry {
    /// Clusters.
    pub n: usize,
    /// Cost of the log-likelihood ratio, bits.
    pub cllr: Compared,
    /// Mean squared error.
    pub brier: Compared,
}

/// One measure, twice.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// Of the refit.
    pub refit: f64,
    /// Of the default.
    pub default: f64,
}

/// A statement about which nothing was learned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkippedDimension {
    /// Its word.
    pub dimension: String,
    /// With the numbers.
    pub reason: String,
}

impl SkippedDimension {
    pub(super) fn new(dimension: Dimension, why: &RefitError) -> Self {
        Self { dimension: dimension.name().to_owned(), reason: why.to_string() }
    }
}

impl Compared {
    fn of((refit, default): (f64, f64)) -> Self {
        Self { refit, default }
    }
}

impl HeldOutEntry {
    fn figures(self) -> HeldOut {
        let pair = |compared: Compared| (compared.refit, compared.default);
        HeldOut { n: self.n, cllr: pair(self.cllr), brier: pair(self.brier) }
    }
}

impl RefittedDimension {
    pub(super) fn new(dimension: Dimension, lesson: &Lesson, found: &Refit) -> Self {
        let positive = lesson.positive();
        Self {
            dimension: dimension.name().to_owned(),
            accepted: found.held_out.is_accepted(),
            positive,
            negative: lesson.clusters.len() - positive,
            campaigns: lesson.campaigns(),
            prior: lesson.prior,
            intercept: found.intercept,
            weights: found.weights.clone(),
            ridge: found.ridge,
            calibration: match &found.calibration {
                Calibration::Platt { a, b } => CalibrationEntry::Platt { a: *a, b: *b },
                Calibration::Isotonic { steps } => CalibrationEntry::Isotonic(steps.clone()),
            },
            held_out: HeldOutEntry {
                n: found.held_out.n,
                cllr: Compared::of(found.held_out.cllr),
                brier: Compared::of(found.held_out.brier),
            },
        }
    }

    /// Labelled clusters.
    #[must_use]
    pub fn labels(&self) -> usize {
        self.positive + self.negative
    }

    /// Why it was not accepted: every measure that is not good enough. Empty if it was.
    #[must_use]
    pub fn why_not(&self) -> String {
        let HeldOutEntry { cllr, brier, .. } = self.held_out;
        let worse = [("Cllr", cllr), ("Brier", brier)].into_iter().filter(|(_, m)| m.refit >= m.default);
        let mut words: Vec<String> = worse
            .map(|(name, m)| format!("{name} {:.4} is not below the default's {:.4}", m.refit, m.default))
            .collect();
        if cllr.refit >= KNOWING_NOTHING {
            words.push(format!("Cllr {:.4} is not below 1, which knowing nothing costs", cllr.refit));
        }
        words.join(", ")
    }

    /// As it is used.
    #[must_use]
    pub fn refit(&self) -> Refit {
        Refit {
            prior: self.positive as f64 / (self.positive + self.negative).max(1) as f64,
            intercept: self.intercept,
            weights: self.weights.clone(),
            ridge: self.ridge,
            calibration: match &self.calibration {
                CalibrationEntry::Platt { a, b } => Calibration::Platt { a: *a, b: *b },
                CalibrationEntry::Isotonic(steps) => Calibration::Isotonic { steps: steps.clone() },
            },
            held_out: self.held_out.figures(),
        }
    }

    /// What no refit can be, though it is well written.
    fn fault(&self) -> Option<&'static str> {
        let at_least_zero = |x: f64| x.is_finite() && x >= 0.0;
        let is_rising = match &self.calibration {
            CalibrationEntry::Platt { a, b } => at_least_zero(*a) && b.is_finite(),
            CalibrationEntry::Isotonic(steps) => {
                let ascends = steps.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 <= w[1].1);
                !steps.is_empty() && ascends && steps.iter().all(|(_, value)| *value > 0.0 && *value < 1.0)
            }
        };
        if Dimension::parse(&self.dimension).is_none() {
            Some("is no dimension")
        } else if self.positive == 0 || self.negative == 0 {
            Some("was learned from labels of one kind")
        } else if !self.intercept.is_finite() || !self.weights.values().all(|w| at_least_zero(*w)) {
            Some("has a weight that is none")
        } else if !is_rising {
            Some("has a calibration that does not rise")
        } else if self.accepted != self.held_out.figures().is_accepted() {
            Some("says of itself what its own figures deny")
        } else {
            None
        }
    }
}

impl RefitFile {
    pub(super) fn new(claque: &str, labels_sha256: String, rho: f64) -> Self {
        let claque = claque.to_owned();
        Self { format: FORMAT, claque, labels_sha256, rho, dimensions: Vec::new(), skipped: Vec::new() }
    }

    /// Was every dimension learned, and better than the default?
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.skipped.is_empty() && self.dimensions.iter().all(|one| one.accepted)
    }

    /// What a run may use.
    pub fn accepted(&self) -> impl Iterator<Item = (Dimension, Refit)> {
        let accepted = self.dimensions.iter().filter(|one| one.accepted);
        accepted.filter_map(|one| Some((Dimension::parse(&one.dimension)?, one.refit())))
    }

    /// The text of the file, the same for the same values.
    ///
    /// # Errors
    /// A number that is not finite, which would be a bug.
    fn text(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// Reads the text of a file, or says what is wrong with it.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        match value.get("format").and_then(serde_json::Value::as_u64) {
            None => return Err("it has no `format`".to_owned()),
            Some(format) if format != u64::from(FORMAT) => {
                return Err(format!("it has format {format}, this claque reads {FORMAT}"));
            }
            Some(_) => {}
        }
        let file: Self = serde_json::from_value(value).map_err(|error| error.to_string())?;
        for (at, one) in file.dimensions.iter().enumerate() {
            if let Some(fault) = one.fault() {
                return Err(format!("`{}` {fault}", one.dimension));
            }
            if file.dimensions[..at].iter().any(|before| before.dimension == one.dimension) {
                return Err(format!("`{}` is there twice", one.dimension));
            }
        }
        Ok(file)
    }

    /// Writes the file under a temporary name and renames it.
    ///
    /// # Errors
    /// It cannot be written; nothing is left.
    pub fn write(&self, path: &Path) -> Result<(), RefitFault> {
        self.write_whole(path).map_err(|source| RefitFault::Write { path: path.to_owned(), source })
    }

    fn write_whole(&self, path: &Path) -> std::io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut temporary = tempfile::Builder::new()
            .prefix(".claque-refit-")
            .permissions(std::fs::Permissions::from_mode(0o644))
            .tempfile_in(folder)?;
        temporary.write_all(self.text().map_err(std::io::Error::other)?.as_bytes())?;
        temporary.persist(path).map_err(|error| error.error)?;
        Ok(())
    }
}
