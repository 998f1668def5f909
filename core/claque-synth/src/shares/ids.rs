//! Ids that look like those of platforms, each different.

use super::planted::Kind;
use std::fmt;

/// How codes of objects become ids: the background first, then the planted ones, then the hot one.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) n_accounts: u32,
    pub(super) n_background: u32,
    /// Kinds of the planted objects.
    pub(super) kinds: &'a [Kind],
}

impl Names<'_> {
    /// `https://site123.example/a/4567`; what is reposted or answered is a post.
    pub(super) fn object(self, code: u32) -> impl fmt::Display {
        let kind = code.checked_sub(self.n_background).and_then(|planted| self.kinds.get(planted as usize)).copied();
        let author = scattered(code) % u64::from(self.n_accounts);
        fmt::from_fn(move |f| match kind {
            Some(Kind::Repost | Kind::Reply) => {
                write!(
                    f,
                    "https://social.example/{}/status/{}",
                    account(author as u32),
                    LONG + u64::from(code) * 4_194_305
                )
            }
            _ => write!(f, "https://site{}.example/a/{code}", scattered(code) % 4_000),
        })
    }
}

/// Where long numbers begin.
const LONG: u64 = 1_000_000_000_000_000_000;

/// Older accounts have nine or ten digits, later ones nineteen.
pub(super) fn account(code: u32) -> u64 {
    let code = u64::from(code);
    if code.is_multiple_of(3) { 104_729_000 + code * 37 } else { LONG + code * 2_147_483_659 }
}

/// Milliseconds since an epoch of 2010 over 22 bits, which number the posts of one moment.
pub(super) fn content(at: i64, row: u64) -> u64 {
    (((at * 1_000 - 1_288_834_974_657) as u64) << 22) | (row & 0x3F_FFFF)
}

/// The same number every time, far from those of its neighbours.
fn scattered(code: u32) -> u64 {
    (u64::from(code) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32
}
