//! What scoring costs as a whole: 100 clusters, 30 signals of all shapes, a million posts. A fifth of the clusters shows
//! everything, so that their tails are resolved as far as they are for evidence of concealment. Prints seconds by step,
//! and the most memory that the process held.
//!
//! `cargo bench -p claque-score -p claque --bench scoring`

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use claque_model::{
    Confirmation, ConfirmedLayer, Declaration, Dimension, Direction, Disarm, EffectFloor, PairDay, PairEvidence, Shape,
};
use claque_score::{
    Group, GroupEdges, MatchedSets, Part, Population, Ranks, ScoreSettings, assess_coordination, assess_marks,
    assess_rates, decoys, fuse,
};
use polars::prelude::{Column, DataFrame, DataType, IntoColumn, NamedFrom, Series, TimeUnit, TimeZone};
use std::collections::{BTreeMap, HashSet};
use std::time::Instant;

const POSTS: usize = 1_000_000;
const ACCOUNTS: usize = 50_000;
const GROUPS: usize = 100;
/// Clusters that show everything.
const STRONG: usize = 20;
const MEMBERS: usize = 25;
const DAYS: usize = 28;
const DRAWS: u32 = 999;
/// Signals by shape: traces, marks, rates, statistics.
const SIGNALS: [usize; 4] = [5, 12, 8, 5];
/// 2024-06-01.
const FIRST: i64 = 1_717_200_000_000_000;
const DAY: i64 = 86_400_000_000;

fn mixed(z: usize) -> u64 {
    let z = (z as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z ^ (z >> 31)
}

fn account(at: usize) -> String {
    format!("x:{:010}", 1_000_000_000 + at)
}

/// Accounts post by a heavy tail: the first ones of every hundred much more than the others.
fn author(post: usize) -> usize {
    let bits = mixed(post) as usize;
    let hundred = bits % (ACCOUNTS / 100);
    hundred * 100 + ((bits >> 32) % 10_000) * ((bits >> 48) % 10_000) / 1_000_000
}

fn posts() -> DataFrame {
    let text = |name: &str, of: &dyn Fn(usize) -> String| {
        Series::new(name.into(), (0..POSTS).map(of).collect::<Vec<_>>()).into_column()
    };
    let at: Vec<i64> = (0..POSTS).map(|post| FIRST + (mixed(post ^ 7) % DAYS as u64) as i64 * DAY).collect();
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let columns: Vec<Column> = vec![
        text("post_id", &|post| format!("x:{:010}", 2_000_000_000 + post)),
        text("platform", &|_| "x".to_owned()),
        text("account_id", &|post| account(author(post))),
        text("kind", &|_| "post".to_owned()),
        text("lang", &|post| ["en", "de", "fr"][author(post) % 3].to_owned()),
        Series::new("created_at".into(), at).cast(&utc).expect("integers are times").into_column(),
    ];
    DataFrame::new(POSTS, columns).expect("columns of one length")
}

fn declaration(number: usize, emits: Shape) -> Declaration {
    let dimension = Dimension::ALL[number % 6];
    Declaration {
        id: format!("bench.{}{number}", emits.name()),
        version: "1.0.0".into(),
        api: "1".into(),
        title: "Bench".into(),
        doc: String::new(),
        cite: None,
        license: None,
        dimension: if emits == Shape::Traces { Dimension::Coordination } else { dimension },
        also: Vec::new(),
        family: format!("family{}", number % 12),
        emits,
        layer: Some(format!("layer{number}")),
        requires: Vec::new(),
        params: Vec::new(),
        cap: 2.7,
        effect_floor: EffectFloor::Ratio(1.5),
        direction: Direction::Higher,
        innocent: vec!["None.".into()],
        disarm: Disarm::default(),
    }
}

fn member(group: usize, at: usize) -> usize {
    (group * 400 + at * 7) % ACCOUNTS
}

fn groups() -> Vec<Group> {
    let of = |group: usize| {
        let members = (0..MEMBERS).map(|at| account(member(group, at)));
        Group { id: format!("c{group}"), accounts: members.collect() }
    };
    (0..GROUPS).map(of).collect()
}

/// Is an account in one of the strong clusters?
fn strong() -> Vec<bool> {
    let mut strong = vec![false; ACCOUNTS];
    for group in 0..STRONG {
        (0..MEMBERS).for_each(|at| strong[member(group, at)] = true);
    }
    strong
}

/// Every pair met on twelve days, at two windows.
fn confirmation(group: usize) -> Confirmation {
    let pair = |i: u32, j: u32| {
        let days = (0..2).flat_map(|window| {
            (0..12).map(move |day| PairDay { window, day: 19_875 + 2 * day, k: u32::from(day < 3), lambda: 0.02 })
        });
        PairEvidence { i, j, e: 40.0, days: days.collect() }
    };
    let n = MEMBERS as u32;
    let layer = |number: usize| ConfirmedLayer {
        layer: format!("layer{number}"),
        e: 40.0,
        observed: 900.0,
        expected: 72.0,
        best_pair_objects: 3,
        e_by_pair: (0..n).flat_map(|i| (i + 1..n).map(move |j| pair(i, j))).collect(),
        windows: 2,
        n_posts: 500,
        posts: (0..20).collect(),
        objects: vec![format!("object of {group}")],
    };
    Confirmation { n_objects: 200, n_accounts: n, layers: (0..SIGNALS[0]).map(layer).collect() }
}

fn marks(posts: &DataFrame, number: usize) -> DataFrame {
    let (ids, strong) = (posts.column("post_id").and_then(|c| c.str()).expect("ids"), strong());
    let marked: Vec<&str> = ids
        .iter()
        .flatten()
        .enumerate()
        .filter(|(at, _)| strong[author(*at)] || mixed(at ^ (number << 40)).is_multiple_of(20))
        .map(|(_, id)| id)
        .collect();
    let values = Series::new("value".into(), vec![1.0; marked.len()]).into_column();
    let n = marked.len();
    DataFrame::new(n, vec![Series::new("post_id".into(), marked).into_column(), values]).expect("columns of one length")
}

fn rates(population: &Population, number: usize) -> DataFrame {
    let n = population.ids().len();
    let ids = population.ids().iter().map(String::as_str).collect::<Vec<_>>();
    let strong: HashSet<String> =
        (0..ACCOUNTS).zip(strong()).filter(|(_, is)| *is).map(|(at, _)| account(at)).collect();
    let noise = |at: usize| (mixed(at ^ (number << 40)) % 10) as f64;
    let hits: Vec<f64> = (0..n).map(|at| if strong.contains(ids[at]) { 20.0 } else { noise(at) }).collect();
    let columns = vec![
        Series::new("account_id".into(), ids).into_column(),
        Series::new("hits".into(), hits).into_column(),
        Series::new("total".into(), vec![20.0; n]).into_column(),
    ];
    DataFrame::new(n, columns).expect("columns of one length")
}

fn statistics(clusters: &DataFrame, number: usize) -> DataFrame {
    let text = |name: &str| clusters.column(name).and_then(|c| c.str()).expect("ids");
    let strong: HashSet<String> =
        (0..ACCOUNTS).zip(strong()).filter(|(_, is)| *is).map(|(at, _)| account(at)).collect();
    let mut found: Vec<(&str, f64)> = Vec::new();
    for (id, member) in text("cluster_id").iter().flatten().zip(text("account_id").iter().flatten()) {
        if found.last().is_none_or(|(last, _)| *last != id) {
            found.push((id, (mixed(found.len() ^ (number << 40)) % 1_000) as f64 / 1_000.0));
        }
        if let Some((_, value)) = found.last_mut().filter(|_| strong.contains(member)) {
            *value += 1.0;
        }
    }
    let (ids, values): (Vec<&str>, Vec<f64>) = found.into_iter().unzip();
    let n = ids.len();
    let columns =
        vec![Series::new("cluster_id".into(), ids).into_column(), Series::new("value".into(), values).into_column()];
    DataFrame::new(n, columns).expect("columns of one length")
}

/// Most memory that this process held, in MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) / 1_000
}

fn main() {
    let posts = posts();
    let groups = groups();
    let confirmations: Vec<Confirmation> = (0..GROUPS).map(confirmation).collect();
    let given = peak();
    let start = Instant::now();
    let mut last = start;
    let mut step = |name: &str| {
        println!("{name:<12} {:>7.2} s", last.elapsed().as_secs_f64());
        last = Instant::now();
    };
    let population = Population::from_posts(&posts).expect("a population");
    step("population");
    let mut assessed = Vec::new();
    for number in 0..SIGNALS[0] {
        let decl = declaration(number, Shape::Traces);
        assessed.extend(assess_coordination(&decl, decl.layer_name(), &groups, &confirmations, &[]));
    }
    step("traces");
    for number in 0..SIGNALS[1] {
        let (decl, marks) = (declaration(number, Shape::Marks), marks(&posts, number));
        assessed.extend(assess_marks(&decl, &marks, &posts, &population, &groups, DRAWS, 1).expect("marks"));
    }
    step("marks");
    for number in 0..SIGNALS[2] {
        let (decl, rates) = (declaration(number, Shape::Rates), rates(&population, number));
        assessed.extend(assess_rates(&decl, &rates, &population, &groups, DRAWS, 1).expect("rates"));
    }
    step("rates");
    let sets = MatchedSets::draw(&population, &groups, None, DRAWS, 1);
    let show = |parts: &[Part]| decoys(&population, &groups, &sets, parts, 1);
    let first = show(&sets.first());
    step("decoys");
    for number in 0..SIGNALS[3] {
        let decl = declaration(number, Shape::Statistics);
        let mut ranks = Ranks::new(&decl, &groups, &sets);
        ranks.add(&statistics(&first.clusters, number), &first).expect("statistics");
        loop {
            let calls = ranks.further();
            if calls.is_empty() {
                break;
            }
            for parts in calls {
                let decoys = show(&parts);
                ranks.add(&statistics(&decoys.clusters, number), &decoys).expect("statistics");
            }
        }
        assessed.extend(ranks.findings());
    }
    step("statistics");
    let measured =
        assessed.iter().filter(|a| matches!(a.finding.outcome, claque_model::Outcome::Measured { .. })).count();
    let edges = vec![GroupEdges { layers: 5, best_pair_objects: 3 }; GROUPS];
    let card =
        fuse(&groups, &confirmations, &edges, &population, assessed, &ScoreSettings::default(), &BTreeMap::new());
    step("fusion");
    println!(
        "{GROUPS} clusters of {MEMBERS} accounts, {} signals, {POSTS} posts: {:.2} s in all; {} of {} findings measured, {} \
         clusters scored; peak {} MB, of which {given} MB were given",
        SIGNALS.iter().sum::<usize>(),
        start.elapsed().as_secs_f64(),
        measured,
        GROUPS * SIGNALS.iter().sum::<usize>(),
        card.clusters.len(),
        peak(),
    );
}
