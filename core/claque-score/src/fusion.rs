//! Steps 3 and 4 of the scoring: evidence within and across families, in nats. Pure arithmetic; knows
//! neither clusters nor findings.

/// Least that a family says: absence of evidence speaks against, but only so much (ln 0.5).
pub(crate) const LEAST_NATS: f64 = -0.7;

/// One signal's evidence on one statement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Evidence {
    /// e-value after the effect floor.
    pub(crate) e: f64,
    /// Cap in nats: the weight in its family as well.
    pub(crate) cap: f64,
    /// Did its effect reach the floor?
    pub(crate) above_floor: bool,
}

impl Evidence {
    /// A likelihood ratio of at least 2 after the cap, with an effect that counts.
    pub(crate) fn fires(&self) -> bool {
        self.above_floor && self.e.ln().min(self.cap) >= std::f64::consts::LN_2
    }

    /// What it brings to a claim of so many nats: a signal that may not say as much brings no more than its cap.
    pub(crate) fn towards(self, level: f64) -> Self {
        if self.cap < level { Self { e: self.e.min(self.cap.exp()), ..self } } else { self }
    }
}

/// Σ v e / Σ v, a family's e-value. `None` without any weight: a signal with cap 0 is shown and never summed.
pub(crate) fn mean_e(members: impl Iterator<Item = Evidence>) -> Option<f64> {
    let (weighted, weights) = members
        .fold((0.0, 0.0), |(weighted, weights), member| (weighted + member.cap * member.e, weights + member.cap));
    (weights > 0.0).then(|| weighted / weights)
}

/// What a family says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Said {
    /// L_f.
    pub(crate) nats: f64,
    /// The cap up to which it is said; 0 when no signal fires.
    pub(crate) level: f64,
}

/// L_f = clip(ln(Σ v e / Σ v), −0.7, U), for the U among the caps of the firing signals that lets it say most, 0 when none
/// fires. Signals with a lower cap than U count up to their caps: were the mean taken of all e as they are, a signal
/// could lift its family to the cap of another one that has next to nothing to say. So from 0 on one signal lifts L_f by
/// no more than its own cap, whatever it returns.
pub(crate) fn family(members: &(impl Iterator<Item = Evidence> + Clone)) -> Option<Said> {
    let said = |level: f64| {
        let mean = mean_e(members.clone().map(|member| member.towards(level)))?;
        Some(Said { nats: mean.ln().clamp(LEAST_NATS, level), level })
    };
    let levels = members.clone().filter(Evidence::fires).map(|member| member.cap);
    levels.filter_map(said).fold(said(0.0), |most, next| most.filter(|most| most.nats >= next.nats).or(Some(next)))
}

/// How much of its L_f each family adds: ρ^(k−1) for the k-th largest positive one, all of a negative one.
/// Equal families keep their order.
pub(crate) fn discounts(families: &[f64], rho: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..families.len()).filter(|&f| families[f] > 0.0).collect();
    order.sort_by(|&a, &b| families[b].total_cmp(&families[a]));
    let mut discounts = vec![1.0; families.len()];
    for (rank, family) in order.into_iter().enumerate() {
        discounts[family] = rho.powi(rank as i32);
    }
    discounts
}

/// S with logit S = logit(prior) + Σ ρ^(k−1) L⁺_(k) + Σ L⁻.
pub(crate) fn index(prior: f64, families: &[f64], rho: f64) -> f64 {
    let nats: f64 = families.iter().zip(discounts(families, rho)).map(|(l, d)| l * d).sum();
    logistic(logit(prior) + nats)
}

/// The same evidence under another prior.
pub(crate) fn under_prior(p: f64, declared: f64, other: f64) -> f64 {
    logistic(logit(p) + logit(other) - logit(declared))
}

pub(crate) fn logit(p: f64) -> f64 {
    let p = p.clamp(1e-9, 1.0 - 1e-9);
    (p / (1.0 - p)).ln()
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn one(e: f64, cap: f64) -> Evidence {
        Evidence { e, cap, above_floor: true }
    }

    #[test]
    fn the_worked_examples_hold() {
        // scoring.md, step 4
        for (families, expected) in
            [(vec![0.7], 0.10), (vec![3.0], 0.51), (vec![2.7, 2.3], 0.80), (vec![1.6, 2.7, 2.3], 0.90)]
        {
            let found = index(0.05, &families, 0.7);
            assert!((found - expected).abs() < 0.005, "{families:?}: {found}");
        }
        // signals.md, 3.3: the trace family alone at its cap of 4.0
        assert!((index(0.1, &[4.0], 0.7) - 0.86).abs() < 0.005);
    }

    fn nats(members: &[Evidence]) -> Option<f64> {
        family(&members.iter().copied()).map(|said| said.nats)
    }

    #[test]
    fn a_family_is_the_weighted_mean_of_its_signals() {
        // (3·e³ + 6·e) ÷ 9 = (60.257 + 16.310) ÷ 9 = 8.5074, ln = 2.1409
        let found = family(&[one(3_f64.exp(), 3.0), one(1_f64.exp(), 6.0)].into_iter()).expect("weights");
        assert!((found.nats - 2.1409).abs() < 1e-4 && (found.level - 3.0).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn a_signal_lifts_no_family_above_its_own_cap() {
        // the mean of all as they are has ln = 2.1, but whoever may say 2 nats says 1: (1·e + 2·e) ÷ 3 has ln = 1
        assert!((nats(&[one(3_f64.exp(), 1.0), one(1_f64.exp(), 2.0)]).expect("weights") - 1.0).abs() < 1e-12);
        // a guest of cap 1.1 beside a layer of cap 4 that says ln 2.1 = 0.74: 1.1, not 4
        assert_eq!(nats(&[one(2.1, 4.0), one(1e10, 1.1)]), Some(1.1));
        // and where the layer says more than that, the guest counts as e^1.1 = 3.0042: (4·50 + 1.1·3.0042) ÷ 5.1
        let found = nats(&[one(50.0, 4.0), one(1e10, 1.1)]).expect("weights");
        assert!((found - ((200.0 + 3.304_58) / 5.1_f64).ln()).abs() < 1e-5, "{found}");
    }

    #[test]
    fn a_weak_grade_stays_weak_and_a_strict_one_is_not_diluted() {
        let weak_only = [one(50.0, 0.7), one(0.5, 2.7)];
        let ln_mean = ((50.0 * 0.7 + 0.5 * 2.7) / 3.4_f64).ln();
        assert!(ln_mean > 0.7, "the cap has something to do");
        assert_eq!(nats(&weak_only), Some(0.7));
        assert_eq!(nats(&[one(50.0, 0.7), one(50.0, 2.7)]), Some(2.7));
    }

    #[test]
    fn without_a_firing_signal_a_family_adds_nothing() {
        assert_eq!(nats(&[one(1.9, 2.0)]), Some(0.0));
        assert_eq!(nats(&[Evidence { e: 1.0, cap: 2.0, above_floor: false }]), Some(0.0));
        assert_eq!(nats(&[one(9.0, 0.3)]), Some(0.0));
        assert_eq!(nats(&[one(1e-9, 2.0)]), Some(LEAST_NATS));
        assert_eq!(nats(&[one(9.0, 0.0)]), None);
    }

    #[test]
    fn negative_families_are_not_discounted() {
        let nats = |families: &[f64]| logit(index(0.05, families, 0.7)) - logit(0.05);
        assert!((nats(&[-0.5, 2.0, -0.7, 1.0]) - (2.0 + 0.7 - 1.2)).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn a_noise_family_moves_the_log_odds_by_at_most_seven_tenths(
            families in prop::collection::vec(-0.7_f64..4.0, 0..6), e in 0.5_f64..2.0, cap in 0.1_f64..4.0,
        ) {
            let noise = nats(&[one(e, cap)]).expect("a weight");
            let before = logit(index(0.05, &families, 0.7));
            let after = logit(index(0.05, &[families, vec![noise]].concat(), 0.7));
            prop_assert!((after - before).abs() <= 0.7 + 1e-9);
        }

        #[test]
        fn one_signal_moves_its_family_by_at_most_its_cap(
            others in prop::collection::vec((1e-3_f64..1e6, 0.1_f64..5.0), 1..5), e in 1.0_f64..1e12, cap in 0.1_f64..4.0,
        ) {
            let others: Vec<Evidence> = others.into_iter().map(|(e, cap)| one(e, cap)).collect();
            let before = nats(&[others.clone(), vec![one(1.0, cap)]].concat()).expect("weights");
            let after = nats(&[others, vec![one(e, cap)]].concat()).expect("weights");
            prop_assert!((-1e-9..=cap + 0.7 + 1e-9).contains(&(after - before)), "{before} to {after}");
            prop_assert!(before >= 0.0 && after - before <= cap + 1e-9 || before < 0.0, "{before} to {after}");
        }

        #[test]
        fn a_noise_signal_of_equal_cap_moves_its_family_by_at_most_seven_tenths(
            strong in 0.5_f64..1e6, noise in 0.5_f64..2.0, cap in 0.7_f64..4.0,
        ) {
            let alone = nats(&[one(strong, cap)]).expect("a weight");
            let joined = nats(&[one(strong, cap), one(noise, cap)]).expect("a weight");
            prop_assert!((alone - joined).abs() <= 0.7 + 1e-9);
        }

        #[test]
        fn the_index_is_finite_and_grows_with_evidence(
            families in prop::collection::vec(-0.7_f64..4.0, 1..6), more in 0.0_f64..3.0, at in 0_usize..6,
        ) {
            let mut stronger = families.clone();
            let at = at % families.len();
            stronger[at] += more;
            let (low, high) = (index(0.05, &families, 0.7), index(0.05, &stronger, 0.7));
            prop_assert!(low.is_finite() && high >= low - 1e-12 && high < 1.0);
        }
    }
}
