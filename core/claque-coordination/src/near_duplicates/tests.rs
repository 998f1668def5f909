//! Near-duplicates in planted worlds.

mod measure;
mod texts;
