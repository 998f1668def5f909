//! Who acts together more than chance allows: trace layers, the pair kernel, null models, clusters, and the
//! parity modes of CooRTweet and coordination-network-toolkit. Traces and tables in, network and clusters out; no files, no clock, no scores.

mod actions;
mod circular;
mod clusters;
pub mod cnt;
mod confirm;
pub mod coortweet;
mod corpus;
mod dictionary;
mod discovery;
mod error;
mod fusion;
mod halves;
mod incidence;
mod jitter;
mod link;
mod near_duplicates;
mod null;
mod permutation;
mod plain;
mod precision;
mod shards;
mod shares;
mod structure;
mod traces;

pub use actions::{ActionEncoder, ActionTable, Actions, EncodedPart, LeftOut, encode_actions};
pub use circular::{Activity, BinCount, Shift, ShiftAnswer, ShiftSettings};
pub use claque_graph::Quality;
pub use clusters::{GivenGroup, GrownCluster, find_clusters, given_clusters, grown_clusters, stability};
pub use confirm::{confirm, confirm_given};
pub use corpus::{Corpus, LayerInput};
pub use error::CoordinationError;
pub use fusion::{ClusterSettings, fusion_weight};
pub use halves::Half;
pub use link::{edge_posts, link};
pub use near_duplicates::{NearDuplicateSettings, NearDuplicates, TextSimilarity, near_duplicates};
pub use null::NullSettings;
pub use permutation::{CorpusAnswer, corpus_answer};
pub use plain::{PlainEdge, pairs_in_time, plain, plain_posts};
pub use shards::Ids;
pub use structure::{StructureEdge, StructureNetwork, StructureSettings, structure};
pub use traces::trace_signals;

#[cfg(test)]
mod null_worlds;
#[cfg(test)]
mod worlds;
