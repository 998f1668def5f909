//! The Twitter/X information-operations archive: tweets or users, CSV (a1 to a13).

use super::fields::{Clock, Fields};
use super::links::LinkList;
use super::output::Output;
use super::{Adapter, Expected, Format, OpenFile, Recognition, Rejection};
use crate::error::IngestError;
use crate::normalize::list::ListForm;
use crate::normalize::url::UrlCache;
use crate::records::{Locator, Row};
use crate::tables::{AccountRow, InteractionRow, PostRow};
use chrono_tz::Tz;

pub(super) const FORMAT: Format = Format {
    name: "x-io",
    version: "1",
    layouts: &["CSV"],
    recognize,
    columns: |names| if is_users(names) { USERS } else { TWEETS },
    create: |_| Box::new(XIo::default()),
};

/// Columns of the tweets file, in its order.
const COLUMNS: [&str; 31] = [
    "tweetid",
    "userid",
    "user_display_name",
    "user_screen_name",
    "user_reported_location",
    "user_profile_description",
    "user_profile_url",
    "follower_count",
    "following_count",
    "account_creation_date",
    "account_language",
    "tweet_language",
    "tweet_text",
    "tweet_time",
    "tweet_client_name",
    "in_reply_to_userid",
    "in_reply_to_tweetid",
    "quoted_tweet_tweetid",
    "is_retweet",
    "retweet_userid",
    "retweet_tweetid",
    "latitude",
    "longitude",
    "quote_count",
    "reply_count",
    "like_count",
    "retweet_count",
    "hashtags",
    "urls",
    "user_mentions",
    "poll_choices",
];

/// The same columns by name, in the same order.
#[derive(Clone, Copy)]
enum Field {
    TweetId,
    UserId,
    DisplayName,
    ScreenName,
    Location,
    Description,
    ProfileUrl,
    Followers,
    Following,
    AccountCreation,
    AccountLanguage,
    Language,
    Text,
    Time,
    Client,
    ReplyUser,
    ReplyTweet,
    QuotedTweet,
    IsRetweet,
    RetweetUser,
    RetweetTweet,
    Latitude,
    Longitude,
    Quotes,
    Replies,
    Likes,
    Retweets,
    Hashtags,
    Urls,
    Mentions,
    Poll,
}

impl Field {
    fn name(self) -> &'static str {
        COLUMNS[self as usize]
    }
}

const TWEETS: Expected = Expected {
    all: &COLUMNS,
    required: &[("tweetid", "post_id"), ("userid", "account_id"), ("tweet_text", "text"), ("tweet_time", "created_at")],
};
const USERS: Expected = Expected {
    all: COLUMNS.split_at(11).0.split_at(1).1,
    required: &[("userid", "account_id"), ("account_creation_date", "account_created_at")],
};

fn is_users(names: &[String]) -> bool {
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    has("userid") && has("account_creation_date") && !has("tweetid") && !has("tweet_text")
}

fn recognize(names: &[String]) -> Option<Recognition> {
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    let known = COLUMNS.iter().filter(|column| has(column)).count();
    let reason = if has("tweetid") && known < COLUMNS.len() && known * 10 >= COLUMNS.len() * 8 {
        "it has nearly all columns of the archive, `tweetid` among them"
    } else if has("tweetid") && has("tweet_client_name") {
        "it has the columns `tweetid` and `tweet_client_name`"
    } else if is_users(names) {
        "it has the columns `userid` and `account_creation_date`, and no `tweetid`"
    } else {
        return None;
    };
    Some(Recognition { reasons: vec![reason.to_owned()] })
}

#[derive(Default)]
struct XIo {
    columns: Vec<Option<Locator>>,
    is_users: bool,
    decimal_comma: bool,
}

impl Adapter for XIo {
    fn open(&mut self, file: &OpenFile<'_>) -> Result<Vec<(String, Locator)>, IngestError> {
        self.columns = COLUMNS.iter().map(|name| file.locate(name)).collect();
        self.is_users = self.at(Field::TweetId).is_none();
        self.decimal_comma = file.decimal_comma();
        let ids = [
            Field::TweetId,
            Field::UserId,
            Field::ReplyUser,
            Field::ReplyTweet,
            Field::QuotedTweet,
            Field::RetweetUser,
            Field::RetweetTweet,
        ];
        Ok(ids.into_iter().filter_map(|field| Some((field.name().to_owned(), self.at(field)?.clone()))).collect())
    }

    fn record(&mut self, row: &Row<'_>, number: u64, out: &mut Output) -> Result<(), Rejection> {
        let mut tally = std::mem::take(&mut out.tally);
        let mut fields = Fields { row, number, decimal_comma: self.decimal_comma, tally: &mut tally };
        let result = self.rows(&mut fields, out);
        out.tally = tally;
        result
    }
}

impl XIo {
    fn at(&self, field: Field) -> Option<&Locator> {
        self.columns.get(field as usize)?.as_ref()
    }

    fn rows(&self, fields: &mut Fields<'_, '_>, out: &mut Output) -> Result<(), Rejection> {
        let user = self.id(fields, Field::UserId)?;
        if self.is_users {
            let user = user.ok_or_else(|| no_id(Field::UserId))?;
            self.account(fields, &user, out);
            return Ok(());
        }
        let tweet = self.id(fields, Field::TweetId)?.ok_or_else(|| no_id(Field::TweetId))?;
        let links_to = Targets {
            reply_user: self.id(fields, Field::ReplyUser)?,
            reply: self.id(fields, Field::ReplyTweet)?,
            quote: self.id(fields, Field::QuotedTweet)?,
            retweet_user: self.id(fields, Field::RetweetUser)?,
            retweet: self.id(fields, Field::RetweetTweet)?,
        };
        if let Some(user) = &user {
            self.account(fields, user, out);
        }
        self.post(fields, &tweet, user.as_deref(), &links_to, out);
        Ok(())
    }

    fn id(&self, fields: &mut Fields<'_, '_>, field: Field) -> Result<Option<String>, Rejection> {
        fields.id(field.name(), self.at(field))
    }

    fn account(&self, fields: &mut Fields<'_, '_>, user: &str, out: &mut Output) {
        let is_hashed = is_hash(user);
        // hashed accounts carry the hash as their name, too (a1)
        let is_name = |name: &str| !(is_hashed && name == user);
        let handle = fields.handle(self.at(Field::ScreenName)).filter(|name| is_name(name));
        let display_name = fields.text(self.at(Field::DisplayName)).filter(|name| is_name(name));
        let location = fields.text(self.at(Field::Location));
        let description = fields.text(self.at(Field::Description));
        let url = fields.text(self.at(Field::ProfileUrl));
        let created = fields.time(Field::AccountCreation.name(), self.at(Field::AccountCreation), UTC);
        let language = fields.text(self.at(Field::AccountLanguage));
        let extra = language.map(|language| serde_json::json!({ "account_language": language }).to_string());
        out.account(&AccountRow {
            account_id: Some(&id(user)),
            platform: Some("x"),
            native_id: Some(user),
            handle: handle.as_deref(),
            display_name: display_name.as_deref(),
            kind: Some("user"),
            created_at: created.map(|time| time.micros),
            created_at_precision: created.map(|time| time.precision.name()),
            description: description.as_deref(),
            location_claimed: location.as_deref(),
            url: url.as_deref(),
            n_follower: fields.count(Field::Followers.name(), self.at(Field::Followers)),
            n_following: fields.count(Field::Following.name(), self.at(Field::Following)),
            status: Some("unknown"),
            is_hashed: Some(is_hashed),
            source_row: Some(fields.number),
            extra: extra.as_deref(),
            ..AccountRow::default()
        });
    }

    fn post(&self, fields: &mut Fields<'_, '_>, tweet: &str, user: Option<&str>, targets: &Targets, out: &mut Output) {
        let is_retweet = fields.truth(Field::IsRetweet.name(), self.at(Field::IsRetweet)).unwrap_or(false)
            || targets.retweet.is_some();
        let written = fields.prose(self.at(Field::Text));
        let text = written.as_deref().map(|text| if is_retweet { without_retweet_prefix(text) } else { text });
        let links = self.links(fields, text, &mut out.urls);
        let created = fields.time(Field::Time.name(), self.at(Field::Time), UTC);
        let kind = targets.kind(is_retweet);
        let poll = ListForm::Python.items(&fields.raw(self.at(Field::Poll)).unwrap_or_default());
        let extra = (!poll.is_empty()).then(|| serde_json::json!({ "poll_choices": poll }).to_string());
        let (lang, client) = (fields.text(self.at(Field::Language)), fields.text(self.at(Field::Client)));
        let [likes, retweets, replies, quotes] = [Field::Likes, Field::Retweets, Field::Replies, Field::Quotes]
            .map(|field| fields.count(field.name(), self.at(field)));
        let post_id = id(tweet);
        let author = user.map(id);
        let [reply, retweet, quote] =
            [&targets.reply, &targets.retweet, &targets.quote].map(|target| target.as_deref().map(id));
        out.post(
            &PostRow {
                post_id: Some(&post_id),
                platform: Some("x"),
                native_id: Some(tweet),
                account_id: author.as_deref(),
                kind: Some(kind),
                embedded: Some(false),
                created_at: created.map(|time| time.micros),
                created_at_precision: created.map(|time| time.precision.name()),
                created_at_source: created.map(|_| "platform"),
                text,
                text_truncated: Some(is_retweet && text.is_some_and(|text| text.ends_with('…'))),
                lang: lang.as_deref(),
                reply_to_id: reply.as_deref(),
                repost_of_id: retweet.as_deref(),
                quote_of_id: quote.as_deref(),
                client: client.as_deref(),
                n_like: likes,
                n_repost: retweets,
                n_reply: replies,
                n_quote: quotes,
                status: Some("unknown"),
                lat: fields.fraction(Field::Latitude.name(), self.at(Field::Latitude), 90.0),
                lon: fields.fraction(Field::Longitude.name(), self.at(Field::Longitude), 180.0),
                source_row: Some(fields.number),
                extra: extra.as_deref(),
                ..PostRow::default()
            },
            &links,
        );
        if let Some(author) = &author {
            let base = InteractionRow {
                actor_id: Some(author),
                post_id: Some(&post_id),
                at: created.map(|time| time.micros),
                at_precision: created.map(|time| time.precision.name()),
                source_row: Some(fields.number),
                ..InteractionRow::default()
            };
            targets.interactions(&base, is_retweet, &links, out);
        }
    }

    fn links(&self, fields: &Fields<'_, '_>, text: Option<&str>, urls: &mut UrlCache) -> LinkList {
        let items = |field| ListForm::Python.items(&fields.raw(self.at(field)).unwrap_or_default());
        let mut links = LinkList::default();
        for url in items(Field::Urls) {
            links.url(urls, &url, "entity");
        }
        for tag in items(Field::Hashtags) {
            links.hashtag(&tag, "entity");
        }
        for mentioned in items(Field::Mentions) {
            links.mention(&mentioned, id(&mentioned), "entity");
        }
        if let Some(text) = text {
            links.scan(urls, whole_words(text), "x", Some("t.co"));
        }
        links
    }
}

/// Times of this format are UTC.
const UTC: Clock = Clock { zone: Tz::UTC, unit: None, reads_text: true };

fn no_id(field: Field) -> Rejection {
    Rejection { code: "no_id", field: Some(field.name().to_owned()), value: None, message: "the id is empty" }
}

fn is_hash(user: &str) -> bool {
    !user.bytes().all(|b| b.is_ascii_digit())
}

fn id(native: &str) -> String {
    format!("x:{native}")
}

/// Without the `RT @name: ` that the archive puts in front (a12).
fn without_retweet_prefix(text: &str) -> &str {
    let Some((name, rest)) = text.strip_prefix("RT @").and_then(|rest| rest.split_once(": ")) else { return text };
    if name.contains(char::is_whitespace) { text } else { rest }
}

/// Without the last word, when the text was cut in it.
fn whole_words(text: &str) -> &str {
    match text.strip_suffix('…') {
        Some(cut) => cut.rfind(char::is_whitespace).map_or("", |at| &cut[..at]),
        None => text,
    }
}

/// What a tweet refers to, as native ids.
struct Targets {
    reply_user: Option<String>,
    reply: Option<String>,
    quote: Option<String>,
    retweet_user: Option<String>,
    retweet: Option<String>,
}

impl Targets {
    fn kind(&self, is_retweet: bool) -> &'static str {
        if is_retweet {
            "repost"
        } else if self.reply.is_some() || self.reply_user.is_some() {
            "reply"
        } else if self.quote.is_some() {
            "quote"
        } else {
            "post"
        }
    }

    fn interactions(&self, base: &InteractionRow<'_>, is_retweet: bool, links: &LinkList, out: &mut Output) {
        let [retweet_user, retweet, reply_user, reply, quote] =
            [&self.retweet_user, &self.retweet, &self.reply_user, &self.reply, &self.quote]
                .map(|native| native.as_deref().map(id));
        let mut acts: Vec<(&str, Option<&str>, Option<&str>)> = Vec::new();
        if is_retweet {
            acts.push(("repost", retweet_user.as_deref(), retweet.as_deref()));
        }
        if reply.is_some() || reply_user.is_some() {
            acts.push(("reply", reply_user.as_deref(), reply.as_deref()));
        }
        if quote.is_some() {
            acts.push(("quote", None, quote.as_deref()));
        }
        acts.extend(links.mentioned().map(|account| ("mention", Some(account), None)));
        for (kind, target_account_id, target_post_id) in acts {
            out.interaction(&InteractionRow { kind: Some(kind), target_account_id, target_post_id, ..*base });
        }
    }
}

#[cfg(test)]
mod tests;
