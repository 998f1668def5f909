//! `generate_coordinated_network`.

use super::{CoorTweetGroups, Group};

/// What CooRTweet calls a missing account at the end of an edge.
const MISSING: &str = "NA";

/// One edge with CooRTweet's attributes. `account_id < account_id_y` by bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoorTweetEdge<'a> {
    /// Smaller id.
    pub account_id: &'a str,
    /// Larger id.
    pub account_id_y: &'a str,
    /// Rows of the groups table.
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
}

/// `generate_coordinated_network(x, edge_weight)`: one edge per account pair, by (account_id, account_id_y).
///
/// `weight_threshold` is set where the weight is strictly greater than the `edge_weight` quantile (R's type 7)
/// of all weights. O(rows log rows).
#[must_use]
pub fn coordinated_network<'a>(groups: &CoorTweetGroups<'a>, edge_weight: f64) -> Vec<CoorTweetEdge<'a>> {
    let name = |code: u32| groups.accounts.get(code as usize).copied();
    let ends = |row: &Group| match (name(row.account), name(row.account_y)) {
        (Some(a), Some(b)) => (a.min(b), a.max(b)),
        _ => (MISSING, MISSING),
    };
    let mut rows: Vec<((&str, &str), &Group)> = groups.rows.iter().map(|row| (ends(row), row)).collect();
    rows.sort_by_key(|(ends, _)| *ends);
    let mut edges: Vec<CoorTweetEdge<'a>> = rows.chunk_by(|x, y| x.0 == y.0).map(edge).collect();
    let mut weights: Vec<f64> = edges.iter().map(|edge| f64::from(edge.weight)).collect();
    weights.sort_by(f64::total_cmp);
    let threshold = quantile(&weights, edge_weight);
    for edge in &mut edges {
        edge.weight_threshold = f64::from(edge.weight) > threshold;
    }
    edges
}

fn edge<'a>(rows: &[((&'a str, &'a str), &Group)]) -> CoorTweetEdge<'a> {
    let (account_id, account_id_y) = rows[0].0;
    let older = distinct(rows.iter().map(|(_, row)| row.content));
    let newer = distinct(rows.iter().map(|(_, row)| row.content_y));
    CoorTweetEdge {
        account_id,
        account_id_y,
        weight: rows.len() as u32,
        avg_time_delta: mean(rows.iter().map(|(_, row)| row.time_delta), rows.len()),
        n_content_id: older,
        n_content_id_y: newer,
        edge_symmetry_score: f64::from(older.min(newer)) / f64::from(older.max(newer)),
        weight_threshold: false,
    }
}

fn distinct(codes: impl Iterator<Item = u32>) -> u32 {
    let mut codes: Vec<u32> = codes.collect();
    codes.sort_unstable();
    codes.dedup();
    codes.len() as u32
}

/// The mean rounded once, as extended precision gives it: sum with its rounding error kept (Knuth's two-sum),
/// quotient corrected by its remainder.
fn mean(values: impl Iterator<Item = f64>, n: usize) -> f64 {
    let (mut high, mut low) = (0.0_f64, 0.0_f64);
    for value in values {
        let sum = high + value;
        let shadow = sum - high;
        low += (high - (sum - shadow)) + (value - shadow);
        high = sum;
    }
    let n = n as f64;
    let quotient = (high + low) / n;
    quotient + (quotient.mul_add(-n, high) + low) / n
}

/// R's quantile of type 7 in doubles: position 1 + (n − 1) p, then (1 − h) · low + h · high. NaN for no values.
fn quantile(sorted: &[f64], p: f64) -> f64 {
    if sorted.is_empty() {
        return f64::NAN;
    }
    let position = 1.0 + (sorted.len() - 1) as f64 * p.clamp(0.0, 1.0);
    let (low, high) = (position.floor(), position.ceil());
    let (below, above) = (sorted[low as usize - 1], sorted[(high as usize - 1).min(sorted.len() - 1)]);
    if position > low && (above - below).abs() > 0.0 {
        let h = position - low;
        return (1.0 - h) * below + h * above;
    }
    below
}
