//! declare: to be filled in.
