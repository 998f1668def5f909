//! Numbers that several stages need to mean the same thing: tails of distributions, and evidence from p-values. Knows
//! no accounts, tables or signals, and has no dependencies.

mod evalue;
mod poisson;

pub use evalue::{e_value, finite};
pub use poisson::{poisson_of_one, upper_tail};
