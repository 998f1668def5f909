//! Would the same clusters have been found on other objects of the same kind? Bootstrap over objects.

use crate::corpus::{Corpus, Layer};
use crate::dictionary::stable_hash;
use crate::discovery::adjust;
use crate::fusion::{ClusterSettings, Community, Voice, communities, fuse};
use crate::halves::{Half, Part, Split};
use crate::link::weight_of;
use crate::null::{MAX_WINDOWS, NullSettings, chances_of, survey, test_candidates};
use crate::precision::windows_for;
use crate::shares::Shares;
use claque_graph::mix;
use claque_model::Cluster;
use claque_statistics::{poisson_of_one, upper_tail};
use rayon::prelude::*;

/// Apart from every other use of the seed.
const STREAM: u64 = 0xbb67_ae85_84ca_a73b;
/// Pairs with a greater p on the data themselves are left out of the samples: a sample would have to repeat each
/// of their objects many times over to make them an edge.
const MAX_P: f64 = 0.05;
/// Work bound of a sample: edges times runs of Leiden.
const MAX_WORK: usize = 200_000;

/// Stability of clusters that were found on a half: the mean, over `settings.samples` bootstrap samples of its
/// objects, of the Jaccard index with the best match among the clusters of the sample; 0 where a sample has none
/// (Hennig 2007, 10.1016/j.csda.2006.11.025). By position, 0..1; by his rule of thumb 0.85 and more is very
/// stable, 0.6 and less is not to be trusted. Given groups are looked for in [`Half::Whole`].
///
/// A sample has every object of a layer 0, 1, 2 … times, by Poisson weights of mean 1 (Hanley & MacGibbon 2006,
/// 10.1016/j.cmpb.2006.04.006), which need no order of objects. k and λ of a pair are its sums over the objects so
/// often, p, false discovery control, fusion and communities as ever. A copy is no second object: `min_k` counts
/// distinct ones. Beyond 10,000 edges a sample has fewer runs of Leiden. How strangers behave on an object is kept,
/// and the number of pairs tested. Objects of different layers are drawn apart, also where the same posts carry them.
///
/// O(links + samples · (objects of the pairs with p ≤ 0.05 + Leiden)). Samples run in parallel; each is a function
/// of seed, number and names of the objects, so threads and the order of rows cannot matter.
#[must_use]
pub fn stability(
    corpus: &Corpus,
    found: &[Cluster],
    null: &NullSettings,
    half: Half,
    settings: &ClusterSettings,
) -> Vec<f64> {
    let samples = settings.samples.max(1);
    if found.is_empty() {
        return Vec::new();
    }
    let split = Split::of(corpus, half, null.seed);
    let layers = corpus.layers.iter().enumerate();
    let layers: Vec<Resampled> = layers.map(|(at, layer)| Resampled::of(corpus, layer, split.part(at), null)).collect();
    let u: Vec<f64> = corpus.layers.iter().map(|layer| layer.fusion_weight).collect();
    let best: Vec<Vec<f64>> = (0..samples)
        .into_par_iter()
        .map(|sample| {
            let key = mix(settings.seed ^ STREAM ^ mix(u64::from(sample)));
            let copies = |object| poisson_of_one(mix(key ^ object));
            let voices: Vec<Voice> =
                layers.iter().zip(0..).flat_map(|(layer, at)| layer.voices(at, copies, null)).collect();
            let edges = fuse(voices, &u, settings.clip);
            let seeds = settings.seeds.min((MAX_WORK / edges.len().max(1)).max(1) as u32);
            let settings = ClusterSettings { seed: key, seeds, ..settings.clone() };
            best_matches(found, &communities(&edges, &settings))
        })
        .collect();
    (0..found.len()).map(|at| best.iter().map(|of| of[at]).sum::<f64>() / f64::from(samples)).collect()
}

/// One layer: what the tests of its pairs rest on, object by object.
struct Resampled {
    /// By group, the object apart from those of every other layer.
    keys: Vec<u64>,
    windows: Vec<Tests>,
}

/// The pairs of one layer at one window.
struct Tests {
    tested: u64,
    pairs: Vec<TestedPair>,
}

struct TestedPair {
    a: u32,
    b: u32,
    /// Group, whether in time, chance of it.
    objects: Vec<(u32, bool, f64)>,
}

impl Resampled {
    fn of(corpus: &Corpus, layer: &Layer, part: Part<'_>, null: &NullSettings) -> Self {
        let n_accounts = corpus.accounts().len();
        let shares = Shares::of(layer, part, n_accounts, null.max_sharers);
        let whole = (!matches!(part, Part::All)).then(|| Shares::of(layer, Part::All, n_accounts, null.max_sharers));
        let known = whole.as_ref().unwrap_or(&shares);
        let salt = mix(stable_hash(layer.name.as_bytes(), STREAM));
        let keys = shares.objects.iter().map(|&object| mix(layer.hashes[object as usize] ^ salt)).collect();
        let mut windows = Vec::new();
        for chunk in windows_for(layer, &null.windows).0.chunks(MAX_WINDOWS) {
            let survey = survey(&shares, known, null, chunk);
            let tests = test_candidates(&shares, known, &survey, null);
            for index in 0..chunk.len() {
                let likely = survey.candidates.par_iter().zip(&tests).filter(|(_, tests)| {
                    let test = &tests[index];
                    test.k >= null.min_k.max(1) && test.p <= MAX_P
                });
                let pairs = likely.map(|(&(a, b), _)| {
                    let objects = chances_of(&shares, known, &survey, null, (a, b), index);
                    TestedPair { a, b, objects }
                });
                windows.push(Tests { tested: survey.tested[index], pairs: pairs.collect() });
            }
        }
        Self { keys, windows }
    }

    /// The edges of the sample that has so many copies of each object, at all windows.
    fn voices(&self, layer: u32, copies: impl Fn(u64) -> u32, null: &NullSettings) -> Vec<Voice> {
        let copies: Vec<u32> = self.keys.iter().map(|&object| copies(object)).collect();
        let mut voices = Vec::new();
        for window in &self.windows {
            let (mut pairs, mut p) = (Vec::new(), Vec::new());
            for pair in &window.pairs {
                let (mut k, mut distinct, mut lambda) = (0, 0, 0.0);
                for &(group, hit, chance) in &pair.objects {
                    let copies = copies[group as usize];
                    k += copies * u32::from(hit);
                    distinct += u32::from(hit && copies > 0);
                    lambda += f64::from(copies) * chance;
                }
                if distinct >= null.min_k.max(1) {
                    pairs.push(pair);
                    p.push(upper_tail(k, lambda));
                }
            }
            let adjusted = adjust(&p, window.tested);
            let kept = pairs.into_iter().zip(p).zip(adjusted).filter(|(_, q)| *q <= null.alpha);
            voices.extend(kept.map(|((pair, p), _)| Voice { a: pair.a, b: pair.b, layer, weight: weight_of(p) }));
        }
        voices
    }
}

/// For each cluster the largest |both| ÷ |either| over the communities of a sample, which do not overlap.
fn best_matches(found: &[Cluster], communities: &[Community]) -> Vec<f64> {
    let labelled = communities.iter().enumerate();
    let mut home: Vec<(u32, usize)> = labelled
        .flat_map(|(label, community)| community.members.iter().map(move |&account| (account, label)))
        .collect();
    home.sort_unstable();
    let best = |cluster: &Cluster| {
        let label = |account: &u32| home.binary_search_by_key(account, |entry| entry.0).ok().map(|at| home[at].1);
        let mut labels: Vec<usize> = cluster.members.iter().filter_map(|(account, _)| label(account)).collect();
        labels.sort_unstable();
        let jaccard = |shared: &[usize]| {
            let either = cluster.members.len() + communities[shared[0]].members.len() - shared.len();
            shared.len() as f64 / either as f64
        };
        labels.chunk_by(|x, y| x == y).map(jaccard).fold(0.0, f64::max)
    };
    found.iter().map(best).collect()
}

#[cfg(test)]
mod tests;
