//! Average precision and recall against an independent program and against their definitions.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

fn close(found: Figure, expected: f64) {
    let found = found.expect("a number");
    assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
}

fn tied() -> Vec<(f64, bool)> {
    let scores = [0.9, 0.8, 0.8, 0.7, 0.7, 0.7, 0.5, 0.3, 0.3, 0.0, 0.0, 0.0];
    let members = [1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1];
    scores.into_iter().zip(members.map(|m| m == 1)).collect()
}

fn repeated(parts: &[(f64, usize)], is_positive: bool) -> impl Iterator<Item = (f64, bool)> {
    parts.iter().flat_map(move |&(score, n)| std::iter::repeat_n((score, is_positive), n))
}

/// scikit-learn 1.9.1, `average_precision_score` and `roc_curve(drop_intermediate=False)`: largest true-positive rate
/// at a false-positive rate of at most 1e-3.
#[test]
fn small_and_large_rankings_have_the_numbers_of_scikit_learn() {
    let small = ranking(tied());
    assert_eq!((small.accounts, small.in_operations), (12, 6));
    close(small.average_precision, 0.632_275_132_275_132_3);
    close(small.recall, 0.166_666_666_666_666_66);
    let members = repeated(&[(0.95, 6), (0.9, 5), (0.85, 4), (0.6, 2), (0.0, 3)], true);
    let others = repeated(&[(0.97, 1), (0.9, 1), (0.85, 1), (0.8, 1), (0.6, 2), (0.1, 94), (0.0, 2900)], false);
    let large = ranking(members.chain(others).collect());
    close(large.average_precision, 0.710_254_406_309_689_8);
    close(large.recall, 0.75);
}

#[test]
fn below_a_thousand_innocent_accounts_one_false_alarm_is_too_many() {
    let of = |others: usize| {
        ranking(repeated(&[(0.5, 2)], true).chain(repeated(&[(0.5, 1), (0.0, others)], false)).collect())
    };
    close(of(998).recall, 0.0);
    close(of(999).recall, 1.0);
}

#[test]
fn a_ranking_of_one_kind_has_no_number() {
    let innocent = ranking(vec![(0.5, false), (0.0, false)]);
    assert_eq!((innocent.average_precision, innocent.recall), (Err(Absent::NoPositives), Err(Absent::NoPositives)));
    let guilty = ranking(vec![(0.5, true)]);
    assert_eq!((guilty.average_precision, guilty.recall), (Ok(1.0), Err(Absent::NoNegatives)));
    assert_eq!(ranking(Vec::new()).average_precision, Err(Absent::NoPositives));
}

proptest! {
    /// The definition, account by account: each member of an operation adds the precision of everything that scores as
    /// high as it does.
    #[test]
    fn average_precision_is_its_definition_and_knows_no_order(
        accounts in vec((0_u8..5, any::<bool>()), 1..30),
        turn in 0_usize..30,
    ) {
        let accounts: Vec<(f64, bool)> = accounts.into_iter().map(|(s, m)| (f64::from(s) / 4.0, m)).collect();
        let members: Vec<f64> = accounts.iter().filter(|a| a.1).map(|a| a.0).collect();
        let precision = |least: f64| {
            let taken: Vec<bool> = accounts.iter().filter(|a| a.0 >= least).map(|a| a.1).collect();
            taken.iter().filter(|m| **m).count() as f64 / taken.len() as f64
        };
        let mut turned = accounts.clone();
        turned.rotate_left(turn % accounts.len());
        let found = ranking(accounts.clone());
        prop_assert_eq!(found, ranking(turned));
        if members.is_empty() {
            prop_assert_eq!(found.average_precision, Err(Absent::NoPositives));
        } else {
            let expected = members.iter().map(|score| precision(*score)).sum::<f64>() / members.len() as f64;
            prop_assert!((found.average_precision.expect("members") - expected).abs() < 1e-12);
        }
    }
}
