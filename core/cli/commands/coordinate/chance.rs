//! `--method null`: the pairs that exceed chance, from canonical tables or four columns.

use crate::args;
use crate::diagnosis::Failure;
use crate::progress::Progress;
use claque_coordination::{Corpus, Half, LayerInput, NullSettings, fusion_weight, link, trace_signals};
use claque_host::{Limits, Tables, run as run_signal};
use claque_ingest::read_activity;
use claque_model::TimeWindow;
use claque_study::edges;
use polars::prelude::DataFrame;
use std::collections::BTreeMap;

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
    seed: u64,
) -> Result<(DataFrame, String), Failure> {
    let network = link(corpus, &NullSettings::new(windows.to_vec(), seed), Half::Whole);
    let mut lines = Vec::new();
    for skipped in &network.skipped {
        let instead = skipped.widened_to.map_or_else(String::new, |w| format!("; tested at {w} instead"));
        lines.push(format!("not tested at {} ({}){instead}", skipped.window, skipped.reason));
    }
    for layer in &network.layers {
        let hot =
            if layer.hot_objects > 0 { format!("; {} hot objects left out", layer.hot_objects) } else { String::new() };
        lines.push(format!(
            "{} at {}: {} pairs tested, {} edges exceed chance{hot}",
            layer.layer,
            layer.window,
            layer.tested,
            layer.edges.len()
        ));
    }
    if network.n_edges() == 0 {
        lines.push("nothing exceeds chance: no two accounts met more often than independent timing allows".to_owned());
    }
    let frame = edges(corpus, &network.layers).map_err(|error| Failure::new(error.to_string()))?;
    Ok((frame, lines.join("\n")))
}
