//! The pair network: tests of every layer at every window, and what is kept of them.

mod posts;

use crate::corpus::{Corpus, Layer};
use crate::discovery::adjust;
use crate::halves::{Half, Part, Split};
use crate::null::{MAX_WINDOWS, NullSettings, PairTest, survey, test_candidates};
use crate::precision::windows_for;
use crate::shares::Shares;
use claque_model::{Edge, LayerNetwork, Network, TimeWindow};
use posts::{PostPairs, first_shares_in_time};

pub use posts::edge_posts;

/// Largest edge weight.
const MAX_WEIGHT: f64 = 15.0;

/// A pair that exceeds chance at one window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kept {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) test: PairTest,
    pub(crate) q: f64,
}

impl Kept {
    /// −log₁₀ p, capped.
    pub(crate) fn weight(&self) -> f64 {
        weight_of(self.test.p)
    }
}

/// Edge weight of a tail probability: −log₁₀ p, capped.
pub(crate) fn weight_of(p: f64) -> f64 {
    (-p.max(1e-300).log10()).min(MAX_WEIGHT)
}

/// What one layer keeps at one window.
pub(crate) struct Kinship {
    pub(crate) window: TimeWindow,
    pub(crate) tested: u64,
    pub(crate) kept: Vec<Kept>,
    /// Least p of all pairs with at least `min_k` objects in time, kept or not; 1 without any.
    pub(crate) least_p: f64,
}

/// The network of every layer at every window: null N2 with burst control, Benjamini–Hochberg over all
/// pairs tested, at least `min_k` objects in time. Pairs with fewer enter the ranking with p = 1, which is
/// conservative. O(pairs within 2h + W) per layer. Deterministic for any number of threads.
#[must_use]
pub fn link(corpus: &Corpus, settings: &NullSettings, half: Half) -> Network {
    let mut network = Network::default();
    let split = Split::of(corpus, half, settings.seed);
    for (index, layer) in corpus.layers.iter().enumerate() {
        let (windows, skipped) = windows_for(layer, &settings.windows);
        network.skipped.extend(skipped);
        let part = split.part(index);
        let n_accounts = corpus.accounts().len();
        let shares = Shares::of(layer, part, n_accounts, settings.max_sharers);
        let whole = (half != Half::Whole).then(|| Shares::of(layer, Part::All, n_accounts, settings.max_sharers));
        for found in exceed_chance(&shares, whole.as_ref().unwrap_or(&shares), settings, &windows) {
            let edges = found.kept.iter().map(|kept| edge(layer, part, &shares, found.window, kept)).collect();
            network.layers.push(LayerNetwork {
                layer: layer.name.clone(),
                fusion_weight: layer.fusion_weight,
                window: found.window,
                edges,
                tested: found.tested,
                hot_objects: shares.hot_objects,
            });
        }
    }
    network
}

/// The pairs of one layer that exceed chance, per window, by (a, b); `known` as in [`survey`].
pub(crate) fn exceed_chance(
    shares: &Shares,
    known: &Shares,
    settings: &NullSettings,
    windows: &[TimeWindow],
) -> Vec<Kinship> {
    let mut found = Vec::with_capacity(windows.len());
    for windows in windows.chunks(MAX_WINDOWS) {
        let survey = survey(shares, known, settings, windows);
        let tests = test_candidates(shares, known, &survey, settings);
        for (index, &window) in windows.iter().enumerate() {
            let enough = survey.candidates.iter().zip(&tests).map(|(pair, tests)| (*pair, tests[index]));
            let enough: Vec<_> = enough.filter(|(_, test)| test.k >= settings.min_k.max(1)).collect();
            let p: Vec<f64> = enough.iter().map(|(_, test)| test.p).collect();
            let adjusted = adjust(&p, survey.tested[index]);
            let least_p = p.iter().copied().fold(1.0, f64::min);
            let kept = enough.into_iter().zip(adjusted).filter(|(_, q)| *q <= settings.alpha);
            let kept = kept.map(|(((a, b), test), q)| Kept { a, b, test, q }).collect();
            found.push(Kinship { window, tested: survey.tested[index], kept, least_p });
        }
    }
    found
}

fn edge(layer: &Layer, part: Part<'_>, shares: &Shares, window: TimeWindow, kept: &Kept) -> Edge {
    let objects = first_shares_in_time(shares, (kept.a, kept.b), window);
    let pairs = PostPairs::of(layer, part, &objects, (kept.a, kept.b), window);
    Edge {
        a: kept.a,
        b: kept.b,
        n_objects: kept.test.k,
        n_posts_a: pairs.distinct_posts(|pair| pair.a.post),
        n_posts_b: pairs.distinct_posts(|pair| pair.b.post),
        mean_delta_s: pairs.mean_delta_s(),
        first_at: pairs.first_at(),
        last_at: pairs.last_at(),
        expected: kept.test.lambda,
        p: kept.test.p,
        q: kept.q,
        weight: kept.weight(),
    }
}
