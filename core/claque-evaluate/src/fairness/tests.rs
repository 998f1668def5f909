//! False alarms on a population small enough for a head.

use super::*;
use crate::population::Profile;

fn population(rows: &[(&str, &str, Option<&str>, u64)]) -> Population {
    let row = |&(id, platform, language, posts): &(&str, &str, Option<&str>, u64)| {
        (id.to_owned(), Profile { posts, platform: platform.into(), language: language.map(Into::into) })
    };
    rows.iter().map(row).collect()
}

/// a to j with 1 to 10 posts; a to e German on X, f to j on the web, f to i French, j unknown.
fn ten() -> Population {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let rows: Vec<_> = names
        .into_iter()
        .enumerate()
        .map(|(at, id)| {
            let language = [Some("de"), Some("fr"), None][usize::from(at >= 5) + usize::from(at >= 9)];
            (id, if at < 5 { "x" } else { "web" }, language, at as u64 + 1)
        })
        .collect();
    population(&rows)
}

#[test]
fn rates_count_innocent_accounts_in_candidates() {
    let found = fairness(&ten(), &BTreeSet::from(["j"]), &BTreeSet::from(["a", "b", "j"]));
    let everybody = &found.rows[0];
    assert_eq!((everybody.by, everybody.innocent, everybody.in_candidates), (Trait::Everybody, 9, 2));
    let german = found.rows.iter().find(|r| r.value.as_deref() == Some("de")).expect("five accounts");
    assert_eq!((german.by, german.innocent, german.in_candidates, german.rate), (Trait::Language, 5, 2, 0.4));
    // Wilson by hand: centre (0.4 + 1.9207/5) / (1 + 3.8415/5), half-width 1.96 √(0.24/5 + 3.8415/100) / (1 + 3.8415/5)
    assert!((german.interval.0 - 0.117_6).abs() < 5e-5 && (german.interval.1 - 0.769_3).abs() < 5e-5, "{german:?}");
}

#[test]
fn fewer_than_five_accounts_have_no_row() {
    let found = fairness(&ten(), &BTreeSet::from(["j"]), &BTreeSet::new());
    let shown: Vec<(Trait, Option<&str>)> = found.rows.iter().map(|r| (r.by, r.value.as_deref())).collect();
    // French and web have four innocent accounts, each of nine deciles one
    assert_eq!(shown, [(Trait::Everybody, None), (Trait::Language, Some("de")), (Trait::Platform, Some("x"))]);
    assert_eq!(found.small, 2 + 9);
}

#[test]
fn a_rate_of_none_has_room_above() {
    let row = &fairness(&ten(), &BTreeSet::new(), &BTreeSet::new()).rows[0];
    assert_eq!((row.rate, row.interval.0), (0.0, 0.0));
    assert!(row.interval.1 > 0.25, "{row:?}");
}

#[test]
fn deciles_are_tenths_and_ties_stay_together() {
    let rows: Vec<(String, u64)> = (0..100).map(|at| (format!("{at:02}"), if at < 55 { 1 } else { at })).collect();
    let rows: Vec<_> = rows.iter().map(|(id, posts)| (id.as_str(), "x", None, *posts)).collect();
    let found = fairness(&population(&rows), &BTreeSet::new(), &BTreeSet::new());
    let deciles: Vec<_> = found
        .rows
        .iter()
        .filter(|r| r.by == Trait::ActivityDecile)
        .map(|r| (r.value.as_deref().expect("a decile"), r.innocent, r.posts.expect("a range")))
        .collect();
    let expected = [
        ("1", 55, (1, 1)),
        ("6", 5, (55, 59)),
        ("7", 10, (60, 69)),
        ("8", 10, (70, 79)),
        ("9", 10, (80, 89)),
        ("10", 10, (90, 99)),
    ];
    assert_eq!(deciles, expected);
    let unknown = found.rows.iter().find(|r| r.by == Trait::Language).expect("a row");
    assert_eq!((unknown.value.as_deref(), unknown.innocent), (None, 100));
}

#[test]
fn nobody_at_all_is_an_empty_table() {
    assert_eq!(fairness(&Population::new(), &BTreeSet::new(), &BTreeSet::new()), Fairness::default());
}
