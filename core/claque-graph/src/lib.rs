//! Weighted graphs over dense node codes: adjacency, components, cores, communities, consensus of communities,
//! centrality, projection of two-sided graphs, a layout for pictures. No dependencies, no ids, no statistics of
//! coordination: accounts, layers and null models live in `claque-coordination`.

mod centrality;
mod components;
mod consensus;
mod core_numbers;
mod directed;
mod graph;
mod layout;
mod leiden;
mod pagerank;
mod projection;
mod random;
mod rows;

#[cfg(test)]
mod known;

pub use centrality::eigenvector_centrality;
pub use components::{DisjointSets, components};
pub use consensus::{co_assignment, consensus};
pub use core_numbers::core_numbers;
pub use directed::DirectedGraph;
pub use graph::Graph;
pub use layout::layout;
pub use leiden::{Quality, constant_potts, leiden, modularity};
pub use pagerank::{pagerank, pagerank_directed};
pub use projection::TwoSided;
pub use random::{Counter, mix};
