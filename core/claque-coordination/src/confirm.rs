//! Coordination of found clusters, tested on the posts that did not find them.

mod evidence;

use crate::clusters::GrownCluster;
use crate::corpus::{Corpus, Layer};
use crate::halves::{Half, Part, Split};
use crate::null::{MAX_WINDOWS, NullSettings, Survey, survey};
use crate::precision::windows_for;
use crate::shares::Shares;
use claque_model::{Cluster, Confirmation, ConfirmedLayer};
use evidence::PairSums;
use rayon::prelude::*;

/// Posts and objects shown per layer.
const MAX_SHOWN: usize = 20;

/// The confirming half of one layer.
struct Evidence<'a> {
    layer: &'a Layer,
    part: Part<'a>,
    shares: Shares,
    /// Of the whole layer: who is related.
    known: Shares,
    /// One survey per chunk of windows.
    surveys: Vec<Survey>,
}

/// Tests the core of every cluster on [`Half::Confirm`]: of the other members, posts of that half said that they belong to
/// it. A cluster without a core is not tested.
///
/// For each layer every pair of members gets its p by N2 at every window, with the strangers of the whole
/// half, an e-value from each p (Vovk & Wang 2021, 10.1214/20-AOS2020) and the mean over windows; the layer's
/// e-value is the mean over all pairs of members. Means of e-values are e-values under any dependence. A pair
/// that never met has p = 1. A layer on which no two members met within the widest test interval is left
/// out: it was not measured. O(members² · objects of an account) per layer.
#[must_use]
pub fn confirm(corpus: &Corpus, settings: &NullSettings, clusters: &[GrownCluster]) -> Vec<Confirmation> {
    if clusters.is_empty() {
        return Vec::new();
    }
    let tested: Vec<Tested> = clusters.iter().map(|grown| Tested::of(&grown.cluster, &grown.core)).collect();
    on(corpus, &Split::of(corpus, Half::Confirm, settings.seed), settings, &tested)
}

/// Tests groups that the user named on all posts, as [`confirm`] does on half of them: nothing was searched for,
/// so no post needs to be spared. That holds as long as the groups were not chosen by how these posts are timed.
#[must_use]
pub fn confirm_given(corpus: &Corpus, settings: &NullSettings, groups: &[Cluster]) -> Vec<Confirmation> {
    if groups.is_empty() {
        return Vec::new();
    }
    let all = |group: &Cluster| Tested::of(group, &(0..group.members.len() as u32).collect::<Vec<_>>());
    on(corpus, &Split::Whole, settings, &groups.iter().map(all).collect::<Vec<_>>())
}

/// Position in the cluster and account of the members that are tested, ascending.
struct Tested(Vec<(u32, u32)>);

impl Tested {
    fn of(cluster: &Cluster, positions: &[u32]) -> Self {
        Self(positions.iter().map(|&at| (at, cluster.members[at as usize].0)).collect())
    }
}

/// Tests every cluster on a given half.
fn on(corpus: &Corpus, half: &Split, settings: &NullSettings, clusters: &[Tested]) -> Vec<Confirmation> {
    let layers = corpus.layers.iter().enumerate();
    let layers: Vec<Evidence<'_>> =
        layers.filter_map(|(index, layer)| evidence(corpus, layer, half.part(index), settings)).collect();
    clusters.par_iter().map(|cluster| of_cluster(&layers, settings, cluster)).collect()
}

fn evidence<'a>(corpus: &Corpus, layer: &'a Layer, part: Part<'a>, settings: &NullSettings) -> Option<Evidence<'a>> {
    let (windows, _) = windows_for(layer, &settings.windows);
    if windows.is_empty() {
        return None;
    }
    let shares = Shares::of(layer, part, corpus.accounts().len(), settings.max_sharers);
    let known = Shares::of(layer, Part::All, corpus.accounts().len(), settings.max_sharers);
    let surveys = windows.chunks(MAX_WINDOWS).map(|windows| survey(&shares, &known, settings, windows)).collect();
    Some(Evidence { layer, part, shares, known, surveys })
}

fn of_cluster(layers: &[Evidence<'_>], settings: &NullSettings, cluster: &Tested) -> Confirmation {
    let mut confirmation = Confirmation { n_accounts: cluster.0.len() as u32, ..Confirmation::empty() };
    for layer in layers {
        let sums = PairSums::of(layer, settings, cluster);
        if sums.met.is_empty() {
            continue;
        }
        confirmation.n_objects += sums.met.len() as u32;
        confirmation.layers.push(sums.into_layer(layer));
    }
    confirmation
}

#[cfg(test)]
mod tests;
