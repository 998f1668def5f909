//! The evidence on one cluster, sorted into statements and families: indices, coverage, contributions.

use super::ScoreSettings;
use crate::assess::Assessed;
use crate::fusion::{self, Evidence, Said, discounts, index, mean_e, under_prior};
use crate::refit::Refit;
use claque_model::{Dimension, FamilyNats, Finding, MissingReason, Outcome};
use std::collections::BTreeMap;

/// Position of a dimension in [`Dimension::ALL`].
pub(super) fn position(dimension: Dimension) -> usize {
    Dimension::ALL.iter().position(|d| *d == dimension).expect("ALL holds every dimension")
}

/// The findings of one cluster by statement and family.
pub(super) struct Sheet<'r> {
    /// By finding; `None` for missing ones.
    pub(super) evidence: Vec<Option<Evidence>>,
    /// Its own statement, by finding.
    own_statement: Vec<Option<Dimension>>,
    statements: [Vec<Family>; 6],
    k_limit: f64,
    settings: ScoreSettings,
    refits: &'r BTreeMap<Dimension, Refit>,
}

/// Signals that share inputs, inside one statement.
struct Family {
    name: String,
    /// Positions of its findings, missing ones included.
    members: Vec<usize>,
    /// Largest cap among all of them: what the family could say.
    weight: f64,
    is_measured: bool,
    lacks_pool: bool,
    /// Is the statement a member's own dimension, not only one that it declares in `also`?
    is_own: bool,
}

/// Cap-weighted shares of the families of a statement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Coverage {
    /// Those with a measured signal.
    pub(super) measured: f64,
    /// Those with one that is measured or lacks only a matched pool.
    pub(super) with_pool: f64,
}

impl<'r> Sheet<'r> {
    pub(super) fn new(
        assessed: &[Assessed],
        k_limit: f64,
        settings: &ScoreSettings,
        refits: &'r BTreeMap<Dimension, Refit>,
    ) -> Self {
        let findings: Vec<&Finding> = assessed.iter().map(|a| &a.finding).collect();
        Self {
            evidence: findings.iter().map(|finding| evidence(finding)).collect(),
            own_statement: findings.iter().map(|finding| finding.statements.first().copied()).collect(),
            statements: Dimension::ALL.map(|dimension| families(&findings, dimension)),
            k_limit,
            settings: *settings,
            refits,
        }
    }

    /// K, I and the four S_d from the given evidence, in the order of [`Dimension::ALL`].
    pub(super) fn own_all(&self, evidence: &[Option<Evidence>]) -> [f64; 6] {
        Dimension::ALL.map(|dimension| self.own(dimension, evidence, None, false))
    }

    /// The index of one statement, or the value of its refit, with another prior than the one that is in it, or without its
    /// strongest family.
    pub(super) fn own(
        &self,
        dimension: Dimension,
        evidence: &[Option<Evidence>],
        prior: Option<f64>,
        without_best: bool,
    ) -> f64 {
        let (names, mut nats) = self.known(dimension, evidence);
        let refit = self.refits.get(&dimension);
        let adds = |at: usize| nats[at] * refit.map_or(1.0, |refit| refit.weight(names[at]));
        if without_best && let Some(best) = (0..nats.len()).max_by(|&a, &b| adds(a).total_cmp(&adds(b))) {
            // leaving out a family that speaks against would not be a minimum
            nats[best] = nats[best].min(0.0);
        }
        let own = match refit {
            Some(refit) => {
                let value = refit.value_of(names.into_iter().zip(nats));
                prior.map_or(value, |prior| under_prior(value, refit.prior, prior))
            }
            None => index(prior.unwrap_or(self.settings.prior_of(dimension)), &nats, self.settings.rho),
        };
        if dimension == Dimension::Coordination { own.min(self.k_limit) } else { own }
    }

    /// L_f by family; `None` for those without measured evidence. A family that only reads a statement beside
    /// its own speaks for it, never against: who buys no look-alike domain may conceal by other means.
    fn nats(&self, dimension: Dimension, evidence: &[Option<Evidence>]) -> Vec<Option<f64>> {
        let of_family = |f: &Family| {
            let nats = said(f, evidence)?.nats;
            Some(if f.is_own { nats } else { nats.max(0.0) })
        };
        self.statements[position(dimension)].iter().map(of_family).collect()
    }

    /// The e-value of a statement without caps: the mean over its families of the weighted mean of their signals,
    /// which is an e-value however they depend on each other. `None` where nothing was measured.
    pub(super) fn e(&self, dimension: Dimension) -> Option<f64> {
        let of_family = |f: &Family| mean_e(f.members.iter().filter_map(|&at| self.evidence[at]));
        let e: Vec<f64> = self.statements[position(dimension)].iter().filter_map(of_family).collect();
        (!e.is_empty()).then(|| e.iter().sum::<f64>() / e.len() as f64)
    }

    /// Names and L_f of the families with measured evidence, by name.
    fn known(&self, dimension: Dimension, evidence: &[Option<Evidence>]) -> (Vec<&str>, Vec<f64>) {
        let families = self.statements[position(dimension)].iter();
        let nats = self.nats(dimension, evidence);
        families.zip(nats).filter_map(|(family, nats)| Some((family.name.as_str(), nats?))).unzip()
    }

    /// What the L_f of these families are multiplied by.
    fn multipliers(&self, dimension: Dimension, names: &[&str], nats: &[f64]) -> Vec<f64> {
        match self.refits.get(&dimension) {
            Some(refit) => names.iter().map(|name| refit.weight(name)).collect(),
            None => discounts(nats, self.settings.rho),
        }
    }

    /// What every family with a measured signal adds to every statement.
    pub(super) fn families(&self, cluster: &str) -> Vec<FamilyNats> {
        let of_dimension = |dimension: Dimension| {
            let (names, nats) = self.known(dimension, &self.evidence);
            let multipliers = self.multipliers(dimension, &names, &nats);
            let row = |((family, nats), discount): ((&str, f64), f64)| FamilyNats {
                cluster_id: cluster.to_owned(),
                dimension,
                family: family.to_owned(),
                nats,
                discount,
            };
            names.into_iter().zip(nats).zip(multipliers).map(row).collect::<Vec<_>>()
        };
        Dimension::ALL.into_iter().flat_map(of_dimension).collect()
    }

    /// What was known of what could have been asked.
    pub(super) fn coverage(&self, dimension: Dimension) -> Coverage {
        let families = &self.statements[position(dimension)];
        let all: f64 = families.iter().map(|f| f.weight).sum();
        let share = |counts: fn(&Family) -> bool| {
            let counted: f64 = families.iter().filter(|f| counts(f)).map(|f| f.weight).sum();
            if all > 0.0 { counted / all } else { 0.0 }
        };
        Coverage { measured: share(|f| f.is_measured), with_pool: share(|f| f.is_measured || f.lacks_pool) }
    }

    /// Nats that each finding adds to its own dimension: its family's L_f as multiplied, divided by what each
    /// member puts into it (v e where the family speaks for, v (1 − e) where it speaks against).
    pub(super) fn contributions(&self) -> Vec<f64> {
        let mut contributed = vec![0.0; self.evidence.len()];
        for dimension in Dimension::ALL {
            let families = &self.statements[position(dimension)];
            let nats: Vec<f64> =
                self.nats(dimension, &self.evidence).into_iter().map(Option::unwrap_or_default).collect();
            let names: Vec<&str> = families.iter().map(|family| family.name.as_str()).collect();
            let multipliers = self.multipliers(dimension, &names, &nats);
            for ((family, l), multiplier) in families.iter().zip(&nats).zip(multipliers) {
                let level = said(family, &self.evidence).map_or(0.0, |said| said.level);
                let input = |at: usize| {
                    let Evidence { e, cap, .. } = self.evidence[at]?.towards(level);
                    Some(if *l > 0.0 { cap * e } else { cap * (1.0 - e).max(0.0) })
                };
                let total: f64 = family.members.iter().filter_map(|&at| input(at)).sum();
                for &at in family.members.iter().filter(|&&at| self.own_statement[at] == Some(dimension)) {
                    if total > 0.0 {
                        contributed[at] = l * multiplier * input(at).unwrap_or(0.0) / total;
                    }
                }
            }
        }
        contributed
    }
}

fn said(family: &Family, evidence: &[Option<Evidence>]) -> Option<Said> {
    fusion::family(&family.members.iter().filter_map(|&at| evidence[at]))
}

fn evidence(finding: &Finding) -> Option<Evidence> {
    match finding.outcome {
        Outcome::Measured { e, above_floor, .. } => Some(Evidence { e, cap: finding.cap.max(0.0), above_floor }),
        Outcome::Missing(_) => None,
    }
}

/// The families of a statement by name. Signals with cap 0 are shown, never summed nor counted.
fn families(findings: &[&Finding], dimension: Dimension) -> Vec<Family> {
    let mut by_name: BTreeMap<&str, Family> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        if finding.cap <= 0.0 || !finding.statements.contains(&dimension) {
            continue;
        }
        let new = || Family {
            name: finding.family.clone(),
            members: Vec::new(),
            weight: 0.0,
            is_measured: false,
            lacks_pool: false,
            is_own: false,
        };
        let family = by_name.entry(finding.family.as_str()).or_insert_with(new);
        family.members.push(at);
        family.weight = family.weight.max(finding.cap);
        family.is_own |= finding.statements.first() == Some(&dimension);
        match &finding.outcome {
            Outcome::Measured { .. } => family.is_measured = true,
            Outcome::Missing(MissingReason::PoolTooSmall { .. }) => family.lacks_pool = true,
            Outcome::Missing(_) => {}
        }
    }
    by_name.into_values().collect()
}
