//! Positions for a picture of a graph of at most a few thousand nodes.

mod pack;

use crate::components::components;
use crate::graph::Graph;
use crate::random::Counter;

/// Steps of the force simulation for small components; large ones take fewer.
const STEPS: usize = 120;
/// Work bound: pairs of nodes times steps.
const MAX_WORK: usize = 400_000_000;

/// Positions in the unit square: a force layout of each connected component, the components packed apart.
///
/// Forces after Fruchterman & Reingold (1991, 10.1002/spe.4380211102): every two nodes repel, edges attract,
/// the step shrinks linearly. O(n²) per step, the number of steps bounded so that a few thousand nodes take
/// a second or two. Deterministic for a seed. Nodes without edges are placed as components of one.
#[must_use]
pub fn layout(n: usize, edges: &[(u32, u32, f64)], seed: u64) -> Vec<(f32, f32)> {
    let graph = Graph::from_edges(n, edges);
    let labels = components(&graph);
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); labels.iter().max().map_or(0, |&label| label as usize + 1)];
    for (node, &label) in labels.iter().enumerate() {
        members[label as usize].push(node as u32);
    }
    let mut local = vec![0u32; n];
    let mut pieces = Vec::with_capacity(members.len());
    for nodes in &members {
        for (at, &node) in nodes.iter().enumerate() {
            local[node as usize] = at as u32;
        }
        let springs: Vec<(usize, usize)> = nodes
            .iter()
            .flat_map(|&node| {
                graph.neighbors(node).filter(move |(other, _)| node < *other).map(move |(b, _)| (node, b))
            })
            .map(|(a, b)| (local[a as usize] as usize, local[b as usize] as usize))
            .collect();
        pieces.push(relax(nodes.len(), &springs, seed ^ u64::from(nodes[0])));
    }
    pack::pack(n, &members, &pieces)
}

/// Force layout of one component around its center, with unit spacing.
fn relax(n: usize, springs: &[(usize, usize)], seed: u64) -> Vec<(f64, f64)> {
    let mut random = Counter::new(seed);
    let radius = (n as f64).sqrt();
    let mut at: Vec<(f64, f64)> = (0..n)
        .map(|_| {
            let (turn, out) = (random.uniform() * std::f64::consts::TAU, radius * random.uniform().sqrt());
            (out * turn.cos(), out * turn.sin())
        })
        .collect();
    if n == 1 {
        return vec![(0.0, 0.0)];
    }
    let steps = (MAX_WORK / (n * n)).clamp(20, STEPS);
    let mut force = vec![(0.0, 0.0); n];
    for step in 0..steps {
        push_apart(&at, &mut force);
        pull_together(&at, springs, &mut force);
        let most = radius * 0.2 * (1.0 - step as f64 / steps as f64) + 0.01;
        for ((x, y), (dx, dy)) in at.iter_mut().zip(&force) {
            let length = dx.hypot(*dy).max(1e-9);
            let stride = length.min(most) / length;
            *x += dx * stride;
            *y += dy * stride;
        }
    }
    at
}

fn push_apart(at: &[(f64, f64)], force: &mut [(f64, f64)]) {
    force.fill((0.0, 0.0));
    for a in 0..at.len() {
        let (mut fx, mut fy) = (0.0, 0.0);
        for b in a + 1..at.len() {
            let (dx, dy) = (at[a].0 - at[b].0, at[a].1 - at[b].1);
            let strength = 1.0 / (dx * dx + dy * dy).max(1e-4);
            fx += dx * strength;
            fy += dy * strength;
            force[b].0 -= dx * strength;
            force[b].1 -= dy * strength;
        }
        force[a].0 += fx;
        force[a].1 += fy;
    }
}

fn pull_together(at: &[(f64, f64)], springs: &[(usize, usize)], force: &mut [(f64, f64)]) {
    for &(a, b) in springs {
        let (dx, dy) = (at[b].0 - at[a].0, at[b].1 - at[a].1);
        let strength = dx.hypot(dy);
        force[a].0 += dx * strength;
        force[a].1 += dy * strength;
        force[b].0 -= dx * strength;
        force[b].1 -= dy * strength;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_triangles() -> Vec<(u32, u32, f64)> {
        vec![(0, 1, 1.0), (1, 2, 1.0), (0, 2, 1.0), (3, 4, 1.0), (4, 5, 1.0), (3, 5, 1.0)]
    }

    #[test]
    fn positions_lie_in_the_unit_square_and_repeat() {
        let at = layout(8, &two_triangles(), 3);
        assert_eq!(at, layout(8, &two_triangles(), 3));
        assert!(at.iter().all(|(x, y)| (0.0..=1.0).contains(x) && (0.0..=1.0).contains(y)), "{at:?}");
    }

    #[test]
    fn components_do_not_overlap() {
        let at = layout(6, &two_triangles(), 3);
        let distance = |a: usize, b: usize| (at[a].0 - at[b].0).hypot(at[a].1 - at[b].1);
        let inside = distance(0, 1).max(distance(1, 2)).max(distance(0, 2));
        let across = (0..3).flat_map(|a| (3..6).map(move |b| (a, b))).map(|(a, b)| distance(a, b));
        assert!(across.fold(f32::MAX, f32::min) > inside * 0.5);
        let box_of = |range: std::ops::Range<usize>| {
            let x = at[range.clone()].iter().map(|p| p.0);
            let y = at[range].iter().map(|p| p.1);
            (x.clone().fold(1.0, f32::min), x.fold(0.0, f32::max), y.clone().fold(1.0, f32::min), y.fold(0.0, f32::max))
        };
        let ((l, r, b, t), (l2, r2, b2, t2)) = (box_of(0..3), box_of(3..6));
        assert!(r < l2 || r2 < l || t < b2 || t2 < b, "bounding boxes are apart");
    }

    #[test]
    fn nothing_has_no_positions() {
        assert!(layout(0, &[], 1).is_empty());
    }
}
