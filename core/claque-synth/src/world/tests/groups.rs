//! Groups that act together often enough to be found on half of the objects and confirmed on the other, that
//! concentrate marks, and that hide their origin exactly when they are planted.

use super::{Seen, groups, posts, quickstart, seconds, strings};
use crate::Scenario;
use std::collections::{BTreeMap, BTreeSet};

/// Per object (page or reposted post): members with the time of their first share, only objects with at least two.
fn shared<'a>(posts: &[Seen<'a>], members: &BTreeSet<&str>) -> BTreeMap<&'a str, BTreeMap<&'a str, i64>> {
    let mut objects: BTreeMap<&str, BTreeMap<&str, i64>> = BTreeMap::new();
    for post in posts.iter().filter(|p| members.contains(p.account)) {
        for object in post.pages.iter().chain(&post.acts_upon) {
            let first = objects.entry(object).or_default().entry(post.account).or_insert(post.at);
            *first = post.at.min(*first);
        }
    }
    objects.retain(|_, shares| shares.len() >= 2);
    objects
}

#[test]
fn groups_share_many_objects_within_seconds_and_never_all_at_once() {
    let all = posts(quickstart());
    for (group, members) in groups(quickstart()) {
        assert!((24..=32).contains(&members.len()), "{group}: {} members", members.len());
        let objects = shared(&all, &members);
        let span =
            |shares: &BTreeMap<&str, i64>| shares.values().max().zip(shares.values().min()).map_or(0, |(a, b)| a - b);
        let events: Vec<_> = objects.values().filter(|s| (8..=10).contains(&s.len()) && span(s) <= 45).collect();
        assert!(events.len() >= 80, "{group}: {} shared objects", events.len());
        let fast = events.iter().filter(|s| span(s) <= 8).count();
        assert!(fast >= 10, "{group}: {fast} within 8 s");
    }
}

#[test]
fn members_meet_in_both_halves_of_the_objects() {
    let all = posts(quickstart());
    for (group, members) in groups(quickstart()) {
        let mut meetings: [BTreeMap<(&str, &str), usize>; 2] = Default::default();
        let mut objects_in = [0; 2];
        for (number, shares) in shared(&all, &members).values().enumerate() {
            objects_in[number % 2] += 1;
            for (a, at) in shares {
                for (b, other) in shares.range(*a..).skip(1) {
                    if at.abs_diff(*other) <= 60 {
                        *meetings[number % 2].entry((a, b)).or_default() += 1;
                    }
                }
            }
        }
        let pairs = members.len() * (members.len() - 1) / 2;
        for half in 0..2 {
            assert!(objects_in[half] >= 30, "{group}: {} objects in a half", objects_in[half]);
            let often = meetings[half].values().filter(|n| **n >= 3).count();
            assert!(often as f64 >= 0.65 * pairs as f64, "{group}: {often} of {pairs} pairs meet three times");
        }
    }
}

#[test]
fn members_post_about_as_much_as_the_top_fifth() {
    let all = posts(quickstart());
    for (group, members) in groups(quickstart()) {
        let n = all.iter().filter(|p| members.contains(p.account)).count();
        let mean = n as f64 / members.len() as f64;
        assert!((20.0..36.0).contains(&mean), "{group}: {mean} posts per member");
    }
}

#[test]
fn only_planted_groups_were_created_in_waves() {
    let world = quickstart();
    let accounts = &world.tables["accounts"];
    let created: BTreeMap<&str, Option<i64>> =
        strings(accounts, "account_id").iter().flatten().zip(seconds(accounts, "created_at")).collect();
    for (group, members) in groups(world) {
        let mut known: Vec<i64> = members.iter().filter_map(|m| created[m]).collect();
        known.sort_unstable();
        let within = |t: &i64| known.iter().filter(|u| (*t..=*t + 30 * 86_400).contains(*u)).count();
        let densest = known.iter().map(within).max().unwrap_or(0) as f64 / known.len() as f64;
        let planted = Scenario::parse(group).is_some_and(Scenario::is_planted);
        assert!(if planted { densest >= 0.6 } else { densest <= 0.2 }, "{group}: {densest} in the densest 30 days");
    }
}

/// Mean over accounts of the share of own posts for which `marked` holds: of a group, and of everybody else.
fn rates(group: &str, marked: impl Fn(&Seen<'_>) -> bool) -> (f64, f64) {
    let world = quickstart();
    let groups = groups(world);
    let everybody: BTreeSet<&str> = groups.values().flatten().copied().collect();
    let mut counts: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    let all = posts(world);
    for post in all.iter().filter(|p| p.kind != "repost") {
        let (hits, total) = counts.entry(post.account).or_default();
        *total += 1.0;
        *hits += f64::from(u8::from(marked(post)));
    }
    let mean = |inside: &dyn Fn(&str) -> bool| {
        let shares: Vec<f64> = counts.iter().filter(|(a, _)| inside(a)).map(|(_, (h, t))| h / t).collect();
        shares.iter().sum::<f64>() / shares.len() as f64
    };
    (mean(&|a| groups[group].contains(a)), mean(&|a| !everybody.contains(a)))
}

fn concentrates(group: &str, least: f64, most_outside: f64, marked: impl Fn(&Seen<'_>) -> bool) {
    let (inside, outside) = rates(group, marked);
    assert!(inside >= least, "{group}: {inside} of the members' posts");
    assert!(outside > 0.0 && outside <= most_outside, "{group}: {outside} of other posts");
}

fn listed(table: &str, column: &str, wanted: Option<&str>) -> BTreeSet<&'static str> {
    let frame = &quickstart().user_tables[table];
    let keys = strings(frame, column).iter();
    match wanted {
        Some(label) => {
            keys.zip(strings(frame, "label").iter()).filter(|(_, l)| *l == Some(label)).filter_map(|(k, _)| k).collect()
        }
        None => keys.flatten().collect(),
    }
}

fn domain_of(url: &str) -> &str {
    let host = url.split('/').nth(2).unwrap_or_default();
    host.rmatch_indices('.').nth(1).map_or(host, |(dot, _)| &host[dot + 1..])
}

#[test]
fn low_credibility_links_concentrate_in_false_procedure() {
    let low = listed("lists", "key", Some("low_credibility"));
    concentrates("false-procedure", 0.5, 0.02, |p| p.pages.iter().any(|u| low.contains(domain_of(u))));
}

#[test]
fn exposed_pages_concentrate_in_the_portal_network() {
    let exposed = listed("lists", "key", Some("exposed_operation"));
    concentrates("portal-network", 0.6, 0.01, |p| p.pages.iter().any(|u| exposed.contains(domain_of(u))));
}

#[test]
fn listed_threats_concentrate_in_cloned_media() {
    let threats = listed("feeds", "key", None);
    concentrates("cloned-media", 0.2, 0.002, |p| p.pages.iter().any(|u| threats.contains(u)));
}

#[test]
fn pages_that_carry_a_brand_without_being_its_own_concentrate_in_cloned_media() {
    let official = listed("brands", "official_domain", None);
    let near = ["harb", "quayc", "tidebr", "millg", "milgaz", "ballotoffice"];
    concentrates("cloned-media", 0.6, 0.003, |p| {
        p.pages.iter().map(|u| domain_of(u)).any(|d| near.iter().any(|n| d.starts_with(n)) && !official.contains(d))
    });
}

#[test]
fn the_rewriting_line_concentrates_in_laundered_stories() {
    let line = "Please note that this rewrite aims to provide a clear and concise summary of the original text";
    let (inside, outside) = rates("laundered-story", |p| p.text.contains(line));
    assert!(inside >= 0.06 && outside == 0.0, "{inside} inside, {outside} outside");
    concentrates("laundered-story", 0.15, 0.01, |p| {
        [line, "rewritten", "language model"].iter().any(|residue| p.text.contains(residue))
    });
}

#[test]
fn false_rules_concentrate_in_false_procedure() {
    let signs = ["5555", "hole", "torn", "Loch", "trou", "12 June", "12. Juni", "12 juin", "40 %"];
    concentrates("false-procedure", 0.35, 0.003, |p| signs.iter().any(|s| p.text.contains(s)));
}

#[test]
fn a_tenth_of_the_cloned_comments_carries_residue() {
    let (inside, _) = rates("cloned-media", |p| {
        ["language model", "Sure, here", "I cannot generate"].iter().any(|residue| p.text.contains(residue))
    });
    assert!((0.05..0.2).contains(&inside), "{inside}");
}

#[test]
fn benign_groups_carry_no_marks() {
    let residue = ["rewritten", "5555", "language model"];
    let mut listed_keys = listed("feeds", "key", None);
    listed_keys.extend(listed("lists", "key", Some("exposed_operation")));
    for scenario in Scenario::ALL.into_iter().filter(|s| !s.is_planted()) {
        let (inside, _) = rates(scenario.name(), |p| {
            residue.iter().any(|r| p.text.contains(r)) || p.pages.iter().any(|u| listed_keys.contains(domain_of(u)))
        });
        assert!(inside < 0.02, "{scenario}: {inside}");
    }
}

#[test]
fn portal_sites_carry_one_template_in_many_countries() {
    let world = quickstart();
    let sites: BTreeSet<&str> =
        groups(world)["portal-network"].iter().filter_map(|a| a.strip_prefix("web:dawnpage-x")).collect();
    assert!(sites.len() >= 8, "{} sites", sites.len());
    assert!(sites.iter().all(|rest| rest.len() == "a.example".len()));
}
