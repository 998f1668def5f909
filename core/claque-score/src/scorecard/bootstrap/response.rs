//! What becomes of one finding in a resample of accounts and days.

use super::{Days, Weights};
use crate::assess::Resampling;
use crate::null::{Null, floored};
use claque_model::PairEvidence;
use claque_statistics::{e_value, finite, upper_tail};

/// A finding, ready to be resampled many times: days are positions in [`Weights`].
pub(super) enum Response<'a> {
    Fixed,
    Accounts { parts: Vec<Vec<Part>>, null: &'a Null, spread: Spread },
    Pairs { pairs: Vec<Pair>, windows: f64, above_floor: bool },
}

/// What one day adds to an account.
pub(super) struct Part {
    day: Option<usize>,
    hits: f64,
    total: f64,
}

/// Two accounts, and what their tests consist of.
pub(super) struct Pair {
    i: u32,
    j: u32,
    /// Used where nothing is known by day.
    e: f64,
    parts: Vec<Meeting>,
}

struct Meeting {
    window: u32,
    day: usize,
    k: u32,
    lambda: f64,
}

/// A finding in one resample.
pub(super) struct Resampled {
    pub(super) e: f64,
    pub(super) above_floor: bool,
    pub(super) effect: Option<f64>,
}

impl<'a> Response<'a> {
    pub(super) fn new(resampling: &'a Resampling, days: &Days) -> Self {
        match resampling {
            Resampling::Fixed => Self::Fixed,
            Resampling::Accounts { parts, null } => {
                let part = |part: &crate::assess::AccountDay| Part {
                    day: part.day.and_then(|day| days.position(day)),
                    hits: part.hits,
                    total: part.total,
                };
                let parts: Vec<Vec<Part>> = parts.iter().map(|of| of.iter().map(part).collect()).collect();
                let spread = Spread::of(&parts, days.0.len());
                Self::Accounts { parts, null, spread }
            }
            Resampling::Pairs { pairs, windows, above_floor } => Self::Pairs {
                pairs: pairs.iter().map(|pair| Pair::new(pair, days)).collect(),
                windows: f64::from((*windows).max(1)),
                above_floor: *above_floor,
            },
        }
    }

    /// `None` where it keeps its value: it cannot be resampled, or nothing of it is in this resample.
    pub(super) fn to(&self, weights: &Weights) -> Option<Resampled> {
        match self {
            Self::Fixed => None,
            Self::Accounts { parts, null, spread } => {
                let tested = null.test(spread.narrowed(mean_over_accounts(parts, weights)?));
                let effect = Some(tested.effect);
                Some(Resampled { e: tested.floored_e(), above_floor: tested.above_floor, effect })
            }
            Self::Pairs { pairs, windows, above_floor } => {
                let e = floored(mean_over_pairs(pairs, *windows, weights), *above_floor);
                Some(Resampled { e, above_floor: *above_floor, effect: None })
            }
        }
    }
}

/// How far resampled means are drawn in towards the mean of the data.
///
/// Product weights count what is left between an account and a day three times (Owen 2007, 10.1214/07-AOAS122): their
/// variance is that over accounts plus that over days plus that over cells, where the right one has minus the last
/// (Cameron, Gelbach & Miller 2011, 10.1198/jbes.2010.07136). The ratio of the two narrows every resample.
pub(super) struct Spread {
    mean: f64,
    factor: f64,
}

impl Spread {
    fn of(parts: &[Vec<Part>], n_days: usize) -> Self {
        let sums = |of: &[Part]| of.iter().fold((0.0, 0.0), |(hits, total), p| (hits + p.hits, total + p.total));
        let shares: Vec<Option<(f64, f64)>> = parts
            .iter()
            .map(|of| Some(sums(of)).filter(|s| s.1 > 0.0).map(|(hits, total)| (hits / total, total)))
            .collect();
        let n = shares.iter().flatten().count().max(1) as f64;
        let mean = shares.iter().flatten().map(|s| s.0).sum::<f64>() / n;
        let over_accounts: f64 = shares.iter().flatten().map(|s| ((s.0 - mean) / n).powi(2)).sum();
        let (mut of_days, mut over_cells) = (vec![0.0; n_days], 0.0);
        for (parts, share) in parts.iter().zip(&shares) {
            let Some((share, total)) = share else { continue };
            for part in parts {
                let Some(day) = part.day else { continue };
                // by how much the mean would move with this cell's weight
                let moves = (part.hits - share * part.total) / (n * total);
                of_days[day] += moves;
                over_cells += moves * moves;
            }
        }
        let over_days: f64 = of_days.iter().map(|moves| moves * moves).sum();
        let drawn = over_accounts + over_days + over_cells;
        let right = (over_accounts + over_days - over_cells).max(over_accounts).max(over_days);
        let varies = n_days > 1 && drawn > 0.0;
        Self { mean, factor: if varies { (right / drawn).sqrt() } else { 1.0 } }
    }

    fn narrowed(&self, mean: f64) -> f64 {
        self.mean + self.factor * (mean - self.mean)
    }
}

/// Mean over the accounts of hits ÷ total, each account as often as it was drawn. Accounts without a day in the resample
/// are left out, as those without an occasion are in the data.
fn mean_over_accounts(parts: &[Vec<Part>], weights: &Weights) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0.0);
    for (parts, &count) in parts.iter().zip(&weights.accounts) {
        if count == 0 {
            continue;
        }
        let (mut hits, mut total) = (0.0, 0.0);
        for part in parts {
            let weight = part.day.map_or(1.0, |day| f64::from(weights.days[day]));
            hits += weight * part.hits;
            total += weight * part.total;
        }
        if total > 0.0 {
            sum += f64::from(count) * hits / total;
            n += f64::from(count);
        }
    }
    (n > 0.0).then(|| sum / n)
}

/// Mean e-value over the tested pairs of distinct accounts in a resample; e(1) when it holds none.
fn mean_over_pairs(pairs: &[Pair], windows: f64, weights: &Weights) -> f64 {
    let (mut sum, mut tested) = (0.0, 0.0);
    for pair in pairs {
        let weight = weights.account(pair.i) * weights.account(pair.j);
        if weight > 0.0 {
            sum += weight * pair.e(windows, weights);
            tested += weight;
        }
    }
    if tested > 0.0 { finite(sum / tested) } else { e_value(1.0) }
}

impl Pair {
    fn new(pair: &PairEvidence, days: &Days) -> Self {
        let known = pair.days.iter().filter_map(|part| Some((part, days.position(part.day)?)));
        let meeting = |(part, day): (&claque_model::PairDay, usize)| Meeting {
            window: part.window,
            day,
            k: part.k,
            lambda: part.lambda,
        };
        Self { i: pair.i, j: pair.j, e: finite(pair.e), parts: known.map(meeting).collect() }
    }

    /// Its k and λ anew at every window, and the mean of the e-values that follow.
    fn e(&self, windows: f64, weights: &Weights) -> f64 {
        if self.parts.is_empty() {
            return self.e;
        }
        let (mut sum, mut tested) = (0.0, 0.0);
        for parts in self.parts.chunk_by(|a, b| a.window == b.window) {
            let (mut k, mut lambda) = (0, 0.0);
            for part in parts {
                let weight = weights.days[part.day];
                k += weight * part.k;
                lambda += f64::from(weight) * part.lambda;
            }
            sum += e_value(if k == 0 { 1.0 } else { upper_tail(k, lambda) });
            tested += 1.0;
        }
        // at windows within whose reach the two never met, p is 1
        finite((sum + (windows - tested).max(0.0) * e_value(1.0)) / windows)
    }
}

impl Resampling {
    /// The days on which anything of it was seen.
    pub(super) fn days(&self) -> Vec<i32> {
        match self {
            Self::Fixed => Vec::new(),
            Self::Accounts { parts, .. } => parts.iter().flatten().filter_map(|part| part.day).collect(),
            Self::Pairs { pairs, .. } => pairs.iter().flat_map(|pair| &pair.days).map(|part| part.day).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use claque_model::PairDay;

    fn weights(accounts: &[u32], days: &[u32]) -> Weights {
        Weights { accounts: accounts.to_vec(), days: days.to_vec() }
    }

    fn whole(i: u32, j: u32, e: f64) -> Pair {
        Pair { i, j, e, parts: Vec::new() }
    }

    #[test]
    fn pairs_are_weighted_by_how_often_both_are_drawn() {
        let pairs = [whole(0, 1, 8.0), whole(0, 2, 2.0), whole(1, 2, 5.0)];
        let mean = |pairs: &[Pair], counts: &[u32]| mean_over_pairs(pairs, 1.0, &weights(counts, &[]));
        assert!((mean(&pairs, &[1, 1, 1]) - 5.0).abs() < 1e-12);
        // a, a, b: the pair (a, b) twice, (a, a) is no pair
        assert!((mean(&pairs, &[2, 1, 0]) - 8.0).abs() < 1e-12);
        assert!((mean(&pairs, &[3, 0, 0]) - 0.5).abs() < 1e-12);
        // a pair of members that was not tested says nothing: (8 + 2) ÷ 2
        assert!((mean(&pairs[..2], &[1, 1, 1]) - 5.0).abs() < 1e-12);
    }

    #[test]
    fn a_pair_is_tested_anew_on_the_days_that_were_drawn() {
        let part = |window, day, k, lambda| PairDay { window, day, k, lambda };
        let days = vec![part(0, 10, 1, 0.01), part(0, 11, 2, 0.02), part(1, 10, 1, 0.1), part(1, 11, 2, 0.2)];
        let evidence = PairEvidence { i: 0, j: 1, e: 0.0, days };
        let pair = Pair::new(&evidence, &Days(vec![10, 11, 12]));
        let e = |weights: &Weights| pair.e(2.0, weights);
        let by_hand = |narrow: (u32, f64), wide: (u32, f64)| {
            f64::midpoint(e_value(upper_tail(narrow.0, narrow.1)), e_value(upper_tail(wide.0, wide.1)))
        };
        for (drawn, expected) in [
            ([1, 1, 1], by_hand((3, 0.03), (3, 0.3))),
            ([0, 3, 0], by_hand((6, 0.06), (6, 0.6))),
            ([2, 0, 1], by_hand((2, 0.02), (2, 0.2))),
            ([0, 0, 4], 0.5),
        ] {
            let found = e(&weights(&[1, 1], &drawn));
            assert!((found / expected - 1.0).abs() < 1e-9, "{drawn:?}: {found} is not {expected}");
        }
    }

    #[test]
    fn an_account_is_worth_what_it_did_on_the_days_that_were_drawn() {
        let part = |day, hits, total| Part { day, hits, total };
        let parts = [
            vec![part(Some(0), 1.0, 2.0), part(Some(1), 0.0, 2.0)],
            vec![part(Some(1), 3.0, 3.0)],
            Vec::new(),
            vec![part(None, 1.0, 4.0)],
        ];
        let mean = |accounts: &[u32], days: &[u32]| mean_over_accounts(&parts, &weights(accounts, days));
        let near = |found: Option<f64>, expected: f64| (found.expect("a mean") - expected).abs() < 1e-12;
        // (1/4 + 1 + 1/4) ÷ 3: the third has no occasion
        assert!(near(mean(&[1, 1, 1, 1], &[1, 1]), 0.5));
        // first day three times: 3/6 for the first, the second is left out
        assert!(near(mean(&[1, 1, 1, 0], &[3, 0]), 0.5));
        // (2 · 1/4 + 1/4) ÷ 3
        assert!(near(mean(&[2, 0, 0, 1], &[1, 1]), 0.25));
        assert_eq!(mean(&[0, 0, 4, 0], &[1, 1]), None);
        assert_eq!(mean(&[1, 1, 0, 0], &[0, 0]), None);
    }
}
