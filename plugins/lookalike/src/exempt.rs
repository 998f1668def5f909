//! Domains that the user's lists speak for: popular ones, shorteners, and those of another sector.

use crate::brands::{Brand, Brands};
use crate::host::Parts;
use claque_sdk::{Error, Table};
use std::collections::{BTreeMap, BTreeSet};

/// What the lists say about domains.
#[derive(Debug, Default)]
pub(crate) struct Exempt {
    /// Never marked. A shortener hides where its link leads, so the link says nothing.
    always: BTreeSet<String>,
    /// Sectors of a domain, among those that brands have.
    sectors: BTreeMap<String, BTreeSet<String>>,
}

impl Exempt {
    pub(crate) fn read(lists: Table, brands: &Brands) -> Result<Self, Error> {
        let known: BTreeSet<&str> = brands.all.iter().filter_map(|b| b.sector.as_deref()).collect();
        let mut exempt = Self::default();
        for batch in lists {
            let batch = batch?;
            let (kinds, keys, labels) = (batch.strings("key_type")?, batch.strings("key")?, batch.strings("label")?);
            for i in 0..batch.len() {
                let (Some("domain" | "host"), Some(label)) = (kinds.get(i), labels.get(i)) else { continue };
                let Some(parts) = keys.get(i).and_then(Parts::of) else { continue };
                if label == "popular" || label == "shortener" {
                    exempt.always.insert(parts.domain);
                } else if known.contains(label) {
                    exempt.sectors.entry(parts.domain).or_default().insert(label.to_owned());
                }
            }
        }
        Ok(exempt)
    }

    pub(crate) fn always(&self, host: &Parts) -> bool {
        self.always.contains(&host.domain)
    }

    /// Do the lists put the domain into other sectors than the brand's?
    pub(crate) fn other_sector(&self, host: &Parts, brand: &Brand) -> bool {
        match (self.sectors.get(&host.domain), &brand.sector) {
            (Some(sectors), Some(own)) => !sectors.contains(own),
            _ => false,
        }
    }
}
