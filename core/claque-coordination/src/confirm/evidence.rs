//! E-values of the pairs of tested members of one cluster on one layer.

use super::{ConfirmedLayer, Evidence, MAX_SHOWN, Tested};
use crate::corpus::Row;
use crate::null::{Common, NullSettings, PairTest, parts_by_day, test_pair};
use claque_model::{PairDay, PairEvidence};
use claque_statistics::e_value;
use std::collections::BTreeSet;

/// What the pairs of a cluster show on one layer.
pub(super) struct PairSums {
    /// Groups on which at least two members met within the widest test interval, ascending.
    pub(super) met: Vec<u32>,
    pairs: Vec<PairEvidence>,
    observed: f64,
    expected: f64,
    best: u32,
    /// Accounts and group of pairs in time at the widest window.
    in_time: Vec<(u32, u32, u32)>,
}

impl PairSums {
    pub(super) fn of(evidence: &Evidence<'_>, settings: &NullSettings, cluster: &Tested) -> Self {
        let mut sums =
            Self { met: Vec::new(), pairs: Vec::new(), observed: 0.0, expected: 0.0, best: 0, in_time: Vec::new() };
        let windows = || evidence.surveys.iter().flat_map(|survey| &survey.windows);
        let widest = windows().max().map_or(0, |window| window.micros());
        let reach = windows().map(|&window| settings.reach(window)).max().unwrap_or(0);
        let mut room = Common::default();
        for (at, &(i, a)) in cluster.0.iter().enumerate() {
            for &(j, b) in &cluster.0[at + 1..] {
                evidence.shares.each_common(a, b, |group, distance, _| {
                    let distance = distance.saturating_abs();
                    if distance <= reach {
                        sums.met.push(group);
                    }
                    if distance <= widest {
                        sums.in_time.push((a, b, group));
                    }
                });
                let (mut tests, mut days) = (Vec::new(), Vec::new());
                for survey in &evidence.surveys {
                    let before = tests.len() as u32;
                    tests.extend(test_pair(&evidence.shares, &evidence.known, survey, settings, (a, b), &mut room));
                    let parts = parts_by_day(&evidence.shares, survey, settings, &room);
                    days.extend(parts.into_iter().map(|part| PairDay { window: before + part.window, ..part }));
                }
                sums.add(i, j, &tests, days);
            }
            sums.met.sort_unstable();
            sums.met.dedup();
        }
        sums
    }

    /// Tests come with windows ascending: the last one is the widest.
    fn add(&mut self, i: u32, j: u32, tests: &[PairTest], days: Vec<PairDay>) {
        let e = tests.iter().map(|test| e_value(test.p)).sum::<f64>() / tests.len().max(1) as f64;
        self.pairs.push(PairEvidence { i, j, e, days });
        if let Some(widest) = tests.last() {
            self.observed += f64::from(widest.k);
            self.expected += widest.lambda;
            self.best = self.best.max(widest.k);
        }
    }

    pub(super) fn into_layer(self, evidence: &Evidence<'_>) -> ConfirmedLayer {
        let (n_posts, posts, objects) = self.shown(evidence);
        ConfirmedLayer {
            layer: evidence.layer.name.clone(),
            e: self.pairs.iter().map(|pair| pair.e).sum::<f64>() / self.pairs.len().max(1) as f64,
            observed: self.observed,
            expected: self.expected,
            best_pair_objects: self.best,
            e_by_pair: self.pairs,
            windows: evidence.surveys.iter().map(|survey| survey.windows.len() as u32).sum(),
            n_posts,
            posts,
            objects,
        }
    }

    /// Posts behind the pairs in time: how many, the earliest of them, and the objects met first.
    fn shown(&self, evidence: &Evidence<'_>) -> (u32, Vec<u32>, Vec<String>) {
        let mut sides: Vec<(u32, u32)> =
            self.in_time.iter().flat_map(|&(a, b, group)| [(group, a), (group, b)]).collect();
        sides.sort_unstable();
        sides.dedup();
        let object = |group: u32| evidence.shares.objects[group as usize];
        let first = |&(group, account): &(u32, u32)| {
            let rows = evidence.layer.rows_of(object(group) as usize);
            let first = rows.iter().find(|row| row.account == account && evidence.part.has_row(row));
            first.map(|row| (*row, object(group)))
        };
        let mut posts: Vec<(Row, u32)> = sides.iter().filter_map(first).collect();
        posts.sort_unstable();
        let distinct: BTreeSet<u32> = posts.iter().map(|(row, _)| row.post).collect();
        let mut codes: Vec<u32> = Vec::new();
        let mut objects: Vec<u32> = Vec::new();
        for (row, object) in posts {
            if codes.len() < MAX_SHOWN && !codes.contains(&row.post) {
                codes.push(row.post);
            }
            if objects.len() < MAX_SHOWN && !objects.contains(&object) {
                objects.push(object);
            }
        }
        let name = |&object: &u32| evidence.layer.objects.get(object as usize).cloned();
        (distinct.len() as u32, codes, objects.iter().filter_map(name).collect())
    }
}
