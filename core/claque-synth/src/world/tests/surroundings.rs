//! A background in which comparable accounts are many, and in which strangers do not look like groups.

use super::{groups, posts, quickstart};
use std::collections::{BTreeMap, BTreeSet};

/// Platform, main language and decile of post count over the corpus, per account.
fn strata() -> BTreeMap<&'static str, (&'static str, &'static str, usize)> {
    let mut counts: BTreeMap<&str, (usize, BTreeMap<&str, usize>)> = BTreeMap::new();
    for post in posts(quickstart()) {
        let (n, langs) = counts.entry(post.account).or_default();
        *n += 1;
        *langs.entry(post.lang.unwrap_or("none")).or_default() += 1;
    }
    let mut sorted: Vec<usize> = counts.values().map(|c| c.0).collect();
    sorted.sort_unstable();
    let decile = |n: usize| 10 * sorted.partition_point(|other| *other < n) / sorted.len();
    let stratum = |(account, (n, langs)): (&&'static str, &(usize, BTreeMap<&'static str, usize>))| {
        let lang = langs.iter().max_by_key(|(_, count)| **count).map_or("none", |(lang, _)| lang);
        let platform = account.split(':').next().unwrap_or_default();
        (*account, (platform, lang, decile(*n)))
    };
    counts.iter().map(stratum).collect()
}

#[test]
fn matched_pools_are_twenty_times_each_group() {
    let strata = strata();
    let groups = groups(quickstart());
    let everybody: BTreeSet<&str> = groups.values().flatten().copied().collect();
    for (group, members) in &groups {
        let occupied: BTreeSet<_> = members.iter().map(|m| strata[m]).collect();
        let pool = strata.iter().filter(|(a, s)| !everybody.contains(*a) && occupied.contains(s)).count();
        let needed = (20 * members.len()).max(200);
        assert!(pool >= needed, "{group}: pool {pool}, needed {needed}, strata {occupied:?}");
    }
}

#[test]
fn every_occupied_stratum_holds_ten_comparable_accounts_per_member() {
    let strata = strata();
    let groups = groups(quickstart());
    let everybody: BTreeSet<&str> = groups.values().flatten().copied().collect();
    for (group, members) in &groups {
        let mut occupied: BTreeMap<_, usize> = BTreeMap::new();
        for member in members {
            *occupied.entry(strata[member]).or_default() += 1;
        }
        for (stratum, n) in occupied {
            let pool = strata.iter().filter(|(a, s)| !everybody.contains(*a) && **s == stratum).count();
            assert!(pool >= 10 * n, "{group}: {n} members against {pool} accounts in {stratum:?}");
        }
    }
}

#[test]
fn there_are_two_thousand_users_per_language_and_thirty_sites_per_portal() {
    let mut n: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (platform, lang, _) in strata().into_values() {
        *n.entry((platform, lang)).or_default() += 1;
    }
    let portals = groups(quickstart())["portal-network"].iter().filter(|a| a.starts_with("web:")).count();
    for lang in ["en", "de", "fr"] {
        assert!(n[&("x", lang)] >= 2_000, "{lang}: {} users", n[&("x", lang)]);
        assert!(n[&("web", lang)] >= 30 * portals.div_ceil(3), "{lang}: {} sites", n[&("web", lang)]);
    }
}

#[test]
fn strangers_do_not_meet_again_and_again() {
    let all = posts(quickstart());
    let groups = groups(quickstart());
    let everybody: BTreeSet<&str> = groups.values().flatten().copied().collect();
    let mut objects: BTreeMap<&str, BTreeMap<&str, i64>> = BTreeMap::new();
    for post in all.iter().filter(|p| !everybody.contains(p.account)) {
        for page in &post.pages {
            objects.entry(page).or_default().entry(post.account).or_insert(post.at);
        }
    }
    let mut meetings: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for shares in objects.values() {
        for (a, at) in shares {
            for (b, _) in shares.range(*a..).skip(1).filter(|(_, other)| at.abs_diff(**other) <= 60) {
                *meetings.entry((a, b)).or_default() += 1;
            }
        }
    }
    assert!(meetings.len() > 50, "{} chance meetings", meetings.len());
    assert_eq!(meetings.values().filter(|n| **n >= 3).count(), 0);
}

#[test]
fn viral_bursts_bring_strangers_together_within_seconds() {
    let all = posts(quickstart());
    let mut reposts: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for post in &all {
        if let Some(target) = post.acts_upon {
            reposts.entry(target).or_default().push(post.at);
        }
    }
    let burst =
        |times: &Vec<i64>| times.iter().any(|t| times.iter().filter(|u| (*t..=*t + 20).contains(*u)).count() >= 30);
    let bursts = reposts.values().filter(|t| burst(t)).count();
    assert!(bursts >= 5, "{bursts} bursts");
}

#[test]
fn enough_comparable_accounts_link_often_enough_to_be_rated() {
    // rates about links need five posts with a resolved link
    let mut linking: BTreeMap<&str, usize> = BTreeMap::new();
    for post in posts(quickstart()).iter().filter(|p| p.kind != "repost" && !p.pages.is_empty()) {
        *linking.entry(post.account).or_default() += 1;
    }
    let strata = strata();
    let groups = groups(quickstart());
    let everybody: BTreeSet<&str> = groups.values().flatten().copied().collect();
    for (group, members) in &groups {
        let rated = |account: &str| linking.get(account).is_some_and(|n| *n >= 5);
        let compared: Vec<&&str> = members.iter().filter(|m| rated(m)).collect();
        let occupied: BTreeSet<_> = compared.iter().map(|m| strata[**m]).collect();
        let pool = strata.iter().filter(|(a, s)| !everybody.contains(*a) && rated(a) && occupied.contains(s)).count();
        let needed = (20 * compared.len()).max(200);
        assert!(pool >= needed, "{group}: pool {pool}, needed {needed}");
    }
}
