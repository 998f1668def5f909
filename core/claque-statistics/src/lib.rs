//! Numbers that several stages need to mean the same thing: tails of distributions, evidence from p-values, alone and
//! among many, and what forecasts cost. Knows no accounts, tables or signals, and has no dependencies.

mod discoveries;
mod evalue;
mod forecasts;
mod poisson;

pub use discoveries::{Searched, e_bh};
pub use evalue::{e_of_rank, e_value, finite};
pub use forecasts::{brier, cllr, softplus};
pub use poisson::{poisson_of_one, upper_tail};
