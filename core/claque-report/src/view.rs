//! The view model: everything a report says, in the order in which it is said, with raw numbers and clean
//! text. Terminal and page only lay it out. The model's types are not `Serialize`; this is.

mod answer;
mod cluster;
mod evidence;
mod picture;
mod signals;

use crate::foreign::{MAX_ID, MAX_TEXT, visible};
use crate::input::{Calibrated, CorpusSummary, ReportInput};
use crate::number::{count, counted, score};
pub(crate) use answer::Answer;
pub(crate) use cluster::{ClusterView, ScoreView};
pub(crate) use evidence::EvidenceView;
pub(crate) use picture::{Picture, WIDTH};
use serde::Serialize;
pub(crate) use signals::{FailedSignal, ReasonGroup, SignalView};

/// A group under this many accounts is shown nowhere: it would be a statement about persons.
pub(crate) const MIN_ACCOUNTS: usize = 5;
/// Warnings listed.
const MAX_WARNINGS: usize = 200;

/// A whole report.
#[derive(Clone, Debug, Serialize)]
pub struct View {
    pub(crate) title: String,
    pub(crate) study_id: String,
    pub(crate) question: Option<String>,
    pub(crate) run_id: String,
    pub(crate) claque_version: String,
    pub(crate) inputs: Vec<InputView>,
    pub(crate) corpus: CorpusView,
    pub(crate) answer: Answer,
    pub(crate) windows: Vec<String>,
    pub(crate) layers: Vec<LayerView>,
    pub(crate) skipped: Vec<SkippedView>,
    /// Were the groups named by the user, and not found?
    pub(crate) groups_given: bool,
    /// In the order of the scorecard.
    pub(crate) clusters: Vec<ClusterView>,
    /// Groups under five accounts, counted and not shown.
    pub(crate) small_clusters: usize,
    pub(crate) signals: Vec<SignalView>,
    /// What was not assessed, by reason.
    pub(crate) not_assessed: Vec<ReasonGroup>,
    pub(crate) failed: Vec<FailedSignal>,
    pub(crate) warnings: Vec<String>,
    pub(crate) warnings_omitted: usize,
    pub(crate) settings: Vec<(String, String)>,
    /// What the numbers do not say.
    pub(crate) limits: Vec<String>,
    #[serde(skip)]
    pub(crate) picture: Picture,
}

/// An input and what it held.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct InputView {
    name: String,
    path: String,
    sha256: String,
    rows: Vec<(String, u64)>,
}

/// The data as a whole.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CorpusView {
    pub(crate) posts: u64,
    pub(crate) accounts: u64,
    pub(crate) first_at: Option<i64>,
    pub(crate) last_at: Option<i64>,
    /// The precision of times in words.
    pub(crate) precision: String,
    pub(crate) known: Vec<(String, f64)>,
    pub(crate) languages: Vec<String>,
    pub(crate) hot_objects: u64,
}

/// One layer at one window.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LayerView {
    pub(crate) layer: String,
    pub(crate) window: String,
    pub(crate) tested: u64,
    pub(crate) edges: u64,
    pub(crate) hot_objects: u64,
}

/// One layer that was not tested as asked.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SkippedView {
    pub(crate) layer: String,
    pub(crate) window: String,
    pub(crate) widened_to: Option<String>,
    pub(crate) reason: String,
}

/// Orders and words the results of a run. Pure and deterministic.
#[must_use]
pub fn view(input: &ReportInput) -> View {
    let clusters = cluster::clusters(input);
    let (not_assessed, failed) = signals::gaps(input.signals, input.scorecard);
    View {
        title: visible(input.title, MAX_TEXT),
        study_id: visible(input.study_id, MAX_ID),
        question: input.question.map(|q| visible(q, 4 * MAX_TEXT)).filter(|q| !q.is_empty()),
        run_id: visible(input.run_id, MAX_ID),
        claque_version: visible(input.claque_version, MAX_ID),
        inputs: inputs(input),
        corpus: corpus(&input.corpus),
        answer: answer::answer(input, &clusters.shown, clusters.small),
        windows: input.windows.iter().map(ToString::to_string).collect(),
        layers: layers(input),
        skipped: skipped(input),
        small_clusters: clusters.small,
        picture: picture::picture(input, &clusters.shown),
        groups_given: input.groups_given,
        clusters: clusters.shown,
        signals: signals::signals(input.signals),
        not_assessed,
        failed,
        warnings: input.warnings.iter().take(MAX_WARNINGS).map(|w| visible(w, MAX_TEXT)).collect(),
        warnings_omitted: input.warnings.len().saturating_sub(MAX_WARNINGS),
        settings: input.settings.iter().map(|(k, v)| (visible(k, MAX_ID), visible(v, MAX_TEXT))).collect(),
        limits: limits(&input.settings, &input.calibrated),
    }
}

/// The view as one JSON object, for `--json`.
#[must_use]
pub fn json(view: &View) -> serde_json::Value {
    serde_json::to_value(view).expect("a view has only string keys and finite depth")
}

fn inputs(input: &ReportInput) -> Vec<InputView> {
    let shown = |line: &crate::input::InputLine| InputView {
        name: visible(&line.name, MAX_ID),
        path: visible(&line.path, MAX_TEXT),
        sha256: visible(&line.sha256, MAX_ID),
        rows: line.rows.iter().map(|(table, n)| (visible(table, MAX_ID), *n)).collect(),
    };
    input.inputs.iter().map(shown).collect()
}

fn corpus(corpus: &CorpusSummary) -> CorpusView {
    let precision = match corpus.precision.as_deref() {
        Some("us") => "times to the microsecond".to_owned(),
        Some("ms") => "times to the millisecond".to_owned(),
        Some("s") => "times to the second".to_owned(),
        Some("min") => "times to the minute".to_owned(),
        Some(word) => format!("times to the {}", visible(word, MAX_ID)),
        None => "precision of times unknown".to_owned(),
    };
    CorpusView {
        posts: corpus.n_posts,
        accounts: corpus.n_accounts,
        first_at: corpus.first_at,
        last_at: corpus.last_at,
        precision,
        known: corpus.known.iter().map(|(column, share)| (visible(column, MAX_ID), *share)).collect(),
        languages: corpus.languages.iter().map(|l| visible(l, MAX_ID)).collect(),
        hot_objects: corpus.hot_objects,
    }
}

fn layers(input: &ReportInput) -> Vec<LayerView> {
    let shown = |l: &claque_model::LayerNetwork| LayerView {
        layer: visible(&l.layer, MAX_ID),
        window: l.window.to_string(),
        tested: l.tested,
        edges: l.edges.len() as u64,
        hot_objects: l.hot_objects,
    };
    input.network.layers.iter().map(shown).collect()
}

fn skipped(input: &ReportInput) -> Vec<SkippedView> {
    let shown = |s: &claque_model::SkippedLayer| SkippedView {
        layer: visible(&s.layer, MAX_ID),
        window: s.window.to_string(),
        widened_to: s.widened_to.map(|w| w.to_string()),
        reason: match s.reason {
            "time_precision" => "times are too coarse for this window".to_owned(),
            other => visible(&other.replace('_', " "), MAX_ID),
        },
    };
    input.network.skipped.iter().map(shown).collect()
}

/// What the numbers do not say, and which of them were calibrated. The prior is read off the settings, which print it.
fn limits(settings: &[(String, String)], calibrated: &[Calibrated]) -> Vec<String> {
    let prior = settings.iter().find(|(name, _)| name.starts_with("prior of each dimension"));
    let prior = prior.and_then(|(_, value)| value.parse::<f64>().ok()).map_or_else(
        || "a stated prior".to_owned(),
        |share| format!("a stated prior of {} %", crate::number::quantity((share * 1000.0).round() / 10.0)),
    );
    let titles: Vec<&str> = calibrated.iter().map(|one| one.dimension.title()).collect();
    let but = if titles.is_empty() { String::new() } else { format!(" but for {}", titles.join(", ")) };
    let mut limits = vec![format!("scores{but} are evidence indices with {prior}, not probabilities")];
    limits.extend(calibrated.iter().map(calibration));
    limits.extend(OF_EVERY_RUN.map(str::to_owned));
    limits
}

/// What holds whatever was found.
const OF_EVERY_RUN: [&str; 3] = [
    "the unit is a group, never a person: an account appears only as a member",
    "coordination is not inauthenticity: parties, newsrooms, fan clubs and protests coordinate too",
    "what could not be assessed is missing, not zero; what was not in the data is not denied",
];

/// What the number of a refitted statement is.
fn calibration(one: &Calibrated) -> String {
    let title = one.dimension.title();
    let number = if claque_model::Dimension::INTERFERENCE.contains(&one.dimension) {
        format!("for {title}, the number that K bounds is a probability")
    } else {
        format!("the number of {title} is a probability")
    };
    format!(
        "{number}, calibrated on {} ({} positive) of {}; Cllr {}, Brier {} on campaigns left out",
        counted(one.labels, "labelled cluster", "labelled clusters"),
        count(one.positive),
        counted(one.campaigns, "campaign", "campaigns"),
        score(one.cllr),
        score(one.brier),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::groups;

    #[test]
    fn the_object_for_programs_has_raw_numbers_and_codes() {
        let object = json(&view(&groups().input()));
        assert_eq!(object["answer"]["found"], "groups");
        assert_eq!(object["answer"]["p"], 0.01);
        assert_eq!(object["clusters"][0]["verdict"], "cib_candidate");
        assert_eq!(object["clusters"][0]["scores"][0]["score"], 0.93);
        assert_eq!(object["clusters"][0]["scores"][4]["abstained"], "coverage");
        assert_eq!(object["small_clusters"], 1);
    }

    #[test]
    fn the_prior_is_the_one_that_the_settings_print() {
        let prior = |value: &str| {
            limits(&[("prior of each dimension and of concealment".into(), value.into())], &[])[0].clone()
        };
        assert_eq!(prior("0.025"), "scores are evidence indices with a stated prior of 2.50 %, not probabilities");
        assert_eq!(limits(&[], &[])[0], "scores are evidence indices with a stated prior, not probabilities");
    }

    #[test]
    fn the_word_probability_is_for_calibrated_statements() {
        use claque_model::Dimension::{Concealment, Disinformation};
        let of =
            |dimension| Calibrated { dimension, labels: 150, positive: 40, campaigns: 3, cllr: 0.412, brier: 0.08 };
        let said = limits(&[], &[of(Concealment), of(Disinformation)]);
        let words = "calibrated on 150 labelled clusters (40 positive) of 3 campaigns; Cllr 0.41, Brier 0.08 on campaigns \
                     left out";
        assert_eq!(
            said[..3],
            [
                "scores but for concealment, disinformation are evidence indices with a stated prior, not probabilities"
                    .to_owned(),
                format!("the number of concealment is a probability, {words}"),
                format!("for disinformation, the number that K bounds is a probability, {words}"),
            ]
        );
        assert_eq!(said.len(), limits(&[], &[]).len() + 2);
    }
}
