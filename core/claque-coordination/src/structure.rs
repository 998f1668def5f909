//! Null N1, structure: who shares more objects than the activity of both accounts and the popularity of the
//! objects explain. For layers without usable times. Looks at no time; knows nothing of windows or clusters.

use crate::corpus::{Corpus, Layer};
use crate::discovery::adjust;
use crate::incidence::{Incidence, Meeting};
use crate::link::weight_of;
use claque_statistics::upper_tail;

/// Parameters of null N1.
#[derive(Clone, Debug, PartialEq)]
pub struct StructureSettings {
    /// Level of Benjamini–Hochberg.
    pub alpha: f64,
    /// Accounts with fewer distinct objects are left out.
    pub min_objects: u32,
    /// Objects with more sharers are left out.
    pub max_sharers: u32,
    /// Least number of common objects for an edge.
    pub min_shared: u32,
}

impl StructureSettings {
    /// The defaults of a layer: α = 0.01, 400 sharers as for null N2, 2 common objects, accounts with 10 objects
    /// (2 on layers where objects are few: `fast_reshare`, `hashtag_sequence`, `narrative`, `target_host`).
    #[must_use]
    pub fn of_layer(layer: &str) -> Self {
        let few = matches!(layer, "fast_reshare" | "hashtag_sequence" | "narrative" | "target_host");
        Self { alpha: 0.01, min_objects: if few { 2 } else { 10 }, max_sharers: 400, min_shared: 2 }
    }
}

/// A pair that shares more objects than chance. `a < b` by the bytes of their ids.
#[derive(Clone, Debug, PartialEq)]
pub struct StructureEdge {
    /// Account code of the smaller id.
    pub a: u32,
    /// Account code of the larger id.
    pub b: u32,
    /// Distinct objects that both shared (V).
    pub n_objects: u32,
    /// Objects expected under the null (λ).
    pub expected: f64,
    /// P(Poisson(λ) ≥ V).
    pub p: f64,
    /// Benjamini–Hochberg adjusted p.
    pub q: f64,
    /// −log₁₀ p, at most 15.
    pub weight: f64,
}

/// What null N1 keeps of one layer, and what it looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct StructureNetwork {
    /// By (a, b).
    pub edges: Vec<StructureEdge>,
    /// Accounts tested: with enough objects, one of which somebody else shared.
    pub n_accounts: u32,
    /// Distinct (account, object) pairs among them: m.
    pub n_shares: u64,
    /// Hypotheses of the false discovery control: all pairs of those accounts.
    pub tested: u64,
    /// Pairs that share at least one object.
    pub sharing: u64,
    /// Objects with more sharers than `max_sharers`: left out.
    pub hot_objects: u64,
    /// That cap.
    pub max_sharers: u32,
}

/// The pairs of a layer that share more objects than a random bipartite graph with the same degrees lets them.
/// None for an unknown layer.
///
/// The sparse bipartite configuration model (Saracco et al. 2017, 10.1088/1367-2630/aa6b38): account i with
/// k_i objects and object o with d_o sharers are joined with probability about k_i d_o ÷ m, so that a pair has
/// λ_ij = k_i k_j Σ_o d_o (d_o − 1) ÷ m² objects in common, and p = P(Poisson(λ_ij) ≥ V_ij). Popular objects
/// count for what they are, unlike under the hypergeometric law over all objects (Tumminello et al. 2011,
/// 10.1371/journal.pone.0017994), which takes all objects for equally popular. All degrees are those of what is
/// left after the two filters, under which the model stays the model.
///
/// Benjamini–Hochberg over **all** pairs of the accounts tested, n (n − 1) ÷ 2, not over the pairs that share an
/// object: those are chosen by the very count that is tested, and almost all of them have p ≈ λ, far below 0.05.
/// Pairs below `min_shared` enter with p = 1, which is conservative.
///
/// O(Σ d_o²) time; pairs are counted account by account, so memory is O(rows + accounts per thread + pairs with
/// p ≤ α). Deterministic for any number of threads.
#[must_use]
pub fn structure(corpus: &Corpus, layer: &str, settings: &StructureSettings) -> Option<StructureNetwork> {
    let sharing = Sharing::of(corpus.layer(layer)?, corpus.accounts().len(), settings);
    let (pairs, found) = sharing.exceeding(settings);
    let n_accounts = sharing.active_accounts();
    let tested = u64::from(n_accounts) * u64::from(n_accounts).saturating_sub(1) / 2;
    let p: Vec<f64> = found.iter().map(|pair| pair.p).collect();
    let tests = found.into_iter().zip(adjust(&p, tested)).filter(|(_, q)| *q <= settings.alpha);
    let edges = tests.map(|(pair, q)| StructureEdge {
        a: pair.a,
        b: pair.b,
        n_objects: pair.shared,
        expected: pair.lambda,
        p: pair.p,
        q,
        weight: weight_of(pair.p),
    });
    Some(StructureNetwork {
        edges: edges.collect(),
        n_accounts,
        n_shares: sharing.incidence.rows.len() as u64,
        tested,
        sharing: pairs,
        hot_objects: sharing.hot_objects,
        max_sharers: settings.max_sharers,
    })
}

/// The bipartite graph that is left: who shared what, once each.
pub(crate) struct Sharing {
    incidence: Incidence,
    /// Σ d (d − 1) ÷ m².
    per_degrees: f64,
    hot_objects: u64,
}

/// V, λ and p of one pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SharingTest {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) shared: u32,
    pub(crate) lambda: f64,
    pub(crate) p: f64,
}

impl Sharing {
    pub(crate) fn of(layer: &Layer, n_accounts: usize, settings: &StructureSettings) -> Self {
        let mut n_objects = vec![0u32; n_accounts];
        let mut sharers = Vec::new();
        for object in 0..layer.n_objects() {
            distinct_sharers(layer, object, &mut sharers);
            for &account in &sharers {
                n_objects[account as usize] += 1;
            }
        }
        let (mut rows, mut group, mut hot_objects, mut meetings) = (Vec::new(), 0u32, 0, 0.0);
        for object in 0..layer.n_objects() {
            distinct_sharers(layer, object, &mut sharers);
            sharers.retain(|&account| n_objects[account as usize] >= settings.min_objects);
            let degree = sharers.len();
            if degree > settings.max_sharers as usize {
                hot_objects += 1;
            } else if degree >= 2 {
                // the kernel's rows, all at one time
                rows.extend(sharers.iter().map(|&account| Meeting { at: 0, account, group }));
                meetings += degree as f64 * (degree - 1) as f64;
                group += 1;
            }
        }
        let m = rows.len().max(1) as f64;
        Self { incidence: Incidence::new(rows, n_accounts), per_degrees: meetings / (m * m), hot_objects }
    }

    fn active_accounts(&self) -> u32 {
        (0..self.incidence.n_accounts() as u32).filter(|&account| self.degree(account) > 0).count() as u32
    }

    fn degree(&self, account: u32) -> usize {
        self.incidence.rows_of_account(account).len()
    }

    fn test(&self, a: u32, b: u32, shared: u32) -> SharingTest {
        let lambda = self.degree(a) as f64 * self.degree(b) as f64 * self.per_degrees;
        SharingTest { a, b, shared, lambda, p: upper_tail(shared, lambda) }
    }

    /// The number of pairs with a common object; and of those with enough of them, by (a, b), the tests with
    /// p ≤ α. Others can neither pass Benjamini–Hochberg nor help a smaller p to pass.
    fn exceeding(&self, settings: &StructureSettings) -> (u64, Vec<SharingTest>) {
        let mut pairs = 0;
        let mut found = Vec::new();
        let chunks = self.map_pairs(|test| test.shared >= settings.min_shared.max(1) && test.p <= settings.alpha);
        for (n, tests) in chunks {
            pairs += n;
            found.extend(tests);
        }
        (pairs, found)
    }

    /// Counts the common objects of all pairs that have one; keeps what `keep` wants, by (a, b).
    pub(crate) fn map_pairs(&self, keep: impl Fn(&SharingTest) -> bool + Sync + Send) -> Vec<(u64, Vec<SharingTest>)> {
        self.incidence.map_accounts(|accounts| {
            let mut count = vec![0u32; self.incidence.n_accounts()];
            let mut met = Vec::new();
            let (mut pairs, mut kept) = (0, Vec::new());
            for a in accounts {
                for &row in self.incidence.rows_of_account(a) {
                    self.incidence.each_neighbor(row, 0, |b, _| {
                        if count[b as usize] == 0 {
                            met.push(b);
                        }
                        count[b as usize] += 1;
                    });
                }
                pairs += met.len() as u64;
                met.sort_unstable();
                let tests = met.drain(..).map(|b| self.test(a, b, std::mem::take(&mut count[b as usize])));
                kept.extend(tests.filter(|test| keep(test)));
            }
            (pairs, kept)
        })
    }
}

/// The accounts that shared an object, ascending, each once.
fn distinct_sharers(layer: &Layer, object: usize, sharers: &mut Vec<u32>) {
    sharers.clear();
    sharers.extend(layer.rows_of(object).iter().map(|row| row.account));
    sharers.sort_unstable();
    sharers.dedup();
}

#[cfg(test)]
mod tests;
