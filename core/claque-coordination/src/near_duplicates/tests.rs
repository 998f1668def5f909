//! Near-duplicates in planted worlds.

mod bad_input;
mod grid;
mod headlines;
mod order;
mod recall;
mod texts;
