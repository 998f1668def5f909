//! The evidence that the null models are honest: worlds in which nothing is to be found, worlds in which something
//! is, and worlds that only look like it. Each test's name is a claim of the coordination document.

mod chance;
mod definition;
mod planted;

use crate::corpus::Corpus;
use crate::null::NullSettings;
use claque_model::{Network, TimeWindow};
use std::collections::BTreeSet;

fn seconds(width: i64) -> TimeWindow {
    TimeWindow::from_micros(width * 1_000_000).expect("within the bounds")
}

/// The defaults: 10 s and 60 s.
fn settings(seed: u64) -> NullSettings {
    NullSettings::new(vec![seconds(10), seconds(60)], seed)
}

/// Accounts with an edge, at any window.
fn linked(corpus: &Corpus, network: &Network) -> BTreeSet<String> {
    let ends = network.layers.iter().flat_map(|layer| &layer.edges).flat_map(|edge| [edge.a, edge.b]);
    ends.map(|account| corpus.accounts()[account as usize].clone()).collect()
}
