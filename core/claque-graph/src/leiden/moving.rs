//! First phase: fast local moving of nodes.

use super::aggregate::Level;
use crate::random::Counter;
use std::collections::VecDeque;

/// Moves nodes, one at a time, to the neighboring community (or an empty one) with the greatest gain
/// until no queued node gains. Ties go to the present community, then to the one met first.
pub(super) fn move_nodes(level: &Level, labels: &mut [u32], random: &mut Counter) {
    let n = level.n_nodes();
    let mut total = vec![0.0; n];
    let mut size = vec![0u32; n];
    for (node, &label) in labels.iter().enumerate() {
        total[label as usize] += level.mass[node];
        size[label as usize] += 1;
    }
    let mut empty: Vec<u32> = (0..n as u32).rev().filter(|&label| size[label as usize] == 0).collect();
    let mut order: Vec<u32> = (0..n as u32).collect();
    random.shuffle(&mut order);
    let mut queue: VecDeque<u32> = order.into();
    let mut queued = vec![true; n];
    let mut to = vec![0.0; n];
    let mut touched: Vec<u32> = Vec::new();
    while let Some(node) = queue.pop_front() {
        queued[node as usize] = false;
        let from = labels[node as usize];
        let mass = level.mass[node as usize];
        total[from as usize] -= mass;
        size[from as usize] -= 1;
        for (other, weight) in level.neighbors(node) {
            let label = labels[other as usize];
            if to[label as usize] == 0.0 {
                touched.push(label);
            }
            to[label as usize] += weight;
        }
        let gain = |label: u32| to[label as usize] - level.cost * mass * total[label as usize];
        let stay = if size[from as usize] == 0 { 0.0 } else { gain(from) };
        let least = 1e-10 * level.scale;
        let (mut best, mut most) = (from, stay);
        for &label in &touched {
            let value = gain(label);
            if label != from && value > most + least {
                (best, most) = (label, value);
            }
        }
        if most < -least
            && size[from as usize] > 0
            && let Some(&free) = empty.last()
        {
            best = free;
        }
        for label in touched.drain(..) {
            to[label as usize] = 0.0;
        }
        total[best as usize] += mass;
        size[best as usize] += 1;
        if best == from {
            continue;
        }
        if empty.last() == Some(&best) {
            empty.pop();
        }
        if size[from as usize] == 0 {
            empty.push(from);
        }
        labels[node as usize] = best;
        for (other, _) in level.neighbors(node) {
            if labels[other as usize] != best && !queued[other as usize] {
                queued[other as usize] = true;
                queue.push_back(other);
            }
        }
    }
}
