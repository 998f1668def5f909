//! Purity and B-cubed against published examples, independent code and their definitions.

use super::*;
use crate::truth::Group;
use proptest::collection::vec;
use proptest::prelude::*;

/// Parts by number; `none` is in no part.
fn parts(of: &[usize], none: usize) -> Clusters {
    let mut parts = Clusters::new();
    for (account, part) in of.iter().enumerate().filter(|(_, part)| **part != none) {
        parts.entry(part.to_string()).or_default().insert(account.to_string());
    }
    parts
}

fn groups(of: &[usize], none: usize) -> Groups {
    let group = |(name, accounts): (String, BTreeSet<String>)| {
        (name.clone(), Group { scenario: name, planted: false, expected: None, accounts })
    };
    parts(of, none).into_iter().map(group).collect()
}

const NOBODY: usize = usize::MAX;

/// Bagga & Baldwin 1998 ("Algorithms for scoring coreference chains"), their truth and two responses: precision 76 %
/// and 58 %, recall 100 %.
#[test]
fn b_cubed_has_the_numbers_of_the_paper_that_named_it() {
    let truth = groups(&[0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 2], NOBODY);
    for (response, expected) in
        [([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1], 0.7619), ([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0], 0.5833)]
    {
        let found = b_cubed(&parts(&response, NOBODY), &truth).expect("twelve mentions");
        assert!((found.precision - expected).abs() < 5e-5 && (found.recall - 1.0).abs() < 1e-12, "{found:?}");
    }
}

/// Purity: `m.max(axis=0).sum() / m.sum()` over `contingency_matrix` of scikit-learn 1.9.1; B-cubed: numpy 2.4.6, from
/// the definition.
#[test]
fn twelve_accounts_have_the_numbers_of_independent_code() {
    let clusters = parts(&[0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 0, 1], NOBODY);
    let truth = groups(&[0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2], NOBODY);
    assert_eq!(weighted_precision(&clusters, &truth), Ok(0.75));
    let found = b_cubed(&clusters, &truth).expect("twelve accounts");
    for number in [found.precision, found.recall, found.f1] {
        assert!((number - 0.641_666_666_666_666_6).abs() < 1e-12, "{found:?}");
    }
}

#[test]
fn accounts_of_no_group_count_against_precision_and_a_large_cluster_more_than_a_small_one() {
    // six innocent accounts and two of a group in one cluster, two of the group in another
    let clusters = parts(&[0, 0, 0, 0, 0, 0, 0, 0, 1, 1], NOBODY);
    let truth = groups(&[9, 9, 9, 9, 9, 9, 0, 0, 0, 0], 9);
    assert_eq!(weighted_precision(&clusters, &truth), Ok(0.4));
    assert_eq!(weighted_precision(&clusters, &Groups::new()), Ok(0.0));
}

#[test]
fn nothing_is_neither_pure_nor_impure() {
    assert_eq!(weighted_precision(&Clusters::new(), &groups(&[0, 0], NOBODY)), Err(Absent::NoClusters));
    assert_eq!(b_cubed(&Clusters::new(), &Groups::new()), Err(Absent::NoAccounts));
}

proptest! {
    /// Against the definition, pair by pair: precision is the share of pairs (an account with itself included) in one
    /// cluster that are in one group, averaged per account; recall the same with the two exchanged.
    #[test]
    fn b_cubed_is_its_definition(cluster in vec(0_usize..4, 12), group in vec(0_usize..4, 12)) {
        // 3 means: in no cluster, in no group
        let together = |of: &[usize], i: usize, j: usize| i == j || (of[i] == of[j] && of[i] < 3);
        let shown: Vec<usize> = (0..12).filter(|i| cluster[*i] < 3 || group[*i] < 3).collect();
        let mean = |inside: &[usize], of: &[usize]| {
            let share = |i: &usize| {
                let mates: Vec<&usize> = shown.iter().filter(|j| together(inside, *i, **j)).collect();
                mates.iter().filter(|j| together(of, *i, ***j)).count() as f64 / mates.len() as f64
            };
            shown.iter().map(share).sum::<f64>() / shown.len() as f64
        };
        match b_cubed(&parts(&cluster, 3), &groups(&group, 3)) {
            Ok(found) => {
                prop_assert!((found.precision - mean(&cluster, &group)).abs() < 1e-12);
                prop_assert!((found.recall - mean(&group, &cluster)).abs() < 1e-12);
            }
            Err(why) => prop_assert!(shown.is_empty() && why == Absent::NoAccounts),
        }
    }
}
