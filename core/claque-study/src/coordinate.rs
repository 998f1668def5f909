//! The coordination stage of a study: layers out of trace outputs, the network, clusters, their
//! confirmation, and the corpus-level answer.

use crate::config::StudyFile;
use crate::data::Precisions;
use crate::error::StudyError;
use crate::signals::{Chosen, Given};
use claque_coordination::{
    ClusterSettings, Corpus, CorpusAnswer, Half, LayerInput, NullSettings, confirm, corpus_answer, edge_posts,
    find_clusters, fusion_weight, link,
};
use claque_model::{Cluster, Confirmation, EdgePost, LayerNetwork, Network, Shape, TimePrecision};
use polars::prelude::DataFrame;
use std::collections::BTreeSet;

/// Most post pairs kept per edge; the run says so.
pub(crate) const POSTS_PER_EDGE: usize = 20;

/// What the stage hands on.
pub(crate) struct Coordinated {
    pub(crate) corpus: Corpus,
    /// Over all objects: what is written and drawn.
    pub(crate) network: Network,
    pub(crate) clusters: Vec<Cluster>,
    pub(crate) confirmations: Vec<Confirmation>,
    pub(crate) answer: CorpusAnswer,
    pub(crate) precision: Option<TimePrecision>,
    pub(crate) hot_objects: u64,
}

/// Layers in the order of the signals, from those that the study asks for.
fn layers(file: &StudyFile, posts: &DataFrame, ran: &[(Chosen, Given)]) -> Result<Vec<LayerInput>, StudyError> {
    let precisions = Precisions::of(posts)?;
    let mut layers = Vec::new();
    for (chosen, given) in ran {
        let name = chosen.declaration.layer_name();
        let wanted = file.coordination.traces.as_ref().is_none_or(|asked| asked.iter().any(|layer| layer == name));
        if let (Shape::Traces, true, Some(traces)) = (chosen.declaration.emits, wanted, given.output()) {
            let precision = precisions.of_traces(traces.column("post_id")?.str()?);
            let fusion_weight = fusion_weight(name);
            layers.push(LayerInput { name: name.to_owned(), fusion_weight, traces: traces.clone(), precision });
        }
    }
    Ok(layers)
}

/// Links, clusters, confirms.
pub(crate) fn coordinate(
    file: &StudyFile,
    posts: &DataFrame,
    ran: &[(Chosen, Given)],
    seed: u64,
) -> Result<Coordinated, StudyError> {
    let layers = layers(file, posts, ran)?;
    let precision = layers.iter().filter_map(|layer| layer.precision).max();
    let corpus = Corpus::encode(&layers)?;
    let config = |source| StudyError::Config { path: "study.toml".into(), source };
    let mut settings = NullSettings::new(file.windows().map_err(config)?, seed);
    settings.jitter_micros = file.jitter_micros().map_err(config)?;
    settings.alpha = file.null_model.alpha;
    let community = ClusterSettings { seed, ..ClusterSettings::default() };

    let network = link(&corpus, &settings, Half::Whole);
    let mut clusters = find_clusters(&corpus, &link(&corpus, &settings, Half::Discover), &community);
    let mut confirmations = confirm(&corpus, &settings, &clusters);
    add_unconfirmed(&mut clusters, &mut confirmations, find_clusters(&corpus, &network, &community));
    let answer = corpus_answer(&corpus, &settings, &community, file.null_model.corpus_draws);
    let hot_objects = network.layers.iter().map(|l| l.hot_objects).max().unwrap_or(0);
    tracing::info!(edges = network.n_edges(), clusters = clusters.len(), p = answer.p, "coordination tested");
    Ok(Coordinated { corpus, network, clusters, confirmations, answer, precision, hot_objects })
}

/// Groups that only the whole data shows are kept as exploratory: nothing is left to confirm them on.
fn add_unconfirmed(clusters: &mut Vec<Cluster>, confirmations: &mut Vec<Confirmation>, whole: Vec<Cluster>) {
    let known: BTreeSet<u32> = clusters.iter().flat_map(|c| c.members.iter().map(|(code, _)| *code)).collect();
    for mut cluster in whole {
        if cluster.members.iter().all(|(code, _)| !known.contains(code)) {
            cluster.id = format!("c{}", clusters.len() + 1);
            clusters.push(cluster);
            confirmations.push(Confirmation::empty());
        }
    }
}

impl Coordinated {
    /// The post pairs behind every edge, capped per edge.
    pub(crate) fn edge_posts(&self) -> Vec<(&LayerNetwork, Vec<EdgePost>)> {
        self.network.layers.iter().map(|layer| (layer, edge_posts(&self.corpus, layer, POSTS_PER_EDGE))).collect()
    }
}
