//! Coordination: the e-value of a trace layer on the half of the objects that did not discover the group.

use super::{Assessed, Measurement, Resampling, SUPPORT, Support, absent, measured};
use crate::group::Group;
use crate::null::effect;
use claque_model::{Confirmation, ConfirmedLayer, Declaration, MissingReason, NullSummary};
use claque_statistics::finite;

/// A confirming half with fewer shared objects than this confirms nothing.
pub(crate) const LEAST_OBJECTS: u32 = 30;

/// Largest ratio that is stated for a closed-form null.
const LARGEST_RATIO: f64 = 1_000.0;

/// One finding per group; `confirmations` go with `groups` by position, `posts` are post ids by code.
/// p = min(1, 1/e), as an e-value allows (Vovk & Wang 2021).
#[must_use]
pub fn assess_coordination(
    decl: &Declaration,
    layer: &str,
    groups: &[Group],
    confirmations: &[Confirmation],
    posts: &[String],
) -> Vec<Assessed> {
    let nothing = Confirmation::empty();
    let assess = |(at, group): (usize, &Group)| {
        let confirmation = confirmations.get(at).unwrap_or(&nothing);
        if confirmation.n_objects < LEAST_OBJECTS {
            let objects = confirmation.n_objects;
            return absent(decl, group, MissingReason::ConfirmingHalfThin { objects });
        }
        match confirmation.layers.iter().find(|l| l.layer == layer) {
            Some(layer) => finding(decl, group, layer, posts),
            None => absent(decl, group, MissingReason::NotMeasured),
        }
    };
    groups.iter().enumerate().map(assess).collect()
}

fn finding(decl: &Declaration, group: &Group, layer: &ConfirmedLayer, posts: &[String]) -> Assessed {
    let e = finite(layer.e);
    let (effect, above_floor) =
        effect(layer.observed, layer.expected, decl.direction, decl.effect_floor, LARGEST_RATIO);
    let shown: Vec<String> =
        layer.posts.iter().filter_map(|&code| posts.get(code as usize)).take(SUPPORT).cloned().collect();
    let found = Measurement {
        statistic: layer.observed,
        effect,
        above_floor,
        p: (1.0 / e).min(1.0),
        e,
        null: NullSummary { model: "N2", mean: layer.expected, q95: poisson_q95(layer.expected), draws: 0, pool: 0 },
        support: Support {
            n: u64::from(layer.n_posts),
            posts: shown,
            objects: layer.objects.iter().take(SUPPORT).cloned().collect(),
        },
        caveats: Vec::new(),
    };
    let pairs = layer.e_by_pair.clone();
    measured(decl, group, found, Resampling::Pairs { pairs, windows: layer.windows, above_floor })
}

/// Smallest k with P(Poisson(mean) ≤ k) ≥ 0.95; above 500 by the normal approximation.
fn poisson_q95(mean: f64) -> f64 {
    if !mean.is_finite() || mean <= 0.0 {
        return 0.0;
    }
    if mean > 500.0 {
        return (mean + 1.644_853_6 * mean.sqrt()).ceil();
    }
    let mut term = (-mean).exp();
    let mut sum = term;
    let mut k = 0.0;
    while sum < 0.95 {
        k += 1.0;
        term *= mean / k;
        sum += term;
    }
    k
}

#[cfg(test)]
mod tests {
    use super::poisson_q95;

    #[test]
    fn the_null_quantile_is_that_of_the_tables() {
        // from cumulative sums, such as P(Poisson(1) ≤ 2) = 0.920 and P(Poisson(1) ≤ 3) = 0.981
        for (mean, q) in [(0.01, 0.0), (1.0, 3.0), (4.5, 8.0), (100.0, 117.0), (499.0, 536.0), (0.0, 0.0)] {
            assert!((poisson_q95(mean) - q).abs() < 1e-9, "mean {mean}: {}", poisson_q95(mean));
        }
    }
}
