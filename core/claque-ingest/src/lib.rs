//! claque-ingest
