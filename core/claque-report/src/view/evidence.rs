//! The evidence items of one group, each walked back to its posts.

use crate::foreign::{MAX_ID, MAX_TEXT, visible};
use crate::input::EvidencePost;
use crate::view::cluster::letter;
use crate::view::signals::needed;
use claque_model::{Dimension, Direction, Finding, NullSummary, Outcome, Shape};
use serde::Serialize;
use std::collections::BTreeMap;

/// Posts listed per finding.
const MAX_POSTS: usize = 20;

/// Posts that a page may still list; beyond that, the groups shown first keep theirs.
pub(super) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(2000)
    }
}

/// One measured finding.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct EvidenceView {
    pub(crate) signal_id: String,
    pub(crate) signal_version: String,
    pub(crate) title: String,
    pub(crate) family: String,
    /// Letters of the statements that it feeds, its own first.
    pub(crate) letters: Vec<&'static str>,
    pub(crate) dimension: &'static str,
    pub(crate) fires: bool,
    pub(crate) above_floor: bool,
    pub(crate) verbal: &'static str,
    /// What the numbers count, in a word and in a sentence.
    pub(crate) unit: &'static str,
    pub(crate) counted: String,
    /// What the signal looks for.
    pub(crate) doc: String,
    /// The suspicious tail is the lower one: the stated quantile is that of 5 %.
    pub(crate) lower: bool,
    pub(crate) statistic: f64,
    pub(crate) effect: f64,
    pub(crate) effect_low: f64,
    pub(crate) effect_high: f64,
    pub(crate) null_model: &'static str,
    pub(crate) null_words: &'static str,
    pub(crate) null_mean: f64,
    pub(crate) null_q95: f64,
    pub(crate) draws: u32,
    pub(crate) pool: u32,
    pub(crate) p: f64,
    pub(crate) e: f64,
    pub(crate) nats_raw: f64,
    pub(crate) nats_capped: f64,
    pub(crate) nats_contributed: f64,
    pub(crate) cap: f64,
    pub(crate) n_support: u64,
    pub(crate) posts: Vec<PostView>,
    /// Supporting posts that are not listed.
    pub(crate) posts_omitted: u64,
    pub(crate) objects: Vec<String>,
    pub(crate) caveats: Vec<String>,
    pub(crate) innocent: Vec<String>,
    /// Position of its statement on the scorecard.
    #[serde(skip)]
    order: usize,
    /// Position among the findings given.
    #[serde(skip)]
    source: usize,
}

/// A post behind a finding.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PostView {
    pub(crate) id: String,
    pub(crate) account: Option<String>,
    pub(crate) at: Option<i64>,
    pub(crate) text: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) object: Option<String>,
    pub(crate) note: Option<String>,
}

/// A signal that says nothing about this group, and why.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MissingView {
    pub(crate) signal_id: String,
    pub(crate) title: String,
    pub(crate) dimension: &'static str,
    pub(crate) reason: String,
}

/// The evidence of one group.
pub(super) struct Evidence {
    pub(super) measured: Vec<EvidenceView>,
    pub(super) missing: Vec<MissingView>,
}

/// Evidence posts by cluster and signal, in the order given.
pub(super) struct Posts<'a>(BTreeMap<(&'a str, &'a str), Vec<&'a EvidencePost>>);

impl<'a> Posts<'a> {
    pub(super) fn new(rows: &'a [EvidencePost]) -> Self {
        let mut by_finding: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in rows {
            by_finding.entry((row.cluster_id.as_str(), row.signal_id.as_str())).or_default().push(row);
        }
        Self(by_finding)
    }

    fn of(&self, finding: &Finding, budget: &mut Budget) -> Vec<PostView> {
        let key = (finding.cluster_id.as_str(), finding.signal_id.as_str());
        let given: Vec<PostView> = match self.0.get(&key) {
            Some(rows) => rows.iter().take(MAX_POSTS.min(budget.0)).map(|row| post(row)).collect(),
            None => finding.support_post_ids.iter().take(MAX_POSTS.min(budget.0)).map(|id| bare(id)).collect(),
        };
        budget.0 -= given.len();
        given
    }
}

/// `given`: the groups were not found in the data, so all objects test them.
pub(super) fn evidence(
    findings: &[Finding],
    cluster_id: &str,
    posts: &Posts,
    budget: &mut Budget,
    given: bool,
) -> Evidence {
    let mut found = Evidence { measured: Vec::new(), missing: Vec::new() };
    for (source, finding) in findings.iter().enumerate().filter(|(_, f)| f.cluster_id == cluster_id) {
        match &finding.outcome {
            Outcome::Measured { statistic, effect, effect_ci, null, p, e, above_floor } => {
                let numbers = Numbers { statistic, effect, effect_ci, null, p, e, above_floor };
                found.measured.push(EvidenceView { source, ..item(finding, &numbers, given) });
            }
            Outcome::Missing(reason) => found.missing.push(MissingView {
                signal_id: visible(&finding.signal_id, MAX_ID),
                title: visible(&finding.title, MAX_ID),
                dimension: own_statement(finding).title(),
                reason: needed(&reason.sentence()),
            }),
        }
    }
    found.measured.sort_by(|a, b| {
        a.order
            .cmp(&b.order)
            .then(b.nats_contributed.total_cmp(&a.nats_contributed))
            .then(a.signal_id.cmp(&b.signal_id))
    });
    // posts are handed out in the order of the page, so that a tight budget serves the heaviest findings
    for view in &mut found.measured {
        view.posts = posts.of(&findings[view.source], budget);
        view.posts_omitted = view.n_support.saturating_sub(view.posts.len() as u64);
    }
    found
}

/// The numbers of a measured outcome.
struct Numbers<'a> {
    statistic: &'a f64,
    effect: &'a f64,
    effect_ci: &'a (f64, f64),
    null: &'a NullSummary,
    p: &'a f64,
    e: &'a f64,
    above_floor: &'a bool,
}

fn own_statement(finding: &Finding) -> Dimension {
    finding.statements.first().copied().unwrap_or(Dimension::Coordination)
}

fn item(finding: &Finding, numbers: &Numbers, given: bool) -> EvidenceView {
    let own = own_statement(finding);
    let texts = |list: &[String]| list.iter().take(MAX_POSTS).map(|t| visible(t, MAX_TEXT)).collect();
    EvidenceView {
        signal_id: visible(&finding.signal_id, MAX_ID),
        signal_version: visible(&finding.signal_version, MAX_ID),
        title: visible(&finding.title, MAX_ID),
        family: visible(&finding.family, MAX_ID),
        letters: finding.statements.iter().map(|s| letter(*s)).collect(),
        dimension: own.title(),
        fires: finding.fires(),
        above_floor: *numbers.above_floor,
        verbal: finding.verbal(),
        unit: unit(finding.shape),
        counted: counted(finding.shape, given),
        doc: visible(&finding.doc, MAX_TEXT),
        lower: finding.direction == Direction::Lower,
        statistic: *numbers.statistic,
        effect: *numbers.effect,
        effect_low: numbers.effect_ci.0,
        effect_high: numbers.effect_ci.1,
        null_model: numbers.null.model,
        null_words: null_words(numbers.null.model),
        null_mean: numbers.null.mean,
        null_q95: numbers.null.q95,
        draws: numbers.null.draws,
        pool: numbers.null.pool,
        p: *numbers.p,
        e: *numbers.e,
        nats_raw: finding.nats_raw,
        nats_capped: finding.nats_capped,
        nats_contributed: finding.nats_contributed,
        cap: finding.cap,
        n_support: finding.n_support,
        posts: Vec::new(),
        posts_omitted: finding.n_support,
        objects: texts(&finding.support_objects),
        caveats: texts(&finding.caveats),
        innocent: texts(&finding.innocent),
        order: Dimension::ALL.iter().position(|d| *d == own).unwrap_or(0),
        source: 0,
    }
}

fn unit(shape: Shape) -> &'static str {
    match shape {
        Shape::Traces => "joint shares",
        Shape::Marks => "share of posts",
        Shape::Rates => "rate",
        Shape::Statistics => "value",
    }
}

fn counted(shape: Shape, given: bool) -> String {
    match shape {
        Shape::Traces => format!(
            "counted are joint shares: for every pair of members, the objects that both shared within the time window{}",
            if given { "" } else { ", among those that did not find the group" }
        ),
        Shape::Marks => "counted is the marked share of a member's own posts, on average over members".to_owned(),
        Shape::Rates => {
            "counted is how often a member did it, of the occasions it had, on average over members".to_owned()
        }
        Shape::Statistics => "counted is the value that the signal gives to the group as a whole".to_owned(),
    }
}

fn null_words(model: &str) -> &'static str {
    match model {
        "N1" => "who shares what, at random with the same totals",
        "N2" => "the same shares, each moved in time as the interval jitter among the settings says",
        "N3" => "random sets of accounts with the same platforms, languages and activity, its own among them",
        "N4" => "the same activity, shifted in time",
        "N5" => "the whole data with all times jittered",
        _ => "",
    }
}

fn post(row: &EvidencePost) -> PostView {
    let text = |given: &Option<String>| given.as_deref().map(|t| visible(t, MAX_TEXT)).filter(|t| !t.is_empty());
    PostView {
        id: visible(&row.post_id, MAX_ID),
        account: Some(visible(&row.account_id, MAX_ID)).filter(|id| !id.is_empty()),
        at: row.at,
        text: text(&row.text),
        url: text(&row.url),
        object: text(&row.object),
        note: text(&row.note),
    }
}

fn bare(id: &str) -> PostView {
    PostView { id: visible(id, MAX_ID), account: None, at: None, text: None, url: None, object: None, note: None }
}
