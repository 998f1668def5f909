//! The two statistics of R in which the last digit depends on how they are computed.

/// The mean rounded once, as extended precision gives it: sum with its rounding error kept (Knuth's two-sum),
/// quotient corrected by its remainder.
pub(super) fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    let (mut high, mut low) = (0.0_f64, 0.0_f64);
    for value in values {
        let sum = high + value;
        let shadow = sum - high;
        low += (high - (sum - shadow)) + (value - shadow);
        high = sum;
    }
    let quotient = (high + low) / n;
    quotient + (quotient.mul_add(-n, high) + low) / n
}

/// R's quantile of type 7 in doubles: position 1 + (n − 1) p, then (1 − h) · low + h · high. NaN for no values.
pub(super) fn quantile(sorted: &[f64], p: f64) -> f64 {
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
