//! Statistics that are a mean over accounts: tested by matched sets from one number per account.

use super::{AccountDay, Assessed, Measurement, Resampling, Support, absent, measured};
use crate::group::Group;
use crate::matched::{MatchedSets, Matcher};
use crate::null::Null;
use crate::population::Population;
use crate::random::key;
use claque_model::Declaration;
use claque_statistics::e_value;
use rayon::prelude::*;

/// Sets drawn in all when the first round leaves the tail unresolved.
const MOST_DRAWS: u32 = 9_999;

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
        let assess = |(at, group): (usize, &Group)| match sets.of(at) {
            Err(reason) => absent(decl, group, reason.clone()),
            Ok(matcher) => self.finding(decl, group, matcher, &dense, sets.draws(), &support, &days),
        };
        groups.par_iter().enumerate().map(assess).collect()
    }

    #[expect(clippy::too_many_arguments, reason = "one finding's inputs, shared by two shapes")]
    fn finding(
        &self,
        decl: &Declaration,
        group: &Group,
        matcher: &Matcher,
        dense: &[f64],
        draws: u32,
        support: impl Fn(&[u32]) -> Support,
        days: impl Fn(u32) -> Vec<AccountDay>,
    ) -> Assessed {
        let members = matcher.members();
        let statistic = members.iter().map(|&a| dense[a as usize]).sum::<f64>() / members.len() as f64;
        let null = resolved_null(decl, matcher, dense, statistic, draws);
        let tested = null.test(statistic);
        let found = Measurement {
            statistic,
            effect: tested.effect,
            above_floor: tested.above_floor,
            p: tested.p,
            e: e_value(tested.p),
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

/// The null from `draws` sets, or from 9,999 when both hold: p is below 10 ÷ draws, so that the tail is not
/// resolved, and the smallest p of the first round is worth less than the cap, so that resolving it matters.
fn resolved_null(decl: &Declaration, matcher: &Matcher, values: &[f64], statistic: f64, draws: u32) -> Null {
    let first = matcher.means(values, 0, draws);
    let null = Null::new(first.clone(), decl.direction, decl.effect_floor);
    let smallest = 1.0 / f64::from(draws + 1);
    if draws >= MOST_DRAWS || null.p(statistic) >= 10.0 / f64::from(draws) || e_value(smallest).ln() >= decl.cap {
        return null;
    }
    let all = [first, matcher.means(values, draws, MOST_DRAWS)].concat();
    Null::new(all, decl.direction, decl.effect_floor)
}
