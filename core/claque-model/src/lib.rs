//! The words that every stage of Claque shares: table schemas, windows, dimensions, the signal
//! contract, network, clusters, findings and scores. Words, no work: nothing here reads a file, draws a
//! random number or computes a statistic. The types are deliberately not `Serialize`; views for files
//! and pages live in the crates that write them.

mod activity;
mod cluster;
mod dimension;
mod finding;
mod network;
mod params;
mod score;
mod signal;
mod table;
mod window;

pub use activity::{Activity, ActivityError};
pub use cluster::{Cluster, ClusterMeasures, Confirmation, ConfirmedLayer, PairDay, PairEvidence};
pub use dimension::{Dimension, Statement};
pub use finding::{Finding, MissingReason, NullSummary, Outcome};
pub use network::{Edge, EdgePost, LayerNetwork, Network, SkippedLayer};
pub use params::{ParamDeclaration, ParamError, ParamKind, ParamValue, Params};
pub use score::{AbstainReason, ClusterScores, FamilyNats, Score, Scorecard, Searched, Verdict};
pub use signal::{
    Declaration, Direction, Disarm, EffectFloor, Fault, Given, LogLevel, NeededColumn, NeededTable, Origin, Services,
    Shape, Signal, Unwatched,
};
pub use table::{CANONICAL, Column, ColumnType, GROUPS, LogicalType, TableSchema, USER, schema_of};
pub use window::{TimePrecision, TimeWindow, WindowError, format_duration, parse_duration};
