//! The three subgraphs of `generate_coordinated_network`, edges in the order igraph leaves them in.

use super::network::{CoorTweetEdge, NetworkVertex};

/// `subgraph`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Subgraph {
    /// 0: every edge.
    #[default]
    Whole,
    /// 1: edges above the threshold of a plain network.
    AboveThreshold,
    /// 2: edges above the threshold of the fast network.
    FastAboveThreshold,
    /// 3: the ends of those edges, all their neighbours, and every edge among the neighbours.
    FastNeighbourhood,
}

/// An edge with igraph's numbers of its ends, `from` ≤ `to`.
pub(super) struct Numbered<'a> {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) edge: CoorTweetEdge<'a>,
}

impl Numbered<'_> {
    fn is_fast(&self) -> bool {
        self.edge.fast.as_ref().is_some_and(|fast| fast.weight_threshold)
    }
}

type Cut<'a> = (Vec<CoorTweetEdge<'a>>, Vec<NetworkVertex<'a>>);

pub(super) fn cut(edges: Vec<Numbered<'_>>, subgraph: Subgraph) -> Cut<'_> {
    let is_kept = |edge: &Numbered<'_>| match subgraph {
        Subgraph::AboveThreshold => edge.edge.full.weight_threshold,
        Subgraph::FastAboveThreshold => edge.is_fast(),
        Subgraph::Whole | Subgraph::FastNeighbourhood => true,
    };
    if subgraph == Subgraph::FastNeighbourhood {
        return neighbourhood(edges);
    }
    (edges.into_iter().filter(is_kept).map(|edge| edge.edge).collect(), Vec::new())
}

/// A vertex is in when it is somebody's neighbour: an end without an edge of its own to another end is not special.
fn neighbourhood(mut edges: Vec<Numbered<'_>>) -> Cut<'_> {
    let n_vertices = edges.iter().map(|edge| edge.to as usize + 1).max().unwrap_or(0);
    let mut names = vec![""; n_vertices];
    let mut degree = vec![0_u64; n_vertices];
    let mut is_end = vec![false; n_vertices];
    for edge in &edges {
        for (id, name) in [(edge.from, edge.edge.from), (edge.to, edge.edge.to)] {
            names[id as usize] = name;
            degree[id as usize] += 1;
            is_end[id as usize] |= edge.is_fast();
        }
    }
    let mut is_near = vec![false; n_vertices];
    for edge in &edges {
        is_near[edge.to as usize] |= is_end[edge.from as usize];
        is_near[edge.from as usize] |= is_end[edge.to as usize];
    }
    // igraph copies or builds anew by the length of the list it is given, in which neighbours repeat;
    // what it builds anew is sorted
    let listed: u64 = edges
        .iter()
        .filter(|edge| edge.is_fast())
        .map(|edge| degree[edge.from as usize] + degree[edge.to as usize])
        .sum();
    edges.retain(|edge| is_near[edge.from as usize] && is_near[edge.to as usize]);
    if listed * 2 <= n_vertices as u64 {
        edges.sort_by_key(|edge| (edge.to, edge.from));
    }
    let vertices = (0..n_vertices).filter(|id| is_near[*id]);
    let vertices = vertices.map(|id| NetworkVertex { name: names[id], color_v: is_end[id] }).collect();
    (edges.into_iter().map(|edge| edge.edge).collect(), vertices)
}
