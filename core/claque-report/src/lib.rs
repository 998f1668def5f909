//! claque-report
