//! Scores, coverage, abstentions and verdicts on evidence made by hand.

use super::{ScoreSettings, fuse, verdict};
use crate::assess::{Assessed, assess_coordination, assess_rates, missing};
use crate::fixtures::{confirmation, crowd, declaration, group, population, rates, with_threads};
use crate::fusion::index;
use crate::group::{Group, GroupEdges};
use crate::population::Population;
use claque_model::{
    AbstainReason, ClusterScores, Confirmation, Declaration, Dimension, MissingReason, Outcome, Scorecard, Shape,
    Verdict,
};
use std::collections::BTreeMap;

use Dimension::{AiUse, Concealment, Coordination, Cybercrime, Disinformation, ForeignInterference};

const SIZE: usize = 6;

/// 600 accounts with ten posts each: a group of six has 60.
fn everyone() -> Population {
    population(&crowd(600, 10))
}

fn signal(id: &str, dimension: Dimension, family: &str, cap: f64) -> Declaration {
    declaration(id, dimension, family, Shape::Rates, cap)
}

/// A finding on the group `c1` with that e-value: a closed-form stand-in for any signal.
fn evidence(decl: &Declaration, e: f64) -> Assessed {
    let confirmation = [confirmation(40, 0, &[("any", e)])];
    let mut found = assess_coordination(decl, "any", &[first()], &confirmation, &[]).remove(0);
    found.resampling = crate::assess::Resampling::Fixed;
    found
}

fn lacking(decl: &Declaration) -> Assessed {
    missing(decl, &MissingReason::NoTable("lists".to_owned()), &[first()]).remove(0)
}

fn first() -> Group {
    group("c1", 0..SIZE)
}

fn layer() -> Declaration {
    declaration("coord.url", Coordination, "trace", Shape::Traces, 4.0)
}

/// Strong, broad coordination on forty objects.
fn coordinated() -> Confirmation {
    confirmation(40, SIZE as u32, &[("url", 1e6), ("text", 1e4)])
}

fn card(assessed: Vec<Assessed>, confirmation: Confirmation) -> Scorecard {
    let settings = ScoreSettings::default();
    fuse(&[first()], &[confirmation], &[], &everyone(), assessed, &settings, &BTreeMap::new())
}

/// The scorecard of `c1` with strong coordination and these findings besides.
fn scored(others: Vec<Assessed>) -> ClusterScores {
    let strong = assess_coordination(&layer(), "url", &[first()], &[coordinated()], &[]);
    card([strong, others].concat(), coordinated()).clusters.remove(0)
}

fn own(scores: &ClusterScores, dimension: Dimension) -> f64 {
    scores.of(dimension).expect("all six").own
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[test]
fn headlines_are_minima_with_the_lower_bound_of_both() {
    let found = scored(vec![
        evidence(&signal("dis.a", Disinformation, "lists", 2.7), 1e3),
        evidence(&signal("dis.b", Disinformation, "claims", 2.3), 1e3),
    ]);
    let (k, d) = (index(0.1, &[4.0], 0.7), index(0.05, &[2.7, 2.3], 0.7));
    assert!(near(own(&found, Coordination), k) && near(own(&found, Disinformation), d));
    let score = found.of(Disinformation).expect("all six");
    assert!(near(score.score, d.min(k)) && near(score.lower_bound, d + k - 1.0));
    assert!(near(score.prior_low, index(0.01, &[2.7, 2.3], 0.7)));
    assert!(near(score.prior_high, index(0.15, &[2.7, 2.3], 0.7).min(k)));
    assert!(near(score.without_best, index(0.05, &[2.3], 0.7)));
    let k = found.of(Coordination).expect("all six");
    assert!(near(k.score, k.own) && near(k.lower_bound, k.own) && near(k.without_best, 0.1));
}

#[test]
fn coverage_is_the_cap_weighted_share_of_families_that_were_measured() {
    let found = scored(vec![
        evidence(&signal("dis.a", Disinformation, "lists", 1.0), 5.0),
        lacking(&signal("dis.a2", Disinformation, "lists", 3.0)),
        lacking(&signal("dis.b", Disinformation, "claims", 2.0)),
        lacking(&signal("dis.c", Disinformation, "shown", 0.0)),
        evidence(&signal("ai.a", AiUse, "style", 1.0), 5.0),
        lacking(&signal("ai.b", AiUse, "leakage", 3.0)),
    ]);
    let of = |d| found.of(d).map(|s| (s.coverage, s.abstained)).expect("all six");
    assert_eq!(of(Disinformation), (0.6, None));
    assert_eq!(of(AiUse), (0.25, Some(AbstainReason::Coverage)));
    assert_eq!(of(Cybercrime), (0.0, Some(AbstainReason::Coverage)));
}

#[test]
fn missing_is_not_zero() {
    let strong = evidence(&signal("dis.a", Disinformation, "lists", 2.0), 50.0);
    let other = signal("dis.b", Disinformation, "claims", 1.5);
    let sibling = signal("dis.a2", Disinformation, "lists", 2.0);
    let alone = scored(vec![strong.clone()]);
    let absent = scored(vec![strong.clone(), lacking(&other), lacking(&sibling)]);
    let nothing = scored(vec![strong, evidence(&other, 0.5), evidence(&sibling, 0.5)]);
    assert!(near(own(&alone, Disinformation), own(&absent, Disinformation)));
    assert!(own(&nothing, Disinformation) < own(&absent, Disinformation));
    let coverage = |s: &ClusterScores| s.of(Disinformation).expect("all six").coverage;
    assert!(near(coverage(&alone), 1.0) && near(coverage(&absent), 2.0 / 3.5) && near(coverage(&nothing), 1.0));
}

#[test]
fn a_finding_feeds_the_statements_that_it_names() {
    let mut lookalike = signal("cyb.lookalike", Cybercrime, "infrastructure", 2.7);
    lookalike.also = vec![Concealment];
    let found = scored(vec![evidence(&lookalike, 1e4)]);
    assert!(near(own(&found, Cybercrime), index(0.05, &[2.7], 0.7)));
    assert!(near(own(&found, Concealment), index(0.05, &[2.7], 0.7)));
    assert!(near(own(&found, AiUse), 0.05));
    assert_eq!(found.verdict, Verdict::CibCandidate);
    assert_eq!(found.top_dimension().map(|s| s.dimension), Some(Cybercrime));
}

#[test]
fn a_family_that_reads_a_statement_beside_its_own_never_speaks_against_it() {
    let mut lookalike = signal("cyb.lookalike", Cybercrime, "infrastructure", 2.7);
    lookalike.also = vec![Concealment];
    let wave = evidence(&signal("coord.wave", Concealment, "provenance", 2.0), 1e4);
    let found = scored(vec![wave, evidence(&lookalike, 0.5)]);
    assert!(near(own(&found, Concealment), index(0.05, &[2.0], 0.7)), "no look-alike is no sign of candor");
    assert!(near(own(&found, Cybercrime), index(0.05, &[-(2_f64.ln())], 0.7)), "but it speaks against its own");
    let absent = scored(vec![evidence(&signal("coord.wave", Concealment, "provenance", 2.0), 0.5)]);
    assert!(own(&absent, Concealment) < 0.05, "an own signal's absence counts");
}

#[test]
fn contributions_add_up_to_the_log_odds() {
    let strong = evidence(&signal("dis.a", Disinformation, "lists", 2.0), 20.0);
    let weak = evidence(&signal("dis.a2", Disinformation, "lists", 1.0), 2.0);
    let second = evidence(&signal("dis.b", Disinformation, "claims", 1.0), 1e3);
    let against = evidence(&signal("dis.c", Disinformation, "verifiers", 1.0), 0.5);
    let card = card(vec![strong, weak, second, against], coordinated());
    let nats = |id: &str| card.findings.iter().find(|f| f.signal_id == id).expect("there").nats_contributed;
    // lists: (2·20 + 1·2) ÷ 3 = 14, ln 14 = 2.639, U = 2, all of it: 40 and 2 parts of 42; claims: 0.7 × 1
    assert!(near(nats("dis.a"), 2.0 * 40.0 / 42.0) && near(nats("dis.a2"), 2.0 * 2.0 / 42.0));
    assert!(near(nats("dis.b"), 0.7) && near(nats("dis.c"), 0.5_f64.ln()));
    let logit = |p: f64| (p / (1.0 - p)).ln();
    let total: f64 = card.findings.iter().map(|f| f.nats_contributed).sum();
    assert!(near(logit(own(&card.clusters[0], Disinformation)) - logit(0.05), total));
}

#[test]
fn one_layer_with_weak_pairs_keeps_coordination_at_seven_tenths() {
    let k = |confirmation: Confirmation, edges: &[GroupEdges]| {
        let found = assess_coordination(&layer(), "url", &[first()], std::slice::from_ref(&confirmation), &[]);
        let card =
            fuse(&[first()], &[confirmation], edges, &everyone(), found, &ScoreSettings::default(), &BTreeMap::new());
        own(&card.clusters[0], Coordination)
    };
    let one_layer = || confirmation(40, SIZE as u32, &[("url", 1e6), ("text", 1.5)]);
    let full = index(0.1, &[4.0], 0.7);
    assert!(near(k(one_layer(), &[]), 0.7));
    assert!(near(k(coordinated(), &[]), full));
    assert!(near(k(one_layer(), &[GroupEdges { layers: 2, best_pair_objects: 0 }]), full));
    assert!(near(k(one_layer(), &[GroupEdges { layers: 1, best_pair_objects: 3 }]), full));
    let mut pair = one_layer();
    pair.layers[0].best_pair_objects = 3;
    assert!(near(k(pair, &[]), full));
}

#[test]
fn without_a_confirming_half_nothing_is_confirmed() {
    let mut also = signal("coord.wave", Concealment, "provenance", 4.0);
    also.also = vec![Coordination];
    let thin = Confirmation { n_objects: 29, ..coordinated() };
    let found = card(vec![evidence(&also, 1e6), evidence(&signal("dis.a", Disinformation, "lists", 3.0), 1e6)], thin);
    let found = &found.clusters[0];
    assert_eq!((found.verdict, found.confirmed), (Verdict::Exploratory, false));
    assert!(near(own(found, Coordination), 0.5));
    assert!(near(found.of(Disinformation).expect("all six").score, 0.5));
    let abstained = |d| found.of(d).expect("all six").abstained;
    assert_eq!(abstained(Coordination), Some(AbstainReason::Exploratory));
    assert_eq!(abstained(Disinformation), Some(AbstainReason::Exploratory));
    assert_eq!(abstained(Concealment), None);
}

#[test]
fn coordination_without_concealment_is_no_candidate() {
    let undetermined = Verdict::CoordinatedAuthenticityUndetermined;
    assert_eq!(scored(vec![]).verdict, undetermined);
    let hiding = |cap, e| scored(vec![evidence(&signal("con.a", Concealment, "provenance", cap), e)]);
    assert_eq!(hiding(2.3, 0.5).verdict, undetermined);
    // I ≥ 0.25 needs logit(0.25) − logit(0.05) = 1.846 nats, a ratio of 6.3
    assert_eq!(hiding(1.8, 1e6).verdict, undetermined);
    assert_eq!(hiding(1.9, 1e6).verdict, Verdict::CibCandidate);
}

#[test]
fn evidence_of_concealment_must_stand_the_search_over_all_confirmed_groups() {
    let groups: Vec<Group> = (0..4).map(|g| group(&format!("c{g}"), g * SIZE..(g + 1) * SIZE)).collect();
    let confirmations = [Confirmation::empty(), coordinated(), coordinated(), coordinated()];
    // of each group: a family of its own statement, and one that declares concealment besides
    let judged = |e: [(f64, f64); 4]| {
        let mut assessed = assess_coordination(&layer(), "url", &groups, &confirmations, &[]);
        let mut lookalike = signal("cyb.lookalike", Cybercrime, "infrastructure", 2.7);
        lookalike.also = vec![Concealment];
        for (group, (wave, pages)) in groups.iter().zip(e) {
            for (decl, e) in [(&signal("con.a", Concealment, "provenance", 2.3), wave), (&lookalike, pages)] {
                let mut found = evidence(decl, e);
                found.finding.cluster_id.clone_from(&group.id);
                assessed.push(found);
            }
        }
        let settings = ScoreSettings::default();
        let mut found = fuse(&groups, &confirmations, &[], &everyone(), assessed, &settings, &BTreeMap::new()).clusters;
        found.sort_by(|a, b| a.cluster_id.cmp(&b.cluster_id));
        found
    };
    let candidates = |e| judged(e).iter().map(|c| c.verdict == Verdict::CibCandidate).collect::<Vec<_>>();
    // three are confirmed: 60 is needed by the first, 30 by two, 20 by three, each as the mean of two families
    let nothing = (0.5, 0.5);
    assert_eq!(candidates([nothing, (119.0, 0.5), nothing, nothing]), [false; 4]);
    assert_eq!(candidates([nothing, (120.0, 0.5), nothing, nothing]), [false, true, false, false]);
    assert_eq!(candidates([nothing, (60.0, 0.5), (60.0, 0.5), nothing]), [false, true, true, false]);
    assert_eq!(candidates([nothing, (0.5, 120.0), nothing, nothing]), [false, true, false, false]);
    let found = judged([(1e6, 1e6), (119.0, 0.5), nothing, nothing]);
    assert_eq!(found[0].concealment, None, "what is not confirmed is not searched");
    let searched = found[1].concealment.expect("tested");
    assert!(near(searched.e, 59.75) && near(searched.needed, 60.0) && !searched.stands);
}

#[test]
fn a_group_that_the_other_half_does_not_bear_out_is_exploratory() {
    let weak = confirmation(40, SIZE as u32, &[("url", 5.0)]);
    let found = assess_coordination(&layer(), "url", &[first()], std::slice::from_ref(&weak), &[]);
    let found = card(found, weak).clusters.remove(0);
    assert_eq!((found.verdict, found.confirmed), (Verdict::Exploratory, false));
}

#[test]
fn few_accounts_few_posts_and_small_pools_are_reasons_to_abstain() {
    let pool = MissingReason::PoolTooSmall { pool: 3, needed: 200 };
    let abstained = |rows: usize, members: usize, assessed: fn(&[Group], MissingReason) -> Vec<Assessed>| {
        let groups = [group("c1", 0..members)];
        let assessed = assessed(&groups, pool.clone());
        let settings = ScoreSettings::default();
        let card =
            fuse(&groups, &[coordinated()], &[], &population(&crowd(300, rows)), assessed, &settings, &BTreeMap::new());
        (card.clusters[0].verdict, card.clusters[0].of(Cybercrime).expect("all six").abstained)
    };
    let none = |_: &[Group], _| Vec::new();
    assert_eq!(abstained(20, 4, none), (Verdict::Abstained, Some(AbstainReason::FewAccounts)));
    assert_eq!(abstained(9, 5, none), (Verdict::Abstained, Some(AbstainReason::FewPosts)));
    let lists = |groups: &[Group], reason| missing(&signal("cyb.a", Cybercrime, "threat", 2.0), &reason, groups);
    assert_eq!(abstained(10, 5, lists).1, Some(AbstainReason::PoolTooSmall));
}

/// Six accounts of which `hot` show it always, in a crowd that shows it in one of a hundred posts.
fn uneven(hot: usize) -> Vec<Assessed> {
    let ids: Vec<String> = (0..600).map(|a| format!("x:{a:04}")).collect();
    let rate = |a: usize| if a < hot || a.is_multiple_of(100) && a >= SIZE { 1.0 } else { 0.0 };
    let table: Vec<(&str, f64, f64, &[&str])> =
        ids.iter().enumerate().map(|(a, id)| (id.as_str(), rate(a), 1.0, &[] as &[&str])).collect();
    assess_rates(&signal("dis.a", Disinformation, "lists", 4.0), &rates(&table), &everyone(), &[first()], 999, 1)
        .expect("findings")
}

#[test]
fn a_score_that_hangs_on_one_account_has_a_wide_interval() {
    let one = scored(uneven(2));
    let all = scored(uneven(6));
    let of = |s: &ClusterScores| s.of(Disinformation).cloned().expect("all six");
    assert_eq!(of(&one).abstained, Some(AbstainReason::IntervalTooWide));
    assert_eq!(of(&all).abstained, None);
    assert!(of(&one).ci_low <= of(&one).score && of(&one).score <= of(&one).ci_high);
    let effects = |hot| match card(uneven(hot), coordinated()).findings[0].outcome {
        Outcome::Measured { effect, effect_ci, .. } => (effect, effect_ci),
        Outcome::Missing(_) => panic!("missing"),
    };
    let (effect, (low, high)) = effects(2);
    assert!(low < effect && effect < high, "{low} {effect} {high}");
}

#[test]
fn clusters_are_sorted_by_verdict_and_then_by_what_they_show() {
    let groups: Vec<Group> = (0..4).map(|g| group(&format!("c{g}"), g * SIZE..(g + 1) * SIZE)).collect();
    let confirmations = [Confirmation::empty(), coordinated(), coordinated(), coordinated()];
    let on = |at: usize, mut found: Assessed| {
        found.finding.cluster_id.clone_from(&groups[at].id);
        found
    };
    let mut assessed = assess_coordination(&layer(), "url", &groups, &confirmations, &[]);
    for at in 0..4 {
        let e = [1e6, 0.5, 8.0, 1e6][at];
        assessed.push(on(at, evidence(&signal("con.a", Concealment, "provenance", 2.3), e)));
        assessed.push(on(at, evidence(&signal("dis.a", Disinformation, "lists", 3.0), e)));
    }
    let settings = ScoreSettings::default();
    let card = fuse(&groups, &confirmations, &[], &everyone(), assessed, &settings, &BTreeMap::new());
    let order: Vec<&str> = card.clusters.iter().map(|c| c.cluster_id.as_str()).collect();
    assert_eq!(order, ["c3", "c2", "c1", "c0"]);
    let findings: Vec<(&str, &str)> =
        card.findings.iter().map(|f| (f.cluster_id.as_str(), f.signal_id.as_str())).collect();
    assert_eq!(findings[..4], [("c3", "con.a"), ("c3", "coord.url"), ("c3", "dis.a"), ("c2", "con.a")]);
}

#[test]
fn clusters_are_confirmed_at_a_false_discovery_rate() {
    // e-BH at 0.05 with n = 4: thresholds 80, 40, 26.7, 20
    let confirmed = |e: [f64; 4]| {
        let all = e.map(|e| confirmation(30, 3, &[("url", e)]));
        verdict::confirmed(&all.iter().collect::<Vec<_>>())
    };
    assert_eq!(confirmed([79.0, 39.0, 26.0, 19.0]), [false; 4]);
    assert_eq!(confirmed([79.0, 39.0, 27.0, 19.0]), [true, true, true, false]);
    assert_eq!(confirmed([19.0, 81.0, 1.0, 1.0]), [false, true, false, false]);
    let thin = [confirmation(29, 3, &[("url", 1e9)]), confirmation(30, 3, &[("url", 20.0)])];
    assert_eq!(verdict::confirmed(&thin.iter().collect::<Vec<_>>()), [false, true]);
}

#[test]
fn everything_is_finite_at_the_extremes() {
    let extreme = |e| {
        vec![
            evidence(&signal("dis.a", Disinformation, "lists", 3.0), e),
            evidence(&signal("for.a", ForeignInterference, "lists", 1e9), e),
            evidence(&signal("ai.a", AiUse, "style", 0.0), e),
        ]
    };
    for e in [f64::INFINITY, 0.0, f64::NAN] {
        for score in scored(extreme(e)).scores {
            let numbers = [
                score.own,
                score.score,
                score.lower_bound,
                score.ci_low,
                score.ci_high,
                score.prior_low,
                score.prior_high,
                score.without_best,
                score.coverage,
            ];
            assert!(numbers.iter().all(|x| (0.0..=1.0).contains(x)), "{score:?}");
        }
    }
}

#[test]
fn the_scorecard_does_not_depend_on_the_number_of_threads() {
    let run = || {
        let strong = assess_coordination(&layer(), "url", &[first()], &[coordinated()], &[]);
        let card = card([strong, uneven(2)].concat(), coordinated());
        (card.clusters, card.findings)
    };
    assert_eq!(with_threads(1, run), with_threads(2, run));
}

#[test]
fn every_index_is_its_prior_and_what_its_families_add() {
    let strong = assess_coordination(&layer(), "url", &[first()], &[coordinated()], &[]);
    let others = vec![
        evidence(&signal("dis.a", Disinformation, "lists", 2.7), 1e3),
        evidence(&signal("dis.b", Disinformation, "claims", 2.3), 12.0),
        evidence(&signal("dis.c", Disinformation, "links", 1.0), 0.4),
        evidence(&signal("cyb.a", Cybercrime, "infrastructure", 2.0), 30.0),
        lacking(&signal("ai.a", AiUse, "style", 1.0)),
    ];
    let card = card([strong, others].concat(), coordinated());
    let log_odds = |p: f64| (p / (1.0 - p)).ln();
    for score in &card.clusters[0].scores {
        let prior = if score.dimension == Coordination { 0.1 } else { 0.05 };
        let families = card.families.iter().filter(|f| f.dimension == score.dimension);
        let nats: f64 = families.map(|f| f.nats * f.discount).sum();
        let by_hand = log_odds(prior) + nats;
        assert!((log_odds(score.own) - by_hand).abs() < 1e-9, "{}: {} {by_hand}", score.dimension, log_odds(score.own));
    }
    let of = |d: Dimension| card.families.iter().filter(move |f| f.dimension == d).map(|f| f.family.as_str());
    assert_eq!(of(Disinformation).collect::<Vec<_>>(), ["claims", "links", "lists"]);
    assert_eq!(of(AiUse).count(), 0, "what is missing adds nothing, and is not zero");
}
