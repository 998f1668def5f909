//! The protected brands: their official domains, and the labels to look for.

use crate::host::Parts;
use crate::rules::skeleton;
use claque_sdk::{Error, Table};
use std::collections::BTreeSet;

/// One official domain of a brand.
#[derive(Debug)]
pub(crate) struct Brand {
    pub(crate) name: String,
    pub(crate) official: Parts,
    pub(crate) sector: Option<String>,
    /// Length of the label in characters.
    pub(crate) length: usize,
    /// What the label looks like (UTS #39).
    pub(crate) skeleton: String,
}

/// All of them, by name and domain.
#[derive(Debug, Default)]
pub(crate) struct Brands {
    pub(crate) all: Vec<Brand>,
    /// Official registered domains and hosts: never look-alikes of a sibling.
    official: BTreeSet<String>,
}

impl Brands {
    pub(crate) fn read(table: Table) -> Result<Self, Error> {
        let mut brands = Self::default();
        for batch in table {
            let batch = batch?;
            let (names, domains, sectors) =
                (batch.strings("brand")?, batch.strings("official_domain")?, batch.strings("sector")?);
            for i in 0..batch.len() {
                if let (Some(name), Some(domain)) = (names.get(i), domains.get(i)) {
                    brands.add(name, domain, sectors.get(i));
                }
            }
        }
        brands.all.sort_by(|a, b| (&a.name, &a.official.host).cmp(&(&b.name, &b.official.host)));
        brands.all.dedup_by(|a, b| (&a.name, &a.official.domain) == (&b.name, &b.official.domain));
        Ok(brands)
    }

    pub(crate) fn add(&mut self, name: &str, official_domain: &str, sector: Option<&str>) {
        let Some(official) = Parts::of(official_domain) else { return };
        self.official.insert(official.domain.clone());
        self.all.push(Brand {
            name: name.to_owned(),
            sector: sector.map(str::to_owned),
            length: official.label.chars().count(),
            skeleton: skeleton(&official.label),
            official,
        });
    }

    pub(crate) fn is_official(&self, host: &Parts) -> bool {
        self.official.contains(&host.domain)
    }
}
