//! What the times of the first shares say about a group: how much of what it shares is in time, how long it
//! lasts, and whether one member is always first. No member is named.

use crate::corpus::Corpus;
use crate::fusion::FusedEdge;
use crate::halves::Part;
use crate::shares::Shares;
use claque_model::TimeWindow;

/// Sharers above which an object is left out, as in the tests.
const MAX_SHARERS: u32 = 400;
/// Length of the windows of persistence.
const DAY: i64 = 86_400_000_000;

/// First shares on the layers of the network.
pub(super) struct Timing {
    shares: Vec<Shares>,
    widest: Option<TimeWindow>,
}

/// Measures of what members shared in time.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Seeding {
    pub(super) persistence: f64,
    pub(super) share: f64,
    pub(super) gini: f64,
}

impl Timing {
    pub(super) fn new(corpus: &Corpus, names: &[&str], widest: Option<TimeWindow>) -> Self {
        let layers = names.iter().filter_map(|name| corpus.layer(name));
        let shares = layers.map(|layer| Shares::of(layer, Part::All, corpus.accounts().len(), MAX_SHARERS)).collect();
        Self { shares, widest }
    }

    /// Objects shared within the widest window ÷ objects shared, over the joined pairs and all layers.
    pub(super) fn synchronicity(&self, edges: &[&FusedEdge]) -> f64 {
        let Some(window) = self.widest else { return 0.0 };
        let (mut in_time, mut shared) = (0u64, 0u64);
        for shares in &self.shares {
            for edge in edges {
                shares.each_common(edge.a, edge.b, |_, distance, _| {
                    shared += 1;
                    in_time += u64::from(distance.saturating_abs() <= window.micros());
                });
            }
        }
        in_time as f64 / shared.max(1) as f64
    }

    /// Persistence and seeding, over the objects of all layers on which two members met within the widest window.
    /// O(shares of the members · log).
    pub(super) fn seeding(&self, members: &[u32]) -> Seeding {
        let Some(window) = self.widest else { return Seeding::default() };
        let mut firsts = vec![0.0; members.len()];
        let mut meetings = Vec::new();
        for shares in &self.shares {
            let rows = &shares.incidence.rows;
            let of = |(place, &account): (usize, &u32)| {
                let own = shares.incidence.rows_of_account(account).iter().map(|&row| rows[row as usize]);
                own.map(move |row| (row.group, row.at, place))
            };
            let mut own: Vec<(u32, i64, usize)> = members.iter().enumerate().flat_map(of).collect();
            own.sort_unstable();
            for object in own.chunk_by(|x, y| x.0 == y.0) {
                let before = meetings.len();
                let close = object.windows(2).filter(|pair| pair[1].1.saturating_sub(pair[0].1) <= window.micros());
                meetings.extend(close.map(|pair| pair[1].1));
                if meetings.len() > before {
                    let earliest = object.iter().take_while(|row| row.1 == object[0].1);
                    let part = 1.0 / earliest.clone().count() as f64;
                    earliest.for_each(|row| firsts[row.2] += part);
                }
            }
        }
        Seeding {
            persistence: persistence(&meetings),
            share: firsts.iter().fold(0.0, |most: f64, count| most.max(*count)) / firsts.iter().sum::<f64>().max(1.0),
            gini: gini(firsts),
        }
    }
}

/// Days with a meeting ÷ days from the first to the last, counted from the first meeting on.
fn persistence(meetings: &[i64]) -> f64 {
    let Some(&first) = meetings.iter().min() else { return 0.0 };
    let mut days: Vec<i64> = meetings.iter().map(|at| at.saturating_sub(first) / DAY).collect();
    days.sort_unstable();
    days.dedup();
    days.len() as f64 / (days[days.len() - 1] + 1) as f64
}

/// Σᵢ Σⱼ |xᵢ − xⱼ| ÷ (2 n Σ x), from the sorted values; 0 where nobody has anything.
fn gini(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let (n, total) = (values.len() as f64, values.iter().sum::<f64>());
    if total <= 0.0 {
        return 0.0;
    }
    let ranked: f64 = values.iter().zip(1u32..).map(|(value, rank)| f64::from(rank) * value).sum();
    (2.0 * ranked / (n * total) - (n + 1.0) / n).max(0.0)
}

#[cfg(test)]
mod tests;
