//! Step 7: how scores and effects vary when the accounts of a cluster are drawn again with replacement.
//! One resample serves all signals, so that their dependence is kept.

use super::sheet::Sheet;
use super::{ScoreSettings, headline};
use crate::assess::{Assessed, Resampling};
use crate::evalue::{e_value, finite};
use crate::fusion::Evidence;
use crate::group::Group;
use crate::null::{Null, Tested, floored, quantile};
use crate::random::{Stream, key};
use claque_model::{Dimension, PairEvidence};

/// 5 % and 95 % points.
pub(super) struct Intervals {
    /// Of the headline, in the order of [`Dimension::ALL`]; `None` without resamples.
    pub(super) headlines: [Option<(f64, f64)>; 6],
    /// Of the effect, by finding; `None` where it cannot be resampled.
    pub(super) effects: Vec<Option<(f64, f64)>>,
}

impl Intervals {
    pub(super) fn new(group: &Group, assessed: &[Assessed], sheet: &Sheet, settings: &ScoreSettings) -> Self {
        let key = key(settings.seed, &group.id);
        let mut headlines: [Vec<f64>; 6] = Default::default();
        let mut effects: Vec<Vec<f64>> = vec![Vec::new(); assessed.len()];
        let mut evidence = sheet.evidence.clone();
        for resample in 0..settings.resamples {
            let counts = counts(group.accounts.len(), key, resample);
            for (at, one) in assessed.iter().enumerate() {
                let Some(point) = sheet.evidence[at] else { continue };
                let (e, above_floor) = match &one.resampling {
                    Resampling::Fixed => (point.e, point.above_floor),
                    Resampling::Pairs { pairs, above_floor } => {
                        (floored(mean_over_pairs(pairs, &counts), *above_floor), *above_floor)
                    }
                    Resampling::Accounts { values, null } => match mean_over_accounts(values, null, &counts) {
                        Some(tested) => {
                            effects[at].push(tested.effect);
                            (tested.e(), tested.above_floor)
                        }
                        None => (point.e, point.above_floor),
                    },
                };
                evidence[at] = Some(Evidence { e, cap: point.cap, above_floor });
            }
            let own = sheet.own_all(&evidence);
            for (at, dimension) in Dimension::ALL.into_iter().enumerate() {
                headlines[at].push(headline(dimension, own[0], own[at]));
            }
        }
        let headlines = headlines.map(interval);
        Self { headlines, effects: effects.into_iter().map(interval).collect() }
    }
}

/// How often each member is in a resample.
fn counts(n: usize, key: u64, resample: u32) -> Vec<u32> {
    let mut stream = Stream::new(key, u64::from(resample));
    let mut counts = vec![0; n];
    for _ in 0..n {
        counts[stream.below(n)] += 1;
    }
    counts
}

/// `None` when the resample holds no member with a value.
fn mean_over_accounts(values: &[Option<f64>], null: &Null, counts: &[u32]) -> Option<Tested> {
    let (mut sum, mut n) = (0.0, 0);
    for (value, &count) in values.iter().zip(counts) {
        if let Some(value) = value {
            sum += value * f64::from(count);
            n += count;
        }
    }
    (n > 0).then(|| null.test(sum / f64::from(n)))
}

/// Mean e-value over the pairs of distinct accounts in a resample. A pair that is not listed shared
/// nothing: e(1).
fn mean_over_pairs(pairs: &[PairEvidence], counts: &[u32]) -> f64 {
    let count = |at: u32| f64::from(counts.get(at as usize).copied().unwrap_or(0));
    let total: f64 = counts.iter().map(|&c| f64::from(c)).sum();
    let same: f64 = counts.iter().map(|&c| f64::from(c) * f64::from(c)).sum();
    let all = (total * total - same) / 2.0;
    let (mut sum, mut listed) = (0.0, 0.0);
    for pair in pairs {
        let weight = count(pair.i) * count(pair.j);
        sum += weight * finite(pair.e);
        listed += weight;
    }
    let shared_nothing = e_value(1.0);
    if all <= 0.0 { shared_nothing } else { finite((sum + (all - listed).max(0.0) * shared_nothing) / all) }
}

fn interval(mut draws: Vec<f64>) -> Option<(f64, f64)> {
    draws.sort_unstable_by(f64::total_cmp);
    (!draws.is_empty()).then(|| (quantile(&draws, 0.05), quantile(&draws, 0.95)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_weighted_by_how_often_both_are_drawn() {
        let pair = |i, j, e| PairEvidence { i, j, e };
        let pairs = [pair(0, 1, 8.0), pair(0, 2, 2.0), pair(1, 2, 5.0)];
        assert!((mean_over_pairs(&pairs, &[1, 1, 1]) - 5.0).abs() < 1e-12);
        // a, a, b: the pair (a, b) twice, (a, a) is no pair
        assert!((mean_over_pairs(&pairs, &[2, 1, 0]) - 8.0).abs() < 1e-12);
        assert!((mean_over_pairs(&pairs, &[3, 0, 0]) - 0.5).abs() < 1e-12);
        // two of three pairs listed: (8 + 2 + 0.5) ÷ 3
        assert!((mean_over_pairs(&pairs[..2], &[1, 1, 1]) - 3.5).abs() < 1e-12);
    }

    #[test]
    fn a_resample_has_as_many_accounts_as_the_group() {
        for resample in 0..50 {
            assert_eq!(counts(7, 1, resample).iter().sum::<u32>(), 7);
        }
        assert_ne!(counts(7, 1, 0), counts(7, 1, 1));
        assert!(counts(0, 1, 0).is_empty());
    }
}
