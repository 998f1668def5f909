//! A run against labels, as it is told: one view, and from it a table for the terminal, a JSON object and a page. What
//! the numbers are is decided by whoever fills the view; nothing here counts anything but rows.

mod headline;
mod page;
mod terminal;

use crate::foreign::{MAX_ID, MAX_TEXT, visible};
use crate::number::{count, counted};
use serde::Serialize;
use serde_json::Value;

pub use page::evaluation_html;
pub use terminal::evaluation_terminal;

/// A number, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Number {
    /// Finite.
    pub value: Option<f64>,
    /// To stand after "not stated: ".
    pub reason: Option<&'static str>,
}

impl From<Result<f64, &'static str>> for Number {
    fn from(number: Result<f64, &'static str>) -> Self {
        Self { value: number.ok(), reason: number.err() }
    }
}

/// Everything that an evaluation says. Serialized, it is the JSON object; its keys are stable.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvaluationView {
    /// Title of the study, where the run has one.
    pub study: Option<String>,
    /// The run, by the name of its folder.
    pub run: String,
    /// The labels, by the name of their file.
    pub labels: String,
    /// Version of the program.
    pub claque: String,
    /// Operations, then benign groups.
    pub scenarios: Vec<GroupLine>,
    /// Share of clustered accounts that are of the main group of their cluster.
    pub weighted_precision: Number,
    /// B-cubed.
    pub b_cubed: BCubedLine,
    /// Mean over operations.
    pub best_match_f1: Number,
    /// Accounts of no group in clusters.
    pub innocent_in_clusters: usize,
    /// Those of them in candidates.
    pub innocent_in_candidates: usize,
    /// Candidates of which more than half are in no operation.
    pub false_candidates: Vec<String>,
    /// Accounts, never listed.
    pub accounts: AccountsLine,
    /// Scores against what came true.
    pub calibration: Vec<CalibrationLine>,
    /// Verdicts by confidence.
    pub abstention: AbstentionLine,
    /// False alarms by whom they hit.
    pub fairness: FairnessLines,
    /// Another run, of the data as they were.
    pub against: Option<AgainstLines>,
}

/// One labelled group and its best-matching cluster.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupLine {
    /// Name.
    pub group: String,
    /// Scenario.
    pub scenario: String,
    /// Is it an operation?
    pub planted: bool,
    /// Labelled accounts.
    pub n_accounts: usize,
    /// The cluster, if any shares an account.
    pub cluster: Option<String>,
    /// Share of the cluster that is of the group.
    pub precision: f64,
    /// Share of the group that is in the cluster.
    pub recall: f64,
    /// Harmonic mean.
    pub f1: f64,
    /// Verdict as the word of the tables.
    pub verdict: Option<&'static str>,
    /// The same for people.
    pub verdict_words: Option<&'static str>,
    /// Dimension with the highest score as the word of the tables.
    pub top_dimension: Option<&'static str>,
    /// The same for people.
    pub top_dimension_words: Option<&'static str>,
    /// Dimension that should have it.
    pub expected_dimension: Option<&'static str>,
    /// Did it come out as it must?
    pub as_expected: bool,
}

/// B-cubed, all three or none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BCubedLine {
    /// Precision.
    pub precision: Option<f64>,
    /// Recall.
    pub recall: Option<f64>,
    /// Harmonic mean.
    pub f1: Option<f64>,
    /// Why there are none.
    pub reason: Option<&'static str>,
}

/// The accounts of the study.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AccountsLine {
    /// All of them, where they are known.
    pub n: Option<usize>,
    /// Those in operations.
    pub in_operations: Option<usize>,
    /// Average precision.
    pub average_precision: Number,
    /// Recall at the false-positive rate.
    pub recall: Number,
    /// That rate.
    pub false_positive_rate: f64,
}

/// Scores of one kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CalibrationLine {
    /// `headline`, `all_dimensions`, or the word of a dimension.
    pub of: &'static str,
    /// The same for people.
    pub title: &'static str,
    /// Scores that were stated.
    pub stated: usize,
    /// Scores that abstained.
    pub abstained: usize,
    /// Stated scores that came true.
    pub came_true: usize,
    /// Brier score.
    pub brier: Number,
    /// Expected calibration error.
    pub ece: Number,
    /// Cost of likelihood ratios in bits.
    pub cllr: Number,
    /// The reliability plot.
    pub bins: Vec<BinLine>,
}

/// One bin of a reliability plot.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BinLine {
    /// Least score.
    pub low: f64,
    /// End.
    pub high: f64,
    /// Scores in it.
    pub n: u64,
    /// Those that came true.
    pub came_true: u64,
    /// Their mean.
    pub mean_score: Option<f64>,
    /// 95 % interval of the share that came true.
    pub interval: Option<(f64, f64)>,
}

/// Verdicts by confidence.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AbstentionLine {
    /// Clusters.
    pub clusters: usize,
    /// Those with an answer.
    pub answered: usize,
    /// Wrong answers.
    pub wrong: usize,
    /// Share of answers that are wrong.
    pub risk: Number,
    /// Area under the risk-coverage curve.
    pub aurc: Number,
    /// The curve, from the most confident answer on.
    pub points: Vec<CurvePoint>,
}

/// A point of the risk-coverage curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CurvePoint {
    /// Least confidence taken.
    pub confidence: f64,
    /// Share of clusters answered.
    pub coverage: f64,
    /// Share of these answers that is wrong.
    pub risk: f64,
}

/// False alarms by whom they hit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FairnessLines {
    /// Rows in their order.
    pub rows: Vec<FairnessLine>,
    /// Values with too few innocent accounts for a row.
    pub small: usize,
    /// How many are too few.
    pub least: u64,
    /// Why there is no table.
    pub reason: Option<&'static str>,
}

/// False alarms among accounts with one trait.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FairnessLine {
    /// `everybody`, `language`, `platform` or `activity_decile`.
    pub by: &'static str,
    /// The same for people.
    pub title: &'static str,
    /// Its value, where it is known.
    pub value: Option<String>,
    /// Least and most posts, for a decile.
    pub posts: Option<(u64, u64)>,
    /// Accounts of no operation.
    pub innocent: u64,
    /// Those of them in candidates.
    pub in_candidates: u64,
    /// Their share.
    pub rate: f64,
    /// 95 % interval of the share.
    pub interval: (f64, f64),
}

impl CalibrationLine {
    /// Measures that are not stated, by reason.
    fn unstated(&self) -> Vec<(String, &'static str)> {
        let mut reasons: Vec<(&'static str, Vec<&str>)> = Vec::new();
        for (measure, number) in [("Brier", self.brier), ("ECE", self.ece), ("Cllr", self.cllr)] {
            let Some(reason) = number.reason else { continue };
            match reasons.iter_mut().find(|known| known.0 == reason) {
                Some((_, measures)) => measures.push(measure),
                None => reasons.push((reason, vec![measure])),
            }
        }
        let named = |(reason, measures): (_, Vec<&str>)| (format!("{} of {}", measures.join(", "), self.title), reason);
        reasons.into_iter().map(named).collect()
    }
}

impl FairnessLine {
    /// The value as it is shown: `de`, `unknown`, `3 (12–19 posts)`.
    fn shown(&self) -> String {
        let value = match &self.value {
            Some(value) => value.clone(),
            None if self.by == "everybody" => String::new(),
            None => "unknown".to_owned(),
        };
        match self.posts {
            Some((least, most)) if least == most => format!("{value} ({})", counted(most, "post", "posts")),
            Some((least, most)) => format!("{value} ({}–{} posts)", count(least), count(most)),
            None => value,
        }
    }
}

/// Operations in another run beside those in this one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgainstLines {
    /// The other run, by the name of its folder.
    pub run: String,
    /// Operations by name.
    pub rows: Vec<ChangeLine>,
    /// Mean recall of operations in the other run.
    pub recall_before: Number,
    /// The same in this one.
    pub recall: Number,
}

/// One operation in both runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChangeLine {
    /// Its name.
    pub group: String,
    /// Best-match recall in the other run.
    pub recall_before: f64,
    /// The same in this one.
    pub recall: f64,
    /// Best-match F1 in the other run.
    pub f1_before: f64,
    /// The same in this one.
    pub f1: f64,
    /// Verdict in the other run.
    pub verdict_before: Option<&'static str>,
    /// Verdict in this one.
    pub verdict: Option<&'static str>,
}

/// The JSON object.
#[must_use]
pub fn evaluation_json(view: &EvaluationView) -> Value {
    // a view holds strings, finite numbers and lists: it always has a JSON form
    serde_json::to_value(view).unwrap_or(Value::Null)
}

impl EvaluationView {
    /// The same with text that others wrote made safe to look at.
    fn readable(&self) -> Self {
        let mut view = self.clone();
        let clean = |text: &mut String, most: usize| *text = visible(text, most);
        view.study.iter_mut().for_each(|study| clean(study, MAX_TEXT));
        let mut names: Vec<&mut String> = vec![&mut view.run, &mut view.labels];
        for group in &mut view.scenarios {
            names.extend([&mut group.group, &mut group.scenario]);
            names.extend(group.cluster.as_mut());
        }
        names.extend(view.false_candidates.iter_mut());
        names.extend(view.fairness.rows.iter_mut().filter_map(|r| r.value.as_mut()));
        if let Some(against) = &mut view.against {
            names.push(&mut against.run);
            names.extend(against.rows.iter_mut().map(|r| &mut r.group));
        }
        for name in names {
            clean(name, MAX_ID);
        }
        view
    }

    /// Every number that is not stated, with its name and the reason.
    fn unstated(&self) -> Vec<(String, &'static str)> {
        let named = [
            ("weighted precision", self.weighted_precision),
            ("B-cubed", Number { value: None, reason: self.b_cubed.reason }),
            ("best-match F1", self.best_match_f1),
            ("average precision", self.accounts.average_precision),
            ("recall of accounts", self.accounts.recall),
            ("risk and its area", self.abstention.risk),
        ];
        let mut found: Vec<(String, &'static str)> =
            named.into_iter().filter_map(|(name, number)| Some((name.to_owned(), number.reason?))).collect();
        found.extend(self.calibration.iter().flat_map(CalibrationLine::unstated));
        found
    }
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;
