//! Near-duplicates in planted worlds.

mod bad_input;
mod headlines;
mod order;
mod recall;
mod texts;
