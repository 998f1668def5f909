//! Ridge logistic regression with weights that cannot be negative: evidence never speaks against what it is evidence of.

use super::LabelledCluster;
use claque_statistics::softplus;
use std::collections::BTreeMap;

/// Rounds of coordinate steps; the fit ends sooner where no step moves anything.
const ROUNDS: usize = 2_000;
const SMALLEST_STEP: f64 = 1e-10;

/// An additive model of log-odds.
pub(super) struct Weights {
    pub(super) intercept: f64,
    pub(super) by_family: BTreeMap<String, f64>,
}

/// −ln of the chance that these log-odds give to the truth.
pub(super) fn log_loss(log_odds: f64, is_positive: bool) -> f64 {
    softplus(if is_positive { -log_odds } else { log_odds })
}

impl Weights {
    /// Minimizes Σ log-loss + ridge/2 · Σ w²; the intercept is free. Cyclic coordinate descent with a quarter as bound of
    /// the curvature (Böhning & Lindsay 1988, 10.1007/BF00049423): every step lowers the loss, which is convex.
    pub(super) fn fit(clusters: &[&LabelledCluster], ridge: f64) -> Self {
        let mut names: Vec<&String> = clusters.iter().flat_map(|c| c.nats.keys()).collect();
        names.sort_unstable();
        names.dedup();
        let column = |name: &String| clusters.iter().map(|c| c.nats.get(name).copied().unwrap_or(0.0)).collect();
        let columns: Vec<Vec<f64>> = names.iter().map(|name| column(name)).collect();
        let targets: Vec<f64> = clusters.iter().map(|c| f64::from(u8::from(c.is_positive))).collect();
        let (intercept, weights) = descend(&columns, &targets, ridge);
        Self { intercept, by_family: names.into_iter().cloned().zip(weights).collect() }
    }

    pub(super) fn log_odds(&self, nats: &BTreeMap<String, f64>) -> f64 {
        self.intercept + nats.iter().map(|(family, l)| self.by_family.get(family).unwrap_or(&0.0) * l).sum::<f64>()
    }
}

fn descend(columns: &[Vec<f64>], targets: &[f64], ridge: f64) -> (f64, Vec<f64>) {
    let n = targets.len();
    let mut log_odds = vec![0.0; n];
    let (mut intercept, mut weights) = (0.0, vec![0.0_f64; columns.len()]);
    let curvatures: Vec<f64> =
        columns.iter().map(|column| column.iter().map(|x| x * x).sum::<f64>() / 4.0 + ridge).collect();
    let residual = |log_odds: f64, target: f64| target - 1.0 / (1.0 + (-log_odds).exp());
    for _ in 0..ROUNDS {
        let gradient: f64 = log_odds.iter().zip(targets).map(|(&x, &t)| residual(x, t)).sum();
        let step = gradient / (n as f64 / 4.0);
        intercept += step;
        for log_odds in &mut log_odds {
            *log_odds += step;
        }
        let mut largest = step.abs();
        for (at, column) in columns.iter().enumerate() {
            let pull: f64 = column.iter().zip(&log_odds).zip(targets).map(|((x, &l), &t)| x * residual(l, t)).sum();
            let moved = (weights[at] + (pull - ridge * weights[at]) / curvatures[at]).max(0.0);
            let step = moved - weights[at];
            weights[at] = moved;
            for (log_odds, x) in log_odds.iter_mut().zip(column) {
                *log_odds += step * x;
            }
            largest = largest.max(step.abs());
        }
        if largest < SMALLEST_STEP {
            break;
        }
    }
    (intercept, weights)
}
