//! What each twin keeps, and what it takes.

use super::*;
use crate::scenarios::Scenario;
use crate::world::{World, WorldSettings, generate};
use polars::prelude::DataFrame;
use std::collections::{BTreeMap, BTreeSet};

fn world(twin: Option<Twin>) -> World {
    let scenarios = vec![Scenario::FalseProcedure, Scenario::Petition];
    let settings = WorldSettings { scenarios, accounts: 1_500, posts: 12_000, twin, ..WorldSettings::default() };
    generate(&settings).expect("room for two groups")
}

fn texts<'a>(frame: &'a DataFrame, column: &str) -> Vec<Option<&'a str>> {
    frame.column(column).and_then(|c| c.str()).expect("a text column").iter().collect()
}

fn seconds(world: &World) -> Vec<i64> {
    let times = world.tables["posts"].column("created_at").and_then(|c| c.datetime()).expect("times");
    times.physical().iter().flatten().map(|at| at / 1_000_000).collect()
}

/// Posts by account and text: what a twin that moves times or authors can be compared by.
fn counted<'a>(world: &'a World, columns: [&str; 2]) -> BTreeMap<(Option<&'a str>, Option<&'a str>), usize> {
    let posts = &world.tables["posts"];
    let mut counts = BTreeMap::new();
    for key in texts(posts, columns[0]).into_iter().zip(texts(posts, columns[1])) {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

#[test]
fn jitter_moves_every_time_by_at_most_an_hour_and_nothing_else() {
    let (plain, twin) = (world(None), world(Some(Twin::Jittered)));
    assert_eq!(counted(&plain, ["account_id", "text"]), counted(&twin, ["account_id", "text"]));
    let (mut before, mut after) = (seconds(&plain), seconds(&twin));
    before.sort_unstable();
    after.sort_unstable();
    // sorted times move no further than the times themselves
    assert!(before.iter().zip(&after).all(|(a, b)| (a - b).abs() <= JITTER));
    let same = before.iter().zip(&after).filter(|(a, b)| a == b).count();
    assert!(same < before.len() / 10, "{same} of {} where they were", before.len());
    assert_eq!(twin.labels.height(), 0, "nothing planted is left");
}

#[test]
fn a_shuffle_keeps_how_much_everybody_posts_and_when_what_was_posted() {
    let (plain, twin) = (world(None), world(Some(Twin::Shuffled)));
    assert_eq!(counted(&plain, ["account_id", "platform"]), counted(&twin, ["account_id", "platform"]));
    assert_eq!(counted(&plain, ["platform", "text"]), counted(&twin, ["platform", "text"]));
    assert_eq!(seconds(&plain).iter().max(), seconds(&twin).iter().max());
    let same = counted(&plain, ["account_id", "text"]);
    let kept = counted(&twin, ["account_id", "text"]).keys().filter(|key| same.contains_key(*key)).count();
    assert!(kept < same.len() / 10, "{kept} of {} still by their author", same.len());
}

#[test]
fn dilution_takes_half_of_what_operations_posted_and_nothing_of_others() {
    let (plain, twin) = (world(None), world(Some(Twin::Diluted)));
    let planted = |world: &World| {
        let (ids, names) = (texts(&world.labels, "account_id"), texts(&world.labels, "group"));
        let of = ids.into_iter().zip(names).filter(|(_, name)| *name == Some("false-procedure"));
        of.filter_map(|(id, _)| id.map(str::to_owned)).collect::<BTreeSet<String>>()
    };
    let members = planted(&plain);
    assert_eq!(members, planted(&twin));
    let by = |world: &World, inside: bool| {
        let authors = texts(&world.tables["posts"], "account_id");
        authors.into_iter().flatten().filter(|id| members.contains(*id) == inside).count()
    };
    assert_eq!(by(&plain, false), by(&twin, false));
    let left = by(&twin, true) as f64 / by(&plain, true) as f64;
    assert!((0.4..0.65).contains(&left), "{left}");
    let known: BTreeSet<Option<&str>> = texts(&twin.tables["posts"], "post_id").into_iter().collect();
    for column in ["reply_to_id", "repost_of_id", "quote_of_id"] {
        let lost = texts(&twin.tables["posts"], column).into_iter().filter(|id| id.is_some() && !known.contains(id));
        assert_eq!(lost.count(), 0, "{column} points nowhere");
    }
}

#[test]
fn rounding_cuts_to_whole_minutes() {
    let (plain, twin) = (world(None), world(Some(Twin::Rounded)));
    assert!(seconds(&twin).iter().all(|at| at % 60 == 0));
    let mut cut: Vec<i64> = seconds(&plain).iter().map(|at| at - at % 60).collect();
    let mut found = seconds(&twin);
    cut.sort_unstable();
    found.sort_unstable();
    assert_eq!(cut, found);
    assert_eq!(plain.labels, twin.labels);
}

#[test]
fn words_name_twins() {
    assert!(Twin::ALL.into_iter().all(|twin| Twin::parse(twin.name()) == Some(twin)));
    assert_eq!(Twin::parse("jitter"), None);
}
