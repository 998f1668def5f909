//! Numbers that several stages need to mean the same thing: tails of distributions, and evidence from p-values,
//! alone and among many. Knows no accounts, tables or signals, and has no dependencies.

mod discoveries;
mod evalue;
mod poisson;

pub use discoveries::{Searched, e_bh};
pub use evalue::{e_of_rank, e_value, finite};
pub use poisson::{poisson_of_one, upper_tail};
