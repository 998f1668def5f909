//! Write compiled signals for Claque. A signal is a type without state and one function:
//!
//! ```
//! use claque_sdk::{Call, Error, Lazy, Marks, Signal};
//!
//! /// Marks posts by their share of capital letters.
//! struct Shouting;
//!
//! impl Signal for Shouting {
//!     const ID: &'static str = "org.example.shouting";
//!     type Output = Lazy<Marks>;
//!
//!     fn score(call: &Call) -> Result<Self::Output, Error> {
//!         let min_letters = call.int("min_letters")? as usize;
//!         Ok(call.table("posts")?.map(move |mut batch| {
//!             let capitals = |text: &str| {
//!                 let letters = text.chars().filter(|c| c.is_alphabetic()).count();
//!                 let upper = text.chars().filter(|c| c.is_uppercase()).count();
//!                 if letters < min_letters.max(1) { 0.0 } else { upper as f64 / letters as f64 }
//!             };
//!             let value = batch.strings("text")?.iter().map(|text| text.map_or(0.0, capitals)).collect();
//!             Marks::of(batch.take("post_id")?, value) // the ids go back without a copy
//!         }))
//!     }
//! }
//! ```
//!
//! A crate of the types `cdylib` and `rlib` ends with `claque_sdk::export_signals!(Shouting);` and has a
//! `plugin.toml` beside its `Cargo.toml`. The SDK stops panics at the border, moves tables across it, and
//! sends logs; it starts no threads, reads no files and brings no memory allocator. Neither may a signal.
#![expect(unsafe_code, reason = "raw pointers of a C contract, wrapped here so that authors need none")]
#![warn(missing_docs)]

mod call;
mod column;
mod error;
mod export;
#[cfg(feature = "polars")]
mod frames;
mod guard;
mod manifest;
mod output;
mod produce;
mod selftest;
mod stream;
mod table;
pub mod testing;
#[cfg(test)]
mod tests;

pub use call::{Call, Host, Level};
#[doc(hidden)]
pub use claque_abi as abi;
pub use column::{Bools, Floats, Ints, Strings};
pub use error::Error;
#[doc(hidden)]
pub use export::{Exported, Library};
#[cfg(feature = "polars")]
pub use frames::Framed;
pub use output::{Handed, Lazy, Marks, Output, Rates, Rows, Statistics, Traces};
#[cfg(feature = "polars")]
pub use polars;
pub use table::{Batch, Table};

/// One analysis. It has no state: nothing may be kept between calls.
pub trait Signal: 'static {
    /// Id of the `[[signal]]` in `plugin.toml` that declares it.
    const ID: &'static str;

    /// Do the same tables, parameters and seed always give the same rows, whatever the number of threads
    /// and the borders of batches?
    const DETERMINISTIC: bool = true;

    /// [`Marks`], [`Rates`], [`Statistics`], [`Traces`], or a [`Lazy`] of one of them: as `emits` declares.
    type Output: Output;

    /// Computes the output from what the call gives, and from nothing else.
    ///
    /// # Errors
    /// Whatever stopped it; the text reaches the user.
    fn score(call: &Call) -> Result<Self::Output, Error>;
}
