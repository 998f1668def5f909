//! Hosts: out of a URL, and apart into sub-domain, label and suffix by the Public Suffix List, its private
//! section included (so `shop.blogging.example` under a private suffix has an owner of its own).

use crate::punycode;

/// The host of a URL, without user and port.
pub(crate) fn of_url(url: &str) -> Option<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = host.rsplit_once(':').map_or(
        host,
        |(name, port)| {
            if port.bytes().all(|b| b.is_ascii_digit()) { name } else { host }
        },
    );
    (!host.is_empty()).then_some(host)
}

/// A host, taken apart; everything in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    /// The whole host.
    pub(crate) host: String,
    /// The part that was registered: label and suffix.
    pub(crate) domain: String,
    /// The label as it is written in the host, perhaps in punycode.
    pub(crate) written: String,
    /// The label as people see it.
    pub(crate) label: String,
    /// The public suffix.
    pub(crate) suffix: String,
}

impl Parts {
    /// `None` for numeric addresses, single words and bare suffixes.
    pub(crate) fn of(host: &str) -> Option<Self> {
        let host = host.trim().trim_matches('.').to_lowercase();
        let is_number = host.split('.').next_back()?.bytes().all(|b| b.is_ascii_digit());
        if is_number || host.starts_with('[') || host.split('.').any(str::is_empty) {
            return None;
        }
        let domain = psl::domain_str(&host)?.to_owned();
        let (written, suffix) = domain.split_once('.')?;
        let (written, suffix) = (written.to_owned(), suffix.to_owned());
        let label = written.strip_prefix("xn--").and_then(punycode::decode).unwrap_or_else(|| written.clone());
        Some(Self { host, domain, written, label, suffix })
    }

    /// The labels before the registered part, leftmost first.
    pub(crate) fn subdomain(&self) -> impl Iterator<Item = &str> {
        let sub = self.host.strip_suffix(&self.domain).unwrap_or_default();
        sub.split('.').filter(|label| !label.is_empty())
    }

    /// Is its last label no country's? Two letters are a country, everything longer is generic or new.
    pub(crate) fn has_generic_suffix(&self) -> bool {
        self.suffix.rsplit('.').next().is_some_and(|last| last.chars().count() > 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_gives_its_host_only() {
        assert_eq!(of_url("https://user:secret@news.one.example:8443/a?b#c"), Some("news.one.example"));
        assert_eq!(of_url("one.example/a"), Some("one.example"));
        assert_eq!(of_url("https://one.example?next=https://two.example"), Some("one.example"));
        assert_eq!(of_url("https:///path"), None);
    }

    #[track_caller]
    fn check(host: &str, domain: &str, label: &str, suffix: &str) {
        let parts = Parts::of(host).expect("a host");
        assert_eq!((parts.domain.as_str(), parts.label.as_str(), parts.suffix.as_str()), (domain, label, suffix));
    }

    #[test]
    fn hosts_come_apart_at_public_suffixes_private_ones_included() {
        check("WWW.Harbourpost.Example.", "harbourpost.example", "harbourpost", "example");
        check("a.b.harbourpost.co.uk", "harbourpost.co.uk", "harbourpost", "co.uk");
        check("harbourpost.blogspot.com", "harbourpost.blogspot.com", "harbourpost", "blogspot.com");
        check("xn--bcher-kva.example", "xn--bcher-kva.example", "b\u{fc}cher", "example");
        assert_eq!(Parts::of("192.0.2.7"), None);
        assert_eq!(Parts::of("localhost"), None);
        assert_eq!(Parts::of("com"), None);
    }

    #[test]
    fn subdomains_are_listed_left_to_right() {
        let parts = Parts::of("a.b.harbourpost.example").expect("a host");
        assert_eq!(parts.subdomain().collect::<Vec<_>>(), ["a", "b"]);
    }
}
