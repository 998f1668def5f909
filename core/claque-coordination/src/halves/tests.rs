//! What lies in which half.

use super::*;
use crate::corpus::LayerInput;
use crate::link::{edge_posts, link};
use crate::null::NullSettings;
use crate::worlds::{World, traces};
use claque_model::{Network, TimeWindow};
use proptest::prelude::*;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

const WHICH: [Half; 2] = [Half::Discover, Half::Confirm];

fn world() -> World {
    World::ordinary(8000, 1).plant(3, 8, 12, 8.0, 2)
}

fn settings() -> NullSettings {
    NullSettings::new(vec![TimeWindow::parse("10s").expect("a window")], 7)
}

/// (layer, object, row) of every trace in the half, as the tests see them.
fn traces_in(corpus: &Corpus, half: Half, seed: u64) -> Vec<(usize, usize, Row)> {
    let split = Split::of(corpus, half, seed);
    let mut found = Vec::new();
    for (index, layer) in corpus.layers.iter().enumerate() {
        let part = split.part(index);
        for object in (0..layer.n_objects()).filter(|&object| part.has_object(object)) {
            let rows = layer.rows_of(object).iter().filter(|row| part.has_row(row));
            found.extend(rows.map(|row| (index, object, *row)));
        }
    }
    found
}

fn posts_in(corpus: &Corpus, half: Half, seed: u64) -> BTreeSet<u32> {
    traces_in(corpus, half, seed).iter().map(|(.., row)| row.post).collect()
}

/// A layer from (account, object, minute, post).
fn layer(name: &str, rows: &[(u8, u8, i64, u8)]) -> LayerInput {
    let column = |prefix: &str, cell: fn(&(u8, u8, i64, u8)) -> u8| -> Vec<String> {
        rows.iter().map(|row| format!("{prefix}{}", cell(row))).collect()
    };
    let (account, object, post) = (column("a", |row| row.0), column("o", |row| row.1), column("p", |row| row.3));
    let traces = traces(
        account.iter().map(String::as_str),
        object.iter().map(String::as_str),
        rows.iter().map(|row| row.2 * 60_000_000),
        post.iter().map(String::as_str),
    );
    LayerInput { name: name.into(), fusion_weight: 1.0, traces, precision: None }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_post_lies_with_all_its_traces_in_the_half_of_its_primary_object(
        layers in prop::collection::vec(prop::collection::vec((0u8..6, 0u8..12, 0i64..40_000, 0u8..40), 0..40), 1..4),
        seed in 0u64..4,
    ) {
        // given in another order than the corpus has them
        let inputs = layers.iter().zip(["url", "text", "reply"]).map(|(rows, name)| layer(name, rows));
        let corpus = Corpus::encode(&inputs.collect::<Vec<_>>()).expect("it encodes");
        // most rows first, then the first layer, then the smallest code
        let mut primary: BTreeMap<u32, (Reverse<usize>, usize, usize)> = BTreeMap::new();
        for (index, object, row) in traces_in(&corpus, Half::Whole, seed) {
            let candidate = (Reverse(corpus.layers[index].rows_of(object).len()), index, object);
            let slot = primary.entry(row.post).or_insert(candidate);
            *slot = (*slot).min(candidate);
        }
        let mut n_traces = 0;
        for half in WHICH {
            let found = traces_in(&corpus, half, seed);
            n_traces += found.len();
            for (.., row) in found {
                let (_, index, object) = primary[&row.post];
                prop_assert!(objects_of(&corpus.layers[index], half, seed)[object]);
            }
        }
        prop_assert_eq!(n_traces, traces_in(&corpus, Half::Whole, seed).len(), "every trace in one half");
        let (discover, confirm) = (posts_in(&corpus, Half::Discover, seed), posts_in(&corpus, Half::Confirm, seed));
        prop_assert!(discover.is_disjoint(&confirm));
        prop_assert_eq!(discover.len() + confirm.len(), corpus.posts().len());
    }
}

#[test]
fn the_halves_of_one_layer_share_no_object_and_are_of_one_size() {
    let corpus = world().corpus();
    let chosen = |half, seed| match Split::of(&corpus, half, seed) {
        Split::Objects(layers) => layers[0].clone(),
        other => panic!("one trace per post, and yet {other:?}"),
    };
    let (discover, confirm) = (chosen(Half::Discover, 7), chosen(Half::Confirm, 7));
    assert!(discover.iter().zip(&confirm).all(|(d, c)| d != c));
    let first = discover.iter().filter(|chosen| **chosen).count();
    assert!(first.abs_diff(discover.len() - first) <= 1);
    assert_ne!(discover, chosen(Half::Discover, 8));
}

#[test]
fn a_single_layer_is_divided_as_it_was_before_posts_were() {
    // from the version that dealt out objects and knew no posts: 2 objects of each kind in each of 2 weeks
    let rows: Vec<(u8, u8, i64, u8)> = (0..12).map(|n| (n % 5, n % 8, i64::from(n % 2) * 10_080, n)).collect();
    let corpus = Corpus::encode(&[layer("url", &rows)]).expect("it encodes");
    let expected =
        [[true, true, false, false, false, false, true, true], [false, true, true, false, false, false, true, true]];
    for (seed, expected) in expected.into_iter().enumerate() {
        let Split::Objects(found) = Split::of(&corpus, Half::Discover, seed as u64) else { panic!("by object") };
        assert_eq!(found, [expected.to_vec()], "seed {seed}");
    }
}

#[test]
fn traces_that_nobody_else_shares_do_not_move_a_post() {
    // both ways of keeping a half: by object alone, by post with a second layer
    let world = world();
    let alone = world.corpus();
    let later = world.layer_by("zeta", |row, _| row.is_multiple_of(3).then(|| format!("z{row}")));
    let both = Corpus::encode(&[world.layer("url"), later]).expect("it encodes");
    for half in WHICH {
        assert!(matches!(Split::of(&both, half, 7), Split::Posts(_)));
        assert_eq!(posts_in(&alone, half, 7), posts_in(&both, half, 7));
        let url = |network: Network| network.layers.into_iter().find(|layer| layer.layer == "url");
        let found = url(link(&alone, &settings(), half)).expect("tested");
        assert!(!found.edges.is_empty());
        assert_eq!(found.edges, url(link(&both, &settings(), half)).expect("tested").edges);
    }
}

#[test]
fn halves_of_several_layers_are_of_about_one_size() {
    let corpus = world().layered();
    let found = traces_in(&corpus, Half::Discover, 7);
    let whole = traces_in(&corpus, Half::Whole, 7);
    for index in 0..corpus.layers.len() {
        let rows = |traces: &[(usize, usize, Row)]| traces.iter().filter(|trace| trace.0 == index).count() as f64;
        let share = rows(&found) / rows(&whole);
        assert!((0.42..0.58).contains(&share), "{}: {share}", corpus.layers[index].name);
    }
    let share = posts_in(&corpus, Half::Discover, 7).len() as f64 / corpus.posts().len() as f64;
    assert!((0.45..0.55).contains(&share), "{share}");
}

#[test]
fn edges_of_a_half_count_the_posts_of_the_half() {
    // the link is everybody's, the texts decide: what an edge says of its posts must leave the other half out
    let world = world();
    let text = |row: usize, _: &_| Some(format!("t{}", row % 37));
    let corpus = Corpus::encode(&[world.layer("url"), world.layer_by("text", text)]).expect("it encodes");
    let whole = link(&corpus, &settings(), Half::Whole);
    let network = link(&corpus, &settings(), Half::Discover);
    let inside = posts_in(&corpus, Half::Discover, 7);
    let layer = network.layers.iter().find(|layer| layer.layer == "url").expect("tested");
    assert!(layer.edges.len() > 10 && network.n_edges() < whole.n_edges());
    let posts = edge_posts(&corpus, layer, usize::MAX);
    for edge in &layer.edges {
        let own = posts.iter().filter(|post| (post.a, post.b) == (edge.a, edge.b));
        let own = own.filter(|post| inside.contains(&post.post_a) && inside.contains(&post.post_b));
        let (of_a, of_b): (BTreeSet<u32>, BTreeSet<u32>) = own.map(|post| (post.post_a, post.post_b)).unzip();
        assert_eq!((edge.n_posts_a as usize, edge.n_posts_b as usize), (of_a.len(), of_b.len()));
    }
}
