//! The accounts of a corpus and the strata within which they are compared: platform × main language ×
//! decile of post count × period. Knows nothing of groups or signals.

use crate::error::ScoreError;
use crate::frame;
use chrono::{DateTime, Datelike};
use hashbrown::HashMap;
use polars::prelude::DataFrame;

const POSTS: &str = "posts";

/// Language of accounts whose posts name none.
const UNKNOWN_LANGUAGE: &str = "und";

/// How closely accounts are matched. The default is the method's; a study that loosens it should say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Matching {
    /// Match on the calendar month of the median post.
    pub period: bool,
    /// Neighboring deciles of post count that count as alike, 1 to 10.
    pub deciles_per_band: u8,
}

impl Default for Matching {
    fn default() -> Self {
        Self { period: true, deciles_per_band: 1 }
    }
}

/// What an account is matched on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stratum<'p> {
    /// Platform.
    pub platform: &'p str,
    /// Mode of the languages of its posts, ties by bytes; `und` when no post names one.
    pub language: &'p str,
    /// Tenth of the corpus by post count, 0 to 9; equal counts share one.
    pub decile: u8,
    /// Calendar month (UTC) of its median post as year × 12 + month − 1; `None` without times.
    pub period: Option<u32>,
}

/// Codes of a stratum from the coarsest to the finest: platform, language, band of deciles, period.
pub(crate) type StratumKey = [u32; 4];

/// Every account with at least one post of its own, that is, one not merely seen inside another record.
#[derive(Clone, Debug)]
pub struct Population {
    ids: Vec<String>,
    n_posts: Vec<u32>,
    platforms: Vec<String>,
    languages: Vec<String>,
    /// Platform, language, decile, period + 1 (0 for none).
    keys: Vec<StratumKey>,
    matching: Matching,
}

impl Population {
    /// Reads `post_id`-level rows: `account_id`, `platform`, and where there are any `embedded`, `lang`,
    /// `created_at`. O(posts log posts).
    ///
    /// # Errors
    /// A column that is missing or of another type.
    pub fn from_posts(posts: &DataFrame) -> Result<Self, ScoreError> {
        let accounts = frame::strings(posts, POSTS, "account_id")?;
        let platforms = frame::strings(posts, POSTS, "platform")?;
        let own = frame::not_embedded(posts, POSTS)?;
        let rows: Vec<(usize, &str)> =
            accounts.iter().enumerate().filter_map(|(row, id)| Some((row, id?))).filter(|(row, _)| own[*row]).collect();

        let mut ids: Vec<&str> = {
            let distinct: hashbrown::HashSet<&str> = rows.iter().map(|(_, id)| *id).collect();
            distinct.into_iter().collect()
        };
        ids.sort_unstable();
        let code_of = codes(&ids);
        let account_of: Vec<u32> = rows.iter().map(|(_, id)| code_of[id]).collect();

        let mut n_posts = vec![0_u32; ids.len()];
        for &account in &account_of {
            n_posts[account as usize] += 1;
        }
        let deciles = deciles(&n_posts);
        let (platforms, platform_of) =
            modes(&account_of, &rows, &platforms.iter().collect::<Vec<_>>(), "other", ids.len());
        let languages: Vec<Option<&str>> = match posts.column("lang") {
            Ok(column) if column.null_count() == column.len() => vec![None; posts.height()],
            Ok(_) => frame::strings(posts, POSTS, "lang")?.iter().collect(),
            Err(_) => vec![None; posts.height()],
        };
        let (languages, language_of) = modes(&account_of, &rows, &languages, UNKNOWN_LANGUAGE, ids.len());
        let periods = match frame::times(posts, POSTS, "created_at")? {
            Some(times) => periods(&account_of, &rows, &times, ids.len()),
            None => vec![0; ids.len()],
        };
        let keys = (0..ids.len())
            .map(|account| [platform_of[account], language_of[account], u32::from(deciles[account]), periods[account]])
            .collect();
        let ids = ids.into_iter().map(str::to_owned).collect();
        Ok(Self { ids, n_posts, platforms, languages, keys, matching: Matching::default() })
    }

    /// The same accounts, matched as given.
    #[must_use]
    pub fn matched_on(mut self, matching: Matching) -> Self {
        self.matching = matching;
        self
    }

    /// Account ids, ascending.
    #[must_use]
    pub fn ids(&self) -> &[String] {
        &self.ids
    }

    /// Posts of these accounts, embedded ones left out. Unknown ids have none.
    #[must_use]
    pub fn n_posts_of(&self, members: &[&str]) -> u64 {
        members.iter().filter_map(|id| self.code(id)).map(|code| u64::from(self.n_posts[code as usize])).sum()
    }

    /// What that account is matched on.
    #[must_use]
    pub fn stratum_of(&self, id: &str) -> Option<Stratum<'_>> {
        let [platform, language, decile, period] = self.keys[self.code(id)? as usize];
        Some(Stratum {
            platform: &self.platforms[platform as usize],
            language: &self.languages[language as usize],
            decile: decile as u8,
            period: period.checked_sub(1),
        })
    }

    /// Position of an id in [`Self::ids`].
    pub(crate) fn code(&self, id: &str) -> Option<u32> {
        self.ids.binary_search_by(|known| known.as_str().cmp(id)).ok().map(|code| code as u32)
    }

    /// Positions of all ids, for tables with many rows.
    pub(crate) fn codes(&self) -> HashMap<&str, u32> {
        self.ids.iter().enumerate().map(|(code, id)| (id.as_str(), code as u32)).collect()
    }

    /// The stratum of an account under the matching asked for.
    pub(crate) fn key(&self, account: u32) -> StratumKey {
        let [platform, language, decile, period] = self.keys[account as usize];
        let band = decile / u32::from(self.matching.deciles_per_band.clamp(1, 10));
        [platform, language, band, if self.matching.period { period } else { 0 }]
    }
}

fn codes<'a>(sorted: &[&'a str]) -> HashMap<&'a str, u32> {
    sorted.iter().enumerate().map(|(code, id)| (*id, code as u32)).collect()
}

/// ⌊10 × share of accounts with fewer posts⌋.
fn deciles(n_posts: &[u32]) -> Vec<u8> {
    let mut sorted = n_posts.to_vec();
    sorted.sort_unstable();
    n_posts.iter().map(|n| (10 * sorted.partition_point(|other| other < n) / sorted.len()) as u8).collect()
}

/// The sorted distinct words, and per account the code of its most frequent one, ties by bytes.
fn modes(
    account_of: &[u32],
    rows: &[(usize, &str)],
    words: &[Option<&str>],
    unknown: &str,
    n: usize,
) -> (Vec<String>, Vec<u32>) {
    let mut distinct: Vec<&str> = {
        let found: hashbrown::HashSet<&str> = rows.iter().filter_map(|(row, _)| words[*row]).chain([unknown]).collect();
        found.into_iter().collect()
    };
    distinct.sort_unstable();
    let code_of = codes(&distinct);
    let mut pairs: Vec<(u32, u32)> =
        account_of.iter().zip(rows).filter_map(|(account, (row, _))| Some((*account, code_of[words[*row]?]))).collect();
    pairs.sort_unstable();
    let mut best = vec![(0_usize, code_of[unknown]); n];
    for run in pairs.chunk_by(|a, b| a == b) {
        let (account, code) = run[0];
        if run.len() > best[account as usize].0 {
            best[account as usize] = (run.len(), code);
        }
    }
    (distinct.into_iter().map(str::to_owned).collect(), best.into_iter().map(|(_, code)| code).collect())
}

/// Per account the month of its lower median time, plus 1; 0 without times.
fn periods(account_of: &[u32], rows: &[(usize, &str)], times: &[Option<i64>], n: usize) -> Vec<u32> {
    let mut pairs: Vec<(u32, i64)> =
        account_of.iter().zip(rows).filter_map(|(account, (row, _))| Some((*account, times[*row]?))).collect();
    pairs.sort_unstable();
    let mut months = vec![0; n];
    for run in pairs.chunk_by(|a, b| a.0 == b.0) {
        let (account, median) = run[(run.len() - 1) / 2];
        months[account as usize] = month(median);
    }
    months
}

fn month(micros: i64) -> u32 {
    DateTime::from_timestamp_micros(micros).map_or(0, |at| at.year().max(0).unsigned_abs() * 12 + at.month0() + 1)
}

#[cfg(test)]
mod tests;
