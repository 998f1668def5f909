//! Statistics that are a mean over accounts: tested by matched sets from one number per account.

use super::{AccountDay, Assessed, Measurement, Resampling, Support, absent, measured};
use crate::group::Group;
use crate::matched::{MatchedSets, Matcher};
use crate::null::Null;
use crate::population::Population;
use crate::random::key;
use crate::resolution::{Part, Tail, further};
use claque_model::{Declaration, MissingReason};
use rayon::prelude::*;

/// One number per account of the population; `None` for accounts that could not have shown it.
pub(super) struct AccountValues<'s> {
    pub(super) population: &'s Population,
    pub(super) values: Vec<Option<f64>>,
    /// Why members without a number are left out, for the caveat.
    pub(super) left_out: &'static str,
    /// What its intervals cannot show, if anything.
    pub(super) caveat: Option<&'static str>,
}

impl AccountValues<'_> {
    /// One finding per group, in their order.
    pub(super) fn assess(
        &self,
        decl: &Declaration,
        groups: &[Group],
        draws: u32,
        seed: u64,
        support: impl Fn(&[u32]) -> Support + Sync,
        days: impl Fn(u32) -> Vec<AccountDay> + Sync,
    ) -> Vec<Assessed> {
        let eligible: Vec<u32> = (0..self.values.len() as u32).filter(|a| self.values[*a as usize].is_some()).collect();
        let sets = MatchedSets::draw_among(self.population, groups, Some(&eligible), draws.max(1), key(seed, &decl.id));
        let dense: Vec<f64> = self.values.iter().map(|value| value.unwrap_or(0.0)).collect();
        let nulls = nulls(decl, &sets, &dense);
        let assess = |((at, group), null): ((usize, &Group), Option<Null>)| match (sets.of(at), null) {
            (Ok(matcher), Some(null)) => self.finding(decl, group, matcher, &dense, null, &support, &days),
            (Err(reason), _) => absent(decl, group, reason.clone()),
            (Ok(_), None) => absent(decl, group, MissingReason::NotMeasured),
        };
        groups.par_iter().enumerate().zip(nulls).map(assess).collect()
    }

    #[expect(clippy::too_many_arguments, reason = "one finding's inputs, shared by two shapes")]
    fn finding(
        &self,
        decl: &Declaration,
        group: &Group,
        matcher: &Matcher,
        dense: &[f64],
        null: Null,
        support: impl Fn(&[u32]) -> Support,
        days: impl Fn(u32) -> Vec<AccountDay>,
    ) -> Assessed {
        let members = matcher.members();
        let statistic = mean(matcher, dense);
        let tested = null.test(statistic);
        let found = Measurement {
            statistic,
            effect: tested.effect,
            above_floor: tested.above_floor,
            p: tested.p,
            e: tested.e,
            null: null.summary("N3", matcher.pool()),
            support: support(members),
            caveats: self.caveats(group, matcher),
        };
        let has_value = |code: &u32| self.values[*code as usize].is_some();
        let of_member = |id: &String| self.population.code(id).filter(has_value).map(&days).unwrap_or_default();
        let parts = group.accounts.iter().map(of_member).collect();
        measured(decl, group, found, Resampling::Accounts { parts, null })
    }

    fn caveats(&self, group: &Group, matcher: &Matcher) -> Vec<String> {
        let mut caveats: Vec<String> = self.caveat.iter().map(|&caveat| caveat.to_owned()).collect();
        let left_out = group.accounts.len().saturating_sub(matcher.members().len());
        if left_out > 0 {
            caveats.push(format!("{left_out} of {} accounts are left out: {}", group.accounts.len(), self.left_out));
        }
        if matcher.coarse() > 0 {
            caveats.push(format!(
                "{} of {} accounts had too few like them and were matched more coarsely",
                matcher.coarse(),
                matcher.members().len()
            ));
        }
        caveats
    }
}

/// The mean over the members.
fn mean(matcher: &Matcher, values: &[f64]) -> f64 {
    let members = matcher.members();
    members.iter().map(|&account| values[account as usize]).sum::<f64>() / members.len() as f64
}

/// By group, a null of as many draws as its p-value needs.
fn nulls(decl: &Declaration, sets: &MatchedSets, values: &[f64]) -> Vec<Option<Null>> {
    let mut parts = sets.first();
    let mut nulls: Vec<Option<Null>> = vec![None; parts.len()];
    while !parts.is_empty() {
        let drawn = |part: &Part| {
            let matcher = sets.of(part.group).ok()?;
            let more = matcher.means(values, part.draws.start, part.draws.end);
            let null = match &nulls[part.group] {
                Some(before) => before.with(&more),
                None => Null::new(more, decl.direction, decl.effect_floor),
            };
            let p = null.p(mean(matcher, values));
            let tail = Tail { group: part.group, size: matcher.members().len(), drawn: part.draws.end, p };
            Some((tail, null))
        };
        let (tails, drawn): (Vec<Tail>, Vec<Null>) = parts.par_iter().filter_map(drawn).unzip();
        for (tail, null) in tails.iter().zip(drawn) {
            nulls[tail.group] = Some(null);
        }
        parts = further(decl, nulls.len(), &tails);
    }
    nulls
}
