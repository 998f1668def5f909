//! Calibration against independent code, by hand, and at its edges.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

fn close(found: Figure, expected: f64) {
    let found = found.expect("a number");
    assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
}

fn forecast(score: f64, prior: f64, came_true: bool) -> Forecast {
    Forecast { score, prior: Some(prior), came_true }
}

fn of(forecasts: &[Forecast]) -> Calibration {
    calibration(Of::AllDimensions, forecasts, 0)
}

/// Brier: scikit-learn 1.9.1, `brier_score_loss`. ECE and Cllr: numpy 2.4.6, written from Naeini et al. 2015 and from
/// Brümmer & du Preez 2006 with LR = posterior odds ÷ prior odds:
/// `.5 * (mean(log2(1 + 1/lr[t == 1])) + mean(log2(1 + lr[t == 0])))`.
#[test]
fn seventeen_forecasts_have_the_numbers_of_independent_code() {
    let scores = [0.02, 0.05, 0.07, 0.12, 0.18, 0.31, 0.35, 0.42, 0.55, 0.58, 0.66, 0.72, 0.79, 0.81, 0.88, 0.93, 0.97];
    let truths = [0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1];
    let priors = (0..17).map(|at| if at < 9 { 0.05 } else { 0.1 });
    let forecasts: Vec<Forecast> =
        scores.into_iter().zip(priors).zip(truths).map(|((s, p), t)| forecast(s, p, t == 1)).collect();
    let found = calibration(Of::AllDimensions, &forecasts, 3);
    assert_eq!((found.stated, found.abstained, found.came_true), (17, 3, 9));
    close(found.brier, 0.177_817_647_058_823_55);
    close(found.ece, 0.194_705_882_352_941_2);
    close(found.cllr, 1.421_346_682_332_716_8);
    let n: Vec<u64> = found.bins.iter().map(|b| b.n).collect();
    assert_eq!(n, [3, 2, 0, 2, 1, 2, 1, 2, 2, 2]);
    let last = found.bins[9];
    assert_eq!((last.low, last.high, last.came_true), (0.9, 1.0, 2));
    close(last.mean_score.ok_or(Absent::NothingStated), 0.95);
    assert_eq!((found.bins[2].mean_score, found.bins[2].interval), (None, None));
}

/// By hand: LR of 1 costs one bit on either side; LR of 3 and ⅓ cost log₂ 4⁄3 where they are right, 2 bits where not.
#[test]
fn likelihood_ratios_cost_what_they_cost_by_hand() {
    close(of(&[forecast(0.05, 0.05, true), forecast(0.1, 0.1, false)]).cllr, 1.0);
    close(of(&[forecast(0.75, 0.5, true), forecast(0.25, 0.5, false)]).cllr, (4.0_f64 / 3.0).log2());
    close(of(&[forecast(0.25, 0.5, true), forecast(0.75, 0.5, false)]).cllr, 2.0);
    close(of(&[forecast(1.0, 0.5, true), forecast(0.0, 0.5, false)]).cllr, 0.0);
}

#[test]
fn a_wrong_certainty_has_no_bound_and_is_not_a_number() {
    let found = of(&[forecast(0.0, 0.5, true), forecast(0.5, 0.5, false)]);
    assert_eq!(found.cllr, Err(Absent::NoBound));
    close(found.brier, 0.625);
}

#[test]
fn nothing_stated_and_one_kind_of_outcome_are_said() {
    let nothing = of(&[]);
    assert_eq!((nothing.brier, nothing.ece), (Err(Absent::NothingStated), Err(Absent::NothingStated)));
    assert_eq!(nothing.cllr, Err(Absent::NothingStated));
    assert_eq!(nothing.bins.len(), BINS);
    assert_eq!(of(&[forecast(0.5, 0.1, true)]).cllr, Err(Absent::NoNegatives));
    assert_eq!(of(&[forecast(0.5, 0.1, false)]).cllr, Err(Absent::NoPositives));
}

#[test]
fn without_priors_there_is_no_likelihood_ratio() {
    let unknown = [true, false].map(|came_true| Forecast { score: 0.5, prior: None, came_true });
    assert_eq!(of(&unknown).cllr, Err(Absent::NoPriors));
}

#[test]
fn a_score_on_an_edge_is_in_the_bin_above_and_one_in_the_last() {
    let scores = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
    let found = of(&scores.map(|score| forecast(score, 0.05, false)));
    assert!(found.bins.iter().all(|b| b.n == 1), "{:?}", found.bins);
    assert_eq!(of(&[forecast(1.0, 0.05, true)]).bins[9].n, 1);
}

proptest! {
    #[test]
    fn measures_stay_in_their_range_and_know_no_order(
        forecasts in vec((0.0..=1.0_f64, any::<bool>()), 1..40),
        turn in 0_usize..40,
    ) {
        let forecasts: Vec<Forecast> = forecasts.into_iter().map(|(s, t)| forecast(s, 0.05, t)).collect();
        let mut turned = forecasts.clone();
        turned.rotate_left(turn % forecasts.len());
        let (found, again) = (of(&forecasts), of(&turned));
        for (one, other) in [(found.brier, again.brier), (found.ece, again.ece)] {
            let (one, other) = (one.expect("stated"), other.expect("stated"));
            prop_assert!((0.0..=1.0).contains(&one) && (one - other).abs() < 1e-12);
        }
        prop_assert!(found.cllr.is_ok_and(|c| c >= 0.0) || found.came_true == 0 || found.came_true == found.stated
            || found.cllr == Err(Absent::NoBound));
        prop_assert_eq!(found.bins.iter().map(|b| b.n).sum::<u64>(), forecasts.len() as u64);
        for bin in found.bins.iter().filter(|b| b.n > 0) {
            let mean = bin.mean_score.expect("a bin with scores has a mean");
            prop_assert!(bin.low - 1e-12 <= mean && mean <= bin.high + 1e-12);
        }
    }

    /// The definition, without bins of its own: scores that fall between the same tenths are averaged.
    #[test]
    fn calibration_error_is_its_definition(forecasts in vec((0_u8..=100, any::<bool>()), 1..40)) {
        let in_tenth = |score: u8, tenth: u8| score / 10 == tenth || (score == 100 && tenth == 9);
        let mut expected = 0.0;
        for tenth in 0..10 {
            let inside: Vec<&(u8, bool)> = forecasts.iter().filter(|f| in_tenth(f.0, tenth)).collect();
            if !inside.is_empty() {
                let n = inside.len() as f64;
                let score = inside.iter().map(|f| f64::from(f.0) / 100.0).sum::<f64>() / n;
                let share = inside.iter().filter(|f| f.1).count() as f64 / n;
                expected += n / forecasts.len() as f64 * (share - score).abs();
            }
        }
        // a trifle is added, so that no hundredth is put below its edge by its binary form
        let shift = |score: u8| (f64::from(score) / 100.0 + 1e-12).min(1.0);
        let forecasts: Vec<Forecast> = forecasts.iter().map(|(s, t)| forecast(shift(*s), 0.05, *t)).collect();
        prop_assert!((of(&forecasts).ece.expect("stated") - expected).abs() < 1e-9);
    }
}
