//! The coordination stage of a study: layers out of trace outputs, the network, clusters, their
//! confirmation, and the corpus-level answer.

use crate::config::StudyFile;
use crate::data::Precisions;
use crate::error::StudyError;
use crate::groups::NamedGroups;
use crate::signals::{Chosen, Given};
use claque_coordination::{
    ClusterSettings, Corpus, CorpusAnswer, GivenGroup, Half, LayerInput, NullSettings, confirm, confirm_given,
    corpus_answer, edge_posts, find_clusters, fusion_weight, given_clusters, grown_clusters, link, stability,
};
use claque_model::{Cluster, Confirmation, EdgePost, LayerNetwork, Network, Shape, TimePrecision};
use polars::prelude::DataFrame;

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

/// Links, clusters or describes the groups that the study names, confirms.
pub(crate) fn coordinate(
    file: &StudyFile,
    posts: &DataFrame,
    ran: &[(Chosen, Given)],
    named: Option<&NamedGroups>,
    seed: u64,
) -> Result<Coordinated, StudyError> {
    let layers = layers(file, posts, ran)?;
    let precision = layers.iter().filter_map(|layer| layer.precision).max();
    let members: Vec<&str> =
        named.iter().flat_map(|named| &named.groups).flat_map(|(_, ids)| ids.iter().map(String::as_str)).collect();
    let corpus = Corpus::encode_with(&layers, &members)?;
    let config = |source| StudyError::Config { path: "study.toml".into(), source };
    let mut settings = NullSettings::new(file.windows().map_err(config)?, seed);
    settings.jitter_micros = file.jitter_micros().map_err(config)?;
    settings.alpha = file.null_model.alpha;
    let quality = file.quality().map_err(config)?;
    let community =
        ClusterSettings { quality, gamma: file.coordination.resolution, seed, ..ClusterSettings::default() };

    let network = link(&corpus, &settings, Half::Whole);
    let (clusters, confirmations) = match named {
        Some(named) => described(&corpus, &network, named, &settings, &community),
        None => discovered(&corpus, &network, &settings, &community),
    };
    let answer = corpus_answer(&corpus, &settings, &community, file.null_model.corpus_draws);
    let hot_objects = network.layers.iter().map(|l| l.hot_objects).max().unwrap_or(0);
    tracing::info!(edges = network.n_edges(), clusters = clusters.len(), p = answer.p, "coordination tested");
    Ok(Coordinated { corpus, network, clusters, confirmations, answer, precision, hot_objects })
}

/// Clusters of one half, grown into the whole network, their cores confirmed on the other half; and those that only the
/// whole data shows, which are kept as exploratory: nothing is left to confirm them on.
fn discovered(
    corpus: &Corpus,
    network: &Network,
    settings: &NullSettings,
    community: &ClusterSettings,
) -> (Vec<Cluster>, Vec<Confirmation>) {
    let found = find_clusters(corpus, &link(corpus, settings, Half::Discover), community);
    let grown = grown_clusters(corpus, network, &found, settings, community);
    let confirmations = confirm(corpus, settings, &grown);
    let mut clusters: Vec<Cluster> = grown.into_iter().map(|grown| grown.cluster).collect();
    add_stability(corpus, &mut clusters, settings, Half::Whole, community);
    (clusters, confirmations)
}

/// The groups that the study names. No post discovered them, so all posts test them.
fn described(
    corpus: &Corpus,
    network: &Network,
    named: &NamedGroups,
    settings: &NullSettings,
    community: &ClusterSettings,
) -> (Vec<Cluster>, Vec<Confirmation>) {
    let code = |id: &String| corpus.accounts().binary_search(id).ok().map(|code| code as u32);
    let group = |(id, accounts): &(String, Vec<String>)| GivenGroup {
        id: id.clone(),
        accounts: accounts.iter().filter_map(code).collect(),
    };
    let groups: Vec<GivenGroup> = named.groups.iter().map(group).collect();
    let mut clusters = given_clusters(corpus, network, &groups, community);
    let confirmations = confirm_given(corpus, settings, &clusters);
    add_stability(corpus, &mut clusters, settings, Half::Whole, community);
    (clusters, confirmations)
}

fn add_stability(
    corpus: &Corpus,
    clusters: &mut [Cluster],
    settings: &NullSettings,
    half: Half,
    community: &ClusterSettings,
) {
    let stable = stability(corpus, clusters, settings, half, community);
    for (cluster, stability) in clusters.iter_mut().zip(stable) {
        cluster.measures.stability = Some(stability);
    }
}

impl Coordinated {
    /// The post pairs behind every edge, capped per edge.
    pub(crate) fn edge_posts(&self) -> Vec<(&LayerNetwork, Vec<EdgePost>)> {
        self.network.layers.iter().map(|layer| (layer, edge_posts(&self.corpus, layer, POSTS_PER_EDGE))).collect()
    }
}
