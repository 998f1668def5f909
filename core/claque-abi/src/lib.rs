//! claque-abi
