//! A null distribution by draws: p-value, effect, and e-value of a statistic against it.

use claque_model::{Direction, EffectFloor, NullSummary};
use claque_statistics::e_of_rank;

/// Statistics that differ by less than this share of their size are equal: sums in another order must not
/// break ties.
const TIE: f64 = 1e-12;

/// The statistic of each random set, sorted, with the declared tail and floor.
#[derive(Clone, Debug, PartialEq)]
pub struct Null {
    draws: Vec<f64>,
    mean: f64,
    direction: Direction,
    floor: EffectFloor,
}

/// A statistic against its null.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tested {
    pub(crate) effect: f64,
    pub(crate) p: f64,
    /// Before the effect floor.
    pub(crate) e: f64,
    pub(crate) above_floor: bool,
}

impl Null {
    /// From at least one finite draw.
    pub(crate) fn new(mut draws: Vec<f64>, direction: Direction, floor: EffectFloor) -> Self {
        // the mean of sorted values does not depend on the order of draws
        draws.sort_unstable_by(f64::total_cmp);
        let mean = draws.iter().sum::<f64>() / draws.len().max(1) as f64;
        Self { draws, mean, direction, floor }
    }

    /// With further draws.
    pub(crate) fn with(&self, more: &[f64]) -> Self {
        Self::new([&self.draws, more].concat(), self.direction, self.floor)
    }

    /// Number of draws.
    #[must_use]
    pub fn len(&self) -> usize {
        self.draws.len()
    }

    /// Are there no draws?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.draws.is_empty()
    }

    /// (1 + number of draws at least as suspicious) ÷ (draws + 1).
    #[must_use]
    pub fn p(&self, statistic: f64) -> f64 {
        f64::from(self.rank(statistic)) / (self.draws.len() + 1) as f64
    }

    /// Among the draws and itself, from 1, the most suspicious; behind those that it ties with.
    fn rank(&self, statistic: f64) -> u32 {
        let tie = TIE * statistic.abs().max(f64::MIN_POSITIVE);
        let beyond = match self.direction {
            Direction::Higher => self.draws.len() - self.draws.partition_point(|&d| d < statistic - tie),
            Direction::Lower => self.draws.partition_point(|&d| d <= statistic + tie),
        };
        1 + beyond as u32
    }

    /// Effect, p and floor of a statistic.
    pub(crate) fn test(&self, statistic: f64) -> Tested {
        let bound = (self.draws.len() + 1) as f64;
        let (effect, above_floor) = effect(statistic, self.mean, self.direction, self.floor, bound);
        let e = e_of_rank(self.rank(statistic), self.draws.len() as u32 + 1);
        Tested { effect, p: self.p(statistic), e, above_floor }
    }

    /// The null as findings state it.
    pub(crate) fn summary(&self, model: &'static str, pool: u32) -> NullSummary {
        let share = if self.direction == Direction::Higher { 0.95 } else { 0.05 };
        NullSummary { model, mean: self.mean, q95: quantile(&self.draws, share), draws: self.draws.len() as u32, pool }
    }
}

impl Tested {
    /// The e-value, at most 1 below the effect floor.
    pub(crate) fn floored_e(&self) -> f64 {
        floored(self.e, self.above_floor)
    }
}

/// Below the effect floor nothing speaks for the statement; it may still speak against it.
pub(crate) fn floored(e: f64, above_floor: bool) -> f64 {
    if above_floor { e } else { e.min(1.0) }
}

/// The effect as declared, and whether it reaches the floor. A ratio is at most `bound`: R draws that are
/// all zero show only that the statistic is some R + 1 times as large (the observed set being one of R + 1,
/// as in the p-value), and never that it is infinitely so. Equal values have a ratio of 1, two zeros too.
pub(crate) fn effect(
    statistic: f64,
    null_mean: f64,
    direction: Direction,
    floor: EffectFloor,
    bound: f64,
) -> (f64, bool) {
    let (more, less) = match direction {
        Direction::Higher => (statistic, null_mean),
        Direction::Lower => (null_mean, statistic),
    };
    match floor {
        EffectFloor::Ratio(least) => {
            let ratio = if more <= 0.0 && less <= 0.0 { 1.0 } else { more.max(0.0) / less.max(more / bound).max(0.0) };
            (ratio, ratio >= least)
        }
        EffectFloor::Difference(least) => (more - less, more - less >= least),
        EffectFloor::Value(least) => match direction {
            Direction::Higher => (statistic, statistic >= least),
            Direction::Lower => (statistic, statistic <= least),
        },
    }
}

/// Nearest-rank quantile of sorted values; 0 when there are none.
pub(crate) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.clamp(1, sorted.len().max(1)) - 1).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn null(direction: Direction, floor: EffectFloor) -> Null {
        Null::new((1..=99).rev().map(f64::from).collect(), direction, floor)
    }

    #[test]
    fn p_counts_the_observed_set_and_ties() {
        let higher = null(Direction::Higher, EffectFloor::Ratio(1.5));
        assert!((higher.p(100.0) - 0.01).abs() < 1e-12);
        assert!((higher.p(99.0) - 0.02).abs() < 1e-12);
        assert!((higher.p(0.0) - 1.0).abs() < 1e-12);
        let lower = null(Direction::Lower, EffectFloor::Ratio(1.5));
        assert!((lower.p(0.5) - 0.01).abs() < 1e-12);
        assert!((lower.p(1.0) - 0.02).abs() < 1e-12);
    }

    #[test]
    fn a_sum_in_another_order_is_a_tie() {
        let one_way = (0.1 + 0.2) + 0.3;
        let other_way = 0.1 + (0.2 + 0.3);
        assert!(one_way > other_way, "the point of this test");
        let null = Null::new(vec![other_way; 9], Direction::Higher, EffectFloor::Ratio(1.5));
        assert!((null.p(one_way) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn effects_are_those_declared() {
        let (higher, lower) = (Direction::Higher, Direction::Lower);
        let cases = [
            (3.0, 2.0, higher, EffectFloor::Ratio(1.5), (1.5, true)),
            (2.0, 3.0, lower, EffectFloor::Ratio(1.6), (1.5, false)),
            (0.30, 0.20, higher, EffectFloor::Difference(0.05), (0.1, true)),
            (0.30, 0.20, lower, EffectFloor::Difference(0.05), (-0.1, false)),
            (30.0, 1.0, higher, EffectFloor::Value(20.0), (30.0, true)),
            (0.2, 0.9, lower, EffectFloor::Value(0.3), (0.2, true)),
            (0.0, 0.0, higher, EffectFloor::Ratio(1.5), (1.0, false)),
            (0.4, 0.0, higher, EffectFloor::Ratio(1.5), (1000.0, true)),
            (0.0, 0.4, lower, EffectFloor::Ratio(1.5), (1000.0, true)),
            (0.0, 0.4, higher, EffectFloor::Ratio(1.5), (0.0, false)),
        ];
        for (statistic, mean, direction, floor, (expected, above)) in cases {
            let (found, is_above) = effect(statistic, mean, direction, floor, 1000.0);
            assert!((found - expected).abs() < 1e-9 && is_above == above, "{statistic} against {mean}: {found}");
        }
    }

    #[test]
    fn the_suspicious_end_of_the_null_is_reported() {
        assert!((null(Direction::Higher, EffectFloor::Ratio(1.5)).summary("N3", 200).q95 - 95.0).abs() < 1e-12);
        assert!((null(Direction::Lower, EffectFloor::Ratio(1.5)).summary("N3", 200).q95 - 5.0).abs() < 1e-12);
    }
}
