//! Control of the false discovery rate.

/// Benjamini–Hochberg adjusted p-values (Benjamini & Hochberg 1995, 10.1111/j.2517-6161.1995.tb02031.x).
///
/// `tests` is the number of hypotheses; those beyond the given p-values count with p = 1. In the order of
/// the input. O(n log n).
pub(crate) fn adjust(p: &[f64], tests: u64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]).then(a.cmp(&b)));
    let mut adjusted = vec![1.0; p.len()];
    let mut least = 1.0_f64;
    for (rank, &index) in order.iter().enumerate().rev() {
        least = least.min(p[index] * tests as f64 / (rank + 1) as f64);
        adjusted[index] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adjusted_values_are_those_of_the_textbook() {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "BH")
        let found = adjust(&[0.01, 0.04, 0.03, 0.005], 4);
        let expected = [0.02, 0.04, 0.04, 0.02];
        assert!(found.iter().zip(expected).all(|(f, e)| (f - e).abs() < 1e-15), "{found:?}");
    }

    #[test]
    fn hypotheses_without_a_value_count_as_certain_nulls() {
        // R: p.adjust(c(0.001, rep(1, 99)), "BH")[1]
        assert!((adjust(&[0.001], 100)[0] - 0.1).abs() < 1e-15);
    }
}
