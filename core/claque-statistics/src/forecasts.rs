//! What probabilities and likelihood ratios cost once the truth is known.

/// ln(1 + eˣ), without overflow.
#[must_use]
pub fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

/// Mean squared difference of probabilities from what came true, 0..1 (Brier 1950,
/// 10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2). None of no forecast. O(n).
#[must_use]
pub fn brier(forecasts: impl IntoIterator<Item = (f64, bool)>) -> Option<f64> {
    let mut cost = Mean::default();
    for (p, came_true) in forecasts {
        cost.add((p - f64::from(u8::from(came_true))).powi(2));
    }
    cost.value()
}

/// Mean cost in bits of likelihood ratios, given as their natural logarithms: log₂(1 + 1 ÷ LR) of what came true,
/// log₂(1 + LR) of the rest, each kind half (Brümmer & du Preez 2006, 10.1016/j.csl.2005.08.001). 0 is best, 1 is what
/// saying nothing costs; infinite where a certainty was wrong. None unless there are both kinds. O(n).
#[must_use]
pub fn cllr(log_ratios: impl IntoIterator<Item = (f64, bool)>) -> Option<f64> {
    let (mut of_true, mut of_false) = (Mean::default(), Mean::default());
    for (x, came_true) in log_ratios {
        let (kind, surprise) = if came_true { (&mut of_true, -x) } else { (&mut of_false, x) };
        kind.add(softplus(surprise) / std::f64::consts::LN_2);
    }
    Some(f64::midpoint(of_true.value()?, of_false.value()?))
}

#[derive(Default)]
struct Mean {
    sum: f64,
    n: u64,
}

impl Mean {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.n += 1;
    }

    fn value(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum / self.n as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: Option<f64>, expected: f64) {
        assert!((found.expect("a number") - expected).abs() < 1e-12, "{found:?} is not {expected}");
    }

    #[test]
    fn squares_are_averaged() {
        // ((1 − 0.8)² + 0.4²) ÷ 2
        close(brier([(0.8, true), (0.4, false)]), 0.1);
    }

    #[test]
    fn likelihood_ratios_cost_what_they_cost_by_hand() {
        // a ratio of 1 costs one bit; 3 and 1/3 cost log₂ 4⁄3 where they are right, 2 bits where they are wrong
        let ratio = |lr: f64, came_true| (lr.ln(), came_true);
        close(cllr([ratio(1.0, true), ratio(1.0, false)]), 1.0);
        close(cllr([ratio(3.0, true), ratio(1.0 / 3.0, false)]), (4.0_f64 / 3.0).log2());
        close(cllr([ratio(1.0 / 3.0, true), ratio(3.0, false)]), 2.0);
        // kinds count half each, however many there are of one: (2 + 1) ÷ 2
        close(cllr([ratio(1.0 / 3.0, true), ratio(1.0, false), ratio(1.0, false), ratio(1.0, false)]), 1.5);
    }

    #[test]
    fn certainties_cost_nothing_or_all() {
        close(cllr([(f64::INFINITY, true), (f64::NEG_INFINITY, false)]), 0.0);
        assert_eq!(cllr([(f64::NEG_INFINITY, true), (0.0, false)]), Some(f64::INFINITY));
        // no overflow on the way: log₂ e^800 = 800 ÷ ln 2
        close(cllr([(800.0, false), (800.0, true)]).map(|c| c * 2.0), 800.0 / std::f64::consts::LN_2);
    }

    #[test]
    fn nothing_and_one_kind_alone_have_no_cost() {
        assert_eq!((brier([]), cllr([])), (None, None));
        assert_eq!((cllr([(1.0, true)]), cllr([(1.0, false)])), (None, None));
    }
}
