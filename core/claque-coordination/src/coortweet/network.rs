//! `generate_coordinated_network`: edges with CooRTweet's attributes, in the order and orientation of igraph.

use super::arithmetic::{mean, quantile};
use super::subgraph::{self, Numbered, Subgraph};
use super::{ByteOrder, CoorTweetGroups, Group};
use crate::error::CoordinationError;

/// What igraph calls a missing account.
const MISSING: &str = "NA";

/// Parameters of [`generate_coordinated_network`]; objects are always kept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetworkSettings {
    /// `edge_weight`: the quantile that a weight must exceed, 0 to 1.
    pub edge_weight: f64,
    /// `fast_net`: count the flagged rows a second time; needs [`super::flag_speed_share`].
    pub fast_net: bool,
    /// `subgraph`.
    pub subgraph: Subgraph,
}

impl Default for NetworkSettings {
    fn default() -> Self {
        Self { edge_weight: 0.5, fast_net: false, subgraph: Subgraph::Whole }
    }
}

/// The network, edges in the tool's order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CoorTweetNetwork<'a> {
    /// Edges.
    pub edges: Vec<CoorTweetEdge<'a>>,
    /// Accounts with their color; only for [`Subgraph::FastNeighbourhood`].
    pub vertices: Vec<NetworkVertex<'a>>,
    /// Was it made with `fast_net`?
    pub is_fast: bool,
}

/// An account of [`Subgraph::FastNeighbourhood`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetworkVertex<'a> {
    /// Account.
    pub name: &'a str,
    /// `color_v`: is it an end of an edge above the fast threshold, and not only a neighbour?
    pub color_v: bool,
}

/// An edge. `from` is the account that igraph met first; that is neither the smaller id nor the older post.
/// With loops kept, a missing account is called `NA`.
#[derive(Clone, Debug, PartialEq)]
pub struct CoorTweetEdge<'a> {
    /// One account.
    pub from: &'a str,
    /// The other.
    pub to: &'a str,
    /// Over all rows of the pair.
    pub full: EdgeMeasures<'a>,
    /// Over its fast rows; none without `fast_net` or when no row is fast.
    pub fast: Option<EdgeMeasures<'a>>,
}

/// CooRTweet's attributes of an edge, and what is right.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeMeasures<'a> {
    /// Rows of the groups table: post pairs × objects.
    pub weight: u32,
    /// Mean |Δt| of these rows, seconds.
    pub avg_time_delta: f64,
    /// Distinct ids in the column of older posts (not per account).
    pub n_content_id: u32,
    /// Distinct ids in the column of newer posts.
    pub n_content_id_y: u32,
    /// Smaller ÷ larger of the two counts.
    pub edge_symmetry_score: f64,
    /// Is the weight above the quantile?
    pub weight_threshold: bool,
    /// Distinct objects in order of first appearance, each whole; missing only with loops kept.
    pub object_ids: Vec<Option<&'a str>>,
    /// The right numbers.
    pub corrected: CorrectedEdge,
}

/// What CooRTweet's documentation says its numbers are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CorrectedEdge {
    /// Distinct contents of the account `from`.
    pub n_content_from: u32,
    /// Distinct contents of the account `to`.
    pub n_content_to: u32,
    /// Smaller ÷ larger of these two; 1 when both accounts contribute equally.
    pub edge_symmetry_score: f64,
    /// Distinct objects that both shared.
    pub n_objects: u32,
}

impl EdgeMeasures<'_> {
    /// `object_ids` as CooRTweet writes them: joined by commas, whatever they contain.
    #[must_use]
    pub fn joined_objects(&self) -> String {
        self.object_ids.iter().map(|id| id.unwrap_or(MISSING)).collect::<Vec<_>>().join(",")
    }

    fn turned(mut self) -> Self {
        let CorrectedEdge { n_content_from, n_content_to, .. } = self.corrected;
        (self.corrected.n_content_from, self.corrected.n_content_to) = (n_content_to, n_content_from);
        self
    }
}

/// `generate_coordinated_network(x, fast_net, edge_weight, subgraph, objects = TRUE)`.
///
/// One edge per account pair. `weight_threshold` is set where the weight is strictly greater than the `edge_weight`
/// quantile (R's type 7) of all weights; with `fast_net` also among the weights of the fast edges alone. Plain, the
/// edges come as their pairs first appear; with `fast_net` by descending ends, as igraph unites graphs. Where
/// CooRTweet stops because nothing is fast, the network is empty. O(rows log rows).
///
/// # Errors
/// `edge_weight` outside 0 to 1, `fast_net` without flags, subgraph 1 with `fast_net`, subgraph 2 or 3 without it.
pub fn generate_coordinated_network<'a>(
    groups: &CoorTweetGroups<'a>,
    settings: &NetworkSettings,
) -> Result<CoorTweetNetwork<'a>, CoordinationError> {
    check(groups, settings)?;
    let names = Names::of(groups);
    let mut full = pairs(groups, &names, |_| true);
    mark(&mut full, settings.edge_weight);
    full.sort_by_key(|pair| pair.first_row);
    let fast = match &groups.fast {
        Some((_, flags)) if settings.fast_net => {
            let mut fast = pairs(groups, &names, |row| flags[row]);
            mark(&mut fast, settings.edge_weight);
            if fast.is_empty() {
                return Ok(CoorTweetNetwork { is_fast: true, ..CoorTweetNetwork::default() });
            }
            Some(fast)
        }
        _ => None,
    };
    let ids = igraph_ids(&full, names.0.len());
    let mut edges: Vec<Numbered<'a>> =
        full.into_iter().map(|pair| oriented(pair, &ids, &names, fast.as_deref())).collect();
    if settings.fast_net {
        edges.sort_by_key(|edge| std::cmp::Reverse((edge.from, edge.to)));
    }
    let (edges, vertices) = subgraph::cut(edges, settings.subgraph);
    Ok(CoorTweetNetwork { edges, vertices, is_fast: settings.fast_net })
}

fn check(groups: &CoorTweetGroups<'_>, settings: &NetworkSettings) -> Result<(), CoordinationError> {
    if !(0.0..=1.0).contains(&settings.edge_weight) {
        return Err(CoordinationError::EdgeWeight(settings.edge_weight));
    }
    if settings.fast_net && groups.fast.is_none() {
        return Err(CoordinationError::NoFastFlags);
    }
    match settings.subgraph {
        Subgraph::AboveThreshold if settings.fast_net => Err(CoordinationError::SubgraphOfPlainNetwork),
        Subgraph::FastAboveThreshold | Subgraph::FastNeighbourhood if !settings.fast_net => {
            Err(CoordinationError::SubgraphOfFastNetwork)
        }
        _ => Ok(()),
    }
}

/// Account names by their place in byte order; a missing account comes first.
struct Names<'a>(Vec<&'a str>, ByteOrder);

impl<'a> Names<'a> {
    fn of(groups: &CoorTweetGroups<'a>) -> Self {
        let mut names = vec![MISSING];
        names.extend(&groups.accounts);
        names[1..].sort_unstable();
        Self(names, ByteOrder::of(&groups.accounts))
    }

    /// Smaller and larger end; one missing end makes both missing (R's pmin and pmax).
    fn ends(&self, row: &Group) -> (u32, u32) {
        let (a, b) = (self.1.place(row.account), self.1.place(row.account_y));
        if a == 0 || b == 0 { (0, 0) } else { (a.min(b), a.max(b)) }
    }
}

/// All rows of one account pair.
struct Pair<'a> {
    ends: (u32, u32),
    first_row: usize,
    measures: EdgeMeasures<'a>,
}

/// Pairs by their ends.
fn pairs<'a>(groups: &CoorTweetGroups<'a>, names: &Names<'a>, is_counted: impl Fn(usize) -> bool) -> Vec<Pair<'a>> {
    let counted = groups.rows.iter().enumerate().filter(|(at, _)| is_counted(*at));
    let mut rows: Vec<((u32, u32), usize)> = counted.map(|(at, row)| (names.ends(row), at)).collect();
    rows.sort_unstable();
    let pairs = rows.chunk_by(|x, y| x.0 == y.0);
    pairs.map(|rows| Pair { ends: rows[0].0, first_row: rows[0].1, measures: measures(groups, names, rows) }).collect()
}

fn measures<'a>(groups: &CoorTweetGroups<'a>, names: &Names<'a>, rows: &[((u32, u32), usize)]) -> EdgeMeasures<'a> {
    let (a, b) = rows[0].0;
    let of_pair = || rows.iter().map(|(_, at)| &groups.rows[*at]);
    let older = n_distinct(of_pair().map(|row| row.content));
    let newer = n_distinct(of_pair().map(|row| row.content_y));
    let contents_of = |end: u32| {
        let sides = of_pair().flat_map(|row| [(row.account, row.content), (row.account_y, row.content_y)]);
        n_distinct(sides.filter(|(account, _)| names.1.place(*account) == end).map(|(_, content)| content))
    };
    let (from, to) = (contents_of(a), contents_of(b));
    let mut objects: Vec<u32> = of_pair().map(|row| row.object).collect();
    keep_first(&mut objects);
    let object_ids: Vec<Option<&str>> = objects.into_iter().map(|code| groups.id(code)).collect();
    EdgeMeasures {
        weight: rows.len() as u32,
        avg_time_delta: mean(of_pair().map(|row| row.time_delta)),
        n_content_id: older,
        n_content_id_y: newer,
        edge_symmetry_score: symmetry(older, newer),
        weight_threshold: false,
        corrected: CorrectedEdge {
            n_content_from: from,
            n_content_to: to,
            edge_symmetry_score: symmetry(from, to),
            n_objects: object_ids.iter().flatten().count() as u32,
        },
        object_ids,
    }
}

fn symmetry(x: u32, y: u32) -> f64 {
    f64::from(x.min(y)) / f64::from(x.max(y))
}

fn n_distinct(codes: impl Iterator<Item = u32>) -> u32 {
    let mut codes: Vec<u32> = codes.collect();
    codes.sort_unstable();
    codes.dedup();
    codes.len() as u32
}

/// Drops repeated codes and keeps the order.
fn keep_first(codes: &mut Vec<u32>) {
    let mut placed: Vec<(u32, usize)> = codes.iter().copied().zip(0..).collect();
    placed.sort_unstable();
    placed.dedup_by_key(|(code, _)| *code);
    placed.sort_unstable_by_key(|(_, at)| *at);
    *codes = placed.into_iter().map(|(code, _)| code).collect();
}

/// Sets `weight_threshold`.
fn mark(pairs: &mut [Pair<'_>], edge_weight: f64) {
    let mut weights: Vec<f64> = pairs.iter().map(|pair| f64::from(pair.measures.weight)).collect();
    weights.sort_by(f64::total_cmp);
    let threshold = quantile(&weights, edge_weight);
    for pair in pairs {
        pair.measures.weight_threshold = f64::from(pair.measures.weight) > threshold;
    }
}

/// igraph numbers accounts as they appear among the smaller ends, then among the larger ones.
fn igraph_ids(pairs: &[Pair<'_>], n_names: usize) -> Vec<u32> {
    let mut ids = vec![u32::MAX; n_names];
    let mut next = 0;
    for place in pairs.iter().map(|pair| pair.ends.0).chain(pairs.iter().map(|pair| pair.ends.1)) {
        if ids[place as usize] == u32::MAX {
            ids[place as usize] = next;
            next += 1;
        }
    }
    ids
}

fn oriented<'a>(pair: Pair<'a>, ids: &[u32], names: &Names<'a>, fast: Option<&[Pair<'a>]>) -> Numbered<'a> {
    let (a, b) = pair.ends;
    let fast = fast.and_then(|fast| Some(&fast[fast.binary_search_by_key(&pair.ends, |pair| pair.ends).ok()?]));
    let fast = fast.map(|pair| pair.measures.clone());
    let (from, to) = (ids[a as usize], ids[b as usize]);
    let edge = CoorTweetEdge { from: names.0[a as usize], to: names.0[b as usize], full: pair.measures, fast };
    if from <= to {
        return Numbered { from, to, edge };
    }
    let edge = CoorTweetEdge {
        from: edge.to,
        to: edge.from,
        full: edge.full.turned(),
        fast: edge.fast.map(EdgeMeasures::turned),
    };
    Numbered { from: to, to: from, edge }
}
