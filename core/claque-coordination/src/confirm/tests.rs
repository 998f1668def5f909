//! An act that found a cluster must not confirm it.

use super::*;
use crate::halves::objects_of;
use crate::worlds::{Action, World};
use claque_model::{ClusterMeasures, TimeWindow};
use std::collections::BTreeSet;

const SECOND: i64 = 1_000_000;
const EVENTS: usize = 40;

fn settings() -> NullSettings {
    NullSettings::new(vec![TimeWindow::parse("10s").expect("a window")], 7)
}

/// Six accounts share a fresh link with a fresh text at every event: at once, or, where `apart` says so, the
/// first of them at the same time and the others 20 minutes after one another.
fn world(apart: impl Fn(usize) -> bool) -> Corpus {
    let mut world = World::ordinary(6000, 3);
    let start = world.actions[0].at;
    for event in 0..EVENTS {
        for member in 0..6 {
            let step = if apart(event) { 1200 } else { 1 };
            let at = start + (event as i64 * 30_000 + (member + event as i64) % 6 * step) * SECOND;
            world.actions.push(Action { account: format!("p{member}"), object: format!("e{event:02}"), at });
        }
    }
    let text = |_: usize, action: &Action| Some(format!("text of {}", action.object));
    Corpus::encode(&[world.layer("url"), world.layer_by("text", text)]).expect("it encodes")
}

fn group(corpus: &Corpus) -> Cluster {
    let codes = corpus.accounts().iter().enumerate().filter(|(_, id)| id.starts_with('p'));
    let members = codes.map(|(code, _)| (code as u32, 1.0)).collect();
    Cluster { id: "c1".into(), members, measures: ClusterMeasures::default() }
}

/// Largest e-value of the group over the layers.
fn evidence_on(corpus: &Corpus, half: &Split) -> f64 {
    let found = on(corpus, half, &settings(), &[Tested::of(&group(corpus), &[0, 1, 2, 3, 4, 5])]);
    assert_eq!(found[0].layers.len(), 2, "both layers are tested");
    found[0].layers.iter().map(|layer| layer.e).fold(0.0, f64::max)
}

#[test]
fn acts_of_the_discovering_half_confirm_nothing() {
    let (seed, together) = (settings().seed, world(|_| false));
    let confirming = Split::of(&together, Half::Confirm, seed);
    // the text is the primary object, its layer the first
    let texts = objects_of(&together.layers[0], Half::Confirm, seed);
    let names = together.objects("text").iter().zip(texts).filter(|(_, chosen)| *chosen);
    let events: BTreeSet<&str> = names.filter_map(|(name, _)| name.strip_prefix("text of e")).collect();
    assert!((10..=30).contains(&events.len()), "{}", events.len());
    let corpus = world(|event| events.contains(format!("{event:02}").as_str()));
    assert_eq!(Split::of(&corpus, Half::Confirm, seed), confirming, "delays move no post to the other half");
    assert!(crate::link(&corpus, &settings(), Half::Discover).n_edges() >= 2 * 15, "all pairs are found");

    let found = evidence_on(&corpus, &confirming);
    assert!(found < 2.0, "{found}");
    // the control: halves dealt out per layer, in which links of discovering events confirm
    let by_layer = Split::Objects(corpus.layers.iter().map(|layer| objects_of(layer, Half::Confirm, seed)).collect());
    let leaked = evidence_on(&corpus, &by_layer);
    assert!(leaked > 1e6, "{leaked}");
    // and acts of the confirming half do confirm
    assert!(evidence_on(&together, &confirming) > 1e6);
}
