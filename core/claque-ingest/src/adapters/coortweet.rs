//! CooRTweet's four columns, the common coin of the field: `object_id, account_id, content_id,
//! timestamp_share` (k1, k2). No text, no kind; one content on several rows is one post with several objects.

use super::fields::{Clock, Fields};
use super::links::LinkList;
use super::output::Output;
use super::{Adapter, Expected, Format, OpenFile, Recognition, Rejection};
use crate::error::IngestError;
use crate::import::Settings;
use crate::normalize::identity;
use crate::normalize::time::EpochUnit;
use crate::normalize::url::looks_like_url;
use crate::records::{Locator, Row, sample};
use crate::tables::{AccountRow, PostRow};
use chrono_tz::Tz;
use claque_model::TimePrecision;
use polars::prelude::{PlSmallStr, StringChunked, StringChunkedBuilder};

pub(super) const FORMAT: Format = Format {
    name: "coortweet",
    version: "1",
    layouts: &["CSV", "JSON"],
    recognize,
    columns: |_| Expected {
        all: &["object_id", "account_id", "content_id", "timestamp_share"],
        required: &[("object_id", "links"), ("account_id", "account_id"), ("timestamp_share", "created_at")],
    },
    create: |settings| Box::new(CooRTweet::new(settings)),
};

fn recognize(names: &[String]) -> Option<Recognition> {
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    let is_four = has("object_id") && has("account_id") && has("timestamp_share");
    is_four.then(|| Recognition {
        reasons: vec!["it has the columns `object_id`, `account_id` and `timestamp_share`".to_owned()],
    })
}

struct CooRTweet {
    platform: &'static str,
    prefix: String,
    columns: Columns,
    rows: Rows,
    /// Source and precision of its times, by file.
    sources: Vec<(String, TimePrecision)>,
}

#[derive(Default)]
struct Columns {
    object: Option<Locator>,
    account: Option<Locator>,
    content: Option<Locator>,
    time: Option<Locator>,
    /// For records without a content id.
    name: String,
    unit: Option<EpochUnit>,
}

/// All rows of all files, because the number behind a repeated content id depends on the whole.
struct Rows {
    object: StringChunkedBuilder,
    account: StringChunkedBuilder,
    content: StringChunkedBuilder,
    at: Vec<i64>,
    source: Vec<u32>,
    number: Vec<u64>,
}

impl CooRTweet {
    fn new(settings: &Settings) -> Self {
        let builder = || StringChunkedBuilder::new(PlSmallStr::EMPTY, 0);
        let (platform, prefix) = settings.platform_and_prefix("coortweet");
        Self {
            platform,
            prefix,
            columns: Columns::default(),
            rows: Rows {
                object: builder(),
                account: builder(),
                content: builder(),
                at: vec![],
                source: vec![],
                number: vec![],
            },
            sources: Vec::new(),
        }
    }
}

impl Adapter for CooRTweet {
    fn open(&mut self, file: &OpenFile<'_>) -> Result<Vec<(String, Locator)>, IngestError> {
        let [object, account, content, time] =
            ["object_id", "account_id", "content_id", "timestamp_share"].map(|name| file.locate(name));
        let unit = time.as_ref().and_then(|time| unit(file, time));
        let named = [("object_id", &object), ("account_id", &account), ("content_id", &content)];
        let ids = named.into_iter().filter_map(|(name, at)| Some((name.to_owned(), at.clone()?))).collect();
        self.columns = Columns { object, account, content, time, name: file.name.to_owned(), unit };
        self.sources.push((file.source_id.to_owned(), TimePrecision::S));
        Ok(ids)
    }

    fn record(&mut self, row: &Row<'_>, number: u64, out: &mut Output) -> Result<(), Rejection> {
        let columns = &self.columns;
        let mut fields = Fields { row, number, decimal_comma: false, tally: &mut out.tally };
        let clock = Clock { zone: Tz::UTC, unit: Some(columns.unit.unwrap_or(EpochUnit::Seconds)), reads_text: false };
        let missing = |field: &str| Rejection {
            code: "no_id",
            field: Some(field.to_owned()),
            value: None,
            message: "the id is empty",
        };
        let object = fields.id("object_id", columns.object.as_ref())?.ok_or_else(|| missing("object_id"))?;
        let account = fields.id("account_id", columns.account.as_ref())?.ok_or_else(|| missing("account_id"))?;
        let content = match &columns.content {
            Some(at) if matches!(row, Row::Cells(_)) || row.text(at).is_some() => {
                fields.id("content_id", Some(at))?.ok_or_else(|| missing("content_id"))?
            }
            _ => format!("{}-{number}", columns.name),
        };
        let at = fields.required_time("timestamp_share", columns.time.as_ref(), clock)?;
        let account = identity::missing_author(&account).is_none().then_some(account);
        if let (Some((_, precision)), true) = (self.sources.last_mut(), at.precision < TimePrecision::S) {
            *precision = at.precision.min(*precision);
        }
        if let Some(native) = &account {
            out.account(&AccountRow {
                account_id: Some(&identity::prefixed(&self.prefix, native)),
                platform: Some(self.platform),
                native_id: Some(native),
                kind: Some("unknown"),
                status: Some("unknown"),
                is_hashed: Some(false),
                source_row: Some(number),
                ..AccountRow::default()
            });
        }
        self.rows.object.append_value(&object);
        self.rows.account.append_option(account);
        self.rows.content.append_value(&content);
        self.rows.at.push(at.micros);
        self.rows.source.push(self.sources.len() as u32 - 1);
        self.rows.number.push(number);
        Ok(())
    }

    fn finish(&mut self, out: &mut Output) {
        let builder = || StringChunkedBuilder::new(PlSmallStr::EMPTY, 0);
        let rows = &mut self.rows;
        let [object, account, content] = [&mut rows.object, &mut rows.account, &mut rows.content]
            .map(|column| std::mem::replace(column, builder()).finish());
        let shares = Shares { object, account, content };
        let order = shares.order(rows);
        let same = |a: u32, b: u32| {
            shares.content_of(a) == shares.content_of(b) && self.post_key(a, &shares) == self.post_key(b, &shares)
        };
        let mut variant = 0;
        let mut last_content = None;
        for rows_of_post in order.chunk_by(|a, b| same(*a, *b)) {
            let first = rows_of_post[0];
            let content = shares.content_of(first);
            variant = if last_content == Some(content) { variant + 1 } else { 1 };
            last_content = Some(content);
            out.tally.note(
                "posts share their content_id with another account or time; they were kept apart as `#2`, `#3` …",
                u64::from(variant > 1),
            );
            self.post(rows_of_post, variant, &shares, out);
        }
    }
}

impl CooRTweet {
    fn post_key<'a>(&self, row: u32, shares: &'a Shares) -> (i64, Option<&'a str>) {
        (self.rows.at[row as usize], shares.account.get(row as usize))
    }

    /// One post with all its objects.
    fn post(&self, rows_of_post: &[u32], variant: u32, shares: &Shares, out: &mut Output) {
        let first = rows_of_post[0] as usize;
        let native = shares.content_of(rows_of_post[0]);
        let post_id = identity::prefixed(&self.prefix, native);
        let post_id = if variant > 1 { format!("{post_id}#{variant}") } else { post_id };
        let (source, precision) = &self.sources[self.rows.source[first] as usize];
        let account = shares.account.get(first).map(|native| identity::prefixed(&self.prefix, native));
        let mut links = LinkList::default();
        let mut plain: Vec<&str> = Vec::new();
        for row in rows_of_post {
            let object = shares.object.get(*row as usize).unwrap_or_default();
            if looks_like_url(object) {
                links.url(&mut out.urls, object, "entity");
            } else if links.object(object) {
                plain.push(object);
            }
        }
        let extra = match plain.as_slice() {
            [] => None,
            [object] => Some(serde_json::json!({ "object": object }).to_string()),
            objects => Some(serde_json::json!({ "object": objects }).to_string()),
        };
        out.source_id.clone_from(source);
        out.post(
            &PostRow {
                post_id: Some(&post_id),
                platform: Some(self.platform),
                native_id: Some(native),
                account_id: account.as_deref(),
                kind: Some("post"),
                embedded: Some(false),
                created_at: Some(self.rows.at[first]),
                created_at_precision: Some(precision.name()),
                created_at_source: Some("platform"),
                text_truncated: Some(false),
                status: Some(if account.is_some() { "unknown" } else { "deleted" }),
                source_row: Some(self.rows.number[first]),
                extra: extra.as_deref(),
                ..PostRow::default()
            },
            &links,
        );
    }
}

/// The text columns of all rows.
struct Shares {
    object: StringChunked,
    account: StringChunked,
    content: StringChunked,
}

impl Shares {
    fn content_of(&self, row: u32) -> &str {
        self.content.get(row as usize).unwrap_or_default()
    }

    /// Rows of one post side by side, posts of one content in the order of time and account, whatever the
    /// order of files.
    fn order(&self, rows: &Rows) -> Vec<u32> {
        let mut order: Vec<u32> = (0..rows.at.len() as u32).collect();
        order.sort_unstable_by(|a, b| {
            let (i, j) = (*a as usize, *b as usize);
            self.content_of(*a)
                .cmp(self.content_of(*b))
                .then_with(|| rows.at[i].cmp(&rows.at[j]))
                .then_with(|| self.account.get(i).cmp(&self.account.get(j)))
                .then_with(|| (rows.source[i], rows.number[i]).cmp(&(rows.source[j], rows.number[j])))
        });
        order
    }
}

/// The unit of the times, by the size of the first ones (q21).
pub(super) fn unit(file: &OpenFile<'_>, time: &Locator) -> Option<EpochUnit> {
    let mut numbers = Vec::new();
    sample(file.document, file.layout, |_, row| {
        let number = row.and_then(|row| row.text(time)).and_then(|cell| cell.trim().parse::<f64>().ok());
        numbers.extend(number.filter(|number| number.is_finite()));
    });
    numbers.sort_by(f64::total_cmp);
    // the median, because a zero stands for an unknown time here and there
    numbers.get(numbers.len() / 2).map(|number| EpochUnit::of_magnitude(*number))
}

#[cfg(test)]
mod tests;
