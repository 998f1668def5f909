//! Signals `coord.provenance.creation_burst` and `coord.provenance.handle_template`: what the accounts of a
//! group have in common from the day on which they were made. Both give one statistic per group; whether
//! it is large is for the engine to say, which puts matched decoys among the groups.

mod burst;
mod groups;
mod latest;
mod template;
#[cfg(test)]
mod tests;

use burst::Scan;
use claque_sdk::{Call, Error, Signal, Statistics};
use groups::Groups;
use latest::Latest;
use template::Shapes;

/// Accounts created in a wave.
pub struct CreationBurst;

impl Signal for CreationBurst {
    const ID: &'static str = "coord.provenance.creation_burst";
    type Output = Statistics;

    fn score(call: &Call) -> Result<Statistics, Error> {
        let windows = call.texts("windows")?.into_iter().map(burst::days).collect::<Result<Vec<_>, _>>()?;
        let accounts = Latest::read(
            call.table("accounts")?,
            |batch, column| Ok(batch.times(column)?.iter().collect()),
            "created_at",
        )?;
        let scan = Scan::new(accounts.values().copied().collect(), windows);
        statistics(call, &accounts, |times| scan.statistic(times))
    }
}

/// Handles from one template.
pub struct HandleTemplate;

impl Signal for HandleTemplate {
    const ID: &'static str = "coord.provenance.handle_template";
    type Output = Statistics;

    fn score(call: &Call) -> Result<Statistics, Error> {
        let mut shapes = Shapes::default();
        let accounts = Latest::read(
            call.table("accounts")?,
            |batch, column| Ok(batch.strings(column)?.iter().map(|handle| handle.map(|h| shapes.code(h))).collect()),
            "handle",
        )?;
        statistics(call, &accounts, template::entropy)
    }
}

/// One statistic for each group in which enough accounts are known.
fn statistics<V: Copy>(
    call: &Call,
    accounts: &Latest<V>,
    statistic: impl Fn(&mut [V]) -> f64,
) -> Result<Statistics, Error> {
    let min_known = usize::try_from(call.int("min_known")?).map_err(Error::runtime)?;
    let groups = Groups::read(call.table("clusters")?, |account| accounts.get(account))?;
    let mut out = Statistics::new();
    for (n, (cluster, mut known)) in groups.into_iter().enumerate() {
        if n % 256 == 0 {
            call.host().check_cancelled()?;
        }
        if known.len() >= min_known {
            out.push(&cluster, statistic(&mut known));
        }
    }
    Ok(out)
}

claque_sdk::export_signals!(CreationBurst, HandleTemplate);
