//! Hosts against all brands, each host once.

use crate::brands::Brands;
use crate::exempt::Exempt;
use crate::host::Parts;
use crate::rules::Rule;
use std::collections::HashMap;

/// A look-alike: which rule, of which brand, and its registered domain. Ordered by rule, then by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    pub(crate) rule: Rule,
    pub(crate) brand: String,
    pub(crate) domain: String,
    pub(crate) suffix: String,
}

impl Finding {
    /// The note of a mark.
    pub(crate) fn note(&self) -> String {
        format!("{}, {}", self.rule.name(), self.brand)
    }
}

/// Remembers what it said about a host.
pub(crate) struct Matcher {
    brands: Brands,
    exempt: Exempt,
    min_label: usize,
    seen: HashMap<String, Option<Finding>>,
}

impl Matcher {
    pub(crate) fn new(brands: Brands, exempt: Exempt, min_label: usize) -> Self {
        Self { brands, exempt, min_label, seen: HashMap::new() }
    }

    /// The first rule that fits, with the first brand by name that it fits to.
    pub(crate) fn look(&mut self, host: &str) -> Option<Finding> {
        if let Some(known) = self.seen.get(host) {
            return known.clone();
        }
        let finding = Parts::of(host).and_then(|parts| self.match_parts(&parts));
        self.seen.insert(host.to_owned(), finding.clone());
        finding
    }

    fn match_parts(&self, host: &Parts) -> Option<Finding> {
        if self.brands.is_official(host) || self.exempt.always(host) {
            return None;
        }
        Rule::ALL.into_iter().find_map(|rule| {
            let mut brands = self.brands.all.iter().filter(|brand| !self.exempt.other_sector(host, brand));
            brands.find(|brand| rule.fits(host, brand, self.min_label)).map(|brand| Finding {
                rule,
                brand: brand.name.clone(),
                domain: host.domain.clone(),
                suffix: host.suffix.clone(),
            })
        })
    }
}
