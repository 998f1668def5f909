//! Any CSV or NDJSON, by a mapping that the user gives: `--map COLUMN=SOURCE` (adapters.md, 2.6).

mod mapping;
pub(crate) mod propose;

use super::coortweet::unit;
use super::fields::{Clock, Fields};
use super::links::LinkList;
use super::output::Output;
use super::{Adapter, Expected, Format, OpenFile, Rejection};
use crate::error::IngestError;
use crate::import::Settings;
use crate::normalize::{identity, time::Instant, url::UrlCache};
use crate::records::{Locator, Row};
use crate::tables::{AccountRow, InteractionRow, PostRow};
use mapping::{Mapping, Target};
use std::borrow::Cow;

pub(super) const FORMAT: Format = Format {
    name: "map",
    version: "1",
    layouts: &["CSV", "JSON"],
    recognize: |_| None,
    columns: |_| Expected { all: &[], required: &[] },
    create: |settings| Box::new(Map { settings: settings.clone(), file: None }),
};

struct Map {
    settings: Settings,
    file: Option<Bound>,
}

/// The mapping, bound to the file being read.
struct Bound {
    mapping: Mapping,
    clock: Clock,
    platform: &'static str,
    prefix: String,
    /// For records without an id.
    name: String,
    decimal_comma: bool,
}

impl Adapter for Map {
    fn open(&mut self, file: &OpenFile<'_>) -> Result<Vec<(String, Locator)>, IngestError> {
        let mapping = Mapping::bind(&self.settings.map, file)?;
        let (mut platform, mut prefix) = self.settings.platform_and_prefix("map");
        if let Some(Locator::Literal(name)) = mapping.at(Target::Platform) {
            platform = identity::platform(name).ok_or_else(|| IngestError::UnknownPlatform {
                name: name.clone(),
                known: identity::platforms().to_vec(),
            })?;
            platform.clone_into(&mut prefix);
        }
        let zone = self.settings.zone.unwrap_or(chrono_tz::Tz::UTC);
        let unit = mapping.at(Target::CreatedAt).and_then(|time| unit(file, time));
        let clock = Clock { zone, unit, reads_text: true };
        let ids = mapping.ids();
        let (name, decimal_comma) = (file.name.to_owned(), file.decimal_comma());
        self.file = Some(Bound { mapping, clock, platform, prefix, name, decimal_comma });
        Ok(ids)
    }

    fn record(&mut self, row: &Row<'_>, number: u64, out: &mut Output) -> Result<(), Rejection> {
        let Some(file) = &self.file else { return Ok(()) };
        // the tally is lent to the fields, so that rows can be pushed meanwhile
        let mut tally = std::mem::take(&mut out.tally);
        let mut fields = Fields { row, number, decimal_comma: file.decimal_comma, tally: &mut tally };
        let result = file.rows(&mut fields, out);
        out.tally = tally;
        result
    }
}

/// Ids of what a post refers to.
struct References {
    reply_to: Option<String>,
    repost_of: Option<String>,
    quote_of: Option<String>,
    thread: Option<String>,
    community: Option<String>,
    reply_account: Option<String>,
    repost_account: Option<String>,
    quote_account: Option<String>,
}

impl References {
    fn kind(&self) -> &'static str {
        if self.repost_of.is_some() || self.repost_account.is_some() {
            "repost"
        } else if self.reply_to.is_some() || self.reply_account.is_some() {
            "reply"
        } else if self.quote_of.is_some() || self.quote_account.is_some() {
            "quote"
        } else {
            "post"
        }
    }
}

impl Bound {
    fn rows(&self, fields: &mut Fields<'_, '_>, out: &mut Output) -> Result<(), Rejection> {
        let native = match self.mapping.at(Target::PostId) {
            Some(at) => fields.id(Target::PostId.name(), Some(at))?.ok_or(Rejection {
                code: "no_id",
                field: Some(Target::PostId.name().to_owned()),
                value: None,
                message: "the id is empty",
            })?,
            None => format!("{}-{}", self.name, fields.number),
        };
        let created = match self.mapping.at(Target::CreatedAt) {
            Some(at) => Some(fields.required_time(Target::CreatedAt.name(), Some(at), self.clock)?),
            None => None,
        };
        let author = fields.id(Target::AccountId.name(), self.mapping.at(Target::AccountId))?;
        let gone = identity::missing_author(author.as_deref().unwrap_or_default());
        let author = author.filter(|_| gone.is_none());
        let references = self.references(fields)?;
        if let Some(author) = &author {
            self.account(fields, author, out);
        }
        self.post(fields, &native, created, (author.as_deref(), gone), &references, out);
        Ok(())
    }

    fn id(&self, native: &str) -> String {
        identity::prefixed(&self.prefix, native)
    }

    fn references(&self, fields: &mut Fields<'_, '_>) -> Result<References, Rejection> {
        let mut id = |target: Target| -> Result<Option<String>, Rejection> {
            let native = fields.id(target.name(), self.mapping.at(target))?;
            Ok(native.map(|native| self.id(&native)))
        };
        Ok(References {
            reply_to: id(Target::ReplyToId)?,
            repost_of: id(Target::RepostOfId)?,
            quote_of: id(Target::QuoteOfId)?,
            thread: id(Target::ThreadId)?,
            community: id(Target::CommunityId)?,
            reply_account: id(Target::ReplyToAccount)?,
            repost_account: id(Target::RepostOfAccount)?,
            quote_account: id(Target::QuoteOfAccount)?,
        })
    }

    fn account(&self, fields: &mut Fields<'_, '_>, author: &str, out: &mut Output) {
        let handle = fields.handle(self.mapping.at(Target::Handle));
        let mut text = |target| fields.text(self.mapping.at(target));

        let [name, description, location, url] =
            [Target::DisplayName, Target::Description, Target::LocationClaimed, Target::AccountUrl].map(&mut text);
        let created = fields.time(
            Target::AccountCreatedAt.name(),
            self.mapping.at(Target::AccountCreatedAt),
            self.profile_clock(),
        );
        let [followers, following, posts] = [Target::NFollower, Target::NFollowing, Target::NPost]
            .map(|target| fields.count(target.name(), self.mapping.at(target)));
        let verified = fields.truth(Target::Verified.name(), self.mapping.at(Target::Verified));
        out.account(&AccountRow {
            account_id: Some(&self.id(author)),
            platform: Some(self.platform),
            native_id: Some(author),
            handle: handle.as_deref(),
            display_name: name.as_deref(),
            kind: Some("unknown"),
            created_at: created.map(|time| time.micros),
            created_at_precision: created.map(|time| time.precision.name()),
            description: description.as_deref(),
            location_claimed: location.as_deref(),
            url: url.as_deref(),
            n_follower: followers,
            n_following: following,
            n_post: posts,
            verified,
            status: Some("unknown"),
            is_hashed: Some(false),
            source_row: Some(fields.number),
            ..AccountRow::default()
        });
    }

    /// Other times of the record are rarely numbers of the same unit; seconds are the common case.
    fn profile_clock(&self) -> Clock {
        Clock { unit: Some(crate::normalize::time::EpochUnit::Seconds), ..self.clock }
    }

    fn post(
        &self,
        fields: &mut Fields<'_, '_>,
        native: &str,
        created: Option<Instant>,
        (author, gone): (Option<&str>, Option<&'static str>),
        references: &References,
        out: &mut Output,
    ) {
        let text = fields.prose(self.mapping.at(Target::Text));
        let links = self.links(fields, text.as_deref(), &mut out.urls);
        let mut short = |target| fields.text(self.mapping.at(target));
        let [title, lang, url, client, country] =
            [Target::Title, Target::Lang, Target::Url, Target::Client, Target::PlaceCountry].map(&mut short);
        let kind = self.word(fields, Target::Kind, KINDS).unwrap_or_else(|| references.kind());
        let status = self.word(fields, Target::Status, STATUSES).or(gone).unwrap_or("unknown");
        let [likes, reposts, replies, quotes, reactions, views] =
            [Target::NLike, Target::NRepost, Target::NReply, Target::NQuote, Target::NReaction, Target::NView]
                .map(|target| fields.count(target.name(), self.mapping.at(target)));
        let [collected, metrics] = [Target::CollectedAt, Target::MetricsAt]
            .map(|target| fields.time(target.name(), self.mapping.at(target), self.profile_clock()));
        let (post_id, account) = (self.id(native), author.map(|author| self.id(author)));
        let country = country.map(|country| country.to_ascii_uppercase());
        let source = if created.is_some_and(|time| time.zone_assumed) { "assumed_tz" } else { "platform" };
        fields.tally.note(ASSUMED, u64::from(source == "assumed_tz"));
        out.post(
            &PostRow {
                post_id: Some(&post_id),
                platform: Some(self.platform),
                native_id: Some(native),
                account_id: account.as_deref(),
                kind: Some(kind),
                embedded: Some(false),
                created_at: created.map(|time| time.micros),
                created_at_precision: created.map(|time| time.precision.name()),
                created_at_source: created.map(|_| source),
                text: text.as_deref(),
                text_truncated: Some(false),
                title: title.as_deref(),
                lang: lang.as_deref(),
                reply_to_id: references.reply_to.as_deref(),
                repost_of_id: references.repost_of.as_deref(),
                quote_of_id: references.quote_of.as_deref(),
                thread_id: references.thread.as_deref(),
                community_id: references.community.as_deref(),
                url: url.as_deref(),
                client: client.as_deref(),
                n_like: likes,
                n_repost: reposts,
                n_reply: replies,
                n_quote: quotes,
                n_reaction: reactions,
                n_view: views,
                metrics_at: metrics.map(|time| time.micros),
                status: Some(status),
                place_country: country.as_deref(),
                lat: fields.fraction(Target::Lat.name(), self.mapping.at(Target::Lat), 90.0),
                lon: fields.fraction(Target::Lon.name(), self.mapping.at(Target::Lon), 180.0),
                collected_at: collected.map(|time| time.micros),
                source_row: Some(fields.number),
                ..PostRow::default()
            },
            &links,
        );
        if let Some(account) = &account {
            let base = InteractionRow {
                actor_id: Some(account),
                post_id: Some(&post_id),
                at: created.map(|time| time.micros),
                at_precision: created.map(|time| time.precision.name()),
                source_row: Some(fields.number),
                ..InteractionRow::default()
            };
            interactions(&base, references, &links, out);
        }
    }

    /// A word of an enumeration; another one is counted and left out.
    fn word(&self, fields: &mut Fields<'_, '_>, target: Target, words: &[&'static str]) -> Option<&'static str> {
        let cell = fields.text(self.mapping.at(target))?;
        let known = words.iter().find(|word| cell.trim().eq_ignore_ascii_case(word)).copied();
        if known.is_none() {
            fields.tally.null("unknown_word", target.name(), fields.number, &cell);
        }
        known
    }

    fn links(&self, fields: &Fields<'_, '_>, text: Option<&str>, urls: &mut UrlCache) -> LinkList {
        let mut links = LinkList::default();
        for url in self.items(fields, Target::Links) {
            links.url(urls, &url, "entity");
        }
        for tag in self.items(fields, Target::Hashtags) {
            links.hashtag(&tag, "entity");
        }
        for mentioned in self.items(fields, Target::Mentions) {
            links.mention(&mentioned, self.id(&mentioned), "entity");
        }
        if let Some(text) = text {
            let shortener = (self.platform == "x").then_some("t.co");
            links.scan(urls, text, &self.prefix, shortener);
        }
        links
    }

    fn items(&self, fields: &Fields<'_, '_>, target: Target) -> Vec<String> {
        let cell = fields.raw(self.mapping.at(target)).unwrap_or(Cow::Borrowed(""));
        if crate::normalize::number::is_unknown(cell.trim()) {
            Vec::new()
        } else {
            self.mapping.form(target).items(&cell)
        }
    }
}

const KINDS: &[&str] = &["post", "repost", "reply", "quote", "comment", "message", "video", "article", "ad"];
const STATUSES: &[&str] = &["visible", "edited", "deleted", "removed", "withheld", "unknown"];

/// Note for times without a zone.
pub(crate) const ASSUMED: &str = "times had no zone";

fn interactions(base: &InteractionRow<'_>, references: &References, links: &LinkList, out: &mut Output) {
    let pairs = [
        ("repost", &references.repost_account, &references.repost_of),
        ("reply", &references.reply_account, &references.reply_to),
        ("quote", &references.quote_account, &references.quote_of),
    ];
    for (kind, account, post) in pairs {
        if account.is_some() || post.is_some() {
            let (account, post) = (account.as_deref(), post.as_deref());
            out.interaction(&InteractionRow {
                kind: Some(kind),
                target_account_id: account,
                target_post_id: post,
                ..*base
            });
        }
    }
    for account in links.mentioned() {
        out.interaction(&InteractionRow { kind: Some("mention"), target_account_id: Some(account), ..*base });
    }
}

#[cfg(test)]
mod tests;
