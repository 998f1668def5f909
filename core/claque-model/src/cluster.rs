//! Groups of accounts that act together, and what the confirming half says about them.

/// A community of the fused layers. The unit of every statement: never a person.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// `c1`, `c2` … by total edge weight, descending; ties by the smallest account id. The user's own name
    /// where the group was given.
    pub id: String,
    /// Account codes with their membership weight (sum of fused edge weights inside), by account id.
    pub members: Vec<(u32, f64)>,
    /// What describes it.
    pub measures: ClusterMeasures,
}

/// Descriptive measures of a cluster. No evidence: none of them is tested.
///
/// "Inside" is between two members; weights are fused weights. Those of the graph come from the network in which
/// the cluster was found, those of time from all objects, with the first share of every account and object
/// within the widest window of the network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClusterMeasures {
    /// Layers with at least one edge inside, by name.
    pub layers: Vec<String>,
    /// Number of members.
    pub size: u32,
    /// Edges inside ÷ possible pairs, 0..1 (Wasserman & Faust 1994, 10.1017/CBO9780511815478, chapter 4).
    pub density: f64,
    /// Weight leaving ÷ sum of the members' strengths (weight leaving + 2 · weight inside), 0..1; 0 = no edge to
    /// the rest (Yang & Leskovec 2015, 10.1007/s10115-013-0693-z).
    pub conductance: f64,
    /// Share of the edges inside that stand on at least two layers, 0..1.
    pub multiplex: f64,
    /// Σ objects shared in time ÷ Σ objects shared, over the edges inside and all layers, 0..1.
    pub synchronicity: f64,
    /// Active windows ÷ span, 0..1: days on which two members met ÷ days from the first such meeting to the
    /// last, in steps of 24 h from the first one; 1 for a group of one day, 0 where no two ever met.
    pub persistence: f64,
    /// Share of the objects on which members met that the member posted first who was first most often;
    /// 1/n..1, 0 where no two met. Of equally early members each has its part.
    pub seed_share: f64,
    /// Gini coefficient, over the members, of how many of these objects each posted first: 0 = all equally
    /// often, (n − 1)/n = always the same one (Gini 1921, 10.2307/2223319).
    pub seed_gini: f64,
    /// Area under the extent-of-coordination curve, 0..1 (Nizzoli et al. 2021, arXiv 2008.08370).
    pub extent: f64,
    /// That curve, by threshold ascending: (τ, share of the members in the largest component of the edges of
    /// weight τ or more). Each share holds from the threshold before it, exclusive, up to its own; above the
    /// last one no edge is left.
    pub extent_curve: Vec<(f64, f64)>,
    /// Share of the runs of Leiden that keep a pair together, averaged over pairs, 0..1.
    pub consensus: f64,
    /// Mean over bootstrap samples of the objects of the Jaccard index with the best match among the clusters
    /// found then, 0..1 (Hennig 2007, 10.1016/j.csda.2006.11.025); none where it was not asked for.
    pub stability: Option<f64>,
    /// Eigenvector centrality of the members inside the cluster, 0..1, in their order (Bonacich 1972,
    /// 10.1080/0022250X.1972.9989806).
    pub centrality: Vec<f64>,
}

/// Coordination of a cluster tested on the half of the objects that did not discover it.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// Distinct objects on which at least two members met within the widest test interval, all layers.
    pub n_objects: u32,
    /// Members that were tested: those whom the other half found, or all of a group that was given.
    pub n_accounts: u32,
    /// Per layer: mean e-value over all pairs of these members and windows (an e-value under any dependence:
    /// Vovk & Wang 2021, 10.1214/20-AOS2020), with the counts behind it.
    pub layers: Vec<ConfirmedLayer>,
}

/// One layer's part of a confirmation.
#[derive(Clone, Debug)]
pub struct ConfirmedLayer {
    /// Name of the layer.
    pub layer: String,
    /// Mean e-value over pairs of tested members.
    pub e: f64,
    /// Objects shared in time, summed over pairs, at the widest window.
    pub observed: f64,
    /// The same expected under the null.
    pub expected: f64,
    /// Largest number of objects that one pair shared in time.
    pub best_pair_objects: u32,
    /// Every pair of tested members with its own e-value, by (i, j), for resampling accounts and days.
    pub e_by_pair: Vec<PairEvidence>,
    /// Windows over which each e-value is a mean.
    pub windows: u32,
    /// Posts behind the pairs in time, in all.
    pub n_posts: u32,
    /// Post codes behind the pairs in time, at most 20, earliest first.
    pub posts: Vec<u32>,
    /// Object names behind them, at most 20.
    pub objects: Vec<String>,
}

/// The e-value of one pair of members.
#[derive(Clone, Debug, PartialEq)]
pub struct PairEvidence {
    /// Index of a member.
    pub i: u32,
    /// Index of another member, greater than `i`.
    pub j: u32,
    /// Mean e-value over windows.
    pub e: f64,
    /// What k and λ of its tests consist of, by window and day; empty for a pair that never met.
    pub days: Vec<PairDay>,
}

/// The part that one day has in the test of a pair at one window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairDay {
    /// Position of the window among those that were tested, ascending by width.
    pub window: u32,
    /// Days since 1970 (UTC) of the earlier of two shares.
    pub day: i32,
    /// Objects shared in time.
    pub k: u32,
    /// The same expected under the null.
    pub lambda: f64,
}

impl Confirmation {
    /// Nothing shared in the confirming half.
    #[must_use]
    pub fn empty() -> Self {
        Self { n_objects: 0, n_accounts: 0, layers: Vec::new() }
    }
}
