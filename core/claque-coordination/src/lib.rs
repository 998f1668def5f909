//! claque-coordination
