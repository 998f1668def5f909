//! Tail of the Poisson distribution, and numbers drawn from it.

/// P(X ≥ k) for X Poisson with mean `lambda`, summed in log space.
///
/// The relative error is below 1e-12 · (1 + |ln p|) for λ up to 10⁶; results below 1e-307 underflow to 0.
/// The sum starts at the term nearest to the mean, so that it falls from its first term on: O(k) at worst.
#[must_use]
pub fn upper_tail(k: u32, lambda: f64) -> f64 {
    if k == 0 {
        return 1.0;
    }
    if lambda <= 0.0 {
        return 0.0;
    }
    if f64::from(k) > lambda {
        return (log_term(k, lambda) + falling(f64::from(k), |i| lambda / (i + 1.0), 1.0).ln()).exp().min(1.0);
    }
    let below = f64::from(k - 1);
    let lower = (log_term(k - 1, lambda) + falling(below, |i| i / lambda, -1.0).ln()).exp();
    (1.0 - lower).clamp(0.0, 1.0)
}

/// A Poisson number of mean 1 from 64 random bits, by inversion: the weight of a thing in a bootstrap that needs no order
/// of things (Hanley & MacGibbon 2006, 10.1016/j.cmpb.2006.04.006).
#[must_use]
pub fn poisson_of_one(bits: u64) -> u32 {
    let uniform = (bits >> 11) as f64 / (1u64 << 53) as f64;
    let (mut count, mut term) = (0u32, (-1.0_f64).exp());
    let mut sum = term;
    while uniform >= sum && count < 18 {
        count += 1;
        term /= f64::from(count);
        sum += term;
    }
    count
}

/// 1 + r(i) + r(i) r(i ± 1) + …, until the terms no longer count.
fn falling(mut i: f64, ratio: impl Fn(f64) -> f64, step: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    while term > sum * 1e-17 && i >= 0.0 {
        term *= ratio(i);
        sum += term;
        i += step;
    }
    sum
}

/// ln of P(X = k).
fn log_term(k: u32, lambda: f64) -> f64 {
    f64::from(k) * lambda.ln() - lambda - log_factorial(k)
}

/// ln k!, by the sum below 64 and by Stirling's series (relative error below 1e-15) from there.
fn log_factorial(k: u32) -> f64 {
    if k < 64 {
        return (2..=k).map(|i| f64::from(i).ln()).sum();
    }
    let x = f64::from(k);
    let series = 1.0 / (12.0 * x) - 1.0 / (360.0 * x.powi(3)) + 1.0 / (1260.0 * x.powi(5));
    x * x.ln() - x + 0.5 * (std::f64::consts::TAU * x).ln() + series
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        assert!((found / expected - 1.0).abs() < 1e-9, "{found:e} is not {expected:e}");
    }

    #[test]
    fn tails_have_their_exact_values() {
        // by sums of 60 decimal digits
        close(upper_tail(1, 0.5), 0.393_469_340_287_366_6);
        close(upper_tail(3, 0.008_33), 9.573_507_114_329_222e-8);
        close(upper_tail(10, 4.0), 8.132_242_796_933_864e-3);
        close(upper_tail(5, 20.0), 0.999_983_055_256_069_9);
        close(upper_tail(150, 100.0), 1.884_210_466_038_67e-6);
    }

    #[test]
    fn no_event_is_certain_and_nothing_comes_of_nothing() {
        close(upper_tail(0, 3.0), 1.0);
        assert!(upper_tail(2, 0.0).abs() < f64::MIN_POSITIVE);
    }

    #[test]
    fn factorials_agree_where_the_methods_meet() {
        let by_sum: f64 = (2..=100).map(|i| f64::from(i).ln()).sum();
        close(log_factorial(100), by_sum);
    }

    #[test]
    fn the_tail_falls_with_k_and_rises_with_the_mean() {
        for k in 1..60 {
            assert!(upper_tail(k + 1, 12.5) < upper_tail(k, 12.5));
            assert!(upper_tail(k, 12.6) > upper_tail(k, 12.5));
        }
    }
}
