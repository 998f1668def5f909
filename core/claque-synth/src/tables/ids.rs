//! Ids of accounts and posts. Users are numbered by creation and posts by time, as platforms do, so that the
//! numbers tell nothing about who was planted.

use crate::calendar::month_day;
use crate::draft::{AccountRef, Draft, Platform, PostRef};

const FIRST_USER: u64 = 1_000_000_000;
const FIRST_POST: u64 = 2_000_000_000;
/// Gaps between neighboring numbers.
const GAPS: [u64; 5] = [3, 11, 7, 2, 13];

/// Native ids by reference.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    accounts: Vec<String>,
    posts: Vec<String>,
    /// Posts in order of time.
    pub(crate) by_time: Vec<PostRef>,
}

impl Ids {
    pub(crate) fn new(draft: &Draft) -> Self {
        let mut accounts: Vec<String> = draft.accounts.iter().map(|a| a.handle.clone()).collect();
        let mut users: Vec<AccountRef> =
            (0..accounts.len()).filter(|a| draft.accounts[*a].platform == Platform::X).collect();
        users.sort_by_key(|a| (draft.accounts[*a].created_at, *a));
        let mut next = FIRST_USER;
        for (rank, account) in users.into_iter().enumerate() {
            next += GAPS[rank % GAPS.len()];
            accounts[account] = next.to_string();
        }
        let mut by_time: Vec<PostRef> = (0..draft.posts.len()).collect();
        by_time.sort_by_key(|p| (draft.posts[*p].at, *p));
        let mut posts = vec![String::new(); draft.posts.len()];
        let mut next = FIRST_POST;
        for (rank, post) in by_time.iter().enumerate() {
            next += GAPS[rank % GAPS.len()];
            let row = &draft.posts[*post];
            let author = &draft.accounts[row.account];
            posts[*post] = match author.platform {
                Platform::X => next.to_string(),
                Platform::Web => format!("https://{}/{}/{rank}", author.handle, month_day(row.at)),
            };
        }
        Self { accounts, posts, by_time }
    }

    pub(crate) fn native_account(&self, account: AccountRef) -> &str {
        &self.accounts[account]
    }

    pub(crate) fn native_post(&self, post: PostRef) -> &str {
        &self.posts[post]
    }

    pub(crate) fn account(&self, draft: &Draft, account: AccountRef) -> String {
        format!("{}:{}", draft.accounts[account].platform.name(), self.accounts[account])
    }

    pub(crate) fn post(&self, draft: &Draft, post: PostRef) -> String {
        format!("{}:{}", draft.accounts[draft.posts[post].account].platform.name(), self.posts[post])
    }
}
