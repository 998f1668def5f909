//! Cores take in who belongs to them, and nobody is lost, doubled or tested who may not be.

use super::*;
use crate::clusters::find_clusters;
use crate::halves::Half;
use crate::link::link;
use crate::null::NullSettings;
use crate::worlds::World;
use claque_model::{ClusterMeasures, Edge, LayerNetwork, TimeWindow};

fn settings() -> NullSettings {
    NullSettings::new(vec![TimeWindow::parse("10s").expect("a window")], 7)
}

/// Groups of accounts of which every two have an edge.
fn network(groups: &[&[u32]]) -> Network {
    let edge = |a: u32, b: u32| Edge {
        a,
        b,
        n_objects: 3,
        n_posts_a: 3,
        n_posts_b: 3,
        mean_delta_s: 2.0,
        first_at: 0,
        last_at: 1,
        expected: 0.1,
        p: 1e-5,
        q: 1e-4,
        weight: 5.0,
    };
    let pairs = groups.iter().flat_map(|group| {
        group.iter().enumerate().flat_map(|(at, &a)| group[at + 1..].iter().map(move |&b| edge(a, b)))
    });
    let layer = LayerNetwork {
        layer: "url".into(),
        fusion_weight: 1.0,
        window: TimeWindow::parse("60s").expect("a window"),
        edges: pairs.collect(),
        tested: 100,
        hot_objects: 0,
    };
    Network { layers: vec![layer], ..Network::default() }
}

fn found(groups: &[&[u32]]) -> Vec<Cluster> {
    let cluster = |members: &&[u32]| Cluster {
        id: String::new(),
        members: members.iter().map(|&account| (account, 1.0)).collect(),
        measures: ClusterMeasures::default(),
    };
    groups.iter().map(cluster).collect()
}

/// Id, members and core of each, by account code.
fn grown(whole: &[&[u32]], half: &[&[u32]]) -> Vec<(String, Vec<u32>, Vec<u32>)> {
    let corpus = World::ordinary(300, 1).corpus();
    let grown = grown_clusters(&corpus, &network(whole), &found(half), &settings(), &ClusterSettings::default());
    let codes = |one: &GrownCluster| one.cluster.members.iter().map(|m| m.0).collect::<Vec<_>>();
    let core = |one: &GrownCluster| one.core.iter().map(|&at| one.cluster.members[at as usize].0).collect();
    grown.iter().map(|one| (one.cluster.id.clone(), codes(one), core(one))).collect()
}

fn row(id: &str, members: &[u32], core: &[u32]) -> (String, Vec<u32>, Vec<u32>) {
    (id.to_owned(), members.to_vec(), core.to_vec())
}

#[test]
fn a_core_takes_in_the_others_of_its_community() {
    assert_eq!(grown(&[&[1, 2, 3, 4, 5]], &[&[2, 3, 5]]), [row("c1", &[1, 2, 3, 4, 5], &[2, 3, 5])]);
}

#[test]
fn several_cores_of_one_community_are_one() {
    let members = [1, 2, 3, 4, 5, 6, 7];
    assert_eq!(grown(&[&members], &[&[1, 2, 3], &[5, 6, 7]]), [row("c1", &members, &[1, 2, 3, 5, 6, 7])]);
}

#[test]
fn a_core_keeps_its_members_and_nobody_is_in_two_clusters() {
    // most of the first core is in the first community; one of it, 6, lies in the second
    let found = grown(&[&[1, 2, 3, 4], &[5, 6, 7, 8, 9]], &[&[1, 2, 6], &[5, 7, 8]]);
    assert_eq!(found, [row("c1", &[1, 2, 3, 4, 6], &[1, 2, 6]), row("c2", &[5, 7, 8, 9], &[5, 7, 8])]);
}

#[test]
fn a_core_without_a_community_stays_as_it_was() {
    // the whole network knows two of five of them
    let found = grown(&[&[1, 2, 3, 4]], &[&[3, 4, 10, 11, 12]]);
    assert_eq!(found, [row("c1", &[3, 4, 10, 11, 12], &[3, 4, 10, 11, 12])]);
}

#[test]
fn what_only_the_whole_network_shows_comes_last_and_has_no_core() {
    let found = grown(&[&[1, 2, 3, 4, 5, 6], &[7, 8, 9]], &[&[7, 8, 9]]);
    assert_eq!(found, [row("c1", &[7, 8, 9], &[7, 8, 9]), row("c2", &[1, 2, 3, 4, 5, 6], &[])]);
    assert_eq!(grown(&[], &[]), []);
}

#[test]
fn a_group_that_acts_seldom_grows_to_more_of_what_was_planted_and_to_nobody_else() {
    let world = World::ordinary(9_000, 1).plant(4, 10, 4, 8.0, 2);
    let corpus = world.corpus();
    let settings = settings();
    let communities = ClusterSettings::default();
    let half = find_clusters(&corpus, &link(&corpus, &settings, Half::Discover), &communities);
    let whole = link(&corpus, &settings, Half::Whole);
    let grown = grown_clusters(&corpus, &whole, &half, &settings, &communities);
    let names = |clusters: &mut dyn Iterator<Item = &Cluster>| -> BTreeSet<String> {
        let members = clusters.flat_map(|cluster| &cluster.members);
        members.map(|(code, _)| corpus.accounts()[*code as usize].clone()).collect()
    };
    let (before, after) = (names(&mut half.iter()), names(&mut grown.iter().map(|one| &one.cluster)));
    assert!(before.is_subset(&after) && before.len() < after.len(), "{} of {}", before.len(), after.len());
    assert!(after.is_subset(&world.planted), "{:?}", after.difference(&world.planted));
}
