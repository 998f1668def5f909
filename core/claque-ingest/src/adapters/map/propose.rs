//! A first mapping for an unknown file, from names and values, for a person to check.

use crate::document::Document;
use crate::normalize::number::count;
use crate::normalize::text::shown;
use crate::normalize::time::{EpochUnit, epoch, in_range, written};
use crate::normalize::url::looks_like_url;
use crate::records::{Layout, Locator, sample};
use chrono_tz::Tz;

/// Names of columns, case and punctuation dropped, by what they usually hold; the first ones are the surest.
const USUAL: [(&str, &[&str]); 12] = [
    ("post_id", &["postid", "tweetid", "messageid", "contentid", "statusid", "id"]),
    (
        "account_id",
        &[
            "accountid",
            "userid",
            "authorid",
            "uniqueuserid",
            "fromid",
            "ownerid",
            "author",
            "user",
            "username",
            "account",
            "usr",
            "screenname",
        ],
    ),
    (
        "created_at",
        &[
            "createdat",
            "timestamp",
            "datetime",
            "publishedat",
            "postcreated",
            "postdate",
            "posttime",
            "tweettime",
            "createdutc",
            "createtime",
            "time",
            "date",
            "when",
            "ts",
        ],
    ),
    (
        "text",
        &[
            "text",
            "postcontent",
            "content",
            "message",
            "body",
            "fulltext",
            "tweettext",
            "caption",
            "description",
            "msg",
        ],
    ),
    ("links", &["urls", "links", "url", "link", "expandedurls"]),
    ("hashtags", &["hashtags", "tags"]),
    ("mentions", &["mentions", "usermentions"]),
    ("lang", &["lang", "language", "tweetlanguage"]),
    ("handle", &["handle", "screenname", "username", "userscreenname"]),
    ("n_like", &["likecount", "likes", "favoritecount", "nlike", "favouritescount"]),
    ("n_repost", &["retweetcount", "sharecount", "shares", "reposts", "reblogscount"]),
    ("repost_of_id", &["repostofid", "retweetid", "repostid", "retweettweetid", "retweetedstatusid"]),
];

/// Column, source and up to three values.
pub(crate) type Proposal = Vec<(&'static str, String, Vec<String>)>;

/// Proposes a mapping.
pub(crate) fn propose(document: &Document, layout: &Layout) -> Proposal {
    let names = crate::detect::names(document, layout);
    let examples: Vec<Vec<String>> = names.iter().map(|name| values(document, layout, name)).collect();
    let mut taken = vec![false; names.len()];
    let mut proposal = Vec::new();
    for (column, usual) in USUAL {
        let by_name = usual.iter().find_map(|usual| {
            (0..names.len()).find(|at| !taken[*at] && bare(&names[*at]) == *usual && fits(column, &examples[*at]))
        });
        let by_value = || {
            (column == "created_at")
                .then(|| (0..names.len()).find(|at| !taken[*at] && are_times(&examples[*at])))
                .flatten()
        };
        if let Some(at) = by_name.or_else(by_value) {
            taken[at] = true;
            proposal.push((column, names[at].clone(), examples[at].iter().take(3).cloned().collect()));
        }
    }
    proposal
}

fn bare(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn values(document: &Document, layout: &Layout, name: &str) -> Vec<String> {
    let locator = match layout {
        Layout::Csv(dialect) => dialect.column(name).map(Locator::Column),
        Layout::Json(_) => Some(Locator::Path(vec![name.to_owned()])),
    };
    let Some(locator) = locator else { return Vec::new() };
    let mut found = Vec::new();
    sample(document, layout, |_, row| {
        let cell = row.and_then(|row| row.text(&locator)).filter(|cell| !cell.trim().is_empty() && found.len() < 20);
        found.extend(cell.map(|cell| shown(&cell, 40)));
    });
    found
}

fn fits(column: &str, examples: &[String]) -> bool {
    match column {
        "created_at" => are_times(examples),
        "links" => examples.iter().any(|value| looks_like_url(value.trim_start_matches(['[', '\'', '"']))),
        "n_like" | "n_repost" => examples.iter().all(|value| count(value, false).is_ok()),
        _ => true,
    }
}

fn are_times(examples: &[String]) -> bool {
    let is_time = |value: &String| match value.trim().parse::<f64>() {
        Ok(number) => epoch(value, EpochUnit::of_magnitude(number)).is_some_and(|(micros, _)| in_range(micros)),
        Err(_) => written(value, Tz::UTC).is_some(),
    };
    let times = examples.iter().filter(|value| is_time(value)).count();
    times > 0 && times * 2 > examples.len()
}
