//! The network as a picture: positions, groups and layers. Drawing it is not done here.

mod shelves;

use crate::foreign::{MAX_ID, visible};
use crate::input::ReportInput;
use crate::view::ClusterView;
use claque_graph::{DisjointSets, layout};
use claque_model::Edge;
pub(crate) use shelves::WIDTH;
use shelves::{Piece, shelve};
use std::collections::BTreeMap;

/// Nodes drawn at most; beyond that, the groups shown first.
const MAX_NODES: usize = 1500;
/// Edges drawn at most, the heaviest.
const MAX_EDGES: usize = 8000;
/// Cap of an edge's weight on one layer in fusion.
const MAX_LAYER_WEIGHT: f64 = 6.0;
/// The picture is the same for the same network.
const SEED: u64 = 0x636c_6171_7565;

/// Positions in a frame, groups and layers of accounts that are linked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Picture {
    pub(crate) nodes: Vec<Node>,
    pub(crate) lines: Vec<Line>,
    /// Height of the frame, whose width is [`WIDTH`].
    pub(crate) height: f32,
    /// Names of the layers that lines refer to.
    pub(crate) layers: Vec<String>,
    /// Linked accounts in all.
    pub(crate) nodes_in_all: usize,
    /// Linked pairs in all.
    pub(crate) lines_in_all: usize,
}

/// An account, without its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// Position of its group among those shown.
    pub(crate) cluster: Option<usize>,
}

/// A linked pair.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) a: u32,
    pub(crate) b: u32,
    /// Position of the layer that links the two most strongly.
    pub(crate) layer: usize,
}

/// The layers of a pair fused: summed weight, and the heaviest layer.
struct Fused {
    weight: f64,
    layer: usize,
    best: f64,
}

pub(super) fn picture(input: &ReportInput, clusters: &[ClusterView]) -> Picture {
    let mut layers: Vec<&str> =
        input.network.layers.iter().filter(|l| !l.edges.is_empty()).map(|l| l.layer.as_str()).collect();
    layers.sort_unstable();
    layers.dedup();
    let fused = fuse(input, &layers);
    let group = groups(input, clusters);
    let mut accounts: Vec<u32> = fused.keys().flat_map(|(a, b)| [*a, *b]).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let nodes_in_all = accounts.len();
    if accounts.len() > MAX_NODES {
        accounts.sort_by_key(|code| (group.get(code).copied().unwrap_or(usize::MAX), *code));
        accounts.truncate(MAX_NODES);
        accounts.sort_unstable();
    }
    let local = |code: &u32| accounts.binary_search(code).ok().map(|at| at as u32);
    let mut edges: Vec<(u32, u32, &Fused)> =
        fused.iter().filter_map(|((a, b), f)| Some((local(a)?, local(b)?, f))).collect();
    edges.sort_by(|x, y| y.2.weight.total_cmp(&x.2.weight).then((x.0, x.1).cmp(&(y.0, y.1))));
    edges.truncate(MAX_EDGES);
    let cluster: Vec<Option<usize>> = accounts.iter().map(|code| group.get(code).copied()).collect();
    let springs: Vec<Spring> = edges.iter().map(|(a, b, f)| (*a, *b, f.weight)).collect();
    let (at, height) = positions(&cluster, &springs);
    Picture {
        nodes: at.into_iter().zip(cluster).map(|((x, y), cluster)| Node { x, y, cluster }).collect(),
        lines: edges.iter().map(|(a, b, f)| Line { a: *a, b: *b, layer: f.layer }).collect(),
        height,
        layers: layers.iter().map(|l| visible(l, MAX_ID)).collect(),
        nodes_in_all,
        lines_in_all: fused.len(),
    }
}

/// A link between two nodes with its weight.
type Spring = (u32, u32, f64);
/// The group that a piece shows, or the component of those in none.
type PieceKey = (usize, u32);

/// Each group is laid out by itself, those in no group beside the group that they are linked to most, the
/// rest by components: groups that lie apart can be told apart. `springs` come heaviest first.
fn positions(cluster: &[Option<usize>], springs: &[Spring]) -> (Vec<(f32, f32)>, f32) {
    let mut home = cluster.to_vec();
    for &(a, b, _) in springs {
        for (one, other) in [(a as usize, b as usize), (b as usize, a as usize)] {
            if home[one].is_none() && cluster[other].is_some() {
                home[one] = cluster[other];
            }
        }
    }
    let mut loose = DisjointSets::new(cluster.len());
    for &(a, b, _) in springs.iter().filter(|(a, b, _)| home[*a as usize].is_none() && home[*b as usize].is_none()) {
        loose.union(a, b);
    }
    let labels = loose.labels();
    let mut members: BTreeMap<PieceKey, Vec<u32>> = BTreeMap::new();
    for (node, home) in home.iter().enumerate() {
        let key = home.map_or((usize::MAX, labels[node]), |at| (at, 0));
        members.entry(key).or_default().push(node as u32);
    }
    let mut inside: BTreeMap<PieceKey, Vec<Spring>> = BTreeMap::new();
    let key = |node: u32| home[node as usize].map_or((usize::MAX, labels[node as usize]), |at| (at, 0));
    for &(a, b, weight) in springs.iter().filter(|(a, b, _)| key(*a) == key(*b)) {
        let local = |node| members[&key(node)].binary_search(&node).expect("members are sorted") as u32;
        inside.entry(key(a)).or_default().push((local(a), local(b), weight));
    }
    let pieces: Vec<Piece> = members
        .iter()
        .map(|(key, nodes)| Piece {
            at: layout(nodes.len(), inside.get(key).map_or(&[], Vec::as_slice), SEED),
            named: key.0 != usize::MAX,
        })
        .collect();
    let (placed, height) = shelve(&pieces);
    let mut at = vec![(0.0, 0.0); cluster.len()];
    for (nodes, places) in members.values().zip(placed) {
        for (node, place) in nodes.iter().zip(places) {
            at[*node as usize] = place;
        }
    }
    (at, height)
}

/// Per pair the sum over layers of the best window's weight.
fn fuse(input: &ReportInput, layers: &[&str]) -> BTreeMap<(u32, u32), Fused> {
    let mut fused: BTreeMap<(u32, u32), Fused> = BTreeMap::new();
    for (at, name) in layers.iter().enumerate() {
        let mut of_layer: BTreeMap<(u32, u32), f64> = BTreeMap::new();
        for layer in input.network.layers.iter().filter(|l| l.layer == *name) {
            for Edge { a, b, weight, .. } in &layer.edges {
                let weight = weight.min(MAX_LAYER_WEIGHT) * layer.fusion_weight;
                let best = of_layer.entry((*a, *b)).or_insert(weight);
                *best = best.max(weight);
            }
        }
        for (pair, weight) in of_layer {
            let sum = fused.entry(pair).or_insert(Fused { weight: 0.0, layer: at, best: weight });
            sum.weight += weight;
            if weight > sum.best {
                (sum.best, sum.layer) = (weight, at);
            }
        }
    }
    fused
}

/// The position of each account's group among those shown.
fn groups(input: &ReportInput, clusters: &[ClusterView]) -> BTreeMap<u32, usize> {
    let mut group = BTreeMap::new();
    for (at, shown) in clusters.iter().enumerate() {
        group.extend(input.clusters[shown.source].members.iter().map(|(code, _)| (*code, at)));
    }
    group
}
