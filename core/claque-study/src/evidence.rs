//! The posts behind each finding, and each group's activity over time: what a reader opens first.

use crate::signals::{Chosen, Given};
use claque_model::{Activity, Outcome, Scorecard, Shape};
use claque_report::{ClusterActivity, EvidencePost};
use claque_score::Group;
use polars::prelude::PolarsResult;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Characters of a post shown beside a finding.
const EXCERPT: usize = 280;
/// Bins of a timeline.
const BINS: i64 = 60;

struct Post<'a> {
    account: Option<&'a str>,
    at: Option<i64>,
    text: Option<&'a str>,
    url: Option<&'a str>,
}

/// One row per cluster, signal and supporting post, at most 20 posts per finding.
pub(crate) fn posts(
    activity: &Activity,
    ran: &[(Chosen, Given)],
    scorecard: &Scorecard,
) -> PolarsResult<Vec<EvidencePost>> {
    let wanted: HashSet<&str> =
        scorecard.findings.iter().flat_map(|f| f.support_post_ids.iter().map(String::as_str)).collect();
    let found = look_up(activity, &wanted)?;
    let objects = of_posts(ran, Shape::Traces, "object", &wanted)?;
    let notes = of_posts(ran, Shape::Marks, "note", &wanted)?;
    let mut rows = Vec::new();
    for finding in scorecard.findings.iter().filter(|f| matches!(f.outcome, Outcome::Measured { .. })) {
        for post_id in &finding.support_post_ids {
            let key = (finding.signal_id.as_str(), post_id.as_str());
            let post = found.get(post_id.as_str());
            rows.push(EvidencePost {
                cluster_id: finding.cluster_id.clone(),
                signal_id: finding.signal_id.clone(),
                post_id: post_id.clone(),
                account_id: post.and_then(|p| p.account).unwrap_or_default().to_owned(),
                at: post.and_then(|p| p.at),
                text: post.and_then(|p| p.text).map(|t| t.chars().take(EXCERPT).collect()),
                url: post.and_then(|p| p.url).map(str::to_owned),
                object: objects.get(&key).map(|o| (*o).to_owned()),
                note: notes.get(&key).map(|n| (*n).to_owned()),
            });
        }
    }
    Ok(rows)
}

fn look_up<'a>(activity: &'a Activity, wanted: &HashSet<&str>) -> PolarsResult<HashMap<&'a str, Post<'a>>> {
    let Some(posts) = activity.table("posts") else { return Ok(HashMap::new()) };
    let ids = posts.column("post_id")?.str()?;
    let accounts = posts.column("account_id")?.str()?;
    let texts = posts.column("text")?.str()?;
    let urls = posts.column("url")?.str()?;
    let times = posts.column("created_at")?.to_physical_repr();
    let times = times.i64()?;
    let mut found = HashMap::with_capacity(wanted.len());
    for (row, id) in ids.iter().enumerate() {
        if let Some(id) = id.filter(|id| wanted.contains(id)) {
            let post =
                Post { account: accounts.get(row), at: times.get(row), text: texts.get(row), url: urls.get(row) };
            found.insert(id, post);
        }
    }
    Ok(found)
}

/// One column of the outputs of a shape, by signal and post; the first by name where a post has several values.
fn of_posts<'a>(
    ran: &'a [(Chosen, Given)],
    shape: Shape,
    column: &str,
    wanted: &HashSet<&str>,
) -> PolarsResult<HashMap<(&'a str, &'a str), &'a str>> {
    let mut values = HashMap::new();
    for (chosen, given) in ran.iter().filter(|(chosen, _)| chosen.declaration.emits == shape) {
        let Some((output, value)) = given.output().and_then(|o| Some((o, o.column(column).ok()?))) else { continue };
        for (id, value) in output.column("post_id")?.str()?.iter().zip(value.str()?.iter()) {
            if let (Some(id), Some(value)) = (id.filter(|id| wanted.contains(id)), value) {
                let slot = values.entry((chosen.declaration.id.as_str(), id)).or_insert(value);
                *slot = value.min(*slot);
            }
        }
    }
    Ok(values)
}

/// Posts per time bin and group, over the span of the whole data.
pub(crate) fn timelines(activity: &Activity, groups: &[Group]) -> PolarsResult<Vec<ClusterActivity>> {
    let Some(posts) = activity.table("posts") else { return Ok(Vec::new()) };
    let accounts = posts.column("account_id")?.str()?;
    let times = posts.column("created_at")?.to_physical_repr();
    let times = times.i64()?;
    let (Some(first), Some(last)) = (times.iter().flatten().min(), times.iter().flatten().max()) else {
        return Ok(Vec::new());
    };
    let width = ((last - first) / BINS + 1).max(1);
    // groups that a study names may overlap
    let mut groups_of: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, group) in groups.iter().enumerate() {
        for account in &group.accounts {
            groups_of.entry(account).or_default().push(at);
        }
    }
    let embedded = posts.column("embedded").ok().and_then(|c| c.bool().ok());
    let mut counts = vec![vec![0_u64; BINS as usize]; groups.len()];
    for (row, (account, at)) in accounts.iter().zip(times.iter()).enumerate() {
        // seen inside another record only, as the scores have it too
        let is_embedded = embedded.is_some_and(|embedded| embedded.get(row) == Some(true));
        let (Some(groups), Some(at), false) = (account.and_then(|a| groups_of.get(a)), at, is_embedded) else {
            continue;
        };
        for &group in groups {
            counts[group][((at - first) / width) as usize] += 1;
        }
    }
    let bins = |counts: &[u64]| counts.iter().enumerate().map(|(bin, n)| (first + bin as i64 * width, *n)).collect();
    Ok(groups.iter().zip(&counts).map(|(g, c)| ClusterActivity { cluster_id: g.id.clone(), bins: bins(c) }).collect())
}
