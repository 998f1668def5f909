//! CNT's loading rules: which rows become messages, and which URLs are theirs. Nothing is compared here.

use super::{CntLoader, CntTable};
use crate::dictionary::Dictionary;
use crate::error::CoordinationError;
use polars::prelude::StringChunked;

/// A missing value among codes.
pub(super) const NA: u32 = u32::MAX;

/// Loaded messages and their URLs.
#[derive(Clone, Debug)]
pub struct CntMessages<'a> {
    users: Vec<String>,
    pub(super) messages: Vec<Message<'a>>,
    pub(super) shared: Vec<SharedUrl>,
    pub(super) urls: Vec<&'a str>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Message<'a> {
    pub(super) id: &'a str,
    pub(super) user: u32,
    pub(super) repost: u32,
    pub(super) reply: u32,
    pub(super) text: &'a str,
    pub(super) at: f64,
}

/// A URL of a message, with user and time of the row that brought it.
#[derive(Clone, Copy, Debug)]
pub(super) struct SharedUrl {
    pub(super) message: u32,
    pub(super) url: u32,
    pub(super) user: u32,
    pub(super) at: f64,
    /// Was it brought by a later row of the same id?
    pub(super) is_late: bool,
}

impl<'a> CntMessages<'a> {
    /// Loads a table: the first row of a `message_id` is the message. Later rows of that id are ignored,
    /// except for their URLs, which are added with the later row's time and user. Rows with a `repost_id`
    /// bring no URLs. A URL counts once per message, the first time.
    ///
    /// # Errors
    /// Columns of different lengths, or more rows than codes.
    pub fn load(table: &CntTable<'a>, loader: CntLoader) -> Result<Self, CoordinationError> {
        let n_rows = checked_length(table)?;
        let mut ids = Dictionary::default();
        let mut users = Dictionary::default();
        let (mut reposts, mut replies) = (Dictionary::default(), Dictionary::default());
        let mut urls = Dictionary::default();
        let mut messages: Vec<Message<'a>> = Vec::new();
        let mut shared = Vec::new();
        let mut cells = [table.message_id, table.user_id, table.repost_id, table.reply_id, table.message, table.urls]
            .map(StringChunked::iter);
        for at in table.timestamp.iter().take(n_rows) {
            let [id, user, repost, reply, text, links] =
                cells.each_mut().map(|column| column.next().flatten().unwrap_or_default());
            let message = ids.code(id);
            let (user, at) = (users.code(user), at.unwrap_or(f64::NAN));
            let repost = if repost.is_empty() { NA } else { reposts.code(repost) };
            let reply = if reply.is_empty() { NA } else { replies.code(reply) };
            let is_late = (message as usize) < messages.len();
            if !is_late {
                messages.push(Message { id, user, repost, reply, text, at });
            }
            if repost == NA {
                each_url(links, loader, |url| {
                    shared.push(SharedUrl { message, url: urls.code(url), user, at, is_late });
                });
            }
        }
        // the sort is stable: the first row that brought a URL stays
        shared.sort_by_key(|url| (url.message, url.url));
        shared.dedup_by_key(|url| (url.message, url.url));
        let sorted = users.sorted();
        for user in messages.iter_mut().map(|m| &mut m.user).chain(shared.iter_mut().map(|s| &mut s.user)) {
            *user = sorted.rank[*user as usize];
        }
        Ok(Self { users: sorted.names, messages, shared, urls: urls.keys })
    }

    /// User ids in ascending byte order.
    #[must_use]
    pub fn users(&self) -> &[String] {
        &self.users
    }
}

fn checked_length(table: &CntTable<'_>) -> Result<usize, CoordinationError> {
    let expected = table.message_id.len();
    for (column, found) in [
        ("user_id", table.user_id.len()),
        ("repost_id", table.repost_id.len()),
        ("reply_id", table.reply_id.len()),
        ("message", table.message.len()),
        ("timestamp", table.timestamp.len()),
        ("urls", table.urls.len()),
    ] {
        if found != expected {
            return Err(CoordinationError::Lengths { column, found, expected });
        }
    }
    if expected >= NA as usize {
        return Err(CoordinationError::TooManyRows(expected));
    }
    Ok(expected)
}

fn each_url<'a>(cell: &'a str, loader: CntLoader, visit: impl FnMut(&'a str)) {
    match loader {
        CntLoader::Csv => cell.split(' ').for_each(visit),
        CntLoader::Api => super::texts::pieces(cell).for_each(visit),
    }
}
