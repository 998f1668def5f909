//! Six accounts on two layers, measured by hand.

use crate::clusters::{GivenGroup, find_clusters, given_clusters};
use crate::corpus::{Corpus, LayerInput};
use crate::fusion::ClusterSettings;
use crate::worlds::traces;
use claque_model::{Edge, LayerNetwork, Network, TimeWindow};

/// Accounts a to f by code; nobody shares anything in time.
fn corpus() -> Corpus {
    let ids = ["a", "b", "c", "d", "e", "f"];
    let traces = traces(ids.into_iter(), ids.into_iter(), 0..6, ids.into_iter());
    let layer =
        |name: &str| LayerInput { name: name.into(), fusion_weight: 1.0, traces: traces.clone(), precision: None };
    Corpus::encode(&[layer("text"), layer("url")]).expect("it encodes")
}

fn layer(name: &str, edges: &[(u32, u32, f64)]) -> LayerNetwork {
    let edge = |&(a, b, weight): &(u32, u32, f64)| Edge {
        a,
        b,
        n_objects: 2,
        n_posts_a: 2,
        n_posts_b: 2,
        mean_delta_s: 1.0,
        first_at: 0,
        last_at: 0,
        expected: 0.1,
        p: 0.1,
        q: 0.1,
        weight,
    };
    LayerNetwork {
        layer: name.into(),
        fusion_weight: 1.0,
        window: TimeWindow::parse("60s").expect("a window"),
        edges: edges.iter().map(edge).collect(),
        tested: 9,
        hot_objects: 0,
    }
}

/// url: a–b 4, b–c 4, a–c 2, c–d 1, d–e 3; text: a–b 5.
fn network() -> Network {
    let url = layer("url", &[(0, 1, 4.0), (1, 2, 4.0), (0, 2, 2.0), (2, 3, 1.0), (3, 4, 3.0)]);
    Network { layers: vec![layer("text", &[(0, 1, 5.0)]), url], skipped: Vec::new() }
}

fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() < 1e-9
}

#[test]
fn density_conductance_multiplex_extent_and_centrality_are_those_of_the_hand() {
    let groups = [GivenGroup { id: "mine".into(), accounts: vec![0, 1, 2, 3] }];
    let cluster = &given_clusters(&corpus(), &network(), &groups, &ClusterSettings::default())[0];
    let measures = &cluster.measures;
    assert_eq!(cluster.id, "mine");
    assert_eq!(cluster.members, [(0, 11.0), (1, 13.0), (2, 7.0), (3, 1.0)]);
    assert_eq!((measures.layers.as_slice(), measures.size), (&["text".to_owned(), "url".to_owned()][..], 4));
    // 4 of 6 pairs; one of four on two layers
    assert!(near(measures.density, 4.0 / 6.0) && near(measures.multiplex, 0.25));
    // inside 9 + 4 + 2 + 1 = 16, leaving 3
    assert!(near(measures.conductance, 3.0 / 35.0), "{}", measures.conductance);
    // all four up to 1, three up to 4, two up to 9
    assert_eq!(measures.extent_curve, [(1.0, 1.0), (4.0, 0.75), (9.0, 0.5)]);
    assert!(near(measures.extent, (1.0 + 3.0 * 0.75 + 5.0 * 0.5) / 9.0));
    let by_weight = |a: usize, b: usize| measures.centrality[a] > measures.centrality[b];
    assert!(by_weight(1, 0) && by_weight(0, 2) && by_weight(2, 3) && near(measures.centrality[1], 1.0));
    assert!(near(measures.persistence, 0.0) && near(measures.seed_gini, 0.0), "nobody met");
    assert_eq!(measures.stability, None);
}

#[test]
fn members_without_an_edge_count_in_every_measure_and_have_no_centrality() {
    let groups = [
        GivenGroup { id: "half".into(), accounts: vec![0, 1, 5] },
        GivenGroup { id: "strangers".into(), accounts: vec![0, 4, 5] },
    ];
    let found = given_clusters(&corpus(), &network(), &groups, &ClusterSettings::default());
    let half = &found[0].measures;
    assert!(near(half.density, 1.0 / 3.0) && near(half.centrality[2], 0.0) && near(half.centrality[0], 1.0));
    // the runs keep a and b together, and nobody with f
    assert!(near(half.consensus, 1.0 / 3.0), "{}", half.consensus);
    assert_eq!(half.extent_curve, [(9.0, 2.0 / 3.0)]);
    let strangers = &found[1].measures;
    assert!(strangers.extent_curve.is_empty() && strangers.layers.is_empty() && near(strangers.density, 0.0));
    assert!(near(strangers.conductance, 1.0), "all their weight leaves");
}

#[test]
fn a_network_without_edges_describes_given_groups_and_finds_none() {
    let groups = [GivenGroup { id: "mine".into(), accounts: vec![0, 1, 2] }];
    let found = given_clusters(&corpus(), &Network::default(), &groups, &ClusterSettings::default());
    assert_eq!(found[0].members, [(0, 0.0), (1, 0.0), (2, 0.0)]);
    assert!(near(found[0].measures.conductance, 0.0) && near(found[0].measures.consensus, 0.0));
    assert!(find_clusters(&corpus(), &Network::default(), &ClusterSettings::default()).is_empty());
}
