//! Tables that users bring: lists, brands, facts of a vote, registrations, threat feeds. Read strictly by
//! schema; keys are brought into the form of the things they are compared with.

use crate::error::IngestError;
use crate::normalize::text;
use crate::normalize::url::{canonical_url, registrable_domain};
use crate::typed;
use claque_model::{GROUPS, USER, schema_of};
use polars::prelude::{Column, DataFrame, IntoColumn, StringChunked};
use std::borrow::Cow;
use std::path::Path;

/// Reads one of the tables that users bring, from CSV, NDJSON or Parquet.
///
/// Extra columns are left out with a note in the log. Keys of `lists`, `feeds`, `brands` and `domains` are
/// normalized.
///
/// # Errors
/// A table of another name, a missing column, or a value of a wrong type, with its record.
pub fn read_user_table(name: &str, path: &Path) -> Result<DataFrame, IngestError> {
    let schema = schema_of(name).filter(|schema| USER.iter().any(|known| known.name == schema.name));
    let Some(schema) = schema else {
        return Err(IngestError::UnknownTable { name: name.to_owned(), known: USER.iter().map(|t| t.name).collect() });
    };
    let mut frame = typed::read(schema, path)?;
    match name {
        "lists" => keys_of_lists(&mut frame)?,
        "feeds" => {
            let keys = zipped(&frame, "kind", "key", |kind, key| normal_key(kind, key).1.into_owned())?;
            replace(&mut frame, keys)?;
        }
        "brands" => every(&mut frame, "official_domain", |host| host_name(host).into_owned())?,
        "domains" => every(&mut frame, "domain", |host| host_name(host).into_owned())?,
        _ => {}
    }
    ranges(&frame, path)?;
    Ok(frame)
}

/// Reads groups of accounts that the user names, `account_id` and `group`, from CSV, NDJSON or Parquet. Ids that
/// are handles are brought into the form of those in `posts`.
///
/// # Errors
/// A missing column, or an empty cell, with its record.
pub fn read_groups(path: &Path) -> Result<DataFrame, IngestError> {
    let mut frame = typed::read(&GROUPS, path)?;
    every(&mut frame, "account_id", |id| normal_key("account", id).1.into_owned())?;
    Ok(frame)
}

fn keys_of_lists(frame: &mut DataFrame) -> Result<(), IngestError> {
    let kinds = zipped(frame, "key_type", "key", |kind, key| normal_key(kind, key).0.to_owned())?;
    let kinds = kinds.with_name("key_type".into());
    let keys = zipped(frame, "key_type", "key", |kind, key| normal_key(kind, key).1.into_owned())?;
    frame.replace("key_type", kinds)?;
    replace(frame, keys)
}

fn replace(frame: &mut DataFrame, keys: Column) -> Result<(), IngestError> {
    frame.replace("key", keys)?;
    Ok(())
}

fn zipped(
    frame: &DataFrame,
    kind: &str,
    key: &str,
    normal: impl Fn(&str, &str) -> String,
) -> Result<Column, IngestError> {
    let (kinds, keys) = (frame.column(kind)?.str()?, frame.column(key)?.str()?);
    let normal: StringChunked = kinds.iter().zip(keys.iter()).map(|(kind, key)| Some(normal(kind?, key?))).collect();
    Ok(normal.with_name(key.into()).into_column())
}

fn every(frame: &mut DataFrame, column: &str, normal: impl Fn(&str) -> String) -> Result<(), IngestError> {
    let cells: StringChunked = frame.column(column)?.str()?.iter().map(|cell| cell.map(&normal)).collect();
    frame.replace(column, cells.with_name(column.into()).into_column())?;
    Ok(())
}

/// Kind and key as the tables of activity write them.
fn normal_key<'a>(kind: &'a str, key: &'a str) -> (&'a str, Cow<'a, str>) {
    let key = key.trim();
    match kind {
        "domain" => {
            let host = host_name(key);
            // a listed sub-domain must not spread to the whole site (a blog to its host)
            let is_whole = registrable_domain(&host).is_none_or(|domain| domain == *host);
            (if is_whole { "domain" } else { "host" }, host)
        }
        "host" => (kind, host_name(key)),
        "url" => (kind, canonical_url(&live(key)).map_or(Cow::Borrowed(key), |url| Cow::Owned(url.target))),
        "hash" | "sha256" => (kind, Cow::Owned(key.to_ascii_lowercase())),
        "account" => (
            kind,
            match key.split_once(":@") {
                Some((platform, written)) => Cow::Owned(format!("{platform}:@{}", text::handle(written))),
                None => Cow::Borrowed(key),
            },
        ),
        "ip_range" if !key.contains('/') => {
            let bits = if key.contains(':') { 128 } else { 32 };
            (kind, Cow::Owned(format!("{key}/{bits}")))
        }
        _ => (kind, text::clean(key).0),
    }
}

/// Host name in lower case and A-labels, without `www.`; also out of a whole address or a defanged name.
fn host_name(written: &str) -> Cow<'_, str> {
    let live = live(written);
    let host = if live.contains("://") { canonical_url(&live) } else { canonical_url(&format!("https://{live}")) };
    host.map_or_else(|| Cow::Owned(live.to_lowercase()), |url| Cow::Owned(url.host))
}

/// Addresses are passed on with `hxxp` and `[.]`, so that nobody clicks them by mistake.
fn live(written: &str) -> String {
    written.trim().replace("[.]", ".").replace("hxxp", "http")
}

fn ranges(frame: &DataFrame, path: &Path) -> Result<(), IngestError> {
    let Ok(column) = frame.column("reliability") else { return Ok(()) };
    let bad = column.f64()?.iter().position(|value| value.is_some_and(|value| !(0.0..=1.0).contains(&value)));
    bad.map_or(Ok(()), |row| {
        Err(IngestError::BadCell {
            path: path.to_owned(),
            record: row as u64 + 1,
            column: "reliability".to_owned(),
            value: column.get(row)?.to_string(),
            expected: "between 0 and 1".to_owned(),
        })
    })
}

#[cfg(test)]
mod tests;
