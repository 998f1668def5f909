//! How far the members of a group are coordinated: which of them stay joined as weaker edges go.

use crate::fusion::FusedEdge;
use claque_graph::DisjointSets;

/// The extent-of-coordination curve of a group and the area under it (Nizzoli et al. 2021, arXiv 2008.08370):
/// (τ, share of the members in the largest component of the edges of weight τ or more), by τ ascending, the share
/// strictly falling. A share holds from the τ before it, exclusive, up to its own. The area is that from 0 to the
/// heaviest edge, as a share of all of it.
///
/// Edges enter from the heaviest on, so that one union-find gives the whole curve. O(m log m); at most a row per
/// member.
pub(super) fn extent(members: &[u32], edges: &[&FusedEdge]) -> (Vec<(f64, f64)>, f64) {
    let mut edges = edges.to_vec();
    edges.sort_by(|x, y| y.weight.total_cmp(&x.weight));
    let mut sets = DisjointSets::new(members.len());
    let mut giant = 0;
    let mut curve: Vec<(f64, f64)> = Vec::new();
    for equal in edges.chunk_by(|x, y| x.weight.total_cmp(&y.weight).is_eq()) {
        let before = giant;
        for edge in equal {
            if let (Ok(a), Ok(b)) = (members.binary_search(&edge.a), members.binary_search(&edge.b)) {
                giant = giant.max(sets.union(a as u32, b as u32));
            }
        }
        if giant > before {
            curve.push((equal[0].weight, f64::from(giant) / members.len() as f64));
        }
    }
    curve.reverse();
    let (mut area, mut below) = (0.0, 0.0);
    for &(threshold, share) in &curve {
        area += share * (threshold - below);
        below = threshold;
    }
    let heaviest = curve.last().map_or(1.0, |last| last.0);
    (curve, (area / heaviest).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edge(a: u32, b: u32, weight: f64) -> FusedEdge {
        FusedEdge { a, b, weight, layers: vec![0] }
    }

    fn of(members: &[u32], edges: &[FusedEdge]) -> (Vec<(f64, f64)>, f64) {
        extent(members, &edges.iter().collect::<Vec<_>>())
    }

    #[test]
    fn a_clique_of_one_weight_stays_whole_at_every_threshold() {
        let (curve, area) = of(&[3, 5, 9], &[edge(3, 5, 4.0), edge(5, 9, 4.0), edge(3, 9, 4.0)]);
        assert_eq!(curve, [(4.0, 1.0)]);
        assert!((area - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_chain_with_a_weak_link_falls_apart_where_the_link_ends() {
        // up to 1 of 4: all 3 of 3; above: 2 of 3
        let (curve, area) = of(&[0, 1, 2], &[edge(0, 1, 4.0), edge(1, 2, 1.0)]);
        assert_eq!(curve, [(1.0, 1.0), (4.0, 2.0 / 3.0)]);
        assert!((area - (0.25 + 0.75 * 2.0 / 3.0)).abs() < 1e-12);
    }

    #[test]
    fn an_edge_inside_the_giant_adds_no_step_and_members_without_an_edge_never_join() {
        // 0–1–2 by 5, 0–2 by 2 is inside already, 3–4 by 1 is a smaller component, 5 has no edge
        let edges = [edge(0, 1, 5.0), edge(1, 2, 5.0), edge(0, 2, 2.0), edge(3, 4, 1.0)];
        let (curve, area) = of(&[0, 1, 2, 3, 4, 5], &edges);
        assert_eq!(curve, [(5.0, 0.5)]);
        assert!((area - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_group_without_edges_has_no_curve() {
        let (curve, area) = of(&[1, 2], &[]);
        assert!(curve.is_empty() && area.abs() < 1e-12);
    }
}
