//! Decoys cannot be told from real groups, and are the same for any number of threads.

use crate::assess::{Assessed, Ranks};
use crate::decoys::{Decoys, decoys};
use crate::error::ScoreError;
use crate::fixtures::{crowd, declaration, group, population, values, with_threads};
use crate::group::Group;
use crate::matched::MatchedSets;
use crate::population::Population;
use crate::resolution::Part;
use claque_model::{Declaration, Dimension, MissingReason, Outcome, Shape};
use std::collections::BTreeMap;

fn clusters(decoys: &Decoys) -> BTreeMap<String, Vec<String>> {
    let text = |name| decoys.clusters.column(name).expect("a column").str().expect("strings").clone();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (id, account) in text("cluster_id").iter().zip(text("account_id").iter()) {
        found.entry(id.expect("an id").to_owned()).or_default().push(account.expect("an id").to_owned());
    }
    found
}

fn groups() -> Vec<Group> {
    (0..4).map(|g| group(&format!("c{g}"), g * 6..g * 6 + 6)).collect()
}

/// Values by a function of the accounts of each cluster.
fn measure(decoys: &Decoys, value: impl Fn(&[String]) -> Option<f64>) -> Vec<(String, f64)> {
    clusters(decoys).into_iter().filter_map(|(id, accounts)| Some((id, value(&accounts)?))).collect()
}

/// How many of the accounts are members of the first group.
fn insiders(accounts: &[String]) -> f64 {
    accounts.iter().filter(|a| a.as_str() < "x:0006").count() as f64
}

fn drawn(population: &Population, draws: u32) -> MatchedSets {
    MatchedSets::draw(population, &groups(), None, draws, 3)
}

/// All sets of all groups.
fn first(population: &Population, sets: &MatchedSets) -> Decoys {
    decoys(population, &groups(), sets, &sets.first(), 3)
}

fn signal(cap: f64) -> Declaration {
    declaration("for.fanout", Dimension::ForeignInterference, "fanout", Shape::Statistics, cap)
}

fn assess(sets: &MatchedSets, decoys: &Decoys, rows: &[(String, f64)]) -> Result<Vec<Assessed>, ScoreError> {
    let (decl, groups) = (signal(1.6), groups());
    let mut ranks = Ranks::new(&decl, &groups, sets);
    ranks.add(&values(rows), decoys)?;
    Ok(ranks.findings())
}

fn p(found: &Assessed) -> Option<f64> {
    if let Outcome::Measured { p, .. } = found.finding.outcome { Some(p) } else { None }
}

#[test]
fn a_signal_cannot_tell_a_decoy_from_a_group() {
    let population = population(&crowd(500, 1));
    let sets = drawn(&population, 250);
    let decoys = first(&population, &sets);
    let found = clusters(&decoys);
    assert_eq!(found.len(), 4 * 251);
    assert!(found.values().all(|accounts| accounts.len() == 6 && accounts.is_sorted()));
    let real: Vec<usize> = (0..found.len()).filter(|&n| decoys.owners[n].is_real).collect();
    assert_eq!(real.len(), 4);
    assert!(real.iter().any(|&n| n > 251) && !real.is_sorted_by(|a, b| b - a == 251), "in random order: {real:?}");
    for n in real {
        let id = format!("g{n:07}");
        assert_eq!(found[&id], groups()[decoys.owners[n].group].accounts);
    }
}

#[test]
fn where_no_group_has_decoys_the_reason_is_known_before_anything_runs() {
    let few = drawn(&population(&crowd(100, 1)), 19);
    assert!(matches!(few.unmatched(), Some(MissingReason::PoolTooSmall { needed: 200, .. })), "{:?}", few.unmatched());
    let enough = population(&crowd(500, 1));
    assert_eq!(drawn(&enough, 19).unmatched(), None);
    assert_eq!(MatchedSets::draw(&enough, &[], None, 19, 3).unmatched(), None);
}

#[test]
fn p_is_the_rank_among_the_decoys() {
    let population = population(&crowd(500, 1));
    let sets = drawn(&population, 250);
    let decoys = first(&population, &sets);
    let found = assess(&sets, &decoys, &measure(&decoys, |accounts| Some(insiders(accounts)))).expect("an assessment");
    assert!((p(&found[0]).expect("measured") - 1.0 / 251.0).abs() < 1e-12);
    assert!((p(&found[1]).expect("measured") - 1.0).abs() < 1e-12, "it has none, and no decoy has fewer");
    assert!(found[0].finding.fires() && !found[1].finding.fires());
}

#[test]
fn groups_and_decoys_without_a_value_are_left_out() {
    let population = population(&crowd(500, 1));
    let sets = drawn(&population, 250);
    let decoys = first(&population, &sets);
    let rows = measure(&decoys, |accounts| (accounts != groups()[2].accounts).then(|| insiders(accounts)));
    let found = assess(&sets, &decoys, &rows).expect("an assessment");
    assert_eq!(found[2].finding.outcome, Outcome::Missing(MissingReason::NotMeasured));
    let few: Vec<(String, f64)> = rows.into_iter().filter(|(id, _)| id.ends_with(['0', '1', '2'])).collect();
    let real = decoys.owners.iter().position(|o| o.is_real && o.group == 0).expect("there");
    let few =
        [few.into_iter().filter(|(id, _)| *id != format!("g{real:07}")).collect(), vec![(format!("g{real:07}"), 6.0)]]
            .concat();
    let found = assess(&sets, &decoys, &few).expect("an assessment");
    let Outcome::Missing(MissingReason::FewSetsMeasured { measured, needed: 200 }) = found[0].finding.outcome else {
        panic!("{:?}", found[0].finding.outcome)
    };
    assert!((40..120).contains(&measured), "{measured}");
}

#[test]
fn a_group_without_a_pool_has_no_decoys() {
    let population = population(&crowd(120, 1));
    let sets = drawn(&population, 250);
    let decoys = first(&population, &sets);
    assert_eq!(decoys.clusters.height(), 0);
    let found = assess(&sets, &decoys, &[]).expect("an assessment");
    assert_eq!(found[0].finding.outcome, Outcome::Missing(MissingReason::PoolTooSmall { pool: 114, needed: 200 }));
}

#[test]
fn an_unknown_cluster_is_an_error() {
    let population = population(&crowd(500, 1));
    let sets = drawn(&population, 250);
    let decoys = first(&population, &sets);
    for id in ["c1", "g99", "g9999999", "g0000001 "] {
        let error = assess(&sets, &decoys, &[(id.to_owned(), 1.0)]).expect_err("unknown");
        assert_eq!(error.to_string(), format!("table `for.fanout`: `{id}` in row 1 is not known"));
    }
}

#[test]
fn real_groups_get_their_ids_back() {
    let population = population(&crowd(500, 1));
    let sets = drawn(&population, 250);
    let decoys = first(&population, &sets);
    let all = values(&measure(&decoys, |accounts| Some(insiders(accounts))));
    let real = decoys.real_only(&all).expect("known ids");
    let ids: Vec<&str> = real.column("cluster_id").expect("ids").str().expect("strings").iter().flatten().collect();
    let found: Vec<f64> = real.column("value").expect("values").f64().expect("floats").iter().flatten().collect();
    assert_eq!(ids, ["c0", "c1", "c2", "c3"]);
    assert_eq!(found, [6.0, 0.0, 0.0, 0.0]);
}

#[test]
fn the_table_does_not_depend_on_the_number_of_threads() {
    let population = population(&crowd(500, 1));
    let run = || first(&population, &drawn(&population, 99)).clusters;
    assert!(with_threads(1, run).equals(&with_threads(2, run)));
}

/// Shows a signal what it asks for until its tails are resolved; its findings, and the number of its calls.
fn resolved(decl: &Declaration, population: &Population, value: impl Fn(&[String]) -> f64) -> (Vec<Assessed>, usize) {
    let (sets, groups) = (drawn(population, 250), groups());
    let mut ranks = Ranks::new(decl, &groups, &sets);
    let mut calls = vec![sets.first()];
    let mut n = 0;
    while !calls.is_empty() {
        for parts in calls {
            let decoys = decoys(population, &groups, &sets, &parts, 3);
            ranks.add(&values(&measure(&decoys, |accounts| Some(value(accounts)))), &decoys).expect("values");
            n += 1;
        }
        calls = ranks.further();
    }
    (ranks.findings(), n)
}

fn draws(found: &Assessed) -> u32 {
    if let Outcome::Measured { ref null, .. } = found.finding.outcome { null.draws } else { 0 }
}

#[test]
fn what_speaks_of_concealment_is_resolved_as_far_as_its_tail_goes() {
    let population = population(&crowd(500, 1));
    let hidden = Declaration { also: vec![Dimension::Concealment], ..signal(1.6) };
    let (found, calls) = resolved(&hidden, &population, insiders);
    assert_eq!(found.iter().map(draws).collect::<Vec<_>>(), [9_999, 250, 250, 250]);
    assert!((p(&found[0]).expect("measured") - 1e-4).abs() < 1e-15, "no set has an insider");
    assert_eq!(calls, 2, "one per round");
    let (found, calls) = resolved(&signal(1.6), &population, insiders);
    assert_eq!((draws(&found[0]), calls), (250, 1), "the first of 251 is above the cap");
}

#[test]
fn of_several_values_of_one_group_the_least_suspicious_counts() {
    let population = population(&crowd(500, 1));
    let (sets, groups, decl) = (drawn(&population, 250), groups(), signal(1.6));
    let mut ranks = Ranks::new(&decl, &groups, &sets);
    for (draws, value) in [(0..200, 9.0), (200..250, 2.0)] {
        let decoys = decoys(&population, &groups, &sets, &[Part { group: 0, draws }], 3);
        let rows = measure(&decoys, |accounts| Some(if insiders(accounts) > 0.0 { value } else { 3.0 }));
        ranks.add(&values(&rows), &decoys).expect("values");
    }
    ranks.break_off("it ran out of time".to_owned());
    let found = ranks.findings();
    assert!((p(&found[0]).expect("measured") - 1.0).abs() < 1e-12);
    assert_eq!(found[0].finding.caveats[1], "it could not be compared with more sets: it ran out of time");
}
