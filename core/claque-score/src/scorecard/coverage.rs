//! Do intervals hold what they promise? Many worlds of which the truth is known, and how often it lies inside.

use super::{ScoreSettings, fuse};
use crate::assess::assess_marks;
use crate::fixtures::{Post, declaration, group, marks, post, posts};
use crate::population::Population;
use crate::random::{Stream, key};
use claque_model::{Confirmation, Declaration, Dimension, EffectFloor, Outcome, Shape};
use polars::prelude::DataFrame;
use std::collections::BTreeMap;

const WORLDS: u64 = 200;
const MEMBERS: usize = 30;
const OTHERS: usize = 620;
const DAYS: usize = 30;
/// Expected share of marked posts of an account.
const TRUTH: f64 = 0.5;
/// 2024-06-01T12:00:00Z.
const FIRST: i64 = 1_717_243_200_000_000;
const DAY: i64 = 86_400_000_000;

fn id(account: usize, day: usize) -> String {
    format!("x:{account:04}/{day}")
}

/// Every account posts once on each day of June.
fn june(is_dated: bool) -> DataFrame {
    let one = |account: usize| {
        (0..DAYS).map(move |day| {
            let at = is_dated.then_some(FIRST + day as i64 * DAY);
            Post { at, ..post(id(account, day), format!("x:{account:04}")) }
        })
    };
    posts(&(0..MEMBERS + OTHERS).flat_map(one).collect::<Vec<_>>())
}

/// How far accounts and days differ from the truth, at most.
#[derive(Clone, Copy, Debug)]
struct Differences {
    accounts: f64,
    days: f64,
}

/// Marks of one world.
fn world(differ: Differences, seed: u64) -> DataFrame {
    let uniform = |name: &str, at: usize| {
        let bits = Stream::new(key(seed, name), at as u64).bits();
        (bits >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    };
    let is_marked = |account: usize, day: usize| {
        let chance = TRUTH + 2.0 * (differ.accounts * uniform("account", account) + differ.days * uniform("day", day));
        uniform("post", account * DAYS + day) + 0.5 < chance
    };
    let all = (0..MEMBERS).flat_map(|account| (0..DAYS).map(move |day| (account, day)));
    let found: Vec<String> = all.filter(|(account, day)| is_marked(*account, *day)).map(|(a, d)| id(a, d)).collect();
    marks(&found.iter().map(|id| (id.as_str(), 1.0, None)).collect::<Vec<_>>())
}

fn signal() -> Declaration {
    let floor = EffectFloor::Value(0.0);
    Declaration {
        effect_floor: floor,
        ..declaration("test.share", Dimension::Disinformation, "test", Shape::Marks, 1.0)
    }
}

/// Share of the worlds in which the interval of the statistic holds the truth.
fn coverage(differ: Differences, is_dated: bool) -> f64 {
    let posts = june(is_dated);
    let population = Population::from_posts(&posts).expect("a population");
    let groups = [group("c1", 0..MEMBERS)];
    let covers = |seed: &u64| {
        let assessed =
            assess_marks(&signal(), &world(differ, *seed), &posts, &population, &groups, 99, *seed).expect("assessed");
        let settings = ScoreSettings { seed: *seed, ..ScoreSettings::default() };
        let card = fuse(&groups, &[Confirmation::empty()], &[], &population, assessed, &settings, &BTreeMap::new());
        let Outcome::Measured { effect_ci: (low, high), .. } = card.findings[0].outcome else { panic!("measured") };
        (low..=high).contains(&TRUTH)
    };
    (0..WORLDS).filter(covers).count() as f64 / WORLDS as f64
}

#[test]
fn the_interval_of_a_statistic_holds_the_truth_in_nine_of_ten_worlds() {
    for (accounts, days) in [(0.2, 0.3), (0.3, 0.05), (0.05, 0.3), (0.02, 0.02)] {
        let covered = coverage(Differences { accounts, days }, true);
        assert!((0.85..=0.95).contains(&covered), "accounts {accounts}, days {days}: {covered}");
    }
}

#[test]
fn accounts_alone_would_make_it_too_narrow() {
    let covered = coverage(Differences { accounts: 0.2, days: 0.3 }, false);
    assert!(covered < 0.8, "{covered}");
}
