//! Whole worlds: what is planted is found, what is chance is not.

mod invariance;

use super::*;
use crate::confirm::{confirm, confirm_given};
use crate::halves::Half;
use crate::link::{edge_posts, link};
use crate::null::NullSettings;
use crate::permutation::corpus_answer;
use crate::worlds::World;
use claque_graph::Quality;
use claque_model::TimeWindow;
use std::collections::BTreeSet;

fn settings(seed: u64) -> NullSettings {
    let window = |text| TimeWindow::parse(text).expect("a window");
    NullSettings::new(vec![window("10s"), window("60s")], seed)
}

/// 20,000 rows with groups that act within 8 s and within 45 s.
fn planted_world() -> World {
    World::ordinary(18_500, 1).plant(4, 10, 12, 8.0, 2).plant(4, 9, 14, 45.0, 3)
}

/// Clusters of which every member was found by the discovering half.
fn cores(clusters: &[Cluster]) -> Vec<GrownCluster> {
    let core = |cluster: &Cluster| (0..cluster.members.len() as u32).collect();
    clusters.iter().map(|cluster| GrownCluster { core: core(cluster), cluster: cluster.clone() }).collect()
}

fn linked(corpus: &Corpus, network: &Network) -> BTreeSet<String> {
    let ends = network.layers.iter().flat_map(|layer| &layer.edges).flat_map(|edge| [edge.a, edge.b]);
    ends.map(|account| corpus.accounts()[account as usize].clone()).collect()
}

fn clustered(corpus: &Corpus, clusters: &[Cluster]) -> BTreeSet<String> {
    let members = clusters.iter().flat_map(|cluster| &cluster.members);
    members.map(|(account, _)| corpus.accounts()[*account as usize].clone()).collect()
}

fn assert_found(found: &BTreeSet<String>, planted: &BTreeSet<String>) {
    let right = found.intersection(planted).count() as f64;
    let (precision, recall) = (right / found.len() as f64, right / planted.len() as f64);
    assert!(precision >= 0.95 && recall >= 0.95, "precision {precision}, recall {recall}");
}

#[test]
fn planted_groups_are_found_and_nobody_else() {
    let world = planted_world();
    let corpus = world.corpus();
    let network = link(&corpus, &settings(7), Half::Whole);
    assert_found(&linked(&corpus, &network), &world.planted);
    let clusters = find_clusters(&corpus, &network, &ClusterSettings::default());
    assert_found(&clustered(&corpus, &clusters), &world.planted);
    assert_eq!(clusters.len(), 8, "one cluster per planted group");
    for cluster in &clusters {
        let measures = &cluster.measures;
        assert_eq!(measures.layers, ["url"]);
        let shares = [measures.density, measures.synchronicity, measures.extent, measures.consensus];
        assert!(shares.iter().all(|share| (0.5..=1.0).contains(share)), "{measures:?}");
        assert!(measures.conductance < 0.1, "{measures:?}");
    }
}

#[test]
fn jittered_times_shuffled_accounts_and_ordinary_sharing_keep_no_cluster() {
    let worlds = [planted_world().jittered(11), planted_world().shuffled(12), World::ordinary(20_000, 13)];
    for (index, world) in worlds.iter().enumerate() {
        let corpus = world.corpus();
        let network = link(&corpus, &settings(7), Half::Whole);
        assert!(network.n_edges() <= 1, "world {index}: {} edges", network.n_edges());
        assert!(find_clusters(&corpus, &network, &ClusterSettings::default()).is_empty(), "world {index}");
    }
}

#[test]
fn viral_bursts_make_no_innocent_edge_and_hide_no_planted_account() {
    // the bursts of coordination.md, section 2, at a third of their size
    let quiet = planted_world().corpus();
    let before = linked(&quiet, &link(&quiet, &settings(7), Half::Whole));
    for (pool, sharers, objects) in [(333, 100, 20), (2000, 100, 20), (660, 130, 100), (133, 66, 10)] {
        let world = planted_world().burst(pool, sharers, objects, 21);
        let corpus = world.corpus();
        let found = linked(&corpus, &link(&corpus, &settings(7), Half::Whole));
        let burst = format!("{sharers} of {pool} on {objects} objects");
        assert!(world.planted.is_subset(&found), "{burst}: a planted account is lost");
        assert!(found.is_subset(&before), "{burst}: {:?}", found.difference(&before));
    }
}

#[test]
fn a_fixed_crew_that_bursts_on_forty_objects_is_found() {
    let world = planted_world().burst(133, 100, 40, 22);
    let corpus = world.corpus();
    let found = linked(&corpus, &link(&corpus, &settings(7), Half::Whole));
    let crew = found.iter().filter(|account| account.starts_with('v')).count();
    assert!(crew >= 126, "{crew} of 133");
    assert!(world.planted.is_subset(&found));
}

#[test]
fn clusters_of_one_half_are_confirmed_by_the_other() {
    let world = planted_world();
    let corpus = world.corpus();
    let settings = settings(7);
    let network = link(&corpus, &settings, Half::Discover);
    let clusters = find_clusters(&corpus, &network, &ClusterSettings::default());
    assert!(!clusters.is_empty());
    let confirmations = confirm(&corpus, &settings, &cores(&clusters));
    assert_eq!(confirmations.len(), clusters.len());
    for (cluster, confirmation) in clusters.iter().zip(&confirmations) {
        let layer = &confirmation.layers[0];
        let pairs = cluster.members.len() * (cluster.members.len() - 1) / 2;
        assert_eq!(layer.e_by_pair.len(), pairs);
        let mean = layer.e_by_pair.iter().map(|pair| pair.e).sum::<f64>() / pairs as f64;
        assert!((layer.e / mean - 1.0).abs() < 1e-12);
        assert!(layer.e > 100.0 && layer.observed > 3.0 * layer.expected, "{}: {}", cluster.id, layer.e);
        assert!(!layer.posts.is_empty() && layer.posts.len() <= 20 && layer.objects.len() <= 20);
        assert!(confirmation.n_objects >= layer.best_pair_objects);
    }
}

#[test]
fn a_group_of_innocents_is_not_confirmed() {
    let corpus = planted_world().corpus();
    let ordinary = corpus.accounts().iter().enumerate().filter(|(_, id)| id.starts_with('u')).take(40);
    let members: Vec<(u32, f64)> = ordinary.map(|(code, _)| (code as u32, 1.0)).collect();
    let cluster = Cluster { id: "c1".into(), members, measures: claque_model::ClusterMeasures::default() };
    let confirmation = &confirm(&corpus, &settings(7), &cores(&[cluster]))[0];
    assert!(confirmation.layers.iter().all(|layer| layer.e < 2.0), "{:?}", confirmation.layers.first().map(|l| l.e));
}

#[test]
fn given_groups_are_tested_on_all_posts_and_innocents_among_them_fail() {
    let corpus = planted_world().corpus();
    let group = |id: &str, prefix: &str, n: usize| {
        let named = corpus.accounts().iter().enumerate().filter(|(_, name)| name.starts_with(prefix));
        GivenGroup { id: id.into(), accounts: named.map(|(code, _)| code as u32).take(n).collect() }
    };
    let groups = [group("mine", "p2g01", 10), group("theirs", "u", 40)];
    let network = link(&corpus, &settings(7), Half::Whole);
    let clusters = given_clusters(&corpus, &network, &groups, &ClusterSettings::default());
    let whole = confirm_given(&corpus, &settings(7), &clusters);
    let half = confirm(&corpus, &settings(7), &cores(&clusters));
    assert!(whole[0].n_objects > half[0].n_objects && whole[0].layers[0].e > half[0].layers[0].e);
    assert!(whole[1].layers.iter().all(|layer| layer.e < 2.0), "{:?}", whole[1].layers.first().map(|l| l.e));
    assert_eq!(clusters[0].id, "mine");
}

#[test]
fn the_constant_potts_model_finds_the_planted_groups_too() {
    let world = planted_world();
    let corpus = world.corpus();
    let network = link(&corpus, &settings(7), Half::Whole);
    let potts = ClusterSettings { quality: Quality::Cpm, gamma: 1.0, ..ClusterSettings::default() };
    let clusters = find_clusters(&corpus, &network, &potts);
    assert_eq!(clusters.len(), 8);
    assert_found(&clustered(&corpus, &clusters), &world.planted);
    // no pair weighs more than 6 on one layer: nobody is joined at a price above it
    assert!(find_clusters(&corpus, &network, &ClusterSettings { gamma: 6.1, ..potts }).is_empty());
}

#[test]
fn planted_groups_are_confirmed_on_several_layers() {
    let world = planted_world();
    let corpus = world.layered();
    let settings = settings(7);
    let network = link(&corpus, &settings, Half::Discover);
    let clusters = find_clusters(&corpus, &network, &ClusterSettings::default());
    assert_found(&clustered(&corpus, &clusters), &world.planted);
    for (cluster, confirmation) in clusters.iter().zip(&confirm(&corpus, &settings, &cores(&clusters))) {
        for name in ["text", "url"] {
            let layer = confirmation.layers.iter().find(|layer| layer.layer == name).expect("they met there");
            assert!(layer.e > 100.0, "{} on {name}: {}", cluster.id, layer.e);
        }
    }
}

#[test]
fn the_corpus_answer_tells_a_planted_world_from_its_jittered_twin() {
    let small = World::ordinary(4000, 5).plant(2, 8, 10, 8.0, 6);
    let clusters = ClusterSettings::default();
    let answer = corpus_answer(&small.corpus(), &settings(7), &clusters, 39);
    assert!((answer.p - 1.0 / 40.0).abs() < 1e-12, "{answer:?}");
    assert!(answer.best > answer.null_q95);
    let nothing = corpus_answer(&small.jittered(9).corpus(), &settings(7), &clusters, 39);
    assert!(nothing.p > 0.5, "{nothing:?}");
}

#[test]
fn every_edge_has_its_posts_in_order_and_within_the_cap() {
    let corpus = planted_world().corpus();
    let network = link(&corpus, &settings(7), Half::Whole);
    for layer in &network.layers {
        let posts = edge_posts(&corpus, layer, 5);
        assert!(posts.is_sorted_by_key(|post| (post.a, post.b, post.object)));
        assert!(posts.iter().all(|post| post.delta_s.abs() <= layer.window.seconds()));
        for edge in &layer.edges {
            let own = posts.iter().filter(|post| (post.a, post.b) == (edge.a, edge.b)).count();
            assert!((2..=5).contains(&own));
        }
    }
}

#[test]
fn one_thread_and_two_give_identical_results() {
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| {
            let corpus = planted_world().layered();
            let network = link(&corpus, &settings(7), Half::Discover);
            let clusters = find_clusters(&corpus, &network, &ClusterSettings::default());
            let confirmed = confirm(&corpus, &settings(7), &cores(&clusters));
            let answer = corpus_answer(&corpus, &settings(7), &ClusterSettings::default(), 5);
            let stable = stability(&corpus, &clusters, &settings(7), Half::Discover, &ClusterSettings::default());
            format!("{network:?} {clusters:?} {confirmed:?} {answer:?} {stable:?}")
        })
    };
    assert!(run(1) == run(2));
}

#[test]
fn the_public_sample_keeps_nothing_beyond_chance() {
    let Some(path) = crate::coortweet::public_sample("russian_coord_tweets.csv") else { return };
    let mut reader = csv::Reader::from_path(path).expect("it opens");
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("well-formed")).collect();
    let column = |cell: usize| -> polars::prelude::StringChunked { rows.iter().map(|row| Some(&row[cell])).collect() };
    let at: Vec<i64> = rows.iter().map(|row| row[3].parse::<i64>().expect("seconds") * 1_000_000).collect();
    let (object, account) = (column(0), column(1));
    let table = crate::actions::ActionTable { object: &object, account: &account, at_micros: &at, rows: None };
    let actions = crate::actions::encode_actions(&table).expect("columns of one length");
    let network = link(&Corpus::from_actions(&actions, "url"), &settings(7), Half::Whole);
    assert_eq!(network.n_edges(), 0);
    assert!(network.layers.iter().all(|layer| layer.tested > 1000), "pairs were tested");
}
