//! The interval of a share: a rate of 0 of 12 is not a rate of 0.

/// 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// 95 % interval of `k` of `n` (Wilson 1927, 10.1080/01621459.1927.10502953); none for `n` = 0. O(1).
pub(crate) fn wilson(k: u64, n: u64) -> Option<(f64, f64)> {
    if n == 0 {
        return None;
    }
    let (of, share) = (n as f64, k as f64 / n as f64);
    let middle = share + Z * Z / (2.0 * of);
    let half = Z * (share * (1.0 - share) / of + Z * Z / (4.0 * of * of)).sqrt();
    let whole = 1.0 + Z * Z / of;
    // rounding must not take the ends off none and all
    let low = if k == 0 { 0.0 } else { (middle - half) / whole };
    let high = if k == n { 1.0 } else { (middle + half) / whole };
    Some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Table I, method 3 of Newcombe 1998 (10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E).
    #[test]
    fn the_interval_has_the_published_ends() {
        for (k, n, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let found = wilson(k, n).expect("a share of something");
            assert!((found.0 - low).abs() < 5e-5 && (found.1 - high).abs() < 5e-5, "{k} of {n}: {found:?}");
        }
    }

    #[test]
    fn a_share_of_nothing_has_no_interval() {
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn none_and_all_reach_their_end_and_leave_room_on_the_other_side() {
        let (none, all) = (wilson(0, 12).expect("twelve"), wilson(12, 12).expect("twelve"));
        assert!(none.0.abs() < 1e-12 && none.1 > 0.2 && (all.1 - 1.0).abs() < 1e-12 && all.0 < 0.8, "{none:?} {all:?}");
    }
}
