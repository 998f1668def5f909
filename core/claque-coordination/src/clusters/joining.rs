//! Accounts that act with a cluster as a whole, though with none of its members often enough for an edge.
//!
//! Null N2 asks of two accounts whether they met more often than interval jitter allows. The same is asked here of an
//! account and a set: k is the number of objects on which the account was in time with at least one member, and the chance
//! of that on an object is 1 − Π (1 − P) over the members within reach. Burst control is that of N2, and strangers are who
//! is not of the set: pairs with a member are what the question is about, and a set would smother itself.

use crate::corpus::Corpus;
use crate::discovery::adjust;
use crate::halves::Part;
use crate::jitter::{chance_within, with_strangers};
use crate::null::{MAX_WINDOWS, MIN_SHARERS_FOR_BURSTS, NullSettings, Survey, survey};
use crate::precision::windows_for;
use crate::shares::Shares;
use claque_statistics::upper_tail;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Objects on which an account that joins was in time with the cluster, at least.
const LEAST_OBJECTS: u32 = 3;

/// Who joins each cluster, ascending: outsiders whose p, of all accounts that came near any cluster on a layer at a window,
/// survives Benjamini–Hochberg. An account joins the one cluster where its p is least. O(rows of the members' objects ·
/// members on them).
pub(super) fn joining(corpus: &Corpus, settings: &NullSettings, clusters: &[BTreeSet<u32>]) -> Vec<Vec<u32>> {
    if clusters.is_empty() {
        return Vec::new();
    }
    let inside: BTreeSet<u32> = clusters.iter().flatten().copied().collect();
    let mut best: BTreeMap<u32, (f64, usize)> = BTreeMap::new();
    for layer in &corpus.layers {
        let (windows, _) = windows_for(layer, &settings.windows);
        let shares = Shares::of(layer, Part::All, corpus.accounts().len(), settings.max_sharers);
        for windows in windows.chunks(MAX_WINDOWS) {
            let survey = survey(&shares, &shares, settings, windows);
            for index in 0..windows.len() {
                let look = Look { shares: &shares, survey: &survey, settings, index, inside: &inside };
                for (account, cluster, p) in look.beyond_chance(clusters) {
                    let least = best.entry(account).or_insert((p, cluster));
                    *least = if p < least.0 { (p, cluster) } else { *least };
                }
            }
        }
    }
    let mut joined = vec![Vec::new(); clusters.len()];
    for (account, (_, cluster)) in best {
        joined[cluster].push(account);
    }
    joined
}

/// One layer at one window.
struct Look<'a> {
    shares: &'a Shares,
    survey: &'a Survey,
    settings: &'a NullSettings,
    index: usize,
    /// Members of any cluster.
    inside: &'a BTreeSet<u32>,
}

/// Another account near a member on one object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Meeting {
    account: u32,
    group: u32,
    member: u32,
    distance: i64,
}

impl Look<'_> {
    /// Account, cluster and p of those that join.
    fn beyond_chance(&self, clusters: &[BTreeSet<u32>]) -> Vec<(u32, usize, f64)> {
        let tested: Vec<Vec<(u32, u32, f64)>> = clusters.par_iter().map(|cluster| self.tests(cluster)).collect();
        let n: usize = tested.iter().map(Vec::len).sum();
        let all = tested.into_iter().enumerate().flat_map(|(at, tests)| tests.into_iter().map(move |test| (at, test)));
        let enough: Vec<_> = all.filter(|(_, (_, k, _))| *k >= LEAST_OBJECTS.max(self.settings.min_k)).collect();
        let p: Vec<f64> = enough.iter().map(|(_, (_, k, lambda))| upper_tail(*k, *lambda)).collect();
        let adjusted = adjust(&p, n as u64);
        let kept = enough.into_iter().zip(p).zip(adjusted).filter(|(_, q)| *q <= self.settings.alpha);
        kept.map(|(((cluster, (account, ..)), p), _)| (account, cluster, p)).collect()
    }

    /// Account, k and λ of every outsider that came within reach of a cluster.
    fn tests(&self, cluster: &BTreeSet<u32>) -> Vec<(u32, u32, f64)> {
        let met = self.meetings(cluster);
        let with_members = self.unrelated(&met, cluster);
        let test = |met: &[Meeting]| {
            let (mut k, mut lambda) = (0, 0.0);
            for on_object in met.chunk_by(|a, b| a.group == b.group) {
                let (hit, chance) = self.on_object(on_object, with_members.get(&on_object[0].group));
                k += u32::from(hit);
                lambda += chance;
            }
            (met[0].account, k, lambda)
        };
        let outsiders =
            met.chunk_by(|a, b| a.account == b.account).filter(|met| !self.inside.contains(&met[0].account));
        outsiders.map(test).collect()
    }

    /// Pairs with a member that share nothing else, by object: how many, and how many of them in time. The survey counts them
    /// as strangers.
    fn unrelated(&self, met: &[Meeting], cluster: &BTreeSet<u32>) -> BTreeMap<u32, (u32, u32)> {
        let width = self.survey.windows[self.index].micros();
        let mut by_object: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
        for of_account in met.chunk_by(|a, b| a.account == b.account) {
            let mut objects: BTreeMap<u32, u32> = BTreeMap::new();
            for m in of_account {
                *objects.entry(m.member).or_default() += 1;
            }
            // two members meet twice here, once from either side
            let once =
                |m: &&Meeting| objects[&m.member] == 1 && (m.account > m.member || !cluster.contains(&m.account));
            for m in of_account.iter().filter(once) {
                let (pairs, near) = by_object.entry(m.group).or_default();
                *pairs += 1;
                *near += u32::from(m.distance <= width);
            }
        }
        by_object
    }

    /// Is the account in time with any of these members, and how likely is that by chance?
    fn on_object(&self, met: &[Meeting], with_members: Option<&(u32, u32)>) -> (bool, f64) {
        let width = self.survey.windows[self.index].micros();
        let group = met[0].group;
        let of_many = self.shares.incidence.group_size(group) >= MIN_SHARERS_FOR_BURSTS;
        let (pairs, near) = self.survey.strangers(group, self.index);
        let (own_pairs, own_near) = with_members.copied().unwrap_or_default();
        let (pairs, near) = (f64::from(pairs.saturating_sub(own_pairs)), f64::from(near.saturating_sub(own_near)));
        let none: f64 = met
            .iter()
            .map(|m| {
                let chance = chance_within(m.distance, width, self.settings.jitter_micros);
                1.0 - if of_many { with_strangers(chance, near, pairs, self.settings.kappa) } else { chance }
            })
            .product();
        (met.iter().any(|m| m.distance <= width), 1.0 - none)
    }

    /// By account, group and member.
    fn meetings(&self, cluster: &BTreeSet<u32>) -> Vec<Meeting> {
        let incidence = &self.shares.incidence;
        let reach = self.settings.reach(self.survey.windows[self.index]);
        let mut met = Vec::new();
        for &member in cluster {
            for &row in incidence.rows_of_account(member) {
                let own = incidence.rows[row as usize];
                for other in incidence.rows_of_group(own.group) {
                    let distance = other.at.saturating_sub(own.at).saturating_abs();
                    if distance <= reach && other.account != member {
                        met.push(Meeting { account: other.account, group: own.group, member, distance });
                    }
                }
            }
        }
        met.sort_unstable();
        met
    }
}

#[cfg(test)]
mod tests;
