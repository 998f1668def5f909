//! claque-score
