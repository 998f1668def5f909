//! claque-study
