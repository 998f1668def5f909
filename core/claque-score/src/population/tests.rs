//! Strata by hand.

use crate::fixtures::{JULY, JUNE, Post, crowd, population, post};
use crate::population::{Matching, Population};
use polars::prelude::DataFrame;

const MONTHS_TO_2024: u32 = 2024 * 12;

fn in_language(id: &str, account: &str, lang: Option<&'static str>) -> Post {
    Post { lang, ..post(id, account) }
}

#[test]
fn the_main_language_is_the_most_frequent_one_and_ties_go_by_bytes() {
    let found = population(&[
        in_language("1", "x:a", Some("fr")),
        in_language("2", "x:a", Some("de")),
        in_language("3", "x:a", Some("fr")),
        in_language("4", "x:b", Some("fr")),
        in_language("5", "x:b", Some("de")),
        in_language("6", "x:c", None),
        in_language("7", "x:d", None),
        in_language("8", "x:d", Some("uk")),
    ]);
    let language = |id| found.stratum_of(id).map(|s| s.language);
    assert_eq!(language("x:a"), Some("fr"));
    assert_eq!(language("x:b"), Some("de"));
    assert_eq!(language("x:c"), Some("und"));
    assert_eq!(language("x:d"), Some("uk"));
    assert_eq!(language("x:e"), None);
}

#[test]
fn accounts_seen_only_inside_other_records_are_not_in_it() {
    let found = population(&[
        post("1", "x:b"),
        Post { embedded: true, ..post("2", "x:a") },
        Post { embedded: true, ..post("3", "x:b") },
        Post { account: None, ..post("4", "") },
    ]);
    assert_eq!(found.ids(), ["x:b"]);
    assert_eq!(found.n_posts_of(&["x:a", "x:b"]), 1);
}

#[test]
fn equal_post_counts_share_a_decile() {
    // 6 accounts with 1 post, 3 with 2, 1 with 3: shares of accounts with fewer posts 0, 0.6, 0.9
    let counts = [1, 1, 1, 1, 1, 1, 2, 2, 2, 3];
    let rows: Vec<Post> =
        (0..10).flat_map(|a| (0..counts[a]).map(move |p| post(format!("{a}/{p}"), format!("x:{a}")))).collect();
    let found = population(&rows);
    let deciles: Vec<u8> = found.ids().iter().filter_map(|id| found.stratum_of(id)).map(|s| s.decile).collect();
    assert_eq!(deciles, [0, 0, 0, 0, 0, 0, 6, 6, 6, 9]);
}

#[test]
fn the_period_is_the_month_of_the_lower_median_post() {
    let at = |id: &str, account: &str, at| Post { at, ..post(id, account) };
    let found = population(&[
        at("1", "x:a", Some(JULY)),
        at("2", "x:a", Some(JUNE)),
        at("3", "x:b", Some(JULY)),
        at("4", "x:b", None),
        at("5", "x:c", None),
        at("6", "x:d", Some(-1)),
    ]);
    let period = |id| found.stratum_of(id).and_then(|s| s.period);
    assert_eq!(period("x:a"), Some(MONTHS_TO_2024 + 5));
    assert_eq!(period("x:b"), Some(MONTHS_TO_2024 + 6));
    assert_eq!(period("x:c"), None);
    assert_eq!(period("x:d"), Some(1969 * 12 + 11));
}

#[test]
fn looser_matching_joins_strata() {
    let mut rows = crowd(2, 1);
    rows.push(Post { at: Some(JULY), ..post("late", "x:late") });
    let strict = population(&rows);
    let (early, late) = (strict.code("x:0000").expect("there"), strict.code("x:late").expect("there"));
    assert_ne!(strict.key(early), strict.key(late));
    let loose = strict.matched_on(Matching { period: false, deciles_per_band: 1 });
    assert_eq!(loose.key(early), loose.key(late));
}

#[test]
fn an_empty_table_gives_an_empty_population_and_a_missing_column_an_error() {
    assert!(population(&[]).ids().is_empty());
    let error = Population::from_posts(&DataFrame::empty()).expect_err("no columns");
    assert_eq!(error.to_string(), "table `posts`: column `account_id` is missing or is not a string");
}
