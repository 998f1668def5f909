//! The planted groups of a share table: who is in them, what they do, and the labels.

use super::{PERIOD, REDRAWS, Share, ids, is_awake};
use crate::random::Stream;
use polars::prelude::{DataFrame, IntoColumn, NamedFrom, PolarsResult, Series};

/// Seconds within which the members of a group act.
const SPREADS: [u32; 5] = [5, 20, 45, 120, 600];
const ROWS_PER_GROUP: u64 = 40_000;
const JOINS: f64 = 0.8;

/// What the members of a group have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Link,
    Repost,
    Reply,
    Text,
    Hashtag,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Link, Self::Repost, Self::Reply, Self::Text, Self::Hashtag];

    fn name(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Repost => "repost",
            Self::Reply => "reply",
            Self::Text => "text",
            Self::Hashtag => "hashtag",
        }
    }

    /// Does an event have one object for all?
    fn has_object(self) -> bool {
        matches!(self, Self::Link | Self::Repost | Self::Reply)
    }
}

#[derive(Debug)]
struct Group {
    kind: Kind,
    spread: u32,
    accounts: std::ops::Range<u32>,
}

/// Groups and all they do.
#[derive(Debug)]
pub(super) struct Planted {
    groups: Vec<Group>,
    pub(super) shares: Vec<Share>,
    /// Kind by planted object.
    pub(super) kinds: Vec<Kind>,
}

impl Planted {
    /// Accounts are numbered from `first_account`. Kinds and spreads go round, so that all their combinations come
    /// up in 25 groups, and the first ones are those that co-sharing can see.
    pub(super) fn new(rows: u64, first_account: u32, seed: u64) -> Self {
        let n_groups = (rows / ROWS_PER_GROUP).clamp(8, 60) as usize;
        let mut planted = Self { groups: Vec::new(), shares: Vec::new(), kinds: Vec::new() };
        let mut next = first_account;
        for index in 0..n_groups {
            let mut stream = Stream::new(seed, "planted", index as u64);
            let members = stream.between(5, 30) as u32;
            let group = Group {
                kind: Kind::ALL[index % 5],
                spread: SPREADS[(index + index / 5) % 5],
                accounts: next..next + members,
            };
            next += members;
            for _ in 0..stream.between(8, 40) {
                planted.event(&group, &mut stream);
            }
            planted.groups.push(group);
        }
        planted
    }

    fn event(&mut self, group: &Group, stream: &mut Stream) {
        let mut begin = 0;
        for _ in 0..=REDRAWS {
            begin = stream.below((PERIOD - group.spread) as usize) as u32;
            if is_awake(stream, begin) {
                break;
            }
        }
        let common = self.kinds.len() as u32;
        if group.kind.has_object() {
            self.kinds.push(group.kind);
        }
        for account in group.accounts.clone() {
            if !stream.chance(JOINS) {
                continue;
            }
            let object = if group.kind.has_object() {
                common
            } else {
                self.kinds.push(group.kind);
                self.kinds.len() as u32 - 1
            };
            let at = begin + (stream.unit() * f64::from(group.spread)) as u32;
            self.shares.push(Share { at, object, account });
        }
    }

    pub(super) fn n_accounts(&self) -> usize {
        self.groups.iter().map(|group| group.accounts.len()).sum()
    }

    /// Objects are numbered from here on.
    pub(super) fn objects_from(&mut self, first: u32) {
        self.shares.iter_mut().for_each(|share| share.object += first);
    }

    pub(super) fn labels(&self) -> PolarsResult<DataFrame> {
        let members = || {
            (1..)
                .zip(&self.groups)
                .flat_map(|(number, group)| group.accounts.clone().map(move |account| (number, group, account)))
        };
        let account: Vec<String> = members().map(|(.., account)| ids::account(account).to_string()).collect();
        let group: Vec<String> = members().map(|(number, ..)| format!("g{number}")).collect();
        let kind: Vec<&str> = members().map(|(_, group, _)| group.kind.name()).collect();
        let spread: Vec<i64> = members().map(|(_, group, _)| i64::from(group.spread)).collect();
        let columns = vec![
            Series::new("account_id".into(), account).into_column(),
            Series::new("group".into(), group).into_column(),
            Series::new("kind".into(), kind).into_column(),
            Series::new("spread".into(), spread).into_column(),
        ];
        DataFrame::new(columns[0].len(), columns)
    }
}
