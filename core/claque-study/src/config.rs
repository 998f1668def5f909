//! `study.toml`: what a study asks for, as written. Unknown keys are errors; meaning is given in `plan`.

use claque_coordination::Quality;
use claque_model::{ParamValue, TimeWindow, parse_duration};
use serde::Deserialize;
use std::collections::BTreeMap;
use thiserror::Error;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyFile {
    /// Who and why.
    pub study: Head,
    /// What is read.
    #[serde(default)]
    pub input: Vec<Input>,
    /// Tables from the user.
    #[serde(default)]
    pub table: Vec<UserTable>,
    /// Only posts inside this period.
    pub window: Option<Period>,
    /// Layers, windows, method.
    #[serde(default)]
    pub coordination: CoordinationSection,
    /// Groups of the user, instead of clusters that are searched for.
    pub groups: Option<GroupsSection>,
    /// Signals asked for; none means all whose columns are there.
    #[serde(default)]
    pub signal: Vec<SignalChoice>,
    /// Null models.
    #[serde(default)]
    pub null_model: NullSection,
    /// Priors.
    #[serde(default)]
    pub scores: ScoreSection,
    /// Wording of the report.
    #[serde(default)]
    pub report: ReportSection,
    /// Read, not acted on yet.
    pub privacy: Option<toml::Table>,
    /// Read, not acted on yet.
    pub dsa: Option<toml::Table>,
    /// Read, not acted on yet.
    pub expect: Option<toml::Table>,
}

/// `[study]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// `[a-z0-9-]+`.
    pub id: String,
    /// For people.
    pub title: String,
    /// Of the study.
    pub version: Option<String>,
    /// SPDX id, of the results.
    pub licence: Option<String>,
    /// The research question.
    pub question: Option<String>,
    /// Printed, not tested.
    #[serde(default)]
    pub hypotheses: Vec<String>,
    /// Preregistration.
    pub prereg: Option<String>,
    /// People or organisations.
    #[serde(default)]
    pub authors: Vec<Author>,
}

/// `[[study.authors]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Author {
    /// Of a person or an organisation.
    pub name: String,
    /// Link.
    pub orcid: Option<String>,
    /// Where.
    pub affiliation: Option<String>,
    /// Contact.
    pub email: Option<String>,
}

/// `[[input]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Unique name.
    pub name: String,
    /// Relative to the study: a folder of canonical tables, or a platform file.
    pub path: String,
    /// Adapter; left out = guessed from the content.
    pub adapter: Option<String>,
    /// Zone of naive times.
    pub tz: Option<String>,
    /// `COLUMN = "SOURCE"` for the adapter `map`.
    #[serde(default)]
    pub map: BTreeMap<String, String>,
    /// `open`, `restricted`, `withheld`.
    pub access: Option<String>,
    /// Where another group can ask for it.
    pub obtained_from: Option<String>,
    /// Terms of use.
    pub terms: Option<String>,
    /// Who collected it.
    pub collected_by: Option<String>,
}

/// `[[table]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UserTable {
    /// `lists`, `brands`, `factpack`, `domains`, `feeds`.
    pub name: String,
    /// Relative to the study.
    pub path: String,
}

/// `[window]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// RFC 3339, inclusive.
    pub start: Option<String>,
    /// RFC 3339, exclusive.
    pub end: Option<String>,
    /// For days and hours in the report only.
    pub tz: Option<String>,
}

/// `[coordination]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CoordinationSection {
    /// Time windows.
    pub windows: Vec<String>,
    /// Trace layers; none means all that ran.
    pub traces: Option<Vec<String>>,
    /// Only `null` in a study.
    pub method: String,
    /// What clusters maximize: `modularity` or `cpm`.
    pub quality: String,
    /// Resolution of it: a factor of modularity, a weight per pair for CPM.
    pub resolution: f64,
}

impl Default for CoordinationSection {
    fn default() -> Self {
        Self {
            windows: vec!["10s".into(), "60s".into()],
            traces: None,
            method: "null".into(),
            quality: "modularity".into(),
            resolution: 1.0,
        }
    }
}

/// `[groups]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupsSection {
    /// Relative to the study: a table with `account_id` and `group`.
    pub path: String,
}

/// `[[signal]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalChoice {
    /// Signal id.
    pub id: String,
    /// Semver range; written into the lock by a later version.
    pub version: Option<String>,
    /// Parameters.
    #[serde(default)]
    pub params: BTreeMap<String, toml::Value>,
    /// Raises the engine's ceiling of 1.1 nats for a third-party signal, up to its declared cap.
    pub cap: Option<f64>,
}

/// `[null_model]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NullSection {
    /// Half-width of interval jitter.
    pub jitter: String,
    /// False discovery rate of edges.
    pub alpha: f64,
    /// Matched sets per cluster.
    pub draws: u32,
    /// Whole-pipeline permutations.
    pub corpus_draws: u32,
}

impl Default for NullSection {
    fn default() -> Self {
        Self { jitter: "1h".into(), alpha: 0.01, draws: 999, corpus_draws: 99 }
    }
}

/// `[scores]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScoreSection {
    /// Prior of each dimension and of concealment.
    pub prior: f64,
    /// Prior of coordination.
    pub prior_coordination: f64,
    /// Least K of a CIB candidate.
    pub candidate_k: f64,
    /// Least I of a CIB candidate.
    pub candidate_i: f64,
    /// Relative to the study: what `claque refit` learned from labels.
    pub refit: Option<String>,
}

impl Default for ScoreSection {
    fn default() -> Self {
        Self { prior: 0.05, prior_coordination: 0.1, candidate_k: 0.7, candidate_i: 0.25, refit: None }
    }
}

/// `[report]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReportSection {
    /// Only `en` so far.
    pub language: Option<String>,
    /// Instead of the study's title.
    pub title: Option<String>,
}

/// What is wrong with a study file.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// Not TOML, an unknown key, or a wrong type; the parser's message names line and column.
    #[error("{0}")]
    Syntax(String),
    /// A value that cannot be meant.
    #[error("`{key}` is `{value}`, must be {expected}")]
    Value { key: String, value: String, expected: &'static str },
}

impl StudyFile {
    /// Reads and checks a study file.
    ///
    /// # Errors
    /// Syntax, unknown keys, wrong types, and values out of range.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let file: Self = toml::from_str(text).map_err(|e| ConfigError::Syntax(e.to_string().trim_end().to_owned()))?;
        file.check()?;
        Ok(file)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let value = |key: &str, value: String, expected| ConfigError::Value { key: key.into(), value, expected };
        let id = &self.study.id;
        if id.is_empty() || !id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            return Err(value("study.id", id.clone(), "lower-case letters, digits and hyphens"));
        }
        if self.input.is_empty() {
            return Err(value("input", "absent".into(), "at least one [[input]]"));
        }
        if self.coordination.method != "null" {
            let expected = "`null` (other methods are for `claque coordinate`)";
            return Err(value("coordination.method", self.coordination.method.clone(), expected));
        }
        self.quality()?;
        let resolution = self.coordination.resolution;
        if !(resolution.is_finite() && resolution > 0.0) {
            return Err(value("coordination.resolution", resolution.to_string(), "a number above zero"));
        }
        for (key, prior) in [("prior", self.scores.prior), ("prior_coordination", self.scores.prior_coordination)] {
            if !(prior > 0.0 && prior < 1.0) {
                return Err(value(&format!("scores.{key}"), prior.to_string(), "between 0 and 1, both excluded"));
            }
        }
        for (key, gate) in [("candidate_k", self.scores.candidate_k), ("candidate_i", self.scores.candidate_i)] {
            if !(0.0..=1.0).contains(&gate) {
                return Err(value(&format!("scores.{key}"), gate.to_string(), "between 0 and 1"));
            }
        }
        if self.scores.refit.as_deref().is_some_and(str::is_empty) {
            return Err(value("scores.refit", String::new(), "the path of a file that `claque refit` wrote"));
        }
        if !(self.null_model.alpha > 0.0 && self.null_model.alpha < 1.0) {
            return Err(value("null_model.alpha", self.null_model.alpha.to_string(), "between 0 and 1, both excluded"));
        }
        if !(200..=9_999).contains(&self.null_model.draws) {
            return Err(value("null_model.draws", self.null_model.draws.to_string(), "between 200 and 9999"));
        }
        if !(19..=9_999).contains(&self.null_model.corpus_draws) {
            return Err(value(
                "null_model.corpus_draws",
                self.null_model.corpus_draws.to_string(),
                "between 19 and 9999",
            ));
        }
        for (key, bound) in self.window.iter().flat_map(|w| [("window.start", &w.start), ("window.end", &w.end)]) {
            if let Some(text) = bound.as_deref().filter(|text| micros_of(text).is_none()) {
                return Err(value(key, text.to_owned(), "a time such as `2024-05-01T00:00:00Z`, or a date"));
            }
        }
        self.windows()?;
        self.jitter_micros()?;
        Ok(())
    }

    /// The windows, ascending and without repetition.
    ///
    /// # Errors
    /// None, or one that is no duration from 1 s to 30 d.
    pub fn windows(&self) -> Result<Vec<TimeWindow>, ConfigError> {
        let mut windows = Vec::new();
        for text in &self.coordination.windows {
            windows.push(TimeWindow::parse(text).map_err(|_| ConfigError::Value {
                key: "coordination.windows".into(),
                value: text.clone(),
                expected: "a duration from 1s to 30d, such as `60s`",
            })?);
        }
        windows.sort_unstable();
        windows.dedup();
        if windows.is_empty() {
            let expected = "at least one duration, such as `60s`";
            return Err(ConfigError::Value { key: "coordination.windows".into(), value: "[]".into(), expected });
        }
        Ok(windows)
    }

    /// What clusters maximize.
    ///
    /// # Errors
    /// A word for nothing known.
    pub fn quality(&self) -> Result<Quality, ConfigError> {
        match self.coordination.quality.as_str() {
            "modularity" => Ok(Quality::Modularity),
            "cpm" => Ok(Quality::Cpm),
            other => Err(ConfigError::Value {
                key: "coordination.quality".into(),
                value: other.to_owned(),
                expected: "`modularity` or `cpm`",
            }),
        }
    }

    /// Half-width of interval jitter in microseconds.
    ///
    /// # Errors
    /// Not a duration above zero.
    pub fn jitter_micros(&self) -> Result<i64, ConfigError> {
        parse_duration(&self.null_model.jitter).ok().filter(|micros| *micros > 0).ok_or_else(|| ConfigError::Value {
            key: "null_model.jitter".into(),
            value: self.null_model.jitter.clone(),
            expected: "a duration above zero, such as `1h`",
        })
    }
}

/// A TOML value as a parameter; times are RFC 3339.
#[must_use]
pub(crate) fn param_value(value: &toml::Value) -> Option<ParamValue> {
    Some(match value {
        toml::Value::Integer(v) => ParamValue::Int(*v),
        toml::Value::Float(v) => ParamValue::Float(*v),
        toml::Value::Boolean(v) => ParamValue::Bool(*v),
        toml::Value::String(v) => ParamValue::Text(v.clone()),
        toml::Value::Datetime(v) => ParamValue::Datetime(micros_of(&v.to_string())?),
        toml::Value::Array(items) => {
            ParamValue::Texts(items.iter().map(|i| i.as_str().map(str::to_owned)).collect::<Option<_>>()?)
        }
        toml::Value::Table(_) => return None,
    })
}

/// RFC 3339, or a bare date at midnight UTC, as microseconds since 1970.
#[must_use]
pub(crate) fn micros_of(text: &str) -> Option<i64> {
    use chrono::{DateTime, NaiveDate};
    DateTime::parse_from_rfc3339(text).map(|t| t.timestamp_micros()).ok().or_else(|| {
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        Some(date.and_hms_opt(0, 0, 0)?.and_utc().timestamp_micros())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALLEST: &str = "[study]\nid = \"harbour-2024\"\ntitle = \"T\"\n[[input]]\nname = \"a\"\npath = \"data\"\n";

    #[test]
    fn the_smallest_study_has_the_documented_defaults() {
        let file = StudyFile::parse(SMALLEST).expect("valid");
        assert_eq!(file.windows().expect("two").iter().map(ToString::to_string).collect::<Vec<_>>(), ["10s", "60s"]);
        assert!((file.scores.prior - 0.05).abs() < 1e-12);
        assert_eq!(file.null_model.draws, 999);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error = StudyFile::parse(&format!("{SMALLEST}[coordination]\nwindow = [\"10s\"]\n")).expect_err("typo");
        let text = error.to_string();
        assert!(text.contains("window") && text.contains("line 8"), "{text}");
    }

    #[test]
    fn values_out_of_range_are_refused_by_key() {
        for (addition, key) in [
            ("[coordination]\nwindows = []\n", "coordination.windows"),
            ("[coordination]\nwindows = [\"10\"]\n", "coordination.windows"),
            ("[coordination]\nquality = \"louvain\"\n", "coordination.quality"),
            ("[coordination]\nresolution = 0.0\n", "coordination.resolution"),
            ("[scores]\nprior = 1.0\n", "scores.prior"),
            ("[scores]\nrefit = \"\"\n", "scores.refit"),
            ("[null_model]\ndraws = 3\n", "null_model.draws"),
            ("[null_model]\njitter = \"0s\"\n", "null_model.jitter"),
            ("[window]\nstart = \"1 May 2024\"\n", "window.start"),
            ("[window]\nend = \"2024-13-01\"\n", "window.end"),
        ] {
            let error = StudyFile::parse(&format!("{SMALLEST}{addition}")).expect_err(addition);
            assert!(error.to_string().starts_with(&format!("`{key}`")), "{error}");
        }
    }
}
