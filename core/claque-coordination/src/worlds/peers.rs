//! The world on which peers were measured, small: heavy tails, a daily rhythm, groups of every speed.

use super::{Action, DAY, SECOND, START, World};
use claque_graph::Counter;

const DAYS: i64 = 30;
/// Largest object, and most activity of an account in units of the least.
const CAP: f64 = 2000.0;
/// Seconds within which the groups act, in turn.
const SPREADS: [f64; 5] = [5.0, 20.0, 45.0, 120.0, 600.0];

impl World {
    /// About `rows` shares over 30 days; more when the 8 groups take half of them.
    ///
    /// Object sizes are discrete Pareto, P(n ≥ x) = x^−1.15 up to 2,000; accounts are rows ÷ 15 with Pareto(1.3)
    /// weights up to 2,000 times the least; births are uniform, delays lognormal (median 3 h, σ 1.6), taken with
    /// probability 0.25 + 0.75 sin²(π (hour − 3) ÷ 24), up to 4 redraws. Planted: rows ÷ 40,000 groups, 8 to 60,
    /// of 5 to 30 accounts with 8 to 40 events each, which a member joins with probability 0.8 within the group's
    /// spread. Where the document is silent: members are accounts of their own with 6 ordinary shares each, an
    /// event has an object of its own, and all kinds of object lie on one layer, since a test sees one at a time.
    pub(crate) fn peers(rows: usize, seed: u64) -> Self {
        let mut random = Counter::new(seed);
        let mut world = Self::default();
        plant_groups(&mut world, (rows / 40_000).clamp(8, 60), &mut random);
        let n_accounts = (rows / 15).max(1);
        let mut total = 0.0;
        let weights = (0..n_accounts).map(|_| pareto(&mut random, 1.3));
        let cumulated: Vec<f64> = weights.map(|weight| (total += weight, total).1).collect();
        let noise: Vec<String> = world.planted.iter().chain(&world.slow).cloned().collect();
        let ordinary = world.actions.len();
        let mut object = 0;
        while world.actions.len() + 6 * noise.len() < rows.max(2 * ordinary) {
            let size = pareto(&mut random, 1.15) as usize;
            let birth = START + (random.uniform() * (DAYS * DAY) as f64) as i64;
            for _ in 0..size {
                let place = random.uniform() * total;
                let account = cumulated.partition_point(|sum| *sum <= place).min(n_accounts - 1);
                let at = delayed(birth, &mut random);
                world.actions.push(Action { account: format!("u{account:06}"), object: format!("o{object:06}"), at });
            }
            object += 1;
        }
        for account in noise {
            for _ in 0..6 {
                let near = world.actions[ordinary + random.below(world.actions.len() - ordinary)].clone();
                let at = delayed(near.at, &mut random);
                world.actions.push(Action { account: account.clone(), object: near.object, at });
            }
        }
        world
    }

    /// Each planted event action moved, with probability `share`, by 2 minutes to 6 hours (log-uniform) to either
    /// side, hence out of a window of a minute.
    pub(crate) fn scattered(mut self, share: f64, seed: u64) -> Self {
        let mut random = Counter::new(seed);
        for action in self.actions.iter_mut().filter(|action| action.object.starts_with('q')) {
            let moved = random.uniform() < share;
            let seconds = 120.0 * 180.0_f64.powf(random.uniform());
            let sign = if random.below(2) == 0 { 1 } else { -1 };
            if moved {
                action.at += sign * seconds as i64 * SECOND;
            }
        }
        self
    }
}

fn plant_groups(world: &mut World, groups: usize, random: &mut Counter) {
    for group in 0..groups {
        let spread = SPREADS[group % SPREADS.len()];
        let prefix = if spread > 60.0 { 's' } else { 'p' };
        let size = 5 + random.below(26);
        let members: Vec<String> = (0..size).map(|member| format!("{prefix}{group:02}m{member:02}")).collect();
        for event in 0..8 + random.below(33) {
            let start = START + (random.uniform() * (DAYS * DAY) as f64) as i64 / SECOND * SECOND;
            for account in &members {
                let joins = random.uniform() < 0.8;
                let at = start + (random.uniform() * spread) as i64 * SECOND;
                if joins {
                    let object = format!("q{group:02}e{event:02}");
                    world.actions.push(Action { account: account.clone(), object, at });
                }
            }
        }
        let known = if spread > 60.0 { &mut world.slow } else { &mut world.planted };
        known.extend(members);
    }
}

fn pareto(random: &mut Counter, exponent: f64) -> f64 {
    (1.0 - random.uniform()).powf(-1.0 / exponent).min(CAP)
}

/// A lognormal delay after `birth`, in waking hours rather than at night.
fn delayed(birth: i64, random: &mut Counter) -> i64 {
    let mut at = birth;
    for _ in 0..5 {
        let normal = (-2.0 * (1.0 - random.uniform()).ln()).sqrt() * (std::f64::consts::TAU * random.uniform()).cos();
        let delay = 3.0 * 3600.0 * (1.6 * normal).exp();
        at = (birth + (delay * SECOND as f64) as i64).div_euclid(SECOND) * SECOND;
        let hour = at.rem_euclid(DAY) as f64 / (3600.0 * SECOND as f64);
        let awake = 0.25 + 0.75 * (std::f64::consts::PI * (hour - 3.0) / 24.0).sin().powi(2);
        if random.uniform() < awake {
            break;
        }
    }
    at
}
