//! Both signals on small tables. The first is the worked example of SIGNAL.md, built by hand.

use crate::brands::Brands;
use crate::exempt::Exempt;
use crate::matcher::Matcher;
use crate::{Boosted, DAY, Lookalike};
use claque_sdk::testing::{Input, Output, Trial};

const NONE: [Option<&str>; 0] = [];

fn brands() -> Input {
    Input::new()
        .texts("brand", ["harbourpost"])
        .texts("official_domain", ["harbourpost.example"])
        .texts("sector", [Some("news")])
}

fn no_lists() -> Input {
    Input::new().texts("key_type", NONE).texts("key", NONE).texts("label", NONE)
}

const LINKS: [(&str, &str); 7] = [
    ("p1", "https://harbourpost.test/a"),
    ("p2", "https://harborpost.example/b"),
    ("p3", "https://harbourpost-live.example/c"),
    ("p4", "https://xn--harburpost-hvi.example/d"),
    ("p5", "https://harbourpost.example.login.test/e"),
    ("p6", "https://harbourpost.example/f"),
    ("p7", "https://harbour.example/g"),
];

fn links() -> Input {
    Input::new()
        .texts("post_id", LINKS.map(|(post, _)| post))
        .texts("kind", ["url"; 7])
        .texts("target", LINKS.map(|(_, url)| url))
        .texts("host", [None::<&str>; 7])
        .texts("final_url", [None::<&str>; 7])
}

fn posts(kinds: [&str; 7]) -> Input {
    Input::new().texts("post_id", LINKS.map(|(post, _)| post)).texts("kind", kinds).times("created_at", [100 * DAY; 7])
}

fn marked(rows: &Output) -> Vec<(String, String)> {
    if rows.texts("post_id").is_empty() {
        return Vec::new(); // without rows there is no column of notes
    }
    rows.texts("post_id").into_iter().zip(rows.texts("note")).collect()
}

fn trial(kinds: [&str; 7], lists: Input) -> Trial {
    let tables = [("brands", brands()), ("lists", lists), ("links", links()), ("posts", posts(kinds))];
    tables.into_iter().fold(Trial::new(), |trial, (name, table)| trial.table(name, table)).param("min_label", 4)
}

#[test]
fn each_of_the_worked_examples_is_marked_by_its_rule() {
    let rows = trial(["post"; 7], no_lists()).run::<Lookalike>().expect("marks");
    let expected = [
        ("p1", "suffix, harbourpost"),
        ("p2", "typo, harbourpost"),
        ("p3", "combination, harbourpost"),
        ("p4", "homoglyph, harbourpost"),
        ("p5", "sub-domain, harbourpost"),
    ];
    assert_eq!(marked(&rows), expected.map(|(post, note)| (post.to_owned(), note.to_owned())));
    assert_eq!(rows.floats("value"), [1.0; 5]);
}

#[test]
fn reposts_listed_domains_and_other_sectors_are_not_marked() {
    let kinds = ["repost", "post", "post", "post", "post", "post", "post"];
    let brands = Input::new()
        .texts("brand", ["harbourpost", "quaybank"])
        .texts("official_domain", ["harbourpost.example", "quaybank.example"])
        .texts("sector", ["news", "bank"]);
    let lists = Input::new()
        .texts("key_type", ["domain", "domain", "domain", "phrase"])
        .texts("key", ["harborpost.example", "harbourpost-live.example", "login.test", "xn--harburpost-hvi.example"])
        .texts("label", ["popular", "bank", "news", "popular"]);
    let tables = [("brands", brands), ("lists", lists), ("links", links()), ("posts", posts(kinds))];
    let trial = tables.into_iter().fold(Trial::new(), |trial, (name, table)| trial.table(name, table));
    let rows = trial.param("min_label", 4).run::<Lookalike>().expect("marks");
    // p1 is a repost, p2 popular, p3 a bank's; p5 is in the brand's sector, and p4's entry is a phrase
    assert_eq!(rows.texts("post_id"), ["p4", "p5"]);
}

#[test]
fn the_final_address_counts_and_other_kinds_of_links_do_not() {
    let links = Input::new()
        .texts("post_id", ["p1", "p2", "p3"])
        .texts("kind", ["url", "domain", "url"])
        .texts("target", ["https://t.example/1", "harbourpost.test", "https://harbourpost.test/"])
        .texts("host", ["t.example", "harbourpost.test", "harbourpost.test"])
        .texts("final_url", [Some("https://harbourpost.test/a"), None, Some("https://harbourpost.example/a")]);
    let trial = Trial::new()
        .table("brands", brands())
        .table("lists", no_lists())
        .table("links", links)
        .table("posts", posts(["post"; 7]))
        .param("min_label", 4);
    let rows = trial.run::<Lookalike>().expect("marks");
    assert_eq!(rows.texts("post_id"), ["p1"]);
}

#[test]
fn a_second_reason_is_a_new_registration_or_a_listed_suffix() {
    let run = |registered: [Option<i64>; 2], suffixes: Vec<&str>| {
        let domains =
            Input::new().texts("domain", ["harbourpost.test", "HARBORPOST.example"]).times("registered_at", registered);
        let trial = trial(["post"; 7], no_lists()).table("domains", domains);
        let trial = trial.param("age", 30 * DAY).param("suffixes", suffixes);
        marked(&trial.run::<Boosted>().expect("marks"))
    };
    let note = |post: &str, note: &str| (post.to_owned(), note.to_owned());
    let six_days = run([Some(94 * DAY), None], vec!["ltd"]);
    assert_eq!(six_days, [note("p1", "suffix, harbourpost; registered 6 days before")]);
    assert_eq!(
        run([Some(70 * DAY), Some(101 * DAY)], vec!["ltd"]),
        [],
        "30 days before is too old, after is not before"
    );
    let suffix = run([None, None], vec![".Test"]);
    let expected =
        [note("p1", "suffix, harbourpost; suffix .test"), note("p5", "sub-domain, harbourpost; suffix .test")];
    assert_eq!(suffix, expected);
}

#[track_caller]
fn check(brand: &str, host: &str, rule: Option<&str>) {
    let mut brands = Brands::default();
    brands.add("b", brand, None);
    let found = Matcher::new(brands, Exempt::default(), 4).look(host);
    assert_eq!(found.map(|f| f.rule.name()), rule, "{host} beside {brand}");
}

#[test]
fn rules_hold_at_their_bounds() {
    check("abc.example", "abc.test", Some("suffix"));
    check("ab.example", "ab.test", None);
    check("quay.example", "quay-news.example", Some("combination"));
    check("quay.example", "quaynews.example", None);
    check("quays.example", "quaysnews.example", Some("combination"));
    check("quay.example", "qvay.example", Some("typo"));
    check("quay.de", "qvay.de", None);
    check("lantern.de", "lanetrn.de", Some("typo"));
    check("lantern.de", "lanetrm.de", None);
    check("lanternly.de", "lanetrnlj.de", Some("typo"));
    check("microquay.example", "rnicroquay.example", Some("typo"));
    check("rnrnquay.example", "mmquay.example", Some("homoglyph"));
    check("lantern.example", "lantern.gate.test", Some("sub-domain"));
    check("www.lantern.example", "news.lantern.example", None);
    check("ab.example", "ab.example.net", Some("suffix trick"));
}
