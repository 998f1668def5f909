//! Weights that are known are found again, a refit is accepted only where it is better, and measures have the values of
//! the literature.

use super::*;
use crate::random::{Stream, key};

/// A world of labels: log-odds = intercept + Σ weight · L, with what each family says at random.
fn labelled(campaigns: usize, each: usize, intercept: f64, weights: &[(&str, f64)], seed: u64) -> Vec<LabelledCluster> {
    let uniform =
        |name: &str, at: usize| (Stream::new(key(seed, name), at as u64).bits() >> 11) as f64 / (1_u64 << 53) as f64;
    let one = |at: usize| {
        let nats: BTreeMap<String, f64> =
            weights.iter().map(|(family, _)| ((*family).to_owned(), 4.0 * uniform(family, at) - 0.7)).collect();
        let log_odds = intercept + weights.iter().map(|(family, w)| w * nats[*family]).sum::<f64>();
        let is_positive = uniform("truth", at) < 1.0 / (1.0 + (-log_odds).exp());
        LabelledCluster { campaign: format!("k{}", at % campaigns), is_positive, nats }
    };
    (0..campaigns * each).map(one).collect()
}

#[test]
fn weights_and_intercept_are_those_of_the_world_they_come_from() {
    let world = labelled(4, 2_000, -2.0, &[("lists", 1.5), ("claims", 0.5), ("noise", 0.0)], 1);
    let found = Weights::fit(&world.iter().collect::<Vec<_>>(), 0.01);
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 0.15, "{found} is not {expected}");
    near(found.intercept, -2.0);
    near(found.by_family["lists"], 1.5);
    near(found.by_family["claims"], 0.5);
    near(found.by_family["noise"], 0.0);
}

#[test]
fn the_fit_is_that_of_an_independent_program() {
    // scikit-learn 1.9.1, LogisticRegression(C=1, tol=1e-12) on the same ten points: intercept and coefficient
    let points = [
        (0.1, false),
        (0.4, false),
        (0.9, true),
        (1.3, false),
        (1.7, true),
        (2.1, true),
        (2.4, false),
        (2.8, true),
        (3.1, true),
        (3.6, true),
    ];
    let cluster = |(x, is_positive): (f64, bool)| LabelledCluster {
        campaign: "k".into(),
        is_positive,
        nats: BTreeMap::from([("f".to_owned(), x)]),
    };
    let clusters = points.map(cluster);
    let found = Weights::fit(&clusters.iter().collect::<Vec<_>>(), 1.0);
    assert!((found.intercept - SKLEARN.0).abs() < 1e-4, "{}", found.intercept);
    assert!((found.by_family["f"] - SKLEARN.1).abs() < 1e-4, "{}", found.by_family["f"]);
}

const SKLEARN: (f64, f64) = (-1.119_519_7, 0.875_682_2);

#[test]
fn no_weight_is_negative_even_where_evidence_speaks_against() {
    let world = labelled(3, 300, 0.0, &[("lists", 1.0), ("inverse", -1.0)], 2);
    let found = Weights::fit(&world.iter().collect::<Vec<_>>(), 0.1);
    assert!(found.by_family["inverse"].abs() < 1e-12 && found.by_family["lists"] > 0.5);
}

#[test]
fn a_refit_is_accepted_where_the_default_weighs_wrongly_and_refused_where_it_learns_noise() {
    // one family is worth nothing, though the default believes it
    let lessons = labelled(4, 150, -3.0, &[("lists", 2.0), ("noise", 0.0)], 3);
    let found = refit(&lessons, 0.05, 0.7).expect("enough labels");
    assert!(found.held_out.is_accepted(), "{:?}", found.held_out);
    assert!(found.weights["lists"] > 5.0 * found.weights["noise"], "{:?}", found.weights);
    // truth by lot: nothing can be learned, and nothing may be accepted
    let lots: Vec<LabelledCluster> = (0..400)
        .map(|at| {
            let bits = Stream::new(key(9, "lot"), at).bits();
            let nats = BTreeMap::from([("lists".to_owned(), 0.0)]);
            LabelledCluster { campaign: format!("k{}", at % 4), is_positive: bits.is_multiple_of(20), nats }
        })
        .collect();
    match refit(&lots, 0.05, 0.7) {
        Ok(found) => assert!(!found.held_out.is_accepted(), "{:?}", found.held_out),
        Err(error) => assert!(matches!(error, RefitError::TooFew { .. }), "{error}"),
    }
}

#[test]
fn labels_by_lot_are_refused_also_where_the_default_misleads() {
    // what the family says is as much a lottery as the labels are, so a base rate beats the default, and teaches nothing
    let mut world = labelled(4, 150, -1.0, &[("noise", 0.0)], 8);
    let found = refit(&world, 0.05, 0.7).expect("enough labels");
    assert!(found.held_out.cllr.0 < found.held_out.cllr.1 && found.held_out.brier.0 < found.held_out.brier.1);
    assert!(!found.held_out.is_accepted(), "{:?}", found.held_out);
    // the same value for all costs one bit at least
    for cluster in &mut world {
        cluster.nats.clear();
    }
    let nothing = refit(&world, 0.05, 0.7).expect("enough labels");
    assert!(nothing.held_out.cllr.0 >= KNOWING_NOTHING && !nothing.held_out.is_accepted(), "{:?}", nothing.held_out);
}

#[test]
fn too_few_labels_are_refused_with_their_numbers() {
    let refused = |clusters: &[LabelledCluster]| refit(clusters, 0.05, 0.7).expect_err("too few").to_string();
    let world = labelled(2, 300, -1.0, &[("lists", 1.0)], 4);
    assert!(refused(&world).contains("of 2 campaigns are too few: at least 30, 100 and 3 are needed"));
    let mut alone = labelled(3, 200, -1.0, &[("lists", 1.0)], 5);
    for cluster in &mut alone {
        cluster.is_positive &= cluster.campaign == "k0";
    }
    assert!(refused(&alone).contains("without the campaign `k0` all labels are alike"));
    let mut broken = labelled(3, 200, -1.0, &[("lists", 1.0)], 6);
    broken[5].nats.insert("lists".into(), f64::NAN);
    assert_eq!(refused(&broken), "the nats of family `lists` are not a finite number");
}

#[test]
fn the_order_of_clusters_changes_nothing_that_counts() {
    let world = labelled(3, 150, -1.0, &[("lists", 1.0), ("claims", 0.4)], 7);
    let mut reversed = world.clone();
    reversed.reverse();
    let (one, other) = (refit(&world, 0.05, 0.7).expect("fits"), refit(&reversed, 0.05, 0.7).expect("fits"));
    assert!((one.intercept - other.intercept).abs() < 1e-6 && (one.ridge - other.ridge).abs() < 1e-12);
    let nats = BTreeMap::from([("lists".to_owned(), 2.0)]);
    assert!((one.value(&nats) - other.value(&nats)).abs() < 1e-6);
}

#[test]
fn platt_and_steps_rise_and_stay_between_zero_and_one() {
    let scores: Vec<f64> = (0..200).map(|i| f64::from(i) / 20.0 - 5.0).collect();
    let truths: Vec<bool> = (0..200).map(|i| (i * 7919) % 200 < i).collect();
    for calibration in [Calibration::platt(&scores, &truths), Calibration::isotonic(&scores, &truths)] {
        let values: Vec<f64> = scores.iter().map(|&x| calibration.of(x)).collect();
        assert!(values.windows(2).all(|w| w[0] <= w[1]), "{calibration:?}");
        assert!(values.iter().all(|v| (0.0..1.0).contains(v) && *v > 0.0), "{calibration:?}");
        assert!(calibration.of(-100.0) < 0.3 && calibration.of(100.0) > 0.7, "{calibration:?}");
    }
    // pooled neighbours by hand: 0 | 1 0 → with one more of either kind 1/3 and 2/4
    let steps = Calibration::isotonic(&[1.0, 2.0, 3.0], &[false, true, false]);
    assert_eq!(steps, Calibration::Isotonic { steps: vec![(1.0, 1.0 / 3.0), (2.0, 0.5)] });
}
