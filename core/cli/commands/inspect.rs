//! `claque inspect`: what an input holds.

use crate::args;
use crate::diagnosis::Failure;
use crate::terminal::{Exit, Terminal};
use claque_ingest::{ImportOptions, import, is_activity_folder, read_activity};
use claque_model::Activity;
use claque_study::{CorpusSummary, summarize};
use serde_json::json;

pub(crate) fn run(options: &args::Inspect, out: &Terminal) -> Result<Exit, Failure> {
    let activity = if is_activity_folder(&options.path) {
        read_activity(&options.path)?
    } else {
        let imported = import(std::slice::from_ref(&options.path), &ImportOptions::default())?;
        for line in imported.report.lines() {
            out.say(&line);
        }
        imported.activity
    };
    let summary = summarize(&activity)?;
    for line in lines(&activity, &summary) {
        out.say(&line);
    }
    let rows: serde_json::Map<_, _> = activity.tables().map(|(name, t)| (name.to_owned(), json!(t.height()))).collect();
    let known: serde_json::Map<_, _> =
        summary.known.iter().map(|(column, share)| (column.clone(), json!(share))).collect();
    out.object(&json!({
        "rows": rows, "known": known, "precision": summary.precision, "languages": summary.languages,
        "first_at_us": summary.first_at, "last_at_us": summary.last_at, "accounts": summary.n_accounts,
    }));
    Ok(Exit::Done)
}

fn lines(activity: &Activity, summary: &CorpusSummary) -> Vec<String> {
    let mut lines: Vec<String> =
        activity.tables().map(|(name, table)| format!("{name:<14}{:>12} rows", table.height())).collect();
    let day = |micros: Option<i64>| {
        micros
            .and_then(chrono::DateTime::from_timestamp_micros)
            .map_or_else(|| "unknown".into(), |t| t.format("%Y-%m-%d").to_string())
    };
    lines.push(format!(
        "{} posts by {} accounts, {} to {}",
        summary.n_posts,
        summary.n_accounts,
        day(summary.first_at),
        day(summary.last_at)
    ));
    lines.push(format!("precision of times: {}", summary.precision.as_deref().unwrap_or("unknown")));
    if !summary.languages.is_empty() {
        lines.push(format!("languages: {}", summary.languages.join(", ")));
    }
    lines.push("known:".to_owned());
    lines.extend(summary.known.iter().map(|(column, share)| format!("  {column:<24}{:>5.0} %", share * 100.0)));
    lines
}
