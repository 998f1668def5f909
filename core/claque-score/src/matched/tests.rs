//! Matched sets: strata, pools, no replacement, any number of threads.

use crate::fixtures::{JULY, Post, crowd, group, population, post, with_threads};
use crate::matched::{MatchedSets, Matcher};
use crate::null::Null;
use crate::population::{Population, StratumKey};
use crate::random::{Stream, key};
use claque_model::{Direction, EffectFloor, MissingReason};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// 1,200 accounts in two languages and two months, with 1 to 4 posts.
fn mixed() -> Vec<Post> {
    (0..1200)
        .flat_map(|a: usize| {
            let lang = if a.is_multiple_of(2) { Some("en") } else { Some("uk") };
            let at = Some(if a.is_multiple_of(3) { JULY } else { crate::fixtures::JUNE });
            (0..=a % 4).map(move |p| Post { lang, at, ..post(format!("x:{a:04}/{p}"), format!("x:{a:04}")) })
        })
        .collect()
}

fn strata(population: &Population, accounts: &[u32]) -> BTreeMap<StratumKey, usize> {
    let mut counts = BTreeMap::new();
    for &account in accounts {
        *counts.entry(population.key(account)).or_default() += 1;
    }
    counts
}

/// The set of that number.
fn set(matcher: &Matcher, draw: u32) -> Vec<u32> {
    matcher.sets(draw..draw + 1).next().expect("one set").1
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn a_set_is_a_sample_without_replacement_from_the_strata_of_the_group(
        members in prop::collection::btree_set(0_usize..1200, 2..10), seed: u64, draw in 0_u32..999,
    ) {
        let population = population(&mixed());
        let group = group("c1", members);
        let sets = MatchedSets::draw(&population, std::slice::from_ref(&group), None, 999, seed);
        prop_assume!(sets.of(0).is_ok());
        let matcher = sets.of(0).expect("assumed");
        prop_assert_eq!(matcher.coarse(), 0);
        let set = set(matcher, draw);
        prop_assert_eq!(set.iter().collect::<BTreeSet<_>>().len(), group.accounts.len());
        prop_assert_eq!(strata(&population, &set), strata(&population, matcher.members()));
    }
}

#[test]
fn every_candidate_is_drawn_equally_often() {
    let population = population(&crowd(210, 1));
    let sets = MatchedSets::draw(&population, &[group("c1", 0..10)], None, 4_000, 7);
    let matcher = sets.of(0).expect("a pool of 200");
    let mut counts = vec![0_u32; 210];
    for account in (0..4_000).flat_map(|draw| set(matcher, draw)) {
        counts[account as usize] += 1;
    }
    // members as well as others: 4,000 × 10 ÷ 210 = 190 expected, standard deviation 13.5
    assert!(counts.iter().all(|&c| (130..=250).contains(&c)), "{counts:?}");
}

#[test]
fn a_pool_below_two_hundred_or_twenty_per_member_is_refused() {
    let refusal = |n: usize, members: usize| {
        let population = population(&crowd(n, 1));
        MatchedSets::draw(&population, &[group("c1", 0..members)], None, 9, 0).of(0).err().cloned()
    };
    assert_eq!(refusal(204, 5), Some(MissingReason::PoolTooSmall { pool: 199, needed: 200 }));
    assert_eq!(refusal(205, 5), None);
    assert_eq!(refusal(311, 15), Some(MissingReason::PoolTooSmall { pool: 296, needed: 300 }));
    assert_eq!(refusal(315, 15), None);
}

#[test]
fn only_accounts_with_a_row_are_compared() {
    let population = population(&crowd(500, 1));
    let ids: Vec<String> = (3..300).map(|a| format!("x:{a:04}")).collect();
    let restrict: Vec<&str> = ids.iter().map(String::as_str).collect();
    let groups = [group("c1", 0..6), group("c2", 400..405)];
    let sets = MatchedSets::draw(&population, &groups, Some(&restrict), 50, 0);
    let matcher = sets.of(0).expect("a pool of 294");
    assert_eq!(matcher.members(), [3, 4, 5]);
    assert_eq!(matcher.pool(), 294);
    assert!((0..50).flat_map(|draw| set(matcher, draw)).all(|a| (3..300).contains(&a)));
    assert_eq!(sets.of(1).err(), Some(&MissingReason::NotMeasured));
}

#[test]
fn a_member_without_its_like_is_matched_more_coarsely_and_counted() {
    let mut rows = crowd(300, 1);
    rows.push(Post { at: Some(JULY), ..post("late", "x:late") });
    let population = population(&rows);
    let mut lonely = group("c1", 0..4);
    lonely.accounts.push("x:late".to_owned());
    let sets = MatchedSets::draw(&population, &[lonely], None, 20, 0);
    let matcher = sets.of(0).expect("a pool of 296");
    assert_eq!((matcher.pool(), matcher.coarse()), (296, 5));
    for draw in 0..20 {
        let set = set(matcher, draw);
        assert_eq!(set.iter().collect::<BTreeSet<_>>().len(), 5);
    }
}

#[test]
fn a_set_depends_on_seed_group_and_draw_only() {
    let population = population(&crowd(600, 1));
    let groups = [group("c1", 0..8), group("c2", 8..16)];
    let sets = |groups: &[_], seed| MatchedSets::draw(&population, groups, None, 999, seed);
    let both = sets(&groups, 1);
    let alone = sets(&groups[1..], 1);
    let (first, second) = (both.of(0).expect("a pool"), both.of(1).expect("a pool"));
    assert_eq!(set(second, 500), set(alone.of(0).expect("a pool"), 500));
    let values: Vec<f64> = (0..600).map(f64::from).collect();
    let means = first.means(&values, 0, 30);
    assert_eq!(means[20..], first.means(&values, 20, 30)[..]);
    assert_ne!(set(first, 0), set(first, 1));
    assert_ne!(set(first, 0), set(sets(&groups, 2).of(0).expect("a pool"), 0));
    let all = |n| with_threads(n, || sets(&groups, 1).of(1).map(|m| set(m, 9)).expect("a pool"));
    assert_eq!(all(1), all(2));
}

#[test]
fn a_harmless_group_beside_few_others_is_as_often_extreme_as_p_says() {
    // 9 of the 18 who write in one language, 1 of the 192 who write in the other: 200 others in all
    let langs = (0..210).map(|account| if account < 18 { "uk" } else { "en" });
    let rows: Vec<Post> =
        crowd(210, 1).into_iter().zip(langs).map(|(post, lang)| Post { lang: Some(lang), ..post }).collect();
    let population = population(&rows);
    let members = group("c1", (0..9).chain([18]));
    let (mut small, mut e, worlds) = (0, 0.0, 2_000);
    for world in 0..worlds {
        let sets = MatchedSets::draw(&population, std::slice::from_ref(&members), None, 99, world);
        let matcher = sets.of(0).expect("a pool of 200");
        assert_eq!((matcher.pool(), matcher.coarse()), (200, 0));
        // what accounts do has nothing to do with the group
        let mut stream = Stream::new(key(world, "values"), 0);
        let values: Vec<f64> = (0..210).map(|_| stream.below(1 << 30) as f64).collect();
        let statistic = matcher.members().iter().map(|&a| values[a as usize]).sum::<f64>() / 10.0;
        let null = Null::new(matcher.means(&values, 0, 99), Direction::Higher, EffectFloor::Value(0.0));
        let tested = null.test(statistic);
        small += u32::from(tested.p <= 0.05);
        e += tested.e / worlds as f64;
    }
    // 100 of 2,000 expected, standard deviation 9.7; the mean of e is 1, its standard error 0.06
    println!("{small} of {worlds} have p <= 0.05, mean e {e:.3}");
    assert!((70..=130).contains(&small), "{small} of {worlds}");
    assert!((0.8..=1.2).contains(&e), "{e}");
}
