//! manifest: to be filled in.
