//! The scan for creation waves: a scan statistic over windows of several lengths (Kulldorff 1997, A spatial
//! scan statistic, with the corpus' own dates as the expectation).

use claque_sdk::Error;

/// Microseconds of a day.
pub(crate) const DAY: i64 = 86_400_000_000;
/// Least ratio of the group's share in a window to the corpus' share.
const FLOOR: f64 = 1.5;

/// Reads a length such as `7d`.
pub(crate) fn days(text: &str) -> Result<i64, Error> {
    let number = text.trim().strip_suffix('d').and_then(|n| n.trim().parse::<i64>().ok());
    match number.filter(|n| (1..=3650).contains(n)) {
        Some(days) => Ok(days * DAY),
        None => Err(Error::Params(format!("`windows` must be days from `1d` to `3650d`, has `{text}`"))),
    }
}

/// The corpus' creation times and the lengths of the windows.
pub(crate) struct Scan {
    corpus: Vec<i64>,
    windows: Vec<i64>,
}

impl Scan {
    pub(crate) fn new(mut corpus: Vec<i64>, mut windows: Vec<i64>) -> Self {
        corpus.sort_unstable();
        windows.sort_unstable();
        Self { corpus, windows }
    }

    /// T = max over windows of c ln(c/E) + (C − c) ln((C − c)/(C − E)): c of the group's C accounts were
    /// created in the window, and E = C × the corpus' share. Only windows with c ≥ 1.5 E count; without any,
    /// T = 0. A window begins with an account of the group, as for every decoy.
    ///
    /// O(C · windows · log(C + corpus)).
    pub(crate) fn statistic(&self, times: &mut [i64]) -> f64 {
        times.sort_unstable();
        let all = times.len() as f64;
        let share = all / self.corpus.len() as f64;
        let mut best: f64 = 0.0;
        for (i, &start) in times.iter().enumerate() {
            let mut from = i + 1;
            let mut corpus_from = self.corpus.partition_point(|&t| t < start);
            let first = corpus_from;
            for window in &self.windows {
                // windows grow, so each search begins where the last one ended
                from += times[from..].partition_point(|&t| t < start + window);
                corpus_from += self.corpus[corpus_from..].partition_point(|&t| t < start + window);
                let inside = (from - i) as f64;
                let expected = share * (corpus_from - first) as f64;
                if inside > expected && inside >= FLOOR * expected {
                    best = best.max(likelihood_ratio(inside, expected, all));
                }
            }
        }
        best
    }
}

fn likelihood_ratio(inside: f64, expected: f64, all: f64) -> f64 {
    let outside = all - inside;
    let rest = if outside > 0.0 { outside * (outside / (all - expected)).ln() } else { 0.0 };
    inside * (inside / expected).ln() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_worked_example_is_five_of_six_against_a_tenth() {
        // 5 ln(5/0.6) + 1 ln(1/5.4) by hand
        assert!((likelihood_ratio(5.0, 0.6, 6.0) - 8.915).abs() < 5e-4);
        assert!((likelihood_ratio(4.0, 1.0, 4.0) - 4.0 * 4.0_f64.ln()).abs() < 1e-12, "nothing outside");
    }

    #[test]
    fn a_group_spread_as_the_corpus_has_no_wave() {
        let mut corpus: Vec<i64> = (0..100).map(|day| day * DAY).collect();
        let scan = Scan::new(corpus.clone(), vec![DAY, 7 * DAY]);
        assert!(scan.statistic(&mut corpus) <= 0.0);
    }

    #[test]
    fn lengths_are_whole_days() {
        assert_eq!(days("7d"), Ok(7 * DAY));
        for wrong in ["7", "0d", "1h", "-1d", "d"] {
            assert!(days(wrong).is_err(), "{wrong}");
        }
    }

    /// Every window that begins with a member, counted one account at a time.
    fn brute_force(corpus: &[i64], windows: &[i64], times: &[i64]) -> f64 {
        let mut best: f64 = 0.0;
        for window in windows {
            for start in times {
                let count = |all: &[i64]| all.iter().filter(|t| (*start..start + window).contains(*t)).count() as f64;
                let (c, e) = (count(times), times.len() as f64 * count(corpus) / corpus.len() as f64);
                if c >= 1.5 * e {
                    best = best.max(likelihood_ratio(c, e, times.len() as f64));
                }
            }
        }
        best
    }

    proptest! {
        #[test]
        fn the_scan_counts_as_counting_one_by_one_does(
            group in prop::collection::vec(0_i64..200, 2..15),
            others in prop::collection::vec(0_i64..200, 0..60),
        ) {
            let mut times: Vec<i64> = group.iter().map(|d| d * DAY).collect();
            let corpus: Vec<i64> = group.iter().chain(&others).map(|d| d * DAY).collect();
            let windows = vec![DAY, 7 * DAY, 30 * DAY];
            let best = Scan::new(corpus.clone(), windows.clone()).statistic(&mut times);
            let reference = brute_force(&corpus, &windows, &times);
            prop_assert!((best - reference).abs() < 1e-9 * (1.0 + reference), "{best} against {reference}");
        }
    }
}
