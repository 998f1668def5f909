//! claque-graph
