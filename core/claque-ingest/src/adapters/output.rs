//! Where adapters put rows, and where they count what they could not use.

use super::Rejection;
use crate::normalize::identity;
use crate::normalize::text::{Found, scan, tag};
use crate::normalize::url::{NORMALIZER, canonical_url};
use crate::report::Problem;
use crate::tables::{AccountRow, Accounts, InteractionRow, Interactions, LinkRow, Links, PostRow, Posts};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Links of a post beyond this are counted, not kept.
const MOST_LINKS: usize = 65_535;

/// The tables under construction.
pub(crate) struct Output {
    pub(crate) posts: Posts,
    pub(crate) accounts: Accounts,
    pub(crate) links: Links,
    pub(crate) interactions: Interactions,
    /// Row in `posts` of every link and interaction, so that they go when a repeated sighting goes.
    pub(crate) post_of_link: Vec<u32>,
    pub(crate) post_of_interaction: Vec<u32>,
    pub(crate) tally: Tally,
    /// The file being read.
    pub(crate) source_id: String,
    /// Last observation of each account in this file, as a hash of its content.
    last_seen: HashMap<String, u64>,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self {
            posts: Posts::new(),
            accounts: Accounts::new(),
            links: Links::new(),
            interactions: Interactions::new(),
            post_of_link: Vec::new(),
            post_of_interaction: Vec::new(),
            tally: Tally::default(),
            source_id: String::new(),
            last_seen: HashMap::new(),
        }
    }

    /// Starts a file; gives back what was counted in the one before.
    pub(crate) fn start(&mut self, source_id: &str) -> Tally {
        source_id.clone_into(&mut self.source_id);
        self.last_seen.clear();
        std::mem::take(&mut self.tally)
    }

    /// Adds an observation, unless it repeats the account's last one in this file.
    pub(crate) fn account(&mut self, row: &AccountRow<'_>) {
        let Some(id) = row.account_id else { return };
        let mut hash = DefaultHasher::new();
        (row.handle, row.display_name, row.kind, row.created_at, row.description, row.location_claimed).hash(&mut hash);
        (row.url, row.n_follower, row.n_following, row.n_post, row.verified, row.status, row.extra).hash(&mut hash);
        let hash = hash.finish();
        match self.last_seen.get_mut(id) {
            Some(last) if *last == hash => return,
            Some(last) => *last = hash,
            None => {
                self.last_seen.insert(id.to_owned(), hash);
            }
        }
        self.accounts.push(&AccountRow { source_id: Some(&self.source_id), ..*row });
    }

    /// Adds a post of the file being read, with its links.
    pub(crate) fn post(&mut self, row: &PostRow<'_>, links: &LinkList) {
        self.posts.push(&PostRow { source_id: Some(&self.source_id), ..*row });
        self.links_of_last_post(row.post_id, links);
    }

    /// Adds links to the post that was pushed last.
    pub(crate) fn links_of_last_post(&mut self, post_id: Option<&str>, links: &LinkList) {
        let post = self.posts.height as u32 - 1;
        for (position, link) in links.links.iter().take(MOST_LINKS).enumerate() {
            self.links.push(&LinkRow {
                post_id,
                position: Some(position as u16),
                kind: Some(link.kind),
                raw: Some(&link.raw),
                target: Some(&link.target),
                host: link.host.as_deref(),
                domain: link.domain.as_deref(),
                found_in: Some(link.found_in),
                normaliser: Some(NORMALIZER),
                ..LinkRow::default()
            });
            self.post_of_link.push(post);
        }
        self.tally.note(
            "links beyond the first 65,535 of a post were left out",
            links.links.len().saturating_sub(MOST_LINKS) as u64,
        );
    }

    /// Adds an interaction of the post that was pushed last.
    pub(crate) fn interaction(&mut self, row: &InteractionRow<'_>) {
        let id = interaction_id(row);
        let source_id = Some(self.source_id.as_str());
        self.interactions.push(&InteractionRow { interaction_id: Some(&id), source_id, ..*row });
        self.post_of_interaction.push(self.posts.height as u32 - 1);
    }
}

/// The id of an interaction whose platform has none.
fn interaction_id(row: &InteractionRow<'_>) -> String {
    let at = row.at.map(|at| at.to_string());
    let parts = [row.kind, row.actor_id, row.target_account_id, row.post_id, row.target_post_id, at.as_deref()];
    let digest = Sha256::digest(parts.map(Option::unwrap_or_default).join("\0"));
    format!("i_{}", &crate::document::hex(&digest)[..32])
}

/// What a post points to, each thing once, in order of appearance.
#[derive(Default)]
pub(crate) struct LinkList {
    links: Vec<Link>,
    /// Kind and target of all links, once there are many.
    known: HashSet<(&'static str, String)>,
}

/// Up to so many links are compared one by one.
const FEW_LINKS: usize = 32;

struct Link {
    kind: &'static str,
    raw: String,
    target: String,
    host: Option<String>,
    domain: Option<String>,
    found_in: &'static str,
}

impl LinkList {
    /// An address; what is none is kept as it is when the platform says that it is a link.
    pub(crate) fn url(&mut self, raw: &str, found_in: &'static str) {
        match canonical_url(raw) {
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
    pub(crate) fn scan(&mut self, text: &str, prefix: &str, shortener: Option<&str>) {
        let has = |kind| self.links.iter().any(|link| link.kind == kind);
        let (has_urls, has_mentions) = (has("url"), has("mention"));
        for found in scan(text) {
            match found {
                Found::Url(raw) => {
                    let is_short = shortener.is_some_and(|host| canonical_url(raw).is_some_and(|url| url.host == host));
                    if !(is_short && has_urls) {
                        self.url(raw, "text");
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

    /// Accounts mentioned.
    pub(crate) fn mentioned(&self) -> impl Iterator<Item = &str> {
        self.links.iter().filter(|link| link.kind == "mention").map(|link| link.target.as_str())
    }
}

/// What was counted in one file.
#[derive(Default)]
pub(crate) struct Tally {
    rejects: BTreeMap<(&'static str, Option<String>), Problem>,
    nulled: BTreeMap<(&'static str, Option<String>), Problem>,
    notes: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// A record that cannot be used.
    pub(crate) fn reject(&mut self, number: u64, rejection: &Rejection) {
        let value = rejection.value.as_ref().map_or_else(|| rejection.message.to_owned(), |value| quoted(value));
        count(&mut self.rejects, rejection.code, rejection.field.clone(), number, value);
    }

    /// A record that could not even be read.
    pub(crate) fn unreadable(&mut self, number: u64, code: &'static str, message: &str) {
        count(&mut self.rejects, code, None, number, message.to_owned());
    }

    /// A field that became null.
    pub(crate) fn null(&mut self, code: &'static str, field: &str, number: u64, value: &str) {
        count(&mut self.nulled, code, Some(field.to_owned()), number, quoted(value));
    }

    /// Something worth a look.
    pub(crate) fn note(&mut self, what: &'static str, times: u64) {
        if times > 0 {
            *self.notes.entry(what).or_default() += times;
        }
    }

    pub(crate) fn rejects(&self) -> Vec<Problem> {
        by_count(&self.rejects)
    }

    pub(crate) fn nulled(&self) -> Vec<Problem> {
        by_count(&self.nulled)
    }

    pub(crate) fn notes(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.notes.iter().map(|(what, times)| (*what, *times))
    }
}

fn count(
    problems: &mut BTreeMap<(&'static str, Option<String>), Problem>,
    code: &'static str,
    field: Option<String>,
    first_record: u64,
    value: String,
) {
    let key = (code, field);
    match problems.get_mut(&key) {
        Some(problem) => problem.count += 1,
        None => {
            let problem = Problem { code, field: key.1.clone(), count: 1, first_record, value };
            problems.insert(key, problem);
        }
    }
}

fn by_count(problems: &BTreeMap<(&'static str, Option<String>), Problem>) -> Vec<Problem> {
    let mut sorted: Vec<Problem> = problems.values().cloned().collect();
    sorted.sort_by_key(|problem| std::cmp::Reverse(problem.count));
    sorted
}

fn quoted(value: &str) -> String {
    let short: String = value.chars().take(80).collect();
    format!("\"{short}\"")
}
