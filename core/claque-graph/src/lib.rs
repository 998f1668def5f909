//! Weighted undirected graphs over dense node codes: adjacency, components, communities, consensus of
//! communities, a layout for pictures. No dependencies, no ids, no statistics of coordination: accounts,
//! layers and null models live in `claque-coordination`.

mod components;
mod consensus;
mod graph;
mod layout;
mod leiden;
mod random;

pub use components::{DisjointSets, components};
pub use consensus::{co_assignment, consensus};
pub use graph::Graph;
pub use layout::layout;
pub use leiden::{leiden, modularity};
pub use random::{Counter, mix};
