//! Marks: the mean over accounts of the sum of values ÷ own posts. Reposts are not own posts.

use super::means::AccountValues;
use super::{AccountDay, Assessed, SUPPORT, Support};
use crate::error::ScoreError;
use crate::frame;
use crate::group::Group;
use crate::population::Population;
use claque_model::Declaration;
use hashbrown::HashMap;
use polars::prelude::DataFrame;
use std::collections::BTreeMap;

const POSTS: &str = "posts";
/// Microseconds.
const DAY: i64 = 86_400_000_000;

/// A marked post of an account.
struct Marked<'f> {
    account: u32,
    at: i64,
    post: &'f str,
    note: Option<&'f str>,
}

/// One finding per group. `posts` has `post_id`, `account_id`, `kind`; `embedded` and `created_at` are
/// used where it has them. Members without own posts are left out, and so are such accounts of the pool.
///
/// # Errors
/// A column that is missing or of another type, a value that is not finite, a mark on an unknown post.
pub fn assess_marks(
    decl: &Declaration,
    marks: &DataFrame,
    posts: &DataFrame,
    population: &Population,
    groups: &[Group],
    draws: u32,
    seed: u64,
) -> Result<Vec<Assessed>, ScoreError> {
    let table = format!("marks.{}", decl.id);
    let marked_ids = frame::ids(marks, &table, "post_id")?;
    let values = frame::numbers(marks, &table, "value")?;
    let notes = notes(marks, &table)?;
    let row_of: HashMap<&str, usize> = marked_ids.iter().enumerate().map(|(row, id)| (*id, row)).collect();

    let post_ids = frame::ids(posts, POSTS, "post_id")?;
    let accounts = frame::strings(posts, POSTS, "account_id")?;
    let kinds = frame::strings(posts, POSTS, "kind")?;
    let kept = frame::not_embedded(posts, POSTS)?;
    let times = frame::times(posts, POSTS, "created_at")?;
    let code_of = population.codes();

    let mut own = vec![0_u32; population.ids().len()];
    let mut sums = vec![0.0; own.len()];
    let mut seen = vec![false; marks.height()];
    let mut marked = Vec::new();
    let is_member = members(population, groups);
    let mut by_day: Vec<(u32, AccountDay)> = Vec::new();
    for (row, (account, kind)) in accounts.iter().zip(kinds.iter()).enumerate() {
        let mark = row_of.get(post_ids[row]).copied();
        if let Some(mark) = mark {
            seen[mark] = true;
        }
        let Some(&code) = account.and_then(|id| code_of.get(id)) else { continue };
        if !kept[row] || kind == Some("repost") {
            continue;
        }
        own[code as usize] += 1;
        let at = times.as_ref().and_then(|times| times[row]);
        if is_member[code as usize] {
            let day = at.map(|at| at.div_euclid(DAY) as i32);
            by_day.push((code, AccountDay { day, hits: mark.map_or(0.0, |mark| values[mark]), total: 1.0 }));
        }
        if let Some(mark) = mark.filter(|mark| values[*mark] != 0.0) {
            sums[code as usize] += values[mark];
            marked.push(Marked { account: code, at: at.unwrap_or(i64::MAX), post: post_ids[row], note: notes[mark] });
        }
    }
    if let Some(row) = seen.iter().position(|seen| !seen) {
        return Err(ScoreError::UnknownId { table, id: marked_ids[row].to_owned(), row: row + 1 });
    }
    marked.sort_unstable_by_key(|m| (m.account, m.at, m.post));
    let values = own.iter().zip(&sums).map(|(&n, &sum)| (n > 0).then(|| sum / f64::from(n))).collect();
    let by_day = summed(by_day);
    let days = |account: u32| {
        let from = by_day.partition_point(|(other, _)| *other < account);
        by_day[from..].iter().take_while(|(other, _)| *other == account).map(|(_, day)| *day).collect()
    };
    let accounts = AccountValues { population, values, left_out: "they have no post of their own", caveat: None };
    Ok(accounts.assess(decl, groups, draws, seed, |members| support(&marked, members), days))
}

/// By row of the marks.
fn notes<'m>(marks: &'m DataFrame, table: &str) -> Result<Vec<Option<&'m str>>, ScoreError> {
    match marks.column("note") {
        Ok(column) if column.null_count() < column.len() => Ok(frame::strings(marks, table, "note")?.iter().collect()),
        _ => Ok(vec![None; marks.height()]),
    }
}

/// By account, whether it is in any group.
fn members(population: &Population, groups: &[Group]) -> Vec<bool> {
    let mut is_member = vec![false; population.ids().len()];
    for code in groups.iter().flat_map(|group| &group.accounts).filter_map(|id| population.code(id)) {
        is_member[code as usize] = true;
    }
    is_member
}

/// One entry per account and day, ascending. Equal days are summed in the order of the rows.
fn summed(mut by_day: Vec<(u32, AccountDay)>) -> Vec<(u32, AccountDay)> {
    by_day.sort_by_key(|(account, part)| (*account, part.day));
    by_day.dedup_by(|(account, part), (before, sum)| {
        let same = (*account, part.day) == (*before, sum.day);
        if same {
            sum.hits += part.hits;
            sum.total += part.total;
        }
        same
    });
    by_day
}

/// The earliest marked posts of these accounts, and their notes, the most frequent first.
fn support(marked: &[Marked], members: &[u32]) -> Support {
    let of_account = |account: u32| {
        let from = marked.partition_point(|m| m.account < account);
        marked[from..].iter().take_while(move |m| m.account == account)
    };
    let mut found: Vec<&Marked> = members.iter().flat_map(|&account| of_account(account)).collect();
    found.sort_unstable_by_key(|m| (m.at, m.post));
    let mut notes: BTreeMap<&str, usize> = BTreeMap::new();
    for note in found.iter().filter_map(|m| m.note) {
        *notes.entry(note).or_default() += 1;
    }
    let mut notes: Vec<(&str, usize)> = notes.into_iter().collect();
    notes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Support {
        n: found.len() as u64,
        posts: found.iter().take(SUPPORT).map(|m| m.post.to_owned()).collect(),
        objects: notes.into_iter().take(SUPPORT).map(|(note, _)| note.to_owned()).collect(),
    }
}
