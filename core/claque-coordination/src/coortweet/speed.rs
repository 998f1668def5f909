//! `flag_speed_share`: a second, faster window over groups that are there already.

use super::groups::Participating;
use super::{ByteOrder, CoorTweetGroups, CoorTweetTable, codes};
use crate::dictionary::Dictionary;
use crate::error::CoordinationError;

/// `flag_speed_share(x, result, min_participation, time_window)`: which rows of `groups` are fast, the rows sorted
/// by (content_id, content_id_y), ties in their order.
///
/// Fast is a row within `time_window` seconds (inclusive) of which either content belongs to an account with
/// `min_participation` rows of `table` whose content is in a row within that window; and, as the flag is joined on the
/// two contents alone, every other row of the same two contents, on whatever object and however slow.
/// O(rows log rows).
///
/// # Errors
/// Columns of different lengths.
pub fn flag_speed_share<'a>(
    table: &CoorTweetTable<'a>,
    groups: &CoorTweetGroups<'a>,
    min_participation: u32,
    time_window: f64,
) -> Result<CoorTweetGroups<'a>, CoordinationError> {
    table.check_lengths()?;
    let (mut ids, mut accounts) = (Dictionary::default(), Dictionary::default());
    // the same codes as in the groups, further ones behind them
    for id in &groups.ids {
        ids.code(id);
    }
    for account in &groups.accounts {
        accounts.code(account);
    }
    let contents = codes(table.content_id, &mut ids);
    let accounts_of_rows = codes(table.account_id, &mut accounts);
    let in_time = || groups.rows.iter().filter(|row| row.time_delta <= time_window);
    let participating = Participating::of(
        &accounts_of_rows.iter().copied().zip(contents.iter().copied()),
        in_time().flat_map(|row| [row.content, row.content_y]),
        ids.keys.len(),
        accounts.keys.len(),
        min_participation,
    );
    let mut fast: Vec<(u32, u32)> = in_time()
        .filter(|row| participating.has(row.content) || participating.has(row.content_y))
        .map(|row| (row.content, row.content_y))
        .collect();
    fast.sort_unstable();
    fast.dedup();
    let order = ByteOrder::of(&groups.ids);
    let mut rows = groups.rows.clone();
    rows.sort_by_key(|row| (order.place(row.content), order.place(row.content_y)));
    let flags = rows.iter().map(|row| fast.binary_search(&(row.content, row.content_y)).is_ok()).collect();
    Ok(CoorTweetGroups {
        accounts: groups.accounts.clone(),
        ids: groups.ids.clone(),
        rows,
        fast: Some((time_window, flags)),
    })
}
