//! Groups of accounts that act together, and what the confirming half says about them.

/// A community of the fused layers. The unit of every statement: never a person.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// `c1`, `c2` … by total edge weight, descending; ties by the smallest account id.
    pub id: String,
    /// Account codes with their membership weight (sum of fused edge weights inside), by account id.
    pub members: Vec<(u32, f64)>,
    /// Measures on the discovering half.
    pub measures: ClusterMeasures,
}

/// Descriptive measures of a cluster.
#[derive(Clone, Debug, Default)]
pub struct ClusterMeasures {
    /// Layers with at least one edge inside, by name.
    pub layers: Vec<String>,
    /// Edges inside ÷ possible pairs.
    pub density: f64,
    /// Weight leaving ÷ all weight touching the cluster.
    pub conductance: f64,
    /// Share of pairs with edges on at least two layers.
    pub multiplex: f64,
    /// Σ objects in time ÷ Σ objects shared, over the pairs.
    pub synchronicity: f64,
    /// Area under the extent-of-coordination curve, 0..1 (Nizzoli et al. 2021, arXiv 2008.08370).
    pub extent: f64,
    /// Share of 20 Leiden runs that keep a pair together, averaged over pairs.
    pub stability: f64,
}

/// Coordination of a cluster tested on the half of the objects that did not discover it.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// Distinct objects on which at least two members met within the widest test interval, all layers.
    pub n_objects: u32,
    /// Per layer: mean e-value over all member pairs and windows (an e-value under any dependence:
    /// Vovk & Wang 2021, 10.1214/20-AOS2020), with the counts behind it.
    pub layers: Vec<ConfirmedLayer>,
}

/// One layer's part of a confirmation.
#[derive(Clone, Debug)]
pub struct ConfirmedLayer {
    /// Name of the layer.
    pub layer: String,
    /// Mean e-value over member pairs, for the whole cluster.
    pub e: f64,
    /// Objects shared in time, summed over pairs, at the widest window.
    pub observed: f64,
    /// The same expected under the null.
    pub expected: f64,
    /// Largest number of objects that one pair shared in time.
    pub best_pair_objects: u32,
    /// Every member pair with its own e-value, by (i, j), for resampling accounts.
    pub e_by_pair: Vec<PairEvidence>,
    /// Posts behind the pairs in time, in all.
    pub n_posts: u32,
    /// Post codes behind the pairs in time, at most 20, earliest first.
    pub posts: Vec<u32>,
    /// Object names behind them, at most 20.
    pub objects: Vec<String>,
}

/// The e-value of one pair of members.
#[derive(Clone, Copy, Debug)]
pub struct PairEvidence {
    /// Index of a member.
    pub i: u32,
    /// Index of another member, greater than `i`.
    pub j: u32,
    /// Mean e-value over windows.
    pub e: f64,
}

impl Confirmation {
    /// Nothing shared in the confirming half.
    #[must_use]
    pub fn empty() -> Self {
        Self { n_objects: 0, layers: Vec::new() }
    }
}
