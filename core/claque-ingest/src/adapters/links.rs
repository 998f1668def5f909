//! What a post points to: entities first, then what stands in the text only.

use crate::normalize::identity;
use crate::normalize::text::{Found, scan, tag};
use crate::normalize::url::UrlCache;
use std::collections::HashSet;

/// Links of a post beyond this are counted, not kept.
pub(crate) const MOST_LINKS: usize = 65_535;

/// What a post points to, each thing once, in order of appearance.
#[derive(Default)]
pub(crate) struct LinkList {
    links: Vec<Link>,
    /// Kind and target of all links, once there are many.
    known: HashSet<(&'static str, String)>,
}

/// Up to so many links are compared one by one.
const FEW_LINKS: usize = 32;

pub(crate) struct Link {
    pub(crate) kind: &'static str,
    pub(crate) raw: String,
    pub(crate) target: String,
    pub(crate) host: Option<String>,
    pub(crate) domain: Option<String>,
    pub(crate) found_in: &'static str,
}

impl LinkList {
    /// An address; what is none is kept as it is when the platform says that it is a link.
    pub(crate) fn url(&mut self, urls: &mut UrlCache, raw: &str, found_in: &'static str) {
        match urls.canonical(raw).cloned() {
            Some(url) => self.add("url", raw, url.target, Some(url.host), url.domain, found_in),
            None => found_in == "entity" && self.object(raw),
        };
    }

    /// An object that stands where a link stands, and is none; is it new?
    pub(crate) fn object(&mut self, raw: &str) -> bool {
        self.add("url", raw, raw.to_owned(), None, None, "entity")
    }

    pub(crate) fn hashtag(&mut self, raw: &str, found_in: &'static str) {
        self.add("hashtag", raw, tag(raw), None, None, found_in);
    }

    /// A mention of an account given by its canonical id.
    pub(crate) fn mention(&mut self, raw: &str, account_id: String, found_in: &'static str) {
        self.add("mention", raw, account_id, None, None, found_in);
    }

    /// What stands in the text only. Short links of the platform are no links of their own when the
    /// platform lists what they lead to (a13); nor are handles when it lists ids.
    pub(crate) fn scan(&mut self, urls: &mut UrlCache, text: &str, prefix: &str, shortener: Option<&str>) {
        let has = |kind| self.links.iter().any(|link| link.kind == kind);
        let (has_urls, has_mentions) = (has("url"), has("mention"));
        for found in scan(text) {
            match found {
                Found::Url(raw) => {
                    let is_short =
                        shortener.is_some_and(|host| urls.canonical(raw).is_some_and(|url| url.host == host));
                    if !(is_short && has_urls) {
                        self.url(urls, raw, "text");
                    }
                }
                Found::Hashtag(raw) => self.hashtag(raw, "text"),
                Found::Mention(raw) if !has_mentions => self.mention(raw, identity::prefixed(prefix, raw), "text"),
                Found::Mention(_) => {}
            }
        }
    }

    fn add(
        &mut self,
        kind: &'static str,
        raw: &str,
        target: String,
        host: Option<String>,
        domain: Option<String>,
        found_in: &'static str,
    ) -> bool {
        let is_known = if self.links.len() < FEW_LINKS {
            self.links.iter().any(|link| link.kind == kind && link.target == target)
        } else {
            if self.known.is_empty() {
                self.known = self.links.iter().map(|link| (link.kind, link.target.clone())).collect();
            }
            !self.known.insert((kind, target.clone()))
        };
        let is_new = !is_known && !target.is_empty();
        if is_new {
            self.links.push(Link { kind, raw: raw.to_owned(), target, host, domain, found_in });
        }
        is_new
    }

    /// In order of appearance.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Link> {
        self.links.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.links.len()
    }

    /// Accounts mentioned.
    pub(crate) fn mentioned(&self) -> impl Iterator<Item = &str> {
        self.links.iter().filter(|link| link.kind == "mention").map(|link| link.target.as_str())
    }
}
