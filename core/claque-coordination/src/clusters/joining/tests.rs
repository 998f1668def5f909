//! Whoever acts with a group joins it, whoever only shares what it shares does not.

use super::*;
use crate::worlds::{Action, World};
use claque_graph::mix;
use claque_model::TimeWindow;

const SECOND: i64 = 1_000_000;
const EVENTS: i64 = 30;

fn settings() -> NullSettings {
    let window = |text| TimeWindow::parse(text).expect("a window");
    NullSettings::new(vec![window("10s"), window("60s")], 7)
}

/// A crew of six acts within seconds at every event. Each of `helpers` acts at every fifth event `delay` seconds after it,
/// with one other helper at most; and each of `fans` at every fifth event within an hour.
fn world(delay: i64, fans: usize) -> World {
    let mut world = World::ordinary(6_000, 3);
    let start = world.actions[0].at;
    let mut act = |account: String, event: i64, at: i64| {
        world.actions.push(Action {
            account,
            object: format!("e{event:02}"),
            at: start + (event * 30_000 + at) * SECOND,
        });
    };
    for event in 0..EVENTS {
        for member in 0..3 {
            act(format!("p{}", (event + member * 2) % 6), event, member * 3);
        }
        act(format!("h{}", event % 5), event, delay + event % 4);
        for fan in 0..fans as i64 {
            if (event + fan) % 5 == 0 {
                act(format!("f{fan:02}"), event, 60 + (event * 977 + fan * 613) % 3_500);
            }
        }
    }
    world
}

fn joined(world: &World) -> Vec<String> {
    let corpus = world.corpus();
    let crew = corpus.accounts().iter().enumerate().filter(|(_, id)| id.starts_with('p'));
    let crew: BTreeSet<u32> = crew.map(|(code, _)| code as u32).collect();
    let joined = joining(&corpus, &settings(), &[crew]);
    joined[0].iter().map(|code| corpus.accounts()[*code as usize].clone()).collect()
}

#[test]
fn accounts_that_act_with_a_group_and_seldom_with_one_member_join_it() {
    assert_eq!(joined(&world(4, 0)), ["h0", "h1", "h2", "h3", "h4"]);
}

#[test]
fn accounts_that_come_minutes_later_do_not() {
    assert!(joined(&world(900, 0)).is_empty());
}

#[test]
fn fans_within_the_hour_do_not_join_beside_helpers_who_do() {
    assert_eq!(joined(&world(4, 25)), ["h0", "h1", "h2", "h3", "h4"]);
}

#[test]
fn nobody_joins_where_times_are_jittered() {
    for seed in 0..10 {
        assert!(joined(&world(4, 25).jittered(seed)).is_empty(), "seed {seed}");
    }
}

#[test]
fn an_account_joins_one_cluster_only() {
    let world = world(4, 0);
    let corpus = world.corpus();
    let of = |name: &[&str]| -> BTreeSet<u32> {
        name.iter().map(|n| corpus.accounts().binary_search(&(*n).to_owned()).expect("there") as u32).collect()
    };
    let joined = joining(&corpus, &settings(), &[of(&["p0", "p2", "p4"]), of(&["p1", "p3", "p5"])]);
    let mut all: Vec<u32> = joined.concat();
    all.sort_unstable();
    let n = all.len();
    all.dedup();
    assert_eq!(n, all.len());
    assert!(n >= 3, "helpers join either half of the crew");
}

#[test]
fn a_crowd_that_bursts_around_the_group_does_not_join() {
    for (seed, pool) in [(1, 100), (2, 300), (3, 1_000)] {
        let mut world = world(4, 0);
        let start = world.actions[0].at;
        for event in 0..EVENTS {
            for turn in 0..20 {
                let draw = mix(seed ^ mix((event * 100 + turn) as u64));
                let (account, at) =
                    (format!("v{:04}", draw % pool), start + (event * 30_000 + (draw >> 40) as i64 % 20) * SECOND);
                world.actions.push(Action { account, object: format!("e{event:02}"), at });
            }
        }
        let joined = joined(&world);
        let crowd = joined.iter().filter(|id| id.starts_with('v')).count();
        assert!(crowd <= 1, "pool of {pool}: {joined:?}");
    }
}
