//! Encoding.

use super::*;
use crate::actions::{ActionTable, encode_actions};
use crate::error::CoordinationError;
use crate::halves::Half;
use crate::link::link;
use crate::null::NullSettings;
use crate::worlds::{World, traces};
use claque_model::TimeWindow;
use polars::prelude::{IntoColumn, StringChunked};

fn layer(name: &str, rows: &[(&str, &str, i64, &str)]) -> LayerInput {
    let traces = traces(
        rows.iter().map(|row| row.0),
        rows.iter().map(|row| row.1),
        rows.iter().map(|row| row.2),
        rows.iter().map(|row| row.3),
    );
    LayerInput { name: name.into(), fusion_weight: 1.0, traces, precision: None }
}

#[test]
fn codes_ascend_with_ids_over_all_layers_and_rows_are_in_order() {
    let corpus = Corpus::encode(&[
        layer("url", &[("x:b", "u2", 5, "x:9"), ("x:a", "u2", 5, "x:8"), ("x:b", "u1", -7, "x:7")]),
        layer("repost", &[("x:c", "r", 1, "x:1")]),
    ])
    .expect("it encodes");
    assert_eq!(corpus.accounts(), ["x:a", "x:b", "x:c"]);
    assert_eq!(corpus.posts(), ["x:1", "x:7", "x:8", "x:9"]);
    assert_eq!(corpus.layer_names(), ["repost", "url"]);
    assert_eq!(corpus.objects("url"), ["u1", "u2"]);
    let rows: Vec<_> = corpus.layers[1].rows.iter().map(|row| (row.at, row.account, row.post)).collect();
    assert_eq!(rows, [(-7, 1, 1), (5, 0, 2), (5, 1, 3)]);
}

#[test]
fn a_link_that_stands_twice_in_a_post_is_one_action() {
    let row = ("x:a", "u", 1, "x:1");
    let corpus = Corpus::encode(&[layer("url", &[row, row, ("x:a", "u", 1, "x:2")])]).expect("it encodes");
    assert_eq!(corpus.layers[0].rows.len(), 2);
}

#[test]
fn bad_tables_are_refused_with_layer_and_column() {
    let good = layer("url", &[("a", "u", 1, "p")]);
    let twice = Corpus::encode(&[good.clone(), good.clone()]).expect_err("one name, two layers");
    assert_eq!(twice.to_string(), "layer `url` is given twice");
    let mut lacking = good.clone();
    lacking.traces = good.traces.drop("object").expect("it has one");
    let error = Corpus::encode(&[lacking]).expect_err("no objects");
    assert_eq!(error.to_string(), "traces of layer `url`: column `object` must be a string");
    let mut null = good;
    let account: StringChunked = [None::<&str>].into_iter().collect();
    null.traces.replace("account_id", account.with_name("account_id".into()).into_column()).expect("it fits");
    let error = Corpus::encode(&[null]).expect_err("nobody acted");
    assert!(matches!(error, CoordinationError::NullTrace { column: "account_id", row: 1, .. }), "{error}");
}

#[test]
fn both_ways_of_encoding_give_the_same_network() {
    let world = World::ordinary(3000, 4).plant(2, 6, 8, 5.0, 5);
    let object: StringChunked = world.actions.iter().map(|action| Some(action.object.as_str())).collect();
    let account: StringChunked = world.actions.iter().map(|action| Some(action.account.as_str())).collect();
    let at: Vec<i64> = world.actions.iter().map(|action| action.at).collect();
    let table = ActionTable { object: &object, account: &account, at_micros: &at, rows: None };
    let actions = encode_actions(&table).expect("columns of one length");
    let settings = NullSettings::new(vec![TimeWindow::parse("10s").expect("a window")], 3);
    for half in [Half::Whole, Half::Discover, Half::Confirm] {
        let direct = link(&Corpus::from_actions(&actions, "url"), &settings, half);
        let by_table = link(&world.corpus(), &settings, half);
        assert!(by_table.n_edges() > 0, "{half:?}");
        assert_eq!(direct.layers[0].edges, by_table.layers[0].edges, "{half:?}");
    }
}
