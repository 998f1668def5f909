//! luau: to be filled in.
