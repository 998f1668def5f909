//! registry: to be filled in.
