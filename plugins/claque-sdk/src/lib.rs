//! claque-sdk
