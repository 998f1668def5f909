//! The risk-coverage curve against independent code and against all orders of ties.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

fn answers(given: &[(f64, bool)]) -> Vec<Answer> {
    given.iter().map(|&(confidence, is_wrong)| Answer { confidence, is_wrong }).collect()
}

/// numpy 2.4.6, from the definition: `mean(cumsum(wrong) / arange(1, 11))`.
#[test]
fn ten_answers_have_the_area_of_independent_code() {
    let confidence = [0.99, 0.97, 0.95, 0.9, 0.84, 0.8, 0.71, 0.65, 0.6, 0.52];
    let wrong = [0, 0, 1, 0, 0, 0, 1, 0, 1, 1];
    let given: Vec<(f64, bool)> = confidence.into_iter().zip(wrong.map(|w| w == 1)).collect();
    let found = risk_coverage(10, answers(&given));
    assert!((found.aurc.expect("answered") - 0.221_904_761_904_761_9).abs() < 1e-12);
    assert_eq!((found.answered, found.wrong, found.risk), (10, 4, Ok(0.4)));
    assert_eq!(found.points[2], CoveragePoint { confidence: 0.95, coverage: 0.3, risk: 1.0 / 3.0 });
}

#[test]
fn what_is_not_answered_is_neither_right_nor_wrong_and_ends_the_curve() {
    let found = risk_coverage(8, answers(&[(0.9, false), (0.6, true)]));
    let ends = found.points.last().expect("two points");
    assert_eq!((ends.coverage, ends.risk), (0.25, 0.5));
    assert_eq!((found.clusters, found.answered, found.aurc), (8, 2, Ok(0.25)));
}

#[test]
fn no_clusters_and_no_answers_are_told_apart() {
    assert_eq!(risk_coverage(0, Vec::new()).aurc, Err(Absent::NoClusters));
    let silent = risk_coverage(3, Vec::new());
    assert_eq!((silent.aurc, silent.risk), (Err(Absent::NothingAnswered), Err(Absent::NothingAnswered)));
    assert!(silent.points.is_empty());
}

/// All orders of `items`.
fn orders(items: &[Answer]) -> Vec<Vec<Answer>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let mut found = Vec::new();
    for at in 0..items.len() {
        let mut rest = items.to_vec();
        let first = rest.remove(at);
        found.extend(orders(&rest).into_iter().map(|mut order| {
            order.insert(0, first);
            order
        }));
    }
    found
}

proptest! {
    #[test]
    fn the_area_is_the_mean_over_all_orders_that_confidence_allows(given in vec((0_u8..3, any::<bool>()), 1..6)) {
        let given: Vec<(f64, bool)> = given.into_iter().map(|(c, w)| (f64::from(c), w)).collect();
        let given = answers(&given);
        let allowed: Vec<Vec<Answer>> =
            orders(&given).into_iter().filter(|o| o.is_sorted_by(|a, b| a.confidence >= b.confidence)).collect();
        let area = |order: &Vec<Answer>| {
            let risk = |k: usize| order[..k].iter().filter(|a| a.is_wrong).count() as f64 / k as f64;
            (1..=order.len()).map(risk).sum::<f64>() / order.len() as f64
        };
        let expected = allowed.iter().map(area).sum::<f64>() / allowed.len() as f64;
        prop_assert!((risk_coverage(9, given).aurc.expect("answered") - expected).abs() < 1e-12);
    }

    #[test]
    fn the_curve_ends_at_the_risk_of_all_answers(given in vec((0_u8..9, any::<bool>()), 1..40), silent in 0_usize..9) {
        let given: Vec<(f64, bool)> = given.into_iter().map(|(c, w)| (f64::from(c) / 8.0, w)).collect();
        let found = risk_coverage(given.len() + silent, answers(&given));
        let end = found.points.last().expect("answers");
        prop_assert_eq!(Ok(end.risk), found.risk);
        let answered = given.len() as f64 / (given.len() + silent) as f64;
        prop_assert!((end.coverage - answered).abs() < 1e-12, "{}", end.coverage);
        prop_assert!(found.points.is_sorted_by(|a, b| a.coverage < b.coverage && a.confidence > b.confidence));
        prop_assert!((0.0..=1.0).contains(&found.aurc.expect("answers")));
    }
}
