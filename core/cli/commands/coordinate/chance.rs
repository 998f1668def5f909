//! `--method null`: the pairs that exceed chance, from canonical tables or four columns.

use super::internal;
use super::posts::{self, Behind};
use crate::args;
use crate::diagnosis::Failure;
use crate::interrupt::while_writing;
use crate::progress::Progress;
use claque_coordination::{
    ClusterSettings, Corpus, Half, LayerInput, NullSettings, corpus_answer, edge_posts, find_clusters, fusion_weight,
    link, trace_signals,
};
use claque_host::{Limits, Tables, run as run_signal};
use claque_ingest::{read_activity, write_table};
use claque_model::{LayerNetwork, Network, TimeWindow};
use claque_study::{self as tables, edges};
use polars::prelude::DataFrame;
use std::collections::BTreeMap;
use std::path::Path;

pub(super) fn corpus_of_folder(options: &args::Coordinate, progress: &Progress) -> Result<Corpus, Failure> {
    let activity = read_activity(&options.input)?;
    let signals = trace_signals();
    let Some(signal) = signals.iter().find(|s| s.declaration().layer_name() == options.trace) else {
        let known: Vec<&str> = signals.iter().map(|s| s.declaration().layer_name()).collect();
        return Err(Failure::new(format!("unknown trace layer `{}`", options.trace))
            .with_hint(format!("one of {}", known.join(", "))));
    };
    let none = BTreeMap::new();
    let traces = run_signal(
        signal.as_ref(),
        &Tables::new(&activity, &none),
        &BTreeMap::new(),
        options.seed,
        &Limits::default(),
        progress,
    )
    .map_err(|fault| Failure::new(format!("layer `{}`: {fault}", options.trace)))?;
    let precision = claque_study::precision_of(&activity, &traces)?;
    let layer =
        LayerInput { name: options.trace.clone(), fusion_weight: fusion_weight(&options.trace), traces, precision };
    Corpus::encode(&[layer]).map_err(|error| Failure::new(error.to_string()))
}

pub(super) fn beyond_chance(
    corpus: &Corpus,
    windows: &[TimeWindow],
    options: &args::Coordinate,
) -> Result<(DataFrame, String), Failure> {
    let settings = NullSettings::new(windows.to_vec(), options.seed);
    let mut lines = Vec::new();
    if options.draws > 0 {
        lines.push(any_cluster(corpus, &settings, options.draws));
    }
    let network = link(corpus, &settings, Half::Whole);
    for skipped in &network.skipped {
        let instead = skipped.widened_to.map_or_else(String::new, |w| format!("; tested at {w} instead"));
        lines.push(format!("not tested at {} ({}){instead}", skipped.window, skipped.reason));
    }
    lines.extend(network.layers.iter().map(tested));
    if network.n_edges() == 0 {
        lines.push("nothing exceeds chance: no two accounts met more often than independent timing allows".to_owned());
    }
    if let Some(output) = &options.posts {
        lines.push(write_posts(corpus, &network, options, output)?);
    }
    lines.extend(write_clusters(corpus, &network, options)?);
    let frame = edges(corpus, &network.layers).map_err(|error| internal(&error))?;
    Ok((frame, lines.join("\n")))
}

/// Null N5, the first thing to know.
fn any_cluster(corpus: &Corpus, settings: &NullSettings, draws: u32) -> String {
    let clusters = ClusterSettings { seed: settings.seed, ..ClusterSettings::default() };
    let answer = corpus_answer(corpus, settings, &clusters, draws);
    if answer.best == 0.0 {
        return "is there any cluster at all? no: no group of accounts exceeds chance".to_owned();
    }
    format!(
        "is there any cluster at all? p = {:.3}: the heaviest weighs {:.1}; with all times moved by up to {} s at \
         random it weighed {:.1} or less in 95 of 100 of {} draws",
        answer.p,
        answer.best,
        settings.jitter_micros / 1_000_000,
        answer.null_q95,
        answer.draws
    )
}

fn tested(layer: &LayerNetwork) -> String {
    let hot = match layer.hot_objects {
        0 => String::new(),
        n => format!("; {n} hot objects left out"),
    };
    let (name, window, tested, edges) = (&layer.layer, layer.window, layer.tested, layer.edges.len());
    format!("{name} at {window}: {tested} pairs tested, {edges} edges exceed chance{hot}")
}

fn write_posts(
    corpus: &Corpus,
    network: &Network,
    options: &args::Coordinate,
    output: &Path,
) -> Result<String, Failure> {
    let behind = |layer: &LayerNetwork| edge_posts(corpus, layer, options.posts_per_edge as usize);
    if corpus.posts().is_empty() {
        let account = |code: u32| corpus.accounts()[code as usize].as_str();
        let found = network.layers.iter().map(|layer| (layer.window, behind(layer))).collect();
        return Behind { found, account: &account }.write(options, output);
    }
    let found: Vec<_> = network.layers.iter().map(|layer| (layer, behind(layer))).collect();
    posts::write(&tables::edge_posts(corpus, &found).map_err(|error| internal(&error))?, options, output)
}

/// The clusters among the edges, unconfirmed, into the file asked for; says what was written.
fn write_clusters(corpus: &Corpus, network: &Network, options: &args::Coordinate) -> Result<Option<String>, Failure> {
    let Some(path) = &options.clusters else { return Ok(None) };
    let settings = ClusterSettings { seed: options.seed, ..ClusterSettings::default() };
    let found = find_clusters(corpus, network, &settings);
    let frame = tables::members(corpus, &found).map_err(|error| internal(&error))?;
    let meta = [("activity.schema", "1"), ("activity.table", "members"), ("activity.key", "cluster_id,account_id")];
    while_writing(|| write_table(&frame, path, &meta))?;
    Ok(Some(format!(
        "{} clusters, unconfirmed; {} members of those with at least 5 accounts written to {}",
        found.len(),
        frame.height(),
        path.display()
    )))
}
