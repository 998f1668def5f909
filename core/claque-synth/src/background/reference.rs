//! The user tables of a world as they are without any operation: lists, five invented brands, the rules of a vote
//! in the invented country XA, threat feeds, and registrations of domains. Operations add their own rows.

use super::conversation::SHORTENER;
use crate::calendar::{DAY, Period};
use crate::draft::{BrandRow, DomainRow, Draft, FactRow, FeedRow, ListRow, Platform};
use crate::random::Stream;
use crate::words;

/// Registrations at least, planted ones not counted.
const MIN_DOMAINS: usize = 1_100;
/// First number of the invented sites that nobody links.
const UNLINKED: usize = 1_000_000;
/// Addresses that many sites share.
const SHARED_ADDRESSES: usize = 20;
const SHARED_ADDRESS: f64 = 0.35;
const ANALYTICS: f64 = 0.3;
const REGISTRARS: [&str; 6] = ["Namequay", "Registra", "Domainmill", "Hostlight", "Webharbour", "Netdepot"];
const CMS: [&str; 4] = ["Pagewright", "Quillpress", "Siteloom", "Staticforge"];

pub(crate) const COUNTRY: &str = "XA";
pub(crate) const ELECTION: &str = "XA-2024";
/// Official pages of the brands; a second domain is a sister edition.
pub(crate) const BRANDS: [BrandRow; 7] = [
    BrandRow { brand: "Harbourpost", official_domain: "harbourpost.example", sector: "media" },
    BrandRow { brand: "Harbourpost", official_domain: "harbourpost.test", sector: "media" },
    BrandRow { brand: "Harbourpost", official_domain: "harbourpost.invalid", sector: "media" },
    BrandRow { brand: "Quaycourier", official_domain: "quaycourier.example", sector: "media" },
    BrandRow { brand: "Tidebroadcast", official_domain: "tidebroadcast.example", sector: "media" },
    BrandRow { brand: "Millgazette", official_domain: "millgazette.example", sector: "media" },
    BrandRow { brand: "Ballotoffice", official_domain: "ballotoffice.example", sector: "election_authority" },
];
/// Look-alikes of former years, known to those who warn.
pub(crate) const OLD_LOOKALIKES: [&str; 2] = ["quaycourier.invalid", "tidebroadcst.example"];

const FACTS: [(&str, &str, Option<&str>); 8] = [
    ("polling_day", "2024-06-09", None),
    ("opens", "08:00", None),
    ("closes", "20:00", None),
    ("methods", "station", None),
    ("methods", "post", None),
    ("id_required", "yes", None),
    (
        "ballot_validity",
        "A ballot with a hole or a cut corner is valid; blind voters use it to fit a template.",
        Some("en"),
    ),
    ("station_status", "open", None),
];

/// Writes the rows.
pub(crate) fn write(draft: &mut Draft) {
    draft.brands.extend(BRANDS);
    draft.facts.extend(FACTS.map(|(fact, value, lang)| FactRow { fact, value, lang }));
    let press = draft.press.clone();
    for (list, label, reliability, domains) in [
        ("reader-watch", "low_credibility", Some(0.9), &press.low_credibility),
        ("state-outlets", "state_media", None, &press.state_media),
        ("past-operations", "exposed_operation", None, &press.exposed),
    ] {
        let row = |key: &String| ListRow {
            list,
            key_type: "domain",
            key: key.clone(),
            label,
            valid_from: Some(draft.period.start - 400 * DAY),
            reliability,
        };
        draft.lists.extend(domains.iter().map(row).collect::<Vec<_>>());
    }
    for (list, key, label) in [
        ("shorteners", SHORTENER, "shortener"),
        ("newsrooms", "harbourpost.example", "newsroom"),
        ("newsrooms", "quaycourier.example", "newsroom"),
        ("checkers", "plainfacts.example", "fact_checker"),
    ] {
        let key = key.to_owned();
        draft.lists.push(ListRow { list, key_type: "domain", key, label, valid_from: None, reliability: None });
    }
    for (i, key) in press.feed_urls.iter().enumerate() {
        let added_at = draft.period.start - (i as i64 % 20) * DAY;
        draft.feeds.push(FeedRow { feed: "openthreats", kind: "url", key: key.clone(), threat: "phishing", added_at });
    }
    write_domains(draft);
}

fn write_domains(draft: &mut Draft) {
    let press = &draft.press;
    let hosts = press.feed_urls.iter().filter_map(|url| url.split('/').nth(2));
    let mut domains: Vec<String> = press.outlets.iter().chain(&press.low_credibility).cloned().collect();
    domains.extend(press.state_media.iter().chain(&press.exposed).cloned());
    domains.extend(hosts.map(str::to_owned));
    domains.extend(BRANDS.iter().map(|b| b.official_domain.to_owned()));
    domains.extend(OLD_LOOKALIKES.map(str::to_owned));
    domains.push(SHORTENER.to_owned());
    let sites = draft.accounts.iter().filter(|a| a.platform == Platform::Web);
    domains.extend(sites.map(|a| a.handle.clone()));
    let missing = MIN_DOMAINS.saturating_sub(domains.len());
    domains.extend((0..missing).map(|n| words::site(UNLINKED + n, &mut draft.stream("unlinked", n as u64))));
    for (number, domain) in domains.into_iter().enumerate() {
        let mut stream = draft.stream("registration", number as u64);
        draft.domains.push(registration(draft.period, domain, number, &mut stream));
    }
}

/// A registration like any other, years old.
fn registration(period: Period, domain: String, number: usize, stream: &mut Stream) -> DomainRow {
    let shared = stream.chance(SHARED_ADDRESS);
    let host = stream.below(SHARED_ADDRESSES);
    let ip = if shared {
        format!("203.0.113.{}", host + 1)
    } else {
        format!("198.18.{}.{}", number / 250, number % 250 + 1)
    };
    DomainRow {
        domain,
        registered_at: Some(period.start - stream.between(200 * DAY, 15 * 365 * DAY)),
        registrar: Some(*stream.pick(&REGISTRARS)),
        ip: Some(ip),
        asn: Some(64_512 + host as i64),
        ns: Some(format!("ns1.host{host}.example")),
        ga_id: stream.chance(ANALYTICS).then(|| format!("UA-{}", 10_000 + number)),
        asset_hash: Some(stream.hex(64)),
        cms: Some(*stream.pick(&CMS)),
    }
}

/// Registrations of one operator: one address, one set of assets, one analytics id, within `days` from `first`.
pub(crate) fn operator_domains(stream: &mut Stream, domains: &[String], first: i64, days: i64) -> Vec<DomainRow> {
    let (asset_hash, octet) = (stream.hex(64), stream.between(1, 250));
    let row = |domain: &String| DomainRow {
        domain: domain.clone(),
        registered_at: Some(first + stream.between(0, days * DAY - 1)),
        registrar: Some("Quickname"),
        ip: Some(format!("192.0.2.{octet}")),
        asn: Some(64_999),
        ns: Some("ns1.quickname.example".to_owned()),
        ga_id: Some(format!("UA-{}", 900_000 + octet)),
        asset_hash: Some(asset_hash.clone()),
        cms: Some("Siteloom"),
    };
    domains.iter().map(row).collect()
}
