//! Where graphs come from: edges of a frame, accounts that act on the same objects in time, one side of a two-sided
//! graph.

mod encode;

use super::super::api;
use super::super::expr::{Span, name_of_type};
use super::super::frame::{FRAME, Frame, within_limit};
use super::super::kernels::kernels;
use super::super::mistake::{GraphMistake, Mistake};
use super::super::verb::{Argument, Arguments, Globals, Group, Kind, Method, one, optional, words};
use super::{Graph, Net, pair_names};
use crate::kernels::{CoActions, CoActivityRule, KernelError};
use claque_graph::{DirectedGraph, TwoSided};
use claque_model::{LogLevel, TimeWindow};
use encode::{Edges, encode};
use mlua::Value;
use polars::prelude::{Column, DataFrame, DataType, NamedFrom, PlSmallStr, Series, TimeUnit};

/// Pairs that are visited unless the script allows more.
const PAIRS: u64 = 50_000_000;
/// What results call a node.
const NODE: &str = "account_id";
/// Bytes of an edge while a graph is built from it.
const EDGE: usize = 48;
/// Below this window, times that are cut to minutes say nothing about seconds.
const TWO_MINUTES: i64 = 120_000_000;

#[derive(Clone, Copy)]
enum Side {
    From,
    To,
}

const SIDES: [(&str, Side); 2] = [("from", Side::From), ("to", Side::To)];
const MIN_WEIGHT: Argument = optional("min_weight", Kind::Count);
const MAX_PAIRS: Argument = optional("max_pairs", Kind::Count);

pub(in super::super) static GROUP: Group<Globals> = Group {
    title: "Graphs",
    doc: "For networks over time emit `traces` instead: the engine then tests every pair against chance. These graphs \
          are for what is measured inside a signal; they run the plan of the frame.",
    methods: &[
        Method::new(
            "graph.from_edges",
            &[
                one("edges", FRAME),
                one(
                    "options",
                    Kind::Options(&[
                        one("from", Kind::Column),
                        one("to", Kind::Column),
                        optional("weight", Kind::Column),
                        optional("directed", Kind::Truth),
                        optional("node", Kind::Text),
                    ]),
                ),
            ],
            Kind::Object("Graph"),
            "a graph with an edge per row: rows of the same ends add up, rows with a null end and loops are left out; \
             `node` names the nodes in results (account_id)",
            |_, given| from_edges(given),
        )
        .example(
            r#"graph.from_edges(posts, { from = "post_id", to = "lang" }):edges()"#,
            "post_id, lang, weight: a, en, 1 / b, de, 1 / c, en, 1",
        ),
        Method::new(
            "graph.co_activity",
            &[
                one("traces", FRAME),
                one(
                    "options",
                    Kind::Options(&[
                        one("window", Kind::Span),
                        MIN_WEIGHT,
                        optional("min_participation", Kind::Count),
                        MAX_PAIRS,
                    ]),
                ),
            ],
            Kind::Object("Graph"),
            "accounts joined by how often they act on one object within the window, from the columns account_id, \
             object, at; counted without a null model, so most edges are strangers. Accounts with fewer rows than \
             `min_participation` (2) are left out",
            |_, given| co_activity(given),
        )
        .example(
            r#"graph.co_activity(posts:select(col("post_id"):alias("account_id"), lit("x"):alias("object"), "at"), { window = "1d", min_participation = 1 }):edges()"#,
            "account_a, account_b, weight: a, b, 1",
        ),
    ],
};

pub(in super::super) static ONTO: Group<Graph> = Group {
    title: "Projection",
    doc: "",
    methods: &[Method::new(
        "project",
        &[one("options", Kind::Options(&[one("onto", Kind::Word(&words(&SIDES))), MIN_WEIGHT, MAX_PAIRS]))],
        Kind::Object("Graph"),
        "the nodes of one side of `graph.from_edges`, joined by how many different nodes of the other side they share; \
         it keeps nodes that share none",
        project,
    )
    .example(
        r#"graph.from_edges(posts, { from = "post_id", to = "lang" }):project({ onto = "from" }):edges()"#,
        "post_a, post_b, weight: a, c, 1",
    )],
};

fn from_edges(given: &mut Arguments) -> mlua::Result<Value> {
    let frame: Frame = given.object()?;
    let options = given.options()?;
    let names: [Option<String>; 3] = [options.take("from")?, options.take("to")?, options.take("weight")?];
    let directed: bool = options.take("directed")?.unwrap_or(false);
    let node: Option<String> = options.take("node")?;
    for name in names.iter().flatten() {
        frame.know(name)?;
    }
    let [from, to, weight] = names.map(Option::unwrap_or_default);
    let rows = frame.collect(given.lua())?;
    within_limit(given.lua(), rows.height().saturating_mul(EDGE))?;
    let weight = if weight.is_empty() { None } else { Some(weight.as_str()) };
    let Edges { nodes, edges } = encode(&rows, &from, &to, weight)?;
    let n = nodes.len();
    let net = if directed {
        Net::Directed(DirectedGraph::from_arcs(n, &edges))
    } else {
        Net::Undirected(claque_graph::Graph::from_edges(n, &edges))
    };
    given.give(Graph {
        nodes: nodes.with_name(node.as_deref().unwrap_or(NODE).into()),
        ends: [from.into(), to.into()],
        net,
        sides: Some(edges.iter().map(|&(from, to, _)| (from, to)).collect()),
    })
}

fn co_activity(given: &mut Arguments) -> mlua::Result<Value> {
    const VERB: &str = "graph.co_activity";
    let kernels = kernels(given.lua(), VERB)?;
    let frame: Frame = given.object()?;
    let options = given.options()?;
    let window = options.take::<Span>("window")?.map_or(0, |span| span.0);
    let window = TimeWindow::from_micros(window).map_err(Mistake::from)?;
    let rule = CoActivityRule {
        window_micros: window.micros(),
        min_weight: options.take("min_weight")?.unwrap_or(1),
        min_participation: options.take("min_participation")?.unwrap_or(2),
        max_pairs: options.take("max_pairs")?.unwrap_or(PAIRS),
    };
    for name in [NODE, "object", "at"] {
        frame.know(name)?;
    }
    let rows = actions(&frame.collect(given.lua())?)?;
    let at = rows.column("at").and_then(|at| at.i64()).map_err(Mistake::from)?.into_no_null_iter().collect::<Vec<_>>();
    let text = |name| rows.column(name).and_then(Column::str).map_err(Mistake::from);
    let actions = CoActions { object: text("object")?, account: text(NODE)?, at_micros: &at };
    let found = kernels.co_activity(&actions, &rule).map_err(|error| match error {
        KernelError::TooManyPairs(pairs) => GraphMistake::TooManyPairs { verb: VERB, pairs, allowed: rule.max_pairs },
        KernelError::Refused(why) => GraphMistake::Kernel(why),
    });
    let found = found.map_err(Mistake::from)?;
    if found.cut_to_minutes && rule.window_micros < TWO_MINUTES {
        let text = "most times lie on second 00, so they were cut to minutes: a window below 2m counts who acted in \
                    the same minute";
        api::log(given.lua(), LogLevel::Warn, text.to_owned());
    }
    within_limit(given.lua(), found.edges.len().saturating_mul(EDGE))?;
    given.give(Graph {
        net: Net::Undirected(claque_graph::Graph::from_edges(found.accounts.len(), &found.edges)),
        nodes: Series::new(NODE.into(), found.accounts).into(),
        ends: pair_names(NODE),
        sides: None,
    })
}

/// The columns of actions, with times in microseconds, without rows that have no time.
fn actions(rows: &DataFrame) -> Result<DataFrame, Mistake> {
    let at = rows.column("at")?;
    if !matches!(at.dtype(), DataType::Datetime(TimeUnit::Microseconds, _)) {
        let found = format!("`at` of type {}", name_of_type(at.dtype()));
        return Err(Mistake::Expected { expected: "a column of times", found });
    }
    let text = |name: &str| rows.column(name)?.cast(&DataType::String);
    let columns = vec![text(NODE)?, text("object")?, at.cast(&DataType::Int64)?];
    Ok(DataFrame::new(rows.height(), columns)?.drop_nulls(Some(&["at"]))?)
}

fn project(graph: &Graph, given: &mut Arguments) -> mlua::Result<Value> {
    let options = given.options()?;
    let side = options.word("onto", &SIDES)?.unwrap_or(Side::From);
    let min_weight: u32 = options.take("min_weight")?.unwrap_or(1);
    let allowed: u64 = options.take("max_pairs")?.unwrap_or(PAIRS);
    given.give(onto(graph, side, min_weight, allowed)?)
}

fn onto(graph: &Graph, side: Side, min_weight: u32, allowed: u64) -> Result<Graph, Mistake> {
    let sides = graph.sides.as_ref().ok_or(GraphMistake::NoSides)?;
    let (name, pairs): (&PlSmallStr, Vec<(u32, u32)>) = match side {
        Side::From => (&graph.ends[0], sides.clone()),
        Side::To => (&graph.ends[1], sides.iter().map(|&(from, to)| (to, from)).collect()),
    };
    let mut own: Vec<u32> = pairs.iter().map(|pair| pair.0).collect();
    own.sort_unstable();
    own.dedup();
    let mut number = vec![0; graph.n_nodes()];
    for (position, &code) in own.iter().enumerate() {
        number[code as usize] = position as u32;
    }
    let pairs: Vec<(u32, u32)> = pairs.into_iter().map(|(own, other)| (number[own as usize], other)).collect();
    let two_sided = TwoSided::new(own.len(), graph.n_nodes(), &pairs);
    let found = two_sided.n_pairs();
    if found > allowed {
        return Err(GraphMistake::TooManyPairs { verb: "project", pairs: found, allowed }.into());
    }
    let edges: Vec<(u32, u32, f64)> =
        two_sided.project(min_weight).into_iter().map(|(a, b, shared)| (a, b, f64::from(shared))).collect();
    Ok(Graph {
        nodes: graph.ids(name, &own)?,
        ends: pair_names(name),
        net: Net::Undirected(claque_graph::Graph::from_edges(own.len(), &edges)),
        sides: None,
    })
}
