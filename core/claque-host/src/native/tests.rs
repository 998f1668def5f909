//! native tests
