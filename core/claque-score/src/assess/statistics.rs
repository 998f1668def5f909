//! Statistics: the rank of a group's value among its decoys, over as many calls of the signal as that takes.

use super::{Assessed, Measurement, Resampling, SUPPORT, Support, absent, measured};
use crate::decoys::Decoys;
use crate::error::ScoreError;
use crate::frame;
use crate::group::Group;
use crate::matched::MatchedSets;
use crate::null::Null;
use crate::resolution::{Part, Tail, calls, further};
use claque_model::{Declaration, Direction, MissingReason};
use polars::prelude::DataFrame;

/// Fewer measured decoys than this allow no rank.
const LEAST_DECOYS: u32 = 200;

/// What one signal has said of the groups and their decoys so far.
#[derive(Clone, Debug)]
pub struct Ranks<'s> {
    decl: &'s Declaration,
    groups: &'s [Group],
    sets: &'s MatchedSets,
    /// By group.
    ranked: Vec<Ranked>,
    /// Why a round was not finished.
    broken_off: Option<String>,
}

#[derive(Clone, Debug, Default)]
struct Ranked {
    value: Option<f64>,
    posts: Vec<String>,
    null: Option<Null>,
    /// Number of its sets that the signal was shown.
    drawn: u32,
    /// Were sets added since the last look?
    is_new: bool,
}

impl<'s> Ranks<'s> {
    /// Before the first call.
    #[must_use]
    pub fn new(decl: &'s Declaration, groups: &'s [Group], sets: &'s MatchedSets) -> Self {
        Self { decl, groups, sets, ranked: vec![Ranked::default(); groups.len()], broken_off: None }
    }

    /// Adds the values of one call, which was shown the clusters in `decoys`. Decoys without a value are left out of
    /// the null. A group that has several values keeps the least suspicious one.
    ///
    /// # Errors
    /// A column that is missing or of another type, a value that is not finite, an unknown cluster.
    pub fn add(&mut self, values: &DataFrame, decoys: &Decoys) -> Result<(), ScoreError> {
        let table = self.decl.id.as_str();
        let clusters = frame::ids(values, table, "cluster_id")?;
        let numbers = frame::numbers(values, table, "value")?;
        let posts = frame::PostLists::new(values, table)?;
        let mut draws: Vec<Vec<f64>> = vec![Vec::new(); self.groups.len()];
        for (row, id) in clusters.iter().enumerate() {
            let owner = decoys
                .owner(id)
                .filter(|owner| owner.group < self.groups.len())
                .ok_or_else(|| ScoreError::UnknownId { table: table.to_owned(), id: (*id).to_owned(), row: row + 1 })?;
            if owner.is_real {
                let ranked = &mut self.ranked[owner.group];
                ranked.value = Some(ranked.value.map_or(numbers[row], |v| milder(self.decl, v, numbers[row])));
                ranked.posts = posts.of(row);
            } else {
                draws[owner.group].push(numbers[row]);
            }
        }
        for ((ranked, draws), shown) in self.ranked.iter_mut().zip(draws).zip(decoys.shown()) {
            ranked.drawn += shown;
            ranked.is_new |= *shown > 0;
            if !draws.is_empty() {
                ranked.null = Some(match &ranked.null {
                    Some(before) => before.with(&draws),
                    None => Null::new(draws, self.decl.direction, self.decl.effect_floor),
                });
            }
        }
        Ok(())
    }

    /// The calls that resolve the tails which the last ones left unresolved: what each is to be shown.
    pub fn further(&mut self) -> Vec<Vec<Part>> {
        let size = |group: usize| self.sets.of(group).map_or(0, |matcher| matcher.members().len());
        let tail = |(group, ranked): (usize, &Ranked)| {
            let p = ranked.null.as_ref()?.p(ranked.value?);
            ranked.is_new.then(|| Tail { group, size: size(group), drawn: ranked.drawn, p })
        };
        let tails: Vec<Tail> = self.ranked.iter().enumerate().filter_map(tail).collect();
        let calls = calls(&further(self.decl, self.groups.len(), &tails), size);
        self.ranked.iter_mut().for_each(|ranked| ranked.is_new = false);
        calls
    }

    /// No further call succeeded, for that reason; what was ranked so far counts.
    pub fn break_off(&mut self, why: String) {
        self.broken_off = Some(why);
    }

    /// One finding per group. A group without a value is not measured.
    #[must_use]
    pub fn findings(self) -> Vec<Assessed> {
        let finding = |(at, (group, ranked)): (usize, (&Group, &Ranked))| self.finding(at, group, ranked);
        self.groups.iter().zip(&self.ranked).enumerate().map(finding).collect()
    }

    fn finding(&self, at: usize, group: &Group, ranked: &Ranked) -> Assessed {
        let matcher = match self.sets.of(at) {
            Ok(matcher) => matcher,
            Err(reason) => return absent(self.decl, group, reason.clone()),
        };
        let Some(value) = ranked.value else { return absent(self.decl, group, MissingReason::NotMeasured) };
        let n = ranked.null.as_ref().map_or(0, |null| null.len() as u32);
        let Some(null) = ranked.null.as_ref().filter(|_| n >= LEAST_DECOYS) else {
            return absent(self.decl, group, MissingReason::FewSetsMeasured { measured: n, needed: LEAST_DECOYS });
        };
        let tested = null.test(value);
        let mut caveats =
            vec!["its value is kept as it is in the intervals: it cannot be resampled by account".to_owned()];
        caveats.extend(self.broken_off.iter().map(|why| format!("it could not be compared with more sets: {why}")));
        let found = Measurement {
            statistic: value,
            effect: tested.effect,
            above_floor: tested.above_floor,
            p: tested.p,
            e: tested.e,
            null: null.summary("N3", matcher.pool()),
            support: support(ranked.posts.clone()),
            caveats,
        };
        measured(self.decl, group, found, Resampling::Fixed)
    }
}

/// The less suspicious of two values.
fn milder(decl: &Declaration, a: f64, b: f64) -> f64 {
    match decl.direction {
        Direction::Higher => a.min(b),
        Direction::Lower => a.max(b),
    }
}

fn support(mut posts: Vec<String>) -> Support {
    let n = posts.len() as u64;
    posts.truncate(SUPPORT);
    Support { n, posts, objects: Vec::new() }
}
