//! What is measured on a graph: its nodes and edges, degrees, components, PageRank, cores.

use super::super::frame::{FRAME, Frame};
use super::super::mistake::Mistake;
use super::super::verb::{Argument, Body, Group, Kind, Method, optional};
use super::{Graph, Net, give, within};
use claque_graph::{components, core_numbers, pagerank, pagerank_directed};
use polars::prelude::{Column, DataFrame, NamedFrom, Series};

/// The damping of the paper.
const DAMPING: f64 = 0.85;

pub(super) static GROUP: Group<Graph> = Group {
    title: "Measures",
    doc: "Nodes are in the order of their ids, under the name that the graph gives them: account_id, if nothing else \
          was said. Nothing here tells what is more than chance.",
    methods: &[
        verb("nodes", &[], "the ids of the nodes", |graph, given| give(given, graph.by_node(Vec::new())))
        .example(r#"graph.from_edges(posts, { from = "post_id", to = "lang" }):nodes()"#, "account_id: a / b / c / de / en"),
        verb("edges", &[], "each edge once with its weight; where the two columns of graph.from_edges have no id in common, each end stands in \
             its own, else they are ordered by id", |graph, given| give(given, edges(graph)))
        .example(r#"graph.from_edges(posts, { from = "post_id", to = "lang" }):edges()"#, "post_id, lang, weight: a, en, 1 / b, de, 1 / c, en, 1"),
        verb(
            "degree",
            &[],
            "neighbors of each node (degree) and the sum of the weights of its edges (strength); of a directed graph \
             in_degree, out_degree, in_strength, out_strength",
            |graph, given| give(given, degree(graph)),
        )
        .example(r#"graph.from_edges(posts, { from = "post_id", to = "lang" }):degree()"#, "account_id, degree, strength: a, 1, 1 / b, 1, 1 / c, 1, 1 / de, 1, 1 / en, 2, 2"),
        verb(
            "components",
            &[],
            "the number of the connected component of each node, from 1 by their first nodes, whatever the directions",
            |graph, given| {
                let labels = components(&graph.undirected());
                give(given, graph.by_node(vec![from_one("component", &labels)]))
            },
        )
        .example(r#"graph.from_edges(posts, { from = "post_id", to = "lang" }):components()"#, "account_id, component: a, 1 / b, 2 / c, 1 / de, 2 / en, 1"),
        verb(
            "pagerank",
            &[optional("options", Kind::Options(&[optional("damping", Kind::Number)]))],
            "the share of time that a surfer spends at each node who follows edges by their weight and starts anew with \
             probability 1 - damping (0.85)",
            |graph, given| {
                let damping = given.options()?.take("damping")?.unwrap_or(DAMPING);
                let damping = within("damping", damping, "from 0 and below 1", (0.0..1.0).contains(&damping))?;
                give(given, graph.by_node(vec![column("pagerank", ranks(graph, damping))]))
            },
        )
        .example(r#"graph.from_edges(posts, { from = "post_id", to = "lang" }):pagerank { damping = 0.5 }"#, "account_id, pagerank: a, 0.166666667 / b, 0.2 / c, 0.166666667 / de, 0.2 / en, 0.266666667"),
        verb(
            "k_core",
            &[optional("options", Kind::Options(&[optional("k", Kind::Count)]))],
            "the nodes of the k-core with their core numbers: the largest k for which a node lies in the part where \
             every node has k neighbors or more. Without k, all nodes",
            |graph, given| {
                let k = given.options()?.take("k")?.unwrap_or(0);
                give(given, cores(graph, k))
            },
        )
        .example(r#"graph.from_edges(posts, { from = "post_id", to = "lang" }):k_core { k = 1 }"#, "account_id, core: a, 1 / b, 1 / c, 1 / de, 1 / en, 1"),
    ],
};

/// A method that gives a frame.
const fn verb(name: &'static str, takes: &'static [Argument], doc: &'static str, call: Body<Graph>) -> Method<Graph> {
    Method::new(name, takes, FRAME, doc, call)
}

pub(super) fn column<T, Phantom: ?Sized>(name: &str, values: T) -> Column
where
    Series: NamedFrom<T, Phantom>,
{
    Series::new(name.into(), values).into()
}

/// Labels as scripts count: from 1.
pub(super) fn from_one(name: &str, labels: &[u32]) -> Column {
    column(name, labels.iter().map(|&label| i64::from(label) + 1).collect::<Vec<_>>())
}

fn edges(graph: &Graph) -> Result<Frame, Mistake> {
    let mut edges: Vec<(u32, u32, f64)> = match &graph.net {
        Net::Undirected(graph) => graph.edges().collect(),
        Net::Directed(graph) => graph.arcs().collect(),
    };
    if let Some(from) = graph.first_side() {
        for (a, b, _) in edges.iter_mut().filter(|(a, _, _)| !from[*a as usize]) {
            std::mem::swap(a, b);
        }
        edges.sort_unstable_by_key(|&(a, b, _)| (a, b));
    }
    let ends = |of: fn(&(u32, u32, f64)) -> u32| edges.iter().map(of).collect::<Vec<u32>>();
    let weights: Vec<f64> = edges.iter().map(|edge| edge.2).collect();
    let columns = vec![
        graph.ids(&graph.ends[0], &ends(|edge| edge.0))?,
        graph.ids(&graph.ends[1], &ends(|edge| edge.1))?,
        column("weight", weights),
    ];
    Ok(Frame::of(DataFrame::new(edges.len(), columns)?))
}

/// Number and weight of some edges.
fn measured(edges: impl Iterator<Item = (u32, f64)>) -> (i64, f64) {
    edges.fold((0, 0.0), |(number, weight), (_, more)| (number + 1, weight + more))
}

fn degree(graph: &Graph) -> Result<Frame, Mistake> {
    let nodes = 0..graph.n_nodes() as u32;
    let columns = |prefix: &str, measured: Vec<(i64, f64)>| {
        let (degrees, strengths): (Vec<i64>, Vec<f64>) = measured.into_iter().unzip();
        (column(&format!("{prefix}degree"), degrees), column(&format!("{prefix}strength"), strengths))
    };
    graph.by_node(match &graph.net {
        Net::Undirected(net) => {
            let (degree, strength) = columns("", nodes.map(|node| measured(net.neighbors(node))).collect());
            vec![degree, strength]
        }
        Net::Directed(net) => {
            let incoming = nodes.clone().map(|node| measured(net.predecessors(node))).collect();
            let (in_degree, in_strength) = columns("in_", incoming);
            let outgoing = nodes.map(|node| measured(net.successors(node))).collect();
            let (out_degree, out_strength) = columns("out_", outgoing);
            vec![in_degree, out_degree, in_strength, out_strength]
        }
    })
}

fn ranks(graph: &Graph, damping: f64) -> Vec<f64> {
    match &graph.net {
        Net::Undirected(net) => pagerank(net, damping),
        Net::Directed(net) => pagerank_directed(net, damping),
    }
}

fn cores(graph: &Graph, k: u32) -> Result<Frame, Mistake> {
    let numbers = core_numbers(&graph.undirected());
    let inside: Vec<u32> = (0..graph.n_nodes() as u32).filter(|&node| numbers[node as usize] >= k).collect();
    let cores: Vec<i64> = inside.iter().map(|&node| i64::from(numbers[node as usize])).collect();
    let columns = vec![graph.nodes.take_slice(&inside)?, column("core", cores)];
    Ok(Frame::of(DataFrame::new(inside.len(), columns)?))
}
