//! Signals `cyb.lookalike` and `cyb.lookalike.boosted`: posts that link to a domain made to look like one
//! of a protected brand. The rules are in `rules`, hosts and suffixes in `host`; nothing is looked up.

mod brands;
mod exempt;
mod host;
mod matcher;
mod punycode;
mod rules;
#[cfg(test)]
mod tests;

use brands::Brands;
use claque_sdk::{Call, Error, Marks, Signal, Table};
use exempt::Exempt;
use matcher::{Finding, Matcher};
use std::collections::{BTreeMap, HashMap};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Look-alike domains.
pub struct Lookalike;

impl Signal for Lookalike {
    const ID: &'static str = "cyb.lookalike";
    type Output = Marks;

    fn score(call: &Call) -> Result<Marks, Error> {
        let found = findings(call)?;
        let mut marks = Marks::new();
        for_own_posts(call.table("posts")?, &found, |post_id, _, findings| {
            if let Some(finding) = findings.iter().min() {
                marks.push_noted(post_id, 1.0, &finding.note());
            }
            Ok(())
        })?;
        Ok(marks)
    }
}

/// Look-alike domains with a second reason.
pub struct Boosted;

impl Signal for Boosted {
    const ID: &'static str = "cyb.lookalike.boosted";
    type Output = Marks;

    fn score(call: &Call) -> Result<Marks, Error> {
        let found = findings(call)?;
        let registered = registrations(call.table("domains")?)?;
        let age = call.int("age")?;
        let suffixes: Vec<String> =
            call.texts("suffixes")?.iter().map(|s| s.trim_matches('.').to_lowercase()).collect();
        let mut marks = Marks::new();
        for_own_posts(call.table("posts")?, &found, |post_id, created_at, findings| {
            let boosted = findings.iter().filter_map(|finding| {
                let days = days_before(created_at, registered.get(&finding.domain), age);
                let reason = if let Some(days) = days {
                    format!("registered {days} days before")
                } else if suffixes.iter().any(|s| *s == finding.suffix || finding.suffix.ends_with(&format!(".{s}"))) {
                    format!("suffix .{}", finding.suffix)
                } else {
                    return None;
                };
                Some((finding, reason))
            });
            if let Some((finding, reason)) = boosted.min() {
                marks.push_noted(post_id, 1.0, &format!("{}; {reason}", finding.note()));
            }
            Ok(())
        })?;
        Ok(marks)
    }
}

/// Whole days from the latest registration before the post, if there is one within `age`.
fn days_before(created_at: Option<i64>, registered: Option<&Vec<i64>>, age: i64) -> Option<i64> {
    let (created_at, registered) = (created_at?, registered?);
    let ages = registered.iter().map(|at| created_at - at).filter(|passed| (0..age).contains(passed));
    ages.min().map(|passed| passed / DAY)
}

/// Look-alikes by the post that links to them.
type ByPost = HashMap<String, Vec<Finding>>;

fn findings(call: &Call) -> Result<ByPost, Error> {
    let brands = Brands::read(call.table("brands")?)?;
    let exempt = Exempt::read(call.table("lists")?, &brands)?;
    let min_label = usize::try_from(call.int("min_label")?).map_err(Error::runtime)?;
    let mut matcher = Matcher::new(brands, exempt, min_label);
    let mut found = ByPost::new();
    for batch in call.table("links")? {
        call.host().check_cancelled()?;
        let batch = batch?;
        let (posts, kinds, targets) = (batch.strings("post_id")?, batch.strings("kind")?, batch.strings("target")?);
        let (hosts, finals) = (batch.strings("host")?, batch.strings("final_url")?);
        for i in 0..batch.len() {
            if kinds.get(i) != Some("url") {
                continue;
            }
            // where the link leads in the end, as far as that is known
            let host = match finals.get(i) {
                Some(url) => host::of_url(url),
                None => hosts.get(i).or_else(|| targets.get(i).and_then(host::of_url)),
            };
            if let (Some(post), Some(finding)) = (posts.get(i), host.and_then(|h| matcher.look(h))) {
                found.entry(post.to_owned()).or_default().push(finding);
            }
        }
    }
    Ok(found)
}

/// Calls `visit` with the id, time and look-alikes of each own post that has any.
fn for_own_posts(
    posts: Table,
    found: &ByPost,
    mut visit: impl FnMut(&str, Option<i64>, &[Finding]) -> Result<(), Error>,
) -> Result<(), Error> {
    for batch in posts {
        let batch = batch?;
        let (ids, kinds) = (batch.strings("post_id")?, batch.strings("kind")?);
        let times = batch.times("created_at").ok();
        for i in 0..batch.len() {
            let id = ids.get(i).unwrap_or_default();
            // a repost shows somebody else's link
            if let Some(findings) = found.get(id).filter(|_| kinds.get(i) != Some("repost")) {
                visit(id, times.and_then(|t| t.get(i)), findings)?;
            }
        }
    }
    Ok(())
}

fn registrations(domains: Table) -> Result<BTreeMap<String, Vec<i64>>, Error> {
    let mut registered: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for batch in domains {
        let batch = batch?;
        let (names, times) = (batch.strings("domain")?, batch.times("registered_at")?);
        for i in 0..batch.len() {
            if let (Some(parts), Some(at)) = (names.get(i).and_then(host::Parts::of), times.get(i)) {
                registered.entry(parts.domain).or_default().push(at);
            }
        }
    }
    Ok(registered)
}

claque_sdk::export_signals!(Lookalike, Boosted);
