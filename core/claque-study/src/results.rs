//! Result tables of a run as frames: edges, edge_posts, clusters, members, findings, families,
//! evidence, scores.
//! Columns and keys are those of the command-line document; writing them is not done here.

use crate::groups::LEAST_ACCOUNTS;
use claque_coordination::Corpus;
use claque_model::{
    Cluster, ClusterScores, Confirmation, Edge, EdgePost, FamilyNats, Finding, LayerNetwork, Outcome, Scorecard,
    Searched,
};
use polars::prelude::{Column, DataFrame, DataType, NamedFrom, PolarsResult, Series, TimeUnit, TimeZone};
use std::collections::BTreeMap;

/// A result table with the columns of its key.
pub struct ResultTable {
    /// Path below the run folder, without ending, such as `tables/edges`.
    pub name: String,
    /// Name in the file's metadata.
    pub table: String,
    /// Key columns.
    pub key: Vec<&'static str>,
    /// Rows, sorted by key.
    pub frame: DataFrame,
}

fn column<T, Phantom: ?Sized>(name: &str, values: T) -> Column
where
    Series: NamedFrom<T, Phantom>,
{
    Series::new(name.into(), values).into()
}

fn times(name: &str, values: Vec<Option<i64>>) -> PolarsResult<Column> {
    let series: Series = Series::new(name.into(), values);
    Ok(series.cast(&DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)))?.into())
}

fn frame(height: usize, columns: Vec<Column>) -> PolarsResult<DataFrame> {
    DataFrame::new(height, columns)
}

/// Every edge that exceeds chance, by layer, window and pair.
///
/// # Errors
/// Only if columns disagree in length, which would be a bug.
pub fn edges(corpus: &Corpus, layers: &[LayerNetwork]) -> PolarsResult<DataFrame> {
    let rows: Vec<(&LayerNetwork, &Edge)> = layers.iter().flat_map(|l| l.edges.iter().map(move |e| (l, e))).collect();
    let id = |code: u32| corpus.accounts()[code as usize].as_str();
    frame(
        rows.len(),
        vec![
            column("layer", rows.iter().map(|(l, _)| l.layer.as_str()).collect::<Vec<_>>()),
            column("window_s", rows.iter().map(|(l, _)| l.window.seconds()).collect::<Vec<_>>()),
            column("account_a", rows.iter().map(|(_, e)| id(e.a)).collect::<Vec<_>>()),
            column("account_b", rows.iter().map(|(_, e)| id(e.b)).collect::<Vec<_>>()),
            column("n_objects", rows.iter().map(|(_, e)| i64::from(e.n_objects)).collect::<Vec<_>>()),
            column("n_posts_a", rows.iter().map(|(_, e)| i64::from(e.n_posts_a)).collect::<Vec<_>>()),
            column("n_posts_b", rows.iter().map(|(_, e)| i64::from(e.n_posts_b)).collect::<Vec<_>>()),
            column("mean_delta_s", rows.iter().map(|(_, e)| e.mean_delta_s).collect::<Vec<_>>()),
            times("first_at", rows.iter().map(|(_, e)| Some(e.first_at)).collect())?,
            times("last_at", rows.iter().map(|(_, e)| Some(e.last_at)).collect())?,
            column("expected", rows.iter().map(|(_, e)| e.expected).collect::<Vec<_>>()),
            column("p", rows.iter().map(|(_, e)| e.p).collect::<Vec<_>>()),
            column("q", rows.iter().map(|(_, e)| e.q).collect::<Vec<_>>()),
            column("weight", rows.iter().map(|(_, e)| e.weight).collect::<Vec<_>>()),
        ],
    )
}

/// The post pairs behind the edges.
///
/// # Errors
/// As [`edges`].
pub fn edge_posts(corpus: &Corpus, found: &[(&LayerNetwork, Vec<EdgePost>)]) -> PolarsResult<DataFrame> {
    let rows: Vec<(&LayerNetwork, &EdgePost)> =
        found.iter().flat_map(|(l, p)| p.iter().map(move |p| (*l, p))).collect();
    let account = |code: u32| corpus.accounts()[code as usize].as_str();
    let post = |code: u32| corpus.posts()[code as usize].as_str();
    frame(
        rows.len(),
        vec![
            column("layer", rows.iter().map(|(l, _)| l.layer.as_str()).collect::<Vec<_>>()),
            column("window_s", rows.iter().map(|(l, _)| l.window.seconds()).collect::<Vec<_>>()),
            column("account_a", rows.iter().map(|(_, p)| account(p.a)).collect::<Vec<_>>()),
            column("account_b", rows.iter().map(|(_, p)| account(p.b)).collect::<Vec<_>>()),
            column(
                "object",
                rows.iter().map(|(l, p)| corpus.objects(&l.layer)[p.object as usize].as_str()).collect::<Vec<_>>(),
            ),
            column("post_a", rows.iter().map(|(_, p)| post(p.post_a)).collect::<Vec<_>>()),
            column("post_b", rows.iter().map(|(_, p)| post(p.post_b)).collect::<Vec<_>>()),
            column("delta_s", rows.iter().map(|(_, p)| p.delta_s).collect::<Vec<_>>()),
        ],
    )
}

/// One row per cluster.
pub(crate) fn clusters(
    clusters: &[Cluster],
    confirmations: &[Confirmation],
    scorecard: &Scorecard,
    n_posts: &[u64],
) -> PolarsResult<DataFrame> {
    let score = |cluster: &Cluster| scorecard.clusters.iter().find(|s| s.cluster_id == cluster.id);
    let mut order: Vec<usize> = (0..clusters.len()).collect();
    order.sort_by(|a, b| clusters[*a].id.cmp(&clusters[*b].id));
    let concealment = |f: &dyn Fn(Searched) -> f64| -> Vec<Option<f64>> {
        order.iter().map(|at| score(&clusters[*at])?.concealment.map(f)).collect()
    };
    let get = |f: &dyn Fn(&Cluster) -> f64| order.iter().map(|at| f(&clusters[*at])).collect::<Vec<f64>>();
    frame(
        order.len(),
        vec![
            column("cluster_id", order.iter().map(|at| clusters[*at].id.as_str()).collect::<Vec<_>>()),
            column(
                "verdict",
                order
                    .iter()
                    .map(|at| score(&clusters[*at]).map_or("abstained", |s| s.verdict.name()))
                    .collect::<Vec<_>>(),
            ),
            column("n_accounts", order.iter().map(|at| clusters[*at].members.len() as i64).collect::<Vec<_>>()),
            column("n_posts", order.iter().map(|at| n_posts[*at] as i64).collect::<Vec<_>>()),
            column("layers", order.iter().map(|at| clusters[*at].measures.layers.join(",")).collect::<Vec<_>>()),
            column("density", get(&|c| c.measures.density)),
            column("conductance", get(&|c| c.measures.conductance)),
            column("multiplex", get(&|c| c.measures.multiplex)),
            column("synchronicity", get(&|c| c.measures.synchronicity)),
            column("persistence", get(&|c| c.measures.persistence)),
            column("seed_share", get(&|c| c.measures.seed_share)),
            column("seed_gini", get(&|c| c.measures.seed_gini)),
            column("extent", get(&|c| c.measures.extent)),
            column("consensus", get(&|c| c.measures.consensus)),
            column("stability", order.iter().map(|at| clusters[*at].measures.stability).collect::<Vec<_>>()),
            column(
                "confirmed",
                order.iter().map(|at| score(&clusters[*at]).is_some_and(|s| s.confirmed)).collect::<Vec<_>>(),
            ),
            column(
                "k_limit",
                order.iter().map(|at| score(&clusters[*at]).map(|s| s.k_limit)).collect::<Vec<Option<f64>>>(),
            ),
            column("concealment_e", concealment(&|found| found.e)),
            column("concealment_needed", concealment(&|found| found.needed)),
            column(
                "confirming_objects",
                order.iter().map(|at| i64::from(confirmations[*at].n_objects)).collect::<Vec<_>>(),
            ),
            column(
                "confirming_accounts",
                order.iter().map(|at| i64::from(confirmations[*at].n_accounts)).collect::<Vec<_>>(),
            ),
        ],
    )
}

/// One row per cluster and member, by account id: the weight of its edges inside, and its eigenvector centrality
/// there. Clusters below five accounts are left out.
///
/// # Errors
/// As [`edges`].
pub fn members(corpus: &Corpus, clusters: &[Cluster]) -> PolarsResult<DataFrame> {
    let member = |c: &'_ Cluster, at: usize| {
        let (code, weight) = c.members[at];
        (code, weight, c.measures.centrality.get(at).copied().unwrap_or(0.0))
    };
    let mut rows: Vec<(&str, &str, f64, f64)> = clusters
        .iter()
        .filter(|c| c.members.len() >= LEAST_ACCOUNTS)
        .flat_map(|c| (0..c.members.len()).map(move |at| (c.id.as_str(), member(c, at))))
        .map(|(id, (code, weight, centrality))| (id, corpus.accounts()[code as usize].as_str(), weight, centrality))
        .collect();
    rows.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    frame(
        rows.len(),
        vec![
            column("cluster_id", rows.iter().map(|r| r.0).collect::<Vec<_>>()),
            column("account_id", rows.iter().map(|r| r.1).collect::<Vec<_>>()),
            column("weight", rows.iter().map(|r| r.2).collect::<Vec<_>>()),
            column("centrality", rows.iter().map(|r| r.3).collect::<Vec<_>>()),
        ],
    )
}

/// The extent-of-coordination curves: up to a threshold, from the one before it, `share` of the members are joined
/// by edges of that weight or more. Clusters below five accounts are left out.
pub(crate) fn extent(clusters: &[Cluster]) -> PolarsResult<DataFrame> {
    let mut order: Vec<&Cluster> = clusters.iter().filter(|c| c.members.len() >= LEAST_ACCOUNTS).collect();
    order.sort_by(|a, b| a.id.cmp(&b.id));
    let rows: Vec<(&str, f64, f64)> = order
        .into_iter()
        .flat_map(|c| c.measures.extent_curve.iter().map(|(at, share)| (c.id.as_str(), *at, *share)))
        .collect();
    frame(
        rows.len(),
        vec![
            column("cluster_id", rows.iter().map(|r| r.0).collect::<Vec<_>>()),
            column("threshold", rows.iter().map(|r| r.1).collect::<Vec<_>>()),
            column("share", rows.iter().map(|r| r.2).collect::<Vec<_>>()),
        ],
    )
}

/// Reads one number of a measured finding.
type Pick<'a> = &'a dyn Fn(&Outcome) -> Option<f64>;

fn sorted(findings: &[Finding]) -> Vec<&Finding> {
    let mut rows: Vec<&Finding> = findings.iter().collect();
    rows.sort_by(|a, b| (&a.cluster_id, &a.signal_id).cmp(&(&b.cluster_id, &b.signal_id)));
    rows
}

/// What findings rest on besides the code: hashes in hex digits.
pub(crate) struct Grounds {
    /// Of the inputs.
    pub(crate) data: String,
    /// Of the parameters, by signal.
    pub(crate) params: BTreeMap<String, String>,
}

/// One row per cluster and signal: the evidence item. `missing` holds the reason code where nothing was measured.
/// Its posts and objects are rows of `evidence`.
pub(crate) fn findings(scorecard: &Scorecard, grounds: &Grounds) -> PolarsResult<DataFrame> {
    let rows = sorted(&scorecard.findings);
    let measured =
        |pick: &dyn Fn(&Outcome) -> Option<f64>| rows.iter().map(|f| pick(&f.outcome)).collect::<Vec<Option<f64>>>();
    let text = |pick: &dyn Fn(&Finding) -> String| rows.iter().map(|f| pick(f)).collect::<Vec<String>>();
    let numbers: [(&str, Pick); 8] = [
        ("statistic", &|o| if let Outcome::Measured { statistic, .. } = o { Some(*statistic) } else { None }),
        ("effect", &|o| if let Outcome::Measured { effect, .. } = o { Some(*effect) } else { None }),
        ("effect_low", &|o| if let Outcome::Measured { effect_ci, .. } = o { Some(effect_ci.0) } else { None }),
        ("effect_high", &|o| if let Outcome::Measured { effect_ci, .. } = o { Some(effect_ci.1) } else { None }),
        ("null_mean", &|o| if let Outcome::Measured { null, .. } = o { Some(null.mean) } else { None }),
        ("null_q95", &|o| if let Outcome::Measured { null, .. } = o { Some(null.q95) } else { None }),
        ("p", &|o| if let Outcome::Measured { p, .. } = o { Some(*p) } else { None }),
        ("e", &|o| if let Outcome::Measured { e, .. } = o { Some(*e) } else { None }),
    ];
    let missing =
        rows.iter().map(|f| if let Outcome::Missing(reason) = &f.outcome { Some(reason.code()) } else { None });
    let model =
        rows.iter().map(|f| if let Outcome::Measured { null, .. } = &f.outcome { Some(null.model) } else { None });
    let mut columns = vec![
        column("cluster_id", text(&|f| f.cluster_id.clone())),
        column("signal_id", text(&|f| f.signal_id.clone())),
        column("signal_version", text(&|f| f.signal_version.clone())),
        column("dimension", rows.iter().map(|f| f.statements.first().map(|s| s.name())).collect::<Vec<_>>()),
        column("also", text(&|f| f.statements.iter().skip(1).map(|s| s.name()).collect::<Vec<_>>().join(","))),
        column("family", text(&|f| f.family.clone())),
        column("null_model", model.collect::<Vec<_>>()),
    ];
    columns.extend(numbers.into_iter().map(|(name, pick)| column(name, measured(pick))));
    columns.extend([
        column("nats_raw", rows.iter().map(|f| f.nats_raw).collect::<Vec<_>>()),
        column("nats_capped", rows.iter().map(|f| f.nats_capped).collect::<Vec<_>>()),
        column("nats_contributed", rows.iter().map(|f| f.nats_contributed).collect::<Vec<_>>()),
        column("verbal", rows.iter().map(|f| f.verbal()).collect::<Vec<_>>()),
        column("cap", rows.iter().map(|f| f.cap).collect::<Vec<_>>()),
        column("n_support", rows.iter().map(|f| f.n_support as i64).collect::<Vec<_>>()),
        column("params_hash", rows.iter().map(|f| grounds.params.get(&f.signal_id).cloned()).collect::<Vec<_>>()),
        column("data_hash", rows.iter().map(|_| grounds.data.as_str()).collect::<Vec<_>>()),
        column("missing", missing.collect::<Vec<_>>()),
        column("caveats", text(&|f| f.caveats.join(" | "))),
        column("innocent", text(&|f| f.innocent.join(" | "))),
    ]);
    frame(rows.len(), columns)
}

/// One row per cluster, signal and supporting post; clusters below five accounts are left out.
pub(crate) fn evidence(rows: &[claque_report::EvidencePost], clusters: &[Cluster]) -> PolarsResult<DataFrame> {
    let is_small = |id: &str| clusters.iter().any(|c| c.id == id && c.members.len() < LEAST_ACCOUNTS);
    let mut rows: Vec<_> = rows.iter().filter(|r| !is_small(&r.cluster_id)).collect();
    rows.sort_by_key(|r| (&r.cluster_id, &r.signal_id, &r.post_id, &r.object));
    frame(
        rows.len(),
        vec![
            column("cluster_id", rows.iter().map(|r| r.cluster_id.as_str()).collect::<Vec<_>>()),
            column("signal_id", rows.iter().map(|r| r.signal_id.as_str()).collect::<Vec<_>>()),
            column("post_id", rows.iter().map(|r| r.post_id.as_str()).collect::<Vec<_>>()),
            column("object", rows.iter().map(|r| r.object.as_deref()).collect::<Vec<_>>()),
            column("note", rows.iter().map(|r| r.note.as_deref()).collect::<Vec<_>>()),
        ],
    )
}

/// One row per cluster, statement and family: what the index of the statement is made of.
pub(crate) fn families(scorecard: &Scorecard) -> PolarsResult<DataFrame> {
    let mut rows: Vec<&FamilyNats> = scorecard.families.iter().collect();
    rows.sort_by_key(|row| (&row.cluster_id, row.dimension.name(), &row.family));
    frame(
        rows.len(),
        vec![
            column("cluster_id", rows.iter().map(|r| r.cluster_id.as_str()).collect::<Vec<_>>()),
            column("dimension", rows.iter().map(|r| r.dimension.name()).collect::<Vec<_>>()),
            column("family", rows.iter().map(|r| r.family.as_str()).collect::<Vec<_>>()),
            column("nats", rows.iter().map(|r| r.nats).collect::<Vec<_>>()),
            column("discount", rows.iter().map(|r| r.discount).collect::<Vec<_>>()),
        ],
    )
}

/// One row per cluster and statement.
pub(crate) fn scores(scorecard: &Scorecard) -> PolarsResult<DataFrame> {
    let mut rows: Vec<(&ClusterScores, &claque_model::Score)> =
        scorecard.clusters.iter().flat_map(|c| c.scores.iter().map(move |s| (c, s))).collect();
    rows.sort_by(|a, b| (&a.0.cluster_id, a.1.dimension.name()).cmp(&(&b.0.cluster_id, b.1.dimension.name())));
    let get = |pick: &dyn Fn(&claque_model::Score) -> f64| rows.iter().map(|(_, s)| pick(s)).collect::<Vec<f64>>();
    frame(
        rows.len(),
        vec![
            column("cluster_id", rows.iter().map(|(c, _)| c.cluster_id.as_str()).collect::<Vec<_>>()),
            column("dimension", rows.iter().map(|(_, s)| s.dimension.name()).collect::<Vec<_>>()),
            column("own", get(&|s| s.own)),
            column("score", get(&|s| s.score)),
            column("lower_bound", get(&|s| s.lower_bound)),
            column("ci_low", get(&|s| s.ci_low)),
            column("ci_high", get(&|s| s.ci_high)),
            column("prior_low", get(&|s| s.prior_low)),
            column("prior_high", get(&|s| s.prior_high)),
            column("without_best", get(&|s| s.without_best)),
            column("coverage", get(&|s| s.coverage)),
            column("abstained", rows.iter().map(|(_, s)| s.abstained.is_some()).collect::<Vec<_>>()),
            column(
                "reason",
                rows.iter().map(|(_, s)| s.abstained.map(claque_model::AbstainReason::code)).collect::<Vec<_>>(),
            ),
        ],
    )
}
