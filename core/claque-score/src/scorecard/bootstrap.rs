//! Step 7: how scores and effects vary when the accounts of a cluster are drawn again with replacement, and the days on
//! which they acted. One resample serves all signals, so that their dependence is kept. How a finding responds to a
//! resample stands in `response`.

mod response;

use super::sheet::Sheet;
use super::{ScoreSettings, headline};
use crate::assess::Assessed;
use crate::fusion::Evidence;
use crate::group::Group;
use crate::null::quantile;
use crate::random::{Stream, key};
use claque_model::Dimension;
use claque_statistics::poisson_of_one;
use response::Response;

/// 5 % and 95 % points.
pub(super) struct Intervals {
    /// Of the headline, in the order of [`Dimension::ALL`]; `None` without resamples.
    pub(super) headlines: [Option<(f64, f64)>; 6],
    /// Of the effect, by finding; `None` where it cannot be resampled.
    pub(super) effects: Vec<Option<(f64, f64)>>,
}

impl Intervals {
    pub(super) fn new(group: &Group, assessed: &[Assessed], sheet: &Sheet, settings: &ScoreSettings) -> Self {
        let days = Days::of(assessed);
        let responses: Vec<Response> = assessed.iter().map(|one| Response::new(&one.resampling, &days)).collect();
        let mut headlines: [Vec<f64>; 6] = Default::default();
        let mut effects: Vec<Vec<f64>> = vec![Vec::new(); assessed.len()];
        let mut evidence = sheet.evidence.clone();
        for resample in 0..settings.resamples {
            let weights = Weights::draw(group, &days, settings.seed, resample);
            for (at, response) in responses.iter().enumerate() {
                let Some(point) = sheet.evidence[at] else { continue };
                let Some(found) = response.to(&weights) else {
                    evidence[at] = Some(point);
                    continue;
                };
                effects[at].extend(found.effect);
                evidence[at] = Some(Evidence { e: found.e, cap: point.cap, above_floor: found.above_floor });
            }
            let own = sheet.own_all(&evidence);
            for (at, dimension) in Dimension::ALL.into_iter().enumerate() {
                headlines[at].push(headline(dimension, own[0], own[at]));
            }
        }
        let headlines = headlines.map(interval);
        Self { headlines, effects: effects.into_iter().map(interval).collect() }
    }
}

/// The days on which anything was seen that can be resampled, ascending.
pub(super) struct Days(Vec<i32>);

impl Days {
    fn of(assessed: &[Assessed]) -> Self {
        let mut days: Vec<i32> = assessed.iter().flat_map(|one| one.resampling.days()).collect();
        days.sort_unstable();
        days.dedup();
        Self(days)
    }

    /// Position of a day in [`Weights::days`].
    fn position(&self, day: i32) -> Option<usize> {
        self.0.binary_search(&day).ok()
    }
}

/// How often each thing is in one resample: accounts drawn with replacement, days by Poisson numbers of mean 1; a pair
/// of account and day counts as their product (Owen & Eckles 2012, 10.1214/12-AOAS547).
pub(super) struct Weights {
    accounts: Vec<u32>,
    days: Vec<u32>,
}

impl Weights {
    fn draw(group: &Group, days: &Days, seed: u64, resample: u32) -> Self {
        let n = group.accounts.len();
        let mut stream = Stream::new(key(seed, &group.id), u64::from(resample));
        let mut accounts = vec![0; n];
        for _ in 0..n {
            accounts[stream.below(n)] += 1;
        }
        let days_key = key(seed, "days") ^ key(seed, &group.id);
        let of_day = |day: i32| {
            let draw = (u64::from(resample) << 32) | u64::from(day.cast_unsigned());
            poisson_of_one(Stream::new(days_key, draw).bits())
        };
        // one day alone shows nothing of how days vary
        let days = if days.0.len() == 1 { vec![1] } else { days.0.iter().map(|&day| of_day(day)).collect() };
        Self { accounts, days }
    }

    fn account(&self, at: u32) -> f64 {
        f64::from(self.accounts.get(at as usize).copied().unwrap_or(0))
    }
}

fn interval(mut draws: Vec<f64>) -> Option<(f64, f64)> {
    draws.sort_unstable_by(f64::total_cmp);
    (!draws.is_empty()).then(|| (quantile(&draws, 0.05), quantile(&draws, 0.95)))
}

#[cfg(test)]
mod tests;
