//! `url-1`: the canonical form of a web address, and its registrable domain (Public Suffix List, private
//! section off). Nothing is resolved or fetched.

use psl::{List, Psl, Type};
use std::collections::HashMap;
use url::{Host, Url};

/// Version of these rules, written into `links.normaliser`.
pub(crate) const NORMALIZER: &str = "url-1";

/// An address in canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalUrl {
    /// The whole address.
    pub target: String,
    /// Its host: lower case, IDNA A-label, without `www.` and the like.
    pub host: String,
    /// Registrable domain of the host; none for addresses of machines and for bare suffixes.
    pub domain: Option<String>,
}

/// The canonical form of a web address; nothing when it is none.
///
/// Needs `http://`, `https://` or a leading `www.`. Idempotent.
#[must_use]
pub fn canonical_url(text: &str) -> Option<CanonicalUrl> {
    let mut url = parse(text.trim())?;
    // an AMP cache can hold a page of another AMP cache; nobody nests deeper
    for _ in 0..3 {
        match behind_amp_cache(&url) {
            Some(page) => url = page,
            None => break,
        }
    }
    canonical(&url)
}

/// Canonical forms by what was written: the same few addresses are most of a coordinated corpus.
#[derive(Default)]
pub(crate) struct UrlCache {
    known: HashMap<String, Option<CanonicalUrl>>,
}

impl UrlCache {
    /// As [`canonical_url`].
    pub(crate) fn canonical(&mut self, text: &str) -> Option<&CanonicalUrl> {
        if self.known.len() > 100_000 {
            self.known.clear();
        }
        if !self.known.contains_key(text) {
            self.known.insert(text.to_owned(), canonical_url(text));
        }
        self.known.get(text)?.as_ref()
    }
}

/// Does the text claim to be a web address?
pub(crate) fn looks_like_url(text: &str) -> bool {
    let start = text.trim_start().as_bytes();
    let begins = |prefix: &[u8]| start.len() > prefix.len() && start[..prefix.len()].eq_ignore_ascii_case(prefix);
    begins(b"http://") || begins(b"https://") || begins(b"www.")
}

/// Registrable domain of a host name.
#[must_use]
pub fn registrable_domain(host: &str) -> Option<String> {
    let labels = host.rsplit('.').collect::<Vec<_>>();
    let suffix = icann_suffix(host)?;
    let wanted = suffix.split('.').count() + 1;
    if labels.len() < wanted || labels.iter().any(|label| label.is_empty()) {
        return None;
    }
    Some(labels[..wanted].iter().rev().copied().collect::<Vec<_>>().join("."))
}

/// The longest suffix that is not of the private section.
fn icann_suffix(host: &str) -> Option<&str> {
    let suffix = List.suffix(host.as_bytes())?;
    let name = std::str::from_utf8(suffix.as_bytes()).ok()?;
    if suffix.typ() == Some(Type::Private) { icann_suffix(name.split_once('.')?.1) } else { Some(name) }
}

fn parse(text: &str) -> Option<Url> {
    if !looks_like_url(text) {
        return None;
    }
    let bare = text.as_bytes()[..4].eq_ignore_ascii_case(b"www.");
    let url = if bare { Url::parse(&format!("https://{text}")) } else { Url::parse(text) }.ok()?;
    url.has_host().then_some(url)
}

/// The page that an address of an AMP cache stands for.
fn behind_amp_cache(url: &Url) -> Option<Url> {
    let host = url.host_str()?;
    let path = url.path();
    let is_viewer =
        registrable_domain(host).is_some_and(|domain| domain.starts_with("google.")) && path.starts_with("/amp/");
    let rest = if is_viewer {
        path.strip_prefix("/amp/")?
    } else if host.ends_with(".cdn.ampproject.org") {
        let (kind, rest) = path.strip_prefix('/')?.split_once('/')?;
        matches!(kind, "c" | "v" | "wp").then_some(rest)?
    } else {
        return None;
    };
    let page = rest.strip_prefix("s/").unwrap_or(rest);
    let query = url.query().map_or_else(String::new, |query| format!("?{query}"));
    Url::parse(&format!("https://{page}{query}")).ok().filter(|page| page.host_str().is_some_and(|h| h.contains('.')))
}

fn canonical(url: &Url) -> Option<CanonicalUrl> {
    let is_name = matches!(url.host()?, Host::Domain(_));
    let written = url.host_str()?.trim_end_matches('.');
    let named = if is_name { without_front(written) } else { written };
    let mut query = parameters(url.query().unwrap_or_default(), named);
    let mut path = clean_path(url.path());
    let mut host = same_site(named);
    if host == "youtu.be" && path.len() > 1 {
        query.push(("v".into(), format!("v={}", &path[1..])));
        (host, path) = ("youtube.com", "/watch".into());
    }
    query.sort();
    let port = url.port().filter(|port| *port != 443).map_or_else(String::new, |port| format!(":{port}"));
    let mut target = format!("https://{host}{port}{path}");
    for (at, (_, parameter)) in query.iter().enumerate() {
        target.push(if at == 0 { '?' } else { '&' });
        target.push_str(parameter);
    }
    Some(CanonicalUrl { target, host: host.to_owned(), domain: if is_name { registrable_domain(host) } else { None } })
}

/// Without `www.`, `m.`, `mobile.`, `amp.`, as long as a registrable domain is left.
fn without_front(mut host: &str) -> &str {
    while let Some(rest) = ["www.", "m.", "mobile.", "amp."].iter().find_map(|front| host.strip_prefix(front)) {
        if registrable_domain(rest).is_none() {
            break;
        }
        host = rest;
    }
    host
}

fn same_site(host: &str) -> &str {
    match host {
        "twitter.com" => "x.com",
        "old.reddit.com" | "np.reddit.com" => "reddit.com",
        other => other,
    }
}

fn clean_path(path: &str) -> String {
    let clean = normal_percent(path);
    let trimmed = clean.trim_end_matches('/');
    if trimmed.is_empty() { "/".into() } else { trimmed.into() }
}

/// Name and whole text of the parameters that do not only track.
fn parameters(query: &str, host: &str) -> Vec<(String, String)> {
    let pieces = query.split('&').filter(|piece| !piece.is_empty() && *piece != "=");
    pieces
        .map(|piece| {
            let name = piece.split_once('=').map_or(piece, |(name, _)| name);
            (normal_percent(name), normal_percent(piece))
        })
        .filter(|(name, _)| !is_tracking(name, host))
        .collect()
}

const TRACKING: [&str; 22] = [
    "fbclid",
    "gclid",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "twclid",
    "ttclid",
    "igshid",
    "igsh",
    "yclid",
    "mc_cid",
    "mc_eid",
    "_hsenc",
    "_hsmi",
    "vero_id",
    "oly_anon_id",
    "oly_enc_id",
    "ref_src",
    "ref_url",
    "s_cid",
    "spm",
];

fn is_tracking(name: &str, host: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("utm_")
        || TRACKING.contains(&name.as_str())
        || match host {
            "x.com" | "twitter.com" => matches!(name.as_str(), "s" | "t"),
            "youtu.be" | "youtube.com" => matches!(name.as_str(), "si" | "feature" | "pp"),
            _ => false,
        }
}

/// Percent-encoding in one form: unreserved characters decoded, hexadecimal digits upper case.
fn normal_percent(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let offset = bytes.len() - rest.len() + at;
        let code = bytes.get(offset + 1..offset + 3).and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok().filter(|_| !hex.starts_with('+'))) {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => out.push(char::from(byte)),
            Some(_) => out.push_str(&rest[at..at + 3].to_ascii_uppercase()),
            None => {
                out.push('%');
                rest = &rest[at + 1..];
                continue;
            }
        }
        rest = &rest[at + 3..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(written: &str, expected: &str) {
        assert_eq!(canonical_url(written).map(|url| url.target).as_deref(), Some(expected), "{written}");
    }

    #[test]
    fn scheme_host_port_fragment_and_user_have_one_form() {
        check("HTTP://User:pw@WWW.Example.EXAMPLE:80/a#part", "https://example.example/a");
        check("http://a.example:443/", "https://a.example/");
        check("http://a.example:8080/?", "https://a.example:8080/");
        check("www.a.example", "https://a.example/");
        check("https://münchen.example/", "https://xn--mnchen-3ya.example/");
        check("https://www.m.a.example./x", "https://a.example/x");
    }

    #[test]
    fn a_front_label_stays_when_it_is_the_name() {
        check("https://m.example/", "https://m.example/");
        check("https://www.com/", "https://www.com/");
        check("https://amp.co.uk/", "https://amp.co.uk/");
    }

    #[test]
    fn paths_are_decoded_where_nothing_is_lost() {
        check("https://a.example/%7euser/%C3%a4%2f/../b/./c//", "https://a.example/~user/b/c");
        check("https://a.example/ä%zz%", "https://a.example/%C3%A4%zz%");
    }

    #[test]
    fn tracking_parameters_go_and_the_rest_is_sorted() {
        check("https://a.example/p?b=2&utm_source=x&a=2&a=1&fbclid=9&&c", "https://a.example/p?a=1&a=2&b=2&c");
        check("https://a.example/p?UTM_Medium=mail", "https://a.example/p");
        check("https://a.example/p?s=1&t=2", "https://a.example/p?s=1&t=2");
        check("https://twitter.com/u/status/1?s=20&t=abc&lang=de", "https://x.com/u/status/1?lang=de");
        check("https://www.youtube.com/watch?v=ID&feature=share&si=q", "https://youtube.com/watch?v=ID");
    }

    #[test]
    fn addresses_of_one_thing_are_one_address() {
        check("https://mobile.twitter.com/u", "https://x.com/u");
        check("https://youtu.be/ID?si=abc&t=9", "https://youtube.com/watch?t=9&v=ID");
        check("https://old.reddit.com/r/a/", "https://reddit.com/r/a");
        check("https://np.reddit.com/r/a", "https://reddit.com/r/a");
        check("https://www.google.com/amp/s/news.example/story/", "https://news.example/story");
        check("https://news-example.cdn.ampproject.org/c/s/news.example/story?x=1", "https://news.example/story?x=1");
        check("https://t.co/AbC", "https://t.co/AbC");
    }

    #[test]
    fn what_is_no_web_address_is_none() {
        for text in
            ["", "o00847", "ftp://a.example/", "mailto:a@b.example", "a.example/b", "https://", "www.", "http:/x"]
        {
            assert_eq!(canonical_url(text), None, "{text}");
        }
    }

    #[test]
    fn a_private_suffix_is_a_domain_like_any_other() {
        assert_eq!(registrable_domain("someone.github.io").as_deref(), Some("github.io"));
        assert_eq!(registrable_domain("a.b.blogspot.com").as_deref(), Some("blogspot.com"));
        assert_eq!(registrable_domain("github.io").as_deref(), Some("github.io"));
        assert_eq!(registrable_domain("news.bbc.co.uk").as_deref(), Some("bbc.co.uk"));
        assert_eq!(registrable_domain("a.b.example").as_deref(), Some("b.example"));
        assert_eq!(registrable_domain("co.uk"), None);
        assert_eq!(canonical_url("http://192.0.2.7/a").and_then(|url| url.domain), None);
    }

    proptest! {
        #[test]
        fn the_canonical_form_of_a_canonical_form_is_itself(
            host in "(www\\.|m\\.|amp\\.){0,2}[a-z]{1,6}\\.(example|co\\.uk|github\\.io|com)",
            rest in "[/a-zA-Z0-9%.?&=#;+ä~_:@|-]{0,30}",
        ) {
            if let Some(once) = canonical_url(&format!("http://{host}/{rest}")) {
                prop_assert_eq!(canonical_url(&once.target), Some(once));
            }
        }
    }
}
