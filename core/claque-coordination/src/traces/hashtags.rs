//! The layer `hashtag_sequence`: the same hashtags in the same order.

use super::{own_records, polars_fault, table, text_column};
use claque_model::{Fault, Given, ParamValue};
use polars::prelude::{Column, DataFrame, DataType, IntoColumn, NamedFrom, Series, TimeUnit, TimeZone};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// Longer sequences are named by their hash.
const MAX_BYTES: usize = 256;
/// Posts that a day must have in mode `day`.
const MIN_POSTS: usize = 5;
const DAY: i64 = 86_400_000_000;

/// An own post and its tags in order.
struct Tagged<'a> {
    post: &'a str,
    account: &'a str,
    at: i64,
    tags: Vec<String>,
}

struct Trace<'a> {
    account: &'a str,
    object: String,
    at: i64,
    post: &'a str,
}

pub(super) fn sequences(given: &Given) -> Result<DataFrame, Fault> {
    let posts = own_records(given)?.collect().map_err(polars_fault)?;
    let tagged = tagged(&posts, table(given, "links")?)?;
    let min_tags = match given.params.get("min_tags") {
        Some(ParamValue::Int(least)) => *least as usize,
        _ => 5,
    };
    let by_day = matches!(given.params.get("mode"), Some(ParamValue::Text(mode)) if mode == "day");
    let traces = if by_day { days(&tagged, min_tags) } else { single_posts(&tagged, min_tags) };
    frame(&traces).map_err(polars_fault)
}

fn tagged<'a>(posts: &'a DataFrame, links: &DataFrame) -> Result<Vec<Tagged<'a>>, Fault> {
    let mut tags: BTreeMap<&str, Vec<(i64, &str)>> = BTreeMap::new();
    let positions = links.column("position").and_then(|column| column.i64()).map_err(polars_fault)?;
    let targets = text_column(links, "target")?.iter();
    let rows = text_column(links, "post_id")?.iter().zip(text_column(links, "kind")?.iter());
    for (((post, kind), target), position) in rows.zip(targets).zip(positions.iter()) {
        if let (Some(post), Some("hashtag"), Some(target)) = (post, kind, target) {
            tags.entry(post).or_default().push((position.unwrap_or(0), target));
        }
    }
    let times = posts.column("created_at").and_then(|column| column.datetime()).map_err(polars_fault)?;
    let kinds = text_column(posts, "kind")?.iter();
    let rows = text_column(posts, "post_id")?.iter().zip(text_column(posts, "account_id")?.iter());
    let mut tagged = Vec::new();
    for (((post, account), at), kind) in rows.zip(times.physical().iter()).zip(kinds) {
        let (Some(post), Some(account), Some(at)) = (post, account, at) else { continue };
        let Some(mut tags) = tags.remove(post).filter(|_| kind != Some("repost")) else { continue };
        tags.sort_unstable();
        tagged.push(Tagged { post, account, at, tags: tags.into_iter().map(|(_, tag)| folded(tag)).collect() });
    }
    tagged.sort_by_key(|post| (post.at, post.account, post.post));
    Ok(tagged)
}

fn folded(tag: &str) -> String {
    tag.trim_start_matches('#').nfkc().collect::<String>().to_lowercase()
}

fn single_posts<'a>(posts: &[Tagged<'a>], min_tags: usize) -> Vec<Trace<'a>> {
    let long = posts.iter().filter(|post| post.tags.len() >= min_tags);
    long.map(|post| Trace { account: post.account, object: name(&post.tags), at: post.at, post: post.post }).collect()
}

/// One trace per account and day, at the post that completes the sequence.
fn days<'a>(posts: &[Tagged<'a>], min_tags: usize) -> Vec<Trace<'a>> {
    let mut by_day: BTreeMap<(i64, &str), Vec<&Tagged<'a>>> = BTreeMap::new();
    for post in posts {
        by_day.entry((post.at.div_euclid(DAY), post.account)).or_default().push(post);
    }
    let full = |posts: &Vec<&Tagged<'a>>| {
        let mut different: Vec<&String> = posts.iter().flat_map(|post| &post.tags).collect();
        different.sort_unstable();
        different.dedup();
        posts.len() >= MIN_POSTS && different.len() >= min_tags
    };
    let days = by_day.into_values().filter(full).filter_map(|posts| {
        let last = posts.last().copied()?;
        let tags: Vec<String> = posts.iter().flat_map(|post| post.tags.iter().cloned()).collect();
        Some(Trace { account: last.account, object: name(&tags), at: last.at, post: last.post })
    });
    days.collect()
}

fn name(tags: &[String]) -> String {
    let joined = tags.join(" ");
    if joined.len() <= MAX_BYTES { joined } else { blake3::hash(joined.as_bytes()).to_hex()[..32].to_owned() }
}

fn frame(traces: &[Trace<'_>]) -> polars::prelude::PolarsResult<DataFrame> {
    let at: Vec<i64> = traces.iter().map(|trace| trace.at).collect();
    let at = Series::new("at".into(), at);
    let columns: Vec<Column> = vec![
        Series::new("account_id".into(), traces.iter().map(|trace| trace.account).collect::<Vec<_>>()).into_column(),
        Series::new("object".into(), traces.iter().map(|trace| trace.object.as_str()).collect::<Vec<_>>())
            .into_column(),
        at.cast(&DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)))?.into_column(),
        Series::new("post_id".into(), traces.iter().map(|trace| trace.post).collect::<Vec<_>>()).into_column(),
    ];
    DataFrame::new(traces.len(), columns)
}
