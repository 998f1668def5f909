//! Groups of accounts as this stage sees them.

/// A cluster by account ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Cluster id.
    pub id: String,
    /// Members, in the order of the cluster's members (pair evidence refers to positions in it).
    pub accounts: Vec<String>,
}

/// What the network says about a group, for the rule that K above 0.7 needs two layers or a strong pair.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupEdges {
    /// Layers with at least one edge inside.
    pub layers: u32,
    /// Most objects that one pair shared in time.
    pub best_pair_objects: u32,
}
