//! Null N5, the whole pipeline on jittered times: is there any cluster at all?

use crate::corpus::{Corpus, Layer};
use crate::fusion::{ClusterSettings, Voice, communities, fuse};
use crate::halves::Part;
use crate::link::exceed_chance;
use crate::null::NullSettings;
use crate::precision::{grid, windows_for};
use crate::shares::Shares;
use claque_graph::mix;
use claque_model::TimeWindow;
use rayon::prelude::*;
use std::cmp::Ordering;

/// Apart from every other use of the seed.
const STREAM: u64 = 0x6a09_e667_f3bc_c908;

/// The corpus-level answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CorpusAnswer {
    /// (1 + #{null ≥ observed}) ÷ (draws + 1).
    pub p: f64,
    /// Draws.
    pub draws: u32,
    /// Draws exactly as strong as the data, which all count against them.
    pub ties: u32,
    /// Largest total fused weight inside one cluster; 0 when there is none.
    pub best: f64,
    /// Least p of a pair with enough objects in time, cluster or not: decides between draws of one weight, most often 0.
    pub least_p: f64,
    /// 95 % point of the same on jittered times.
    pub null_q95: f64,
}

/// Jitters all times uniformly within ±h/4, or four of the widest window where that is more, up to ±h; links and clusters
/// again, and compares the heaviest cluster, or where its weight is the same the strongest pair: without any cluster, p
/// would be 1 whatever the pairs are like.
///
/// Less than ±h: what happened within an hour by chance would be smoothed away in the draws and be left in the data. With
/// draws of ±h, p was too small where planted groups had been jittered by an hour (240 worlds); with these it is uniform
/// (`null_worlds/chance`).
///
/// All rows of a post move together, and stay on the grid (seconds, minutes) on which the layer's times lie.
/// The move is a function of seed, draw and post, so that threads cannot matter. Draws run in parallel.
#[must_use]
pub fn corpus_answer(corpus: &Corpus, settings: &NullSettings, clusters: &ClusterSettings, draws: u32) -> CorpusAnswer {
    let layers: Vec<Tested<'_>> = corpus.layers.iter().map(|layer| Tested::of(layer, settings)).collect();
    let n_accounts = corpus.accounts().len();
    let best = heaviest(layers.iter().map(|tested| (tested.layer, &tested.windows)), n_accounts, settings, clusters);
    let mut null: Vec<Strength> = (0..draws)
        .into_par_iter()
        .map(|draw| {
            let key = mix(settings.seed ^ STREAM ^ mix(u64::from(draw)));
            let moved: Vec<Layer> = layers.iter().map(|tested| tested.jittered(settings, key)).collect();
            let windows = layers.iter().map(|tested| &tested.windows);
            heaviest(moved.iter().zip(windows), n_accounts, settings, clusters)
        })
        .collect();
    null.sort_by(Strength::compare);
    let reached = null.iter().filter(|draw| draw.compare(&best).is_ge()).count();
    CorpusAnswer {
        p: (1 + reached) as f64 / f64::from(draws + 1),
        draws,
        ties: null.iter().filter(|draw| draw.compare(&best).is_eq()).count() as u32,
        best: best.weight,
        least_p: best.least_p,
        null_q95: null.get((null.len() * 95).div_ceil(100).saturating_sub(1)).map_or(0.0, |draw| draw.weight),
    }
}

/// How far draws move times on a layer that is tested at these windows, microseconds.
fn amplitude(settings: &NullSettings, windows: &[TimeWindow]) -> i64 {
    let widest = windows.iter().map(|window| window.micros()).max().unwrap_or(0);
    (settings.jitter_micros / 4).max(widest.saturating_mul(4)).min(settings.jitter_micros)
}

/// The strongest thing in a network.
#[derive(Clone, Copy, Debug)]
struct Strength {
    weight: f64,
    least_p: f64,
}

impl Strength {
    fn compare(&self, other: &Self) -> Ordering {
        self.weight.total_cmp(&other.weight).then(other.least_p.total_cmp(&self.least_p))
    }
}

/// A layer with its windows and the grid of its times.
struct Tested<'a> {
    layer: &'a Layer,
    windows: Vec<TimeWindow>,
    grid: i64,
}

impl<'a> Tested<'a> {
    fn of(layer: &'a Layer, settings: &NullSettings) -> Self {
        Self { layer, windows: windows_for(layer, &settings.windows).0, grid: grid(layer) }
    }

    fn jittered(&self, settings: &NullSettings, key: u64) -> Layer {
        let steps = (amplitude(settings, &self.windows) / self.grid).max(0);
        let places = 2 * steps as u64 + 1;
        self.layer.with_times(|row| {
            let place = ((u128::from(mix(key ^ mix(u64::from(row.post)))) * u128::from(places)) >> 64) as i64;
            row.at.saturating_add((place - steps) * self.grid)
        })
    }
}

fn heaviest<'a>(
    layers: impl Iterator<Item = (&'a Layer, &'a Vec<TimeWindow>)>,
    n_accounts: usize,
    settings: &NullSettings,
    clusters: &ClusterSettings,
) -> Strength {
    let mut voices = Vec::new();
    let mut u = Vec::new();
    let mut least_p = 1.0_f64;
    for (index, (layer, windows)) in layers.enumerate() {
        u.push(layer.fusion_weight);
        let shares = Shares::of(layer, Part::All, n_accounts, settings.max_sharers);
        for found in exceed_chance(&shares, &shares, settings, windows) {
            let voice =
                |kept: &crate::link::Kept| Voice { a: kept.a, b: kept.b, layer: index as u32, weight: kept.weight() };
            voices.extend(found.kept.iter().map(voice));
            least_p = least_p.min(found.least_p);
        }
    }
    let found = communities(&fuse(voices, &u, clusters.clip), clusters);
    Strength { weight: found.first().map_or(0.0, |community| community.weight), least_p }
}
