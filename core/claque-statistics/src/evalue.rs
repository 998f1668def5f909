//! p to e: the calibrator of Vovk & Wang (2021, 10.1214/20-AOS2020) that averages all κ p^(κ−1).

/// Smallest p used: keeps every e-value finite.
const SMALLEST_P: f64 = 1e-300;

/// Largest and smallest e-value used, so that sums of them stay finite too.
const LARGEST_E: f64 = 1e280;

/// e(p) = (1 − p + p ln p) / (p (ln p)²): e(1) = 0.5, e(0.05) = 1.8, e(0.01) = 4.5, e(0.001) = 21.
///
/// Not a number counts as 1: no evidence.
#[must_use]
pub fn e_value(p: f64) -> f64 {
    let p = if p.is_nan() { 1.0 } else { p.clamp(SMALLEST_P, 1.0) };
    let x = -p.ln();
    if x < 1e-3 {
        // the closed form cancels near p = 1
        return 0.5 + x / 6.0 + x * x / 24.0;
    }
    (x.exp_m1() - x) / (x * x)
}

/// An e-value brought into the range in which sums and logarithms are finite; ½, as of p = 1, for not a number.
#[must_use]
pub fn finite(e: f64) -> f64 {
    if e.is_nan() { 0.5 } else { e.clamp(1.0 / LARGEST_E, LARGEST_E) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_values_hold() {
        // scoring.md, step 2, after Vovk & Wang 2021
        for (p, e, digits) in [(0.05, 1.8, 0.05), (0.01, 4.5, 0.1), (0.001, 21.0, 0.5), (1e-6, 5_200.0, 50.0)] {
            assert!((e_value(p) - e).abs() <= digits, "e({p}) = {}", e_value(p));
        }
        assert!((e_value(1.0) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn the_expectation_over_uniform_p_is_one() {
        // midpoint rule in ln p: ∫ e(p) dp = ∫ e(e^−x) e^−x dx; the tail beyond x = 2000 is 1/2000
        let n = 2_000_000;
        let step = 700.0 / f64::from(n);
        let sum: f64 = (0..n)
            .map(|i| (f64::from(i) + 0.5) * step)
            .map(|x| if x < 640.0 { e_value((-x).exp()) * (-x).exp() * step } else { step / (x * x) })
            .sum();
        assert!((sum + 1.0 / 700.0 - 1.0).abs() < 1e-3, "{sum}");
    }

    #[test]
    fn an_underflown_p_is_finite_evidence() {
        assert!(e_value(0.0).is_finite() && e_value(0.0) > 1e290);
    }

    #[test]
    fn it_falls_with_p_and_is_finite_everywhere() {
        let mut last = f64::INFINITY;
        for i in 0..=1000 {
            let e = e_value(f64::from(i) / 1000.0);
            assert!(e.is_finite() && e < last, "p = {i}/1000");
            last = e;
        }
        assert!(e_value(f64::NAN) <= 0.5 && e_value(-1.0).is_finite() && e_value(7.0) <= 0.5);
    }
}
