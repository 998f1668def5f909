//! Who acts when in a group: a plan of events, each taken by a random part of the members within seconds.
//! What an event is about is the scenario's business.

use crate::calendar::{DAY, HOUR, Period};
use crate::random::Stream;

/// How a group shares out its work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rota {
    /// Shared objects.
    pub(crate) events: usize,
    /// Members that take part in one event: least and most.
    pub(crate) sharers: (i64, i64),
    /// Seconds between the first and the last of them, at most.
    pub(crate) within: i64,
    /// Share of events done by one program, and its seconds.
    pub(crate) fast: f64,
    pub(crate) fast_within: i64,
    /// When events happen.
    pub(crate) clock: Clock,
}

/// When events happen.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Clock {
    /// Any time, by the rhythm of a day, spread over the period.
    Rhythm,
    /// At announced full hours (UTC), spread over the period.
    Hours(&'static [i64]),
    /// In bursts of two days that begin at these parts of the period.
    Bursts(&'static [f64]),
}

/// One event.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) number: usize,
    /// First action.
    pub(crate) at: i64,
    pub(crate) turns: Vec<Turn>,
}

/// One member's part in an event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Turn {
    /// Index of the member.
    pub(crate) member: usize,
    pub(crate) at: i64,
}

impl Rota {
    /// Posts that the whole plan takes, on average.
    pub(crate) const fn posts(&self) -> usize {
        self.events * (self.sharers.0 + self.sharers.1) as usize / 2
    }

    /// The plan; members with a larger weight take part more often. Events in order of their number.
    pub(crate) fn plan(&self, stream: &mut Stream, period: Period, weights: &[f64]) -> Vec<Event> {
        let event = |number| {
            let at = self.moment(stream, period, number);
            let sharers = stream.between(self.sharers.0, self.sharers.1) as usize;
            let within = if stream.chance(self.fast) { self.fast_within } else { self.within };
            let chosen = stream.weighted_subset(weights, sharers);
            let turn = |member| Turn { member, at: at + stream.between(0, within) };
            Event { number, at, turns: chosen.into_iter().map(turn).collect() }
        };
        (0..self.events).map(event).collect()
    }

    fn moment(&self, stream: &mut Stream, period: Period, number: usize) -> i64 {
        let at = match self.clock {
            Clock::Rhythm => period.slot(stream, number, self.events),
            Clock::Hours(hours) => {
                let day = number * period.days as usize / self.events;
                period.start + day as i64 * DAY + hours[number % hours.len()] * HOUR
            }
            Clock::Bursts(parts) => {
                let burst = number * parts.len() / self.events;
                let first = (parts[burst] * f64::from(period.days)) as i64;
                period.start + (first + (number % 2) as i64) * DAY + Period::time_of_day(stream)
            }
        };
        at.min(period.end() - self.within - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CLOCKS: [Clock; 3] = [Clock::Rhythm, Clock::Hours(&[8, 12, 18]), Clock::Bursts(&[0.2, 0.7])];

    proptest! {
        #[test]
        fn events_stay_in_the_period_and_take_different_members_within_seconds(
            seed in any::<u64>(), days in 7_u32..30, clock in 0_usize..3, members in 10_usize..30,
        ) {
            let rota = Rota { events: 80, sharers: (8, 10), within: 45, fast: 0.5, fast_within: 8, clock: CLOCKS[clock] };
            let period = Period::new(days);
            let weights: Vec<f64> = (0..members).map(|m| 0.5 + (m % 3) as f64).collect();
            let plan = rota.plan(&mut Stream::new(seed, "rota", 0), period, &weights);
            prop_assert_eq!(plan.len(), 80);
            for (number, event) in plan.iter().enumerate() {
                prop_assert_eq!(event.number, number);
                prop_assert!((8..=10).contains(&event.turns.len()));
                prop_assert!(event.turns.windows(2).all(|w| w[0].member < w[1].member));
                prop_assert!(event.turns.iter().all(|t| t.member < members));
                prop_assert!(event.turns.iter().all(|t| (0..=45).contains(&(t.at - event.at))));
                prop_assert!(event.turns.iter().all(|t| period.start <= t.at && t.at < period.end()));
            }
        }
    }
}
