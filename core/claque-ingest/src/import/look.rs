//! The report's overview of finished tables, and what in them is worth a look.

use crate::error::IngestError;
use crate::report::{FileReport, ImportReport, grouped};
use claque_model::{Activity, CANONICAL, TimePrecision};
use polars::prelude::{DataFrame, StringChunked};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Rows, span, precision, coverage and oddities.
pub(crate) fn report(activity: &Activity, files: Vec<FileReport>) -> Result<ImportReport, IngestError> {
    let rows = CANONICAL.iter().filter_map(|schema| Some((schema.name, activity.table(schema.name)?.height() as u64)));
    let mut report = ImportReport { files, rows: rows.collect(), ..ImportReport::default() };
    rejected(&mut report);
    if let Some(posts) = activity.table("posts").filter(|posts| posts.height() > 0) {
        let times = posts.column("created_at")?.to_physical_repr();
        let times = times.i64()?;
        report.span = times.iter().flatten().min().zip(times.iter().flatten().max());
        report.precision = precision(texts(posts, "created_at_precision")?);
        report.known = known(activity, posts)?;
        of_posts(activity, posts, &mut report.worth_a_look)?;
    }
    if let Some(accounts) = activity.table("accounts") {
        of_accounts(accounts, &mut report.worth_a_look)?;
    }
    Ok(report)
}

/// A note of an adapter as a line.
pub(crate) fn sentence(what: &str, times: u64, zone: &str) -> String {
    let zone = if what == crate::adapters::map::ASSUMED {
        format!("; they were read in {zone} (--tz)")
    } else {
        String::new()
    };
    format!("{} {what}{zone}", grouped(times))
}

fn texts<'a>(frame: &'a DataFrame, column: &str) -> Result<&'a StringChunked, IngestError> {
    Ok(frame.column(column)?.str()?)
}

/// The coarsest precision that at least 1 % have.
fn precision(words: &StringChunked) -> Option<TimePrecision> {
    let mut counts: BTreeMap<TimePrecision, usize> = BTreeMap::new();
    for precision in words.iter().flatten().filter_map(TimePrecision::parse) {
        *counts.entry(precision).or_default() += 1;
    }
    let all: usize = counts.values().sum();
    counts.into_iter().rev().find(|(_, n)| n * 100 >= all).map(|(precision, _)| precision)
}

fn known(activity: &Activity, posts: &DataFrame) -> Result<Vec<(&'static str, f64)>, IngestError> {
    let share = |frame: &DataFrame, column: &str| -> Result<f64, IngestError> {
        let nulls = frame.column(column)?.null_count();
        Ok(1.0 - nulls as f64 / frame.height().max(1) as f64)
    };
    let mut known = Vec::new();
    for (words, column) in [("text", "text"), ("lang", "lang"), ("likes", "n_like")] {
        known.push((words, share(posts, column)?));
    }
    if let Some(accounts) = activity.table("accounts").filter(|accounts| accounts.height() > 0) {
        known.push(("account created_at", share(accounts, "created_at")?));
    }
    if let Some(links) = activity.table("links").filter(|links| links.height() > 0) {
        known.push(("domain", share(links, "domain")?));
    }
    Ok(known)
}

fn rejected(report: &mut ImportReport) {
    for file in &report.files {
        if file.rows_rejected * 20 > file.rows_read {
            let share = file.rows_rejected * 100 / file.rows_read;
            report.worth_a_look.push(format!("{share} % of the records of {} were rejected", file.path.display()));
        }
    }
}

/// Metrics that sources like to fill with zeros.
const METRICS: [&str; 6] = ["n_like", "n_repost", "n_reply", "n_quote", "n_reaction", "n_view"];

fn of_posts(activity: &Activity, posts: &DataFrame, lines: &mut Vec<String>) -> Result<(), IngestError> {
    let mut by_account: HashMap<&str, usize> = HashMap::new();
    for account in texts(posts, "account_id")?.iter().flatten() {
        *by_account.entry(account).or_default() += 1;
    }
    let most = by_account.iter().map(|(account, n)| (*n, std::cmp::Reverse(*account))).max();
    if let Some((n, account)) = most.filter(|(n, _)| posts.height() >= 100 && n * 4 > posts.height()) {
        lines.push(format!("one account wrote {} % of all posts: {}", n * 100 / posts.height(), account.0));
    }
    for metric in METRICS {
        let cells = posts.column(metric)?.i64()?;
        if posts.height() >= 100 && cells.null_count() == 0 && cells.iter().flatten().all(|value| value == 0) {
            lines.push(format!("`{metric}` is 0 everywhere: it may mean unknown"));
        }
    }
    if activity.table("links").is_none_or(|links| links.height() == 0) {
        lines.push("no post has a link, hashtag or mention".to_owned());
    }
    Ok(())
}

fn of_accounts(accounts: &DataFrame, lines: &mut Vec<String>) -> Result<(), IngestError> {
    let mut hashed: BTreeSet<&str> = BTreeSet::new();
    let mut clear: BTreeSet<&str> = BTreeSet::new();
    for (id, is_hashed) in texts(accounts, "account_id")?.iter().zip(accounts.column("is_hashed")?.bool()?.iter()) {
        if let Some(id) = id {
            if is_hashed == Some(true) {
                hashed.insert(id)
            } else {
                clear.insert(id)
            };
        }
    }
    if !hashed.is_empty() && !clear.is_empty() {
        lines.push(format!(
            "{} accounts are hashed and {} are not: a hashed account does not join with its clear id in replies and reposts",
            grouped(hashed.len() as u64),
            grouped(clear.len() as u64)
        ));
    }
    let handles = clear.iter().filter(|id| id.contains(":@")).count();
    if handles > 0 && handles < clear.len() {
        lines.push(format!(
            "{} accounts are known by handle and {} by number: they do not join with each other",
            grouped(handles as u64),
            grouped((clear.len() - handles) as u64)
        ));
    }
    Ok(())
}
