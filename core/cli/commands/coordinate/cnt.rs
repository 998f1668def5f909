//! `--method cnt`: what coordination-network-toolkit 1.5.2 computes, and beside it what it would without its traps.

use super::{column, internal, warn_of_skipped};
use crate::args::{self, CntNetwork};
use crate::diagnosis::Failure;
use crate::terminal::Terminal;
use claque_coordination::CoordinationError;
use claque_coordination::cnt::{CntEdge, CntLoader, CntMessages, CntSettings, CntTable, CntType, KeyedMessages};
use claque_ingest::{IngestError, Messages, read_four_columns, read_messages};
use claque_model::TimeWindow;
use polars::prelude::{Column, DataFrame, DataType, Float64Chunked, PolarsError};
use std::path::Path;

/// Times from here on are years away as seconds; milliseconds are not.
const NO_SECONDS: f64 = 1e11;

pub(super) fn as_cnt(
    options: &args::Coordinate,
    window: TimeWindow,
    out: &Terminal,
) -> Result<(DataFrame, String), Failure> {
    let cnt = &options.cnt;
    let Some(network) = cnt.network else {
        return Err(Failure::new("--method cnt needs to know what two messages must have in common")
            .with_hint(format!("--type {}", CntType::ALL.map(CntType::name).join(", --type "))));
    };
    if !(cnt.similarity > 0.0 && cnt.similarity <= 1.0) {
        return Err(Failure::new(format!("--similarity {} must be above 0 and at most 1", cnt.similarity))
            .with_hint("1 asks for the same set of tokens"));
    }
    let kind = kind(network);
    let mut rows = rows(&options.input, kind, out)?;
    warn_of_traps(&rows, out).map_err(|e| internal(&e))?;
    let loader = if cnt.clean_urls { CntLoader::Api } else { CntLoader::Csv };
    let timestamp = Float64Chunked::from_vec("timestamp".into(), std::mem::take(&mut rows.timestamp));
    let messages = CntMessages::load(&table(&rows, &timestamp).map_err(|e| internal(&e))?, loader);
    let messages = messages.map_err(|error| Failure::new(error.to_string()))?;
    let keyed = KeyedMessages::new(&messages, kind);
    let mut settings = CntSettings {
        time_window: window.seconds(),
        min_edge_weight: options.min_weight,
        similarity_threshold: cnt.similarity,
        min_tokens: cnt.min_tokens,
    };
    let mut edges = edges(&keyed, &mut settings, out)?;
    edges.retain(|edge| cnt.include_self_loops || !edge.is_loop());
    let frame = frame(&keyed, &settings, &edges, options.corrected).map_err(|e| internal(&e))?;
    Ok((frame, said(&keyed, &edges, options, window, kind)))
}

fn kind(network: CntNetwork) -> CntType {
    match network {
        CntNetwork::CoRetweet => CntType::CoRetweet,
        CntNetwork::CoTweet => CntType::CoTweet,
        CntNetwork::CoSimilarTweet => CntType::CoSimilarTweet,
        CntNetwork::CoLink => CntType::CoLink,
        CntNetwork::CoReply => CntType::CoReply,
        CntNetwork::CoPost => CntType::CoPost,
    }
}

/// Messages; for shared links and reposts also four columns, of which the post is the message.
fn rows(input: &Path, kind: CntType, out: &Terminal) -> Result<Messages, Failure> {
    let takes_four = matches!(kind, CntType::CoLink | CntType::CoRetweet);
    if !takes_four {
        return Ok(read_messages(input)?);
    }
    let is_parquet = input.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet"));
    if !is_parquet {
        match read_messages(input) {
            // `timestamp` alone is also a name among four columns
            Err(IngestError::MissingColumn { found: 0 | 1, .. }) => {}
            read => return Ok(read?),
        }
    }
    let rows = read_four_columns(input)?;
    let Some(content) = rows.content else {
        return Err(Failure::new(format!("`{}`: --method cnt needs a column `content_id`", input.display()))
            .with_hint("its weights are numbers of messages"));
    };
    warn_of_skipped(rows.skipped, out);
    let none = Column::full_null("none".into(), content.len(), &DataType::String);
    let (repost_id, urls) =
        if kind == CntType::CoLink { (none.clone(), rows.object) } else { (rows.object, none.clone()) };
    Ok(Messages {
        message_id: content,
        user_id: rows.account,
        repost_id,
        reply_id: none.clone(),
        message: none,
        timestamp: rows.at.iter().map(|micros| *micros as f64 / 1e6).collect(),
        urls,
    })
}

fn table<'a>(rows: &'a Messages, timestamp: &'a Float64Chunked) -> Result<CntTable<'a>, PolarsError> {
    Ok(CntTable {
        message_id: rows.message_id.str()?,
        user_id: rows.user_id.str()?,
        repost_id: rows.repost_id.str()?,
        reply_id: rows.reply_id.str()?,
        message: rows.message.str()?,
        timestamp,
        urls: rows.urls.str()?,
    })
}

/// What is taken literally, as there, and seldom meant.
fn warn_of_traps(rows: &Messages, out: &Terminal) -> Result<(), PolarsError> {
    for (column, instead) in [(&rows.message_id, "one message"), (&rows.user_id, "one user")] {
        let empty = column.str()?.iter().filter(|cell| cell.is_none_or(str::is_empty)).count();
        if empty > 0 {
            out.warn(&format!("{empty} rows without a {} count as {instead}", column.name()));
        }
    }
    if rows.timestamp.iter().all(|at| at.abs() >= NO_SECONDS) {
        out.warn("the times look like milliseconds; they are compared with the window as if they were seconds");
    }
    Ok(())
}

/// Where CNT stops because a text has no token, that text gives no edge.
fn edges(keyed: &KeyedMessages<'_>, settings: &mut CntSettings, out: &Terminal) -> Result<Vec<CntEdge>, Failure> {
    let found = match keyed.edges(settings) {
        Err(stopped @ CoordinationError::TextWithoutTokens { .. }) => {
            out.warn(&format!("{stopped}: there it stops with an error, here such texts have no edge"));
            settings.min_tokens = 1;
            keyed.edges(settings)
        }
        found => found,
    };
    found.map_err(|error| Failure::new(error.to_string()))
}

fn frame(
    keyed: &KeyedMessages<'_>,
    settings: &CntSettings,
    edges: &[CntEdge],
    with_corrected: bool,
) -> Result<DataFrame, PolarsError> {
    let id = |user: u32| keyed.users()[user as usize].as_str();
    let mut columns = vec![
        column("user_id", edges.iter().map(|edge| id(edge.user)).collect::<Vec<_>>()),
        column("user_id_y", edges.iter().map(|edge| id(edge.user_y)).collect::<Vec<_>>()),
        column("weight", edges.iter().map(|edge| i64::from(edge.weight)).collect::<Vec<_>>()),
    ];
    if with_corrected {
        let counts = keyed.corrected(settings, edges);
        columns.extend([
            column("corrected_n_objects", counts.iter().map(|c| c.n_objects.map(i64::from)).collect::<Vec<_>>()),
            column("corrected_n_messages", counts.iter().map(|c| i64::from(c.n_messages)).collect::<Vec<_>>()),
            column("corrected_n_messages_y", counts.iter().map(|c| i64::from(c.n_messages_y)).collect::<Vec<_>>()),
        ]);
    }
    DataFrame::new(edges.len(), columns)
}

fn said(
    keyed: &KeyedMessages<'_>,
    edges: &[CntEdge],
    options: &args::Coordinate,
    window: TimeWindow,
    kind: CntType,
) -> String {
    let mut lines = vec![format!(
        "{} directed edges of weight >= {} within {window}, {} as coordination-network-toolkit 1.5.2 counts it",
        edges.len(),
        options.min_weight,
        kind.name()
    )];
    let empty = keyed.n_without_object();
    if empty > 0 && kind != CntType::CoSimilarTweet {
        let what = if kind == CntType::CoLink { "a link share the empty one" } else { "words share the empty text" };
        lines.push(format!("{empty} messages without {what}, as there; --corrected counts without them"));
    }
    lines.push("a count says nothing about chance: on ordinary data most of these pairs are strangers".to_owned());
    lines.join("\n")
}
