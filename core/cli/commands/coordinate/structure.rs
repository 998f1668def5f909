//! `--method structure`: the pairs that share more objects than chance, whenever they did.

use super::{column, internal};
use crate::args;
use crate::diagnosis::Failure;
use claque_coordination::{Corpus, StructureEdge, StructureNetwork, StructureSettings, structure};
use polars::prelude::DataFrame;

pub(super) fn at_any_time(corpus: &Corpus, options: &args::Coordinate) -> Result<(DataFrame, String), Failure> {
    let mut settings = StructureSettings::of_layer(&options.trace);
    settings.min_objects = options.min_objects.unwrap_or(settings.min_objects);
    let Some(network) = structure(corpus, &options.trace, &settings) else {
        return Err(Failure::new(format!("no traces of layer `{}`", options.trace)));
    };
    let frame = frame(corpus, &options.trace, &network.edges)?;
    Ok((frame, said(&network, &options.trace, &settings)))
}

fn said(network: &StructureNetwork, layer: &str, settings: &StructureSettings) -> String {
    let hot = match network.hot_objects {
        0 => String::new(),
        n => format!("; objects with more than {} sharers: {n}, left out", network.max_sharers),
    };
    let mut lines = vec![format!(
        "{layer} at any time: {} edges exceed chance; {} pairs tested, all of {} accounts with at least {} objects; {} share an object{hot}",
        network.edges.len(),
        network.tested,
        network.n_accounts,
        settings.min_objects,
        network.sharing,
    )];
    if network.edges.is_empty() {
        lines.push("nothing exceeds chance: no two accounts share more than their activity explains".to_owned());
    }
    lines.push("shared taste looks the same as coordination here: no time was looked at".to_owned());
    lines.join("\n")
}

fn frame(corpus: &Corpus, layer: &str, edges: &[StructureEdge]) -> Result<DataFrame, Failure> {
    let id = |code: u32| corpus.accounts()[code as usize].as_str();
    let number = |get: fn(&StructureEdge) -> f64| edges.iter().map(get).collect::<Vec<_>>();
    let columns = vec![
        column("layer", vec![layer; edges.len()]),
        column("account_a", edges.iter().map(|edge| id(edge.a)).collect::<Vec<_>>()),
        column("account_b", edges.iter().map(|edge| id(edge.b)).collect::<Vec<_>>()),
        column("n_objects", edges.iter().map(|edge| i64::from(edge.n_objects)).collect::<Vec<_>>()),
        column("expected", number(|edge| edge.expected)),
        column("p", number(|edge| edge.p)),
        column("q", number(|edge| edge.q)),
        column("weight", number(|edge| edge.weight)),
    ];
    DataFrame::new(edges.len(), columns).map_err(|error| internal(&error))
}
