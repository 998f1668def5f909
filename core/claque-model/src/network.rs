//! The pair network over accounts, layer by layer and window by window.

use crate::window::TimeWindow;

/// Co-action of two accounts on one layer within one window. `a < b` by the bytes of their ids.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// Account code of the smaller id.
    pub a: u32,
    /// Account code of the larger id.
    pub b: u32,
    /// Distinct objects shared within the window.
    pub n_objects: u32,
    /// Posts of `a` in those pairs.
    pub n_posts_a: u32,
    /// Posts of `b` in those pairs.
    pub n_posts_b: u32,
    /// Mean |Δt| of the post pairs, seconds.
    pub mean_delta_s: f64,
    /// Earliest post of a pair, microseconds.
    pub first_at: i64,
    /// Latest post of a pair, microseconds.
    pub last_at: i64,
    /// Objects expected within the window under the null (λ).
    pub expected: f64,
    /// Tail probability under the null.
    pub p: f64,
    /// Benjamini–Hochberg adjusted p.
    pub q: f64,
    /// −log₁₀ p, at most 15.
    pub weight: f64,
}

/// A pair of posts behind an edge.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgePost {
    /// Account code of the edge's `a`.
    pub a: u32,
    /// Account code of the edge's `b`.
    pub b: u32,
    /// Object code within the layer.
    pub object: u32,
    /// Post code of `a`'s post.
    pub post_a: u32,
    /// Post code of `b`'s post.
    pub post_b: u32,
    /// Time of `b`'s post minus time of `a`'s, seconds.
    pub delta_s: f64,
}

/// What was found on one layer at one window.
#[derive(Clone, Debug)]
pub struct LayerNetwork {
    /// Name of the trace layer.
    pub layer: String,
    /// Weight of the layer in fusion (u).
    pub fusion_weight: f64,
    /// Window.
    pub window: TimeWindow,
    /// Edges that exceed chance, by (a, b) in the order of account ids.
    pub edges: Vec<Edge>,
    /// Pairs tested.
    pub tested: u64,
    /// Objects with more sharers than the cap: left out of the tests.
    pub hot_objects: u64,
}

/// A layer that could not be tested at a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedLayer {
    /// Name of the layer.
    pub layer: String,
    /// The window asked for.
    pub window: TimeWindow,
    /// The window tested instead, if any.
    pub widened_to: Option<TimeWindow>,
    /// Code, such as `time_precision`.
    pub reason: &'static str,
}

/// The whole network.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// By layer name, then window.
    pub layers: Vec<LayerNetwork>,
    /// What could not be tested.
    pub skipped: Vec<SkippedLayer>,
}

impl Network {
    /// Number of edges over all layers and windows.
    #[must_use]
    pub fn n_edges(&self) -> usize {
        self.layers.iter().map(|l| l.edges.len()).sum()
    }
}
