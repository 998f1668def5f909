//! A run of a study from files to results, in memory. Nothing is written here: see `folder`.

use crate::config::StudyFile;
use crate::coordinate::{Coordinated, coordinate};
use crate::data::{self, Data};
use crate::error::StudyError;
use crate::evidence;
use crate::kernels::kernels;
use crate::refit::StudyRefit;
use crate::results::{self, Grounds, ResultTable};
use crate::scoring;
use crate::signals::{Chosen, Given, choose, run_one, status, unrepeatable};
use claque_host::{Limits, Registry, SearchPath, ShippedPlugin, Tables};
use claque_model::{Services, Shape, Signal};
use claque_report::{ReportInput, SignalState, View, view};
use std::path::{Path, PathBuf};

/// What a run is asked for.
pub struct Request<'a> {
    /// `study.toml`, or the folder that holds it.
    pub study: PathBuf,
    /// Seed of every random number.
    pub seed: u64,
    /// Plugins that came with the program.
    pub shipped: &'a [ShippedPlugin],
    /// Where further plugins may lie; the study's own folder is added.
    pub search: SearchPath,
    /// Signals that are part of the program.
    pub built_in: Vec<Box<dyn Signal>>,
    /// Script engine without its just-in-time compiler.
    pub jit: bool,
    /// Version of the program, for the record.
    pub version: &'a str,
}

/// A finished run.
pub struct Finished {
    /// Short name: hash of inputs, parameters and seed.
    pub fingerprint: String,
    /// What people read.
    pub view: View,
    /// Result tables.
    pub tables: Vec<ResultTable>,
    /// Versions, inputs, parameters, warnings, failures: `run.json` without times.
    pub record: serde_json::Value,
    /// Something was skipped or failed: exit code 1.
    pub incomplete: bool,
}

/// The path of `study.toml` for a folder or a file.
///
/// # Errors
/// There is none.
fn study_file(path: &Path) -> Result<PathBuf, StudyError> {
    let file = if path.is_dir() { path.join("study.toml") } else { path.to_owned() };
    if file.is_file() { Ok(file) } else { Err(StudyError::NoStudy(path.to_owned())) }
}

/// Reads a study file and the folder it is relative to.
///
/// # Errors
/// Absent, unreadable, or not right.
pub fn load(path: &Path) -> Result<(StudyFile, PathBuf), StudyError> {
    let file = study_file(path)?;
    let text =
        std::fs::read_to_string(&file).map_err(|source| StudyError::Unreadable { path: file.clone(), source })?;
    let parsed = StudyFile::parse(&text).map_err(|source| StudyError::Config { path: file.clone(), source })?;
    let root = file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
    Ok((parsed, root))
}

/// Runs a study: read, trace, link, cluster, find, score. Pure but for reading the study's files.
///
/// # Errors
/// See [`StudyError`]; a failing signal is not among them.
pub fn run(request: Request, services: &dyn Services) -> Result<Finished, StudyError> {
    let (file, root) = load(&request.study)?;
    let stage = |fraction: f64, note: &str| -> Result<(), StudyError> {
        services.progress(fraction, note);
        if services.cancelled() { Err(StudyError::Interrupted) } else { Ok(()) }
    };
    stage(0.0, "reading")?;
    let refit = file.scores.refit.as_deref().map(|path| StudyRefit::read(&root, path)).transpose()?;
    let mut data = Data { refit, ..data::read(&file, &root)? };
    let seed = run_seed(request.seed, &data);
    let search = SearchPath { study: Some(root), kernels: Some(kernels()), ..request.search };
    let registry = Registry::discover(request.built_in, request.shipped, &search);
    let chosen = choose(&registry, &file)?;

    let activity = data.activity.clone();
    let user_tables = data.user_tables.clone();
    let mut tables = Tables::new(&activity, &user_tables);
    let limits = Limits { jit: request.jit, ..Limits::default() };
    let (early, late): (Vec<Chosen>, Vec<Chosen>) =
        chosen.into_iter().partition(|c| c.declaration.emits != Shape::Statistics);
    let steps = early.len().max(1) as f64;
    let mut ran: Vec<(Chosen, Given)> = Vec::new();
    for (step, chosen) in early.into_iter().enumerate() {
        stage(0.1 + 0.3 * step as f64 / steps, &chosen.declaration.id)?;
        let given = run_one(&chosen, &mut tables, seed, &limits, services);
        ran.push((chosen, given));
    }
    stage(0.4, "coordination")?;
    let posts = activity.table("posts").ok_or(StudyError::NoPosts("the inputs are empty"))?;
    let coordinated = coordinate(&file, posts, &ran, data.groups.as_ref(), seed)?;
    stage(0.6, "scores")?;
    let refits = data.refit.as_ref().map(StudyRefit::accepted).unwrap_or_default();
    let scored =
        scoring::score(&file, &activity, &coordinated, ran, late, &mut tables, &refits, seed, &limits, services)?;
    stage(0.95, "report")?;
    for broken in registry.broken() {
        data.warnings.push(format!("plugin `{}` was left out: {}", broken.name, broken.reason));
    }
    finish(&file, &request.study, request.version, request.seed, &data, &coordinated, &scored, &registry)
}

/// Seed = hash(data, run seed): the same inputs and seed give the same numbers wherever they lie.
fn run_seed(seed: u64, data: &Data) -> u64 {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for input in &data.inputs {
        hash.update(input.sha256.as_bytes());
    }
    hash.update(seed.to_le_bytes());
    let digest = hash.finalize();
    u64::from_le_bytes(std::array::from_fn(|i| digest[i]))
}

#[expect(clippy::too_many_arguments, reason = "the one place where all stages' results meet")]
fn finish(
    file: &StudyFile,
    study: &Path,
    version: &str,
    seed: u64,
    data: &Data,
    coordinated: &Coordinated,
    scored: &scoring::Scored,
    registry: &Registry,
) -> Result<Finished, StudyError> {
    let mut warnings = data.warnings.clone();
    warnings.extend(crate::record::unused_sections(file));
    let refit = data.refit.as_ref();
    warnings.extend(refit.into_iter().flat_map(|refit| refit.warnings(&scored.scorecard.families)));
    warnings.extend(unrepeatable(&scored.ran));
    let record = crate::record::record(file, version, seed, data, coordinated, scored, registry, &warnings);
    let fingerprint = crate::record::fingerprint(&record);
    let mut corpus_summary = data::summary(&data.activity, coordinated.precision)?;
    corpus_summary.hot_objects = coordinated.hot_objects;
    let evidence = evidence::posts(&data.activity, &scored.ran, &scored.scorecard)?;
    let activity = evidence::timelines(&data.activity, &scored.groups)?;
    let signals: Vec<_> = scored.ran.iter().map(|(chosen, given)| status(chosen, given)).collect();
    let title = file.report.title.as_deref().unwrap_or(&file.study.title);
    let view = view(&ReportInput {
        title,
        study_id: &file.study.id,
        question: file.study.question.as_deref(),
        run_id: &fingerprint,
        claque_version: version,
        inputs: &data.inputs,
        corpus: corpus_summary,
        windows: file.windows().map_err(|source| StudyError::Config { path: study.into(), source })?,
        network: &coordinated.network,
        account_ids: coordinated.corpus.accounts(),
        groups_given: data.groups.is_some(),
        clusters: &coordinated.clusters,
        confirmations: &coordinated.confirmations,
        scorecard: &scored.scorecard,
        corpus_p: coordinated.answer.p,
        corpus_draws: coordinated.answer.draws,
        signals: &signals,
        evidence: &evidence,
        activity: &activity,
        warnings: &warnings,
        settings: crate::record::settings(file, seed, refit),
        calibrated: refit.map(StudyRefit::calibrated).unwrap_or_default(),
    });
    let failed = signals.iter().any(|s| matches!(s.state, SignalState::Failed(_)));
    let refused = data.groups.as_ref().is_some_and(|groups| groups.refused > 0);
    let incomplete = failed || refused || !registry.broken().is_empty();
    let params = |(chosen, _): &(Chosen, Given)| {
        let id = chosen.declaration.id.clone();
        (id, crate::record::params_hash(&chosen.declaration, &chosen.params))
    };
    let grounds = Grounds { data: crate::record::data_hash(data), params: scored.ran.iter().map(params).collect() };
    let tables = tables(coordinated, scored, &evidence, &grounds)?;
    Ok(Finished { fingerprint, view, tables, record, incomplete })
}

fn tables(
    coordinated: &Coordinated,
    scored: &scoring::Scored,
    evidence: &[claque_report::EvidencePost],
    grounds: &Grounds,
) -> Result<Vec<ResultTable>, StudyError> {
    let table = |name: &str, key: &[&'static str], frame| ResultTable {
        name: format!("tables/{name}"),
        table: name.to_owned(),
        key: key.to_vec(),
        frame,
    };
    let corpus = &coordinated.corpus;
    let pair = ["layer", "window_s", "account_a", "account_b"];
    let mut tables = vec![
        table("edges", &pair, results::edges(corpus, &coordinated.network.layers)?),
        table(
            "edge_posts",
            &["layer", "window_s", "account_a", "account_b", "object", "post_a", "post_b"],
            results::edge_posts(corpus, &coordinated.edge_posts())?,
        ),
        table(
            "clusters",
            &["cluster_id"],
            results::clusters(&coordinated.clusters, &coordinated.confirmations, &scored.scorecard, &scored.n_posts)?,
        ),
        table("members", &["cluster_id", "account_id"], results::members(corpus, &coordinated.clusters)?),
        table("extent", &["cluster_id", "threshold"], results::extent(&coordinated.clusters)?),
        table("findings", &["cluster_id", "signal_id"], results::findings(&scored.scorecard, grounds)?),
        table(
            "evidence",
            &["cluster_id", "signal_id", "post_id", "object"],
            results::evidence(evidence, &coordinated.clusters)?,
        ),
        table("families", &["cluster_id", "dimension", "family"], results::families(&scored.scorecard)?),
        table("scores", &["cluster_id", "dimension"], results::scores(&scored.scorecard)?),
    ];
    for (chosen, given) in &scored.ran {
        if let Some(frame) = given.output() {
            let declaration = &chosen.declaration;
            let key: &[&'static str] = match declaration.emits {
                Shape::Traces => &["post_id", "object"],
                Shape::Marks => &["post_id"],
                Shape::Rates => &["account_id"],
                Shape::Statistics => &["cluster_id"],
            };
            let path = format!("{}/{}", declaration.emits.name(), declaration.id);
            tables.push(table(&path, key, frame.clone()));
        }
    }
    Ok(tables)
}
