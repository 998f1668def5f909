//! claque-host
