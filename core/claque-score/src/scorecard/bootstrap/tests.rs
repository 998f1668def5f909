//! What a resample is. What findings make of it is tested in `response`; how wide intervals are, in `coverage`.

use super::*;
use crate::fixtures::group;

fn drawn(n: usize, days: &[i32], resample: u32) -> Weights {
    Weights::draw(&group("c1", 0..n), &Days(days.to_vec()), 1, resample)
}

#[test]
fn a_resample_has_as_many_accounts_as_the_group() {
    for resample in 0..50 {
        assert_eq!(drawn(7, &[], resample).accounts.iter().sum::<u32>(), 7);
    }
    assert_ne!(drawn(7, &[], 0).accounts, drawn(7, &[], 1).accounts);
    assert!(drawn(0, &[], 0).accounts.is_empty());
}

#[test]
fn days_are_drawn_with_mean_one_and_whatever_other_days_there_are() {
    let days: Vec<i32> = (-5..45).collect();
    let all: Vec<Vec<u32>> = (0..400).map(|resample| drawn(3, &days, resample).days).collect();
    let n = (all.len() * days.len()) as f64;
    let mean = all.iter().flatten().map(|&w| f64::from(w)).sum::<f64>() / n;
    let variance = all.iter().flatten().map(|&w| (f64::from(w) - mean).powi(2)).sum::<f64>() / n;
    // standard errors of 20,000 Poisson numbers: 0.007 and 0.012
    assert!((mean - 1.0).abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean}, {variance}");
    assert_eq!(drawn(3, &[7, 20], 5).days[1], drawn(3, &[9, 11, 20], 5).days[2]);
    assert_eq!(drawn(3, &[7], 5).days, [1], "a single day does not vary");
}
