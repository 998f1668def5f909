//! `detect_groups`.

use super::{CoorTweetGroups, CoorTweetTable, Group, GroupSettings, NA, codes};
use crate::dictionary::Dictionary;
use crate::error::CoordinationError;

/// One input row; codes may be [`NA`], a missing time is NaN.
#[derive(Clone, Copy)]
struct Share {
    object: u32,
    account: u32,
    content: u32,
    at: f64,
}

/// `detect_groups(x, time_window, min_participation, remove_loops)`.
///
/// Pairs of rows on one object at most `time_window` apart, both directions, every post pair; the older post
/// first, ties in the order of accounts' first appearance. Object by object in the order of first
/// appearance, then by the later and the earlier row. Empty when no account has `min_participation` rows, where
/// CooRTweet stops. O(pairs within the window).
///
/// # Errors
/// Columns of different lengths.
pub fn detect_groups<'a>(
    table: &CoorTweetTable<'a>,
    settings: &GroupSettings,
) -> Result<CoorTweetGroups<'a>, CoordinationError> {
    let (mut ids, mut accounts) = (Dictionary::default(), Dictionary::default());
    let shares = read(table, &mut ids, &mut accounts)?;
    let shares = participants(&shares, accounts.keys.len(), settings.min_participation);
    let mut pairs = Vec::new();
    for rows in by_object(&shares, ids.keys.len()) {
        pairs_in_time(&shares, &rows, settings.time_window, &mut pairs);
    }
    if settings.remove_loops {
        pairs.retain(|&(i, j)| !is_loop(&shares[i as usize], &shares[j as usize]));
    }
    if settings.min_participation >= 1 {
        keep_participants(&shares, &mut pairs, ids.keys.len(), accounts.keys.len(), settings.min_participation);
    }
    let rows = pairs.iter().map(|&(i, j)| older_first(&shares[i as usize], &shares[j as usize])).collect();
    Ok(CoorTweetGroups { accounts: accounts.keys, ids: ids.keys, rows, fast: None })
}

fn read<'a>(
    table: &CoorTweetTable<'a>,
    ids: &mut Dictionary<'a>,
    accounts: &mut Dictionary<'a>,
) -> Result<Vec<Share>, CoordinationError> {
    table.check_lengths()?;
    let objects = codes(table.object_id, ids);
    let contents = codes(table.content_id, ids);
    let accounts = codes(table.account_id, accounts);
    let times = table.timestamp_share.iter().map(|at| at.unwrap_or(f64::NAN));
    let rows = objects.into_iter().zip(accounts).zip(contents).zip(times);
    Ok(rows.map(|(((object, account), content), at)| Share { object, account, content, at }).collect())
}

/// Slot of a code in a table with room for NA.
fn slot(code: u32, n: usize) -> usize {
    if code == NA { n } else { code as usize }
}

/// Rows of accounts with enough of them, in the order of accounts' first appearance.
fn participants(shares: &[Share], n_accounts: usize, min_participation: u32) -> Vec<Share> {
    let mut first = vec![usize::MAX; n_accounts + 1];
    let mut count = vec![0u32; n_accounts + 1];
    for (row, share) in shares.iter().enumerate() {
        let account = slot(share.account, n_accounts);
        first[account] = first[account].min(row);
        count[account] += 1;
    }
    let kept = shares.iter().filter(|share| count[slot(share.account, n_accounts)] >= min_participation);
    let mut kept: Vec<Share> = kept.copied().collect();
    kept.sort_by_key(|share| first[slot(share.account, n_accounts)]);
    kept
}

/// Row numbers of every object, objects in the order of first appearance.
fn by_object(shares: &[Share], n_ids: usize) -> Vec<Vec<u32>> {
    let mut place = vec![usize::MAX; n_ids + 1];
    let mut objects: Vec<Vec<u32>> = Vec::new();
    for (row, share) in shares.iter().enumerate() {
        let place = &mut place[slot(share.object, n_ids)];
        if *place == usize::MAX {
            *place = objects.len();
            objects.push(Vec::new());
        }
        objects[*place].push(row as u32);
    }
    objects
}

/// Pairs (i, j) of row numbers with i < j and |t_i − t_j| ≤ window, by j, then i. Rounding is monotone, so
/// that two pointers over sorted times find what comparing all doubles would.
fn pairs_in_time(shares: &[Share], rows: &[u32], window: f64, pairs: &mut Vec<(u32, u32)>) {
    let at = |row: u32| shares[row as usize].at;
    let mut timed: Vec<u32> = rows.iter().copied().filter(|&row| at(row).is_finite()).collect();
    timed.sort_by(|&a, &b| at(a).total_cmp(&at(b)));
    let from = pairs.len();
    let mut low = 0;
    for (high, &later) in timed.iter().enumerate() {
        while at(later) - at(timed[low]) > window {
            low += 1;
        }
        pairs.extend(timed[low..high].iter().map(|&earlier| (earlier.min(later), earlier.max(later))));
    }
    pairs[from..].sort_unstable_by_key(|&(i, j)| (j, i));
}

/// Anything missing, an original and its own share, one content, or one account.
fn is_loop(i: &Share, j: &Share) -> bool {
    let differ = |x: u32, y: u32| x != NA && y != NA && x != y;
    !(differ(i.object, i.content)
        && differ(i.object, j.content)
        && differ(i.content, j.content)
        && differ(i.account, j.account))
}

/// Keeps a pair when either content belongs to an account with enough rows whose content is in any pair.
fn keep_participants(
    shares: &[Share],
    pairs: &mut Vec<(u32, u32)>,
    n_ids: usize,
    n_accounts: usize,
    min_participation: u32,
) {
    let content = |row: u32| shares[row as usize].content;
    let rows = shares.iter().map(|share| (share.account, share.content));
    let paired = pairs.iter().flat_map(|&(i, j)| [content(i), content(j)]);
    let participating = Participating::of(&rows, paired, n_ids, n_accounts, min_participation);
    pairs.retain(|&(i, j)| participating.has(content(i)) || participating.has(content(j)));
}

/// Contents of accounts that took part often enough.
pub(super) struct Participating(Vec<bool>);

impl Participating {
    /// An account takes part with every row (account, content) whose content is `paired`, on whatever object.
    pub(super) fn of(
        rows: &(impl Iterator<Item = (u32, u32)> + Clone),
        paired: impl Iterator<Item = u32>,
        n_ids: usize,
        n_accounts: usize,
        min_participation: u32,
    ) -> Self {
        let mut is_paired = vec![false; n_ids + 1];
        for content in paired {
            is_paired[slot(content, n_ids)] = true;
        }
        let taking_part = || rows.clone().filter(|(_, content)| is_paired[slot(*content, n_ids)]);
        let mut count = vec![0u32; n_accounts + 1];
        for (account, _) in taking_part() {
            count[slot(account, n_accounts)] += 1;
        }
        let mut enough = vec![false; n_ids + 1];
        for (account, content) in taking_part() {
            enough[slot(content, n_ids)] |= count[slot(account, n_accounts)] >= min_participation;
        }
        Self(enough)
    }

    pub(super) fn has(&self, content: u32) -> bool {
        self.0[slot(content, self.0.len() - 1)]
    }
}

fn older_first(i: &Share, j: &Share) -> Group {
    let delta = i.at - j.at;
    let (older, newer) = if delta > 0.0 { (j, i) } else { (i, j) };
    Group {
        object: older.object,
        content: older.content,
        content_y: newer.content,
        time_delta: delta.abs(),
        account: older.account,
        account_y: newer.account,
    }
}
