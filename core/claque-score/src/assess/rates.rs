//! Rates: the mean over accounts of hits ÷ total, among the accounts that have a row.

use super::means::AccountValues;
use super::{AccountDay, Assessed, SUPPORT, Support};
use crate::error::ScoreError;
use crate::frame;
use crate::group::Group;
use crate::population::Population;
use claque_model::Declaration;
use polars::prelude::DataFrame;
use std::collections::BTreeSet;

/// One finding per group. The pool are the accounts with a row and a positive total; members without one
/// are left out, and a group without any is not measured. Rows of accounts outside the population (seen
/// only inside other records) count for nothing.
///
/// # Errors
/// A column that is missing or of another type, or a number that is not finite.
pub fn assess_rates(
    decl: &Declaration,
    rates: &DataFrame,
    population: &Population,
    groups: &[Group],
    draws: u32,
    seed: u64,
) -> Result<Vec<Assessed>, ScoreError> {
    let table = decl.id.as_str();
    let accounts = frame::ids(rates, table, "account_id")?;
    let hits = frame::numbers(rates, table, "hits")?;
    let totals = frame::numbers(rates, table, "total")?;
    let posts = frame::PostLists::new(rates, table)?;
    let code_of = population.codes();
    let mut values = vec![None; population.ids().len()];
    let mut row_of = vec![None; values.len()];
    for (row, account) in accounts.iter().enumerate() {
        let Some(&code) = code_of.get(account) else { continue };
        if totals[row] > 0.0 {
            values[code as usize] = Some(hits[row] / totals[row]);
            row_of[code as usize] = Some(row);
        }
    }
    let support = |members: &[u32]| {
        let rows = members.iter().filter_map(|&account| row_of[account as usize]).filter(|row| hits[*row] > 0.0);
        let found: BTreeSet<String> = rows.flat_map(|row| posts.of(row)).collect();
        let n = found.len() as u64;
        Support { n, posts: found.into_iter().take(SUPPORT).collect(), objects: Vec::new() }
    };
    let whole = |account: u32| {
        let part = |row: usize| AccountDay { day: None, hits: hits[row], total: totals[row] };
        row_of[account as usize].map(part).into_iter().collect()
    };
    let caveat = Some("its interval varies with the accounts only: its values are not by day");
    let accounts = AccountValues { population, values, left_out: "they had no occasion to show it", caveat };
    Ok(accounts.assess(decl, groups, draws, seed, support, whole))
}
