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

/// The e-value of the `rank`-th most suspicious of `n` exchangeable ones: the mean of e over the p-values from
/// (rank − 1)/n to rank/n, each of which it would be with its tie broken at random. The first of 1,000 has 145, where
/// e(0.001) = 21 would count it as if it were the least of its bin.
///
/// Over all ranks its mean is 1, so it is an e-value; a rank made larger by ties only lowers it.
#[must_use]
pub fn e_of_rank(rank: u32, n: u32) -> f64 {
    let (rank, n) = (f64::from(rank.clamp(1, n.max(1))), f64::from(n.max(1)));
    n * (integral(rank / n) - integral((rank - 1.0) / n))
}

/// ∫ e(q) dq from 0 to p = (p − 1) / ln p.
fn integral(p: f64) -> f64 {
    let x = -p.ln();
    if x == f64::INFINITY {
        0.0
    } else if x > 0.0 {
        -(-x).exp_m1() / x
    } else {
        1.0
    }
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
    fn the_mean_over_all_ranks_is_one() {
        for n in [1, 2, 200, 1_000, 10_000] {
            let mean = (1..=n).map(|rank| e_of_rank(rank, n)).sum::<f64>() / f64::from(n);
            assert!((mean - 1.0).abs() < 1e-9, "{n}: {mean}");
        }
    }

    #[test]
    fn the_e_value_of_a_rank_is_the_mean_of_e_over_its_bin() {
        // (p − 1) ÷ ln p at 0.001: 0.999 ÷ 6.907755 = 0.1446201
        assert!((e_of_rank(1, 1_000) - 144.62).abs() < 0.01);
        // 1000 × (0.998 ÷ 6.214608 − 0.1446201) = 15.97
        assert!((e_of_rank(2, 1_000) - 15.97).abs() < 0.01);
        for (rank, n) in [(2, 10), (50, 1_000), (900, 1_000)] {
            let steps = 10_000;
            let at = |i: i32| (f64::from(rank) - 1.0 + (f64::from(i) + 0.5) / f64::from(steps)) / f64::from(n);
            let mean = (0..steps).map(|i| e_value(at(i))).sum::<f64>() / f64::from(steps);
            assert!((e_of_rank(rank, n as u32) - mean).abs() < 1e-3 * mean, "{rank} of {n}");
        }
        assert!((e_of_rank(1_000_000, 1_000_000) - 0.5).abs() < 1e-3);
    }

    #[test]
    fn it_falls_with_the_rank() {
        let all: Vec<f64> = (1..=1_000).map(|rank| e_of_rank(rank, 1_000)).collect();
        assert!(all.is_sorted_by(|a, b| a > b));
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
