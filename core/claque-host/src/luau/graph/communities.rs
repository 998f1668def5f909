//! Communities of a graph.

use super::super::frame::FRAME;
use super::super::verb::{Group, Kind, Method, optional, words};
use super::measures::from_one;
use super::{Graph, give, within};
use claque_graph::{Quality, leiden};

const METHODS: [(&str, Quality); 2] = [("modularity", Quality::Modularity), ("cpm", Quality::Cpm)];

pub(super) static GROUP: Group<Graph> = Group {
    title: "Communities",
    doc: "",
    methods: &[Method::new(
        "communities",
        &[optional(
            "options",
            Kind::Options(&[
                optional("method", Kind::Word(&words(&METHODS))),
                optional("resolution", Kind::Number),
                optional("seed", Kind::Count),
            ]),
        )],
        FRAME,
        "the number of the community of each node, from 1 by their first nodes, by the Leiden algorithm, whatever the \
         directions: `method` is what it maximizes (modularity; cpm is the constant Potts model), `resolution` is 1, \
         and the same `seed` (0) gives the same communities",
        |graph: &Graph, given| {
            let options = given.options()?;
            let quality = options.word("method", &METHODS)?.unwrap_or_default();
            let resolution: f64 = options.take("resolution")?.unwrap_or(1.0);
            let holds = resolution.is_finite() && resolution > 0.0;
            let resolution = within("resolution", resolution, "above 0", holds)?;
            let seed: u64 = options.take("seed")?.unwrap_or(0);
            let labels = leiden(&graph.undirected(), quality, resolution, seed);
            give(given, graph.by_node(vec![from_one("community", &labels)]))
        },
    )
    .example(
        r#"graph.from_edges(posts, { from = "post_id", to = "lang" }):communities { resolution = 0.5, seed = 1 }"#,
        "account_id, community: a, 1 / b, 2 / c, 1 / de, 2 / en, 1",
    )],
};
