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
