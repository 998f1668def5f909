//! contract: to be filled in.
