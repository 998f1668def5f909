//! Beside CNT's numbers, those without its traps: what a pair has in common once nothing that is missing
//! counts as shared.

use super::keyed::{KeyedMessages, Reach};
use super::{CntEdge, CntSettings, CntType};
use crate::incidence::offsets;

/// Corrected counts of a pair of users.
///
/// No empty URL and no text without words is shared; no message matches itself; URLs that a repeated
/// `message_id` brings belong to nobody; times match in both directions or in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CorrectedCounts {
    /// Distinct objects in common, the same in both directions: reposted and replied-to messages, URLs, texts.
    /// For co_similar_tweet the smaller of both sides' numbers of different token sets. None for co_post,
    /// which has no object.
    pub n_objects: Option<u32>,
    /// Distinct messages of `user` that match another message of `user_y`.
    pub n_messages: u32,
    /// Distinct messages of `user_y` that match another message of `user`.
    pub n_messages_y: u32,
}

/// What one user has in common with another.
#[derive(Clone, Copy, Debug, Default)]
struct Common {
    is_wanted: bool,
    n_messages: u32,
    n_objects: u32,
    /// The message or object counted last, + 1.
    last: u32,
}

impl Common {
    fn count_message(&mut self, message: u32) {
        if self.is_wanted && self.last != message + 1 {
            self.n_messages += 1;
            self.last = message + 1;
        }
    }

    fn count_object(&mut self, object: u32) {
        if self.is_wanted && self.last != object + 1 {
            self.n_objects += 1;
            self.last = object + 1;
        }
    }
}

impl KeyedMessages<'_> {
    /// Corrected counts for edges of [`KeyedMessages::edges`], in their order. An edge that CNT's traps made
    /// alone has zeros.
    #[must_use]
    pub fn corrected(&self, settings: &CntSettings, edges: &[CntEdge]) -> Vec<CorrectedCounts> {
        let mut wanted: Vec<(u32, u32)> =
            edges.iter().flat_map(|edge| [(edge.user, edge.user_y), (edge.user_y, edge.user)]).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let n_users = self.users().len();
        let starts = offsets(n_users, wanted.iter().map(|pair| pair.0));
        let counted = self.map_users(
            || vec![Common::default(); n_users],
            |common, user| {
                let of_user = starts[user as usize] as usize..starts[user as usize + 1] as usize;
                self.count_user(settings, user, &wanted[of_user], common)
            },
        );
        let counted = counted.concat();
        let side =
            |user, user_y| wanted.binary_search(&(user, user_y)).map_or_else(|_| Common::default(), |at| counted[at]);
        let both = |edge: &CntEdge| {
            let (x, y) = (side(edge.user, edge.user_y), side(edge.user_y, edge.user));
            let n_objects = (self.kind != CntType::CoPost).then(|| x.n_objects.min(y.n_objects));
            CorrectedCounts { n_objects, n_messages: x.n_messages, n_messages_y: y.n_messages }
        };
        edges.iter().map(both).collect()
    }

    fn count_user(
        &self,
        settings: &CntSettings,
        user: u32,
        wanted: &[(u32, u32)],
        common: &mut [Common],
    ) -> Vec<Common> {
        if wanted.is_empty() {
            return Vec::new();
        }
        for &(_, user_y) in wanted {
            common[user_y as usize].is_wanted = true;
        }
        let mut rows = self.rows_of_user(user).to_vec();
        rows.retain(|&row| self.rows[row as usize].is_sound);
        for &row in &rows {
            let message = self.rows[row as usize].message;
            self.each_other(row, settings, |user_y| common[user_y as usize].count_message(message));
        }
        for &(_, user_y) in wanted {
            common[user_y as usize].last = 0;
        }
        rows.sort_unstable_by_key(|&row| self.rows[row as usize].object);
        for &row in &rows {
            let object = self.rows[row as usize].object;
            self.each_other(row, settings, |user_y| common[user_y as usize].count_object(object));
        }
        wanted.iter().map(|&(_, user_y)| std::mem::take(&mut common[user_y as usize])).collect()
    }

    /// Visits the users of other messages that truly share the object.
    fn each_other(&self, row: u32, settings: &CntSettings, mut visit: impl FnMut(u32)) {
        let message = self.rows[row as usize].message;
        self.each_match(row, settings, Reach::Either, |other| {
            if other.is_sound && other.message != message {
                visit(other.user);
            }
        });
    }
}
