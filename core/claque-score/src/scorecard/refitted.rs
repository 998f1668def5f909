//! Scorecards with a refit: its value is the statement's own number, and everything built on that number stays built
//! on it.

use super::{ScoreSettings, fuse};
use crate::assess::{Assessed, assess_coordination, assess_rates};
use crate::fixtures::{confirmation, crowd, declaration, group, population, rates};
use crate::refit::{Calibration, HeldOut, Refit};
use claque_model::{ClusterScores, Confirmation, Dimension, Score, Scorecard, Shape};
use std::collections::BTreeMap;

use Dimension::{Coordination, Cybercrime, Disinformation};

const SIZE: usize = 6;

/// Weights of `lists` and `claims`, no calibration but the identity.
fn refit(intercept: f64, lists: f64, claims: f64) -> Refit {
    Refit {
        prior: 0.25,
        intercept,
        weights: BTreeMap::from([("claims".to_owned(), claims), ("lists".to_owned(), lists)]),
        ridge: 1.0,
        calibration: Calibration::Platt { a: 1.0, b: 0.0 },
        held_out: HeldOut { n: 150, cllr: (0.3, 0.5), brier: (0.05, 0.1) },
    }
}

fn signal(id: &str, family: &str, dimension: Dimension) -> claque_model::Declaration {
    declaration(id, dimension, family, Shape::Rates, 2.0)
}

/// An e-value of that size on `c1`.
fn finding(id: &str, family: &str, dimension: Dimension, e: f64) -> Assessed {
    let given = [confirmation(40, 0, &[("any", e)])];
    let groups = [group("c1", 0..SIZE)];
    let mut found = assess_coordination(&signal(id, family, dimension), "any", &groups, &given, &[]).remove(0);
    found.resampling = crate::assess::Resampling::Fixed;
    found
}

/// L of `lists` is 2 (its cap), of `claims` ln 4.
fn evidence() -> Vec<Assessed> {
    vec![
        finding("dis.a", "lists", Disinformation, 1e3),
        finding("dis.b", "claims", Disinformation, 4.0),
        finding("cyb.a", "lists", Cybercrime, 1e3),
    ]
}

fn card(assessed: Vec<Assessed>, confirmation: Confirmation, refits: &BTreeMap<Dimension, Refit>) -> Scorecard {
    let groups = [group("c1", 0..SIZE)];
    let layer = declaration("coord.url", Coordination, "trace", Shape::Traces, 4.0);
    let given = [confirmation];
    let strong = assess_coordination(&layer, "url", &groups, &given, &[]);
    let all = [strong, assessed].concat();
    fuse(&groups, &given, &[], &population(&crowd(600, 10)), all, &ScoreSettings::default(), refits)
}

fn coordinated() -> Confirmation {
    confirmation(40, SIZE as u32, &[("url", 1e6)])
}

fn of(scores: &ClusterScores, dimension: Dimension) -> Score {
    scores.of(dimension).cloned().expect("all six are there")
}

fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

#[test]
fn a_refitted_statement_has_the_value_of_its_refit_and_the_others_keep_theirs() {
    let refits = BTreeMap::from([(Disinformation, refit(-3.0, 0.5, 1.5))]);
    let (with, without) = (card(evidence(), coordinated(), &refits), card(evidence(), coordinated(), &BTreeMap::new()));
    // −3 + 0.5 · 2 + 1.5 · ln 4
    near(of(&with.clusters[0], Disinformation).own, logistic(-2.0 + 1.5 * 4_f64.ln()));
    for other in Dimension::ALL.into_iter().filter(|d| *d != Disinformation) {
        assert_eq!(of(&with.clusters[0], other), of(&without.clusters[0], other));
    }
    let multiplied: Vec<(&str, f64)> = with
        .families
        .iter()
        .filter(|f| f.dimension == Disinformation)
        .map(|f| (f.family.as_str(), f.discount))
        .collect();
    assert_eq!(multiplied, [("claims", 1.5), ("lists", 0.5)]);
    let added = |id: &str| with.findings.iter().find(|f| f.signal_id == id).expect("found").nats_contributed;
    near(added("dis.a"), 1.0);
    near(added("dis.b"), 1.5 * 4_f64.ln());
}

#[test]
fn the_headline_is_at_most_k_and_k_at_most_its_limit_whatever_a_refit_says() {
    let certain = Refit { intercept: 9.0, ..refit(0.0, 1.0, 1.0) };
    let sure = BTreeMap::from([(Disinformation, certain.clone())]);
    let found = card(evidence(), coordinated(), &sure).clusters.remove(0);
    let (headline, k) = (of(&found, Disinformation), of(&found, Coordination).own);
    assert!(headline.own > 0.999 && k < 0.99, "{headline:?} {k}");
    near(headline.score, k);
    near(headline.lower_bound, k + headline.own - 1.0);
    // one layer and no pair with three objects: 0.7; one confirming object: 0.5
    let sure_of_k = BTreeMap::from([(Coordination, certain)]);
    let k = |confirmation| of(&card(evidence(), confirmation, &sure_of_k).clusters[0], Coordination).own;
    near(k(coordinated()), 0.7);
    near(k(confirmation(1, SIZE as u32, &[("url", 1e6)])), 0.5);
}

#[test]
fn the_band_shifts_log_odds_from_the_share_of_the_labels_to_its_priors() {
    let refits = BTreeMap::from([(Disinformation, refit(-5.0, 0.5, 1.5))]);
    let score = of(&card(evidence(), coordinated(), &refits).clusters[0], Disinformation);
    let log_odds = |p: f64| (p / (1.0 - p)).ln();
    let at = |prior: f64| logistic(log_odds(score.own) + log_odds(prior) - log_odds(0.25));
    near(score.prior_low, at(0.01));
    near(score.prior_high, at(0.15));
}

#[test]
fn the_strongest_family_is_the_one_that_a_refit_weighs_most() {
    // lists has more nats (2 against ln 4 = 1.39), claims adds more (2.77 against 0.2)
    let refits = BTreeMap::from([(Disinformation, refit(-3.0, 0.1, 2.0))]);
    let score = of(&card(evidence(), coordinated(), &refits).clusters[0], Disinformation);
    near(score.without_best, logistic(-3.0 + 0.1 * 2.0));
}

#[test]
fn a_family_without_a_weight_adds_nothing() {
    let mut known = refit(-1.0, 1.0, 1.0);
    known.weights.remove("claims");
    let refits = BTreeMap::from([(Disinformation, known)]);
    near(of(&card(evidence(), coordinated(), &refits).clusters[0], Disinformation).own, logistic(-1.0 + 2.0));
}

#[test]
fn an_interval_is_one_of_the_refitted_value() {
    // two of six accounts carry all of it: drawn again, the evidence varies
    let table: Vec<(String, f64, f64)> =
        (0..600).map(|a| (format!("x:{a:04}"), if a < 2 { 9.0 } else { f64::from(a % 10 == 0) }, 10.0)).collect();
    let rows: Vec<(&str, f64, f64, &[&str])> =
        table.iter().map(|(id, hits, total)| (id.as_str(), *hits, *total, &[] as &[&str])).collect();
    let groups = [group("c1", 0..SIZE)];
    let everyone = population(&crowd(600, 10));
    let signal = declaration("dis.a", Disinformation, "lists", Shape::Rates, 4.0);
    let varying = || assess_rates(&signal, &rates(&rows), &everyone, &groups, 999, 1).expect("findings");
    let refits = BTreeMap::from([(Disinformation, refit(-2.0, 1.0, 1.0))]);
    let flat = BTreeMap::from([(Disinformation, refit(-2.0, 0.0, 0.0))]);
    let of_varying = |refits| of(&card(varying(), coordinated(), refits).clusters[0], Disinformation);
    let score = of_varying(&refits);
    assert!(score.ci_low < score.score && score.score <= score.ci_high, "{score:?}");
    let still = of_varying(&flat);
    near(still.ci_low, logistic(-2.0));
    near(still.ci_high, logistic(-2.0));
}
