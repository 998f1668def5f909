//! From scores to values that mean what they say: two parameters where labels are few, steps where they are many.

use claque_statistics::softplus;

/// A rising function of log-odds.
#[derive(Clone, Debug, PartialEq)]
pub enum Calibration {
    /// 1 ÷ (1 + e^−(a x + b)) (Platt 1999), with his targets, which never reach 0 or 1.
    Platt {
        /// Slope, at least 0.
        a: f64,
        /// Log-odds at x = 0.
        b: f64,
    },
    /// Rising steps (Zadrozny & Elkan 2002, 10.1145/775047.775151).
    Isotonic {
        /// From these log-odds on, this value; ascending in both.
        steps: Vec<(f64, f64)>,
    },
}

impl Calibration {
    /// Newton's method on the two parameters, with halved steps where the loss would rise; a ≥ 0.
    pub(super) fn platt(scores: &[f64], truths: &[bool]) -> Self {
        let positive = truths.iter().filter(|t| **t).count() as f64;
        let negative = truths.len() as f64 - positive;
        let (high, low) = ((positive + 1.0) / (positive + 2.0), 1.0 / (negative + 2.0));
        let targets: Vec<f64> = truths.iter().map(|&t| if t { high } else { low }).collect();
        let loss = |a: f64, b: f64| -> f64 {
            scores.iter().zip(&targets).map(|(x, t)| softplus(a * x + b) - t * (a * x + b)).sum()
        };
        let (mut a, mut b) = (0.0, ((positive + 1.0) / (negative + 1.0)).ln());
        let mut now = loss(a, b);
        for _ in 0..100 {
            let (da, db) = newton(scores, &targets, a, b);
            let mut size = 1.0;
            while size > 1e-10 && loss((a + size * da).max(0.0), b + size * db) > now {
                size /= 2.0;
            }
            (a, b) = ((a + size * da).max(0.0), b + size * db);
            let next = loss(a, b);
            if now - next < 1e-12 {
                break;
            }
            now = next;
        }
        Self::Platt { a, b }
    }

    /// Pools neighbours that fall (Ayer et al. 1955, 10.1214/aoms/1177728423), each pool with one more of either kind,
    /// so that no value is 0 or 1.
    pub(super) fn isotonic(scores: &[f64], truths: &[bool]) -> Self {
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| scores[a].total_cmp(&scores[b]));
        let mut pools: Vec<(f64, f64, f64)> = Vec::new();
        for same in order.chunk_by(|&a, &b| scores[a].total_cmp(&scores[b]).is_eq()) {
            let positive = same.iter().filter(|at| truths[**at]).count() as f64;
            pools.push((scores[same[0]], positive, same.len() as f64));
            while let [.., before, last] = pools.as_mut_slice()
                && before.1 * last.2 >= last.1 * before.2
            {
                *before = (before.0, before.1 + last.1, before.2 + last.2);
                pools.pop();
            }
        }
        let mut highest = 0.0_f64;
        let step = |(from, positive, n): (f64, f64, f64)| {
            // more mass in the middle could make a small pool fall again
            highest = highest.max((positive + 1.0) / (n + 2.0));
            (from, highest)
        };
        Self::Isotonic { steps: pools.into_iter().map(step).collect() }
    }

    /// The value of these log-odds, in 0..1.
    pub(super) fn of(&self, log_odds: f64) -> f64 {
        match self {
            Self::Platt { a, b } => 1.0 / (1.0 + (-(a * log_odds + b)).exp()),
            Self::Isotonic { steps } => {
                let at = steps.partition_point(|(from, _)| *from <= log_odds);
                steps.get(at.saturating_sub(1)).map_or(0.5, |(_, value)| *value)
            }
        }
    }
}

fn newton(scores: &[f64], targets: &[f64], a: f64, b: f64) -> (f64, f64) {
    let (mut ga, mut gb, mut haa, mut hab, mut hbb) = (0.0, 0.0, 1e-12, 0.0, 1e-12);
    for (x, t) in scores.iter().zip(targets) {
        let p = 1.0 / (1.0 + (-(a * x + b)).exp());
        let (miss, spread) = (t - p, p * (1.0 - p));
        ga += miss * x;
        gb += miss;
        haa += spread * x * x;
        hab += spread * x;
        hbb += spread;
    }
    let determinant = haa * hbb - hab * hab;
    if determinant.abs() < 1e-300 {
        return (0.0, 0.0);
    }
    ((hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant)
}
