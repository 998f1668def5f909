//! Where adapters put rows, and where they count what they could not use.

use super::Rejection;
use super::links::{LinkList, MOST_LINKS};
use crate::normalize::text::shown;
use crate::normalize::url::{NORMALIZER, UrlCache};
use crate::report::Problem;
use crate::tables::{AccountRow, Accounts, InteractionRow, Interactions, LinkRow, Links, PostRow, Posts};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

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
    pub(crate) urls: UrlCache,
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
            urls: UrlCache::default(),
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
        for (position, link) in links.iter().take(MOST_LINKS).enumerate() {
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
            links.len().saturating_sub(MOST_LINKS) as u64,
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
    let field = key.1.clone();
    problems.entry(key).or_insert(Problem { code, field, count: 0, first_record, value }).count += 1;
}

fn by_count(problems: &BTreeMap<(&'static str, Option<String>), Problem>) -> Vec<Problem> {
    let mut sorted: Vec<Problem> = problems.values().cloned().collect();
    sorted.sort_by_key(|problem| std::cmp::Reverse(problem.count));
    sorted
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", shown(value, 80))
}
