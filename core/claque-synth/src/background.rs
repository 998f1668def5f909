//! The innocent part of a world: who is there, how active they are, and what they post over the period.
//! Single posts are written in `conversation`, innocent hits in `innocent`, pages in `press`, user tables in
//! `reference`.
//!
//! Activity has three levels, so that the two upper deciles of post counts hold enough accounts that are as
//! active as the members of groups: matched sets are drawn from there.

mod conversation;
mod innocent;
mod press;
pub(crate) mod reference;

pub(crate) use conversation::{linked, ordinary, plain, repost};
pub(crate) use press::Press;

use crate::calendar::{DAY, Period};
use crate::draft::{Account, AccountRef, Act, Draft, Platform};
use crate::random::Stream;
use crate::words::{self, Lang};

/// Share of all accounts that are sites.
const SITE_SHARE: f64 = 0.10;
/// Share of the sites in the top and in the second level.
const SITE_TOP: f64 = 0.40;
const SITE_SECOND: f64 = 0.44;
/// Share of all accounts in each of the two upper levels, a little above a decile.
const LEVEL_SHARE: f64 = 0.105;
/// Posts per account from which the top level starts: members of groups lie on both sides.
const TOP_POSTS: f64 = 26.0;
/// Posts of the most active account, about.
const TOP_LIMIT: f64 = 200.0;
/// Posts per account in the second level: from here up to the top level.
const SECOND_POSTS: f64 = 11.0;
/// Mean posts of the ordinary account above which all levels are raised together.
const REST_MEAN: f64 = 4.0;
/// Years over which accounts were created.
const YEARS: i64 = 12;
/// Share of users that declare to be bots.
const BOT_SHARE: f64 = 0.01;
/// Share of accounts whose creation date the data do not tell.
const UNKNOWN_CREATION: f64 = 0.05;
/// Viral bursts: strangers within seconds.
const BURSTS: usize = 10;
const BURST_CROWD: (i64, i64) = (40, 120);
const BURST_SECONDS: i64 = 20;
/// Share of original posts that many react to.
const POPULAR_SHARE: f64 = 0.04;
/// First number of the invented sites that are accounts; pages of the press have those below.
const FIRST_SITE: usize = press::RESERVED;

/// How many background accounts stand on each level, and how active the lowest is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quotas {
    pub(crate) users: [usize; 3],
    pub(crate) sites: [usize; 3],
    pub(crate) rest_mean: f64,
    pub(crate) scale: f64,
}

impl Quotas {
    /// Shares out `accounts` and `posts` beside groups of `members` (users, sites) with `member_posts`.
    /// None when there are too few accounts.
    pub(crate) fn new(accounts: usize, posts: usize, members: (usize, usize), member_posts: usize) -> Option<Self> {
        let part = |n: usize, share: f64| (n as f64 * share).round() as usize;
        let sites = part(accounts, SITE_SHARE);
        let site_levels = [part(sites, SITE_TOP), part(sites, SITE_SECOND)];
        let level = part(accounts, LEVEL_SHARE);
        let users = accounts.checked_sub(sites + members.0 + members.1)?;
        // half of the members lie on each of the two upper levels
        let taken = (members.0 + members.1).div_ceil(2);
        let top = level.checked_sub(taken + site_levels[0])?;
        let second = level.checked_sub(taken + site_levels[1])?;
        let rest = users.checked_sub(top + second)?;
        let sites = [site_levels[0], site_levels[1], sites - site_levels[0] - site_levels[1]];
        let fixed = (top + sites[0]) as f64 * mean_of(top_posts) + (second + sites[1]) as f64 * mean_of(second_posts);
        let count = (rest + sites[2]).max(1) as f64;
        let left = posts as f64 - member_posts as f64 - fixed;
        let rest_mean = (left / count).min(REST_MEAN);
        let scale = (posts as f64 - member_posts as f64) / (fixed + rest_mean * count);
        Some(Self { users: [top, second, rest], sites, rest_mean, scale: scale.max(1.0) })
    }

    fn posts(&self, level: usize, stream: &mut Stream) -> usize {
        let u = stream.unit();
        let posts = match level {
            0 => top_posts(u),
            1 => second_posts(u),
            _ => 1.0 + 3.0 * (self.rest_mean - 1.0) * u * u,
        } * self.scale;
        let whole = posts.floor();
        whole as usize + usize::from(stream.chance(posts - whole))
    }
}

/// Pareto with exponent 4, cut at [`TOP_LIMIT`].
fn top_posts(u: f64) -> f64 {
    let cut = 1.0 - (TOP_POSTS / TOP_LIMIT).powi(4);
    TOP_POSTS / (1.0 - u * cut).sqrt().sqrt()
}

fn second_posts(u: f64) -> f64 {
    SECOND_POSTS + (TOP_POSTS - SECOND_POSTS) * u * u
}

fn mean_of(quantile: fn(f64) -> f64) -> f64 {
    (0..1000).map(|i| quantile((f64::from(i) + 0.5) / 1000.0)).sum::<f64>() / 1000.0
}

/// One planned post.
#[derive(Clone, Copy, Debug)]
struct Slot {
    at: i64,
    account: AccountRef,
    burst: Option<usize>,
}

/// Writes accounts and posts of the background.
pub(crate) fn populate(draft: &mut Draft, quotas: &Quotas) {
    let mut slots = Vec::new();
    let mut users = Vec::new();
    for (platform, levels) in [(Platform::X, quotas.users), (Platform::Web, quotas.sites)] {
        let mut number = 0;
        for (level, count) in levels.into_iter().enumerate() {
            for _ in 0..count {
                let mut stream = draft.stream(platform.name(), number as u64);
                let lang = Lang::ALL[number % Lang::COUNT];
                let account = draft.add_account(match platform {
                    Platform::X => user(draft.period, lang, &mut stream),
                    Platform::Web => site(draft.period, number, lang, &mut stream),
                });
                if platform == Platform::X {
                    draft.strangers[lang.index()].push(account);
                    users.push(slots.len());
                }
                for _ in 0..quotas.posts(level, &mut stream).max(1) {
                    slots.push(Slot { at: draft.period.moment(&mut stream), account, burst: None });
                }
                number += 1;
            }
        }
    }
    gather_bursts(draft, &users, &mut slots);
    slots.sort_by_key(|s| (s.at, s.account));
    let targets: Vec<Act> = (0..BURSTS).map(|_| Act::Post).collect();
    write_posts(draft, &slots, targets);
}

/// Moves the first post of many users to the moments of the bursts. `first` holds each user's first slot.
fn gather_bursts(draft: &Draft, first: &[usize], slots: &mut [Slot]) {
    for burst in 0..BURSTS {
        let mut stream = draft.stream("burst", burst as u64);
        let start = draft.period.slot(&mut stream, burst, BURSTS) + DAY / 24;
        let crowd = stream.between(BURST_CROWD.0, BURST_CROWD.1).min(first.len() as i64 / 20);
        for _ in 0..crowd {
            let slot = &mut slots[first[stream.below(first.len())]];
            slot.at = (start + stream.between(0, BURST_SECONDS)).min(draft.period.end() - 1);
            slot.burst = Some(burst);
        }
    }
}

/// Writes the posts in order of time. What a burst reposts is fixed by its first post.
fn write_posts(draft: &mut Draft, slots: &[Slot], mut targets: Vec<Act>) {
    for (number, slot) in slots.iter().enumerate() {
        let mut stream = draft.stream("post", number as u64);
        let lang = draft.accounts[slot.account].lang;
        let mut post = ordinary(draft, &mut stream, slot.account, slot.at);
        if let Some(burst) = slot.burst {
            if targets[burst].target().is_none()
                && let Some(target) = draft.popular_post(&mut stream, lang, slot.at, DAY)
            {
                targets[burst] = Act::Repost(target);
            }
            if let Some(target) = targets[burst].target() {
                post = conversation::repost(draft, &mut stream, slot.account, slot.at, target);
            }
        }
        let popular = post.act == Act::Post && stream.chance(POPULAR_SHARE);
        let reference = draft.add_post(post);
        if popular {
            draft.popular[lang.index()].push((slot.at, reference));
        }
    }
}

/// A user like any other: created at some time over the years, with one of the usual handles.
pub(crate) fn user(period: Period, lang: Lang, stream: &mut Stream) -> Account {
    let (first, last) = (words::name(stream), words::name(stream));
    let followers = (20.0 / (1.0 - stream.unit() * 0.9995)) as i64;
    Account {
        platform: Platform::X,
        handle: words::handle(stream, &first, &last),
        display_name: format!("{first} {last}"),
        lang,
        created_at: creation(period, stream),
        created_known: !stream.chance(UNKNOWN_CREATION),
        description: stream.chance(0.4).then(|| words::sentence(lang, stream)),
        n_follower: stream.chance(0.9).then_some(followers),
        n_following: stream.chance(0.9).then(|| stream.between(10, 900)),
        declared_bot: if stream.chance(BOT_SHARE) { Some(true) } else { stream.chance(0.6).then_some(false) },
        client: stream.chance(0.9).then(|| *stream.pick(&["Web App", "Phone App", "Phone App", "Tablet App"])),
    }
}

fn creation(period: Period, stream: &mut Stream) -> i64 {
    period.start - stream.between(2 * DAY, YEARS * 365 * DAY)
}

fn site(period: Period, number: usize, lang: Lang, stream: &mut Stream) -> Account {
    let domain = words::site(FIRST_SITE + number, stream);
    Account {
        platform: Platform::Web,
        display_name: domain.split('.').next().unwrap_or_default().to_owned(),
        handle: domain,
        lang,
        created_at: creation(period, stream),
        created_known: !stream.chance(UNKNOWN_CREATION),
        description: None,
        n_follower: None,
        n_following: None,
        declared_bot: None,
        client: None,
    }
}
