//! Pairs of texts worth a comparison: those whose sketches agree in a whole band. Nothing is verified here.

use super::Distinct;
use super::rule::lengths_allow;
use super::sketch::{LANES, Sketch, agreeing};
use claque_graph::mix;
use rayon::prelude::*;

/// Lanes that must all agree in a band.
pub(crate) const ROWS: usize = 3;
/// Bands.
pub(crate) const BANDS: usize = LANES / ROWS;
/// In buckets up to here all pairs are looked at.
const SMALL: usize = 24;
/// In larger ones each text is held against the bucket's leaders, at most so many.
const LEADERS: usize = 48;
/// Lanes that must agree for a pair to be compared: an estimate of 0.22.
const LEAST_AGREEING: u16 = 42;
/// With fewer lanes than this in common with each leader, a text of a large bucket leads as well.
const LEAD_APART: u16 = 96;

/// The texts as candidates see them, in canonical order.
pub(crate) struct Sketched<'a> {
    pub(crate) texts: &'a [Distinct],
    pub(crate) sketches: &'a [Sketch],
    pub(crate) least_ratio: f64,
}

impl Sketched<'_> {
    /// Lanes in common; none if the lengths rule the pair out.
    pub(crate) fn agreeing(&self, a: u32, b: u32) -> u16 {
        let (a, b) = (a as usize, b as usize);
        if lengths_allow(self.texts[a].letters, self.texts[b].letters, self.least_ratio) {
            agreeing(&self.sketches[a], &self.sketches[b])
        } else {
            0
        }
    }

    pub(crate) fn promising(&self, a: u32, b: u32) -> bool {
        self.agreeing(a, b) >= LEAST_AGREEING
    }

    /// Pairs (lower, higher), sorted, once each.
    ///
    /// Per band and text at most 23 sketches are read in a small bucket and 48 in a large one, so that the work is
    /// bounded by bands · texts · 48 whatever the texts: a template with a million variants costs no square.
    pub(crate) fn pairs(&self) -> Vec<(u32, u32)> {
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        let mut distinct = 0;
        let mut keys: Vec<u64> = Vec::new();
        for band in 0..BANDS {
            self.band_keys(band, &mut keys);
            let found: Vec<Vec<(u32, u32)>> = runs(&keys).par_iter().map(|run| self.pairs_in(run)).collect();
            pairs.extend(found.into_iter().flatten());
            // most pairs meet in several bands: keep the list near its distinct size
            if pairs.len() > 2 * distinct + (1 << 20) || band + 1 == BANDS {
                pairs.par_sort_unstable();
                pairs.dedup();
                distinct = pairs.len();
            }
        }
        pairs
    }

    /// Hash of the band in the upper half, text in the lower: sorted, buckets stand together in canonical order.
    fn band_keys(&self, band: usize, keys: &mut Vec<u64>) {
        let key = |(text, sketch): (usize, &Sketch)| {
            let rows =
                sketch[band * ROWS..(band + 1) * ROWS].iter().fold(band as u64, |key, &row| key << 16 | u64::from(row));
            mix(rows) & !0xFFFF_FFFF | text as u64
        };
        self.sketches.par_iter().enumerate().map(key).collect_into_vec(keys);
        keys.par_sort_unstable();
    }

    /// The pairs of a stretch of whole buckets.
    fn pairs_in(&self, keys: &[u64]) -> Vec<(u32, u32)> {
        let mut pairs = Vec::new();
        let mut leaders = Vec::new();
        for bucket in keys.chunk_by(|a, b| a >> 32 == b >> 32).filter(|bucket| bucket.len() > 1) {
            if bucket.len() <= SMALL {
                for (at, &a) in bucket.iter().enumerate() {
                    let later = bucket[at + 1..].iter().map(|&b| (a as u32, b as u32));
                    pairs.extend(later.filter(|&(a, b)| self.promising(a, b)));
                }
            } else {
                self.pairs_with_leaders(bucket, &mut leaders, &mut pairs);
            }
        }
        pairs
    }

    /// Each text with the leader most like it. Leaders are the texts, in canonical order, that are unlike all
    /// leaders before them.
    fn pairs_with_leaders(&self, bucket: &[u64], leaders: &mut Vec<u32>, pairs: &mut Vec<(u32, u32)>) {
        leaders.clear();
        for text in bucket.iter().map(|&key| key as u32) {
            let mut best = (0, text);
            for &leader in leaders.iter() {
                let lanes = self.agreeing(leader, text);
                if lanes > best.0 {
                    best = (lanes, leader);
                }
            }
            if best.0 >= LEAST_AGREEING {
                pairs.push((best.1, text));
            }
            if best.0 < LEAD_APART && leaders.len() < LEADERS {
                leaders.push(text);
            }
        }
    }
}

/// The sorted keys in stretches of some thousands that end where a bucket ends.
fn runs(keys: &[u64]) -> Vec<&[u64]> {
    const STRETCH: usize = 8192;
    let mut runs = Vec::with_capacity(keys.len() / STRETCH + 1);
    let mut rest = keys;
    while rest.len() > STRETCH {
        let bucket = rest[STRETCH - 1] >> 32;
        let end = STRETCH + rest[STRETCH..].partition_point(|key| key >> 32 == bucket);
        let (run, after) = rest.split_at(end);
        runs.push(run);
        rest = after;
    }
    runs.push(rest);
    runs
}
