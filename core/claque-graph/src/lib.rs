//! Weighted undirected graphs over dense node codes: adjacency, components, communities, consensus of
//! communities, centrality, a layout for pictures. No dependencies, no ids, no statistics of coordination: accounts,
//! layers and null models live in `claque-coordination`.

mod centrality;
mod components;
mod consensus;
mod graph;
mod layout;
mod leiden;
mod random;

pub use centrality::eigenvector_centrality;
pub use components::{DisjointSets, components};
pub use consensus::{co_assignment, consensus};
pub use graph::Graph;
pub use layout::layout;
pub use leiden::{Quality, constant_potts, leiden, modularity};
pub use random::{Counter, mix};
