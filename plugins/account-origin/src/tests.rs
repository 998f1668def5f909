//! Both signals through the border, on the worked example and on what may be missing.

use crate::burst::DAY;
use crate::{CreationBurst, HandleTemplate};
use claque_sdk::testing::{Input, Output, Trial};

/// 2024-03-01.
const START: i64 = 19_783 * DAY;

fn clusters(members: &[(&str, &str)]) -> Input {
    Input::new().texts("cluster_id", members.iter().map(|m| m.0)).texts("account_id", members.iter().map(|m| m.1))
}

fn values(rows: &Output) -> Vec<(String, f64)> {
    rows.texts("cluster_id").into_iter().zip(rows.floats("value")).collect()
}

fn burst(accounts: Input, members: &[(&str, &str)], min_known: i64) -> Vec<(String, f64)> {
    let trial = Trial::new()
        .table("accounts", accounts)
        .table("clusters", clusters(members))
        .param("windows", vec!["1d", "7d", "30d", "90d"])
        .param("min_known", min_known);
    values(&trial.run::<CreationBurst>().expect("statistics"))
}

const SIX: [(&str, &str); 6] = [("k", "a"), ("k", "b"), ("k", "c"), ("k", "d"), ("k", "e"), ("k", "f")];

/// The accounts of the example, and 54 more, of which one was created in the same week.
fn corpus() -> Input {
    let own = [("a", 0), ("b", 1), ("c", 1), ("d", 3), ("e", 5), ("f", -960)];
    let mut ids: Vec<String> = own.iter().map(|(id, _)| (*id).to_owned()).collect();
    let mut created: Vec<i64> = own.iter().map(|(_, day)| START + day * DAY).collect();
    for n in 0..54 {
        ids.push(format!("other{n}"));
        created.push(START + if n == 0 { 4 } else { 7 + n / 3 } * DAY);
    }
    Input::new()
        .texts("account_id", ids.iter().map(String::as_str))
        .times("created_at", created)
        .times("observed_at", [None::<i64>; 60])
}

#[test]
fn the_worked_example_gives_8_91() {
    let rows = burst(corpus(), &SIX, 4);
    assert_eq!(rows.len(), 1);
    assert!((rows[0].1 - 8.915).abs() < 5e-4, "{rows:?}");
}

#[test]
fn groups_with_too_few_known_accounts_are_left_out_and_order_is_that_of_the_input() {
    let members = [("z", "a"), ("z", "b"), ("y", "a"), ("y", "unknown"), ("x", "c"), ("x", "d")];
    let ids: Vec<_> = burst(corpus(), &members, 2).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["z", "x"]);
}

#[test]
fn the_latest_known_observation_counts() {
    let accounts = Input::new()
        .texts("account_id", ["a", "a", "a", "b", "b"])
        .texts("handle", [Some("Oak90127"), Some("quay"), None, Some("Tide70044"), Some("Reed55120")])
        .times("observed_at", [Some(2), Some(1), Some(3), None, None]);
    let trial = Trial::new()
        .table("accounts", accounts)
        .table("clusters", clusters(&[("k", "a"), ("k", "b")]))
        .param("min_known", 2);
    let rows = values(&trial.run::<HandleTemplate>().expect("statistics"));
    assert_eq!(rows, [("k".to_owned(), 0.0)], "both have the shape of a name and five digits");
}

#[test]
fn a_wrong_window_is_refused_by_name() {
    let trial = Trial::new()
        .table("accounts", corpus())
        .table("clusters", clusters(&SIX))
        .param("windows", vec!["1w"])
        .param("min_known", 4);
    let failure = trial.run::<CreationBurst>().err().expect("refused");
    assert!(failure.text.contains("`1w`"), "{}", failure.text);
}
