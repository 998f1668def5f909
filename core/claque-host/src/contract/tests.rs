//! The contract on hand-made tables.
