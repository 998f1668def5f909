//! `run.json`: versions, inputs with hashes, seed, parameters, warnings and failures. Times of the run are
//! added by the caller, so that everything here is a function of the inputs.

use crate::config::StudyFile;
use crate::coordinate::{Coordinated, POSTS_PER_EDGE};
use crate::data::{Data, hex};
use crate::refit::StudyRefit;
use crate::scoring::Scored;
use crate::signals::{Chosen, Given};
use claque_host::Registry;
use claque_model::{Declaration, ParamValue, format_duration};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Names under which the priors stand in `settings`, for people and for `claque refit`.
pub(crate) const PRIOR: &str = "prior of each dimension and of concealment";
pub(crate) const PRIOR_COORDINATION: &str = "prior of coordination";

/// Parameters and priors as they are printed for people.
pub(crate) fn settings(file: &StudyFile, seed: u64, refit: Option<&StudyRefit>) -> Vec<(String, String)> {
    let windows = file.coordination.windows.join(", ");
    let layers = file.coordination.traces.as_ref().map_or_else(|| "all that ran".into(), |layers| layers.join(", "));
    let rows = [
        ("windows", windows),
        ("trace layers", layers),
        ("communities by", format!("{}, resolution {}", file.coordination.quality, file.coordination.resolution)),
        ("groups", file.groups.as_ref().map_or_else(|| "found in the data".into(), |g| format!("given in {}", g.path))),
        ("interval jitter", format!("±{}", file.null_model.jitter)),
        ("false discovery rate of edges", file.null_model.alpha.to_string()),
        ("matched sets per cluster", file.null_model.draws.to_string()),
        ("whole-pipeline permutations", file.null_model.corpus_draws.to_string()),
        (PRIOR, file.scores.prior.to_string()),
        (PRIOR_COORDINATION, file.scores.prior_coordination.to_string()),
        ("least K of a CIB candidate", file.scores.candidate_k.to_string()),
        ("least I of a CIB candidate", file.scores.candidate_i.to_string()),
        ("seed", seed.to_string()),
    ];
    let refit = refit.map(|refit| ("refit", refit.in_words()));
    rows.into_iter().chain(refit).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Sections of the study that this version reads and does not act on.
pub(crate) fn unused_sections(file: &StudyFile) -> Vec<String> {
    let given = [("privacy", file.privacy.is_some()), ("dsa", file.dsa.is_some()), ("expect", file.expect.is_some())];
    let unused = given.into_iter().filter(|(_, is_given)| *is_given);
    unused
        .map(|(section, _)| format!("section `[{section}]` of the study is read but not acted on by this version"))
        .collect()
}

#[expect(clippy::too_many_arguments, reason = "the record of a run names all of it")]
pub(crate) fn record(
    file: &StudyFile,
    version: &str,
    seed: u64,
    data: &Data,
    coordinated: &Coordinated,
    scored: &Scored,
    registry: &Registry,
    warnings: &[String],
) -> Value {
    let inputs: Vec<Value> = data
        .inputs
        .iter()
        .map(|i| json!({ "name": i.name, "path": i.path, "sha256": i.sha256, "rows": i.rows.iter().cloned().collect::<BTreeMap<_, _>>() }))
        .collect();
    let signals: Vec<Value> = scored.ran.iter().map(|(chosen, given)| signal(chosen, given)).collect();
    // apart from the signals: where code runs changes no result, and so not the name of the run
    let compiled: BTreeMap<&str, Value> = scored
        .ran
        .iter()
        .filter_map(|(chosen, _)| Some((chosen.declaration.id.as_str(), chosen.registered.compiled.as_ref()?)))
        .map(|(id, compiled)| {
            let placement = &compiled.placement;
            let (runs, why) = (placement.place.name(), placement.reason.to_string());
            (id, json!({ "library_sha256": compiled.sha256, "runs": runs, "why": why }))
        })
        .collect();
    let layers: Vec<Value> = coordinated
        .network
        .layers
        .iter()
        .map(|l| json!({ "layer": l.layer, "window": l.window.to_string(), "tested": l.tested, "edges": l.edges.len(), "hot_objects": l.hot_objects }))
        .collect();
    let skipped: Vec<Value> = coordinated
        .network
        .skipped
        .iter()
        .map(|s| json!({ "layer": s.layer, "window": s.window.to_string(), "reason": s.reason, "tested_at": s.widened_to.map(|w| w.to_string()) }))
        .collect();
    json!({
        "claque": version,
        "study": { "id": file.study.id, "title": file.study.title, "version": file.study.version, "licence": file.study.licence,
                   "question": file.study.question, "hypotheses": file.study.hypotheses, "prereg": file.study.prereg },
        "seed": seed,
        "inputs": inputs,
        "settings": settings(file, seed, data.refit.as_ref()).into_iter().collect::<BTreeMap<_, _>>(),
        "refit": data.refit.as_ref().map(StudyRefit::record),
        "corpus_level": { "p": coordinated.answer.p, "draws": coordinated.answer.draws,
                          "best": coordinated.answer.best, "null_q95": coordinated.answer.null_q95,
                          "least_p": coordinated.answer.least_p, "ties": coordinated.answer.ties },
        "layers": layers,
        "skipped_layers": skipped,
        "posts_per_edge_cap": POSTS_PER_EDGE,
        "edges_are": if file.groups.is_some() {
            "tested on all objects; the groups were given, and are tested on all objects too"
        } else {
            "tested on all objects; the cores of clusters are discovered on one half of the objects and confirmed on the other"
        },
        "signals": signals,
        "compiled": compiled,
        "broken_plugins": registry.broken().iter().map(|b| json!({ "name": b.name, "reason": b.reason })).collect::<Vec<_>>(),
        "warnings": warnings,
    })
}

fn signal(chosen: &Chosen, given: &Given) -> Value {
    let (state, why) = match given {
        Given::Output(frame) => ("ran", format!("{} rows", frame.height())),
        Given::Missing(reason) => ("missing", reason.sentence()),
        Given::Failed(fault) => ("failed", fault.to_string()),
    };
    json!({
        "id": chosen.declaration.id,
        "version": chosen.declaration.version,
        "kind": chosen.registered.signal.origin().name(),
        "home": chosen.registered.home,
        "sha256": chosen.registered.sha256,
        "cap": chosen.declaration.cap,
        "params": params(&chosen.declaration, &chosen.params),
        "state": state,
        "detail": why,
    })
}

fn params(declaration: &Declaration, given: &BTreeMap<String, ParamValue>) -> Value {
    let resolved = declaration.resolve_params(given).unwrap_or_default();
    let shown = |value: &ParamValue| match value {
        ParamValue::Int(v) | ParamValue::Datetime(v) => json!(v),
        ParamValue::Float(v) => json!(v),
        ParamValue::Bool(v) => json!(v),
        ParamValue::Text(v) => json!(v),
        ParamValue::Texts(v) => json!(v),
        ParamValue::Duration(v) => json!(format_duration(*v)),
    };
    resolved.iter().map(|(name, value)| (name.clone(), shown(value))).collect::<serde_json::Map<_, _>>().into()
}

/// SHA-256 over the inputs, in hex digits.
pub(crate) fn data_hash(data: &Data) -> String {
    let hashes: Vec<&str> = data.inputs.iter().map(|input| input.sha256.as_str()).collect();
    hex(&Sha256::digest(hashes.join("\n").as_bytes()))
}

/// SHA-256 over all parameters of a signal as `run.json` has them, in hex digits.
pub(crate) fn params_hash(declaration: &Declaration, given: &BTreeMap<String, ParamValue>) -> String {
    hex(&Sha256::digest(params(declaration, given).to_string().as_bytes()))
}

/// First 8 hex digits of SHA-256 over what determines the results.
pub(crate) fn fingerprint(record: &Value) -> String {
    let parts = ["claque", "seed", "inputs", "settings", "signals"].map(|key| record[key].to_string());
    let digest = Sha256::digest(parts.join("\n").as_bytes());
    hex(&digest[..4])
}
