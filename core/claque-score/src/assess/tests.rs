//! Findings per shape against hand-computed values and exchangeable data.

use super::{Assessed, Resampling, assess_coordination, assess_marks, assess_rates};
use crate::error::ScoreError;
use crate::fixtures::{
    JULY, JUNE, Post, confirmation, crowd, declaration, group, marks, population, post, posts, rates, with_threads,
};
use crate::group::Group;
use crate::random::{Stream, key};
use claque_model::{Confirmation, Declaration, Dimension, Finding, MissingReason, Outcome, Shape};

const DRAWS: u32 = 199;

fn marking(cap: f64) -> Declaration {
    declaration("dis.rule", Dimension::Disinformation, "procedure", Shape::Marks, cap)
}

fn rating() -> Declaration {
    declaration("dis.links", Dimension::Disinformation, "lists", Shape::Rates, 1.6)
}

/// Statistic, effect, p and e of a measured finding.
fn numbers(found: &Assessed) -> (f64, f64, f64, f64) {
    match found.finding.outcome {
        Outcome::Measured { statistic, effect, p, e, .. } => (statistic, effect, p, e),
        Outcome::Missing(ref reason) => panic!("missing: {reason:?}"),
    }
}

fn reason(found: &Finding) -> Option<&MissingReason> {
    if let Outcome::Missing(reason) = &found.outcome { Some(reason) } else { None }
}

/// A crowd with four posts each, and on top a repost of account 0.
fn world() -> Vec<Post> {
    let mut rows = crowd(400, 4);
    rows.push(Post { kind: "repost", ..post("x:0000/r", "x:0000") });
    rows
}

#[test]
fn marks_are_averaged_per_account_over_own_posts() {
    let rows = world();
    // account 0: (1 + 0.5) ÷ 4, its marked repost counts for nothing; account 1: 1 ÷ 4; accounts 2 to 4: 0
    let marks = marks(&[
        ("x:0000/0", 1.0, Some("rule b")),
        ("x:0000/3", 0.5, Some("rule a")),
        ("x:0000/r", 1.0, Some("repost")),
        ("x:0001/2", 1.0, Some("rule a")),
        ("x:0002/0", 0.0, Some("nothing")),
    ]);
    let found = assess_marks(&marking(1.9), &marks, &posts(&rows), &population(&rows), &[group("c1", 0..5)], DRAWS, 1)
        .expect("an assessment");
    let (statistic, effect, p, e) = numbers(&found[0]);
    assert!((statistic - (0.375 + 0.25) / 5.0).abs() < 1e-12);
    // 0.125 ÷ (0.625 ÷ 400 accounts) = 80 over all sets; five of 199 hold one of the two, with a standard deviation of 2.2
    assert!((40.0..200.0).contains(&effect), "{effect}");
    assert!((p - 0.005).abs() < 1e-12);
    // the first of 200: 200 × 0.995 ÷ ln 200
    assert!((e - 199.0 / 200_f64.ln()).abs() < 1e-9);
    let finding = &found[0].finding;
    assert_eq!(finding.n_support, 3);
    assert_eq!(finding.support_post_ids, ["x:0000/0", "x:0000/3", "x:0001/2"]);
    assert_eq!(finding.support_objects, ["rule a", "rule b"]);
    // ln 37.56 = 3.63, above the cap
    assert!((finding.nats_raw - 3.63).abs() < 0.01 && finding.fires(), "{}", finding.nats_raw);
    assert!((finding.nats_capped - 1.9).abs() < 1e-12);
}

#[test]
fn the_earliest_marked_posts_come_first_and_twenty_are_kept() {
    let mut rows = crowd(300, 30);
    for row in &mut rows {
        let is_early = row.id.ends_with('7');
        row.at = Some(if is_early { JUNE } else { JULY });
    }
    let ids: Vec<String> = (0..30).map(|p| format!("x:0003/{p}")).collect();
    let marks = marks(&ids.iter().map(|id| (id.as_str(), 1.0, None)).collect::<Vec<_>>());
    let found = assess_marks(&marking(2.0), &marks, &posts(&rows), &population(&rows), &[group("c1", 0..5)], DRAWS, 1)
        .expect("an assessment");
    assert_eq!(found[0].finding.n_support, 30);
    assert_eq!(found[0].finding.support_post_ids.len(), 20);
    assert_eq!(found[0].finding.support_post_ids[..4], ["x:0003/17", "x:0003/27", "x:0003/7", "x:0003/0"]);
}

#[test]
fn members_without_own_posts_are_left_out_and_not_zero() {
    let mut rows = crowd(400, 4);
    for row in rows.iter_mut().filter(|r| r.account.as_deref() == Some("x:0004")) {
        row.kind = "repost";
    }
    let all: Vec<String> = (0..4).flat_map(|a| (0..4).map(move |p| format!("x:{a:04}/{p}"))).collect();
    let marks = marks(&all.iter().map(|id| (id.as_str(), 1.0, None)).collect::<Vec<_>>());
    let found = assess_marks(&marking(2.0), &marks, &posts(&rows), &population(&rows), &[group("c1", 0..5)], DRAWS, 1)
        .expect("an assessment");
    assert!((numbers(&found[0]).0 - 1.0).abs() < 1e-12);
    assert_eq!(found[0].finding.caveats, ["1 of 5 accounts are left out: they have no post of their own"]);
    let Resampling::Accounts { parts, .. } = &found[0].resampling else { panic!("a mean over accounts") };
    assert!(parts[4].is_empty() && parts[3].len() == 1, "four posts of one day: {:?}", parts[3]);
}

#[test]
fn a_mark_on_an_unknown_post_or_a_value_that_is_no_number_is_named() {
    let rows = crowd(300, 1);
    let assess = |marks| {
        assess_marks(&marking(2.0), &marks, &posts(&rows), &population(&rows), &[group("c1", 0..5)], 9, 1)
            .expect_err("bad marks")
            .to_string()
    };
    let known = ("x:0000/0", 1.0, None);
    assert_eq!(
        assess(marks(&[known, ("x:none", 1.0, None)])),
        "table `marks.dis.rule`: `x:none` in row 2 is not known"
    );
    assert_eq!(
        assess(marks(&[("x:0001/0", f64::NAN, None)])),
        "table `marks.dis.rule`: column `value` is not a finite number in row 1"
    );
}

#[test]
fn rates_are_averaged_over_the_accounts_that_have_a_row() {
    let rows = crowd(400, 2);
    let ids: Vec<String> = (6..400).map(|a| format!("x:{a:04}")).collect();
    let mut table: Vec<(&str, f64, f64, &[&str])> = vec![
        ("x:0000", 3.0, 4.0, &["x:0000/1", "x:0000/0"]),
        ("x:0001", 0.0, 2.0, &["x:0001/0"]),
        ("x:0002", 0.0, 0.0, &[]),
    ];
    table.extend(ids.iter().map(|id| (id.as_str(), 0.0, 3.0, &[] as &[&str])));
    let groups = [group("c1", 0..5), group("c2", 2..6)];
    let found = assess_rates(&rating(), &rates(&table), &population(&rows), &groups, DRAWS, 1).expect("an assessment");
    assert!((numbers(&found[0]).0 - 0.375).abs() < 1e-12);
    assert_eq!(found[0].finding.support_post_ids, ["x:0000/0", "x:0000/1"]);
    assert_eq!(
        found[0].finding.caveats,
        [
            "its interval varies with the accounts only: its values are not by day",
            "3 of 5 accounts are left out: they had no occasion to show it"
        ]
    );
    assert_eq!(reason(&found[1].finding), Some(&MissingReason::NotMeasured));
    assert!(found[1].finding.nats_capped.abs() < 1e-12);
}

/// Heavy-tailed invented rates, the same law for every account.
fn exchangeable(n: usize, seed: u64) -> Vec<(String, f64)> {
    let uniform = |a: usize| Stream::new(key(seed, "rates"), a as u64).below(1 << 20) as f64 / f64::from(1 << 20);
    (0..n).map(|a| (format!("x:{a:04}"), uniform(a).powi(6))).collect()
}

fn random_groups(n: usize, size: usize, of: usize) -> Vec<Group> {
    let members = |g: usize| {
        let mut stream = Stream::new(key(3, "groups"), g as u64);
        let mut members = std::collections::BTreeSet::new();
        while members.len() < size {
            members.insert(stream.below(of));
        }
        members
    };
    (0..n).map(|g| group(&format!("c{g}"), members(g))).collect()
}

#[test]
fn p_is_uniform_where_accounts_are_exchangeable() {
    let rows = crowd(1000, 1);
    let law = exchangeable(1000, 5);
    let table: Vec<(&str, f64, f64, &[&str])> =
        law.iter().map(|(id, rate)| (id.as_str(), *rate, 1.0, &[] as &[&str])).collect();
    let groups = random_groups(2_000, 8, 1000);
    let found = assess_rates(&rating(), &rates(&table), &population(&rows), &groups, DRAWS, 1).expect("an assessment");
    let share = |level: f64| found.iter().filter(|f| numbers(f).2 <= level).count() as f64 / 2_000.0;
    assert!((0.04..=0.06).contains(&share(0.05)), "P(p ≤ 0.05) = {}", share(0.05));
    assert!((0.46..=0.54).contains(&share(0.5)), "P(p ≤ 0.5) = {}", share(0.5));
    // before the effect floor; the mean of 2,000 has a standard error of 0.06
    let mean_e = found.iter().map(|f| f.finding.nats_raw.exp()).sum::<f64>() / 2_000.0;
    assert!((0.8..1.2).contains(&mean_e), "the e-value of a rank has mean 1: {mean_e}");
}

#[test]
fn a_planted_effect_is_found_and_the_tail_resolved_only_where_the_cap_asks_for_it() {
    let rows = crowd(1000, 1);
    let mut law = exchangeable(1000, 5);
    for member in &mut law[..8] {
        member.1 = 0.9;
    }
    let table: Vec<(&str, f64, f64, &[&str])> =
        law.iter().map(|(id, rate)| (id.as_str(), *rate, 1.0, &[] as &[&str])).collect();
    let find = |cap| {
        let decl = Declaration { cap, ..rating() };
        assess_rates(&decl, &rates(&table), &population(&rows), &[group("c1", 0..8)], 999, 1).expect("an assessment")
    };
    let draws = |found: &[Assessed]| match &found[0].finding.outcome {
        Outcome::Measured { null, .. } => null.draws,
        Outcome::Missing(_) => 0,
    };
    let (plain, resolved) = (find(4.0), find(6.0));
    assert_eq!((draws(&plain), draws(&resolved)), (999, 9_999));
    assert!((numbers(&plain[0]).2 - 1e-3).abs() < 1e-12);
    assert!((numbers(&resolved[0]).2 - 1e-4).abs() < 1e-12);
    assert!((plain[0].finding.nats_capped - 4.0).abs() < 1e-12);
    assert!((resolved[0].finding.nats_capped - 6.0).abs() < 1e-12);
}

#[test]
fn what_every_account_shows_is_no_evidence() {
    let rows = crowd(400, 2);
    let all: Vec<(&str, f64, Option<&str>)> = rows.iter().map(|r| (r.id.as_str(), 1.0, None)).collect();
    let found =
        assess_marks(&marking(2.0), &marks(&all), &posts(&rows), &population(&rows), &[group("c1", 0..6)], DRAWS, 1)
            .expect("an assessment");
    let (statistic, effect, p, e) = numbers(&found[0]);
    assert!((statistic - 1.0).abs() + (effect - 1.0).abs() + (p - 1.0).abs() < 1e-9);
    assert!((e - 0.5).abs() < 1e-3, "the last of 200: {e}");
    assert!(!found[0].finding.fires() && found[0].finding.nats_capped < 0.0);
}

#[test]
fn findings_do_not_depend_on_the_number_of_threads() {
    let rows = crowd(600, 1);
    let law = exchangeable(600, 9);
    let table: Vec<(&str, f64, f64, &[&str])> =
        law.iter().map(|(id, rate)| (id.as_str(), *rate, 1.0, &[] as &[&str])).collect();
    let run = || {
        let groups = random_groups(40, 8, 600);
        let found = assess_rates(&rating(), &rates(&table), &population(&rows), &groups, 99, 1).expect("findings");
        found.into_iter().map(|f| f.finding).collect::<Vec<_>>()
    };
    assert_eq!(with_threads(1, run), with_threads(2, run));
}

#[test]
fn coordination_is_read_off_the_confirming_half() {
    let decl = declaration("coord.url", Dimension::Coordination, "trace", Shape::Traces, 4.0);
    let groups = [group("c1", 0..5), group("c2", 5..10), group("c3", 10..15), group("c4", 15..20)];
    let confirmations = [
        confirmation(40, 5, &[("url", 50.0)]),
        confirmation(29, 5, &[("url", 50.0)]),
        confirmation(40, 5, &[("text", 9.0)]),
    ];
    let posts: Vec<String> = ["p0", "p1"].map(str::to_owned).to_vec();
    let found = assess_coordination(&decl, "url", &groups, &confirmations, &posts);
    let (statistic, effect, p, e) = numbers(&found[0]);
    assert!((statistic - 12.0).abs() + (effect - 24.0).abs() + (p - 0.02).abs() + (e - 50.0).abs() < 1e-9);
    assert_eq!(found[0].finding.support_post_ids, ["p1", "p0"]);
    assert!((found[0].finding.nats_raw - 50_f64.ln()).abs() < 1e-12);
    assert_eq!(reason(&found[1].finding), Some(&MissingReason::ConfirmingHalfThin { objects: 29 }));
    assert_eq!(reason(&found[2].finding), Some(&MissingReason::NotMeasured));
    assert_eq!(reason(&found[3].finding), Some(&MissingReason::ConfirmingHalfThin { objects: 0 }));
}

#[test]
fn an_endless_e_value_stays_finite() {
    let decl = declaration("coord.url", Dimension::Coordination, "trace", Shape::Traces, 4.0);
    for e in [f64::INFINITY, f64::MAX, 0.0, f64::NAN] {
        let confirmation: [Confirmation; 1] = [confirmation(40, 5, &[("url", e)])];
        let found = assess_coordination(&decl, "url", &[group("c1", 0..5)], &confirmation, &[]);
        let (_, effect, p, found_e) = numbers(&found[0]);
        assert!(effect.is_finite() && (0.0..=1.0).contains(&p) && found_e.is_finite());
        assert!(found[0].finding.nats_raw.is_finite() && found[0].finding.nats_capped <= 4.0);
    }
}

#[test]
fn bad_frames_are_errors_that_name_the_column() {
    let rows = crowd(300, 1);
    let error = assess_rates(&rating(), &posts(&rows), &population(&rows), &[], 9, 1).expect_err("no rates");
    assert!(matches!(&error, ScoreError::Column { column, .. } if column == "hits"), "{error}");
}
