//! A made-up run to look at and to test with. Every account, domain and text is invented.

use crate::input::{ClusterActivity, CorpusSummary, EvidencePost, InputLine, ReportInput, SignalState, SignalStatus};
use claque_model::{
    AbstainReason, Cluster, ClusterMeasures, ClusterScores, Confirmation, ConfirmedLayer, Dimension, Direction, Edge,
    Finding, LayerNetwork, MissingReason, Network, NullSummary, Outcome, Score, Scorecard, Shape, SkippedLayer,
    TimeWindow, Verdict,
};

/// 20 May 2024, 00:00 UTC.
pub(crate) const START: i64 = 1_716_163_200_000_000;
const HOUR: i64 = 3_600_000_000;

/// Owns what a [`ReportInput`] borrows.
pub(crate) struct Run {
    pub(crate) title: String,
    pub(crate) question: Option<String>,
    pub(crate) inputs: Vec<InputLine>,
    pub(crate) corpus: CorpusSummary,
    pub(crate) network: Network,
    pub(crate) account_ids: Vec<String>,
    pub(crate) clusters: Vec<Cluster>,
    pub(crate) confirmations: Vec<Confirmation>,
    pub(crate) scorecard: Scorecard,
    pub(crate) corpus_p: f64,
    pub(crate) corpus_draws: u32,
    pub(crate) signals: Vec<SignalStatus>,
    pub(crate) evidence: Vec<EvidencePost>,
    pub(crate) activity: Vec<ClusterActivity>,
    pub(crate) warnings: Vec<String>,
}

impl Run {
    pub(crate) fn input(&self) -> ReportInput<'_> {
        ReportInput {
            title: &self.title,
            study_id: "harbour-2024",
            question: self.question.as_deref(),
            run_id: "a1b2c3d4",
            claque_version: "0.1.0",
            inputs: &self.inputs,
            corpus: self.corpus.clone(),
            windows: vec![window("10s"), window("60s")],
            network: &self.network,
            account_ids: &self.account_ids,
            groups_given: false,
            clusters: &self.clusters,
            confirmations: &self.confirmations,
            scorecard: &self.scorecard,
            corpus_p: self.corpus_p,
            corpus_draws: self.corpus_draws,
            signals: &self.signals,
            evidence: &self.evidence,
            activity: &self.activity,
            warnings: &self.warnings,
            settings: settings(),
            calibrated: Vec::new(),
        }
    }

    /// Adds a group of so many accounts with scores; linked on two layers, unless there are none.
    pub(crate) fn add_group(&mut self, accounts: u32, verdict: Verdict, confirmed: bool, scores: [f64; 6]) -> String {
        let id = format!("c{}", self.clusters.len() + 1);
        let first = self.account_ids.len() as u32;
        for at in 0..accounts {
            self.account_ids.push(format!("x:{}", 7_040_000 + first + at));
        }
        self.link(first, accounts);
        self.clusters.push(Cluster {
            id: id.clone(),
            members: (first..first + accounts).map(|code| (code, 1.0)).collect(),
            measures: ClusterMeasures {
                layers: vec!["text".into(), "url".into()],
                size: accounts,
                density: 0.41,
                conductance: 0.04,
                multiplex: 0.37,
                synchronicity: 0.72,
                persistence: 0.58,
                seed_share: 0.21,
                seed_gini: 0.33,
                extent: 0.66,
                extent_curve: vec![(2.1, 1.0), (4.4, 0.75), (6.0, 0.5)],
                consensus: 1.0,
                stability: Some(0.94),
                centrality: vec![1.0; accounts as usize],
            },
        });
        self.confirmations.push(confirmation(confirmed));
        self.scorecard.clusters.push(ClusterScores {
            cluster_id: id.clone(),
            verdict,
            confirmed,
            concealment: None,
            k_limit: 1.0,
            scores: Dimension::ALL.into_iter().zip(scores).map(|(d, s)| score(d, s, scores[0])).collect(),
        });
        let seed = u64::from(first) + 7;
        let bins = (0..60).map(|bin| (START + bin * 8 * HOUR, burst(bin as u64, seed))).collect();
        self.activity.push(ClusterActivity { cluster_id: id.clone(), bins });
        id
    }

    fn link(&mut self, first: u32, accounts: u32) {
        for i in 0..accounts {
            for j in i + 1..accounts {
                let draw = (u64::from(first + i) * 2_654_435_761 + u64::from(first + j) * 40_503) % 100;
                for (layer, most) in self.network.layers.iter_mut().zip([34, 16]) {
                    if draw < most {
                        layer.edges.push(edge(first + i, first + j, 3.0 + draw as f64 / 5.0));
                    }
                }
            }
        }
    }

    /// A measured finding with so many posts listed.
    pub(crate) fn add_finding(&mut self, cluster_id: &str, signal: &Measured) {
        let ids: Vec<String> = (0..signal.posts).map(|n| format!("x:{}{n:03}", signal.id.len() * 91_000)).collect();
        for (at, post_id) in ids.iter().enumerate() {
            self.evidence.push(EvidencePost {
                cluster_id: cluster_id.into(),
                signal_id: signal.id.into(),
                post_id: post_id.clone(),
                account_id: format!("x:{}", 7_040_000 + at),
                at: Some(START + 40 * HOUR + at as i64 * 7_000_000),
                text: Some("They will not tell you this before the vote: read it here https://harbour-courier.example/vote-2024".into()),
                url: Some("https://x.test/7040001/status/91".into()),
                object: Some("harbour-courier.example/vote-2024".into()),
                note: None,
            });
        }
        self.scorecard.findings.push(finding(cluster_id, signal, ids));
    }

    pub(crate) fn add_missing(&mut self, cluster_id: &str, id: &str, reason: MissingReason) {
        let mut missing = finding(cluster_id, &Measured { id, ..Measured::default() }, Vec::new());
        missing.outcome = Outcome::Missing(reason);
        (missing.nats_capped, missing.nats_contributed, missing.n_support) = (0.0, 0.0, 0);
        self.scorecard.findings.push(missing);
    }
}

/// The numbers of a finding.
pub(crate) struct Measured<'a> {
    pub(crate) id: &'a str,
    pub(crate) title: &'a str,
    pub(crate) statements: &'a [Dimension],
    pub(crate) nats: f64,
    pub(crate) posts: u32,
    pub(crate) innocent: &'a str,
}

impl Default for Measured<'_> {
    fn default() -> Self {
        Self {
            id: "coord.url",
            title: "same link within seconds",
            statements: &[Dimension::Coordination],
            nats: 2.3,
            posts: 3,
            innocent: "A share button or a newsletter sends many people to the same page at the same moment.",
        }
    }
}

fn finding(cluster_id: &str, signal: &Measured, ids: Vec<String>) -> Finding {
    Finding {
        cluster_id: cluster_id.into(),
        signal_id: signal.id.into(),
        signal_version: "1.0.0".into(),
        title: signal.title.into(),
        doc: "Counts what was planted for this picture.".into(),
        shape: Shape::Statistics,
        direction: Direction::Higher,
        statements: signal.statements.to_vec(),
        family: "trace".into(),
        outcome: Outcome::Measured {
            statistic: 34.0,
            effect: 16.2,
            effect_ci: (9.4, 22.8),
            null: NullSummary { model: "N3", mean: 2.1, q95: 5.0, draws: 999, pool: 812 },
            p: 0.001,
            e: 21.0,
            above_floor: true,
        },
        nats_raw: signal.nats + 0.7,
        nats_capped: signal.nats,
        nats_contributed: signal.nats * 0.9,
        cap: 4.0,
        n_support: u64::from(signal.posts) * 12,
        support_post_ids: ids,
        support_objects: vec!["harbour-courier.example/vote-2024".into()],
        caveats: vec!["2 of 34 accounts are left out: they had no occasion to show it".into()],
        innocent: vec![signal.innocent.into(), "Members of one campaign agree on a time to post.".into()],
    }
}

fn score(dimension: Dimension, own: f64, k: f64) -> Score {
    let is_dimension = Dimension::INTERFERENCE.contains(&dimension);
    let score = if is_dimension { own.min(k) } else { own };
    Score {
        dimension,
        own,
        score,
        lower_bound: if is_dimension { (k + own - 1.0).max(0.0) } else { own },
        ci_low: (score - 0.09).max(0.01),
        ci_high: (score + 0.05).min(0.99),
        prior_low: (score - 0.16).max(0.01),
        prior_high: (score + 0.08).min(0.99),
        without_best: (score * 0.45).max(0.05),
        coverage: if own < 0.0 { 0.22 } else { 0.86 },
        abstained: (own < 0.0).then_some(AbstainReason::Coverage),
    }
}

fn confirmation(confirmed: bool) -> Confirmation {
    let layer = |name: &str, observed, expected, e| ConfirmedLayer {
        layer: name.into(),
        e,
        observed,
        expected,
        best_pair_objects: 6,
        e_by_pair: Vec::new(),
        windows: 2,
        n_posts: 0,
        posts: Vec::new(),
        objects: Vec::new(),
    };
    if !confirmed {
        return Confirmation { n_objects: 11, n_accounts: 4, layers: vec![layer("url", 9.0, 3.2, 1.4)] };
    }
    Confirmation {
        n_objects: 84,
        n_accounts: 12,
        layers: vec![layer("text", 31.0, 1.1, 310.0), layer("url", 128.0, 4.6, 5231.0)],
    }
}

fn edge(a: u32, b: u32, weight: f64) -> Edge {
    Edge {
        a,
        b,
        n_objects: 4,
        n_posts_a: 4,
        n_posts_b: 4,
        mean_delta_s: 5.0,
        first_at: START,
        last_at: START + 20 * HOUR,
        expected: 0.02,
        p: 1e-8,
        q: 1e-6,
        weight,
    }
}

/// Posts in a bin: a daily rhythm, and a burst or two.
fn burst(bin: u64, seed: u64) -> u64 {
    let daily = [2, 9, 14][(bin % 3) as usize];
    let peak = seed * 13 % 41 + 8;
    daily * (seed % 5 + 1) / 3 + 90 / (1 + bin.abs_diff(peak) * bin.abs_diff(peak))
}

fn window(text: &str) -> TimeWindow {
    TimeWindow::parse(text).expect("a window")
}

fn settings() -> Vec<(String, String)> {
    [
        ("windows", "10s, 60s"),
        ("interval jitter", "±1h"),
        ("false discovery rate of edges", "0.01"),
        ("matched sets per cluster", "999"),
        ("whole-pipeline permutations", "99"),
        ("prior of each dimension and of concealment", "0.05"),
        ("prior of coordination", "0.1"),
        ("seed", "42"),
    ]
    .map(|(k, v)| (k.to_owned(), v.to_owned()))
    .to_vec()
}

fn status(id: &str, title: &str, dimension: Dimension, state: SignalState) -> SignalStatus {
    let home = if id.starts_with("coord") { "built in" } else { "scripts/" };
    SignalStatus { id: id.into(), version: "1.0.0".into(), title: title.into(), dimension, home: home.into(), state }
}

/// A run that was tested on two layers and found nothing.
pub(crate) fn nothing() -> Run {
    let layer = |name: &str, window: TimeWindow, tested| LayerNetwork {
        layer: name.into(),
        fusion_weight: 1.0,
        window,
        edges: Vec::new(),
        tested,
        hot_objects: 0,
    };
    let no_media = SignalState::Missing(MissingReason::NoTable("media".into()).sentence());
    let no_brands = SignalState::Missing(MissingReason::NoTable("brands".into()).sentence());
    let rows = |rows| SignalState::Ran { rows };
    Run {
        title: "Coordinated link sharing before the vote".into(),
        question: Some("Do accounts that share links on the harbour vote act together?".into()),
        inputs: vec![InputLine {
            name: "activity".into(),
            path: "data/activity".into(),
            rows: vec![("accounts".into(), 3120), ("posts".into(), 24_310)],
            sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        }],
        corpus: CorpusSummary {
            n_posts: 24_310,
            n_accounts: 3120,
            first_at: Some(START),
            last_at: Some(START + 480 * HOUR),
            precision: Some("s".into()),
            known: vec![("posts.text".into(), 0.984), ("posts.lang".into(), 0.71), ("media.phash".into(), 0.0)],
            languages: vec!["de".into(), "en".into()],
            hot_objects: 2,
        },
        network: Network {
            layers: vec![
                layer("text", window("60s"), 4120),
                layer("url", window("10s"), 18_277),
                layer("url", window("60s"), 18_277),
            ],
            skipped: vec![SkippedLayer {
                layer: "reply".into(),
                window: window("10s"),
                widened_to: Some(window("2m")),
                reason: "time_precision",
            }],
        },
        account_ids: Vec::new(),
        clusters: Vec::new(),
        confirmations: Vec::new(),
        scorecard: Scorecard::default(),
        corpus_p: 0.41,
        corpus_draws: 99,
        signals: vec![
            status("coord.url", "same link within seconds", Dimension::Coordination, rows(9120)),
            status("coord.text", "same text", Dimension::Coordination, rows(3310)),
            status("dis.procedure", "false voting procedure", Dimension::Disinformation, rows(41)),
            status("ai.provenance", "declared AI media", Dimension::AiUse, no_media.clone()),
            status("ai.image_twin", "image twins", Dimension::AiUse, no_media),
            status("cyb.lookalike", "look-alike domains", Dimension::Cybercrime, no_brands),
        ],
        evidence: Vec::new(),
        activity: Vec::new(),
        warnings: Vec::new(),
    }
}

/// A run with groups of every verdict.
pub(crate) fn groups() -> Run {
    let mut run = nothing();
    run.corpus_p = 0.01;
    let first = run.add_group(34, Verdict::CibCandidate, true, [0.93, 0.58, 0.81, 0.44, -1.0, 0.72]);
    let second =
        run.add_group(18, Verdict::CoordinatedAuthenticityUndetermined, true, [0.88, 0.08, 0.11, 0.06, -1.0, 0.05]);
    let third = run.add_group(9, Verdict::Exploratory, false, [0.5, 0.05, 0.3, 0.12, -1.0, 0.05]);
    let fourth = run.add_group(6, Verdict::Abstained, false, [-1.0; 6]);
    run.add_group(3, Verdict::Abstained, false, [-1.0; 6]);
    let url = Measured::default();
    let procedure = Measured {
        id: "dis.procedure",
        title: "posts that state a false voting procedure",
        statements: &[Dimension::Disinformation],
        nats: 3.1,
        posts: 20,
        innocent: "Satire, and people who quote the claim in order to correct it.",
    };
    let clone = Measured {
        id: "cyb.lookalike",
        title: "links to look-alike domains",
        statements: &[Dimension::Cybercrime, Dimension::Concealment],
        nats: 2.7,
        posts: 8,
        innocent: "A brand that registered its own misspellings.",
    };
    let quiet = Measured {
        id: "for.fanout",
        title: "fan-out over countries",
        statements: &[Dimension::ForeignInterference],
        nats: -0.4,
        posts: 0,
        innocent: "Correspondents abroad.",
    };
    for signal in [&url, &procedure, &clone, &quiet] {
        run.add_finding(&first, signal);
    }
    run.add_finding(
        &second,
        &Measured { innocent: "Party accounts post the same link when the office sends it around.", ..url },
    );
    run.add_finding(&third, &Measured { nats: 0.9, ..Measured::default() });
    for cluster in [&first, &second, &third, &fourth] {
        run.add_missing(cluster, "ai.provenance", MissingReason::NoTable("media".into()));
    }
    run.signals.push(status(
        "dis.lowcred",
        "listed outlets",
        Dimension::Disinformation,
        SignalState::Failed("main.luau:41: value for post `x:91` is 1.7, must be between 0 and 1".into()),
    ));
    run.warnings.push("layer `url` at 60s: 2 objects with more sharers than the cap were left out of the tests".into());
    run
}
