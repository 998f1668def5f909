//! What is said about one group.

use crate::foreign::{MAX_ID, visible};
use crate::input::ReportInput;
use crate::number::{counted, quantity};
use crate::view::MIN_ACCOUNTS;
use crate::view::evidence::{Budget, EvidenceView, MissingView, Posts, evidence};
use claque_model::{Cluster, ClusterMeasures, ClusterScores, Confirmation, Dimension, Score, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;

/// Members listed on the page.
const MAX_MEMBERS: usize = 300;
/// Groups with a card of their own; further ones stand in the overview.
const MAX_CARDS: usize = 100;

/// Least e-value in which anything speaks for a statement.
const LEAST_RATIO: f64 = 2.0;

/// One group.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ClusterView {
    pub(crate) id: String,
    pub(crate) verdict: &'static str,
    pub(crate) verdict_words: &'static str,
    pub(crate) verdict_means: &'static str,
    /// Did it pass the confirmation on the other half of the objects?
    pub(crate) confirmed: bool,
    /// What is to be said of that besides the verdict.
    pub(crate) confirmation_note: Option<String>,
    /// Why K stands no higher, where a rule holds it.
    pub(crate) limit_note: Option<String>,
    /// Whether its evidence of concealment is more than a search over all groups brings up, where there is any.
    pub(crate) concealment_note: Option<String>,
    pub(crate) accounts: usize,
    /// Posts with a known time, if they were counted.
    pub(crate) posts: Option<u64>,
    pub(crate) layers: Vec<String>,
    pub(crate) scores: Vec<ScoreView>,
    /// Why no score at all is stated, if it is one reason for all.
    pub(crate) silent: Option<&'static str>,
    /// Every measured finding, by statement, the heaviest first.
    pub(crate) evidence: Vec<EvidenceView>,
    /// Positions in `evidence` of the findings that fire, the heaviest first, at most two.
    pub(crate) strongest: Vec<usize>,
    /// The strongest innocent explanation of the strongest finding.
    pub(crate) innocent: Option<String>,
    pub(crate) missing: Vec<MissingView>,
    pub(crate) measures: Vec<Measure>,
    /// Weight threshold, and share of the members still joined at it.
    pub(crate) extent_curve: Vec<(f64, f64)>,
    pub(crate) confirmation: Option<ConfirmationView>,
    pub(crate) members: Vec<String>,
    pub(crate) members_omitted: usize,
    /// Start of each bin in microseconds, and posts in it.
    pub(crate) activity: Vec<(i64, u64)>,
    /// Has it a card of its own?
    pub(crate) card: bool,
    /// Position among the clusters given.
    #[serde(skip)]
    pub(crate) source: usize,
}

/// One statement about a group.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ScoreView {
    /// `K`, `I`, `D1` …
    pub(crate) letter: &'static str,
    pub(crate) dimension: &'static str,
    pub(crate) title: &'static str,
    pub(crate) own: f64,
    pub(crate) score: f64,
    pub(crate) lower_bound: f64,
    pub(crate) ci_low: f64,
    pub(crate) ci_high: f64,
    pub(crate) prior_low: f64,
    pub(crate) prior_high: f64,
    pub(crate) without_best: f64,
    pub(crate) coverage: f64,
    pub(crate) abstained: Option<&'static str>,
    pub(crate) reason: Option<&'static str>,
}

/// A descriptive measure.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Measure {
    name: &'static str,
    value: f64,
    means: &'static str,
}

/// The test on the half of the objects that did not find the group.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ConfirmationView {
    n_objects: u32,
    layers: Vec<ConfirmedLayerView>,
}

#[derive(Clone, Debug, Serialize)]
struct ConfirmedLayerView {
    layer: String,
    observed: f64,
    expected: f64,
    e: f64,
    best_pair_objects: u32,
}

/// The groups that are shown, and how many are too small for it.
pub(super) struct Clusters {
    pub(super) shown: Vec<ClusterView>,
    pub(super) small: usize,
}

pub(super) fn clusters(input: &ReportInput) -> Clusters {
    let position: BTreeMap<&str, usize> =
        input.clusters.iter().enumerate().map(|(at, c)| (c.id.as_str(), at)).collect();
    let posts = Posts::new(input.evidence);
    let mut budget = Budget::default();
    let mut clusters = Clusters { shown: Vec::new(), small: 0 };
    for scores in &input.scorecard.clusters {
        let Some(&at) = position.get(scores.cluster_id.as_str()) else { continue };
        if input.clusters[at].members.len() < MIN_ACCOUNTS {
            clusters.small += 1;
            continue;
        }
        let card = clusters.shown.len() < MAX_CARDS;
        let confirmation = input.confirmations.get(at);
        let shown = cluster(input, &input.clusters[at], scores, confirmation, &posts, &mut budget);
        clusters.shown.push(ClusterView { card, source: at, ..shown });
    }
    clusters
}

fn cluster(
    input: &ReportInput,
    cluster: &Cluster,
    scores: &ClusterScores,
    confirmation: Option<&Confirmation>,
    posts: &Posts,
    budget: &mut Budget,
) -> ClusterView {
    let found = evidence(&input.scorecard.findings, &cluster.id, posts, budget, input.groups_given);
    let mut strongest: Vec<usize> = (0..found.measured.len()).filter(|at| found.measured[*at].fires).collect();
    strongest.sort_by(|a, b| {
        let weight = |at: &usize| found.measured[*at].nats_contributed;
        weight(b).total_cmp(&weight(a))
    });
    strongest.truncate(2);
    let innocent = strongest.iter().find_map(|at| found.measured[*at].innocent.first().cloned());
    let activity = input.activity.iter().find(|a| a.cluster_id == cluster.id);
    let members = cluster.members.iter().take(MAX_MEMBERS);
    ClusterView {
        id: visible(&cluster.id, MAX_ID),
        verdict: scores.verdict.name(),
        verdict_words: scores.verdict.title(),
        verdict_means: verdict_means(scores, confirmation, input.groups_given),
        confirmed: scores.confirmed,
        confirmation_note: confirmation_note(input, cluster, scores, confirmation),
        limit_note: limit_note(scores),
        concealment_note: concealment_note(input, scores),
        accounts: cluster.members.len(),
        posts: activity.map(|a| a.bins.iter().map(|(_, n)| n).sum()),
        layers: cluster.measures.layers.iter().map(|l| visible(l, MAX_ID)).collect(),
        silent: silent(scores),
        scores: scores.scores.iter().map(score).collect(),
        evidence: found.measured,
        strongest,
        innocent,
        missing: found.missing,
        measures: measures(&cluster.measures),
        extent_curve: cluster.measures.extent_curve.clone(),
        confirmation: confirmation.map(confirmed),
        members: members
            .filter_map(|(code, _)| input.account_ids.get(*code as usize).map(|id| visible(id, MAX_ID)))
            .collect(),
        members_omitted: cluster.members.len().saturating_sub(MAX_MEMBERS),
        activity: activity.map_or_else(Vec::new, |a| a.bins.clone()),
        card: false,
        source: 0,
    }
}

fn verdict_means(scores: &ClusterScores, confirmation: Option<&Confirmation>, given: bool) -> &'static str {
    match scores.verdict {
        Verdict::CibCandidate => "acts together more than chance allows, and there is evidence that it hides who acts",
        Verdict::CoordinatedAuthenticityUndetermined => {
            "acts together more than chance allows; that it hides who acts is not shown"
        }
        Verdict::Exploratory if scores.confirmed => {
            "acts together more than chance allows, but too little is known for a statement: a lead, not a finding"
        }
        Verdict::Exploratory if given => "given, and not shown to act together more than chance allows: at most a lead",
        Verdict::Exploratory if confirmation.is_none_or(|c| c.n_accounts == 0) => {
            "found only in the data as a whole, so nothing was left to test it on: a lead, not a finding"
        }
        Verdict::Exploratory => {
            "found in one half of the shared objects, not confirmed in the other: a lead, not a finding"
        }
        Verdict::Abstained => "no verdict: too little is known, or what is known is too unsure",
    }
}

fn silent(scores: &ClusterScores) -> Option<&'static str> {
    let first = scores.scores.first()?.abstained?;
    scores.scores.iter().all(|s| s.abstained == Some(first)).then(|| first.sentence())
}

fn score(score: &Score) -> ScoreView {
    ScoreView {
        letter: letter(score.dimension),
        dimension: score.dimension.name(),
        title: score.dimension.title(),
        own: score.own,
        score: score.score,
        lower_bound: score.lower_bound,
        ci_low: score.ci_low,
        ci_high: score.ci_high,
        prior_low: score.prior_low,
        prior_high: score.prior_high,
        without_best: score.without_best,
        coverage: score.coverage,
        abstained: score.abstained.map(claque_model::AbstainReason::code),
        reason: score.abstained.map(claque_model::AbstainReason::sentence),
    }
}

/// The letter that stands for a statement.
pub(super) fn letter(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Coordination => "K",
        Dimension::Concealment => "I",
        Dimension::Disinformation => "D1",
        Dimension::ForeignInterference => "D2",
        Dimension::AiUse => "D3",
        Dimension::Cybercrime => "D4",
    }
}

fn measures(m: &ClusterMeasures) -> Vec<Measure> {
    let row = |name, value, means| Measure { name, value, means };
    let mut rows = vec![
        row("density", m.density, "pairs that are linked, of all possible pairs"),
        row("synchronicity", m.synchronicity, "objects shared in time, of all objects shared"),
        row("multiplex", m.multiplex, "pairs linked on at least two layers"),
        row("persistence", m.persistence, "days with a joint act, from the first to the last"),
        row("seed share", m.seed_share, "joint objects on which the same member was first"),
        row("seed inequality", m.seed_gini, "how unevenly members are first: 0 all alike, 1 always one"),
        row("consensus", m.consensus, "repeated searches that keep a pair together"),
        row("conductance", m.conductance, "weight that leaves the group, of all weight of its members"),
        row("extent", m.extent, "area under the curve of the extent of coordination"),
    ];
    rows.extend(m.stability.map(|s| row("stability", s, "likeness to the group found on resampled objects")));
    rows
}

/// What a reader should know before the evidence of coordination.
fn confirmation_note(
    input: &ReportInput,
    cluster: &Cluster,
    scores: &ClusterScores,
    confirmation: Option<&Confirmation>,
) -> Option<String> {
    if !scores.confirmed && scores.verdict != Verdict::Exploratory {
        let given = "not confirmed on the shared objects";
        let found = "not confirmed on the half of the shared objects that did not find it";
        return Some(if input.groups_given { given } else { found }.to_owned());
    }
    let tested = confirmation.map_or(0, |c| c.n_accounts as usize);
    let joined = cluster.members.len().saturating_sub(tested);
    (tested > 0 && joined > 0).then(|| {
        format!(
            "tested for coordination on the {tested} of its accounts that half of the posts found; {joined} more belong \
             to it by all posts"
        )
    })
}

/// A K that stands at its limit stands lower than its evidence adds up to.
fn limit_note(scores: &ClusterScores) -> Option<String> {
    let k = scores.of(Dimension::Coordination)?;
    let is_held = scores.k_limit < 1.0 && k.abstained.is_none() && k.own >= scores.k_limit;
    // the two limits of scoring.md: without a confirmation, and on one layer alone
    let why = if scores.k_limit <= 0.5 {
        "too few shared objects are left to confirm it on"
    } else {
        "one layer alone shows it, and no two members share three objects"
    };
    is_held.then(|| format!("K is held at {:.2}, however strong its evidence: {why}", scores.k_limit))
}

/// Where something speaks for concealment: how much of it there is, without caps, and how much it takes.
fn concealment_note(input: &ReportInput, scores: &ClusterScores) -> Option<String> {
    let found = scores.concealment.filter(|found| found.e >= LEAST_RATIO)?;
    let searched = input.scorecard.clusters.iter().filter(|one| one.concealment.is_some()).count();
    let groups = counted(searched as u64, "group", "groups");
    let (e, needed) = (quantity(found.e), quantity(found.needed));
    Some(if found.stands {
        format!("its evidence of concealment, e = {e}, stands the search over {groups}, which asked for {needed}")
    } else {
        format!(
            "its evidence of concealment, e = {e}, may be the luck of a search over {groups}: a candidate needs {needed}"
        )
    })
}

fn confirmed(confirmation: &Confirmation) -> ConfirmationView {
    let layer = |l: &claque_model::ConfirmedLayer| ConfirmedLayerView {
        layer: visible(&l.layer, MAX_ID),
        observed: l.observed,
        expected: l.expected,
        e: l.e,
        best_pair_objects: l.best_pair_objects,
    };
    ConfirmationView { n_objects: confirmation.n_objects, layers: confirmation.layers.iter().map(layer).collect() }
}
