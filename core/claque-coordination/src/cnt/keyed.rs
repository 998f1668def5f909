//! The one pattern of all CNT networks: messages with a key, in order of time, each visited with those
//! around it.
//!
//! Edges are counted user by user in a dense array over the other users, so no pair is hashed or stored.
//! The work is bounded by the pairs inside the window (co_similar_tweet and co_post: of all messages, the
//! others: of those with the same key), never by the square of a hot object.

use super::messages::{Message, NA, SharedUrl};
use super::texts::{TokenSets, transformed};
use super::{CntEdge, CntMessages, CntSettings, CntType};
use crate::dictionary::Dictionary;
use crate::error::CoordinationError;
use crate::incidence::offsets;
use rayon::prelude::*;
use std::ops::Range;

/// Pieces in which users are counted; more of them only cost memory.
const PIECES: usize = 64;

/// A message with what it may have in common with others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Keyed {
    pub(super) at: f64,
    /// Repost, reply, URL, text or token set.
    pub(super) object: u32,
    pub(super) user: u32,
    pub(super) message: u32,
    /// Is there an object at all, and does it belong to this user? What does not is left out of the corrected counts.
    pub(super) is_sound: bool,
}

/// Messages of one [`CntType`], ready to be counted.
#[derive(Debug)]
pub struct KeyedMessages<'m> {
    messages: &'m CntMessages<'m>,
    pub(super) kind: CntType,
    by_time: bool,
    /// By (object, time, message), or by (time, message) where only time groups.
    pub(super) rows: Vec<Keyed>,
    /// First row of each object; one group where only time groups.
    starts: Vec<u32>,
    /// Rows by (user, message).
    by_user: Vec<u32>,
    user_starts: Vec<u32>,
    token_sets: Option<TokenSets>,
}

impl<'m> KeyedMessages<'m> {
    /// Finds the keys of one type. O(n log n), without the tokens.
    #[must_use]
    pub fn new(messages: &'m CntMessages<'m>, kind: CntType) -> Self {
        let (mut rows, token_sets) = keyed(messages, kind);
        rows.retain(|row| !row.at.is_nan());
        let by_time = matches!(kind, CntType::CoSimilarTweet | CntType::CoPost);
        rows.par_sort_unstable_by(|x, y| {
            let object = if by_time { std::cmp::Ordering::Equal } else { x.object.cmp(&y.object) };
            object.then(x.at.total_cmp(&y.at)).then(x.message.cmp(&y.message))
        });
        let starts = if by_time {
            vec![0, rows.len() as u32]
        } else {
            let n_objects = rows.last().map_or(0, |row| row.object as usize + 1);
            offsets(n_objects, rows.iter().map(|row| row.object))
        };
        let mut by_user: Vec<u32> = (0..rows.len() as u32).collect();
        by_user.sort_unstable_by_key(|&index| (rows[index as usize].user, rows[index as usize].message, index));
        let user_starts = offsets(messages.users().len(), rows.iter().map(|row| row.user));
        Self { messages, kind, by_time, rows, starts, by_user, user_starts, token_sets }
    }

    /// All edges, self loops included, by (user, user_y).
    ///
    /// `weight` is the number of distinct messages of `user` with at least one message of `user_y` that has
    /// the key in common and a time in `t - window ..= t + window`, in doubles. Directed: with fractional
    /// times rounding can let one direction in and not the other. Deterministic for any number of threads.
    /// Times from 2⁵³ up are compared as doubles, where CNT may compare whole numbers.
    ///
    /// # Errors
    /// `min_tokens` is 0 and a text has no token, where CNT stops as well.
    pub fn edges(&self, settings: &CntSettings) -> Result<Vec<CntEdge>, CoordinationError> {
        self.refuse_tokenless(settings)?;
        let n_users = self.users().len();
        let edges = self.map_users(
            || Tallies::new(n_users),
            |tallies, user| {
                for &row in self.rows_of_user(user) {
                    let message = self.rows[row as usize].message;
                    self.each_match(row, settings, Reach::AsThere, |other| tallies.count(other.user, message));
                }
                tallies.edges(user, settings.min_edge_weight)
            },
        );
        Ok(edges.concat())
    }

    /// Messages without any object: an empty URL, a text without words. They match each other all the same.
    #[must_use]
    pub fn n_without_object(&self) -> usize {
        let is_empty = |row: &&Keyed| match self.kind {
            CntType::CoLink => self.messages.urls[row.object as usize].is_empty(),
            _ => !row.is_sound,
        };
        self.rows.iter().filter(is_empty).count()
    }

    /// A text without tokens stops CNT when no least number is set: each message is compared with itself.
    fn refuse_tokenless(&self, settings: &CntSettings) -> Result<(), CoordinationError> {
        if self.token_sets.is_none() || settings.min_tokens > 0 {
            return Ok(());
        }
        let stops =
            |row: &&Keyed| !row.is_sound && self.rows_of_user(row.user).len() >= settings.min_edge_weight as usize;
        self.rows.iter().filter(stops).min_by_key(|row| row.message).map_or(Ok(()), |row| {
            let message_id = self.messages.messages[row.message as usize].id.to_owned();
            Err(CoordinationError::TextWithoutTokens { message_id })
        })
    }

    /// User ids in ascending byte order.
    #[must_use]
    pub fn users(&self) -> &[String] {
        self.messages.users()
    }

    /// Indices of a user's rows, by message.
    pub(super) fn rows_of_user(&self, user: u32) -> &[u32] {
        &self.by_user[self.user_starts[user as usize] as usize..self.user_starts[user as usize + 1] as usize]
    }

    fn group(&self, row: &Keyed) -> Range<usize> {
        let group = if self.by_time { 0 } else { row.object as usize };
        self.starts[group] as usize..self.starts[group + 1] as usize
    }

    /// Visits the rows that match a row, itself among them.
    #[inline]
    pub(super) fn each_match(&self, index: u32, settings: &CntSettings, reach: Reach, mut visit: impl FnMut(&Keyed)) {
        let own = &self.rows[index as usize];
        let group = self.group(own);
        let window = settings.time_window;
        let either = reach == Reach::Either;
        let (from, to) = (own.at - window, own.at + window);
        let mut matched = |other: &Keyed| {
            let alike = self.token_sets.as_ref().is_none_or(|sets| {
                sets.are_similar(own.object, other.object, settings.similarity_threshold, settings.min_tokens)
            });
            if alike {
                visit(other);
            }
        };
        for other in self.rows[group.start..index as usize].iter().rev() {
            if !(other.at >= from || either && other.at + window >= own.at) {
                break;
            }
            matched(other);
        }
        for other in &self.rows[index as usize..group.end] {
            if !(other.at <= to || either && other.at - window <= own.at) {
                break;
            }
            matched(other);
        }
    }

    /// Runs `count` for every user in parallel with a scratch that it leaves clean; results in order of users.
    pub(super) fn map_users<S, T: Send>(
        &self,
        scratch: impl Fn() -> S + Sync + Send,
        count: impl Fn(&mut S, u32) -> T + Sync + Send,
    ) -> Vec<T> {
        let n_users = self.users().len();
        let least = n_users.div_ceil(PIECES).max(1);
        (0..n_users as u32).into_par_iter().with_min_len(least).map_init(scratch, count).collect()
    }
}

/// Which times match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// The other's time lies in the window around one's own.
    AsThere,
    /// Either one's lies in the window around the other's, so that both directions agree.
    Either,
}

/// Messages of one user counted over the other users.
struct Tallies {
    counts: Vec<Tally>,
    met: Vec<u32>,
}

#[derive(Clone, Copy, Default)]
struct Tally {
    weight: u32,
    /// The message counted last, + 1.
    last: u32,
}

impl Tallies {
    fn new(n_users: usize) -> Self {
        Self { counts: vec![Tally::default(); n_users], met: Vec::new() }
    }

    /// Counts a message once per user that it meets; messages come one after the other.
    fn count(&mut self, user_y: u32, message: u32) {
        let tally = &mut self.counts[user_y as usize];
        if tally.last == message + 1 {
            return;
        }
        if tally.weight == 0 {
            self.met.push(user_y);
        }
        *tally = Tally { weight: tally.weight + 1, last: message + 1 };
    }

    /// The edges of the user, and zero again.
    fn edges(&mut self, user: u32, min_edge_weight: u32) -> Vec<CntEdge> {
        let mut edges = Vec::new();
        for user_y in self.met.drain(..) {
            let Tally { weight, .. } = std::mem::take(&mut self.counts[user_y as usize]);
            if weight >= min_edge_weight {
                edges.push(CntEdge { user, user_y, weight });
            }
        }
        edges.sort_unstable();
        edges
    }
}

/// The rows of one type in the order of their messages, and the token sets where they count.
fn keyed(messages: &CntMessages<'_>, kind: CntType) -> (Vec<Keyed>, Option<TokenSets>) {
    if kind == CntType::CoLink {
        let row = |url: &SharedUrl| {
            let is_sound = !url.is_late && !messages.urls[url.url as usize].is_empty();
            Keyed { at: url.at, object: url.url, user: url.user, message: url.message, is_sound }
        };
        return (messages.shared.iter().map(row).collect(), None);
    }
    let object = |message: &Message<'_>| match kind {
        CntType::CoRetweet => message.repost,
        CntType::CoReply if message.repost == NA => message.reply,
        CntType::CoPost => 0,
        _ if message.repost == NA => 0,
        _ => NA,
    };
    let mut rows = Vec::new();
    for (number, message) in messages.messages.iter().enumerate() {
        let object = object(message);
        if object != NA {
            rows.push(Keyed { at: message.at, object, user: message.user, message: number as u32, is_sound: true });
        }
    }
    let texts: Vec<&str> = rows.iter().map(|row| messages.messages[row.message as usize].text).collect();
    match kind {
        CntType::CoTweet => {
            let texts: Vec<String> = texts.par_iter().map(|text| transformed(text)).collect();
            let mut dictionary = Dictionary::default();
            for (row, text) in rows.iter_mut().zip(&texts) {
                row.object = dictionary.code(text);
                row.is_sound = !text.is_empty();
            }
            (rows, None)
        }
        CntType::CoSimilarTweet => {
            let (sets, set_of_text) = TokenSets::of(&texts);
            for (row, set) in rows.iter_mut().zip(set_of_text) {
                row.object = set;
                row.is_sound = sets.size(set) > 0;
            }
            (rows, Some(sets))
        }
        CntType::CoRetweet | CntType::CoReply | CntType::CoLink | CntType::CoPost => (rows, None),
    }
}
