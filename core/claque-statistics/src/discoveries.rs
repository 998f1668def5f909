//! Which of many e-values stand the search over all of them: e-BH (Wang & Ramdas 2022, 10.1111/rssb.12489).

/// One e-value among those that were searched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Searched {
    /// The e-value.
    pub e: f64,
    /// What it had to reach; for one that does not stand, if the largest of those were joined to the standing ones.
    pub needed: f64,
    /// Does it stand?
    pub stands: bool,
}

/// Of n e-values the k largest stand, k the largest number with e_(k) ≥ n ÷ (α k). The expected share of false ones
/// among those is at most `alpha`, however the e-values depend on each other. In the order given; O(n log n).
#[must_use]
pub fn e_bh(values: &[f64], alpha: f64) -> Vec<Searched> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    let needed = |k: usize| values.len() as f64 / (alpha * k as f64);
    let k = (1..=sorted.len()).rev().find(|&k| sorted[k - 1] >= needed(k)).unwrap_or(0);
    let least = if k > 0 { needed(k) } else { f64::INFINITY };
    let searched = |&e: &f64| {
        let stands = e >= least;
        Searched { e, needed: if stands { least } else { needed(k + 1) }, stands }
    };
    values.iter().map(searched).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stand(values: &[f64]) -> Vec<bool> {
        e_bh(values, 0.05).iter().map(|one| one.stands).collect()
    }

    #[test]
    fn thresholds_worked_out_by_hand_hold() {
        // n = 4: 80, 40, 26.7, 20
        assert_eq!(stand(&[79.0, 39.0, 26.0, 19.0]), [false; 4]);
        assert_eq!(stand(&[79.0, 39.0, 27.0, 19.0]), [true, true, true, false]);
        assert_eq!(stand(&[19.0, 81.0, 1.0, 1.0]), [false, true, false, false]);
        assert_eq!(stand(&[20.0]), [true]);
        assert_eq!(stand(&[]), [] as [bool; 0]);
    }

    #[test]
    fn what_was_needed_is_said_of_each() {
        let found = e_bh(&[81.0, 39.0, 1.0, 1.0], 0.05);
        assert!((found[0].needed - 80.0).abs() < 1e-9 && found[0].stands);
        assert!((found[1].needed - 40.0).abs() < 1e-9 && !found[1].stands);
        assert!((e_bh(&[3.0], 0.05)[0].needed - 20.0).abs() < 1e-9);
    }

    #[test]
    fn the_order_given_is_kept_and_ties_stand_together() {
        assert_eq!(stand(&[1.0, 41.0, 41.0, 0.5]), [false, true, true, false]);
    }
}
