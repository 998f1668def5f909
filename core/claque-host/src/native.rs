//! native: to be filled in.
