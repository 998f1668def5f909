//! account-origin
