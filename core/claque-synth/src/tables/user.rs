//! The tables that a user would bring.

use super::{column, complete, integers, some_texts, texts, times};
use crate::background::reference::{COUNTRY, ELECTION};
use crate::draft::Draft;
use polars::prelude::DataFrame;
use std::collections::BTreeMap;

/// All user tables of the draft.
pub(crate) fn user(draft: &Draft) -> BTreeMap<&'static str, DataFrame> {
    BTreeMap::from([
        ("lists", lists(draft)),
        ("brands", brands(draft)),
        ("factpack", factpack(draft)),
        ("domains", domains(draft)),
        ("feeds", feeds(draft)),
    ])
}

fn lists(draft: &Draft) -> DataFrame {
    let mut rows: Vec<_> = draft.lists.iter().collect();
    rows.sort_by(|a, b| (a.list, a.key_type, &a.key, a.label).cmp(&(b.list, b.key_type, &b.key, b.label)));
    let columns = vec![
        texts("list_id", rows.iter().map(|r| r.list)),
        texts("key_type", rows.iter().map(|r| r.key_type)),
        texts("key", rows.iter().map(|r| &r.key)),
        texts("label", rows.iter().map(|r| r.label)),
        texts("source", rows.iter().map(|r| format!("https://lists.example/{}", r.list))),
        times("valid_from", rows.iter().map(|r| r.valid_from)),
        column("reliability", rows.iter().map(|r| r.reliability).collect::<Vec<_>>()),
    ];
    complete("lists", rows.len(), &columns)
}

fn brands(draft: &Draft) -> DataFrame {
    let mut rows: Vec<_> = draft.brands.iter().collect();
    rows.sort_by_key(|r| (r.brand, r.official_domain));
    let columns = vec![
        texts("brand", rows.iter().map(|r| r.brand)),
        texts("official_domain", rows.iter().map(|r| r.official_domain)),
        texts("sector", rows.iter().map(|r| r.sector)),
        texts("country", rows.iter().map(|_| COUNTRY)),
    ];
    complete("brands", rows.len(), &columns)
}

fn factpack(draft: &Draft) -> DataFrame {
    let mut rows: Vec<_> = draft.facts.iter().collect();
    rows.sort_by_key(|r| (r.fact, r.value));
    let columns = vec![
        texts("country", rows.iter().map(|_| COUNTRY)),
        texts("election", rows.iter().map(|_| ELECTION)),
        texts("fact", rows.iter().map(|r| r.fact)),
        texts("value", rows.iter().map(|r| r.value)),
        some_texts("lang", rows.iter().map(|r| r.lang)),
        texts("source", rows.iter().map(|_| "https://ballotoffice.example/rules")),
    ];
    complete("factpack", rows.len(), &columns)
}

fn domains(draft: &Draft) -> DataFrame {
    let mut rows: Vec<_> = draft.domains.iter().collect();
    rows.sort_by_key(|r| &r.domain);
    let columns = vec![
        texts("domain", rows.iter().map(|r| &r.domain)),
        times("registered_at", rows.iter().map(|r| r.registered_at)),
        some_texts("registrar", rows.iter().map(|r| r.registrar)),
        some_texts("ip", rows.iter().map(|r| r.ip.as_ref())),
        integers("asn", rows.iter().map(|r| r.asn)),
        some_texts("ns", rows.iter().map(|r| r.ns.as_ref())),
        some_texts("ga_id", rows.iter().map(|r| r.ga_id.as_ref())),
        some_texts("asset_hash", rows.iter().map(|r| r.asset_hash.as_ref())),
        some_texts("cms", rows.iter().map(|r| r.cms)),
        times("observed_at", rows.iter().map(|_| Some(draft.period.end()))),
    ];
    complete("domains", rows.len(), &columns)
}

fn feeds(draft: &Draft) -> DataFrame {
    let mut rows: Vec<_> = draft.feeds.iter().collect();
    rows.sort_by(|a, b| (a.feed, a.kind, &a.key).cmp(&(b.feed, b.kind, &b.key)));
    let columns = vec![
        texts("feed", rows.iter().map(|r| r.feed)),
        texts("kind", rows.iter().map(|r| r.kind)),
        texts("key", rows.iter().map(|r| &r.key)),
        texts("threat", rows.iter().map(|r| r.threat)),
        times("added_at", rows.iter().map(|r| Some(r.added_at))),
        column("verified", vec![true; rows.len()]),
    ];
    complete("feeds", rows.len(), &columns)
}
