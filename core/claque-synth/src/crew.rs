//! The members of a group: their accounts, how much each takes part, and what they post beside the common work.

use crate::background::{ordinary, user};
use crate::calendar::Period;
use crate::draft::{Account, AccountRef, Draft, Post};
use crate::random::Stream;
use crate::rota::{Event, Rota};
use crate::scenarios::Scenario;
use crate::words::Lang;

/// Weights of the less and the more active half: their post counts fall on both sides of the top decile.
const LESS: f64 = 0.75;
const MORE: f64 = 1.35;
/// Ordinary posts per member: least and most, by half.
const OWN_POSTS: [(i64, i64); 2] = [(1, 3), (2, 4)];
/// Ordinary posts per member on average.
pub(crate) const MEAN_OWN_POSTS: f64 = 2.5;

/// A group at work.
#[derive(Clone, Debug)]
pub(crate) struct Crew {
    pub(crate) members: Vec<AccountRef>,
}

/// Language of the n-th member.
pub(crate) fn lang_of(member: usize) -> Lang {
    Lang::ALL[member % Lang::COUNT]
}

fn half_of(member: usize) -> usize {
    member / Lang::COUNT % 2
}

impl Crew {
    /// Adds and labels `size` accounts, each made by `account` from its number, language and random numbers.
    pub(crate) fn enlist(
        draft: &mut Draft,
        scenario: Scenario,
        size: usize,
        mut account: impl FnMut(usize, Lang, Period, &mut Stream) -> Account,
    ) -> Self {
        let mut members = Vec::with_capacity(size);
        for member in 0..size {
            let mut stream = draft.stream(scenario.name(), member as u64);
            let account = account(member, lang_of(member), draft.period, &mut stream);
            let reference = draft.add_account(account);
            draft.label(reference, scenario);
            members.push(reference);
        }
        Self { members }
    }

    /// The plan of the group's events.
    pub(crate) fn plan(&self, draft: &Draft, scenario: Scenario, rota: &Rota) -> Vec<Event> {
        let weights: Vec<f64> = (0..self.members.len()).map(|m| [LESS, MORE][half_of(m)]).collect();
        rota.plan(&mut draft.stream(scenario.name(), PLAN), draft.period, &weights)
    }

    /// Adds the members' ordinary posts, written like those of anybody.
    pub(crate) fn post_ordinarily(&self, draft: &mut Draft, scenario: Scenario) {
        for (member, account) in self.members.iter().enumerate() {
            let mut stream = draft.stream(scenario.name(), OWN + member as u64);
            let (least, most) = OWN_POSTS[half_of(member)];
            for _ in 0..stream.between(least, most) {
                let at = draft.period.moment(&mut stream);
                let post = ordinary(draft, &mut stream, *account, at);
                draft.add_post(post);
            }
        }
    }
}

/// Indices of streams under a scenario's name: members first, then the plan, events and own posts.
const PLAN: u64 = 1 << 20;
const OWN: u64 = 1 << 21;
/// First index of the streams of events.
pub(crate) const EVENTS: u64 = 1 << 22;

/// One word of throw-away handles.
const HANDLE_WORDS: [&str; 12] =
    ["Sun", "Oak", "Lime", "Reed", "Tide", "Moss", "Wren", "Dusk", "Salt", "Fern", "Gale", "Loam"];

/// A throw-away account: one word and five digits, few followers, created at that time.
pub(crate) fn throwaway(period: Period, lang: Lang, created_at: i64, stream: &mut Stream) -> Account {
    Account {
        handle: format!("{}{}", stream.pick(&HANDLE_WORDS), stream.between(10_000, 99_999)),
        created_at,
        created_known: true,
        description: None,
        n_follower: Some(stream.between(0, 19)),
        n_following: Some(stream.between(100, 400)),
        ..user(period, lang, stream)
    }
}

/// Adds what strangers do with the same thing, spread over hours after `from`: `post` writes one of their posts.
pub(crate) fn add_strangers(
    draft: &mut Draft,
    stream: &mut Stream,
    count: usize,
    from: i64,
    seconds: i64,
    mut post: impl FnMut(&Draft, AccountRef, i64, &mut Stream) -> Post,
) {
    for _ in 0..count {
        let list = &draft.strangers[stream.below(Lang::COUNT)];
        if list.is_empty() {
            continue;
        }
        let account = *stream.pick(list);
        let wait = stream.skewed(seconds as usize) as i64;
        let at = (from + 60 + wait).min(draft.period.end() - 1);
        let post = post(draft, account, at, stream);
        draft.add_post(post);
    }
}
