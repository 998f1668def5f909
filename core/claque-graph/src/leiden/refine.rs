//! Second phase: refinement, which keeps communities well connected.

use super::aggregate::Level;
use crate::components::relabel;
use crate::random::Counter;

/// Degree of randomness θ, in units of the mean edge weight (0.01 in the paper).
const THETA: f64 = 0.01;

/// Splits every community into well-connected parts: starting from single nodes, a node that is still
/// alone joins, at random in proportion to exp(gain ÷ θ), a part of its community. Returns a label per
/// node, numbered by the smallest member.
pub(super) fn refine(level: &Level, labels: &[u32], random: &mut Counter) -> Vec<u32> {
    let n = level.n_nodes();
    let mut state = Parts::single(level, labels);
    let mut order: Vec<u32> = (0..n as u32).collect();
    random.shuffle(&mut order);
    let mut to = vec![0.0; n];
    let mut touched: Vec<u32> = Vec::new();
    for node in order {
        if state.size[state.part[node as usize] as usize] != 1 || !state.is_well_connected(level, labels, node) {
            continue;
        }
        for (other, weight) in level.neighbors(node) {
            if labels[other as usize] == labels[node as usize] {
                let part = state.part[other as usize];
                if to[part as usize] == 0.0 {
                    touched.push(part);
                }
                to[part as usize] += weight;
            }
        }
        let choice = choose(level, labels, &state, node, &to, &touched, random);
        if let Some(part) = choice {
            state.join(level, node, part, &to);
        }
        for part in touched.drain(..) {
            to[part as usize] = 0.0;
        }
    }
    relabel(&state.part)
}

struct Parts {
    part: Vec<u32>,
    size: Vec<u32>,
    mass: Vec<f64>,
    /// Weight from the part to the rest of its community.
    outward: Vec<f64>,
    community_mass: Vec<f64>,
}

impl Parts {
    fn single(level: &Level, labels: &[u32]) -> Self {
        let n = level.n_nodes();
        let mut community_mass = vec![0.0; n];
        for (node, &label) in labels.iter().enumerate() {
            community_mass[label as usize] += level.mass[node];
        }
        let outward = (0..n as u32)
            .map(|node| {
                let same = level.neighbors(node).filter(|(other, _)| labels[*other as usize] == labels[node as usize]);
                same.map(|(_, weight)| weight).sum()
            })
            .collect();
        Self { part: (0..n as u32).collect(), size: vec![1; n], mass: level.mass.clone(), outward, community_mass }
    }

    /// Is the part of this node joined to the rest of its community by at least what chance gives?
    fn is_well_connected(&self, level: &Level, labels: &[u32], node: u32) -> bool {
        let part = self.part[node as usize] as usize;
        let community = self.community_mass[labels[node as usize] as usize];
        self.outward[part] >= level.cost * self.mass[part] * (community - self.mass[part]) - 1e-12 * level.scale
    }

    fn join(&mut self, level: &Level, node: u32, part: u32, to: &[f64]) {
        let own = self.part[node as usize] as usize;
        let into = part as usize;
        self.outward[into] += self.outward[own] - 2.0 * to[into];
        self.mass[into] += level.mass[node as usize];
        self.size[into] += 1;
        self.size[own] = 0;
        self.part[node as usize] = part;
    }
}

fn choose(
    level: &Level,
    labels: &[u32],
    state: &Parts,
    node: u32,
    to: &[f64],
    touched: &[u32],
    random: &mut Counter,
) -> Option<u32> {
    let community = state.community_mass[labels[node as usize] as usize];
    let mass = level.mass[node as usize];
    // staying alone gains nothing and is one of the choices
    let mut choices: Vec<(Option<u32>, f64)> = vec![(None, 0.0)];
    for &part in touched {
        let at = part as usize;
        let well = state.outward[at] >= level.cost * state.mass[at] * (community - state.mass[at]);
        let gain = to[at] - level.cost * mass * state.mass[at];
        if well && gain >= 0.0 {
            choices.push((Some(part), gain));
        }
    }
    let most = choices.iter().fold(0.0, |most: f64, (_, gain)| most.max(*gain));
    let odds: Vec<f64> = choices.iter().map(|(_, gain)| ((gain - most) / (THETA * level.scale)).exp()).collect();
    let mut left = random.uniform() * odds.iter().sum::<f64>();
    for ((part, _), share) in choices.iter().zip(&odds) {
        left -= share;
        if left < 0.0 {
            return *part;
        }
    }
    choices.last().and_then(|(part, _)| *part)
}
