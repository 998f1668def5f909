//! Do scores mean what they say? Of the clusters with a score near s, a share near s should be what the score says. The
//! scores are evidence indices with a stated prior; this is the measure of how far they are from being more.

use crate::absent::{Absent, Figure};
use crate::interval::wilson;
use claque_model::Dimension;

/// Bins of the reliability plot, all of one width.
pub const BINS: usize = 10;

/// Which scores were compared with what came true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The score that clusters are sorted by, max_d min(K, S_d, I), against: the cluster is an operation.
    Headline,
    /// min(K, S_d) of all four dimensions together.
    AllDimensions,
    /// min(K, S_d) against: the cluster is an operation, and this is its dimension.
    Dimension(Dimension),
}

/// How scores and outcomes agree.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// Which scores.
    pub of: Of,
    /// Scores that were stated.
    pub stated: usize,
    /// Scores that abstained; they are in no number here.
    pub abstained: usize,
    /// Stated scores of what came true.
    pub came_true: usize,
    /// Mean squared difference (Brier 1950, 10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2), 0..1.
    pub brier: Figure,
    /// Expected calibration error over [`BINS`] bins (Naeini et al. 2015, 10.1609/aaai.v29i1.9602), 0..1.
    pub ece: Figure,
    /// Cost of the likelihood ratios in bits (Brümmer & du Preez 2006, 10.1016/j.csl.2005.08.001): 0 is best, 1 is
    /// what saying nothing costs.
    pub cllr: Figure,
    /// The reliability plot (DeGroot & Fienberg 1983, 10.2307/2987588), ascending.
    pub bins: Vec<Bin>,
}

/// Scores from `low` to below `high`; the last bin has 1 too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Least score.
    pub low: f64,
    /// End.
    pub high: f64,
    /// Scores in it.
    pub n: u64,
    /// Those that came true.
    pub came_true: u64,
    /// Their mean score, if there is one.
    pub mean_score: Option<f64>,
    /// 95 % interval of the share that came true (Wilson 1927).
    pub interval: Option<(f64, f64)>,
}

/// A score, the prior that is in it, and whether what it says is so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Forecast {
    pub(crate) score: f64,
    pub(crate) prior: Option<f64>,
    pub(crate) came_true: bool,
}

/// Measures forecasts, of which `abstained` more were not made. O(n).
pub(crate) fn calibration(of: Of, forecasts: &[Forecast], abstained: usize) -> Calibration {
    let bins = bins(forecasts);
    Calibration {
        of,
        stated: forecasts.len(),
        abstained,
        came_true: forecasts.iter().filter(|f| f.came_true).count(),
        brier: brier(forecasts),
        ece: ece(&bins, forecasts.len()),
        cllr: cllr(forecasts),
        bins,
    }
}

fn brier(forecasts: &[Forecast]) -> Figure {
    let costs = forecasts.iter().map(|f| (f.score, f.came_true));
    claque_statistics::brier(costs).ok_or(Absent::NothingStated)
}

fn bins(forecasts: &[Forecast]) -> Vec<Bin> {
    let mut counts = [(0_u64, 0_u64, 0.0); BINS];
    for forecast in forecasts {
        let at = ((forecast.score * BINS as f64) as usize).min(BINS - 1);
        counts[at].0 += 1;
        counts[at].1 += u64::from(forecast.came_true);
        counts[at].2 += forecast.score;
    }
    let edge = |at: usize| at as f64 / BINS as f64;
    let bin = |(at, (n, came_true, sum)): (usize, (u64, u64, f64))| Bin {
        low: edge(at),
        high: edge(at + 1),
        n,
        came_true,
        mean_score: (n > 0).then(|| sum / n as f64),
        interval: wilson(came_true, n),
    };
    counts.into_iter().enumerate().map(bin).collect()
}

/// Σ n_b ÷ n · |share that came true − mean score|.
fn ece(bins: &[Bin], n: usize) -> Figure {
    if n == 0 {
        return Err(Absent::NothingStated);
    }
    let apart = |bin: &Bin| bin.mean_score.map_or(0.0, |mean| (bin.came_true as f64 - mean * bin.n as f64).abs());
    Ok(bins.iter().map(apart).sum::<f64>() / n as f64)
}

/// LR is the odds of the score over the odds of its prior.
fn cllr(forecasts: &[Forecast]) -> Figure {
    if forecasts.is_empty() {
        return Err(Absent::NothingStated);
    }
    let log_ratio = |f: &Forecast| {
        let prior = f.prior.ok_or(Absent::NoPriors)?;
        Ok((log_odds(f.score) - log_odds(prior), f.came_true))
    };
    let log_ratios: Vec<(f64, bool)> = forecasts.iter().map(log_ratio).collect::<Result<_, _>>()?;
    let one_kind = if forecasts[0].came_true { Absent::NoNegatives } else { Absent::NoPositives };
    let cost = claque_statistics::cllr(log_ratios).ok_or(one_kind)?;
    if cost.is_finite() { Ok(cost) } else { Err(Absent::NoBound) }
}

fn log_odds(p: f64) -> f64 {
    p.ln() - (-p).ln_1p()
}

#[cfg(test)]
mod tests;
