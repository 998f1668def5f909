//! What a sample is, and that stability tells firm groups from fragile ones.

use super::*;
use crate::clusters::{GivenGroup, find_clusters, given_clusters};
use crate::link::link;
use crate::worlds::{Action, World};
use claque_model::TimeWindow;

fn null() -> NullSettings {
    let window = |text| TimeWindow::parse(text).expect("a window");
    NullSettings::new(vec![window("10s"), window("60s")], 7)
}

fn world() -> World {
    World::ordinary(9_000, 1).plant(6, 8, 12, 8.0, 2)
}

fn stabilities(corpus: &Corpus, found: &[Cluster]) -> Vec<f64> {
    stability(corpus, found, &null(), Half::Whole, &ClusterSettings::default())
}

#[test]
fn a_sample_with_every_object_once_is_the_network_itself() {
    for half in [Half::Whole, Half::Discover] {
        let corpus = world().layered();
        let split = Split::of(&corpus, half, null().seed);
        let network = link(&corpus, &null(), half);
        for (at, layer) in corpus.layers.iter().enumerate() {
            let voices = Resampled::of(&corpus, layer, split.part(at), &null()).voices(0, |_| 1, &null());
            let found: Vec<(u32, u32, u64)> = voices.iter().map(|v| (v.a, v.b, v.weight.to_bits())).collect();
            let own = network.layers.iter().filter(|of| of.layer == layer.name).flat_map(|of| &of.edges);
            let expected: Vec<(u32, u32, u64)> = own.map(|edge| (edge.a, edge.b, edge.weight.to_bits())).collect();
            assert_eq!(found, expected, "{} {half:?}", layer.name);
        }
    }
}

#[test]
fn copies_of_objects_add_to_k_and_lambda_and_are_no_further_objects() {
    let pair = TestedPair { a: 0, b: 1, objects: vec![(0, true, 0.01), (1, true, 0.02), (2, false, 0.04)] };
    let layer = Resampled { keys: vec![0, 1, 2], windows: vec![Tests { tested: 1, pairs: vec![pair] }] };
    let weights = |copies: [u32; 3]| {
        let voices = layer.voices(0, |object| copies[object as usize], &null());
        voices.iter().map(|voice| voice.weight).collect::<Vec<_>>()
    };
    // k = 2 + 1 and λ = 2 · 0.01 + 0.02 + 3 · 0.04 = 0.16: P(X ≥ 3) = 1 − e^−0.16 (1 + 0.16 + 0.0128)
    let tail = 1.0 - (-0.16_f64).exp() * 1.1728;
    let found = weights([2, 1, 3]);
    assert!((found[0] + tail.log10()).abs() < 1e-9, "{found:?}");
    assert!(weights([5, 0, 0]).is_empty(), "one object however often is one object");
}

#[test]
fn the_weights_of_a_sample_are_poisson_of_mean_one() {
    let mut seen = [0u32; 20];
    (0..100_000).for_each(|object| seen[poisson_of_one(mix(object)) as usize] += 1);
    // e⁻¹ ÷ k!, three standard errors
    for (count, share) in seen.iter().zip([0.367_88, 0.367_88, 0.183_94, 0.061_31, 0.015_33]) {
        let error = 3.0 * (share * (1.0 - share) / 1e5_f64).sqrt();
        assert!((f64::from(*count) / 1e5 - share).abs() < error, "{count}: {share}");
    }
    assert_eq!((poisson_of_one(0), poisson_of_one(u64::MAX)), (0, 18));
}

#[test]
fn planted_groups_are_stable() {
    let corpus = world().corpus();
    let found = find_clusters(&corpus, &link(&corpus, &null(), Half::Whole), &ClusterSettings::default());
    assert_eq!(found.len(), 6);
    let stable = stabilities(&corpus, &found);
    assert!(stable.iter().all(|stability| (0.9..=1.0).contains(stability)), "{stable:?}");
}

/// Two crews of five that share four objects each, and two objects with the other: without either of the two,
/// a pair across meets once, which is no edge.
fn bridged() -> World {
    let mut world = world();
    let minute = 60_000_000;
    for object in 0..10 {
        for member in 0..10 {
            let (crew, shared) = (member / 5, object >= 8);
            if shared || object / 4 == crew {
                let at = 1_767_600_000_000_000 + object * 900 * minute + member * 500_000;
                world.actions.push(Action {
                    account: format!("crew{crew}m{member}"),
                    object: format!("b{object}"),
                    at,
                });
            }
        }
    }
    world
}

#[test]
fn two_crews_bridged_by_one_object_too_many_are_visibly_less_stable() {
    let corpus = bridged().corpus();
    let found = find_clusters(&corpus, &link(&corpus, &null(), Half::Whole), &ClusterSettings::default());
    let crews = found.iter().position(|cluster| {
        let names = || cluster.members.iter().map(|(code, _)| corpus.accounts()[*code as usize].as_str());
        names().count() == 10 && names().all(|name| name.starts_with("crew"))
    });
    let crews = crews.expect("both crews are one cluster");
    let stable = stabilities(&corpus, &found);
    // both bridges are drawn with probability (1 − 1/e)² = 0.4, then it is all of it; else half: 0.7
    assert!((0.6..0.8).contains(&stable[crews]), "{}", stable[crews]);
    assert!(stable.iter().enumerate().all(|(at, stability)| at == crews || *stability > 0.9), "{stable:?}");
}

#[test]
fn a_group_of_random_accounts_is_not_stable_and_a_planted_one_that_is_named_is() {
    let corpus = world().corpus();
    let network = link(&corpus, &null(), Half::Whole);
    let of = |prefix: &str, step: usize| {
        let named = corpus.accounts().iter().enumerate().filter(|(_, name)| name.starts_with(prefix));
        named.step_by(step).map(|(code, _)| code as u32).take(8).collect::<Vec<u32>>()
    };
    let group = |id: &str, accounts| GivenGroup { id: id.into(), accounts };
    let groups = [group("named", of("p2g03", 1)), group("random", of("u", 37)), group("one of each", of("p2g", 8))];
    let given = given_clusters(&corpus, &network, &groups, &ClusterSettings::default());
    let stable = stabilities(&corpus, &given);
    assert!(stable[0] > 0.9 && stable[1] < 0.05 && stable[2] < 0.2, "{stable:?}");
}

#[test]
fn best_matches_are_jaccard_indices() {
    let community = |members: &[u32]| Community { members: members.to_vec(), weight: 1.0, consensus: 1.0 };
    let cluster = |members: &[u32]| Cluster {
        id: String::new(),
        members: members.iter().map(|&account| (account, 1.0)).collect(),
        measures: claque_model::ClusterMeasures::default(),
    };
    let found = [cluster(&[1, 2, 3, 4]), cluster(&[7, 8, 9]), cluster(&[10, 11])];
    let sample = [community(&[2, 3, 4, 5]), community(&[1, 6]), community(&[7, 8, 9])];
    // 3 of 5; all; none
    assert_eq!(best_matches(&found, &sample), [0.6, 1.0, 0.0]);
}
