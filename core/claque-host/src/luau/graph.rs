//! `Graph` as scripts see it: nodes with ids, weighted edges, and what is measured on them. The algorithms live in
//! `claque-graph`, the pair kernel in another stage; nothing here calls back into the script.

mod build;
mod communities;
mod measures;

pub(super) use build::GROUP as BUILD;

use super::frame::Frame;
use super::mistake::{GraphMistake, Mistake};
use super::verb::{self, Arguments, Group, Scripted};
use claque_graph::DirectedGraph;
use mlua::{UserData, UserDataFields, UserDataMethods, Value};
use polars::prelude::{Column, DataFrame, PlSmallStr};
use std::borrow::Cow;

/// A network whose nodes have ids.
pub(super) struct Graph {
    /// The id of each node, ascending, under the name that results give it.
    nodes: Column,
    /// What `edges` calls the two ends.
    ends: [PlSmallStr; 2],
    net: Net,
    /// The two sides of each edge, where it was made from such.
    sides: Option<Vec<(u32, u32)>>,
}

enum Net {
    Undirected(claque_graph::Graph),
    Directed(DirectedGraph),
}

impl Graph {
    fn n_nodes(&self) -> usize {
        self.nodes.len()
    }

    /// Which nodes are ends of the first column of an undirected graph, if the two columns have no id in common.
    fn first_side(&self) -> Option<Vec<bool>> {
        let (Some(sides), Net::Undirected(_)) = (&self.sides, &self.net) else { return None };
        let mut from = vec![false; self.n_nodes()];
        for &(end, _) in sides {
            from[end as usize] = true;
        }
        sides.iter().all(|&(_, to)| !from[to as usize]).then_some(from)
    }

    /// The graph without directions.
    fn undirected(&self) -> Cow<'_, claque_graph::Graph> {
        match &self.net {
            Net::Undirected(graph) => Cow::Borrowed(graph),
            Net::Directed(graph) => Cow::Owned(graph.undirected()),
        }
    }

    /// A frame with a row per node, by id.
    fn by_node(&self, values: Vec<Column>) -> Result<Frame, Mistake> {
        let mut columns = vec![self.nodes.clone()];
        columns.extend(values);
        Ok(Frame::of(DataFrame::new(self.n_nodes(), columns)?))
    }

    /// The ids behind codes.
    fn ids(&self, name: &PlSmallStr, codes: &[u32]) -> Result<Column, Mistake> {
        Ok(self.nodes.take_slice(codes)?.with_name(name.clone()))
    }
}

/// What `edges` calls the ends of pairs of such nodes: `account_id` gives `account_a` and `account_b`.
fn pair_names(node: &str) -> [PlSmallStr; 2] {
    let stem = node.strip_suffix("_id").unwrap_or(node);
    ["a", "b"].map(|end| format!("{stem}_{end}").into())
}

/// Refuses a number outside its bounds.
fn within(name: &'static str, found: f64, bounds: &'static str, holds: bool) -> Result<f64, Mistake> {
    if holds { Ok(found) } else { Err(GraphMistake::Bounds { name, found, bounds }.into()) }
}

/// Gives a frame to the script.
fn give(given: &Arguments, frame: Result<Frame, Mistake>) -> mlua::Result<Value> {
    given.give(frame?)
}

impl Scripted for Graph {
    const NAME: &'static str = "Graph";
    const DOC: &'static str = "A network of nodes with ids and weighted edges. What it gives is a frame with a row per \
                               node, by id, or per edge.";
    const GROUPS: &'static [&'static Group<Self>] = &[&measures::GROUP, &communities::GROUP, &build::ONTO];
}

impl UserData for Graph {
    fn add_fields<F: UserDataFields<Self>>(fields: &mut F) {
        verb::register_fields(fields);
    }

    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        verb::register(methods);
    }
}
