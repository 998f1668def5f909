//! Small generated worlds for tests: ordinary sharing, planted groups, and what looks like them.

mod peers;

use crate::corpus::{Corpus, LayerInput};
use claque_graph::Counter;
use polars::prelude::{Column, DataFrame, DataType, IntoColumn, NamedFrom, Series, TimeUnit, TimeZone};
use std::collections::BTreeSet;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
/// A Monday in 2026.
const START: i64 = 1_767_571_200 * SECOND;

/// One action, not yet encoded.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    pub(crate) account: String,
    pub(crate) object: String,
    pub(crate) at: i64,
}

/// A world and the accounts planted in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) actions: Vec<Action>,
    pub(crate) planted: BTreeSet<String>,
    /// Members of planted groups that take longer than a minute: neither innocent nor asked for.
    pub(crate) slow: BTreeSet<String>,
}

impl World {
    /// Ordinary sharing: heavy-tailed accounts and objects, bursts that die down over hours, a daily rhythm.
    pub(crate) fn ordinary(rows: usize, seed: u64) -> Self {
        let mut random = Counter::new(seed);
        let (n_accounts, n_objects) = (rows / 8, rows / 6);
        let births: Vec<i64> = (0..n_objects).map(|_| START + (random.uniform() * 21.0 * DAY as f64) as i64).collect();
        let mut world = Self::default();
        for _ in 0..rows {
            let account = (n_accounts as f64 * random.uniform().powf(2.5)) as usize;
            let object = (n_objects as f64 * random.uniform().powi(2)) as usize;
            let lag = -4.0 * 3600.0 * (1.0 - random.uniform()).ln();
            let mut at = births[object] + (lag * SECOND as f64) as i64;
            if (at.rem_euclid(DAY) / SECOND) < 6 * 3600 {
                at += 6 * 3600 * SECOND;
            }
            let at = at.div_euclid(SECOND) * SECOND;
            world.actions.push(Action { account: format!("u{account:05}"), object: format!("o{object:05}"), at });
        }
        world
    }

    /// Adds groups whose members share `events` objects within `spread` seconds, besides ordinary noise.
    pub(crate) fn plant(mut self, groups: usize, size: usize, events: usize, spread: f64, seed: u64) -> Self {
        let mut random = Counter::new(seed);
        let ordinary = self.actions.len();
        for group in 0..groups {
            let members: Vec<String> = (0..size).map(|member| format!("p{seed}g{group:02}m{member:02}")).collect();
            for event in 0..events {
                // half of the objects are other people's too
                let (object, at) = if event % 2 == 0 {
                    let near = &self.actions[random.below(ordinary)];
                    (near.object.clone(), near.at + (600 + random.below(1800) as i64) * SECOND)
                } else {
                    let at = START + (random.uniform() * 21.0 * 86_400.0) as i64 * SECOND;
                    (format!("q{seed}g{group:02}e{event:02}"), at)
                };
                for account in &members {
                    let at = at + (random.uniform() * spread) as i64 * SECOND;
                    self.actions.push(Action { account: account.clone(), object: object.clone(), at });
                }
            }
            for account in &members {
                for _ in 0..8 {
                    let near = self.actions[random.below(ordinary)].clone();
                    let at = near.at + (random.uniform() * 7200.0) as i64 * SECOND;
                    self.actions.push(Action { account: account.clone(), object: near.object, at });
                }
            }
            self.planted.extend(members);
        }
        self
    }

    /// Adds viral bursts: `sharers` of a pool of accounts within seconds on each of so many objects.
    pub(crate) fn burst(mut self, pool: usize, sharers: usize, objects: usize, seed: u64) -> Self {
        let mut random = Counter::new(seed);
        let mut accounts: Vec<String> = (0..pool).map(|account| format!("v{seed}a{account:05}")).collect();
        for object in 0..objects {
            let at = START + (random.uniform() * 21.0 * 86_400.0) as i64 * SECOND;
            random.shuffle(&mut accounts);
            for account in &accounts[..sharers] {
                let at = at + (random.uniform() * 20.0) as i64 * SECOND;
                self.actions.push(Action { account: account.clone(), object: format!("viral{seed}o{object:03}"), at });
            }
        }
        self
    }

    /// Every time moved uniformly by up to an hour.
    pub(crate) fn jittered(mut self, seed: u64) -> Self {
        let mut random = Counter::new(seed);
        for action in &mut self.actions {
            action.at += (random.below(7201) as i64 - 3600) * SECOND;
        }
        self
    }

    /// Accounts dealt out anew over the rows.
    pub(crate) fn shuffled(mut self, seed: u64) -> Self {
        let mut accounts: Vec<String> = self.actions.iter().map(|action| action.account.clone()).collect();
        Counter::new(seed).shuffle(&mut accounts);
        for (action, account) in self.actions.iter_mut().zip(accounts) {
            action.account = account;
        }
        self
    }

    pub(crate) fn layer(&self, name: &str) -> LayerInput {
        self.layer_by(name, |_, action| Some(action.object.clone()))
    }

    /// A layer on which the post of each action, by its number, has the object that is named for it.
    pub(crate) fn layer_by(&self, name: &str, object: impl Fn(usize, &Action) -> Option<String>) -> LayerInput {
        let actions = self.actions.iter().enumerate();
        let rows: Vec<(String, String, &Action)> =
            actions.filter_map(|(row, action)| Some((format!("post{row:07}"), object(row, action)?, action))).collect();
        LayerInput {
            name: name.to_owned(),
            fusion_weight: 1.0,
            traces: traces(
                rows.iter().map(|(.., action)| action.account.as_str()),
                rows.iter().map(|(_, object, _)| object.as_str()),
                rows.iter().map(|(.., action)| action.at),
                rows.iter().map(|(post, ..)| post.as_str()),
            ),
            precision: None,
        }
    }

    /// The same posts on three layers: all have a link; two of three, and all that are planted, a text that goes
    /// with the link; every fifth answers one of 500 targets.
    pub(crate) fn layered(&self) -> Corpus {
        let reply = |row: usize, _: &Action| row.is_multiple_of(5).then(|| format!("r{:03}", row * 7919 % 500));
        let text = |row: usize, action: &Action| {
            (!row.is_multiple_of(3) || self.planted.contains(&action.account)).then(|| format!("t{}", action.object))
        };
        let layers = [self.layer("url"), self.layer_by("text", text), self.layer_by("reply", reply)];
        Corpus::encode(&layers).expect("a world encodes")
    }

    pub(crate) fn corpus(&self) -> Corpus {
        Corpus::encode(&[self.layer("url")]).expect("a world encodes")
    }
}

/// A trace table.
pub(crate) fn traces<'a>(
    account: impl Iterator<Item = &'a str>,
    object: impl Iterator<Item = &'a str>,
    at: impl Iterator<Item = i64>,
    post: impl Iterator<Item = &'a str>,
) -> DataFrame {
    let text = |name: &str, values: Vec<&str>| Series::new(name.into(), values).into_column();
    let at = Series::new("at".into(), at.collect::<Vec<_>>());
    let at = at.cast(&DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC))).expect("integers are times");
    let columns: Vec<Column> = vec![
        text("account_id", account.collect()),
        text("object", object.collect()),
        at.into_column(),
        text("post_id", post.collect()),
    ];
    DataFrame::new(columns[0].len(), columns).expect("columns of one length")
}
